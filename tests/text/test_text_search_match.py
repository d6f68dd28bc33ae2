"""Queries as FTS5 reads them: every text that people can type must be one that it takes."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.store.schema import SEARCH_INDEX
from bot.text.query import Query, Term
from bot.text.search_match import (
    Completed,
    Lexicon,
    expression,
    expression_in_titles,
    prefixes,
    written_words,
)
from bot.text.search_names import WantedName
from bot.text.search_titles import TitleBeginning

_FIELDS = ("", "ti", "abs", "au", "co")
_SYNTAX = st.sampled_from(
    ['"', '""', "'", "*", "^", ":", "(", ")", "{", "}", "-", "+", "NEAR(", " AND ", " OR ", " NOT ",
     "title:", "; DROP TABLE papers; --", "%", "_", "\\", "\x00", "\ud800", "😀", "\u202e", "שלום",
     "量子", "C++", ".net", "a", "co-training", "α", " ", ",", "É", "=", "#", "3.5"]
)  # fmt: skip
_TEXTS = st.one_of(st.text(max_size=60), st.lists(_SYNTAX, max_size=12).map("".join))


@pytest.fixture(scope="module")
def index() -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute(SEARCH_INDEX)
        connection.execute("INSERT INTO search_index (rowid, title) VALUES (1, 'a word')")
        yield connection


def _matches(index: sqlite3.Connection, wanted: str) -> None:
    if wanted:
        found = index.execute("SELECT rowid FROM search_index WHERE search_index MATCH ?", [wanted])
        assert found.fetchall() in ([], [(1,)])


@settings(max_examples=150)
@given(st.lists(st.tuples(_TEXTS, st.sampled_from(_FIELDS), st.booleans()), max_size=4), _TEXTS)
def test_no_text_is_read_as_syntax(
    index: sqlite3.Connection, terms: list[tuple[str, str, bool]], text: str
) -> None:
    query = Query(
        tuple(Term(*term) for term in terms),
        categories=(text,),
        without_categories=(text, "cs.*"),
        ids=(text,),
    )
    completed = Completed(("word", "words"), ("wordsworth",))
    known = Lexicon(dict.fromkeys(prefixes(query), completed), written_words(query))
    _matches(index, expression(query, Lexicon()))
    _matches(index, expression(query, known))
    _matches(index, expression_in_titles(query, known))
    begun = TitleBeginning.read(text)
    for one in begun.expressions(Lexicon()):
        _matches(index, one)
    for one in begun.expressions(Lexicon(dict.fromkeys(begun.prefixes, completed))):
        _matches(index, one)


def test_the_longest_queries_are_taken(index: sqlite3.Connection) -> None:
    terms = tuple(
        Term(f"co-word{number} and more*", field) for number in range(40) for field in _FIELDS
    )
    completed = Completed(tuple(f"more{number}" for number in range(60)), ("moreno",) * 20)
    lexicon = Lexicon({"more": completed}, written_words(Query(terms)))
    long = Query((Term("x" * 4000), Term("y " * 2000)), ids=("z",) * 100)
    for wanted in (expression(Query(terms), lexicon), expression(long, Lexicon())):
        assert wanted
        _matches(index, wanted)


@pytest.mark.parametrize(
    ("wanted", "authors", "found"),
    [
        ("García", "José Luis García", True),
        ("J. Garcia", "José Luis García", True),
        ("Garcia, J.", "José Luis García", True),
        ("García, José", "José Luis García", True),
        ("Antonio García", "José Antonio García", True),
        ("luis garcia", "José Luis García", True),
        ("Pedro García", "José Luis García", False),
        ("Garcia Marquez, G.", "Gabriel García Márquez", True),
        ("Müller", "Hans Mueller", True),
        ("Hans Mueller", "H. Müller", True),
        ("van den Berg", "Jan van den Berg", True),
        ("J. van den Berg", "Jan van den Berg", True),
        ("Solheim", "A. Solheim-Baptiste", True),
        ("ATLAS", "ATLAS Collaboration", True),
        ("王小明", "王 小明", True),
        ("王 小明", "王小明", True),
        ("李小明", "王小明", False),
        ("Li", "B. Liu", False),
    ],
)
def test_names_are_found_by_index_and_look(wanted: str, authors: str, found: bool) -> None:
    name = WantedName(wanted)
    assert name.found((authors, "Some Body")) == found
