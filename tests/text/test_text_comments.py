"""Facts in arXiv comments."""

import gzip
import json
import time
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
        ("51 + 37 pages. 31 Figures", 88, 31, None),
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
        ("Accepted for publication in the proceedings of CATS 2026", "CATS 2026"),
        (
            "Accepted manuscript; published in Computer Speech & Language",
            "Computer Speech & Language",
        ),
        ("Accepted to MICCAI 2026 (Early Accept)", "MICCAI 2026"),
        ("11 pages, MICCAI early accepted", "MICCAI"),
        (
            "Accepted as a talk (Contributed Talk) at ICML 2026 Workshop on X",
            "ICML 2026 Workshop on X",
        ),
        ("Camera-ready version accepted at AAAI 2026", "AAAI 2026"),
        ("Accepted and going to appear at the 2025 ABC", "2025 ABC"),
        (
            "Accepted to the X Workshop (XW) Co-located with ACL 2026",
            "X Workshop (XW) Co-located with ACL 2026",
        ),
        (
            "Accepted at the ACL 2026 Workshop on X (https://openreview.net/forum?id=a)",
            "ACL 2026 Workshop on X",
        ),
        ("Manuscript for 2026 IEEE Conference (ITSC), not the final version", None),
        ("[CVPR 2026 Findings] Data and code are released", "CVPR 2026 Findings"),
        ("ICML2026", "ICML2026"),
        ("18 pages, in ECML_PKDD'26", "ECML_PKDD'26"),
        ("ABCD 2026. Project page: https://x.github.io", "ABCD 2026"),
        (
            "The IEEE International Conference on X (ICX) 2026, Naples, Italy",
            "The IEEE International Conference on X (ICX) 2026, Naples, Italy",
        ),
        ("8 pages, 7th Workshop on Y, 16 June 2025", "7th Workshop on Y, 16 June 2025"),
        ("Astronomy & Astrophysics, in press", "Astronomy & Astrophysics"),
        ("IEEE TPAMI 2026. Longer form of arXiv:2406.90001 (ICML 2024)", "IEEE TPAMI 2026"),
        ("This paper extends one published in the proceedings of CATS 2025", None),
        ("A shorter version of this appeared in CATS 2025", None),
        ("The cats that appear in the Toy Examples were supported by X", None),
        ("Uses the NeurIPS formatting style", None),
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


@pytest.mark.parametrize(
    ("said", "kind", "url"),
    [
        ("Website: https://lab.example/x.", "project_url", "https://lab.example/x"),
        ("Code available at https://lab.example/code/", "code_url", "https://lab.example/code/"),
        (
            "Data: https://huggingface.co/datasets/a/b",
            "data_url",
            "https://huggingface.co/datasets/a/b",
        ),
        ("https://doi.org/10.5281/zenodo.1", "data_url", "https://doi.org/10.5281/zenodo.1"),
        ("Website: https://doi.org/10.1/2", "project_url", None),
        ("code at https://github", "code_url", None),
        ("https://huggingface.co/papers/2606.1", "data_url", None),
    ],
)
def test_links_by_what_they_are(said: str, kind: str, url: str | None) -> None:
    for found in (facts(said), facts(None, said)):
        assert getattr(found, kind) == url


@pytest.mark.parametrize(
    "text",
    ["accepted as " * 120, "accepted " * 150, "A" * 1500, "A " * 750, "as a-" * 300,
     "accepted in the proceedings of " * 48, "International " * 100, "1st Of " * 200,
     "12 + " * 300, "code " * 300 + "https://a", "(" * 1500, "accepted at (a " * 100],
)  # fmt: skip
def test_hostile_comments_are_read_quickly(text: str) -> None:
    begun = time.thread_time()
    facts(text, text)
    assert time.thread_time() - begun < 0.5


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
