"""A paper's card: everything of a `Card` as one message of components.

Whatever the paper holds, the result is valid for Discord: within its limits of text and
components, with nothing in it that is empty, pings, or breaks out of the markdown around it. It
speaks the language that is spoken where it is made (`bot/i18n.py`).
"""

from collections.abc import Sequence

import discord
from discord import ui

from bot.i18n import number, t
from bot.models import Card, Paper, Role
from bot.text.latex import to_unicode
from bot.ui import custom_ids
from bot.ui.card_origin import is_extracted, origin_lines
from bot.ui.paper_facts import (
    author_names,
    categories_line,
    facts_line,
    linked,
    title_text,
    within,
)
from bot.ui.translation_pages import directed
from bot.ui.views import ROOM, Item, PostedView, posted, row, text
from bot.ui.words import safe

BOOKMARK = "🔖"
"""The reaction that bookmarks a card, also on its button."""

TRANSLATED = "🌐"
"""The mark of what is a translation, and of the button that asks for one."""

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
AUTHORS = 5
"""How many authors a card names; a button opens the list of all."""

_TITLE, _SHORT_TITLE = 300, 200
# No sentence of a real abstract is as long; what is, is no sentence.
_TLDR, _TAKEAWAY, _COMMENT = 700, 600, 300
_RAW = 1500


def card_view(card: Card, *, key: str) -> PostedView:
    """A card with its buttons; `key` is its delivery's, or `NO_KEY` outside of digests.

    What passes the limit of text goes in this order: whole takeaways from the last, authors from
    the fifth.
    """
    paper = card.paper
    tldr = _said(card, card.summary.text.tldr, _TLDR)
    title, facts = _title(card), _facts(card, summarized=bool(tldr))
    categories = _small(categories_line(paper))
    takeaways = _takeaways(card, tldr)
    authors = author_names(paper, AUTHORS)
    while True:
        said = (title, ", ".join(authors), categories, _summary(tldr), _listed(takeaways), facts)
        # One more for each, should Discord count the line's end.
        if sum(len(block) + 1 for block in said) <= ROOM:
            break
        if takeaways:
            takeaways.pop()
        elif len(authors) > 1:
            authors.pop()
        else:
            return minimal_card_view(card, key=key)
    return posted(
        [
            *text(title),
            *authors_block(paper, authors, categories, key),
            *text(_summary(tldr)),
            *text(_listed(takeaways)),
            *text(facts),
            *_buttons(paper, key),
        ],
        accent=accent(paper),
    )


def minimal_card_view(card: Card, *, key: str) -> PostedView:
    """A card of title and buttons only, for when Discord refuses the whole one."""
    title = linked(card.paper.title, card.paper.abs_url, _SHORT_TITLE)
    lines = text(*_withdrawn(card.paper), f"### {title}", f"-# arXiv:{card.paper.versioned_id}")
    return posted([*lines, *_buttons(card.paper, key)], accent=accent(card.paper))


def accent(paper: Paper) -> int:
    """The color of a paper's archive; gray for a withdrawn one."""
    if paper.withdrawn:
        return _GRAY
    return _ACCENTS.get(paper.primary_category.partition(".")[0], ARXIV_RED)


def authors_block(paper: Paper, names: Sequence[str], below: str, key: str) -> list[Item]:
    """These authors of the paper with a line below; a button leads to all if there are more."""
    named = ", ".join(names)
    more = len(paper.authors) - len(names)
    if more <= 0 or not names:
        return text(named, below)
    opening: Item = ui.Button(
        label=f"+{number(more)}",
        style=discord.ButtonStyle.secondary,
        custom_id=custom_ids.authors(paper, key),
    )
    return [ui.Section(*text(named, below), accessory=opening)]


def _title(card: Card) -> str:
    paper = card.paper
    lines = [*_withdrawn(paper), f"### {linked(paper.title, paper.abs_url, _TITLE)}"]
    if card.translated_title:
        translated = directed(title_text(card.translated_title, _TITLE), card.language)
        lines.append(_small(f"{TRANSLATED} {translated}"))
    if paper.withdrawn and (why := safe(within(paper.comment or "", _RAW), _COMMENT)):
        lines.append(_small(t("arXiv's comment: {comment}", comment=why)))
    return "\n".join(lines)


def _withdrawn(paper: Paper) -> list[str]:
    return [f"## ⛔ {t('WITHDRAWN')}"] if paper.withdrawn else []


def _summary(tldr: str) -> str:
    return f"**{t('TL;DR')}** {tldr}" if tldr else ""


def _listed(takeaways: list[str]) -> str:
    return "\n".join([f"**{t('Key takeaways')}**", *takeaways]) if takeaways else ""


def _said(card: Card, written: str, limit: int) -> str:
    """A text of the summary for a message, to be read in the direction of its language."""
    summary = card.summary
    readable = within(written, _RAW)
    if not is_extracted(summary):  # a model keeps the abstract's LaTeX
        readable = to_unicode(readable)
    return directed(safe(readable, limit), summary.language)


def _takeaways(card: Card, tldr: str) -> list[str]:
    """The takeaways as lines, without those that say nothing new or are too long to be whole."""
    told = {tldr}
    lines: list[str] = []
    for takeaway in card.summary.text.takeaways:
        said = _said(card, takeaway.text, _RAW) if len(takeaway.text) <= _RAW else ""
        if said and said not in told and len(said) <= _TAKEAWAY:
            told.add(said)
            lines.append(f"- {ROLE_MARKS[takeaway.role]} {said}")
    return lines


def _facts(card: Card, *, summarized: bool) -> str:
    origin = origin_lines(card) if summarized else [t("arXiv gives no abstract for this paper.")]
    lines = (facts_line(card), *map(_small, origin))
    return "\n".join(line for line in lines if line)


def _small(line: str) -> str:
    return f"-# {line}" if line else ""


def link_buttons(paper: Paper) -> list[Item]:
    """The buttons to the paper at arXiv."""
    page: Item = ui.Button(label="arXiv", url=paper.abs_url)
    if paper.withdrawn:  # arXiv takes its PDF away
        return [page]
    return [ui.Button(label="PDF", url=paper.pdf_url), page]


def _buttons(paper: Paper, key: str) -> list[Item]:
    gray = discord.ButtonStyle.secondary
    return [
        *row(
            [
                ui.Button(
                    label=t("Abstract"), style=gray, custom_id=custom_ids.abstract(paper, key)
                ),
                ui.Button(
                    label=t("Translate"),
                    emoji=TRANSLATED,
                    style=gray,
                    custom_id=custom_ids.translate(paper, key),
                ),
                ui.Button(label=t("Related"), style=gray, custom_id=custom_ids.related(paper, key)),
                ui.Button(
                    label=t("Bookmark"),
                    emoji=BOOKMARK,
                    style=gray,
                    custom_id=custom_ids.bookmark(paper, key),
                ),
            ]
        ),
        *row(link_buttons(paper)),
    ]
