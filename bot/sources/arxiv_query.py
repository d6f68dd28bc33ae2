"""A query in the grammar of arXiv's API.

https://info.arxiv.org/help/api/user-manual.html, "Details of Query Construction". Every word and
phrase is quoted: nothing that a person types can become an operator, and arXiv hangs on several
words without quotes. Only the beginning of a word with its `*` is not, because within quotes arXiv
knows no wildcards.
"""

import re
from datetime import date

from bot.sources.taxonomy import CATEGORIES, parse_categories
from bot.sources.taxonomy_data import ARCHIVES
from bot.text.names import AuthorName
from bot.text.query import Query, Term
from bot.text.search_words import GREEK
from bot.text.tokens import fold

_FIELDS = {"": "all", "ti": "ti", "abs": "abs", "co": "co"}
_CATEGORY = re.compile(r"[a-z]+(?:-[a-z]+)?(?:\.(?:[A-Z]{2}|[a-z]+(?:-[a-z]+)?|\*))?")
# arXiv's index is of English text. Latin, Greek and Cyrillic letters may stand in it.
_FOREIGN = re.compile(
    r"[\u0590-\u1cff\u2e80-\ud7af\uf900-\ufaff\ufe70-\uffef\U00020000-\U0003ffff]"
)
_WORDS = re.compile(r"[^\W_]+(?:[.'+#-]+[^\W_]+)*")
# arXiv's texts are LaTeX: what a reader sees as α is \alpha there.
_GREEK = str.maketrans(
    {letter: f" {name} " for letter, name in GREEK.items()}
    | {letter.upper(): f" {name} " for letter, name in GREEK.items()}
)
# Lucene makes one clause of every word with this beginning, so a short one is asked as a word.
_BEGINNING = re.compile(r"[A-Za-z0-9]{3,}\*")
_FIRST_DAY, _LAST_DAY = date(1991, 1, 1), date(2999, 12, 31)


def arxiv_query(query: Query) -> str | None:
    """What to ask of arXiv's API; None if arXiv cannot answer it.

    That is the case for a query with identifiers (ask for those papers instead), for one that
    only excludes, and for one in a script that arXiv's abstracts are not written in.
    """
    wanted = [term for term in query.terms if not term.negated]
    if query.ids or any(_FOREIGN.search(term.text) for term in wanted):
        return None
    parts = [part for term in wanted if (part := _term(term))]
    if query.categories:
        parts.append(_any_category(query.categories))
    if query.since or query.until:
        parts.append(_submitted(query.since or _FIRST_DAY, query.until or _LAST_DAY))
    if not all(parts) or not parts:
        return None
    unwanted = [part for term in query.terms if term.negated and (part := _term(term))]
    if query.without_categories:
        unwanted.append(_any_category(query.without_categories))
    return " ANDNOT ".join([" AND ".join(parts), *filter(None, unwanted)])


def _term(term: Term) -> str:
    if term.field == "au":
        return _author(term.text)
    if _BEGINNING.fullmatch(term.text):
        return f"{_FIELDS[term.field]}:{term.text.lower()}"
    words = _WORDS.findall(term.text.translate(_GREEK))
    return f'{_FIELDS[term.field]}:"{" ".join(words)}"' if words else ""


def _author(name: str) -> str:
    """`García` is au:"garcia", `J. García` is au:"garcia j", `José García` au:"jose garcia"."""
    parsed = AuthorName.parse(name)
    surname = " ".join(_WORDS.findall(fold(parsed.surname)))
    given = [word for part in parsed.given for word in _WORDS.findall(fold(part))]
    if given and len(given[0]) == 1:
        written = f"{surname} {given[0]}"
    else:
        written = " ".join([*given, surname])
    return f'au:"{written}"' if surname else ""


def _any_category(categories: tuple[str, ...]) -> str:
    known = [f"cat:{category}" for category in categories if _CATEGORY.fullmatch(category)]
    return f"({' OR '.join(known)})" if len(known) > 1 else "".join(known)


def _submitted(since: date, until: date) -> str:
    """Days in GMT, from the first minute to the last."""
    return f"submittedDate:[{since:%Y%m%d}0000 TO {until:%Y%m%d}2359]"


def read_categories(text: str) -> tuple[str, ...]:
    """Like `read_category` for several, separated by commas, semicolons, "+" or spaces.

    Raises BadInput.
    """
    parts = [part for part in re.split(r"[\s,;+]+", text) if part]
    return tuple(dict.fromkeys(map(read_category, parts or [text])))


def read_category(text: str) -> str:
    """The category that a person means; of a whole archive, such as `cs` or `cs.*`, `cs.*`.

    Case does not matter. Raises BadInput, whose sentence names the nearest ones.
    """
    archive = text.strip().removesuffix("*").removesuffix(".").casefold()
    if archive in ARCHIVES:
        return archive if archive in CATEGORIES else f"{archive}.*"
    return parse_categories(text)[0]
