"""Sentences in any of the languages: where they are, and whether they are ended. Pure."""

import re

from bot.text.sentences import split

_FURTHER_ENDS = re.compile(r"(?<=[।۔؟])\s+|(?<=[。！？])(?=[^。！？」』）】〉》”’\"')\s])")
_END = re.compile(r"[.!?…。！？｡؟۔।:：;；]$")
_ADDRESS_END = re.compile(r"https?://[^\s]{4,300}\s*$")
_ADDRESS_CUT = re.compile(r"https?://(?:www\.?)?\s*$")
CLOSERS = "\"'”’»)]}$*」』）】〉》） \n\t\u200f\u200e"
"""What may follow the mark that ends a sentence."""


def split_sentences(text: str) -> list[str]:
    """The sentences of a text in any of the languages, exactly as they stand in it."""
    found: list[str] = []
    for span in split(text):
        found += [part for part in _FURTHER_ENDS.split(text[span.start : span.end]) if part.strip()]
    return found


def is_ended(text: str) -> bool:
    """Whether a text ends as a sentence does."""
    if _ADDRESS_CUT.search(text):
        return False
    return _END.search(text.rstrip(CLOSERS)) is not None or _ADDRESS_END.search(text) is not None
