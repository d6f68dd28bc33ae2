"""Known-item queries: what somebody types who looks for one paper and half remembers it.

The queries are made of the papers themselves; how good a search is, is told by where that paper
stands in what it finds (mean reciprocal rank).
"""

import random
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.models import Paper
from bot.text.names import AuthorName
from bot.text.tokens import fold

KINDS = (
    "title as it is",
    "three words of the title, in any order",
    "half of the title, shuffled, singular for plural",
    "a surname and a word of the title",
    "a name with its initial and a word of the title",
    "two neighboring words of the abstract and one of the title",
    "the system's name",
)
"""Each is a way to remember a paper."""

DEPTH = 100
"""A paper that does not stand among so many counts as not found."""

_WORD = re.compile(r"[A-Za-z][A-Za-z0-9+-]{2,}")
_NAME = re.compile(r"^([A-Z][A-Za-z0-9+-]{2,25}): ")
_STOP = frozenset(
    [
        "the", "and", "for", "with", "from", "via", "are", "can", "its", "our", "this", "that",
        "these", "into", "using", "use", "based", "not", "all", "how", "what", "why", "when",
        "towards", "toward", "over", "under", "between", "without", "new", "novel", "approach",
        "method", "methods", "show", "propose", "paper", "results", "which", "such", "than", "also",
        "more", "has", "have", "been", "their", "they", "but", "one", "two", "through", "large",
        "study", "model", "models", "learning", "data",
    ]
)  # fmt: skip
_PLURAL = re.compile(r"(?<=\w{4}[^\Wius])s$")


@dataclass(frozen=True, slots=True)
class KnownItem:
    """A query in the grammar of `/search`, and the one paper that it is about."""

    kind: str
    text: str
    paper_id: str


def known_items(papers: Sequence[Paper], each: int = 75, *, seed: int = 5) -> list[KnownItem]:
    """`each` queries of every kind; the same ones each time."""
    dice = random.Random(seed)
    having: Counter[str] = Counter()
    for paper in papers:
        having.update({fold(word) for word in _WORD.findall(paper.title)})
    found: list[KnownItem] = []
    for kind in KINDS:
        made: dict[str, KnownItem] = {}
        for paper in dice.sample(papers, len(papers)):
            text = _query(kind, paper, dice, having)
            if text:
                made.setdefault(text, KnownItem(kind, text, paper.id))
            if len(made) == each:
                break
        found += made.values()
    return found


def reciprocal_ranks(
    items: Sequence[KnownItem], results: Sequence[Sequence[str]]
) -> Mapping[str, float]:
    """By kind, and for all under "": the mean of 1/place of the wanted papers' ids in `results`,
    which are in the items' order, 0 for one that is not there."""
    sums: Counter[str] = Counter()
    counts: Counter[str] = Counter()
    for item, ids in zip(items, results, strict=True):
        place = list(ids[:DEPTH]).index(item.paper_id) + 1 if item.paper_id in ids[:DEPTH] else 0
        for key in (item.kind, ""):
            sums[key] += 1 / place if place else 0  # pyright: ignore[reportArgumentType] - of floats
            counts[key] += 1
    return {key: sums[key] / counts[key] for key in counts}


def plain_words(text: str) -> str:
    """A query without the grammar, for engines that have none."""
    return re.sub(r"\b(?:au|ti):", "", text).replace('"', "")


def _query(kind: str, paper: Paper, dice: random.Random, having: Mapping[str, int]) -> str:
    words = list(dict.fromkeys(_telling(paper.title)))
    if len(words) < 3:
        return ""
    # One that somebody remembers because few titles have it, and not one that nobody could know.
    word = min(words, key=lambda word: (having[fold(word)] < 3, having[fold(word)]))
    if kind == KINDS[0]:
        return _plain(paper.title)
    if kind == KINDS[1]:
        return " ".join(dice.sample(words, 3))
    if kind == KINDS[2]:
        half = dice.sample(words, max(3, len(words) // 2))
        return " ".join(_PLURAL.sub("", part) for part in half)
    name = AuthorName.parse(dice.choice(paper.authors)) if paper.authors else None
    if kind in {KINDS[3], KINDS[4]}:
        if name is None or not name.given or not name.surname.isalpha():
            return ""
        if kind == KINDS[3]:
            return f"{fold(name.surname)} {word}"
        return f'au:"{name.given[0][0]}. {name.surname}" {word}'
    if kind == KINDS[5]:
        return _neighbors(paper, dice, word)
    system = _NAME.match(paper.title)
    return system[1].lower() if system and having[fold(system[1])] <= 2 else ""


def _neighbors(paper: Paper, dice: random.Random, word: str) -> str:
    parts = re.findall(r"\b([A-Za-z]{4,}) ([A-Za-z]{4,})\b", paper.abstract)
    telling = [pair for pair in parts if not {fold(one) for one in pair} & _STOP]
    if not telling:
        return ""
    first, second = dice.choice(telling)
    return f"{first} {second} {word}".lower()


def _telling(text: str) -> list[str]:
    return [word for word in _WORD.findall(text) if fold(word) not in _STOP]


def _plain(text: str) -> str:
    """What of a title is no sign of the grammar."""
    return " ".join(re.sub(r"[^\w\s.+-]", " ", text).replace(" -", " ").split())
