"""Author searches: what finds the candidates, and the precise look at their names. Pure."""

import re
from collections.abc import Collection, Iterator, Sequence

from bot.text.names import AuthorName
from bot.text.names import matches as same_author
from bot.text.search_words import initial_token, is_wide, pieces, readable

# Mueller for Müller; but not Michael and Manuel.
_SPELLED_OUT = re.compile(r"(?<=[^aeiouq\W])([aou])e(?!l\b|\b)")
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"})


class WantedName:
    """An author as somebody asks for one: `garcia`, `J. García`, `García, José`."""

    def __init__(self, text: str) -> None:
        # Undivided Chinese, Japanese and Korean names are the same as divided ones.
        self._text = "".join(text.split()) if is_wide(text) else text
        self._spellings = tuple(_spellings(self._text))
        # Each with its last word, which nearly all others lack, and with its words in a row.
        self._looked_for: list[tuple[AuthorName, str, str]] = []
        for one in self._spellings:
            name = AuthorName.parse(one)
            if words := _ordered(name):
                last = words[-1][:1] if is_wide(one) else words[-1]
                self._looked_for.append((name, last, f" {' '.join(words)} "))

    @property
    def is_exact(self) -> bool:
        """Whether the expression finds only those that are meant."""
        return all(_is_exact(AuthorName.parse(one)) for one in self._spellings)

    def expression(self) -> str:
        """Papers that may have this author, as an FTS5 expression over all columns."""
        found = [part for one in self._spellings for part in _candidates(one)]
        return f"authors : ({' OR '.join(dict.fromkeys(found))})" if found else ""

    def row_expression(self) -> str:
        """Papers that have an author with these words side by side."""
        rows = [_row(_ordered(AuthorName.parse(one))) for one in self._spellings]
        rows = [row for row in rows if row]
        return f"authors : ({' OR '.join(dict.fromkeys(rows))})" if rows else ""

    def found(self, authors: Sequence[str]) -> bool:
        """Whether one of these authors is meant. As at arXiv, a part of a name is enough."""
        return any(
            last in plain and (same_author(name, author) or row in f" {' '.join(_words(author))} ")
            for author in authors
            for plain in (readable(author),)
            for name, last, row in self._looked_for
        )


def name_expression(text: str, completed: Collection[str] | None, *, negated: bool) -> str:
    """The expression of an author term; `completed` are the words for one that ends in `*`."""
    if completed is not None:
        *before, last = _words(text) or [""]
        rows = [_row([*before, word]) for word in completed]
        return f"authors : ({' OR '.join(rows)})" if rows else f"authors : {_row([*before, last])}"
    name = WantedName(text)
    # What is left out must not be more than what is meant.
    return name.row_expression() if negated and not name.is_exact else name.expression()


def _spellings(text: str) -> Iterator[str]:
    yield text
    out = text.translate(_UMLAUTS)
    if out != text:
        yield out
    umlaut = _SPELLED_OUT.sub(r"\1", readable(text))
    if umlaut != readable(text):
        yield umlaut if "," in text else umlaut.title()


def _is_exact(name: AuthorName) -> bool:
    if is_wide(name.surname) or not name.given_key or name.collaboration:
        return True
    return len(name.core) == 1 and len(name.given_key) == 1 and len(name.given_key[0]) == 1


def _candidates(text: str) -> Iterator[str]:
    name = AuthorName.parse(text)
    if row := _row(_ordered(name)):
        yield row
    surname = _words(" ".join(name.core))
    if not name.given_key or not surname or is_wide(text):
        return
    given = _words(name.given_key[0])
    if len(surname) > 1 or not given:
        yield f"({' AND '.join(_row([word]) for word in surname)})"
    elif len(name.given_key[0]) == 1:
        yield _row([*surname, initial_token(name)])
    else:
        # Somebody with that initial, if the given name is there or may be shortened.
        joined = _words("".join(name.given_key[:2]))
        ways = dict.fromkeys(_row(way) for way in (given, [given[0][0]], joined))
        yield f"({_row([*surname, initial_token(name)])} AND ({' OR '.join(ways)}))"
        # Antonio García is José Antonio García, too.
        yield f"({_row(surname)} AND {_row(given)})"


def _ordered(name: AuthorName) -> list[str]:
    """The words of a name in the order in which arXiv has them: given names first."""
    return _words(" ".join((*name.given, name.surname)))


def _words(text: str) -> list[str]:
    return [part for piece in pieces(readable(text)) for part in piece.parts]


def _row(words: Sequence[str]) -> str:
    if words and is_wide(words[-1]) and len(words[-1]) == 1:
        # The last letter of a run, or the only one: then it is the beginning of a pair.
        return f"{_quoted(words)} *" if len(words) == 1 else _quoted(words[:-1])
    return _quoted(words) if words else ""


def _quoted(words: Sequence[str]) -> str:
    return '"' + " ".join(words).replace('"', '""') + '"'
