"""How likely each word of an abstract is to stand in a human one-sentence summary of it.

A logistic regression on where the word stands: every group of cells below gives one weight to a
word, by the cell that the word falls into. `bench/fit_summarizer.py` fits them.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, pairwise, product
from math import exp

from bot.enrich.summarize.features import Features

MOST_RARE = 5
_RARE = (0, 0, 1, 1, 2, 2)  # in three classes
_BIT = (0, 1)

# Name and number of cells of each group, in the order of `cells`.
GROUPS: tuple[tuple[str, int], ...] = (
    ("title, sentences with it", 12),
    ("title, rarity", 12),
    ("sentences with it, rarity", 36),
    ("first contribution, title, rare", 12),
    ("proposing sentence, first contribution, sentences with it", 18),
    ("finding, title", 4),
    ("obstacle, title, first contribution", 8),
    ("beside a title word, title", 4),
    ("first sentence with it", 5),
    ("place of that sentence in quarters", 4),
    ("sentences in all, sentences with it", 42),
    ("length, title", 12),
    ("title share of its best sentence, title", 12),
    ("before the title's colon", 2),
    ("name, title", 4),
)


@dataclass(frozen=True, slots=True)
class Setting:
    """An abstract as the cells see it: the stems of its title and of its sentences."""

    title: frozenset[str]
    before_colon: frozenset[str]
    names: frozenset[str]
    sentences: Sequence[Sequence[str]]
    features: Sequence[Features]

    def first_contribution(self) -> frozenset[str]:
        """The stems of the first sentence in which the authors say what they contribute."""
        for words, seen in zip(self.sentences, self.features, strict=True):
            if seen.first_we:
                return frozenset(words)
        return frozenset()


class Places:
    """Where the words of an abstract stand: what the cells are made of."""

    def __init__(self, setting: Setting) -> None:
        sentences, features, title = setting.sentences, setting.features, setting.title
        held = [frozenset(words) for words in sentences]
        nothing: frozenset[str] = frozenset()
        self.holders = Counter(chain.from_iterable(held))
        self.proposing = next(
            (held[at] for at, seen in enumerate(features) if seen.strong), nothing
        )
        self.first = next((held[at] for at, seen in enumerate(features) if seen.first_we), nothing)
        self.found = nothing.union(*(held[at] for at, one in enumerate(features) if one.finding))
        self.obstacles = nothing.union(
            *(held[at] for at, one in enumerate(features) if one.obstacle)
        )
        self.size = min(len(sentences), 12) // 2
        self.beside: set[str] = set()
        # The first sentence with each word, from 0 to 4, and the quarter that it is in.
        self.begins: dict[str, tuple[int, int]] = {}
        # The title share of each word's best sentence, in fifths.
        self.titled: dict[str, int] = {}
        count = len(sentences)
        for at in reversed(range(count)):
            self.begins.update(dict.fromkeys(held[at], (min(at, 4), 4 * at // count)))
        shares = [5 * len(words & title) // (len(title) or 1) for words in held]
        for at in sorted(range(count), key=shares.__getitem__):
            self.titled.update(dict.fromkeys(held[at], shares[at]))
        for at, words in enumerate(sentences):
            if shares[at] or not held[at].isdisjoint(title):
                for one, other in pairwise(words):
                    if one in title:
                        self.beside.add(other)
                    if other in title:
                        self.beside.add(one)


def cells(setting: Setting, rarity: Mapping[str, int]) -> dict[str, tuple[int, ...]]:
    """For every word of the abstract the cell of each group that it falls into."""
    seen = Places(setting)
    result: dict[str, tuple[int, ...]] = {}
    for word, times in seen.holders.items():
        t = word in setting.title
        k = times if times < 6 else 5
        rare = rarity.get(word, MOST_RARE)
        a = word in seen.first
        begin, quarter = seen.begins[word]
        length = len(word)
        result[word] = (
            t * 6 + k,
            t * 6 + rare,
            k * 6 + rare,
            a * 6 + t * 3 + _RARE[rare],
            ((word in seen.proposing) + a) * 6 + k,
            (word in seen.found) * 2 + t,
            (word in seen.obstacles) * 4 + t * 2 + a,
            (word in seen.beside) * 2 + t,
            begin,
            quarter,
            seen.size * 6 + k,
            t * 6 + (length // 2 if length < 10 else 5),
            t * 6 + seen.titled[word],
            word in setting.before_colon,
            (word in setting.names) * 2 + t,
        )
    return result


@dataclass(frozen=True)
class Likelihood:
    """The fitted regression.

    `groups` has a weight for every cell of every group. `leaning` is each common stem's
    log odds of being taken up in a summary, `rarity` its rarity from 0 (in most abstracts) to
    5; stems outside are of rarity 5 and lean by `usual`. `lean` weighs the leaning: of any
    word, more if in the title, more if in the first contribution.
    """

    base: float
    groups: tuple[tuple[float, ...], ...]
    lean: tuple[float, float, float]
    usual: float
    leaning: Mapping[str, float]
    rarity: Mapping[str, int]

    @cached_property
    def _sums(self) -> tuple[list[float], list[float], list[float]]:
        """The groups summed up over what they share, so that a word needs few look-ups.

        In mixed radix: title, first contribution, proposing sentence, sentences with it, rarity;
        title, first contribution and six flags; title, length, title share.
        """
        g = self.groups
        counted = [
            g[0][t * 6 + k] + g[1][t * 6 + r] + g[2][k * 6 + r]
            + g[3][a * 6 + t * 3 + _RARE[r]] + g[4][(p + a) * 6 + k]
            for t, a, p, k, r in product(_BIT, _BIT, _BIT, range(6), range(6))
        ]  # fmt: skip
        flagged = [
            g[5][f * 2 + t]
            + g[6][o * 4 + t * 2 + a]
            + g[7][b * 2 + t]
            + g[13][c]
            + g[14][n * 2 + t]
            for t, a, f, o, b, c, n in product(_BIT, repeat=7)
        ]
        sized = [
            g[11][t * 6 + length] + g[12][t * 6 + share]
            for t, length, share in product(_BIT, range(6), range(6))
        ]
        return counted, flagged, sized

    def of(self, setting: Setting) -> dict[str, float]:
        """The probability of every word of the abstract, from 0 to 1."""
        seen = Places(setting)
        counted, flagged, sized = self._sums
        title, first, proposing = setting.title, seen.first, seen.proposing
        found, obstacles, beside = seen.found, seen.obstacles, seen.beside
        before_colon, names, titled = setting.before_colon, setting.names, seen.titled
        by_count = self.groups[10][seen.size * 6 : seen.size * 6 + 6]
        by_start = {
            start: self.base + self.groups[8][start[0]] + self.groups[9][start[1]]
            for start in set(seen.begins.values())
        }
        begins, rarity, leaning, usual = seen.begins, self.rarity, self.leaning, self.usual
        any_word, in_title, in_first = self.lean
        result: dict[str, float] = {}
        for word, times in seen.holders.items():
            k = times if times < 6 else 5
            t, a = word in title, word in first
            both = t * 2 + a
            length = len(word)
            flags = (
                both * 32 + (word in found) * 16 + (word in obstacles) * 8 + (word in beside) * 4
                + (word in before_colon) * 2 + (word in names)
            )  # fmt: skip
            lean = any_word + t * in_title + a * in_first
            total = (
                by_start[begins[word]]
                + lean * leaning.get(word, usual)
                + counted[
                    (both * 2 + (word in proposing)) * 36 + k * 6 + rarity.get(word, MOST_RARE)
                ]
                + flagged[flags]
                + sized[t * 36 + (length // 2 if length < 10 else 5) * 6 + titled[word]]
                + by_count[k]
            )
            result[word] = 1 / (1 + exp(-total))
        return result
