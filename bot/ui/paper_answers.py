"""Answers about one paper that a person named, or about several: cards and lists of them."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TypeVar

import discord
import structlog

from bot.errors import NotAllowed, NotFound, TryAgain
from bot.i18n import listed, t, tn
from bot.models import Paper
from bot.store.lists import StoredList
from bot.text.ids import ArxivId, find_papers
from bot.ui import card_buttons, custom_ids
from bot.ui.answers import Interaction, answer
from bot.ui.card_buttons import private_card
from bot.ui.panels import button, note, page_count
from bot.ui.paper_lists import PAGE_SIZE, ListEntry, list_view
from bot.ui.presses import in_time, patiently, services_of
from bot.ui.readers import reading_language
from bot.ui.related_views import related_view
from bot.ui.translation_views import translation_answer
from bot.ui.views import PostedView

log = structlog.get_logger(__name__)

T = TypeVar("T")

ASKED, SEVERAL = "ref", "papers"
"""The kinds of lists kept here: a question to ask again, and the papers of a message."""

MOST = 25
"""How many papers of a message are looked up."""

CARD, RELATED, BOOKMARK, TRANSLATION = "card", "related", "bookmark", "translation"
"""What can be asked about a paper that a person named."""

_RETRY = "r"


async def named(interaction: Interaction, ref: str, asked: str) -> Paper:
    """The paper that a person named. Raises what `Papers.find` does, but TryAgain, with a button
    that asks the same again, where arXiv is slow or fails."""
    finding = services_of(interaction).papers.find(ref)
    return await _asking(interaction, finding, ref, asked)


async def show_card(interaction: Interaction, ref: str, *, public: bool = False) -> None:
    """Answer with the card of the paper that a person named, privately or for everybody."""
    if public:
        _check_may_post(interaction)
    paper = await named(interaction, ref, CARD)
    view = await in_time(interaction, card_of(interaction, paper))
    if public:
        await _post(interaction, view, paper)
    else:
        await answer(interaction, view)


async def card_of(interaction: Interaction, paper: Paper) -> PostedView:
    """A paper's card in the language that the person reads."""
    card = await services_of(interaction).composer.card_of(
        paper, await reading_language(interaction)
    )
    # On a thread, because a hostile paper takes tens of milliseconds to be made safe.
    return await asyncio.to_thread(private_card, card)


async def bookmarked(interaction: Interaction, paper: Paper) -> PostedView:
    """Bookmark a paper for the person; the answer is that of the card's button."""
    return await card_buttons.bookmarked(interaction, paper.id, paper.version)


async def _translation_of(interaction: Interaction, paper: Paper) -> PostedView:
    return await translation_answer(interaction, paper, await reading_language(interaction))


_ANSWERS: Mapping[str, Callable[[Interaction, Paper], Awaitable[PostedView]]] = {
    CARD: card_of,
    RELATED: related_view,
    BOOKMARK: bookmarked,
    TRANSLATION: _translation_of,
}


async def asked_again(interaction: Interaction, stored: StoredList, page: int) -> PostedView:
    """What a person wanted to know of a paper when arXiv was slow."""
    del page
    paper = await services_of(interaction).papers.find(stored.state["ref"])
    return await _ANSWERS[stored.state["asked"]](interaction, paper)


async def _asking(interaction: Interaction, work: Awaitable[T], ref: str, asked: str) -> T:
    try:
        return await patiently(interaction, work, source="arXiv", retry="")
    except TryAgain as error:
        # An id fits into a button; anything else is kept for it.
        found = find_papers(ref)
        if asked == CARD and len(found) == 1:
            retry = custom_ids.open_paper(str(found[0]))
        else:
            services = services_of(interaction)
            state = {"ref": ref, "asked": asked}
            kept = await services.lists.keep(
                interaction.user.id, ASKED, state, services.clock.now()
            )
            retry = custom_ids.list_page(kept.key, 0, _RETRY)
        raise TryAgain(error.sentence, retry) from error


def _check_may_post(interaction: Interaction) -> None:
    """What people cannot write themselves, they cannot have posted. Raises NotAllowed."""
    if interaction.guild_id is None:
        return
    allowed = interaction.permissions
    inside = isinstance(interaction.channel, discord.Thread)
    if not (allowed.send_messages_in_threads if inside else allowed.send_messages):
        raise NotAllowed(
            t(
                "You cannot write in this channel, so I cannot post the card here for everybody. "
                "Leave `public` out to see it yourself."
            )
        )


async def _post(interaction: Interaction, view: PostedView, paper: Paper) -> None:
    """Post a card for everybody, and remember it so that reactions on it count."""
    mentions = discord.AllowedMentions.none()
    if interaction.response.is_done():
        # It was acknowledged privately, and what fills that stays private.
        await answer(interaction, note(t("Here it is, for everybody.")))
        message = await interaction.followup.send(view=view, wait=True, allowed_mentions=mentions)
        message_id = message.id
    else:
        sent = await interaction.response.send_message(view=view, allowed_mentions=mentions)
        message_id = sent.message_id
    channel_id = interaction.channel_id
    if message_id is None or channel_id is None:
        log.warning("shown_card_without_message", paper=paper.versioned_id)
        return
    services = services_of(interaction)
    await services.shown_cards.add(
        message_id,
        channel_id,
        interaction.guild_id,
        paper.id,
        paper.version,
        interaction.user.id,
        services.clock.now(),
    )


async def show_several(interaction: Interaction, wanted: Sequence[ArxivId]) -> None:
    """Answer with a list of papers, each with a button that opens its card."""
    services = services_of(interaction)
    state = {"refs": [str(one) for one in wanted[:MOST]], "of": len(wanted)}
    kept = await services.lists.keep(interaction.user.id, SEVERAL, state, services.clock.now())
    await answer(interaction, await in_time(interaction, several_page(interaction, kept, 0)))


async def several_page(interaction: Interaction, stored: StoredList, page: int) -> PostedView:
    """A page of a message's papers; one too far is the last one.

    Raises NotFound if none of them exists, and TryAgain if nothing can be shown yet.
    """
    services = services_of(interaction)
    wanted = [one for ref in stored.state["refs"] for one in find_papers(ref)]
    found = await services.papers.several(wanted, within=patience(interaction))
    retry = custom_ids.list_page(stored.key, page, _RETRY)
    if not found.papers:
        if found.unanswered:
            raise TryAgain(unanswered_sentence(len(found.unanswered)), retry)
        raise NotFound(unknown_sentence(found.unknown))
    page = min(page, page_count(len(found.papers), PAGE_SIZE) - 1)
    shown = found.papers[page * PAGE_SIZE : (page + 1) * PAGE_SIZE]
    remarks = remarks_on(found.unknown, found.unanswered, stored.state["of"])
    heading = tn(
        "**{n} paper in this message.** Open it; its card has all buttons.",
        "**{n} papers in this message.** Open one; its card has all buttons.",
        len(found.papers),
    )
    return await asyncio.to_thread(
        list_view,
        heading,
        [ListEntry(paper) for paper in shown],
        page,
        len(found.papers),
        lambda target, place: custom_ids.list_page(stored.key, target, place),
        footer="\n".join(f"-# {remark}" for remark in remarks),
        extra=[button(t("Try again"), retry)] if found.unanswered else [],
    )


def patience(interaction: Interaction) -> float:
    """For how many seconds arXiv is waited for when there is something to show without it."""
    return services_of(interaction).settings.reader_patience / 2


def remarks_on(
    unknown: Sequence[ArxivId], unanswered: Sequence[ArxivId], mentioned: int
) -> list[str]:
    """What is to be said of the papers of a message that are not shown."""
    remarks: list[str] = []
    if unanswered:
        remarks.append(unanswered_sentence(len(unanswered)))
    if unknown:
        remarks.append(unknown_sentence(unknown))
    if mentioned > MOST:
        remarks.append(
            t(
                "The message mentions {n} papers; these are the first {most}.",
                n=mentioned,
                most=MOST,
            )
        )
    return remarks


def unanswered_sentence(count: int) -> str:
    return tn(
        "arXiv has not told about {n} paper yet; it is slow or fails just now.",
        "arXiv has not told about {n} papers yet; it is slow or fails just now.",
        count,
    )


def unknown_sentence(unknown: Sequence[ArxivId]) -> str:
    return t("arXiv has no {ids}.", ids=listed([str(one) for one in unknown], last="or"))
