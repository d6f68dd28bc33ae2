"""Authors' names as arXiv writes them in one line, with TeX accents in its raw metadata."""

import re
import unicodedata

from bot.sources.records import bounded

# The largest collaborations have about 5,000 authors.
MAX_AUTHORS = 10_000
MAX_AUTHORS_CHARS = 500_000

# What follows an affiliation, "(1)" or "(Ohio State)": otherwise it is a nickname in a name.
_AFTER_NAME = re.compile(r" ?(?:[,;(]|and |$)")
_SUFFIX = re.compile(r"(?:jr|sr|ii|iii|iv|ph\.? ?d|m\.? ?d)\.?", re.IGNORECASE)

# TeX's accents as combining characters, and its letters; arXiv's raw metadata writes names so.
_ACCENTS = {
    "'": "\u0301", "`": "\u0300", "^": "\u0302", '"': "\u0308", "~": "\u0303", "=": "\u0304",
    ".": "\u0307", "c": "\u0327", "v": "\u030c", "u": "\u0306", "H": "\u030b", "k": "\u0328",
    "r": "\u030a", "d": "\u0323", "b": "\u0331",
}  # fmt: skip
_LETTERS = {
    "aa": "å", "AA": "Å", "ae": "æ", "AE": "Æ", "oe": "œ", "OE": "Œ", "o": "ø", "O": "Ø",
    "l": "ł", "L": "Ł", "ss": "ß", "i": "ı", "j": "ȷ", "dh": "ð", "DH": "Ð", "th": "þ",
    "TH": "Þ", "dj": "đ", "DJ": "Đ",
}  # fmt: skip
_TEX_ACCENT = re.compile(
    r"\\(?:(['`^\"~=.])|([cvuHkrdb])(?![A-Za-z]))\s?(?:\{\\?([A-Za-z])\}|\\([ij])(?![A-Za-z])|([A-Za-z]))"
)
_TEX_LETTER = re.compile(
    r"\\(" + "|".join(sorted(_LETTERS, key=len, reverse=True)) + r")(?![A-Za-z])(?: |\{\})?"
)


def split_authors(text: str) -> tuple[str, ...]:
    """The names of a comma-separated list of authors, without affiliations in parentheses.

    "Jr." and the like stay with their name, as arXiv's API writes them: `Juan García Jr.`.
    Raises ValueError for a list that is longer than any real one.
    """
    plain = _without_affiliations(bounded(text, "authors", MAX_AUTHORS_CHARS))
    names: list[str] = []
    for part in re.split(r"[,;]|(?<= )and (?=\S)", plain):
        name = part.strip()
        if not name:
            continue
        if names and _SUFFIX.fullmatch(name):
            names[-1] = f"{names[-1]} {name}"
        else:
            names.append(name)
    if len(names) > MAX_AUTHORS:
        raise ValueError(f"{len(names)} authors")
    return tuple(names)


def _without_affiliations(text: str) -> str:
    """The text without the balanced parentheses, also nested ones, that stand after names."""
    kept: list[str] = []
    depth = start = 0
    for mark in re.finditer(r"[()]", text):
        if mark[0] == "(":
            if depth == 0:
                kept.append(text[start : mark.start()])
                start = mark.start()
            depth += 1
        elif depth:
            depth -= 1
            if depth == 0:
                if not _AFTER_NAME.match(text, mark.end()):
                    kept.append(text[start : mark.end()])
                start = mark.end()
    kept.append(text[start:])
    return "".join(kept)


def decode_name(text: str) -> str:
    """TeX's accents and letters in names as Unicode: `Garc\\'{\\i}a` is `García`."""
    if "\\" not in text:
        return text

    def accented(found: re.Match[str]) -> str:
        accent = _ACCENTS[found[1] or found[2]]
        letter = found[3] or found[4] or found[5]
        return unicodedata.normalize("NFC", letter + accent)

    plain = _TEX_LETTER.sub(lambda found: _LETTERS[found[1]], _TEX_ACCENT.sub(accented, text))
    return plain.replace("{", "").replace("}", "").replace("\\", "")
