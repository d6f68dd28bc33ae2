"""Words as they are compared: folded, with variants for hyphens and plurals."""

import re
import unicodedata
from functools import lru_cache

_SPECIAL = str.maketrans(
    {
        "ß": "ss", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "æ": "ae", "œ": "oe", "þ": "th",
        "ħ": "h", "ı": "i", "ŋ": "n", "’": "'", "‘": "'", "ʼ": "'", "‐": "-", "‑": "-", "‒": "-",
        "–": "-", "−": "-",
    }
)  # fmt: skip
# Accents of Latin, Greek and Cyrillic. Marks of other scripts (the Japanese ゛, Indic vowels)
# are letters there and stay.
_ACCENTS = re.compile(r"[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]+")

_CJK = "\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff"
_TOKEN = re.compile(
    rf"[{_CJK}\U00020000-\U0003ffff]+"
    r"|(?:\d+(?:\.\d+)+|[^\W_]+)(?:['_-](?:\d+(?:\.\d+)+|[^\W_]+))*(?:\+\+|#(?!\w))?"
)
_CJK_RUN = re.compile(rf"[{_CJK}\U00020000-\U0003ffff]+")
_LETTERS = re.compile(rf"[{_CJK}\U00020000-\U0003ffff]+|[^{_CJK}\U00020000-\U0003ffff]+")
_JOINT = re.compile(r"[_-]")


def fold(text: str) -> str:
    """`text` without case, accents and typographic variants; same words give the same text."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    bare = _ACCENTS.sub("", decomposed).translate(_SPECIAL)
    return unicodedata.normalize("NFC", bare)


def words(text: str) -> list[str]:
    """The tokens of `text`, folded, in order of appearance.

    A hyphenated (or underscored) word gives its parts and then its joined form, so
    `co-training` is found by `co training` and by `cotraining`; those two do not find each
    other. `C++`, `C#` and `3.5` are tokens. A run of Chinese, Japanese or Korean letters gives
    its overlapping pairs, or itself if it is a single letter.
    """
    return [token for _, _, token in spans(text)]


def spans(text: str) -> list[tuple[int, int, str]]:
    """`words` with positions: (first, after the last, token) counted in simple tokens, so that
    a joined form spans the positions of its parts. Phrases are found by chaining them."""
    found: list[tuple[int, int, str]] = []
    at = 0
    for token in _TOKEN.findall(fold(text)):
        if token.isascii() and token.isalnum():  # nearly all of them
            found.append((at, at + 1, token))
            at += 1
            continue
        if _CJK_RUN.match(token):
            pairs = (
                [token] if len(token) == 1 else [token[i : i + 2] for i in range(len(token) - 1)]
            )
            for pair in pairs:
                found.append((at, at + 1, pair))
                at += 1
            continue
        bare = token.removesuffix("'s").replace("'", "")
        parts = [part for part in _JOINT.split(bare) if part]
        start = at
        for part in parts:
            for piece in _LETTERS.findall(part):
                found.append((at, at + 1, piece))
                at += 1
        if len(parts) > 1:
            found.append((start, at, "".join(parts)))
    return found


_IRREGULAR = {
    "matrices": "matrix", "indices": "index", "vertices": "vertex", "vortices": "vortex",
    "simplices": "simplex", "appendices": "appendix", "criteria": "criterion",
    "phenomena": "phenomenon", "corpora": "corpus", "spectra": "spectrum", "nuclei": "nucleus",
    "radii": "radius", "minima": "minimum", "maxima": "maximum", "optima": "optimum",
    "extrema": "extremum", "formulae": "formula", "supernovae": "supernova", "novae": "nova",
    "nebulae": "nebula", "antennae": "antenna", "axes": "axis", "biases": "bias", "gases": "gas",
    "viruses": "virus", "statuses": "status", "lenses": "lens", "atlases": "atlas",
    "canvases": "canvas", "aliases": "alias", "campuses": "campus", "gpus": "gpu", "cpus": "cpu",
    "tpus": "tpu", "npus": "npu", "menus": "menu", "movies": "movie", "cookies": "cookie",
    "halves": "half", "leaves": "leaf", "moduli": "modulus", "stimuli": "stimulus",
    "foci": "focus", "loci": "locus", "fungi": "fungus", "bacteria": "bacterium",
    "quanta": "quantum", "momenta": "momentum", "manifolds": "manifold", "quizzes": "quiz",
    "mice": "mouse", "children": "child", "axioms": "axiom",
}  # fmt: skip
_NO_PLURAL = frozenset(
    [
        "species", "series", "bias", "atlas", "canvas", "alias", "lens", "news", "mars", "pandas",
        "whereas", "overseas", "pancreas", "always", "perhaps", "chaos", "cosmos", "pathos",
        "ethos", "kudos", "logos", "across", "does", "thus", "yes", "texas", "kansas", "debias",
        "biomass", "christmas", "rhinoceros", "asbestos", "apropos",
    ]
)  # fmt: skip


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """A folded English word without its plural ending; anything else as it is.

    Only plurals meet (`query`/`queries`, `analysis`/`analyses`, `size`/`sizes`): `train` and
    `training` stay apart, as a reader who asks for one does not ask for the other. Words of up
    to three letters, with digits or outside ASCII are not touched. The result is a key to
    compare by, not always a word (`size` gives `siz`).
    """
    if len(word) <= 3 or not word.isascii() or not word.isalpha():
        return word
    word = _IRREGULAR.get(word, word)
    if word in _NO_PLURAL:
        return word
    if word.endswith("s"):
        if word.endswith(("ss", "us", "is")):
            return word
        if word.endswith(("yses", "heses")):
            return word[:-2] + "is"
        if word.endswith("ies") and len(word) > 4:
            return word[:-3] + "y"
        if word.endswith("sses"):
            return word[:-2]
        word = word[:-1]
    # boxes and caches lose their e; so must box (which has none) and cache.
    if word.endswith(("xe", "che", "she", "ze")):
        return word[:-1]
    return word
