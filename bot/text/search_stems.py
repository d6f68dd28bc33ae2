"""The form in which words are indexed: `training`, `trained` and `trains` meet. Pure."""

from functools import lru_cache

from bot.text.tokens import stem

_LONGEST = 40
_VOWELS = frozenset("aeiouy")
_DOUBLED = frozenset("bdfgklmnprtvz")
# In each group the first ending that fits is replaced, if so many letters are left before it.
# Endings that would join words of different meanings (general and generative, universe and
# university, act and action) are not here.
_INFLECTED = (("ing", "", 3), ("ied", "y", 2), ("ed", "", 3), ("ly", "", 5))
_DERIVED = (
    ("ification", "ify", 2), ("duction", "duc", 2),
    ("isation", "iz", 3), ("ization", "iz", 3), ("ation", "at", 3), ("ate", "at", 3),
    ("tion", "t", 4), ("sion", "s", 4), ("ise", "iz", 4), ("is", "iz", 4), ("our", "or", 4),
)  # fmt: skip
_WHOLE = {
    "used": "use", "using": "use", "during": "during", "hundred": "hundred", "embed": "embed",
    "recognition": "recogniz", "learnt": "learn", "chosen": "choose", "centre": "center",
    "fibre": "fiber", "analyse": "analyz",
}  # fmt: skip


@lru_cache(maxsize=1 << 17)
def search_stem(word: str) -> str:
    """A key that is the same for the forms of a folded English word; anything else as it is.

    Singular and plural, -ing, -ed, -ion and -ation, and British spelling meet. Words of up to
    three letters, with digits or outside ASCII are not touched. The key is mostly no word.
    """
    if len(word) <= 3 or not word.isascii() or not word.isalpha():
        return word[:_LONGEST]
    word = stem(word[:_LONGEST])
    if word in _WHOLE:
        return _WHOLE[word]
    if not word.endswith("eed"):
        word = _replaced(word, _INFLECTED)
    if word.endswith("sis"):  # analysis
        return word
    word = _replaced(word, _DERIVED)
    # generat|e, generat|ing, generat|ion; but not format, which is no form.
    if word.endswith("at") and len(word) >= 7:
        word = word[:-2]
    if len(word) > 3 and word[-1] == word[-2] and word[-1] in _DOUBLED:
        return word[:-1]  # running, modelling
    return word[:-1] if len(word) > 3 and word[-1] == "e" else word


def _replaced(word: str, endings: tuple[tuple[str, str, int], ...]) -> str:
    for ending, instead, least in endings:
        if word.endswith(ending):
            root = word[: -len(ending)]
            return word if len(root) < least or _VOWELS.isdisjoint(root) else root + instead
    return word
