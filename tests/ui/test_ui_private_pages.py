"""What presses show privately."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ui_samples import DIGEST_KEY, buttons, check, digest, match, paper, walk

from bot.models import AnnounceType
from bot.services import DigestMatches
from bot.ui.private_pages import abstract_view, authors_view, matches_view


def _found(count: int, shown: frozenset[str] = frozenset()) -> DigestMatches:
    matches = [match(paper(id=f"2606.{n:05}", title=f"Paper {n}")) for n in range(1, count + 1)]
    return DigestMatches(digest(), matches, shown)


def test_an_abstract_comes_in_full_with_its_first_authors() -> None:
    people = tuple(f"Author Number{n}" for n in range(40))
    words = " ".join(f"word{n}" for n in range(230))
    view = abstract_view(paper(authors=people, abstract=f"With $\\alpha^2$. {words}"))
    text = check(view)
    assert "With α². word0" in text
    assert "word229" in text
    assert ", Author Number19\n" in text
    assert buttons(view)["+20"] == "pb1:au:2606.01234v1:-"


def test_few_authors_need_no_button() -> None:
    view = abstract_view(paper())
    assert "Eva Ito, Fay Kim, Gus Orr\n" in check(view)
    assert list(buttons(view)) == ["PDF", "arXiv"]


def test_three_thousand_authors_come_in_pages_that_lose_none() -> None:
    people = tuple(f"Author Number{n}" for n in range(3000))
    shown = paper(authors=people)
    named: list[str] = []
    here = next(label for label in buttons(authors_view(shown, 0)) if " / " in label)
    pages = int(here.removeprefix("1 / "))
    for page in range(pages):
        text = check(authors_view(shown, page))
        assert text.startswith("### 3,000 authors\n-# [Sparse Retrieval")
        named += text.splitlines()[-1].split(", ")
    assert named == list(people)
    assert check(authors_view(shown, 99)) == check(authors_view(shown, pages - 1))


def test_a_paper_without_authors_says_so() -> None:
    assert check(authors_view(paper(authors=()), 0)) == "arXiv names no author of this paper."
    assert check(authors_view(paper(authors=("", "\u200b")), 0)).startswith("arXiv names no author")


def test_the_longest_real_abstract_is_whole() -> None:
    longest = ("word " * 700)[:-1]  # 3,499 characters
    people = tuple(f"Author Number{n}" for n in range(40))
    text = check(abstract_view(paper(abstract=longest, authors=people)))
    assert longest in text
    assert "Author Number0" in text


def test_a_huge_abstract_ends_at_a_word() -> None:
    text = check(abstract_view(paper(abstract="lorem " * 4000)))
    assert "lorem…" in text


def test_a_withdrawn_paper_has_no_pdf() -> None:
    view = abstract_view(paper(withdrawn=True))
    assert "WITHDRAWN" in check(view)
    assert list(buttons(view)) == ["arXiv"]


@settings(max_examples=40, deadline=None)
@given(
    title=st.text(max_size=500),
    abstract=st.text(max_size=5000),
    authors=st.lists(st.text(max_size=100), max_size=30),
    repeat=st.integers(1, 100),
)
def test_any_paper_makes_a_valid_abstract(
    title: str, abstract: str, authors: list[str], repeat: int
) -> None:
    shown = paper(title=title, abstract=abstract * repeat, authors=tuple(authors) * repeat)
    check(abstract_view(shown))


def test_matches_come_ten_a_page_with_reasons_and_marks() -> None:
    view = matches_view(_found(23, frozenset({"2606.00011"})), 1)
    text = check(view)
    assert "23 matches of 560 announced" in text
    assert "11. ✅ [Paper 11]" in text
    assert "12. [Paper 12]" in text
    assert "“retrieval” in the title" in text
    assert "[Paper 10]" not in text
    assert "[Paper 21]" not in text
    assert "2 / 3" in buttons(view)


def _targets(page: int, count: int = 23) -> list[tuple[str, bool]]:
    every = walk(matches_view(_found(count), page).to_components())
    return [(c["custom_id"], c.get("disabled", False)) for c in every if c["type"] == 2]


@pytest.mark.parametrize(
    ("page", "targets", "disabled"),
    [
        (0, [0, 0, 0, 1, 2], [True, True, True, False, False]),
        (1, [0, 0, 1, 2, 2], [False, False, True, False, False]),
        (2, [0, 1, 2, 2, 2], [False, False, True, True, True]),
        (9, [0, 1, 2, 2, 2], [False, False, True, True, True]),
    ],
)
def test_page_buttons_lead_to_their_pages(
    page: int, targets: list[int], disabled: list[bool]
) -> None:
    found = _targets(page)
    ids = [
        f"pb1:allp:{DIGEST_KEY}:{target}:{place}"
        for target, place in zip(targets, "fphnl", strict=True)
    ]
    assert found == list(zip(ids, disabled, strict=True))


def test_one_page_has_no_buttons() -> None:
    assert _targets(0, count=10) == []


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (
            {},
            (
                "None of the 560 announced papers of Thursday 18 June 2026 matches "
                "the rules of this digest."
            ),
        ),
        (
            {"announced": 0},
            "arXiv announced nothing for the rules of this digest on Thursday 18 June 2026.",
        ),
        (
            {"announced": 0, "days": ()},
            "arXiv announced nothing between this digest and the one before.",
        ),
    ],
)
def test_a_digest_without_matches_is_one_sentence(changes: dict[str, Any], sentence: str) -> None:
    view = matches_view(DigestMatches(digest(**changes), [], frozenset()), 0)
    assert check(view) == sentence
    assert buttons(view) == {}


def test_matches_of_which_none_is_posted_explain_no_mark() -> None:
    assert "✅" not in check(matches_view(_found(3), 0))


def test_a_full_page_of_the_longest_titles_fits() -> None:
    matches = [
        match(
            paper(id=f"math-ph/99010{n:02}", version=12, title="A*b_c " * 90),
            AnnounceType.REPLACE_CROSS,
        )
        for n in range(40)
    ]
    text = check(matches_view(DigestMatches(digest(), matches, frozenset()), 3))
    assert text.count("](https://arxiv.org/abs/math-ph/") == 10
    assert text.count("new version of a cross-list in cs.IR") == 10
