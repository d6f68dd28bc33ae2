"""The conditions of a search in SQL: LIKE, quick but without an idea of words."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import takewhile
from typing import Any

from sqlalchemy import (
    ColumnElement,
    LargeBinary,
    Select,
    String,
    and_,
    cast,
    func,
    or_,
    select,
    type_coerce,
)

from bot.store.schema import papers, translations
from bot.text.names import AuthorName
from bot.text.query import Query, Term
from bot.text.query_match import pieces
from bot.text.tokens import stem

ESCAPE = "\\"
"""The sign before a wildcard of LIKE that is meant as itself."""

_TELLING_WORDS = 6

DATED = func.coalesce(papers.c.published, papers.c.first_seen_at)
"""When a paper was submitted first; where no source has told yet, when it was seen first."""


def conditions(query: Query) -> Iterator[ColumnElement[bool]]:
    """What every candidate must fulfil. Negated terms are for the precise look only."""
    for term, words in telling_words(query).items():
        yield _author(words) if term.field == "au" else _term(term, words)
    if query.categories:
        yield or_(*map(_category, query.categories))
    for category in query.without_categories:
        yield ~_category(category)
    if query.ids:
        yield papers.c.paper_id.in_(query.ids)
    if query.since:
        yield _midnight(query.since) <= DATED
    if query.until:
        yield _midnight(query.until + timedelta(days=1)) > DATED


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _category(category: str) -> ColumnElement[bool]:
    # Categories are stored as a JSON list: ["cs.CL", "cs.LG"].
    written = f'"{category[:-1]}' if category.endswith("*") else f'"{category}"'
    return type_coerce(papers.c.categories, String).like(like(written), escape=ESCAPE)


def telling_words(query: Query) -> dict[Term, list[str]]:
    """The longest words of all terms that must be found: few, as each one costs time.

    What the other words leave out is left out by the precise look.
    """
    every = [
        (word, term)
        for term in query.terms
        if not term.negated
        for word in (_surname(term.text) if term.field == "au" else pieces(term.text))
    ]
    found: dict[Term, list[str]] = {}
    for word, term in sorted(every, key=lambda pair: -len(pair[0]))[:_TELLING_WORDS]:
        found.setdefault(term, []).append(word)
    return found


def _surname(name: str) -> list[str]:
    """The longest word of a surname."""
    return [max(AuthorName.parse(name).surname_key or pieces(name), key=len)]


def _term(term: Term, words: Sequence[str]) -> ColumnElement[bool]:
    """All words of a term, each in one of the places where it may stand."""
    places: dict[str, tuple[ColumnElement[Any], ...]] = {
        "ti": (papers.c.title,),
        "abs": (papers.c.abstract,),
        "co": (papers.c.comment,),
        "": (papers.c.title, papers.c.abstract, papers.c.comment, papers.c.paper_id),
    }
    held = [or_(*(holds(place, word) for place in places[term.field])) for word in words]
    ways = [and_(*held)]
    if term.field == "":
        ways.append(_author(words))
    if term.field != "co":
        ways.append(papers.c.paper_id.in_(_with_translation(words)))
    return or_(*ways)


def _with_translation(words: Sequence[str]) -> Select[tuple[str]]:
    """The papers that hold all words in one translation of title and abstract."""

    def held(word: str) -> ColumnElement[bool]:
        # Decoded by SQLite, whatever the form in which the sentences are kept.
        title = func.json_tree(translations.c.title).table_valued("atom", name="in_title")
        body = func.json_tree(translations.c.sentences).table_valued("atom", name="in_body")
        return or_(
            select(1).where(holds(title.c.atom, word)).correlate(translations).exists(),
            select(1).where(holds(body.c.atom, word)).correlate(translations).exists(),
        )

    return select(translations.c.paper_id).where(*map(held, words))


def _author(words: Sequence[str]) -> ColumnElement[bool]:
    """An author with all words in the name; accents do not count."""
    names = type_coerce(papers.c.authors, String)
    # Only letters beyond ASCII are escaped in the JSON; those names have to be decoded.
    one = func.json_each(papers.c.authors).table_valued("value", name="author")
    held = select(1).where(*(holds(one.c.value, word) for word in words))
    return or_(
        and_(*(names.like(like(word), escape=ESCAPE) for word in words)),
        and_(names.like(like("\\u"), escape=ESCAPE), held.correlate(papers).exists()),
    )


def holds(place: ColumnElement[Any], word: str) -> ColumnElement[bool]:
    """Whether a place holds a folded word, in the forms that LIKE tells apart."""
    # What singular and plural have in common: quer of queries and query.
    same = takewhile(lambda pair: pair[0] == pair[1], zip(word, stem(word), strict=False))
    root = "".join(sign for sign, _ in same) or word
    root = root[:-1] if len(root) > 3 and root.endswith("y") else root
    if not root.isascii():
        forms = dict.fromkeys([root, root.upper(), root.capitalize()])
        return or_(*(place.like(like(form), escape=ESCAPE) for form in forms))
    # Where there are letters beyond ASCII, each letter of the word may be one with an accent.
    beyond = func.length(place) != func.length(cast(place, LargeBinary))
    accented = place.like(like(root, accents=True), escape=ESCAPE)
    return or_(place.like(like(root), escape=ESCAPE), and_(beyond, accented))


_MAY_HAVE_ACCENTS = frozenset("acdegiklnorstuyz")


def like(text: str, *, accents: bool = False) -> str:
    """`text` somewhere inside, for LIKE; with `accents`, letters that may have some are open."""
    for sign in (ESCAPE, "%", "_"):
        text = text.replace(sign, ESCAPE + sign)
    if accents:
        text = "".join("_" if sign in _MAY_HAVE_ACCENTS or sign > "~" else sign for sign in text)
    return f"%{text}%"
