"""Superscripts and subscripts in Unicode."""

import re

from bot.text.latex_tables import ELEMENTS, LOWERED, RAISED, SUBSCRIPTS, SUPERSCRIPTS

_WORD = re.compile(r"[a-zA-Z]{3,}")
_SIMPLE = re.compile(r"[-+−]?\d+\.\d+|[A-Za-z0-9]+|[^\s]")
_FORMULA = re.compile(
    rf"(?<![A-Za-z0-9_/.\\])(?:(?:{'|'.join(sorted(ELEMENTS, key=len, reverse=True))})[₀-₉\d]*)+$"
)
_LETTER = re.compile(r"(?<![^\W\d_])(?<![_/.\\])[A-Za-zα-ωΑ-Ω]$")


def script(sign: str, content: str) -> str:
    """`content` raised (`sign` is ^) or lowered (_): in Unicode's own letters if it has them all.

    Words of three letters and more stay on the line (x_max), as their raised or lowered letters
    are hard to read; so does whatever has no such letter: x_c, 10^10.5, x_(a,b).
    """
    content = content.strip()
    compact = content.replace(" ", "")
    if not compact:
        return ""
    special = (RAISED if sign == "^" else LOWERED).get(compact)
    if special is not None:
        return special
    table = SUPERSCRIPTS if sign == "^" else SUBSCRIPTS
    if not _WORD.search(compact) and all(letter in table for letter in compact):
        return "".join(table[letter] for letter in compact)
    return sign + (content if _SIMPLE.fullmatch(content) else f"({content})")


def takes_subscript(before: str) -> bool:
    """Whether a digit after `before` and an underscore is an index: H_2O and x_1, not step_2."""
    tail = before[-24:]
    return bool(_LETTER.search(tail) or _FORMULA.search(tail))
