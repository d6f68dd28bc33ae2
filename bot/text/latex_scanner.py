"""Where a LaTeX reader is in its text, and how it finds groups."""

import re

MAX_DEPTH = 40

_SPACE = re.compile(r"\s*")


class TooDeepError(Exception):
    """Groups are nested deeper than any author does; the text stays as it was."""


class Scanner:
    """A text, a position in it and what was written so far."""

    def __init__(self, text: str, *, depth: int = 0) -> None:
        self._text = text
        self._at = 0
        self._depth = depth
        self._deeper(0)
        self._math = False
        self._out: list[str] = []
        self._gap = False  # a script or fraction ended: keep a following letter off it
        self._pairs: dict[int, int] | None = None

    def _deeper(self, levels: int) -> None:
        self._depth += levels
        if self._depth > MAX_DEPTH:
            raise TooDeepError

    def raw_group(self) -> str | None:
        """The next {group} without its braces, or None (nothing is skipped then)."""
        start = self._skipped()
        if start >= len(self._text) or self._text[start] != "{":
            return None
        end = self._closing(start)
        if end is None:
            return None
        self._at = end + 1
        return self._text[start + 1 : end]

    def optional(self) -> str | None:
        """The next [argument], or None."""
        start = self._skipped()
        if start < len(self._text) and self._text[start] == "[":
            end = self._text.find("]", start)
            if 0 < end - start < 200:
                self._at = end + 1
                return self._text[start + 1 : end]
        return None

    def _put(self, written: str, consumed: int) -> None:
        if self._gap and written[:1].isalnum():
            self._out.append(" ")
        if written:
            self._gap = False
            self._out.append(written)
        self._at += consumed

    def _before(self) -> str:
        return next((part[-1] for part in reversed(self._out) if part), "")

    def _skipped(self) -> int:
        space = _SPACE.match(self._text, self._at)
        return space.end() if space else self._at

    def _skip_spaces(self) -> None:
        self._at = self._skipped()

    def _tail(self) -> str:
        """The last characters written, enough to judge what a sign after them means."""
        tail = ""
        for part in reversed(self._out):
            tail = part[-24:] + tail
            if len(tail) >= 24:
                break
        return tail[-24:]

    def _closing(self, start: int) -> int | None:
        """The position of the brace that closes the one at `start`, if there is one."""
        if self._pairs is None:
            self._pairs = _brace_pairs(self._text)
        return self._pairs.get(start)


def _brace_pairs(text: str) -> dict[int, int]:
    pairs: dict[int, int] = {}
    opened: list[int] = []
    for found in re.finditer(r"\\.|[{}]", text, re.DOTALL):
        if found.group() == "{":
            opened.append(found.start())
        elif found.group() == "}" and opened:
            pairs[opened.pop()] = found.start()
    return pairs
