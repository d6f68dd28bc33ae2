"""Reads LaTeX as arXiv's authors write it, and writes it as one would read it."""

import re

from bot.text.latex_macro_reader import MacroReader
from bot.text.latex_macros import unescape
from bot.text.latex_scripts import script, takes_subscript

# Choices that each begin with a certain sign are looked for twice as quickly as a set and choices.
_TEXT_STOP = re.compile(r"\\|\$|\^|_|\{|\}|~|`|\"|''|--|https?://|www\.")
_URL = re.compile(r"(?:https?://|www\.)(?:[^\s{}\\$\"<>]|\\[_%#&~-])+")
_MATH_STOP = re.compile(r"[\\^_{}~&'$\s]")
_RAISED_NUMBER = re.compile(r"[-+−]?\d+(?!\.?\d)")
_LOWERED_NUMBER = re.compile(r"\d{1,2}(?![\d_.]*[\d_])(?![a-z]{2})")
_DASHES = re.compile(r"-+")
_QUOTED = re.compile(r"[^`]{1,400}?(?:''|\")")
_SINGLE_QUOTED = re.compile(r"`([^`'\"]{1,80})'(?!\w)")
_PROSE = re.compile(r"(?<![\\{A-Za-z])[A-Za-z]{3,}")
_TEX = re.compile(r"[\\^_]")
_BEFORE_TIE = re.compile(r"[^\W_]$|[.,)}\]”’%–—-]$")
_LAST_WORD = re.compile(r"[^\s~]*$")
_NEXT_WORD = re.compile(r"[^\s~]{1,40}")
_DRAWN = re.compile(r"[A-Z]\(|[A-Z]$")


def is_math(content: str, after: str) -> bool:
    """Whether dollars around `content`, followed by `after`, mean math and not money."""
    stripped = content.strip()
    if not stripped or (content[0].isdigit() and after.isdigit()):
        return False
    words = len(_PROSE.findall(stripped))
    if _TEX.search(stripped):
        return words < 4 or "\\" in stripped
    if after.isdigit():  # 2$-$10 and $λ$5007, but not $5-$10
        return not any(letter.isspace() for letter in content) and len(content) <= 20
    if content[0].isspace() or content[-1].isspace():
        return words == 0 and len(stripped) <= 40
    return words < 2 and not (content[0].isdigit() and words and " " in stripped)


class LatexReader(MacroReader):
    """One pass over one text. `read()` gives the result; raises TooDeepError."""

    def __init__(self, text: str, *, depth: int = 0) -> None:
        super().__init__(text, depth=depth)
        self._quotes = 0

    def read(self, *, math: bool = False) -> str:
        """The whole text, read as prose or as math."""
        self._math = math
        step = self._read_math if math else self._read_text
        while self._at < len(self._text):
            step()
        return "".join(self._out)

    def _read_text(self) -> None:
        stop = _TEXT_STOP.search(self._text, self._at)
        end = stop.start() if stop else len(self._text)
        if end > self._at:
            self._put(self._text[self._at : end], end - self._at)
        if stop is None:
            return
        sign = self._text[self._at]
        if sign == "\\":
            self._backslash()
        elif sign == "$":
            self._dollar()
        elif sign in "^_":
            self._script_in_text(sign)
        elif sign == "{":
            self._brace_in_text()
        elif sign == "~":
            self._tilde()
        elif sign in "`\"'":
            self._quote(sign)
        elif sign == "-":
            self._dash()
        elif url := _URL.match(self._text, self._at):
            self._put(unescape(url.group()), len(url.group()))
        else:
            self._put(sign, len(sign))

    def _dollar(self) -> None:
        width = 2 if self._text.startswith("$$", self._at) else 1
        start = self._at + width
        end = self._text.find("$" * width, start)
        while end > 0 and self._text[end - 1] == "\\":
            end = self._text.find("$" * width, end + 1)
        if end > 0 and is_math(self._text[start:end], self._text[end + width : end + width + 1]):
            self._put(self._nested(self._text[start:end], math=True).strip(), 0)
            self._at = end + width
        else:
            self._put("$" * width, width)

    def _script_in_text(self, sign: str) -> None:
        before = self._before()
        following = self._text[self._at + 1 : self._at + 2]
        based = before.isalnum() or before in set(")]}⊙'′")
        if based and following in ("{", "\\"):
            self._at += 1
            self._put(script(sign, self.argument(math=True)), 0)
            return
        if based and sign == "^":
            number = _RAISED_NUMBER.match(self._text, self._at + 1)
        else:
            number = _LOWERED_NUMBER.match(self._text, self._at + 1) if sign == "_" else None
            if number and not takes_subscript(self._tail()):
                number = None
        if number:
            self._put(script(sign, number.group()), 1 + len(number.group()))
        else:
            self._put(sign, 1)

    def _brace_in_text(self) -> None:
        end = self._closing(self._at)
        inside = None if end is None else self._text[self._at + 1 : end]
        initial = (  # {B}ayesian, as bibliographies keep their capitals
            inside is not None
            and end is not None
            and len(inside) <= 3
            and inside.isalpha()
            and self._text[end + 1 : end + 2].isalpha()
        )
        if inside == ",":  # 10{,}000
            self._put(",", 3)
        elif inside is None or not (inside.lstrip().startswith(("\\", "$")) or initial):
            self._put("{", 1)
        else:
            self._put(self._nested(inside, math=False), 0)
            self._at += len(inside) + 2

    def _tilde(self) -> None:
        """A tie between two words is a space; `~10` means "about" and stays."""
        left = _LAST_WORD.search(self._tail())
        right = _NEXT_WORD.match(self._text, self._at + 1)
        before, after = (left.group() if left else ""), (right.group() if right else "")
        tie = bool(after) and bool(_BEFORE_TIE.search(before))
        short = len(before.lstrip("(")) == 1 and before[-1:].isalpha()
        about = after[:1].isdigit() and (before[-1:].isdigit() or (short and before[-1].islower()))
        drawn = short and before[-1].isupper() and _DRAWN.match(after)
        self._put(" " if tie and not about and not drawn else "~", 1)

    def _quote(self, sign: str) -> None:
        if self._text.startswith("``", self._at) and _QUOTED.match(self._text, self._at + 2):
            self._quotes += 1
            self._put("“", 2)
        elif self._quotes and (sign == '"' or self._text.startswith("''", self._at)):
            self._quotes -= 1
            self._put("”", 1 if sign == '"' else 2)
        elif single := _SINGLE_QUOTED.match(self._text, self._at):
            if self._before() == "`":
                self._put(sign, 1)
                return
            self._put(f"‘{self._nested(single.group(1), math=False)}’", len(single.group()))
        else:
            self._put(sign, 1)

    def _dash(self) -> None:
        run = _DASHES.match(self._text, self._at)
        length = len(run.group()) if run else 1
        before, after = self._before(), self._text[self._at + length : self._at + length + 1]
        spaced = (not before or before.isspace()) and (not after or after in " ~\n")
        inner = bool(before) and before not in "!<-|+" and not before.isspace() and after != ">"
        dash = {2: "–", 3: "—"}.get(length)
        self._put(dash if dash and (spaced or inner) else "-" * length, length)

    def _read_math(self) -> None:
        stop = _MATH_STOP.search(self._text, self._at)
        end = stop.start() if stop else len(self._text)
        if end > self._at:
            self._put(self._text[self._at : end], end - self._at)
        if stop is None:
            return
        sign = stop.group()
        if sign == "\\":
            self._backslash()
        elif sign in "^_":
            self._at += 1
            written = script(sign, self.argument(math=True))
            self._put(written, 0)
            self._gap = written[:1] in {"^", "_"} and not written.endswith(")")
        elif sign == "{" and (raw := self.raw_group()) is not None:
            self._put(self._nested(raw, math=True), 0)
        elif sign == "'":
            self._put("′", 1)
        elif sign in "~&" or sign.isspace():
            if self._before() not in ("", " "):
                self._out.append(" ")
            self._at += 1
        else:
            self._put("" if sign in "{}$" else sign, 1)

    def _nested(self, raw: str, *, math: bool) -> str:
        return LatexReader(raw, depth=self._depth + 1).read(math=math)
