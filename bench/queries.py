"""Queries of every kind, made of the words, names and translations of an archive that is there."""

import random
import re
import sqlite3
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from json import loads
from pathlib import Path

from bot.sources.arxiv_query import read_category
from bot.text.names import AuthorName
from bot.text.query import Query, Term
from bot.text.query_parser import parse_query

TODAY = date(2026, 6, 30)
_WORD = re.compile(r"[a-z]{3,}")
_LINE = re.compile(r"[\u4e00-\u9fff]{2}")
_SAMPLED = 6000


@dataclass(frozen=True, slots=True)
class Words:
    """What stands in a sample of an archive: each word with the share of papers that have it."""

    shares: Mapping[str, float]
    rare: Sequence[str]
    common: Sequence[str]
    texts: Sequence[str]
    titles: Sequence[str]
    authors: Sequence[str]
    categories: Sequence[str]
    ids: Sequence[str]
    chinese: Sequence[str]


def words_of(path: Path) -> Words:
    """Read a sample of the papers of a database. Blocks."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        ((last,),) = connection.execute("SELECT max(rowid) FROM papers")
        step = max(1, last // _SAMPLED)
        rows = connection.execute(
            "SELECT paper_id, title, abstract, authors, primary_category FROM papers "
            "WHERE rowid % ? = 0",
            (step,),
        ).fetchall()
        translated = connection.execute("SELECT title FROM translations LIMIT 400").fetchall()
    counts: Counter[str] = Counter()
    for _, title, abstract, _, _ in rows:
        counts.update(set(_WORD.findall(f"{title} {abstract}".lower())))
    shares = {word: count / len(rows) for word, count in counts.items()}
    return Words(
        shares,
        sorted(word for word, count in counts.items() if count == 1 and len(word) > 5),
        sorted(word for word, share in shares.items() if 0.02 <= share <= 0.2 and len(word) > 3),
        [abstract for _, _, abstract, _, _ in rows],
        [title for _, title, _, _, _ in rows],
        [name for row in rows for name in loads(row[3])[:3]],
        [row[4] for row in rows],
        [row[0] for row in rows],
        [pair for (title,) in translated for pair in _LINE.findall(loads(title)[1])],
    )


@dataclass(frozen=True, slots=True)
class Kind:
    """Queries of a kind, and what the archive is asked: `search`, `newest` (the same, by date),
    `count`, `corrected` or `titled`. `worst` are those that may take longer."""

    name: str
    asked: str
    queries: Sequence[Query | str]
    worst: bool = False


def kinds(words: Words, each: int, *, seed: int = 11) -> list[Kind]:
    """`each` queries of every kind, of the worst ones some fewer; the same ones each time."""
    dice = random.Random(seed)

    def common() -> str:
        return dice.choice(words.common)

    def name() -> AuthorName:
        while True:
            parsed = AuthorName.parse(dice.choice(words.authors))
            if parsed.given and parsed.surname.isalpha():
                return parsed

    def written(person: AuthorName) -> str:
        return f'au:"{person.given[0][0]}. {person.surname}"'

    def many(make: Callable[[], str], count: int = each) -> list[Query | str]:
        return [parsed(make()) for _ in range(count)]

    few = max(5, each // 5)
    usual = sorted(words.shares, key=lambda word: -words.shares[word])
    usual = [word for word in usual if len(word) > 3 and not parsed(word).is_empty][:few]
    pairs = sorted({word[:2] for word in words.common})
    negated = many(lambda: f"{common()} -{common()} -{common()}")
    return [
        Kind("a rare word", "search", many(lambda: dice.choice(words.rare))),
        Kind("two common words", "search", many(lambda: f"{common()} {common()}")),
        Kind("three common words", "search", many(lambda: " ".join(common() for _ in range(3)))),
        Kind("sixteen words", "search", many(lambda: _some(dice, words, 16))),
        Kind("a phrase", "search", many(lambda: f'"{_phrase(dice, words)}"')),
        Kind("a title", "search", many(lambda: _plain(dice.choice(words.titles)))),
        Kind("a word of the title", "search", many(lambda: f"ti:{common()}")),
        Kind("a surname", "search", many(lambda: f"au:{name().surname}")),
        Kind("a name with its initial", "search", many(lambda: written(name()))),
        Kind(
            "a category and a word",
            "search",
            many(lambda: f"cat:{dice.choice(words.categories)} {common()}"),
        ),
        Kind("a word, since a year ago", "search", many(lambda: f"{common()} since:1y")),
        Kind(
            "the beginning of a word, 5 letters", "search", many(lambda: f"{_begun(dice, words)}*")
        ),
        Kind(
            "two Chinese characters",
            "search",
            many(lambda: dice.choice(words.chinese)) if words.chinese else (),
        ),
        Kind("one word without two others", "search", negated),
        Kind("an identifier", "search", many(lambda: f"id:{dice.choice(words.ids)}")),
        Kind(
            "two common words, the newest first", "newest", many(lambda: f"{common()} {common()}")
        ),
        Kind("how many have two common words", "count", many(lambda: f"{common()} {common()}")),
        Kind("completing a title", "titled", [_typed(dice, words) for _ in range(each)]),
        Kind(
            "a misspelled word: did you mean",
            "corrected",
            many(lambda: _misspelled(dice, common())),
        ),
        Kind("one of the commonest words", "search", [parsed(word) for word in usual], True),
        Kind("how many have one of them", "count", [parsed(word) for word in usual], True),
        Kind(
            "the first 2 letters of a word",
            "search",
            [parsed(f"{dice.choice(pairs)}*") for _ in range(few)],
            True,
        ),
        Kind(
            "thirty words",
            "search",
            [_terms(_some(dice, words, 30).split()) for _ in range(few)],
            True,
        ),
        Kind(
            "only what is not wanted, in a year",
            "search",
            [parsed(f"-{word} since:1y") for word in usual],
            True,
        ),
        Kind("a whole archive of arXiv's: cat:cs.*", "search", [parsed("cat:cs.*")] * 3, True),
        Kind("everything of a year: since", "search", [parsed("since:2025-06-30")] * 3, True),
        Kind(
            "three short beginnings of words",
            "search",
            many(lambda: " ".join(f"{common()[:3]}*" for _ in range(3))),
        ),
    ]


def parsed(text: str) -> Query:
    """A query as `/search` reads it."""
    return parse_query(text, today=TODAY, read_category=read_category).query


def _terms(words: Sequence[str]) -> Query:
    return Query(terms=tuple(map(Term, dict.fromkeys(words))))


def _some(dice: random.Random, words: Words, count: int) -> str:
    """So many words of one abstract, so that something is found."""
    while True:
        found = sorted(set(_WORD.findall(dice.choice(words.texts).lower())))
        if len(found) >= count:
            return " ".join(dice.sample(found, count))


def _phrase(dice: random.Random, words: Words) -> str:
    while True:
        found = re.findall(r"\b[a-z]{4,} [a-z]{4,}\b", dice.choice(words.texts))
        if found:
            return dice.choice(found)


def _plain(title: str) -> str:
    return " ".join(re.sub(r"[^\w\s.]", " ", title).split())


def _begun(dice: random.Random, words: Words) -> str:
    while True:
        word = dice.choice(words.common)
        if len(word) > 5:
            return word[:5]


def _typed(dice: random.Random, words: Words) -> str:
    """A title as far as somebody has typed it: at least three letters."""
    title = _plain(dice.choice(words.titles))
    return title[: dice.randint(3, max(4, len(title) // 2))].strip()


def _misspelled(dice: random.Random, word: str) -> str:
    """A word with a letter left out, doubled or changed, or two exchanged."""
    at = dice.randrange(1, len(word) - 1)
    return dice.choice(
        [
            word[:at] + word[at + 1 :],
            word[:at] + word[at] + word[at:],
            word[:at] + dice.choice("aeiourst") + word[at + 1 :],
            word[: at - 1] + word[at] + word[at - 1] + word[at + 1 :],
        ]
    )
