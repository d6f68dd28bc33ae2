"""One of two texts, with what is not prose in it: formulas and addresses. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.text.latex_reader import is_math

_DISPLAY = re.compile(r"\$\$.{1,300}?\$\$|\\\(.{1,300}?\\\)|\\\[.{1,400}?\\\]", re.DOTALL)
_DOLLAR = re.compile(r"(?<!\\)\$")
_LONGEST = 300
_URL = re.compile(
    r"(?i:https?://|ftp://|www\.|\barXiv:(?=\d))(?:(?![<>\"'`{}|^])[!-~]|\{\}|\\[_%#&~]){1,500}"
    r"|(?<![A-Za-z0-9@./_-])[A-Za-z0-9][A-Za-z0-9-]{0,40}(?:\.[A-Za-z0-9-]{1,40}){0,3}"
    r"\.(?:ai|app|cn|co|com|de|dev|edu|eu|fr|gov|info|io|jp|ly|me|net|org|sh|uk|xyz)/"
    r"(?:(?![<>\"'`{}|^])[!-~]){1,300}"
)
_AFTER_URL = ".,;:!?)]}*\\"
# Letters and signs in full width mean the same; the length stays, and with it every span.
_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20, 0xA0: 0x20}


@dataclass(frozen=True, slots=True)
class Side:
    """A text. `formulas` and `addresses` are as written, in order; `bare` is the text at the same
    length with blanks in their place and full-width letters in ordinary width."""

    raw: str
    formulas: tuple[str, ...]
    addresses: tuple[str, ...]
    bare: str

    @staticmethod
    def of(text: str) -> "Side":
        """Find a text's formulas and addresses. Linear in its length."""
        taken = list(_addresses(text))
        rest = _blank(text, taken)
        formulas = list(_formulas(rest))
        rest = _blank(rest, formulas).translate(_WIDE)
        return Side(
            text,
            tuple(text[start:end] for start, end in formulas),
            tuple(text[start:end] for start, end in taken),
            rest,
        )


def _addresses(text: str) -> Iterator[tuple[int, int]]:
    if "/" not in text and "www." not in text.lower() and "arxiv:" not in text.lower():
        return
    for found in _URL.finditer(text):
        whole = found.group()
        kept = whole.rstrip(_AFTER_URL)
        # A parenthesis belongs to the address if it was opened there.
        if whole[len(kept) : len(kept) + 1] == ")" and kept.count("(") > kept.count(")"):
            kept += ")"
        if kept:
            yield found.start(), found.start() + len(kept)


def _formulas(text: str) -> Iterator[tuple[int, int]]:
    if "$" not in text and "\\" not in text:
        return
    display = [found.span() for found in _DISPLAY.finditer(text)]
    rest = _blank(text, display)
    yield from sorted([*display, *_inline(rest)])


def _inline(text: str) -> Iterator[tuple[int, int]]:
    opened: int | None = None
    for found in _DOLLAR.finditer(text):
        at = found.end()
        if opened is None or at - opened > _LONGEST:
            opened = found.start()
        elif is_math(text[opened + 1 : at - 1], text[at : at + 1]):
            yield opened, at
            opened = None
        else:  # money: perhaps this dollar opens a formula
            opened = found.start()


def _blank(text: str, spans: list[tuple[int, int]]) -> str:
    if not spans:
        return text
    parts: list[str] = []
    at = 0
    for start, end in spans:
        parts += (text[at:start], " " * (end - start))
        at = end
    return "".join(parts) + text[at:]
