"""A query as SQLite's FTS5 reads it. Pure.

Only tokens of our own making come into an expression, each row of them in quotation marks, so no
text that people type can be read as FTS5's syntax. https://sqlite.org/fts5.html section 3
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from bot.text.query import Query, Term
from bot.text.search_names import name_expression
from bot.text.search_stems import search_stem
from bot.text.search_words import (
    EVERY,
    Piece,
    category_token,
    index_tokens,
    is_category,
    pieces,
    readable,
)

COLUMNS = (
    "abstract",  # first, because FTS5 notes the first column for free, and it has most words
    "title",
    "authors",
    "comment",
    "about",  # identifier and categories
    "translated_title",
    "translated_abstract",
)
"""The columns of the index."""

# Names of people are not stemmed.
_STEMMED = "{abstract title comment about translated_title translated_abstract}"
_FIELDS = {
    "ti": "{title translated_title}",
    "abs": "{abstract translated_abstract}",
    "co": "{comment}",
}

# So many completions of a word that is one of several in a row: each such row takes time.
_IN_ROW = 8


@dataclass(frozen=True, slots=True)
class Completed:
    """What a beginning of a word may stand for: words of texts and of names, common ones first."""

    words: tuple[str, ...] = ()
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Lexicon:
    """What the index knows of the words of a query: the completions of those that are only begun,
    and which of its words are in names."""

    completed: Mapping[str, Completed] = field(default_factory=dict[str, Completed])
    names: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """Tokens that stand side by side. `open` says that the last may go on."""

    tokens: tuple[str, ...]
    open: bool = False

    @property
    def expression(self) -> str:
        quoted = " ".join(self.tokens).replace('"', '""')
        return f'"{quoted}"{" *" if self.open else ""}'


def prefixes(query: Query) -> set[str]:
    """The beginnings of words whose completions a query needs."""
    return {last for term in query.terms if (last := _prefix(term))}


def written_words(query: Query) -> set[str]:
    """The words of a query that are looked for in names if names have them."""
    return {
        part
        for term in query.terms
        if not term.field
        for piece in pieces(readable(term.text))
        for part in piece.parts
    }


def expression(query: Query, lexicon: Lexicon) -> str:
    """What the papers of a query hold, as an FTS5 expression; empty if nothing can be found.

    Days are not in it. Of authors with given names it finds too many: those are looked at again.
    """
    wanted: list[str] = []
    unwanted: list[str] = []
    for term in query.terms:
        found = term_expression(term, lexicon)
        if found:
            (unwanted if term.negated else wanted).append(found)
        elif not term.negated:
            return ""
    if query.categories:
        wanted.append(about(map(category_token, query.categories)))
    if query.ids:
        wanted.append(about(" ".join(index_tokens(one)) for one in query.ids))
    unwanted += [about([category_token(one)]) for one in query.without_categories]
    if not wanted:
        wanted.append(about([EVERY]))
    held = " AND ".join(f"({one})" for one in wanted)
    return f"({held}) NOT ({' OR '.join(unwanted)})" if unwanted else held


def about(tokens: Iterable[str]) -> str:
    """Papers with one of these rows of tokens in identifier or categories."""
    rows = [Row((token,)) for token in tokens]
    return f"about : ({_any(rows)})"


def term_expression(term: Term, lexicon: Lexicon) -> str:
    """The expression of one term alone, as if it were not negated; empty for one without words."""
    if term.field == "au":
        return name_expression(term.text, _completed(term, lexicon), negated=term.negated)
    found = list(pieces(readable(term.text)))
    if not found:
        return ""
    stemmed = _rows(term, found, lexicon, stemmed=True)
    special = [Row((piece.special,)) for piece in found if piece.special]
    if term.field:
        text = f"{_FIELDS[term.field]} : ({_any(stemmed)})"
        return _all([text, *(f"{_FIELDS[term.field]} : {one.expression}" for one in special)])
    written = _rows(term, found, lexicon, stemmed=False)
    text = _any(stemmed)
    prefix = _prefix(term)
    parts = {part for piece in found for part in piece.parts if part != prefix}
    if written != stemmed and all(part in lexicon.names for part in parts):
        text = f"({_STEMMED} : ({text})) OR (authors : ({_any(written)}))"
    if is_category(term.text):
        text = f"({text}) OR {about([category_token(term.text)])}"
    return _all([text, *(one.expression for one in special)])


def _rows(term: Term, found: Sequence[Piece], lexicon: Lexicon, *, stemmed: bool) -> list[Row]:
    """The forms in which a term may be written, each once."""
    stem = search_stem if stemmed else str
    apart: list[str] = []
    together: list[str] = []
    for piece in found:
        last = piece is found[-1]
        parts = piece.parts[:-1] if piece.wide and last and len(piece.parts) > 1 else piece.parts
        apart += parts if piece.wide else map(stem, parts)
        together += [stem(piece.joined)] if piece.joined else apart[len(apart) - len(parts) :]
    tail = found[-1]
    if tail.wide:
        # A single letter is the beginning of the pairs that it is in.
        return [Row(tuple(apart), open=len(tail.parts) == 1)]
    if prefix := _prefix(term):
        known = lexicon.completed.get(prefix, Completed())
        ends = dict.fromkeys(map(stem, known.words if stemmed else known.names))
        if ends:
            most = None if len(apart) == 1 else _IN_ROW
            return [Row((*apart[:-1], end)) for end in list(ends)[:most]]
        return [Row((*apart[:-1], prefix), open=True)]
    rows = [Row(tuple(apart)), Row(tuple(together))]
    words = [piece.parts[0] for piece in found if len(piece.parts) == 1]
    if len(words) == len(found) == 2 and all(len(one) > 1 and one.isalpha() for one in words):
        rows.append(Row((stem("".join(words)),)))  # "co training"
    return list(dict.fromkeys(rows))


def _prefix(term: Term) -> str:
    """What the last word of a term with `*` begins with, else nothing."""
    if not term.text.endswith("*"):
        return ""
    found = list(pieces(readable(term.text)))
    return found[-1].parts[-1] if found and not found[-1].wide else ""


def _completed(term: Term, lexicon: Lexicon) -> Collection[str] | None:
    prefix = _prefix(term)
    return lexicon.completed.get(prefix, Completed()).names if prefix else None


def _any(rows: Sequence[Row]) -> str:
    return " OR ".join(row.expression for row in rows)


def _all(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else " AND ".join(f"({part})" for part in parts)


def expression_in_titles(query: Query, lexicon: Lexicon) -> str:
    """As `expression`, but with all words that may be anywhere in the title; empty if there are
    none, or the title cannot hold them."""
    if not any(term.field == "" and not term.negated for term in query.terms):
        return ""
    terms = tuple(
        replace(term, field="ti") if term.field == "" and not term.negated else term
        for term in query.terms
    )
    return expression(replace(query, terms=terms), lexicon)
