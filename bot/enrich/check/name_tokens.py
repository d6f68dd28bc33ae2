"""Words in Latin letters as names are made of them: `GPT-4`, `LLMs`, `Transformer`. Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

_LATIN = "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u1e00-\u1eff"
_TOKEN = re.compile(
    rf"(?<![{_LATIN}\d\\@])(?=\d{{0,8}}[{_LATIN}])[{_LATIN}\d]{{1,60}}"
    rf"(?:[-\u2010\u2011/_.+&][{_LATIN}\d]{{1,60}}){{0,8}}\+{{0,2}}"
)
_NUMBERED = re.compile(rf"(?<![{_LATIN}])([{_LATIN}]{{1,40}})[ -](\d{{1,9}})(?![\d.])")
_PART = re.compile(rf"[{_LATIN}\d]+")
# Numbers with a unit or magnitude, ordinals: the numbers' own check reads them.
_QUANTITY = re.compile(
    r"\d+(?:\.\d+)?(?:[kKMBTx]|st|nd|rd|th|s|ms|ns|fps|Hz|[kMGT]Hz|[KMGT]i?B|[kcmn]?m|[km]?g|h"
    r"|min|px|dB|[kMG]?W|[kM]?V|eV|[kMGT]eV|pp|pt|mm2|nm|um|d|K|bit|bits|Mpx|mA|yr|Å|mal|fach|krát)(?:/s|/h)?"
)
_ROMAN = re.compile(r"[IVXL]{1,5}|[ivx]{1,4}")
_INNER_CAPITAL = re.compile(r"[a-z\u00df-\u024f][A-Z\u00c0-\u00de]")


@dataclass(frozen=True, slots=True)
class Token:
    """A word as written; `folded` is in small letters without hyphens and plural `s`."""

    text: str
    start: int
    folded: str
    strict: bool

    @property
    def end(self) -> int:
        """Where it ends."""
        return self.start + len(self.text)


@lru_cache(maxsize=256)
def tokens(text: str) -> tuple[Token, ...]:
    """The words in Latin letters, without quantities (`3B`, `10ms`) and Roman numerals."""
    return tuple(
        Token(written, found.start(), fold(written), is_strict(written))
        for found in _TOKEN.finditer(text)
        if not _is_quantity(written := found.group())
    )


@lru_cache(maxsize=20_000)
def _is_quantity(word: str) -> bool:
    return bool(_QUANTITY.fullmatch(word) or _ROMAN.fullmatch(word))


@lru_cache(maxsize=20_000)
def is_strict(word: str) -> bool:
    """Whether a word is a name that no translation spells otherwise: it has an inner capital, a
    digit, or is an acronym."""
    return any(_strict_part(part) for part in _PART.findall(word))


def _strict_part(part: str) -> bool:
    if len(part) < 2 or _ROMAN.fullmatch(part) or _QUANTITY.fullmatch(part) or part.isdigit():
        return False
    body = part[:-1] if part.endswith("s") and part[:-1].isupper() else part
    if len(body) < 2:
        return False
    if any(sign.isdigit() for sign in body) or _INNER_CAPITAL.search(part):
        return True
    return body.isupper() or sum(sign.isupper() for sign in body) > 1


@lru_cache(maxsize=20_000)
def fold(word: str) -> str:
    """A word in small letters, without hyphens and without a plural `s`."""
    joined = "".join(_PART.findall(word))
    low = joined.lower()
    if len(low) > 2 and joined.endswith("s") and not joined.endswith("ss"):
        low = low[:-1]
    return low


@lru_cache(maxsize=20_000)
def atoms(word: str) -> tuple[str, ...]:
    """The parts of a word between hyphens and the like, folded, digits with their letters."""
    parts = [fold(part) for part in _PART.findall(word)]
    # "k-WL": the letter is a formula's.
    return tuple(part for part in parts if len(part) > 1 or part.isdigit()) or tuple(parts)


class Known:
    """What a text's words allow: each, its parts, and what neighbors make when joined."""

    def __init__(self, found: Iterable[Token], text: str) -> None:
        self.folded: set[str] = set()
        self.exact: set[str] = set()
        self.add(found, text)

    def add(self, words: Iterable[Token], text: str) -> None:
        """Allow the words of a further text as well."""
        previous: Token | None = None
        for word in words:
            self.exact.add(word.text)
            self.folded |= _pieces(word.text)
            if previous is not None and text[previous.end : word.start].strip("-– ") == "":
                # "zero shot" may become "zero-shot", "GPT 4o" "GPT-4o".
                self.folded.add(previous.folded + word.folded)
                self.folded.add(fold(previous.text) + atoms(word.text)[0])
            previous = word
        for joined in _NUMBERED.findall(text):
            self.folded.add(fold("".join(joined)))
            self.folded.add("".join(joined).lower())

    def has(self, word: str) -> bool:
        """Whether a word stands in the text, in any case, hyphenation or number, or is made of
        parts that do."""
        folded = fold(word)
        if folded in self.folded or folded + "s" in self.folded:
            return True
        return _made_of(atoms(word), self.folded)


@lru_cache(maxsize=20_000)
def _pieces(word: str) -> frozenset[str]:
    parts = atoms(word)
    runs = {
        "".join(parts[start:end])
        for start in range(len(parts))
        for end in range(start + 1, len(parts) + 1)
    }
    low = "".join(_PART.findall(word)).lower()
    return frozenset(runs | {fold(word), low})


def _made_of(parts: tuple[str, ...], known: set[str]) -> bool:
    """Whether runs of the parts are known; a number alone is none."""
    at = 0
    while at < len(parts):
        for end in range(len(parts), at, -1):
            run = "".join(parts[at:end])
            if run in known and not run.isdigit():
                at = end
                break
        else:
            return False
    return True
