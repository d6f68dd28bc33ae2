"""Why two papers are alike: the terms that both use, as the first one writes them. Pure.

A term is a word, or a phrase of up to four words (or compounds) that stand side by side in both
papers. It weighs as much as its words tell (`SimilarityModel.rarities`) and the more the oftener
both have them.
"""

import math
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple
from unicodedata import normalize

from bot.models import Paper
from bot.relate.general_words import GENERAL_WORDS, tells_alone
from bot.relate.words import terms
from bot.text.latex import to_unicode
from bot.text.tokens import fold, stem, words

_LONGEST = 6000
_SHOWN = 4
# A phrase has up to so many words, a compound counted as one; and the parts of compounds counted.
_WORDS, _LONGEST_TERM = 4, 6
# A word that one paper in seven has says little: it is named only inside a phrase.
_TELLING = 2.0
_TELLING_PHRASE = 3.5
# What a phrase's other words add to its weightiest one; longer phrases come before their parts.
_MORE, _LONGER = 0.5, 0.05
# Words of one family begin alike: at least so many letters.
_BEGINNING = 4
_WORD = re.compile(r"[^\W_]+")
_BREAKS = ".;:!?,…()[]"
_WORD_OR_BREAK = re.compile(rf"[^\W_]+|[{re.escape(_BREAKS)}]")
_BREAK = "\n"
# The letters of ASCII as they are compared, a break for what divides sentences, spaces for the
# rest: splitting is much quicker than looking for words.
_ASCII = "".join(
    _BREAK if sign in _BREAKS else sign.lower() if sign.isalnum() else " "
    for sign in map(chr, range(128))
)
_ADDRESS = re.compile(r"(?:https?://|www\.|(?:github|gitlab|huggingface)\.(?:com|co|io)\b)\S*")
_JOINTS = frozenset([" ", "-", "‐", "‑", "–"])
_SENTENCE_ENDS = frozenset(".!?:")
# Words that tell nothing alone, but begin terms such as "large language models".
_OPENING = frozenset(
    stem(word)
    for word in [
        "state", "large", "small", "high", "low", "few", "non", "single", "multi", "first",
        "second", "strong", "many", "key", "best", "full", "open", "self", "zero", "one", "two",
        "three", "maximum", "initial", "case", "slow", "third", "extra", "half", "true", "near",
        "robust", "scalable",
    ]
)  # fmt: skip

Weigh = Callable[[str], float]
"""What a word tells that is given as `bot.relate.words.terms` gives it."""


# A term that two papers share: what it weighs, and its words.
_Shared = tuple[float, tuple[str, ...]]


class _Word(NamedTuple):
    key: str
    surface: str
    joint: str  # between it and the word before if that follows directly; else empty
    telling: bool
    proper: bool  # a large letter here is not because of the place
    compound: bool  # a hyphen joins it to the word before


class Terms:
    """The terms of one paper, to be looked for in others."""

    def __init__(self, paper: Paper, weigh: Weigh) -> None:
        read = [*_read(paper.title, title=True), *_read(paper.abstract, title=False)]
        self._words: dict[str, list[_Word]] = {}
        for word in read:
            self._words.setdefault(word.key, []).append(word)
        self._weights = {
            key: weigh(key)
            for key, words in self._words.items()
            if any(word.telling for word in words)
        }
        self._amounts = {
            key: weight * _often(len(self._words[key])) for key, weight in self._weights.items()
        }
        # A part of a compound is no term, unless it also stands alone.
        alone = {
            word.key
            for word, after in zip(read, [*read, None][1:], strict=True)
            if not word.compound and not (after is not None and after.compound)
        }
        self._single = {
            key for key in alone if self._weights.get(key, 0) >= _TELLING and tells_alone(key)
        }
        self._phrases: dict[tuple[str, ...], Sequence[_Word]] = {}
        for phrase in _phrases(read):
            keys = tuple(word.key for word in phrase)
            if keys not in self._phrases or all(word.proper for word in phrase):
                self._phrases[keys] = phrase
        # The phrases by their last words, with a text that is in `shared`'s if they are.
        self._ending: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        for keys in self._phrases:
            if sum(self._weights.get(key, 0) for key in keys) >= _TELLING_PHRASE:
                self._ending.setdefault(keys[-1], []).append((keys, f" {' '.join(keys)} "))
        self._surfaces: dict[str, str] = {}

    def shared(self, theirs: Sequence[str]) -> tuple[str, ...]:
        """Of the terms that another paper has too (`keys_of` its text), the few that weigh most."""
        counts = Counter(filter(self._words.__contains__, theirs))
        text = f" {' '.join(theirs)} "
        amounts = {
            key: self._amounts[key] * _often(counts[key])
            for key in self._amounts.keys() & counts.keys()
        }
        found: list[_Shared] = [(amounts[key], (key,)) for key in self._single & amounts.keys()]
        for last in self._ending.keys() & counts.keys():
            for keys, joined in self._ending[last]:
                if keys[0] in counts and joined in text:
                    best, *others = sorted([amounts.get(key, 0) for key in keys], reverse=True)
                    found.append((best + _MORE * sum(others) + _LONGER * len(keys), keys))
        return tuple(self._written(keys) for keys in _told(found))

    def _written(self, keys: tuple[str, ...]) -> str:
        """A term as the paper writes it."""
        if len(keys) == 1:
            return self._surface(keys[0])
        phrase = self._phrases[keys]
        as_is = all(word.proper for word in phrase)
        return "".join(
            (word.joint if at else "") + (word.surface if as_is else self._surface(word.key))
            for at, word in enumerate(phrase)
        )

    def _surface(self, key: str) -> str:
        """How the paper writes a word: as inside of sentences if it is there."""
        if key not in self._surfaces:
            written: Counter[str] = Counter()
            for word in self._words[key]:
                surface = word.surface
                if len(surface) == 1 or (surface[1:].islower() and not word.proper):
                    surface = surface.lower()
                written[surface] += 100 if word.proper else 1
            self._surfaces[key] = written.most_common(1)[0][0]
        return self._surfaces[key]


def _told(found: list[_Shared]) -> list[tuple[str, ...]]:
    """The weightiest, without those that say again what a weightier one says."""
    told: list[tuple[str, ...]] = []
    # The words that were named, by how they begin.
    said: dict[str, list[str]] = {}
    for _, keys in sorted(found, key=lambda term: (-term[0], term[1])):
        new = sum(not _says(said, key) for key in keys)
        if 2 * new >= len(keys) and new:
            told.append(keys)
            for key in keys:
                said.setdefault(key[:_BEGINNING], []).append(key)
        if len(told) == _SHOWN:
            break
    return told


def _says(said: Mapping[str, Sequence[str]], key: str) -> bool:
    """Whether a word was named, or another one of its family (`regularized`, `regularization`)."""
    alike = said.get(key[:_BEGINNING])
    return alike is not None and any(_akin(key, known) for known in alike)


def _akin(one: str, other: str) -> bool:
    """Whether words that begin alike are the same or of one family."""
    if one == other:
        return True
    shorter = min(len(one), len(other))
    if shorter < _BEGINNING:
        return False
    same = max(6, shorter - 2)
    return one[:shorter] == other[:shorter] or (shorter >= same and one[:same] == other[:same])


@lru_cache(maxsize=1000)
def _often(count: int) -> float:
    return 1 + math.log(count) / 2


def _read(text: str, *, title: bool) -> Iterator[_Word]:
    """The words of a title or an abstract, in their order."""
    text = _ADDRESS.sub(";", to_unicode(text[:_LONGEST]))
    end, begins = 0, True
    for match in _WORD.finditer(text):
        between, surface = text[end : match.start()], match.group()
        begins = begins or not (between == " " or _SENTENCE_ENDS.isdisjoint(between))
        joint = between if between in _JOINTS and end else ""
        end = match.end()
        told, own = _terms(surface)
        if len(told) > 1:  # Chinese, Japanese or Korean: pairs of letters
            for pair in told:
                yield _Word(pair, pair, "", telling=True, proper=True, compound=False)
        else:
            telling = bool(told) and own not in GENERAL_WORDS
            proper = not title and not begins
            yield _Word(own, surface, joint, telling, proper, joint not in {"", " "})
        begins = False


@lru_cache(maxsize=20_000)
def _terms(word: str) -> tuple[Sequence[str], str]:
    """What a word tells (of Chinese several), and what it is compared by."""
    told = terms(word)
    return told, told[0] if told else stem(fold(word))


def readable(paper: Paper) -> str:
    """The title and the abstract as one text without LaTeX."""
    return f"{to_unicode(paper.title[:_LONGEST])}.\n{to_unicode(paper.abstract[:_LONGEST])}"


def keys_of(text: str) -> list[str]:
    """The words of a text as they are compared, with an empty one between parts of sentences."""
    if text.isascii():
        parts = text.translate(_ASCII).replace(_BREAK, " . ").split()
        return list(map(_key, parts))
    # Accents are read word by word: nearly all words of nearly all papers have none.
    found = map(_key, _WORD_OR_BREAK.findall(normalize("NFC", text).lower()))
    return " ".join(found).split(" ")  # a word may be several


@lru_cache(maxsize=50_000)
def _key(word: str) -> str:
    if not word.isalnum():
        return ""
    # Chinese, Japanese and Korean: several, pairs of letters.
    return stem(word) if word.isascii() else " ".join(map(stem, words(word)))


def _phrases(read: Sequence[_Word]) -> Iterator[Sequence[_Word]]:
    """The runs of some words that may be terms: no part of a compound goes without the
    rest of it, and what stands inside of one need not tell anything (`sim-to-real`)."""
    for start, first in enumerate(read):
        if first.compound or not (first.telling or first.key in _OPENING or _is_sign(read, start)):
            continue
        apart = 1
        for end in range(start + 2, min(start + _LONGEST_TERM, len(read)) + 1):
            last = read[end - 1]
            apart += not last.compound
            if apart > _WORDS or not last.joint:
                break
            whole = end == len(read) or not read[end].compound
            numbered = last.compound and any(map(str.isdigit, last.key))
            if whole and (last.telling or numbered):
                yield read[start:end]
            elif not (last.telling or last.compound):
                break


def _is_sign(read: Sequence[_Word], at: int) -> bool:
    """Whether a letter or a number begins a compound, as in `k-means`."""
    key = read[at].key
    return (len(key) == 1 or key.isdigit()) and at + 1 < len(read) and read[at + 1].compound
