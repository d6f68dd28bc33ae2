r"""Finding the JSON in what a model wrote: after its thoughts, in fences, between prose, cut short.

Models also write LaTeX into JSON without doubling its backslashes: `\alpha` is no JSON then, and
`\nu` is a line break before a `u`. The commands that stand in what was asked tell which is meant.
Pure and linear.
"""

import re
from collections.abc import Collection

from bot.http_answers import parse_json

_THINKS, _THOUGHT = "<think>", "</think>"
_OPEN = re.compile(r'\{\s*["}]|\[\s*[\[{"\]]')
# A string that never ends reaches to the end of the text, so that nothing is read twice.
_TOKENS = re.compile(r'"(?:[^"\\]|\\.)*(?:"|\\?\Z)|[{}\[\]]', re.DOTALL)
_ESCAPE = re.compile(r"\\(?:u[0-9A-Fa-f]{4}|([A-Za-z]+)|.|\Z)", re.DOTALL)
_COMMAND = re.compile(r"\\\\([A-Za-z]+)")
_LETTERS = "bfnrt"
_CLOSES = {"{": "}", "[": "]"}
# Prose may hold brackets; an answer does not begin after many of them.
_MOST_STARTS = 8


def commands_in(written: str) -> frozenset[str]:
    """The LaTeX commands in the strings of some JSON, without their backslashes."""
    return frozenset(_COMMAND.findall(written))


def find_json(text: str, commands: Collection[str] = ()) -> object:
    """The first JSON object or list in a model's answer.

    Of one that is cut short, the items of its list that are complete. `commands` are the LaTeX
    commands that may stand in its strings. Raises ValueError if there is none.
    """
    answer = _without_thoughts(text.lstrip())
    start = 0
    for _ in range(_MOST_STARTS):
        opening = _OPEN.search(answer, start)
        if opening is None:
            break
        whole, end = _balanced(answer, opening.start())
        try:
            return parse_json(_escaped(whole, commands), strict=False)
        except ValueError:
            start = max(end, opening.start() + 1)
    raise ValueError("no JSON in the answer")


def _without_thoughts(text: str) -> str:
    """What follows the thoughts at the beginning. Some servers leave out what opens them; an
    answer may speak of these very words, as papers do."""
    if text.startswith(_THINKS):
        return text.partition(_THOUGHT)[2]
    if _THOUGHT in text and not text.startswith(("{", "[", "```")):
        return text.partition(_THOUGHT)[2]
    return text


def _balanced(text: str, start: int) -> tuple[str, int]:
    """The JSON that begins at `start` and where it ends, closed after the last complete item of
    its list if the text ends first."""
    depth: list[str] = []
    kept, closers = start, ""
    for token in _TOKENS.finditer(text, start):
        sign = token.group()
        if sign in _CLOSES:
            depth.append(sign)
        elif sign in {"}", "]"}:
            if depth:
                depth.pop()
            if not depth:
                return text[start : token.end()], token.end()
            if depth in (["{", "["], ["["]):
                kept, closers = token.end(), "".join(_CLOSES[one] for one in reversed(depth))
    return text[start:kept] + closers, len(text)


def _escaped(text: str, commands: Collection[str]) -> str:
    def escape(found: re.Match[str]) -> str:
        whole, letters = found.group(), found[1]
        if letters is None:
            return whole if whole[1:2] in {"\\", '"', "/", "u"} else "\\" + whole
        return whole if letters[0] in _LETTERS and letters not in commands else "\\" + whole

    return _ESCAPE.sub(escape, text) if "\\" in text else text
