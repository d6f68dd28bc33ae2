"""Whether a text holds what a query asks for, and how well. Pure; CPU work over many texts."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.text.names import AuthorName
from bot.text.names import matches as same_author
from bot.text.query import Query, Term
from bot.text.tokens import fold, stem

_CJK = "\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff"
_WIDE = re.compile(rf"[{_CJK}\U00020000-\U0003ffff]")
# A letter or digit of a script that is written with spaces.
_LETTER = rf"[^\W_{_CJK}\U00020000-\U0003ffff]"
_PIECE = re.compile(r"[^\W_]+(?:\+\+|#(?!\w))?|[^\s\w]")
_LONGEST_STEMMED = 40


@dataclass(frozen=True, slots=True)
class Searched:
    """The texts of a paper that are searched; `titles` and `abstracts` with their translations."""

    id: str
    titles: tuple[str, ...]
    abstracts: tuple[str, ...]
    authors: tuple[str, ...]
    comment: str = ""


class QueryMatcher:
    """The terms of a query, ready to be held against many papers."""

    def __init__(self, query: Query) -> None:
        self._terms = [_TermMatcher(term) for term in query.terms]
        plain = [term.text for term in query.terms if not term.negated and term.field in {"", "ti"}]
        together = " ".join(plain).replace("*", "")
        self._phrase = _pattern(Term(f"{together} ".strip())) if len(plain) > 1 else None

    def score(self, paper: Searched) -> tuple[int, int] | None:
        """How many terms the title holds, and whether all stand together in title or abstract.

        None if the paper is not what the query asks for.
        """
        titles = fold("\n".join(paper.titles))
        abstracts = fold("\n".join(paper.abstracts))
        others = fold("\n".join((*paper.authors, paper.comment, paper.id)))
        texts = {"ti": titles, "abs": abstracts, "co": fold(paper.comment)}
        everywhere = f"{titles}\n{abstracts}\n{others}"
        in_title = 0
        for term in self._terms:
            found = term.found(texts.get(term.field, everywhere), paper.authors)
            if found == term.negated:
                return None
            in_title += not term.negated and term.found(titles, ())
        together = self._phrase is not None and self._phrase.search(f"{titles}\n{abstracts}")
        return in_title, int(bool(together))


class _TermMatcher:
    def __init__(self, term: Term) -> None:
        self.field = term.field
        self.negated = term.negated
        self._pattern = _pattern(term)
        self._name = AuthorName.parse(term.text) if term.field == "au" else None

    def found(self, text: str, authors: Sequence[str]) -> bool:
        if self._name is not None:
            # As at arXiv, a part of a name is enough: Solheim finds Solheim-Baptiste.
            return any(
                same_author(self._name, author) or self._pattern.search(fold(author))
                for author in authors
            )
        return self._pattern.search(text) is not None


def pieces(text: str) -> list[str]:
    """The folded words of a term that its papers must hold in some form; at least one."""
    found = [piece for piece in _PIECE.findall(fold(text)) if piece[0].isalnum()]
    return found or [fold(text)]


def _pattern(term: Term) -> re.Pattern[str]:
    """Finds a term in a folded text: whole words, singular or plural, whatever joins them."""
    folded = fold(term.text.rstrip("*"))
    words = [match for match in _PIECE.finditer(folded) if match.group()[0].isalnum()]
    if not words:
        return re.compile(re.escape(folded))
    written = ""
    end = 0
    for match in words:
        joint = folded[end : match.start()]
        if end:
            # Hyphens may be left out; chain-of-thought is also found by "chain of thought".
            written += r"[\W_]*" if joint in {"-", "_", ""} else r"[\W_]+"
        end = match.end()
        starred = term.text.endswith("*") and match is words[-1]
        joined = folded[match.end() : match.end() + 1] in {"-", "_"}
        written += (
            re.escape(match.group()) if starred else _any_number(match.group(), joined=joined)
        )
    open_ended = term.text.endswith("*") or _WIDE.match(folded[end - 1])
    before = "" if _WIDE.match(words[0].group()) else rf"(?<!{_LETTER})"
    return re.compile(before + written + ("" if open_ended else rf"(?!{_LETTER})"))


def _any_number(word: str, *, joined: bool) -> str:
    """A pattern for a word in singular and plural, `joined` to the next one by a hyphen.

    Never tried in two ways at one place (it is atomic): a phrase of twenty words, each in two
    ways, would take a million steps, and the program stands still meanwhile.
    """
    if len(word) <= 2 or len(word) > _LONGEST_STEMMED or not word.isascii() or not word.isalpha():
        return re.escape(word)
    root = stem(word)
    number = f"{root[:-1]}(?:ies|ys|y)" if root.endswith("y") else f"{root}(?:es|s|e)?"
    whole = f"(?!{_LETTER})"
    if joined:  # the letter after the hyphen may be an s: cat-scan is found as catscan
        return f"(?>{word}{whole}|{number}{whole}|{word}|{root})"
    return f"(?>{number}{whole}|{word})"
