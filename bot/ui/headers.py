"""A digest's header message: which days, how many papers, and the list of what follows."""

import discord
from discord import ui

from bot.i18n import number, t, tn
from bot.models import Header
from bot.text.safety import shorten
from bot.ui import custom_ids
from bot.ui.cards import ARXIV_RED
from bot.ui.paper_facts import link_text
from bot.ui.views import ROOM, Item, PostedView, posted, row, text
from bot.ui.words import days_in_words, rules_in_words

_QUIET_GRAY = 0x6B7280
_RULES = 300
# Tried in turn until the list fits: 25 titles of the shortest always do.
_TITLE_LIMITS = (200, 150, 120, 100, 80, 65, 50, 35)


def header_view(header: Header) -> PostedView:
    """A digest's header; the quiet line where it shows nothing."""
    if not header.shown:
        lines = text(_quiet(header), _small(rules_in_words(header.rules, _RULES)))
        return posted([*lines, *_button(header, t("Details"))], accent=_QUIET_GRAY)
    top = "\n".join(
        [
            _heading(header),
            _counts(header),
            _small(rules_in_words(header.rules, _RULES)),
        ]
    )
    bottom = "\n".join(_small(note) for note in _notes(header))
    room = ROOM - len(top) - len(bottom)
    parts = [*text(top), *text(_titles(header, room)), *text(bottom)]
    return posted([*parts, *_button(header, _all(header))], accent=ARXIV_RED)


def minimal_header_view(header: Header) -> PostedView:
    """A header of counts and the button only, for when Discord refuses the whole one."""
    lines = text(_heading(header), _counts(header))
    return posted([*lines, *_button(header, _all(header))], accent=ARXIV_RED)


def _heading(header: Header) -> str:
    return "## " + t("arXiv, {days}", days=days_in_words(header.days))


def _counts(header: Header) -> str:
    return t(
        "**{announced}** announced · **{matched}** matched · **{shown}** shown",
        announced=number(header.announced),
        matched=number(header.matched),
        shown=number(header.shown),
    )


def _titles(header: Header, room: int) -> str:
    """The numbered list, with the longest titles that fit into `room` characters."""
    longest = [link_text(item.title, _TITLE_LIMITS[0]) for item in header.items]
    for limit in _TITLE_LIMITS:
        listed = "\n".join(
            f"{place}. [{shorten(title, limit)}]({item.paper.abs_url})"
            for place, (title, item) in enumerate(zip(longest, header.items, strict=True), 1)
        )
        if len(listed) <= room:
            return listed
    return ""


def _notes(header: Header) -> list[str]:
    notes: list[str] = []
    if len(set(header.days)) > 1:
        caught_up = len(set(header.days))
        notes.append(
            tn(
                "Catching up on {n} announcement day.",
                "Catching up on {n} announcement days.",
                caught_up,
            )
        )
    if header.shown < header.matched:
        notes.append(
            t(
                "{shown} of {matched} matches are posted: those ranked highest "
                "that this channel has not had yet, up to this subscription's limit.",
                shown=number(header.shown),
                matched=number(header.matched),
            )
        )
    if header.truncated:
        notes.append(t("⚠️ arXiv cut its feed off on such a day; papers may be missing."))
    return notes


def _quiet(header: Header) -> str:
    days = days_in_words(header.days)
    if not header.days:
        return t("arXiv announced nothing since the last digest.")
    if not header.announced:
        return t("arXiv announced nothing for these rules on {days}.", days=days)
    if not header.matched:
        return t("No new papers for these rules on {days}.", days=days)
    return tn(
        "No new papers on {days}: this channel has had the one that matched.",
        "No new papers on {days}: this channel has had all {n} that matched.",
        header.matched,
        days=days,
    )


def _all(header: Header) -> str:
    return tn("The match", "All {n} matches", header.matched)


def _button(header: Header, label: str) -> list[Item]:
    button: Item = ui.Button(
        label=label,
        style=discord.ButtonStyle.secondary,
        custom_id=custom_ids.all_matches(header.digest_key, header.key),
    )
    return row([button])


def _small(line: str) -> str:
    return f"-# {line}" if line else ""
