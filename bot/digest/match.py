"""Matching and order: which announcements a subscription's rules take, and which come first.

The score of a paper is the sum of its reasons, all of which a reader can be told:

    keyword in the title        3      keyword in the abstract     1
    author                      4
    primary category subscribed 0.5
    new 0.4, cross-list 0.2, replacement 0.1, replacement of a cross-list 0

Papers of the same score stand in the order of arXiv's identifiers, so that the same announcements
always give the same list.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

from bot.models import Announcement, AnnounceType, Match, Paper, Reason, Rules
from bot.text.names import AuthorName
from bot.text.names import matches as same_author
from bot.text.terms import TermIndex
from bot.text.tokens import spans, stem

TITLE_WEIGHT = 3.0
ABSTRACT_WEIGHT = 1.0
AUTHOR_WEIGHT = 4.0
PRIMARY_WEIGHT = 0.5
TYPE_WEIGHTS: Mapping[AnnounceType, float] = {
    AnnounceType.NEW: 0.4,
    AnnounceType.CROSS: 0.2,
    AnnounceType.REPLACE: 0.1,
    AnnounceType.REPLACE_CROSS: 0.0,
}
_TYPE_ORDER = {kind: place for place, kind in enumerate(AnnounceType)}


@dataclass(frozen=True, slots=True)
class _Hits:
    title: bool
    abstract: bool


# One object for all papers that are hit alike: there are tens of thousands of hits in a big day,
# and the garbage collector would look at each.
_hits = cache(_Hits)


class _PaperText:
    """A paper made ready to be asked for words and names."""

    __slots__ = ("_names", "abstract", "authors", "paper", "title")

    def __init__(self, paper: Paper) -> None:
        self.paper = paper
        self.title = TermIndex(paper.title)
        self.abstract = TermIndex(paper.abstract)
        self.authors = paper.authors
        self._names: tuple[AuthorName, ...] | None = None

    @property
    def names(self) -> tuple[AuthorName, ...]:
        if self._names is None:
            self._names = tuple(AuthorName.parse(author) for author in self.authors)
        return self._names


class MatchIndex:
    """Announcements, indexed so that a thousand subscriptions can be matched in a moment.

    CPU work: build and ask it on a thread. What one subscription asks for is remembered for the
    next that asks for the same.
    """

    def __init__(self, announcements: Iterable[Announcement]) -> None:
        self._by_category: defaultdict[str, list[Announcement]] = defaultdict(list)
        self._texts: list[_PaperText] = []
        self._number: dict[tuple[str, int], int] = {}
        self._words: defaultdict[str, set[int]] = defaultdict(set)
        self._author_words: defaultdict[str, set[int]] = defaultdict(set)
        self._terms: dict[str, dict[int, _Hits]] = {}
        self._authors: dict[str, frozenset[int]] = {}
        for announcement in announcements:
            self._by_category[announcement.category].append(announcement)
            paper = announcement.paper
            if (paper.id, paper.version) not in self._number:
                self._add(paper)

    def rank(
        self, rules: Rules, *, since: Mapping[str, date] | None = None, after_seq: int = 0
    ) -> list[tuple[float, Announcement]]:
        """The papers that the rules take, with their scores, best first; each paper once.

        `since` and `after_seq` leave out announcements of days or arrivals before.
        """
        taken = self._announced(rules.categories, since, after_seq, rules.include.types)
        allowed: set[int] | None = None
        boost: defaultdict[int, float] = defaultdict(float)
        if rules.keywords or rules.authors:
            for keyword in rules.keywords:
                for number, hits in self._find(keyword).items():
                    boost[number] += TITLE_WEIGHT * hits.title + ABSTRACT_WEIGHT * hits.abstract
            for author in rules.authors:
                for number in self._by_author(author):
                    boost[number] += AUTHOR_WEIGHT
            allowed = set(boost)
        excluded = {number for term in rules.exclusions for number in self._find(term)}
        categories = set(rules.categories)
        ranked: list[tuple[float, Announcement]] = []
        for number, announcement in taken.items():
            if number in excluded or (allowed is not None and number not in allowed):
                continue
            score = (
                boost.get(number, 0.0)
                + PRIMARY_WEIGHT * (announcement.paper.primary_category in categories)
                + TYPE_WEIGHTS[announcement.type]
            )
            ranked.append((round(score, 3), announcement))
        ranked.sort(key=lambda pair: (-pair[0], pair[1].paper.id))
        return ranked

    def match(
        self, rules: Rules, *, since: Mapping[str, date] | None = None, after_seq: int = 0
    ) -> list[Match]:
        """Like `rank`, each with the reasons that make up its score."""
        return [
            Match(announcement, score, self._reasons(rules, announcement))
            for score, announcement in self.rank(rules, since=since, after_seq=after_seq)
        ]

    def announced(
        self,
        categories: Sequence[str],
        *,
        since: Mapping[str, date] | None = None,
        after_seq: int = 0,
    ) -> int:
        """How many papers were announced in these categories, of whatever type."""
        return len(self._announced(categories, since, after_seq, frozenset(AnnounceType)))

    def days(
        self,
        categories: Sequence[str],
        *,
        since: Mapping[str, date] | None = None,
        after_seq: int = 0,
    ) -> tuple[date, ...]:
        """The announcement days of these categories, in order."""
        taken = self._announced(categories, since, after_seq, frozenset(AnnounceType))
        return tuple(sorted({announcement.day for announcement in taken.values()}))

    def _add(self, paper: Paper) -> None:
        number = len(self._texts)
        self._number[paper.id, paper.version] = number
        self._texts.append(_PaperText(paper))
        for text in (paper.title, paper.abstract):
            for _, _, token in spans(text):
                self._words[stem(token)].add(number)
        for author in paper.authors:
            for _, _, token in spans(author):
                self._author_words[token].add(number)

    def _announced(
        self,
        categories: Sequence[str],
        since: Mapping[str, date] | None,
        after_seq: int,
        types: frozenset[AnnounceType],
    ) -> dict[int, Announcement]:
        """One announcement a paper: of its latest version, the one of the strongest type."""
        found: dict[str, Announcement] = {}
        for category in categories:
            first = since.get(category, date.min) if since is not None else date.min
            for announcement in self._by_category.get(category, ()):
                if (
                    announcement.seq <= after_seq
                    or announcement.day < first
                    or announcement.type not in types
                ):
                    continue
                known = found.get(announcement.paper.id)
                if known is None or _stronger(announcement, known):
                    found[announcement.paper.id] = announcement
        return {self._number[a.paper.id, a.paper.version]: a for a in found.values()}

    def _find(self, term: str) -> dict[int, _Hits]:
        known = self._terms.get(term)
        if known is None:
            known = {}
            firsts = {stem(token) for start, _, token in spans(term) if start == 0}
            for number in set[int]().union(*(self._words.get(first, ()) for first in firsts)):
                text = self._texts[number]
                hits = _hits(term in text.title, term in text.abstract)
                if hits.title or hits.abstract:
                    known[number] = hits
            self._terms[term] = known
        return known

    def _by_author(self, wanted: str) -> frozenset[int]:
        known = self._authors.get(wanted)
        if known is None:
            name = AuthorName.parse(wanted)
            words = [token for _, _, token in spans(name.surname)]
            possible = set[int]().union(*(self._author_words.get(word, ()) for word in words))
            known = frozenset(
                number
                for number in possible
                if any(same_author(name, other) for other in self._texts[number].names)
            )
            self._authors[wanted] = known
        return known

    def _reasons(self, rules: Rules, announcement: Announcement) -> tuple[Reason, ...]:
        paper = announcement.paper
        number = self._number[paper.id, paper.version]
        reasons: list[Reason] = []
        for keyword in rules.keywords:
            hits = self._find(keyword).get(number)
            if hits is not None and hits.title:
                reasons.append(Reason(keyword, "title", TITLE_WEIGHT))
            if hits is not None and hits.abstract:
                reasons.append(Reason(keyword, "abstract", ABSTRACT_WEIGHT))
        reasons += [
            Reason(author, "authors", AUTHOR_WEIGHT)
            for author in rules.authors
            if number in self._by_author(author)
        ]
        if paper.primary_category in rules.categories:
            reasons.append(Reason(paper.primary_category, "primary category", PRIMARY_WEIGHT))
        reasons.append(
            Reason(announcement.category, announcement.type.value, TYPE_WEIGHTS[announcement.type])
        )
        return tuple(reasons)


def _stronger(one: Announcement, other: Announcement) -> bool:
    if one.paper.version != other.paper.version:
        return one.paper.version > other.paper.version
    return _TYPE_ORDER[one.type] < _TYPE_ORDER[other.type]
