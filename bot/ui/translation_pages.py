"""The text of a translation in pages: sentences in pairs, or as one paragraph."""

from collections.abc import Sequence

from bot.models import SentencePair
from bot.text.latex import to_unicode
from bot.text.safety import shorten
from bot.ui.words import safe

BOTH, TARGET, ORIGINAL = "b", "t", "o"
"""What is shown: each sentence with its original, the translation only, the original only."""

UNTRANSLATED = "⚠️"
"""Stands before a sentence that has no translation."""

_RIGHT_TO_LEFT = frozenset({"ar", "fa", "he"})
_NO_SPACES = frozenset({"ja", "zh-CN", "zh-TW"})
_ALL = 100_000
# Two marks before and one after; and the sign of small text.
_MARKS = 3


def directed(text: str, language: str) -> str:
    """A text of one line that reads in its language's direction, whatever is around it.

    Discord shows messages from left to right. The mark (RLM) makes the line begin at the right
    where the client lets lines decide; the isolate (RLI, PDI) keeps names and numbers in place
    where it does not. https://www.unicode.org/reports/tr9/
    """
    if language not in _RIGHT_TO_LEFT or not text:
        return text
    return f"\u200f\u2067{text}\u2069"


def body_pages(pairs: Sequence[SentencePair], language: str, mode: str, room: int) -> list[str]:
    """The sentences in pages of at most `room` characters; at least one page.

    A sentence is never cut, unless it alone is longer than a page.
    """
    if mode == BOTH:
        blocks = [part for pair in pairs for part in _both(pair, language, room)]
        return ["\n\n".join(page) for page in _packed(blocks, room, 2)]
    if mode == ORIGINAL:
        texts = [_readable(pair.source) for pair in pairs]
        return [" ".join(page) for page in _packed(_fitting(texts, room), room, 1)]
    texts = [_readable(pair.target) or f"{UNTRANSLATED} {_readable(pair.source)}" for pair in pairs]
    joint = "" if language in _NO_SPACES else " "
    room -= _MARKS
    pages = _packed(_fitting(texts, room), room, len(joint))
    return [directed(joint.join(page), language) for page in pages]


def _readable(text: str) -> str:
    return safe(to_unicode(text), _ALL)


def _both(pair: SentencePair, language: str, room: int) -> list[str]:
    """A sentence over its original as one block; as several if it is too long for a page."""
    source, target = _readable(pair.source), _readable(pair.target)
    if not target:
        return [f"{UNTRANSLATED} {part}" for part in split_at_words(source, room - 3)]
    block = f"{directed(target, language)}\n-# {source}"
    if len(block) <= room:
        return [block]
    return [
        *(directed(part, language) for part in split_at_words(target, room - _MARKS)),
        *(f"-# {part}" for part in split_at_words(source, room - 3)),
    ]


def _fitting(texts: Sequence[str], room: int) -> list[str]:
    return [part for text in texts for part in split_at_words(text, room) if part]


def split_at_words(text: str, room: int) -> list[str]:
    """A text in parts of at most `room` characters, cut between words.

    A word that is longer than `room` ends the text with "…".
    """
    parts: list[str] = []
    while len(text) > room:
        cut = shorten(text, room + 1).removesuffix("…")
        if not cut or not text.startswith(cut):
            return [*parts, shorten(text, room)]
        parts.append(cut)
        text = text[len(cut) :].strip()
    return [*parts, text]


def _packed(blocks: Sequence[str], room: int, joint: int) -> list[list[str]]:
    """Blocks in pages, in order; `joint` characters stand between two of a page."""
    pages: list[list[str]] = [[]]
    left = room
    for block in blocks:
        needed = len(block) + (joint if pages[-1] else 0)
        if needed > left and pages[-1]:
            pages.append([])
            left, needed = room, len(block)
        pages[-1].append(block)
        left -= needed
    return pages
