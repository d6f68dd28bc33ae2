"""Grapheme clusters: what a reader sees as one character. A small part of Unicode's UAX 29."""

import unicodedata

ZWJ = "\u200d"


def is_emoji(sign: str) -> bool:
    """Whether a character is drawn as a picture (or is a part of one)."""
    return (
        "\U0001f000" <= sign <= "\U0001faff"
        or "\u2190" <= sign <= "\u21ff"
        or "\u2300" <= sign <= "\u23ff"
        or "\u2460" <= sign <= "\u27bf"
        or "\u2900" <= sign <= "\u2bff"
        or sign in "\ufe0f\u20e3©®‼⁉™ℹ〰〽㊗㊙"
    )


def _extends(sign: str) -> bool:
    return (
        sign in {ZWJ, "\u200c"}
        or "\U0001f3fb" <= sign <= "\U0001f3ff"
        or "\U000e0020" <= sign <= "\U000e007f"
        or "\u1160" <= sign <= "\u11ff"
        or (sign > "\u02ff" and unicodedata.category(sign) in {"Mn", "Me", "Mc"})
    )


def _regional(sign: str) -> bool:
    return "\U0001f1e6" <= sign <= "\U0001f1ff"


def boundaries(text: str) -> list[int]:
    """The positions at which `text` may be cut: 0, between clusters, and its length."""
    if text.isascii():
        return list(range(len(text) + 1))
    found = [0]
    flags = 0
    for at in range(1, len(text)):
        sign, before = text[at], text[at - 1]
        flags = flags + 1 if _regional(before) else 0
        paired = _regional(sign) and flags % 2 == 1
        joined = before == ZWJ and is_emoji(sign)
        if not (_extends(sign) or paired or joined):
            found.append(at)
    if text:
        found.append(len(text))
    return found
