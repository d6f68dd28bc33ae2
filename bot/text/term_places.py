"""Where terms stand in a text, whatever their plurals, case, accents and hyphens."""

import re
from collections.abc import Iterable
from itertools import pairwise

from bot.text.tokens import fold, stem

_WORD = re.compile(r"[^\W_]+(?:\+\+|#(?!\w))?")
_GAP = re.compile(r"[\s_‐‑–-]{1,3}")
_JOINT = re.compile(r"[_‐‑-]")
_POSSESSIVE = re.compile(r"['’]s\b")

_Place = tuple[int, int]


def term_places(text: str, terms: Iterable[str]) -> list[tuple[int, int, str]]:
    """The places of terms as (start, end, term) in the text's order, none within another.

    Words are the same as for `bot.text.terms.TermIndex`: plurals meet, and so do a hyphenated
    compound and its joined form. Where terms overlap, the longer place wins. An `'s` belongs to
    the place that it follows.
    """
    words = [(found.start(), found.end(), _key(found.group())) for found in _WORD.finditer(text)]
    at: dict[str, list[int]] = {}
    for number, (_, _, key) in enumerate(words):
        at.setdefault(key, []).append(number)
    compounds = _compounds(text, words)
    found: list[tuple[int, int, str]] = []
    for term in terms:
        parts = [part.group() for part in _WORD.finditer(term)]
        if not parts:
            continue
        joined = _key("".join(parts))
        places = _chained(text, words, at, [_key(part) for part in parts])
        if len(parts) == 1 or _JOINT.search(term.strip()):
            places += compounds.get(joined, [])
            places += [words[number][:2] for number in at.get(joined, ())]
        found += [(start, end, term) for start, end in places]
    return _apart(text, found)


def _key(word: str) -> str:
    return stem(fold(word))


def _compounds(text: str, words: list[tuple[int, int, str]]) -> dict[str, list[_Place]]:
    """Pairs of words that a hyphen joins, by their joined form."""
    found: dict[str, list[_Place]] = {}
    for (start, end, _), (after, last, _) in pairwise(words):
        if after - end == 1 and _JOINT.match(text, end):
            joined = _key(text[start:end] + text[after:last])
            found.setdefault(joined, []).append((start, last))
    return found


def _chained(
    text: str, words: list[tuple[int, int, str]], at: dict[str, list[int]], keys: list[str]
) -> list[_Place]:
    places: list[_Place] = []
    for first in at.get(keys[0], ()):
        last = first + len(keys) - 1
        if last < len(words) and all(
            words[first + step][2] == key
            and (
                step == 0
                or _GAP.fullmatch(text, words[first + step - 1][1], words[first + step][0])
            )
            for step, key in enumerate(keys)
        ):
            places.append((words[first][0], words[last][1]))
    return places


def _apart(text: str, found: list[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """The places without overlaps: of those that begin where the last ended, the longest."""
    kept: list[tuple[int, int, str]] = []
    reached = 0
    for start, end, term in sorted(set(found), key=lambda place: (place[0], -place[1], place[2])):
        if start >= reached:
            possessive = _POSSESSIVE.match(text, end)
            reached = possessive.end() if possessive else end
            kept.append((start, reached, term))
    return kept
