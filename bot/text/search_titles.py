"""What somebody types of a title, as SQLite's FTS5 reads it. Pure."""

from dataclasses import dataclass

from bot.text.query import Query, Term
from bot.text.search_match import Completed, Lexicon, Row, about, expression, prefixes
from bot.text.search_stems import search_stem
from bot.text.search_words import EVERY, Piece, pieces, readable

_LONGEST_TITLE, _TITLE_WORDS = 300, 20
_COMPLETIONS = 25
# Nearly all abstracts have these, few titles: to look for them there takes long.
_COMMON = frozenset(
    [
        "a", "an", "and", "are", "as", "at", "be", "by", "can", "do", "does", "for", "from", "how",
        "in", "is", "it", "its", "not", "of", "on", "or", "our", "that", "the", "their", "this",
        "to", "we", "what", "when", "which", "with",
    ]
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class TitleBeginning:
    """The words of what was typed, the last one perhaps unfinished, and how titles begin then."""

    terms: tuple[Term, ...]
    begun: tuple[str, ...]

    @staticmethod
    def read(typed: str) -> "TitleBeginning":
        """Read what was typed; of many words the first ones."""
        found = list(pieces(readable(typed[:_LONGEST_TITLE])))[:_TITLE_WORDS]
        if not found:
            return TitleBeginning((), ())
        terms = [Term(_typed(piece), "ti") for piece in found]
        begun = [search_stem(part) for piece in found for part in piece.parts]
        if typed[-1:].isalnum() and not found[-1].wide:
            begun[-1] = found[-1].parts[-1]
            terms[-1] = Term(f"{terms[-1].text}*", "ti")
        telling = [term for term in terms if term.text not in _COMMON]
        return TitleBeginning(tuple(telling or terms), tuple(begun))

    @property
    def prefixes(self) -> set[str]:
        """The beginnings of words whose completions are needed."""
        return prefixes(Query(self.terms))

    def expressions(self, lexicon: Lexicon) -> list[str]:
        """What finds titles that begin so, and what finds those that hold all words."""
        if not self.begun:
            return [about([EVERY])]
        known = {prefix: self._telling(one) for prefix, one in lexicon.completed.items()}
        every = expression(Query(self.terms), Lexicon(known))
        first = self.begun[0]
        if len(self.begun) > 1:
            begin = f"(title : ^ {Row((first,)).expression}) AND ({every})"
            return [every] if first in _COMMON else [begin, every]
        ends = dict.fromkeys(map(search_stem, known.get(first, Completed()).words))
        rows = [Row((end,)) for end in ends] or [Row((first,), open=True)]
        return [f"title : ({' OR '.join(f'^ {row.expression}' for row in rows)})", every]

    def _telling(self, completed: Completed) -> Completed:
        words = [word for word in completed.words if word not in _COMMON or word in self.begun]
        return Completed(tuple(words[:_COMPLETIONS]))


def title_words(text: str) -> str:
    """The words of a title, or of what was typed of one, to compare how they begin."""
    return " ".join(part for piece in pieces(readable(text)) for part in piece.parts)


def _typed(piece: Piece) -> str:
    """A piece as it may be read again."""
    if piece.special:
        return piece.special
    return "".join(part[0] for part in piece.parts) if piece.wide else "-".join(piece.parts)
