"""Papers by the words that they share: TF-IDF over titles and abstracts. Pure, CPU work.

A word weighs more in the title, more the oftener it comes (by the logarithm), and more the fewer
papers have it. Two papers are as alike as the cosine of their weighted words.
"""

import heapq
import math
import re
import struct
from array import array
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from bot.models import Paper
from bot.text.latex import to_unicode
from bot.text.tokens import stem, words

_TITLE_WEIGHT = 3
# Longer texts are no abstracts; reading them would only take time.
_LONGEST = 6000
# A question is its weightiest words: the rest hardly changes the order, and takes the time.
_ASKED = 80
# A word that so many of the papers have tells nothing about any of them.
_COMMON = 0.2
# A few papers tell little about how rare a word is: as many more are thought to be without it.
_UNSEEN = 100
_TOLD = 8
_PACKED = struct.Struct("If")
_SURFACE = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")
_JOINT = re.compile(r"[-'’]")
_WORD = re.compile(r"[^\W\d_]")
_STOP = frozenset(
    stem(word)
    for word in [
        "about", "above", "across", "after", "again", "against", "all", "almost", "along",
        "already", "also", "although", "among", "an", "and", "another", "any", "are", "around",
        "art", "as", "at", "available", "based", "be", "because", "been", "before", "being",
        "below", "best", "better", "between", "both", "but", "by", "can", "cannot", "code",
        "could", "demonstrate", "demonstrating", "despite", "different", "do", "does", "due",
        "during", "each", "effective", "effectively", "either", "enough", "et", "al", "etc",
        "even", "every", "existing", "experiment", "experimental", "extensive", "few", "find",
        "finding", "first", "for", "four", "from", "full", "further", "furthermore", "github",
        "given", "good", "has", "have", "here", "high", "higher", "how", "however", "http",
        "https", "i", "if", "important", "improve", "improved", "improvement", "in", "including",
        "instead", "into", "introduce", "is", "it", "its", "just", "key", "large", "largely",
        "later", "leading", "less", "like", "low", "lower", "made", "main", "make", "many", "may",
        "method", "might", "more", "moreover", "most", "much", "must", "necessary", "need", "new",
        "no", "non", "nor", "not", "novel", "now", "of", "off", "often", "on", "once", "one",
        "only", "onto", "or", "other", "our", "out", "outperform", "over", "own", "paper", "per",
        "performance", "possible", "potential", "present", "previous", "propose", "proposed",
        "prior", "problem", "provide", "rather", "recent", "recently", "remain", "require",
        "respectively", "result", "second", "see", "several", "should", "show", "showing",
        "shown", "significant", "significantly", "since", "single", "small", "so", "some",
        "state", "still", "strong", "study", "such", "than", "that", "the", "their", "them",
        "then", "there", "thereby", "therefore", "these", "they", "this", "those", "three",
        "through", "throughout", "thus", "to", "together", "too", "toward", "towards", "two",
        "under", "unlike", "until", "up", "upon", "use", "used", "useful", "using", "various",
        "very", "via", "was", "we", "well", "were", "what", "when", "where", "whereas", "whether",
        "which", "while", "who", "whose", "why", "widely", "will", "with", "within", "without",
        "work", "would", "yet", "you",
    ]
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Likeness:
    """A paper that is like another: its id, the cosine (0 to 1), and the shared stems by weight."""

    paper_id: str
    score: float
    stems: tuple[str, ...]


class TermVectors:
    """Papers as weighted words. Not safe for several threads at once."""

    def __init__(self) -> None:
        self._ids: list[str] = []
        self._known: set[str] = set()
        # By word: the papers that have it, each with its weight, packed. Not as objects, because
        # the collector would walk through millions of them and hold up everything else.
        self._having: dict[str, bytearray] = {}
        self._lengths: array[float] | None = None

    def __len__(self) -> int:
        return len(self._ids)

    def add(self, papers: Iterable[Paper]) -> None:
        """Take papers in. One that is there already stays as it is, whatever its version."""
        for paper in papers:
            if paper.id in self._known:
                continue
            place = len(self._ids)
            self._ids.append(paper.id)
            self._known.add(paper.id)
            self._lengths = None
            for term, weight in _weights(paper).items():
                self._having.setdefault(term, bytearray()).extend(_PACKED.pack(place, weight))

    def alike(self, paper: Paper, limit: int) -> list[Likeness]:
        """The papers most like one, best first, without itself; it need not be among them."""
        lengths = self._measured()
        asked: list[tuple[float, float, str]] = []
        length = 0.0
        for term, weight in _weights(paper).items():
            rarity = self._rarity(term)
            length += (weight * rarity) ** 2
            if rarity and term in self._having:
                asked.append((weight * rarity, rarity, term))
        if not asked:
            return []
        asked = heapq.nlargest(_ASKED, asked)
        scores = [0.0] * len(self._ids)
        for wanted, rarity, term in asked:
            factor = wanted * rarity
            for place, weight in _PACKED.iter_unpack(self._having[term]):
                scores[place] += factor * weight
        own = math.sqrt(length)
        ranked = (
            (score / (own * lengths[place]), place)
            for place, score in enumerate(scores)
            if score > 0 and self._ids[place] != paper.id
        )
        best = heapq.nlargest(limit, ranked, key=lambda found: (found[0], -found[1]))
        stems = self._shared(asked, [place for _, place in best])
        return [
            Likeness(self._ids[place], min(score, 1.0), stems.get(place, ()))
            for score, place in best
        ]

    def _shared(
        self, asked: list[tuple[float, float, str]], places: list[int]
    ) -> dict[int, tuple[str, ...]]:
        """For each of these papers the asked words that it has, the weightiest first."""
        wanted_places = set(places)
        shares: dict[int, list[tuple[float, str]]] = {}
        for wanted, rarity, term in asked:
            for place, weight in _PACKED.iter_unpack(self._having[term]):
                if place in wanted_places:
                    shares.setdefault(place, []).append((wanted * rarity * weight, term))
        return {
            place: tuple(term for _, term in heapq.nlargest(_TOLD, found))
            for place, found in shares.items()
        }

    def _rarity(self, term: str) -> float:
        """What a word tells: nothing if many papers have it."""
        total = len(self._ids)
        having = len(self._having.get(term, b"")) // _PACKED.size
        if having > _COMMON * (total + _UNSEEN):
            return 0.0
        return math.log((total + _UNSEEN) / (having + 0.5))

    def _measured(self) -> "array[float]":
        """The length of each paper's vector; anew after papers were added."""
        if self._lengths is None:
            squares = array("d", bytes(8 * len(self._ids)))
            for term, packed in self._having.items():
                rarity = self._rarity(term)
                for place, weight in _PACKED.iter_unpack(packed):
                    squares[place] += (weight * rarity) ** 2
            self._lengths = array("d", (math.sqrt(square) or 1.0 for square in squares))
        return self._lengths


def surfaces(paper: Paper) -> dict[str, str]:
    """How the paper itself writes its words, by their stems."""
    written: dict[str, Counter[str]] = {}
    for found in _SURFACE.finditer(_text(paper)):
        surface = found.group()
        if surface[1:].islower() or len(surface) == 1:  # the large letter begins a sentence
            surface = surface.lower()
        for piece in (surface, *_JOINT.split(surface)):
            for word in words(piece)[-1:]:
                written.setdefault(stem(word), Counter())[piece] += 1
    return {term: counted.most_common(1)[0][0] for term, counted in written.items()}


def _text(paper: Paper) -> str:
    return to_unicode(paper.title[:_LONGEST]) + "\n" + to_unicode(paper.abstract[:_LONGEST])


def _weights(paper: Paper) -> dict[str, float]:
    counted = Counter(_terms(paper.abstract))
    for term in _terms(paper.title):
        counted[term] += _TITLE_WEIGHT
    return {term: 1.0 + math.log(times) for term, times in counted.items()}


def _terms(text: str) -> list[str]:
    found = (stem(word) for word in words(to_unicode(text[:_LONGEST])))
    return [term for term in found if len(term) > 1 and _WORD.search(term) and term not in _STOP]
