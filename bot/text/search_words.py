"""Texts as the search index holds them, and words as it is asked for them. Pure.

A text becomes plain tokens in a row, so that phrases are neighbors. What has a second form stands
once more after all of them: `co-training gpt-4 c++` gives `co train gpt 4 c cotrain gpt4 c++`.
Runs of scripts without spaces become overlapping pairs and the last letter: `量子計算` gives
`量子 子計 計算 算`, so that whatever part of it is asked for is a row of pairs, or the beginning
of one.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.text.latex import to_unicode
from bot.text.names import AuthorName
from bot.text.search_stems import search_stem
from bot.text.tokens import fold

# Chinese, Japanese, Korean; Thai and Lao, Tibetan, Burmese, Khmer.
_WIDE = (
    "\u3005-\u3007\u3040-\u30fa\u30fc-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff"
    "\U00020000-\U0003ffff\u0e00-\u0eff\u0f00-\u0fff\u1000-\u109f\u1780-\u17ff"
)
_ASCII_RUN = r"[a-z0-9]*[0-9](?:\.[0-9]+)+|[a-z0-9]+"
# Vowel signs of Indian scripts are no letters to `re`, but parts of words.
_LETTER = rf"(?:[^\W_{_WIDE}]|[\u0900-\u0dff])"
_ANY_RUN = rf"{_LETTER}*\d(?:\.\d+)+|{_LETTER}+"
_SUFFIX = r"\+\+|#(?!\w)"


def _word(run: str) -> str:
    return rf"(?:{run})(?:['_-](?:{run}))*(?:{_SUFFIX})?"


_ASCII = re.compile(rf"{_word(_ASCII_RUN)}|(?<![\w.])\.net\b")
_ANY = re.compile(rf"[{_WIDE}]+|{_word(_ANY_RUN)}|(?<![\w.])\.net\b")
_IS_WIDE = re.compile(rf"[{_WIDE}]")
_JOINT = re.compile(r"[_-]")
# Points and vowel marks of Hebrew and Arabic, and what only stretches or directs a text.
_UNREAD = re.compile(
    r"[\ud800-\udfff\u00ad\u0591-\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670"
    r"\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff]"
)
_CATEGORY = re.compile(r"[A-Za-z]+(?:-[A-Za-z]+)?(?:\.[A-Za-z-]+)?", re.ASCII)
_MOST_PARTS = 4
_LONGEST = 40

GREEK = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon", "ζ": "zeta",
    "η": "eta", "θ": "theta", "ι": "iota", "κ": "kappa", "λ": "lambda", "μ": "mu", "ν": "nu",
    "ξ": "xi", "ο": "omicron", "π": "pi", "ρ": "rho", "σ": "sigma", "τ": "tau", "υ": "upsilon",
    "φ": "phi", "χ": "chi", "ψ": "psi", "ω": "omega",
}  # fmt: skip
"""The names of Greek letters, as LaTeX has them."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A word, hyphenated word or run as it stands in a text.

    `parts` are its folded words (of a run: its pairs), one after another. `joined` is the form
    without hyphens and `special` the one with its signs (`c++`), empty if there is none. `wide`
    says that it is of a script without spaces.
    """

    parts: tuple[str, ...]
    joined: str = ""
    special: str = ""
    wide: bool = False


def readable(text: str) -> str:
    """A text without LaTeX, case, accents and unreadable signs."""
    read = to_unicode(text)
    return read.lower() if read.isascii() else fold(_UNREAD.sub("", read))


def pieces(folded: str) -> Iterator[Piece]:
    """What a text that was made `readable` consists of."""
    return map(_piece, _matcher(folded).findall(folded))


def _matcher(folded: str) -> re.Pattern[str]:
    return _ASCII if folded.isascii() else _ANY


def _piece(token: str) -> Piece:
    if not token.isascii() and _IS_WIDE.match(token):
        return Piece(_pairs(token), wide=True)
    if token.isalnum():
        return Piece((GREEK.get(token, token[:_LONGEST]),))
    if token.startswith("."):
        return Piece((token[1:],), special=token)
    return _compound(token)


def _pairs(run: str) -> tuple[str, ...]:
    return tuple(run[at : at + 2] for at in range(len(run)))


def _compound(token: str) -> Piece:
    token = token.removesuffix("'s").replace("'", "")
    sign = "++" if token.endswith("++") else "#" if token.endswith("#") else ""
    bare = token.removesuffix(sign) if sign else token
    parts = tuple(GREEK.get(part, part[:_LONGEST]) for part in _JOINT.split(bare) if part) or (
        bare[:_LONGEST],
    )
    joinable = 1 < len(parts) <= _MOST_PARTS and any(part[0].isalpha() for part in parts)
    return Piece(
        parts,
        "".join(parts)[:_LONGEST] if joinable else "",
        parts[-1] + sign if sign else "",
    )


def index_tokens(text: str) -> list[str]:
    """The tokens of a text, stemmed, as they are indexed."""
    return tokens(readable(text))


def tokens(folded: str) -> list[str]:
    """As `index_tokens`, of a text that was made `readable`."""
    found: list[str] = _matcher(folded).findall(folded)
    together = "".join(found)
    if together.isalnum() and together.isascii():  # most titles
        return list(map(search_stem, found))
    main: list[str] = []
    other: list[str] = []
    for token in found:
        if token.isalnum() and token.isascii():  # nearly all of them
            main.append(search_stem(token))
            continue
        forms, more = _stemmed(token) if token.isascii() else _forms(token)
        main += forms
        other += more
    return main + other


def _forms(token: str) -> tuple[Sequence[str], Sequence[str]]:
    """The tokens of a piece, and those for after the text."""
    piece = _piece(token)
    more = [search_stem(piece.joined)] if piece.joined else []
    if piece.special:
        more.append(piece.special)
    return (piece.parts if piece.wide else tuple(map(search_stem, piece.parts))), more


# Hyphenated words are few, and take as long as ten others.
_stemmed = lru_cache(maxsize=1 << 14)(_forms)


def name_tokens(name: str) -> list[str]:
    """The tokens of an author's name: all its words, then the surname's end with the initial.

    `José Luis García` gives `jose luis garcia ^j`, so that `garcia ^j` is a row: every J. García.
    """
    name = "".join(name.split()) if is_wide(name) else name
    read = AuthorName.parse(name)
    words = _name_words(name)
    suffix = _name_words(read.suffix) if read.suffix else []
    if suffix and words[-len(suffix) :] == suffix:
        words = words[: -len(suffix)]
    return [*words, initial_token(read), *suffix]


def initial_token(name: AuthorName) -> str:
    """The token of the first given name's initial, which stands behind the surname."""
    initial = name.given_key[0][0] if name.given_key else ""
    return f"^{initial}" if initial.isalnum() else "^"


def _name_words(name: str) -> list[str]:
    return [part for piece in pieces(readable(name)) for part in piece.parts]


def is_wide(text: str) -> bool:
    """Whether letters of a script without spaces are in a text."""
    return not text.isascii() and _IS_WIDE.search(text) is not None


def is_category(text: str) -> bool:
    """Whether a word looks like one of arXiv's categories: `cs.CL`, `hep-th`."""
    return not text.isalpha() and _CATEGORY.fullmatch(text) is not None


def category_token(category: str) -> str:
    """The token of a category, or of a whole archive (`cs.*`)."""
    return "=" + re.sub(r"[^a-z0-9.-]", "_", fold(category.removesuffix(".*")))


EVERY = "="
"""A token that all papers have."""


def category_tokens(categories: tuple[str, ...]) -> list[str]:
    """The tokens of a paper's categories, of their archives, and `EVERY`."""
    wanted = [EVERY]
    for category in categories:
        wanted += category_token(category), category_token(category.split(".")[0])
    return list(dict.fromkeys(wanted))


_PLAIN = re.compile(rf"[^\W_{_WIDE}]{{3,{_LONGEST}}}")


def plain_words(folded: str) -> set[str]:
    """The words of a text that was made `readable`, as they are written: of three letters or
    more."""
    return {word for word in _PLAIN.findall(folded) if not word.isdigit()}
