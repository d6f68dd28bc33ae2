"""A digest's header and its quiet line."""

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st
from ui_samples import DIGEST_KEY, KEY, buttons, check, header, paper

from bot.ui.headers import header_view, minimal_header_view

_PAPERS = tuple(paper(id=f"2606.{number:05}", title=f"Paper {number}") for number in range(1, 6))


def test_tells_day_counts_titles_and_the_cap() -> None:
    view = header_view(header(_PAPERS))
    text = check(view)
    assert "Thursday 18 June 2026" in text
    assert "**560** announced · **23** matched · **5** shown" in text
    assert "1. [Paper 1](https://arxiv.org/abs/2606.00001v1)" in text
    assert "5. [Paper 5](https://arxiv.org/abs/2606.00005v1)" in text
    assert "5 of 23 matches are posted" in text
    assert "cs.CL, cs.IR · “retrieval”" in text
    assert buttons(view) == {"All 23 matches": f"pb1:all:{DIGEST_KEY}:{KEY}"}


def test_without_a_cap_nothing_is_said_of_it() -> None:
    view = header_view(header(_PAPERS, matched=5))
    assert "of 5 matches" not in check(view)
    assert list(buttons(view)) == ["All 5 matches"]


def test_catching_up_names_the_span_and_how_many_days() -> None:
    days = (date(2026, 6, 15), date(2026, 6, 16), date(2026, 6, 18))
    text = check(header_view(header(_PAPERS, days=days)))
    assert "Mon 15 Jun to Thu 18 Jun 2026 (3 days)" in text
    assert "Catching up on 3 announcement days." in text


def test_a_truncated_feed_is_admitted() -> None:
    assert "papers may be missing" in check(header_view(header(_PAPERS, truncated=True)))
    assert "papers may be missing" not in check(header_view(header(_PAPERS)))


def test_quiet_lines_say_why_nothing_is_shown() -> None:
    def quiet(**changes: object) -> str:
        view = header_view(header((), **changes))
        assert buttons(view) == {"Details": f"pb1:all:{DIGEST_KEY}:{KEY}"}
        return check(view).splitlines()[0]

    day = "Thursday 18 June 2026"
    assert quiet(matched=0) == f"No new papers for these rules on {day}."
    assert quiet(matched=0, announced=0) == f"arXiv announced nothing for these rules on {day}."
    nothing = quiet(matched=0, announced=0, days=())
    assert nothing == "arXiv announced nothing since the last digest."
    assert "has had all 3 that matched" in quiet(matched=3)
    assert "has had the one that matched" in quiet(matched=1)


def test_twenty_five_of_the_longest_titles_fit_each_with_its_link() -> None:
    papers = tuple(
        paper(id=f"math-ph/99010{number:02}", version=12, title=f"{number} " + "Long*word_" * 40)
        for number in range(25)
    )
    text = check(header_view(header(papers, matched=12_345, announced=98_765, truncated=True)))
    assert text.count("](https://arxiv.org/abs/math-ph/99010") == 25


@settings(max_examples=40, deadline=None)
@given(titles=st.lists(st.text(max_size=400), max_size=25), days=st.lists(st.dates(), max_size=9))
def test_any_titles_make_a_valid_header(titles: list[str], days: list[date]) -> None:
    papers = tuple(
        paper(id=f"2606.{number:05}", title=title) for number, title in enumerate(titles)
    )
    made = header(papers, days=tuple(days))
    for view in (header_view(made), minimal_header_view(made)):
        check(view)
        assert f"pb1:all:{DIGEST_KEY}:{KEY}" in buttons(view).values()
