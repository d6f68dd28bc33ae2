"""What people read about their own data: what there is, what goes, what stays."""

from collections.abc import Callable, Mapping

import discord

from bot.i18n import t, tn
from bot.store.privacy import HELD
from bot.ui.panels import DANGER, GOOD, CustomId, button, note, panel
from bot.ui.views import PostedView

_WORDS: Mapping[str, Callable[[int], str]] = {
    "bookmarks": lambda n: tn("{n} bookmark with its note", "{n} bookmarks with their notes", n),
    "removed_bookmarks": lambda n: tn("the record of {n} bookmark that you took off lately",
                                      "the records of {n} bookmarks that you took off lately", n),
    "votes": lambda n: tn("{n} vote on a paper", "{n} votes on papers", n),
    "reading_language": lambda _: t("your reading language"),
    "lists": lambda n: tn("{n} list of papers that you looked at",
                          "{n} lists of papers that you looked at", n),
    "shown_cards": lambda n: tn("the record of {n} card that you had posted",
                                "the records of {n} cards that you had posted", n),
    "flag_requests": lambda n: tn("{n} translation that you asked for with a flag",
                                  "{n} translations that you asked for with flags", n),
    "subscriptions": lambda n: tn("{n} subscription that you made",
                                  "{n} subscriptions that you made", n),
    "glossary": lambda n: tn("{n} glossary term that you added",
                             "{n} glossary terms that you added", n),
}  # fmt: skip
"""What the parts of `bot.store.privacy.HELD` are called, with their number."""


def delete_view(counts: Mapping[str, int], custom_id: CustomId) -> PostedView:
    """What would go and what would stay, with the button that makes it so."""
    goes, stays = _lines(counts, goes=True), _lines(counts, goes=False)
    if not goes and not stays:
        return note(t("I hold nothing about you."))
    return panel(
        [
            t("### Delete everything about you?"),
            _part(t("**This is deleted:**"), goes),
            _part(t("**This belongs to servers and stays, without your name:**"), stays),
            t(
                "This cannot be undone. `/privacy export` gives you all of it as a file first. "
                "Copies in the backups of whoever runs this bot go when those are replaced."
            ),
        ],
        [
            [
                button(t("Delete everything"), custom_id("confirm"), discord.ButtonStyle.danger),
                button(t("Cancel"), custom_id("cancel")),
            ]
        ],
        accent=DANGER,
    )


def deleted_view(counts: Mapping[str, int]) -> PostedView:
    """What was deleted, and what stays without the person."""
    goes, stays = _lines(counts, goes=True), _lines(counts, goes=False)
    return panel(
        [
            t("### Deleted"),
            _part(t("**This was deleted:**"), goes),
            _part(t("**This stays, without your name:**"), stays),
            t(
                "I hold nothing about you any more. Take your reactions off cards of the last "
                "week, too: those that still stand count again when I restart."
            ),
        ],
        accent=GOOD,
    )


def export_text(counts: Mapping[str, int]) -> str:
    """What is in an export."""
    lines = [*_lines(counts, goes=True), *_lines(counts, goes=False)]
    if not lines:
        return t("I hold nothing about you; the file says so.")
    return _part(t("Everything that I hold about you is in this file:"), lines)


def _lines(counts: Mapping[str, int], *, goes: bool) -> list[str]:
    return [
        f"- {_WORDS[held.name](counts[held.name])}"
        for held in HELD
        if held.goes is goes and counts[held.name]
    ]


def _part(heading: str, lines: list[str]) -> str:
    return "\n".join([heading, *lines]) if lines else ""
