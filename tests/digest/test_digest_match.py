"""Matching: which papers rules take, in which order, for which reasons."""

from dataclasses import replace
from datetime import date

import pytest

from bot.digest.match import MatchIndex
from bot.models import Announcement, AnnounceType, Include, Paper, Rules

DAY = date(2026, 6, 11)


def paper(number: int, **fields: object) -> Paper:
    made = Paper(
        id=f"2606.{number:05}",
        version=1,
        title="An invented title",
        abstract="An invented abstract.",
        authors=("Ada Invented",),
        categories=("cs.CL",),
        primary_category="cs.CL",
    )
    return replace(made, **fields)  # type: ignore[arg-type]


def announced(*papers: Paper, kind: AnnounceType = AnnounceType.NEW) -> list[Announcement]:
    return [
        Announcement(seq, "cs.CL", DAY, kind, found) for seq, found in enumerate(papers, start=1)
    ]


def ids(rules: Rules, announcements: list[Announcement]) -> list[str]:
    return [m.announcement.paper.id for m in MatchIndex(announcements).match(rules)]


RULES = Rules(("cs.CL",))


@pytest.mark.parametrize(
    ("keyword", "text", "found"),
    [
        ("diffusion", "We use Diffusion models.", True),
        ("diffusion", "Confusion reigns.", False),
        ("transformer", "Two transformers are compared.", True),
        ("co-training", "A cotraining scheme.", True),
        ("cotraining", "A co-training scheme.", True),
        ("co training", "A co-training scheme.", True),
        ("long context", "Models with long contexts.", True),
        ("long context", "Context can be long.", False),
        ("naive bayes", "Naïve Bayes again.", True),
        ("GPT-4", "We ask GPT-4 and others.", True),
        ("GPT-4", "We ask GPT-3 and others.", False),
        ("C++", "Written in C++ and Rust.", True),
        ("C++", "A C compiler.", False),
        ("量子", "关于量子计算的研究。", True),
    ],
)
def test_words_and_phrases(keyword: str, text: str, found: bool) -> None:
    announcements = announced(paper(1, abstract=text))
    assert ids(replace(RULES, keywords=(keyword,)), announcements) == (
        ["2606.00001"] if found else []
    )


@pytest.mark.parametrize(
    ("wanted", "author", "found"),
    [
        ("José García", "J. Garcia", True),
        ("J. Garcia", "José García", True),
        ("José García", "Juan García", False),
        ("Garcia", "José García", True),
        ("Smith", "Adam Smithson", False),
    ],
)
def test_authors(wanted: str, author: str, found: bool) -> None:
    announcements = announced(paper(1, authors=("Bo Other", author)))
    assert bool(ids(replace(RULES, authors=(wanted,)), announcements)) is found


def test_a_paper_needs_one_keyword_or_author_and_no_exclusion() -> None:
    announcements = announced(
        paper(1, abstract="About parsing."),
        paper(2, authors=("Grace Fictional",)),
        paper(3, abstract="A survey about parsing."),
        paper(4, abstract="About something else."),
    )
    rules = replace(RULES, keywords=("parsing",), authors=("G. Fictional",), exclusions=("survey",))
    assert ids(rules, announcements) == ["2606.00002", "2606.00001"]


@pytest.mark.parametrize(
    ("include", "types"),
    [
        (Include.NEW, {"new"}),
        (Include.CROSS, {"new", "cross"}),
        (Include.REPLACEMENTS, {"new", "cross", "replace", "replace-cross"}),
    ],
)
def test_announce_types(include: Include, types: set[str]) -> None:
    announcements = [
        Announcement(seq, "cs.CL", DAY, kind, paper(seq))
        for seq, kind in enumerate(AnnounceType, start=1)
    ]
    found = MatchIndex(announcements).match(replace(RULES, include=include))
    assert {match.announcement.type.value for match in found} == types


def test_order_is_by_score_then_identifier_and_never_changes() -> None:
    announcements = announced(
        paper(4),
        paper(3, abstract="About parsing."),
        paper(2, title="Parsing"),
        paper(1, abstract="More parsing."),
    )
    rules = replace(RULES, keywords=("parsing",))
    expected = ["2606.00002", "2606.00001", "2606.00003"]
    assert ids(rules, announcements) == expected
    assert ids(rules, announcements[::-1]) == expected


def test_the_score_is_the_sum_of_the_reasons() -> None:
    announcements = announced(
        paper(1, title="Parsing trees", abstract="Parsing.", authors=("G. Fictional",))
    )
    rules = replace(RULES, keywords=("parsing", "trees"), authors=("Grace Fictional",))
    (match,) = MatchIndex(announcements).match(rules)
    assert match.score == pytest.approx(sum(reason.weight for reason in match.reasons))
    assert [(r.rule, r.where) for r in match.reasons] == [
        ("parsing", "title"),
        ("parsing", "abstract"),
        ("trees", "title"),
        ("Grace Fictional", "authors"),
        ("cs.CL", "primary category"),
        ("cs.CL", "new"),
    ]


def test_a_paper_in_two_categories_is_one_match_of_the_stronger_type() -> None:
    both = paper(1, categories=("cs.CL", "cs.AI"))
    announcements = [
        Announcement(1, "cs.AI", DAY, AnnounceType.CROSS, both),
        Announcement(2, "cs.CL", DAY, AnnounceType.NEW, both),
    ]
    index = MatchIndex(announcements)
    rules = Rules(("cs.AI", "cs.CL"), include=Include.CROSS)
    (match,) = index.match(rules)
    assert match.announcement.type is AnnounceType.NEW
    assert index.announced(rules.categories) == 1


def test_the_latest_version_stands_for_a_paper() -> None:
    old = paper(1)
    new = replace(old, version=2)
    announcements = [
        Announcement(1, "cs.CL", DAY, AnnounceType.NEW, old),
        Announcement(2, "cs.CL", date(2026, 6, 12), AnnounceType.REPLACE, new),
    ]
    (match,) = MatchIndex(announcements).match(replace(RULES, include=Include.REPLACEMENTS))
    assert match.announcement.paper.version == 2


def test_since_and_cursor_leave_out_what_was_before() -> None:
    announcements = [
        Announcement(1, "cs.CL", date(2026, 6, 10), AnnounceType.NEW, paper(1)),
        Announcement(2, "cs.CL", date(2026, 6, 11), AnnounceType.NEW, paper(2)),
        Announcement(3, "cs.CL", date(2026, 6, 12), AnnounceType.NEW, paper(3)),
    ]
    index = MatchIndex(announcements)
    since = {"cs.CL": date(2026, 6, 11)}
    assert [m.announcement.seq for m in index.match(RULES, since=since)] == [2, 3]
    assert [m.announcement.seq for m in index.match(RULES, since=since, after_seq=2)] == [3]
    assert index.days(("cs.CL",), since=since) == (date(2026, 6, 11), date(2026, 6, 12))
