"""Reads LaTeX's macros: symbols, accents, environments and the authors' own."""

import re
from abc import ABC, abstractmethod

from bot.text.latex_macros import MACROS, unescape
from bot.text.latex_scanner import Scanner
from bot.text.latex_tables import (
    ACCENTS,
    LETTERS,
    MATH_ENVIRONMENTS,
    OPERATORS,
    SILENT,
    compose,
    is_infix,
    symbols,
)

_CONTROL_WORD = re.compile(r"[A-Za-z]+")
_NESTED_MACRO = re.compile(r"\\[A-Za-z]")
_ACCENTED = re.compile(r"\s?(?:\\([ijoOlL])(?![A-Za-z])\s?|([A-Za-z]))")
_PATH = re.compile(r"\\[A-Za-z]+$")
_CODE_MACROS = frozenset({"texttt", "lstinline", "mathtt"})
_SPACING = {",": " ", ";": " ", ":": " ", ">": " ", " ": " ", "!": "", "-": "", "/": "", "@": ""}


class MacroReader(Scanner, ABC):
    """What comes after a backslash. A subclass reads the rest (`_nested`)."""

    @abstractmethod
    def _nested(self, raw: str, *, math: bool) -> str:
        """Read a group's content in its own mode."""

    def argument(self, *, math: bool | None = None) -> str:
        """The next group or token, read in the mode asked for."""
        mode = self._math if math is None else math
        raw = self.raw_group()
        if raw is not None:
            return self._nested(raw, math=mode)
        self._skip_spaces()
        if self._at >= len(self._text):
            return ""
        if self._text[self._at] != "\\":
            self._at += 1
            return self._text[self._at - 1]
        self._deeper(1)
        kept, self._out, math_before, self._math = self._out, [], self._math, mode
        self._backslash()
        kept, self._out, self._math = self._out, kept, math_before
        self._deeper(-1)
        return "".join(kept)

    def _backslash(self) -> None:
        word = _CONTROL_WORD.match(self._text, self._at + 1)
        if word is None:
            self._control_symbol(self._text[self._at + 1 : self._at + 2])
            return
        name, start = word.group(), self._at
        self._at = word.end()
        if self._text.startswith("*", self._at) and self._text.startswith("*{", self._at):
            self._at += 1
        if name in ("begin", "end"):
            self._environment(name)
        elif name == "verb":
            self._verbatim()
        elif name in SILENT or name == "item":
            self._silent(name)
        elif not self._math and name in ACCENTS and self._accent(ACCENTS[name]):
            return
        elif (macro := MACROS.get(name)) is not None:
            self._put(macro(self), 0)
            self._gap = name.endswith("frac")
        elif (symbol := symbols().get(name)) is not None:
            if self._math:
                self._symbol_in_math(symbol)
            else:
                if self._text.startswith("{}", self._at):
                    self._at += 2
                elif name in LETTERS:
                    self._skip_spaces()
                self._put(symbol, 0)
        else:
            self._other(name, start)

    def _other(self, name: str, start: int) -> None:
        """A macro of the author's own, or one that only changes the look of its argument."""
        raw = self.raw_group()
        if raw is None:
            path = not self._math and (
                (len(name) == 1 and name.islower())
                or self._text[start - 1 : start] in {":", "\\"}
                or _PATH.search(self._tail()) is not None
            )
            gap = " " if self._before().isdigit() else ""  # 10\kms
            self._put("\\" + name if path else gap + name, 0)
        elif not raw.strip():
            self._put(name, 0)
        elif name in _CODE_MACROS and not _NESTED_MACRO.search(raw):
            self._put(unescape(raw), 0)
        else:
            texty = name.startswith(("text", "emph", "mbox", "operatorname"))
            math = False if texty else self._math or name.startswith("math") or name == "ensuremath"
            inside = self._nested(raw, math=math)
            if name.startswith("operatorname") and self._before().isalnum():
                inside = " " + inside
            self._put(inside, 0)

    def _silent(self, name: str) -> None:
        self._skip_spaces()
        if name in ("left", "right", "middle") and self._text.startswith(".", self._at):
            self._at += 1
        elif name == "item":
            label = self.optional()
            self._put(f" {label} " if label else " • ", 0)

    def _control_symbol(self, sign: str) -> None:
        closing = {"(": "\\)", "[": "\\]"}.get(sign)
        end = self._text.find(closing, self._at + 2) if closing else -1
        if closing and end > 0:
            self._put(self._nested(self._text[self._at + 2 : end], math=True).strip(), 0)
            self._at = end + 2
        elif sign in ACCENTS and not (self._math and sign in "=.") and sign:
            start = self._at
            self._at += 2
            if not self._accent(ACCENTS[sign]):
                self._at = start
                self._put(sign, 2)
        elif sign in _SPACING:
            self._put(_SPACING[sign], 2)
        elif sign == "|":
            self._put("‖", 2)
        elif sign == "\\":
            self._put(" ", 2)
        elif sign and sign in "%&$#_{}()[]":
            self._put(sign, 2)
        else:
            self._put("\\", 1)

    def _accent(self, mark: str) -> bool:
        """Read the accent's letter; False (and nothing read) if none follows."""
        start = self._at
        braced = self.raw_group()
        base = self._nested(braced, math=False).strip() if braced is not None else ""
        if braced is None:
            letter = _ACCENTED.match(self._text, self._at)
            if letter:
                base = letter.group(2) or symbols()[letter.group(1)]
                self._at = letter.end()
        composed = compose(base, mark) if base and base[0].isalpha() else ""
        if not composed or (len(composed) > len(base) and braced is None):
            self._at = start
            return False
        self._put(composed, 0)
        return True

    def _verbatim(self) -> None:
        fence = self._text[self._at : self._at + 1]
        end = self._text.find(fence, self._at + 1) if fence else -1
        if end > 0:
            self._put(self._text[self._at + 1 : end], 0)
            self._at = end + 1

    def _environment(self, edge: str) -> None:
        name = (self.raw_group() or "").strip()
        if edge == "end":
            self._put(" ", 0)
            return
        if name in {"array", "tabular"}:
            self.optional()
            self.raw_group()
        end = self._text.find(f"\\end{{{name}}}", self._at)
        if end < 0:
            self._put(" ", 0)
            return
        inside = self._text[self._at : end]
        math = self._math or name.rstrip("*") in MATH_ENVIRONMENTS
        self._put(f" {self._nested(inside, math=math).strip()} ", 0)
        self._at = end + len(f"\\end{{{name}}}")

    def _symbol_in_math(self, symbol: str) -> None:
        before = self._before()
        if symbol in OPERATORS:
            lead = " " if before.isalnum() or before in set(")]}") else ""
            following = self._text[self._skipped() : self._skipped() + 2]
            spaced = following[:1].isalnum() or (following[:1] in "\\{" and following[1:].isalnum())
            tail = " " if spaced else ""
            self._skip_spaces()
            self._put(lead + symbol + tail, 0)
        elif is_infix(symbol):
            self._skip_spaces()
            self._put(symbol + (" " if before == " " else ""), 0)
        else:
            self._skip_spaces()
            self._put(symbol, 0)
