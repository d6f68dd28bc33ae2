r"""Text for BibTeX files: LaTeX stays LaTeX, everything else is escaped, braces always balance.

BibTeX counts every brace, also those behind a backslash; some readers of its files count only
the others. So both kinds are balanced here, each for itself.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache

from pylatexenc.latexencode import (  # pyright: ignore[reportMissingTypeStubs]
    get_builtin_uni2latex_dict,
)

_TOKEN = re.compile(
    r"\\[A-Za-z]+|\\.|[\\{}$%&#_~^]|[^\x00-\x7f]|[A-Za-z0-9]+|[^A-Za-z0-9]", re.DOTALL
)
_MATH_SIGNS = re.compile(r"[\\^_{}=<>]")
_DELIMITERS = re.compile(r"\\[()\[\]]|\${2,}")
_ACCENTS = {
    "\u0300": "`", "\u0301": "'", "\u0302": "^", "\u0303": "~", "\u0304": "=", "\u0306": "u",
    "\u0307": ".", "\u0308": '"', "\u030a": "r", "\u030b": "H", "\u030c": "v", "\u0323": "d",
    "\u0327": "c", "\u0328": "k", "\u0331": "b",
}  # fmt: skip
_ESCAPED = {
    "%": r"\%", "&": r"\&", "#": r"\#", "_": r"\_", "$": r"\$", "~": r"{\textasciitilde}",
    "^": r"{\textasciicircum}", "\\": r"{\textbackslash}", "{": r"{\textbraceleft}",
    "}": r"{\textbraceright}",
}  # fmt: skip
_SIGNS = {
    "–": "--", "—": "---", "‘": "`", "’": "'", "“": "``", "”": "''", "…": r"{\ldots}",
    "×": r"{$\times$}", "→": r"{$\rightarrow$}", "−": r"{$-$}",
}  # fmt: skip
# Scripts that the table would turn into commands that need a package each; UTF-8 serves them.
_NOT_TRANSLATED = re.compile(r"\\(?:cyr|CYR|textgreek|hebrew|ding|Pisymbol|Elz)")
_SMALL_ANYWAY = frozenset(
    ["about", "after", "against", "among", "between", "beyond", "during", "from", "into", "like",
     "over", "than", "that", "through", "toward", "towards", "under", "upon", "using", "versus",
     "when", "with", "within", "without"]
)  # fmt: skip
_ENSURED = re.compile(r"\\ensuremath\{(.*)\}")


def escape(text: str) -> str:
    """Plain text as LaTeX."""
    if text.isascii() and text.isalnum():
        return text
    return "".join(_ESCAPED.get(sign) or _sign(sign) for sign in unicodedata.normalize("NFC", text))


def latex_title(text: str) -> str:
    r"""A title that may hold LaTeX, with what must keep its capitals in braces of its own.

    `BERT for $L^2$` becomes `{BERT} for {$L^2$}`. In a title in sentence case, names keep their
    capitals too.
    """
    pieces = _TOKEN.findall(_DELIMITERS.sub("$", unicodedata.normalize("NFC", text)))
    return _Title(pieces).write()


class _Title:
    """Writes the pieces of a title."""

    def __init__(self, pieces: list[str]) -> None:
        self._pieces = pieces
        self._math = _math_spans(pieces)
        opaque = {at for start, end in self._math.items() for at in range(start, end + 1)}
        self._pairs = _pairs(pieces, [at for at in range(len(pieces)) if at not in opaque])
        self._paired = {*self._pairs, *self._pairs.values()}
        self._names_only = _is_sentence_case(pieces)

    def write(self) -> str:
        """The title as LaTeX."""
        written: list[str] = []
        at = depth = 0
        begins = True  # a capital here is kept by every style
        while at < len(self._pieces):
            piece = self._pieces[at]
            if at in self._math:
                end = self._math[at]
                written.append(f"{{${_math(self._pieces[at + 1 : end])}$}}")
                at, begins = end + 1, False
                continue
            depth += (piece == "{") - (piece == "}") if at in self._paired else 0
            if piece[0].isalnum() and piece.isascii():
                keep = depth == 0 and self._keeps_capitals(at, begins)
                written.append(f"{{{piece}}}" if keep else piece)
                begins = False
            else:
                said, used = self._other(at, depth)
                written.append(said)
                begins = piece in ":?!" or (begins and piece.isspace())
                at += used - 1
            at += 1
        return "".join(written).strip()

    def _other(self, at: int, depth: int) -> tuple[str, int]:
        """What a piece that is no word becomes, and how many pieces that took."""
        piece = self._pieces[at]
        after = self._pieces[at + 1] if at + 1 < len(self._pieces) else ""
        if piece in {"{", "}", r"\{", r"\}"}:
            return (piece if at in self._paired else _ESCAPED[piece[-1]]), 1
        if piece in {"~", "^"}:
            return self._tilde_or_power(piece, at, after)
        if piece[0] != "\\":
            return _ESCAPED.get(piece) or _sign(piece), 1
        if len(piece) == 1 or piece[1].isdigit():
            return _ESCAPED["\\"] + escape(piece[1:]), 1
        if piece[1].isalpha() and piece.isascii():
            return _command(piece, after, depth), 1
        if piece in {"\\\\", "\\ "}:  # a line break, and a space that counts
            return " ", 1
        if piece[1] in "'`\"^~=.":
            # An accent wants a letter; without one it would take the end of the title.
            if after[:1].isalpha() or after in {"{", r"\i", r"\j"}:
                return piece, 1
            return _ESCAPED.get(piece[1], piece[1]), 1
        return (piece if piece[1] in "%&#_$,;:!/-@" else escape(piece[1:])), 1

    def _tilde_or_power(self, piece: str, at: int, after: str) -> tuple[str, int]:
        before = self._pieces[at - 1] if at else ""
        is_word = after.isascii() and after.isalnum()
        if piece == "^":
            end = self._pairs.get(at + 1)
            if end is not None:
                return f"{{$^{{{_math(self._pieces[at + 2 : end])}}}$}}", end - at + 1
            return (f"{{$^{{{after}}}$}}", 2) if is_word else (_ESCAPED[piece], 1)
        # A tie between words, or the tilde of "about": z~6, ~88,000.
        tie = before[-1:].isalpha() and len(before) > 1 and after[:1].isalpha()
        return ("~" if tie or before == "." else r"{$\sim$}"), 1

    def _keeps_capitals(self, at: int, begins: bool) -> bool:
        word = self._pieces[at]
        if any(sign.isupper() for sign in word[1:]):
            return True
        if not word[0].isupper():
            return False
        if len(word) == 1:
            return word != "A"
        return self._names_only and not begins


def _sign(sign: str) -> str:
    """A character outside ASCII as LaTeX; itself if LaTeX has no better way."""
    if sign.isascii():
        return sign
    return _written(sign)


@cache
def _table() -> dict[int, str]:
    return {
        code: said
        for code, said in get_builtin_uni2latex_dict().items()
        if not _NOT_TRANSLATED.search(said)
    }


@cache
def _written(sign: str) -> str:
    if sign in _SIGNS:
        return _SIGNS[sign]
    base, *marks = unicodedata.normalize("NFD", sign)
    if marks and base.isascii() and base.isalpha() and all(mark in _ACCENTS for mark in marks):
        return f"{{{_accented(base, marks)}}}"
    for variant in (sign, unicodedata.normalize("NFKC", sign)):
        said = _table().get(ord(variant)) if len(variant) == 1 else None
        if said is not None:
            ensured = _ENSURED.fullmatch(said)
            return f"{{${ensured[1]}$}}" if ensured else f"{{{said}}}"
    return sign


def _accented(letter: str, marks: list[str]) -> str:
    written = letter
    for number, mark in enumerate(marks):
        accent = _ACCENTS[mark]
        dotless = number == 0 and letter in "ij" and accent not in "cdkb"
        inner = f"\\{letter}" if dotless else written
        simple = number == 0 and not accent.isalpha()
        written = f"\\{accent}{inner}" if simple else f"\\{accent}{{{inner}}}"
    return written


def _math_spans(pieces: list[str]) -> dict[int, int]:
    """Where formulas begin and end; a dollar that is money or stands alone is in none."""
    spans: dict[int, int] = {}
    signs = [at for at, piece in enumerate(pieces) if piece == "$"]
    number = 0
    while number + 1 < len(signs):
        start, end = signs[number], signs[number + 1]
        inside = "".join(pieces[start + 1 : end])
        after = pieces[end + 1][:1] if end + 1 < len(pieces) else ""
        money = inside[:1].isdigit() and after.isdigit() and not _MATH_SIGNS.search(inside)
        if inside.strip() and not money:
            spans[start] = end
            number += 2
        else:
            number += 1
    return spans


def _pairs(pieces: list[str], places: Iterable[int]) -> dict[int, int]:
    """The braces at these places that have a partner of their own kind, properly nested."""
    pairs: dict[int, int] = {}
    opened: list[int] = []
    for at in places:
        piece = pieces[at]
        if piece in {"{", r"\{"}:
            opened.append(at)
        elif piece in {"}", r"\}"} and opened and len(pieces[opened[-1]]) == len(piece):
            pairs[opened.pop()] = at
    return pairs


def _math(pieces: list[str]) -> str:
    pairs = _pairs(pieces, range(len(pieces)))
    paired = {*pairs, *pairs.values()}
    written: list[str] = []
    for at, piece in enumerate(pieces):
        if piece in {"{", "}", r"\{", r"\}"}:
            lone = r"\lbrace " if piece[-1] == "{" else r"\rbrace "
            written.append(piece if at in paired else lone)
        elif piece in {"\\\\", "\\"}:
            written.append(" ")
        elif piece in {"%", "&", "#"}:
            written.append(f"\\{piece}")
        elif not piece.isascii():
            sign = _sign(piece[-1])
            written.append(f"{{{sign[2:-2]}}}" if sign.startswith("{$") else piece[-1])
        else:
            written.append(piece)
    return "".join(written)


@cache
def _math_commands() -> frozenset[str]:
    """Commands that LaTeX knows only in formulas."""
    found = (_ENSURED.fullmatch(said) for said in get_builtin_uni2latex_dict().values())
    return frozenset(one[1] for one in found if one and re.fullmatch(r"\\[A-Za-z]+", one[1]))


def _command(piece: str, after: str, depth: int) -> str:
    if piece in _math_commands():
        return rf"\ensuremath{{{piece}}}" if depth else f"{{${piece}$}}"
    capital = depth == 0 and not piece[1:].islower() and after != "{"
    return f"{{{piece}}}" if capital else piece


def _is_sentence_case(pieces: list[str]) -> bool:
    """Whether most words begin with a small letter, so that a capital means a name."""
    words = [
        piece
        for piece in pieces
        if len(piece) > 3 and piece.isascii() and piece.isalpha() and piece not in _SMALL_ANYWAY
    ]
    small = sum(word[0].islower() for word in words)
    return len(words) > 1 and 3 * small >= len(words)
