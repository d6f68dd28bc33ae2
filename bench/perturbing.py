"""Making a paper out of others: sentences, words, titles, names and rare terms are exchanged."""

import random
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z$\\])")
_PIECE = re.compile(r"[^\W\d_]+|\d+")

# Chosen so that the vocabulary of 200,000 papers is what Heaps' law, fitted to 3,000, 10,000 and
# 30,000 real ones, expects: 225,000 words (the exponent is 0.56 there).
_NEW_WORD = 0.48
_RARE = 3
_OTHER_SENTENCE = 0.4
_OTHER_WORD = 0.05
_DROPPED_WORD = 0.015
_OTHER_AUTHOR = 0.5

_Part = TypeVar("_Part")


@dataclass(frozen=True, slots=True)
class Text:
    """What of a paper is mixed: words of the title, words of each sentence, names, the comment."""

    category: str
    categories: tuple[str, ...]
    title: tuple[str, ...]
    sentences: tuple[tuple[str, ...], ...]
    authors: tuple[str, ...]
    comment: str | None

    @property
    def abstract(self) -> str:
        return " ".join(" ".join(sentence) for sentence in self.sentences)


class Mixer:
    """Makes texts like the given ones. The same seed and the same calls give the same texts."""

    def __init__(self, texts: Sequence[Text], seed: int) -> None:
        self._dice = random.Random(seed)
        self._kin: Mapping[str, list[Text]] = _by(texts, lambda text: text.category)
        words: Counter[str] = Counter()
        for text in texts:
            for part in (text.title, *text.sentences):
                words.update(part)
        pieces: Counter[str] = Counter()
        for word, count in words.items():
            for piece in _PIECE.findall(word.lower()):
                pieces[piece] += count
        self._rare = frozenset(piece for piece, count in pieces.items() if count <= _RARE)
        self._with_rare = frozenset(
            word for word in words if not self._rare.isdisjoint(_PIECE.findall(word.lower()))
        )
        self._tails = sorted(piece for piece in self._rare if len(piece) > 3) or ["term"]

    def mixed(self, base: Text) -> Text:
        """A text of the base's length and field, with parts of others of the same category."""
        kin = self._kin[base.category]
        renamed: dict[str, str] = {}
        sentences = tuple(
            self._words(self._sentence(base, at, kin), kin, renamed)
            for at in range(len(base.sentences))
        )
        return Text(
            base.category,
            base.categories,
            self._title(base, self._dice.choice(kin), renamed),
            sentences,
            tuple(dict.fromkeys(self._author(name, kin) for name in base.authors)),
            self._dice.choice(kin).comment if self._dice.random() < 0.5 else base.comment,
        )

    def _sentence(self, base: Text, at: int, kin: Sequence[Text]) -> Sequence[str]:
        if self._dice.random() >= _OTHER_SENTENCE:
            return base.sentences[at]
        other = self._dice.choice(kin).sentences
        # From the same place: openings stay openings, results stay results.
        return other[at * len(other) // len(base.sentences)]

    def _words(
        self, sentence: Sequence[str], kin: Sequence[Text], renamed: dict[str, str]
    ) -> tuple[str, ...]:
        made = list(sentence)
        for _ in range(self._times(len(made) * _OTHER_WORD)):
            other = self._dice.choice(self._dice.choice(kin).sentences)
            made[self._below(len(made))] = other[self._below(len(other))]
        for _ in range(self._times(len(made) * _DROPPED_WORD)):
            if len(made) > 3:
                del made[self._below(len(made))]
        return tuple(self._renewed(word, renamed) for word in made)

    def _title(self, base: Text, other: Text, renamed: dict[str, str]) -> tuple[str, ...]:
        mine, theirs = _halves(base.title), _halves(other.title)
        if mine and theirs and self._dice.random() < 0.5:
            words = [*mine[0], *theirs[1]]
        else:
            words = list(base.title)
            for _ in range(1 + self._below(3)):
                words[self._below(len(words))] = other.title[self._below(len(other.title))]
        return tuple(self._renewed(word, renamed) for word in words)

    def _author(self, name: str, kin: Sequence[Text]) -> str:
        if self._dice.random() >= _OTHER_AUTHOR:
            return name
        other = self._dice.choice(self._dice.choice(kin).authors)
        if self._dice.random() < 0.5:
            return other
        given, _, _ = name.rpartition(" ")
        return f"{given} {other.rpartition(' ')[2]}".strip()

    def _renewed(self, word: str, renamed: dict[str, str]) -> str:
        """A word with its rare pieces, perhaps, as new ones: the same ones all through a paper."""
        if word not in self._with_rare:
            return word
        return _PIECE.sub(lambda piece: self._piece(piece.group(), renamed), word)

    def _piece(self, piece: str, renamed: dict[str, str]) -> str:
        key = piece.lower()
        if key not in self._rare:
            return piece
        if key not in renamed:
            renamed[key] = self._new(piece) if self._dice.random() < _NEW_WORD else piece
        return renamed[key]

    def _new(self, piece: str) -> str:
        """Other digits, or the beginning of one word with the end of another."""
        if piece.isdigit():
            return "".join(str(self._below(10)) for _ in piece)
        if len(piece) < 4:
            return piece
        return piece[: (len(piece) + 1) // 2] + self._tail()

    def _tail(self) -> str:
        tail = self._tails[self._below(len(self._tails))]
        return tail[len(tail) // 2 :].lower()

    def _times(self, mean: float) -> int:
        """How often something happens that happens so often on average."""
        whole = int(mean)
        return whole + (self._dice.random() < mean - whole)

    def _below(self, limit: int) -> int:
        return int(self._dice.random() * limit)


def text_of(record: Mapping[str, Any]) -> Text | None:
    """A paper's text in parts; None if it has no title, no abstract or no author."""
    sentences = _SENTENCE.split(record["abstract"])
    text = Text(
        category=record["primary_category"],
        categories=tuple(record["categories"]),
        title=tuple(record["title"].split()),
        sentences=tuple(tuple(part.split()) for part in sentences if part.strip()),
        authors=tuple(record["authors"]),
        comment=record["comment"],
    )
    return text if text.title and text.sentences and text.authors else None


def _halves(title: Sequence[str]) -> tuple[Sequence[str], Sequence[str]] | None:
    """What stands before and behind a title's colon."""
    for at, word in enumerate(title[:-1], 1):
        if word.endswith(":"):
            return title[:at], title[at:]
    return None


def _by(parts: Iterable[_Part], key: Callable[[_Part], str]) -> dict[str, list[_Part]]:
    found: defaultdict[str, list[_Part]] = defaultdict(list)
    for part in parts:
        found[key(part)].append(part)
    return dict(found)
