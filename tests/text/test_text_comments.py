"""Facts in arXiv comments."""

import gzip
import json
from pathlib import Path

import pytest

from bot.text.comments import CommentFacts, facts, is_withdrawn


@pytest.mark.parametrize(
    ("comment", "pages", "figures", "tables"),
    [
        ("12 pages, 5 figures, 1 table", 12, 5, 1),
        ("11pages,3 figures", 11, 3, None),
        ("Nine pages, two Figures", 9, 2, None),
        ("24 pages + appendix", 24, None, None),
        ("10 main pages, 3 supplementary figures", 10, 3, None),
        ("Pages: 14", 14, None, None),
        ("In progress", None, None, None),
        ("Submitted in 2026", None, None, None),
    ],
)
def test_counts(comment: str, pages: int | None, figures: int | None, tables: int | None) -> None:
    said = facts(comment)
    assert (said.pages, said.figures, said.tables) == (pages, figures, tables)


@pytest.mark.parametrize(
    ("comment", "venue"),
    [
        ("Accepted at NeurIPS 2026", "NeurIPS 2026"),
        ("To appear in ICML 2026. 12 pages", "ICML 2026"),
        ("Accepted to the ICLR 2025 Workshop on X (WX)", "ICLR 2025 Workshop on X (WX)"),
        ("12 pages, accepted for publication in A&A. Comments welcome", "A&A"),
        ("CVPR 2026 Findings. 16 pages", "CVPR 2026 Findings"),
        ("Published as a conference paper at AAAI 2026, code available", "AAAI 2026"),
        ("Submitted to NeurIPS 2026", None),
        ("Under review at ICML", None),
        ("5 pages", None),
        ("accepted", None),
    ],
)
def test_venue(comment: str, venue: str | None) -> None:
    assert facts(comment).venue == venue


@pytest.mark.parametrize(
    "comment",
    [
        "This paper has been withdrawn by the author due to an error",
        "Withdrawn",
        "The authors withdrew the paper",
        "This submission has been withdrawn by arXiv administrators",
        "This article was\nretracted",
    ],
)
def test_withdrawn(comment: str) -> None:
    assert is_withdrawn(comment)
    assert facts(comment).withdrawn


@pytest.mark.parametrize(
    "comment", [None, "", "12 pages", "About withdrawn consent", "Withdrawal of treatment in ICUs"]
)
def test_not_withdrawn(comment: str | None) -> None:
    assert not is_withdrawn(comment)


def test_links() -> None:
    said = facts(
        "Project: https://lab.github.io/thing/.",
        r"Code: \url{https://github.com/lab/thing_two}, see https://example.com.",
    )
    assert said.code_url == "https://github.com/lab/thing_two"
    assert said.project_url == "https://lab.github.io/thing/"
    assert facts("https://github.com/").code_url is None


def test_nothing_said() -> None:
    assert facts(None) == facts("") == CommentFacts()


def test_real_comments(shared_data: Path) -> None:
    with gzip.open(shared_data / "arxiv" / "batches.jsonl.gz", "rt", encoding="utf-8") as lines:
        papers = [json.loads(line) for line in lines]
    said = [facts(paper["comment"], paper["abstract"]) for paper in papers if paper["comment"]]
    counted = [one for one in said if one.pages]
    assert len(counted) > 0.3 * len(said)
    assert all(one.venue is None or 3 <= len(one.venue) <= 120 for one in said)
    assert all(one.code_url is None or " " not in one.code_url for one in said)
