"""A paper's card: everything of a `Card` as one message of components.

Whatever the paper holds, the result is valid for Discord: within its limits of text and
components, with nothing in it that is empty, pings, or breaks out of the markdown around it.
"""

import discord
from discord import ui

from bot.models import Card, Paper, Role, Takeaway
from bot.ui import custom_ids
from bot.ui.paper_facts import authors_line, categories_line, facts_line, linked, within
from bot.ui.views import ROOM, Item, PostedView, posted, row, text
from bot.ui.words import safe

BOOKMARK = "🔖"
"""The reaction that bookmarks a card, also on its button."""

ROLE_MARKS = {
    Role.PROBLEM: "❓",
    Role.METHOD: "🛠️",
    Role.RESULT: "📈",
    Role.RESOURCE: "📦",
}
"""The mark before a takeaway: what it tells."""

ARXIV_RED = 0xB31B1B
_GRAY = 0x6B7280
_ACCENTS = {
    "astro-ph": 0x3B3B98,
    "cond-mat": 0x2C7A7B,
    "cs": 0x2563EB,
    "econ": 0xB7791F,
    "eess": 0x0E7490,
    "gr-qc": 0x5B21B6,
    "hep-ex": 0x7C3AED,
    "hep-lat": 0x7C3AED,
    "hep-ph": 0x7C3AED,
    "hep-th": 0x7C3AED,
    "math": 0xC2410C,
    "math-ph": 0x9A3412,
    "nlin": 0x0F766E,
    "nucl-ex": 0x9D174D,
    "nucl-th": 0x9D174D,
    "physics": 0x1D4ED8,
    "q-bio": 0x15803D,
    "q-fin": 0xA16207,
    "quant-ph": 0x6D28D9,
    "stat": 0xBE185D,
}
_AUTHORS = 5
_TITLE, _SHORT_TITLE = 300, 200
# No sentence of a real abstract is as long; what is, is no sentence.
_TLDR, _TAKEAWAY, _COMMENT = 700, 600, 300
_RAW = 1500


def card_view(card: Card, *, key: str) -> PostedView:
    """A card with its buttons; `key` is its delivery's, or `NO_KEY` outside of digests.

    What passes the limit of text goes in this order: takeaways from the last, authors from the
    fifth.
    """
    takeaways = [_takeaway(takeaway) for takeaway in card.summary.text.takeaways]
    takeaways = [line for line in takeaways if line]
    authors = _AUTHORS
    while True:
        blocks = _blocks(card, takeaways, authors)
        if sum(len(block) for block in blocks) <= ROOM:
            break
        if takeaways:
            takeaways.pop()
        elif authors > 1:
            authors -= 1
        else:
            return minimal_card_view(card, key=key)
    parts = [part for block in blocks for part in text(block)]
    return posted([*parts, *_buttons(card.paper, key)], accent=accent(card.paper))


def minimal_card_view(card: Card, *, key: str) -> PostedView:
    """A card of title and buttons only, for when Discord refuses the whole one."""
    lines = text(_title(card.paper, _SHORT_TITLE), f"-# arXiv:{card.paper.versioned_id}")
    return posted([*lines, *_buttons(card.paper, key)], accent=accent(card.paper))


def accent(paper: Paper) -> int:
    """The color of a paper's archive; gray for a withdrawn one."""
    if paper.withdrawn:
        return _GRAY
    return _ACCENTS.get(paper.primary_category.partition(".")[0], ARXIV_RED)


def _blocks(card: Card, takeaways: list[str], authors: int) -> list[str]:
    """The card's texts from top to bottom; some may be empty."""
    paper, summary = card.paper, card.summary
    tldr = safe(within(summary.text.tldr, _RAW), _TLDR)
    return [
        "\n".join(
            line
            for line in (
                _title(paper, _TITLE),
                authors_line(paper, authors),
                _small(categories_line(paper)),
            )
            if line
        ),
        f"**TL;DR** {tldr}" if tldr else "",
        "\n".join(["**Key takeaways**", *takeaways]) if takeaways else "",
        "\n".join(
            line for line in (facts_line(card), _small(_provenance(card, bool(tldr)))) if line
        ),
    ]


def _title(paper: Paper, limit: int) -> str:
    title = linked(paper.title, paper.abs_url, limit)
    if not paper.withdrawn:
        return f"### {title}"
    why = safe(within(paper.comment or "", _RAW), _COMMENT)
    return "\n".join(
        ["### ⛔ WITHDRAWN", f"**{title}**", *([_small(f"arXiv's comment: {why}")] if why else [])]
    )


def _takeaway(takeaway: Takeaway) -> str:
    said = safe(within(takeaway.text, _RAW), _TAKEAWAY)
    return f"- {ROLE_MARKS[takeaway.role]} {said}" if said else ""


def _provenance(card: Card, summarized: bool) -> str:
    if not summarized:
        return "arXiv gives no abstract for this paper"
    provider = card.summary.provider
    if provider.startswith("extractive"):
        return "Extracted from the abstract"
    return f"Summary by {safe(provider, 60)}"


def _small(line: str) -> str:
    return f"-# {line}" if line else ""


def _buttons(paper: Paper, key: str) -> list[Item]:
    buttons: list[Item] = [
        ui.Button(
            label="Abstract",
            style=discord.ButtonStyle.secondary,
            custom_id=custom_ids.abstract(paper, key),
        ),
        ui.Button(
            label="Bookmark",
            emoji=BOOKMARK,
            style=discord.ButtonStyle.secondary,
            custom_id=custom_ids.bookmark(paper, key),
        ),
    ]
    if not paper.withdrawn:  # arXiv takes a withdrawn paper's PDF away
        buttons.append(ui.Button(label="PDF", url=paper.pdf_url))
    return row(buttons)
