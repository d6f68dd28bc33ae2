"""What a reader sees of a translation: privately beside the original, or posted for everybody."""

import asyncio

import discord
from discord import ui

from bot.enrich.check.words import texts
from bot.enrich.translate.words import provider_name, why_not_shown, why_refused
from bot.errors import BudgetSpent, NotSetUp, SourceRefused
from bot.i18n import t
from bot.languages import ENGLISH, LANGUAGES
from bot.models import FindingKind, Paper, Translation, Verdict
from bot.ui import custom_ids
from bot.ui.answers import answer, update
from bot.ui.cards import accent, link_buttons
from bot.ui.panels import WARNING, button, panel
from bot.ui.paper_facts import link_text
from bot.ui.paper_lists import page_buttons
from bot.ui.presses import Interaction, in_time, patiently, services_of
from bot.ui.readers import reading_language
from bot.ui.translation_pages import (
    BOTH,
    ORIGINAL,
    TARGET,
    UNTRANSLATED,
    body_pages,
    directed,
)
from bot.ui.views import ROOM, Item, PostedView, posted, row, text
from bot.ui.words import moment, safe

_TITLE = 300
_LABEL = 300


async def show_translation(
    interaction: Interaction,
    paper: Paper,
    language: str | None = None,
    *,
    mode: str = BOTH,
    page: int = 0,
    edits: bool = False,
    again: bool = False,
) -> None:
    """Answer an interaction with a stored paper's translation, privately.

    `language` is the person's own if it is None. `edits` changes the message whose button was
    pressed; `again` has a translation that failed its checks made once more. Where papers cannot
    be translated the answer says why. Raises TryAgain if the service is slow or fails.
    """
    wanted = language or await in_time(interaction, reading_language(interaction), edits=edits)
    provider = services_of(interaction).translations.provider
    view = await patiently(
        interaction,
        translation_answer(interaction, paper, wanted, mode=mode, page=page, again=again),
        source=provider_name(provider) or t("The translation service"),
        retry=custom_ids.translation(paper.versioned_id, wanted, mode, page, "h"),
        edits=edits,
    )
    await (update if edits else answer)(interaction, view)


async def translation_answer(
    interaction: Interaction,
    paper: Paper,
    language: str,
    *,
    mode: str = BOTH,
    page: int = 0,
    again: bool = False,
) -> PostedView:
    """What `show_translation` shows, however long it takes. Raises SourceError."""
    if language == ENGLISH:
        return english_view(paper)
    translations = services_of(interaction).translations
    try:
        made = await translations.of(paper, language, interaction.guild_id, again=again)
    except NotSetUp as error:
        return _missing_view(paper, error, admin=_is_admin(interaction))
    except BudgetSpent as error:
        return panel([error.sentence], [link_buttons(paper)], accent=WARNING)
    except SourceRefused:
        return panel([why_refused()], [link_buttons(paper)], accent=WARNING)
    # On a thread, because a hostile paper takes tens of milliseconds to be made safe.
    return await asyncio.to_thread(
        translation_view, paper, made, mode, page, label=translations.label
    )


def translation_view(
    paper: Paper, made: Translation, mode: str = BOTH, page: int = 0, *, label: str = ""
) -> PostedView:
    """Page `page` (from 0; one too far is the last) of a translation, or of why there is none.

    `label` is the provider's sentence about itself.
    """
    failed = made.verdict is Verdict.FAIL
    mode = ORIGINAL if failed else mode
    head = _head(paper, made, mode)
    foot = _foot(made, label)
    reason = _failed_in_words(made) if failed else ""
    room = ROOM - len(head) - len(foot) - len(reason)
    pages = body_pages(made.sentences, made.language, mode, room)
    page = min(page, len(pages) - 1)
    body = pages[page] or t("arXiv gives no abstract for this paper.")
    parts = [*text(head), *text(reason)]
    parts += [ui.Separator(), *text(body), ui.Separator(), *text(foot)]
    if len(pages) > 1:
        parts += row(
            page_buttons(page, len(pages), lambda target, place: _id(made, mode, target, place))
        )
    if failed:
        again = button(t("Try again"), _id(made, BOTH, 0, "r"))
        parts += row([again, *link_buttons(paper)])
    else:
        parts += row([*_mode_buttons(made, mode), *link_buttons(paper)])
    return posted(parts, accent=accent(paper))


def posted_translation_view(paper: Paper, made: Translation, key: str) -> PostedView:
    """A translation for everybody, as long as a message holds; a button opens it in full,
    beside the original. `key` is the message's nonce, by which it is recognized."""
    head = _head(paper, made, TARGET)
    foot = _foot(made, "")
    more = f"-# {t('The button shows the rest.')}"
    room = ROOM - len(head) - len(foot) - len(more)
    pages = body_pages(made.sentences, made.language, TARGET, room)
    whole = len(pages) == 1
    opening: Item = ui.Button(
        label=t("Beside the original"),
        style=discord.ButtonStyle.secondary,
        custom_id=custom_ids.posted_translation(paper, made.language, key),
    )
    parts = [*text(head), *text(pages[0]), *text(foot, "" if whole else more)]
    return posted([*parts, *row([opening, *link_buttons(paper)])], accent=accent(paper))


def _head(paper: Paper, made: Translation, mode: str) -> str:
    gone = f"⛔ **{t('WITHDRAWN')}**" if paper.withdrawn else ""
    original = made.title.source or paper.title
    if mode == ORIGINAL or not made.title.target:
        title = f"### {_linked(paper, original, ENGLISH)}"
        return "\n".join(line for line in (gone, title) if line)
    title = f"### {_linked(paper, made.title.target, made.language)}"
    small = f"-# {link_text(original, _TITLE)}" if mode == BOTH else ""
    return "\n".join(line for line in (gone, title, small) if line)


def _linked(paper: Paper, title: str, language: str) -> str:
    return f"[{directed(link_text(title, _TITLE), language)}]({paper.abs_url})"


def _foot(made: Translation, label: str) -> str:
    """Where a translation comes from, since when, and what the checks say."""
    facts = t(
        "Into {language} by {provider}, {date}",
        language=_name(made.language),
        provider=safe(provider_name(made.provider), 60),
        date=moment(made.created_at, "D"),
    )
    number = f"arXiv:{made.paper_id}v{made.version}"
    if made.verdict is Verdict.FAIL:  # then the original is shown
        return f"-# {number}"
    lines = [facts]
    if made.verdict is Verdict.PASS:
        lines = [f"{facts} · ✅ {t('passed my checks')}"]
    elif made.verdict is Verdict.WARN:
        lines += [f"{UNTRANSLATED} {remark}" for remark in texts(made.findings)]
    if label:
        lines.append(safe(label, _LABEL))
    return "\n".join(f"-# {line}" for line in (*lines, number))


def _failed_in_words(made: Translation) -> str:
    findings = tuple(one for one in made.findings if one.kind is not FindingKind.NOTHING)
    sentence = t("{reason} This is the original.", reason=safe(why_not_shown(made), _LABEL))
    return "\n".join([f"⚠️ {sentence}", *(f"-# {remark}" for remark in texts(findings))])


def _mode_buttons(made: Translation, mode: str) -> list[Item]:
    labels = ((BOTH, t("Both")), (TARGET, t("Translation")), (ORIGINAL, t("Original")))
    return [button(label, _id(made, one, 0, "m"), disabled=one == mode) for one, label in labels]


def _id(made: Translation, mode: str, page: int, place: str) -> str:
    versioned_id = f"{made.paper_id}v{made.version}"
    return custom_ids.translation(versioned_id, made.language, mode, page, place)


def _name(language: str) -> str:
    known = LANGUAGES.get(language)
    return known.name if known else language


def english_view(paper: Paper) -> PostedView:
    """What a person reads who wants a translation and reads English."""
    sentence = t(
        "arXiv's titles and abstracts are in English already. To read this paper in another "
        "language, give `/translate` the option `language`, or choose one for good with "
        "`/language`."
    )
    return panel([sentence], [link_buttons(paper)])


def _missing_view(paper: Paper, error: NotSetUp, *, admin: bool) -> PostedView:
    blocks = [error.sentence]
    if admin and error.setting:
        hint = t(
            "Whoever runs this bot sets one up with the setting `{setting}`, or without a key with "
            "the command `paperboy models add`.",
            setting=error.setting,
        )
        blocks.append(f"-# {hint}")
    return panel(blocks, [link_buttons(paper)], accent=WARNING)


def _is_admin(interaction: Interaction) -> bool:
    if interaction.user.id in services_of(interaction).settings.owner_ids:
        return True
    return interaction.guild_id is not None and interaction.permissions.manage_guild
