"""The words and phrases of a search: what is cut from them, and what their `*` means. Pure."""

import re

from bot.i18n import t
from bot.text.safety import markdown, shorten

EDGES = " \t,.;:!?()[]{}<>|/\\'`~^=&%$@…‘’、。，；：！？（）［］【】・"
"""What is cut from the ends of a word. Not the signs of `C++` and `C#`."""

_LONGEST = 300  # a long title in quotes
# In C*-algebras and C*^k the star is a part of the name.
_AFTER_A_NAME = ("-", "^", "'")

_CUT_WORD = re.compile(r"\s\S{1,60}\Z")


def beginning(text: str, longest: int) -> str:
    """At most so many signs of a text, without a word of which the end would be cut off."""
    read = text[:longest]
    if text[longest : longest + 1].strip():
        read = _CUT_WORD.sub("", read)
    return read


def term_text(value: str, *, quoted: bool) -> tuple[str, str]:
    """The text of a term for what was typed, and a sentence if not all of it could be meant.

    The text has a letter or digit, or it is empty. It ends in `*` if words that only begin with
    it are meant too.
    """
    if value.rstrip(EDGES).casefold() == ".net":  # its point is a part of the name
        return value.rstrip(EDGES), ""
    if "*" in value:
        text, hint = _with_star(value.strip(EDGES), quoted=quoted)
    else:
        text, hint = value, ""
    text = _cut(" ".join(text.strip(EDGES).split()))
    return text if any(sign.isalnum() for sign in text) else "", hint


def _with_star(typed: str, *, quoted: bool) -> tuple[str, str]:
    word = typed.lstrip("*")
    beginning, star, rest = word.partition("*")
    if not any(sign.isalnum() for sign in word):
        return "", t("A `*` alone finds nothing: write the beginning of a word, like `transform*`.")
    if quoted:
        hint = t("A `*` works only at the end of a single word without quotation marks.")
        return typed.replace("*", " "), hint
    if rest.startswith(_AFTER_A_NAME):
        return f"{beginning} {rest[1:].replace('*', ' ')}", ""
    if len(beginning) < 2 and beginning.isascii() and star:
        hint = t("Too many words begin with one letter: write two or more letters before a `*`.")
        return beginning, hint
    if word == typed and not rest.strip("*"):
        return beginning + star, ""
    said = markdown(shorten(beginning + star, 40))
    return beginning + star, t(
        "A `*` stands only for the end of a word, so I searched for “{text}”.", text=said
    )


def _cut(text: str) -> str:
    """A term that is not too long, cut between words where it has several."""
    if len(text) <= _LONGEST:
        return text
    whole, space, _ = text[: _LONGEST + 1].rpartition(" ")
    return whole if space else text[:_LONGEST]
