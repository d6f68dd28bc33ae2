"""What a sentence and its translation share, whatever the language: by it they find each other.

Numbers and names are in both; so are cognates between European languages. For Chinese, Japanese
and Korean a small lexicon of the words of abstracts (`lexicon.txt`) does the rest. Pure.
"""

import re
from functools import lru_cache
from pathlib import Path

from bot.enrich.check.name_tokens import fold

_FILE = Path(__file__).with_name("lexicon.txt")
COMPACT = frozenset({"ja", "zh-CN", "zh-TW", "ko"})
"""The languages of the lexicon, which write without spaces or in syllables."""

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_WORD = re.compile(r"[A-Za-z\u00c0-\u024f]{2,60}")
_LIST_MARK = re.compile(r"[(（]?\b\d[)）]")
_COGNATE = 5


def _read() -> dict[str, frozenset[str]]:
    lines = _FILE.read_text("utf-8").splitlines()
    entries = (line.partition(": ") for line in lines if line and not line.startswith("#"))
    return {stem: frozenset(written.split()) for stem, _, written in entries}


_LEXICON = _read()
_PHRASES = re.compile(
    "|".join(
        sorted((rf"\b{re.escape(one)}" for one in _LEXICON if not one.isalpha()), reverse=True)
    )
)
_LONGEST = max(map(len, _LEXICON))
_ENGLISH = re.compile(r"[a-z]{3,60}")


@lru_cache(maxsize=4096)
def meanings(sentence: str) -> frozenset[str]:
    """The lexicon's stems that an English sentence has."""
    low = sentence.lower()
    found = set(_PHRASES.findall(low))
    found.update(_stem_of(word) for word in _ENGLISH.findall(_PHRASES.sub(" ", low)))
    return frozenset(found - {""})


@lru_cache(maxsize=20_000)
def _stem_of(word: str) -> str:
    """The longest of the lexicon's stems that a word begins with."""
    for end in range(min(_LONGEST, len(word)), 2, -1):
        if word[:end] in _LEXICON:
            return word[:end]
    return ""


def meant_by(stems: frozenset[str], target: str) -> frozenset[str]:
    """Those of the stems that a text in Chinese, Japanese or Korean has words for."""
    return frozenset(stem for stem in stems for one in _LEXICON[stem] if one in target)


def marks(sentence: str, language: str) -> frozenset[str]:
    """Numbers and words in Latin letters of a sentence (cognates by their beginning)."""
    text = _LIST_MARK.sub(" ", sentence)
    numbers = {re.sub(r"[.,]", "", one) for one in _NUMBER.findall(text)}
    words = _WORD.findall(text)
    if language in COMPACT or language in _NOT_LATIN:
        return frozenset(numbers | {fold(one) for one in words})
    strict = {fold(one) for one in words if not one.islower()}
    cognates = {one.lower()[:_COGNATE] for one in words if len(one) > _COGNATE + 1}
    return frozenset(numbers | strict | cognates)


_NOT_LATIN = frozenset({"ru", "uk", "bg", "el", "ar", "fa", "he", "hi", "th"})
