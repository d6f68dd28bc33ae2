"""What is shown of bookmarks: within Discord's limits whatever it is made of."""

from datetime import UTC, datetime
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ui_samples import check, paper
from ui_subscriptions import HOSTILE, custom_id

from bot.export.citations import Entry
from bot.export.formats import ExportFile, Format
from bot.i18n import LOCALES, speaking
from bot.models import Bookmark
from bot.store.bookmarks import BookmarkCount
from bot.ui.bookmark_completions import bookmark_choices
from bot.ui.bookmark_views import (
    BookmarksPage,
    Place,
    bookmark_view,
    bookmarks_view,
    clearing_view,
    export_text,
)
from bot.ui.panels import note

NOW = datetime(2026, 6, 18, 9, tzinfo=UTC)
PLACE = Place("abcDEF-_1234", 12345)
ANYTHING = st.text(
    st.one_of(st.sampled_from("*_`[]()<>@\\\n\r :🔥👩‍🔬a量\u202e\u0301"), st.characters()),
    max_size=1000,
)


def entry(number: int, title: str, note: str = "", author: str = "Ana Núñez") -> Entry:
    shown = paper(id=f"2606.{number:05}", title=title, authors=(author,) * 3000)
    return Bookmark(1, shown.id, 1, NOW, note), shown


def test_a_page_of_the_list() -> None:
    entries = [entry(number, f"Paper {number}", "Mine\nand more") for number in range(1, 6)]
    text = check(bookmarks_view(BookmarksPage(entries, 23, 23), Place("abc", 1)))
    assert "### 23 bookmarks" in text
    assert "**6.** [Paper 1](https://arxiv.org/abs/2606.00001v1)" in text
    assert "📝 Mine and more" in text
    assert "🔖" in check(bookmarks_view(BookmarksPage((), 0, 0), Place()))
    nothing = check(bookmarks_view(BookmarksPage((), 0, 3, "**x**"), Place()))
    assert r"“\*\*x\*\*”" in nothing


@pytest.mark.parametrize("locale", LOCALES)
@settings(max_examples=100, deadline=None)
@given(title=ANYTHING, written=ANYTHING, author=ANYTHING, query=ANYTHING)
def test_nothing_passes_the_limits(
    locale: str, title: str, written: str, author: str, query: str
) -> None:
    entries = [entry(number, title, written, author) for number in range(1, 6)]
    with speaking(locale):
        page = BookmarksPage(entries, 61_730, 99_999, query)
        check(bookmarks_view(page, PLACE, said=title and entries[0][1].id))
        text = check(bookmark_view(entries[0], PLACE, said="Saved."))
        assert "@everyone" not in text.replace("@\u200b", "")
        check(bookmark_view(entries[0], Place()))
    for choice in bookmark_choices(entries):
        assert 1 <= len(choice.name) <= 100


def test_a_long_note_is_shown_whole_line_by_line() -> None:
    written = "\n".join(f"Line {number} **bold**" for number in range(50))
    text = check(bookmark_view(entry(1, HOSTILE, written), Place()))
    places = [text.index(rf"> Line {number} \*\*bold\*\*") for number in range(50)]
    assert all(before < after for before, after in pairwise(places))


def test_clearing_tells_how_many() -> None:
    text = check(clearing_view(BookmarkCount(5000, 12), custom_id))
    assert "You have 5,000 bookmarks." in text
    assert "12 of them have a note of yours." in text
    assert "note of yours" not in check(clearing_view(BookmarkCount(1, 0), custom_id))


def test_an_export_says_what_it_is() -> None:
    made = ExportFile("x.bib", b"", 5000)
    assert check(note(export_text(made, Format.BIBTEX))).startswith(
        "Your 5,000 bookmarks as BibTeX"
    )
    packed = ExportFile("x.bib.zip", b"", 1, zipped=True)
    assert "It is packed" in export_text(packed, Format.RIS)
