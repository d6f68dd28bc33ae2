"""Digits that count nothing: those of names, and those by which a text numbers its parts. Pure."""

from bot.text.number_digits import Digits


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Behind these a hyphen joins no name: sub-10 ms, pre-2020.
_NUMBER_PREFIXES = _words(
    "sub pre post mid non over under approx circa about nearly up to the and or than by of in "
    "at from around only just with for early late since until per low high"
)


def in_name(text: str, digits: Digits, name_end: int) -> bool:
    """Whether digits belong to a name by what stands before them: B200, GPT-4, v1.2."""
    at = digits.start - 1
    if at < 0:
        return False
    before = text[at]
    if before.isascii() and before.isalpha():
        return not (before in "xX" and at > 0 and text[at - 1].isdigit())
    if at == name_end and before in "-._/":
        return before != "/"
    if before in "_^":
        return True
    if before == "{":  # superscripts, subscripts
        return text[max(0, at - 6) : at].endswith(("script", "^", "_"))
    if before not in "-.:#+*" or at == 0:
        return False
    if not (text[at - 1].isascii() and text[at - 1].isalpha()):
        return before == "#"
    if before != "-":
        return True
    begin = at - 1
    while begin > 0 and at - begin < 12 and text[begin - 1].isascii() and text[begin - 1].isalpha():
        begin -= 1
    return text[begin:at].lower() not in _NUMBER_PREFIXES


def enumerates(text: str, digits: Digits) -> bool:
    """`(1)`, `2)`, `[12]`: a number of the text itself or of a reference."""
    if digits.end - digits.start > 3:
        return False
    after = text[digits.end : digits.end + 1]
    before = text[digits.start - 1 : digits.start] if digits.start else ""
    if after == ")":
        opened = text.rfind("(", max(0, digits.start - 40), digits.start)
        closed = text.rfind(")", max(0, digits.start - 40), digits.start)
        return before == "(" or opened <= closed
    return after == "]" and before in {"[", ",", " "}
