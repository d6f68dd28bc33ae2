"""Porter's stemmer (Porter 1980), which ROUGE's scorers use: here words meet as they do there."""

import re
from functools import lru_cache

WORD = re.compile(r"[a-z0-9]+")
_VOWELS = re.compile(r"v+c+")

_STEP_2 = {
    "ational": "ate", "tional": "tion", "enci": "ence", "anci": "ance", "izer": "ize",
    "abli": "able", "alli": "al", "entli": "ent", "eli": "e", "ousli": "ous", "ization": "ize",
    "ation": "ate", "ator": "ate", "alism": "al", "iveness": "ive", "fulness": "ful",
    "ousness": "ous", "aliti": "al", "iviti": "ive", "biliti": "ble",
}  # fmt: skip
_STEP_3 = {
    "icate": "ic", "ative": "", "alize": "al", "iciti": "ic", "ical": "ic", "ful": "", "ness": "",
}  # fmt: skip
_BY_LENGTH_2, _BY_LENGTH_3 = (
    {ending: endings[ending] for ending in sorted(endings, key=len, reverse=True)}
    for endings in (_STEP_2, _STEP_3)
)
_STEP_4 = (
    "al", "ance", "ence", "er", "ic", "able", "ible", "ant", "ement", "ment", "ent", "ion", "ou",
    "ism", "ate", "iti", "ous", "ive", "ize",
)  # fmt: skip


_BY_LENGTH_4 = tuple(sorted(_STEP_4, key=len, reverse=True))
_KINDS = str.maketrans(
    {letter: "v" if letter in "aeiou" else "c" for letter in "abcdefghijklmnopqrstuvwxz0123456789"}
)


def _shape(word: str) -> str:
    """The word as a string of c and v; y is a vowel after a consonant."""
    if "y" not in word:
        return word.translate(_KINDS)
    shape = ""
    for letter in word:
        vowel = letter in "aeiou" or (letter == "y" and shape.endswith("c"))
        shape += "v" if vowel else "c"
    return shape


def _measure(stem_: str) -> int:
    return len(_VOWELS.findall(_shape(stem_)))


def _short(word: str) -> bool:
    return _shape(word).endswith("cvc") and word[-1] not in "wxy"


def _replaced(word: str, endings: dict[str, str]) -> str:
    """With another ending. `endings` are in the order in which they are tried."""
    if not word.endswith(tuple(endings)):
        return word
    for ending, other in endings.items():
        if word.endswith(ending):
            base = word[: -len(ending)]
            return base + other if _measure(base) > 0 else word
    return word


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """The stem of a lower-case English word."""
    if word.endswith(("sses", "ies")):
        word = word[:-2]
    elif word.endswith("s") and not word.endswith("ss"):
        word = word[:-1]
    word = _past(word)
    if word.endswith("y") and "v" in _shape(word[:-1]):
        word = word[:-1] + "i"
    word = _replaced(_replaced(word, _BY_LENGTH_2), _BY_LENGTH_3)
    for ending in _BY_LENGTH_4 if word.endswith(_STEP_4) else ():
        if word.endswith(ending):
            base = word[: -len(ending)]
            if _measure(base) > 1 and (ending != "ion" or base.endswith(("s", "t"))):
                word = base
            break
    if word.endswith("e"):
        base = word[:-1]
        if _measure(base) > 1 or (_measure(base) == 1 and not _short(base)):
            word = base
    if word.endswith("ll") and _measure(word) > 1:
        word = word[:-1]
    return word


def _past(word: str) -> str:
    if word.endswith("eed"):
        return word[:-1] if _measure(word[:-3]) > 0 else word
    for ending in ("ed", "ing"):
        base = word[: -len(ending)]
        if word.endswith(ending) and "v" in _shape(base):
            if base.endswith(("at", "bl", "iz")):
                return base + "e"
            if len(base) > 1 and base[-1] == base[-2] and base[-1] not in "lszaeiou":
                return base[:-1]
            return base + "e" if _measure(base) == 1 and _short(base) else base
    return word


def stems(text: str) -> list[str]:
    """The words of a text in order: runs of a-z and 0-9, those of over three letters stemmed."""
    return [stem(word) if len(word) > 3 else word for word in WORD.findall(text.lower())]
