"""The searchable text of a paper: words without case, accents and punctuation."""

import re
import unicodedata
from collections.abc import Callable

from sandbox.arxiv.records import PaperVersion

_WORD = re.compile(r"[^\W_]+")


def words(text: str) -> str:
    """The words of a text, folded, each with one space before and after."""
    decomposed = unicodedata.normalize("NFKD", text).casefold()
    plain = "".join(c for c in decomposed if not unicodedata.combining(c))
    return f" {' '.join(_WORD.findall(plain))} "


def _author_words(paper: PaperVersion) -> str:
    """Each author as "first last", "last first" and "last f", so that `del_maestro_a` is found."""
    forms: list[str] = []
    for author in paper.authors:
        *given, family = author.split() or [""]
        forms += [author, " ".join([family, *given])]
        forms += [f"{family} {given[0][0]}"] if given else []
    # No phrase reaches from one name into the next: folded words hold no bar.
    return "|".join(words(form) for form in forms)


_FIELDS: dict[str, Callable[[PaperVersion], str]] = {
    "ti": lambda paper: words(paper.title),
    "au": _author_words,
    "abs": lambda paper: words(paper.abstract),
    "co": lambda paper: words(paper.comment or ""),
    "jr": lambda paper: words(paper.journal_ref or ""),
    "rn": lambda paper: words(paper.report_no or ""),
}
TEXT_FIELDS = tuple(_FIELDS)


class SearchText:
    """The folded text of a paper's fields, made when first asked for and kept."""

    __slots__ = ("_fields", "paper")

    def __init__(self, paper: PaperVersion) -> None:
        self.paper = paper
        self._fields: dict[str, str] = {}

    def field(self, name: str) -> str:
        """The folded text of one of TEXT_FIELDS."""
        text = self._fields.get(name)
        if text is None:
            text = self._fields[name] = _FIELDS[name](self.paper)
        return text
