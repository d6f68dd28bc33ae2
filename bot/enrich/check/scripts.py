"""Whether a text is in the language it should be in: by its script and its small words. Pure."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from bot.enrich.check.hanzi import NOT_JAPANESE, SIMPLIFIED_ONLY, TRADITIONAL_ONLY
from bot.enrich.check.spans import major, minor
from bot.models import Finding, FindingKind

_HAN = "\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_RANGES: Mapping[str, str] = {
    "han": _HAN,
    "kana": "\u3041-\u3096\u30a1-\u30fa",
    "hangul": "\uac00-\ud7af\u1100-\u11ff\u3131-\u318e",
    "cyrillic": "\u0400-\u04ff",
    "greek": "\u0370-\u03ff\u1f00-\u1fff",
    "arabic": "\u0620-\u064a\u0671-\u06d3\u0750-\u077f",
    "hebrew": "\u05d0-\u05ea",
    "devanagari": "\u0900-\u097f",
    "thai": "\u0e01-\u0e4e",
    "other": "\u0530-\u058f\u0980-\u0dff\u0e80-\u0eff\u1000-\u10ff\u1200-\u137f\u1780-\u17ff",
}
_OWN: Mapping[str, tuple[str, ...]] = {
    "ja": ("kana", "han"), "zh-CN": ("han",), "zh-TW": ("han",), "ko": ("hangul", "han"),
    "ru": ("cyrillic",), "uk": ("cyrillic",), "bg": ("cyrillic",), "el": ("greek",),
    "ar": ("arabic",), "fa": ("arabic",), "he": ("hebrew",), "hi": ("devanagari",),
    "th": ("thai",),
}  # fmt: skip
# By what a language's texts must be told from others that share its script.
_MARK = {"ko": "hangul"}
_SCRIPT = {name: re.compile(f"[{ranges}]") for name, ranges in _RANGES.items()}
_RUN = {name: re.compile(f"[{ranges}]{{1,80}}") for name, ranges in _RANGES.items()}
# The sign of a long vowel stands in no other script, but alone it may be a dash.
_RUN["kana"] = re.compile(f"[{_RANGES['kana']}][{_RANGES['kana']}\u30fc]{{0,80}}")
_OWN_LETTERS = {
    code: re.compile(f"[{''.join(_RANGES[one] for one in scripts)}]")
    for code, scripts in _OWN.items()
}
_NOT_ASCII_LATIN = re.compile("[\u0370-\u1fff\u3041-\u30fa\u3400-\u9fff\uac00-\ud7af]")
_LETTER = re.compile(r"[^\W\d_]")
_COMMAND = re.compile(r"\\[A-Za-z]+")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_LOWER = re.compile(r"(?<![A-Za-z])[a-z]{2,}")
_ENGLISH_RUN = re.compile(
    r"[A-Za-z\u00c0-\u024f][A-Za-z\u00c0-\u024f'’-]{0,40}"
    r"(?:[ ,;:()\d.%-]{1,4}[A-Za-z\u00c0-\u024f][A-Za-z\u00c0-\u024f'’-]{0,40}){4,120}"
)
# Mathematics is written in single Greek letters in every language.
_ALWAYS = frozenset({"greek"})
# Names and terms often stay in Latin letters; a whole sentence of them does not.
_LEAST_SHARE, _LEAST_SHARE_DENSE = 0.15, 0.08
_DENSE = frozenset({"ja", "zh-CN", "zh-TW"})


def _read() -> dict[str, frozenset[str]]:
    lines = Path(__file__).with_name("stop_words.txt").read_text("utf-8").splitlines()
    entries = (line.partition(": ") for line in lines if line and not line.startswith("#"))
    return {code: frozenset(words.split()) for code, _, words in entries}


_STOPS = _read()
_SMALL_WORDS = frozenset[str]().union(*(words for words in _STOPS.values()))


def language_findings(source: str, target: str, language: str) -> list[Finding]:
    """A sentence that is the source left over, or in a language or script nobody asked for."""
    before = _LOWER.findall(source.lower())
    if " ".join(source.split()) == " ".join(target.split()):
        # A title may be names only: they stay as they are.
        return [major(FindingKind.LANGUAGE, source, target)] if len(before) >= 4 else []
    prose = _COMMAND.sub("", target)
    own = _OWN_LETTERS.get(language)
    if own is None:
        return _latin_findings(source, target, prose, language)
    if len(before) < 3:
        return []
    letters = len(_LETTER.findall(prose))
    written = len((_SCRIPT[_MARK[language]] if language in _MARK else own).findall(prose))
    if written < max(1, (_LEAST_SHARE_DENSE if language in _DENSE else _LEAST_SHARE) * letters):
        return [major(FindingKind.LANGUAGE, source, target)]
    found = _cjk_findings(source, target, language)
    return found + _left_over(prose)


def _cjk_findings(source: str, target: str, language: str) -> list[Finding]:
    han = len(_SCRIPT["han"].findall(target))
    kana = len(_SCRIPT["kana"].findall(target))
    if language in {"zh-CN", "zh-TW"} and kana > 0.15 * (han + kana):
        return [major(FindingKind.LANGUAGE, source, target)]
    if language == "ja" and han >= 16 and kana < 0.04 * han:
        return [major(FindingKind.LANGUAGE, source, target)]
    return []


def variant_findings(target: str, language: str) -> list[Finding]:
    """Characters of the other Chinese script, or Chinese ones in Japanese."""
    if language == "zh-CN":
        wrong, least = TRADITIONAL_ONLY, 3
    elif language == "zh-TW":
        wrong, least = SIMPLIFIED_ONLY, 3
    elif language == "ja":
        wrong, least = NOT_JAPANESE, 1
    else:
        return []
    odd = [at for at, sign in enumerate(target) if sign in wrong]
    if len(odd) < least:
        return []
    return [minor(FindingKind.SCRIPT, "", target[max(0, odd[0] - 8) : odd[0] + 9])]


def script_findings(source: str, target: str, language: str) -> list[Finding]:
    """Letters of a script that neither the language nor the source has."""
    own = _OWN.get(language, ())
    if not _NOT_ASCII_LATIN.search(target):
        return []
    found: list[Finding] = []
    for name, run in _RUN.items():
        if name in own or name in _ALWAYS or _SCRIPT[name].search(source):
            continue
        runs = [one.group() for one in run.finditer(target)]
        if runs:
            longest = max(runs, key=len)
            made = major if len(longest) > 1 or len(runs) > 3 else minor
            found.append(made(FindingKind.SCRIPT, "", longest))
    return found


def _left_over(target: str) -> list[Finding]:
    """English in the midst of another script: a clause is major, a few words minor."""
    for found in _ENGLISH_RUN.finditer(target):
        words = _WORD.findall(found.group())
        small = [word for word in words if word.lower() in _SMALL_WORDS]
        lower = sum(word[0].islower() for word in words)
        if len(words) >= 6 and len(small) >= 2 and lower > 0.6 * len(words):
            return [major(FindingKind.LEFT_OVER, "", found.group())]
        if len(words) >= 5 and lower > 0.8 * len(words) and small:
            return [minor(FindingKind.LEFT_OVER, "", found.group())]
    return []


def _latin_findings(source: str, target: str, prose: str, language: str) -> list[Finding]:
    words = [word.lower() for word in _WORD.findall(prose)]
    letters = len(_LETTER.findall(prose))
    if letters > 20 and len(_NOT_ASCII_LATIN.findall(prose)) > 0.5 * letters:
        return [major(FindingKind.LANGUAGE, source, target)]
    if len(words) < 7:
        return []
    counts = stop_counts(words)
    own = counts.get(_base(language), 0)
    other, most = max(
        ((code, count) for code, count in counts.items() if code != _base(language)),
        key=lambda one: one[1],
        default=("", 0),
    )
    if own >= 0.5 * most or most < 3 or own > 0.16 * len(words):
        return []
    if other == "en":
        return [major(FindingKind.LEFT_OVER, source, target)]
    close = own * 3 > most or len(words) < 12
    made = minor if close else major
    return [made(FindingKind.LANGUAGE, source, target)]


def is_english(text: str) -> bool:
    """Whether a text of at least a few words is rather English than another known language."""
    words = [word.lower() for word in _WORD.findall(_COMMAND.sub("", text))]
    counts = stop_counts(words)
    english = counts["en"]
    others = max(count for code, count in counts.items() if code != "en")
    letters = len(_LETTER.findall(text))
    if len(_NOT_ASCII_LATIN.findall(text)) > 0.3 * max(1, letters):
        return False
    return len(words) < 7 or others < 4 or english * 2 >= others


def stop_counts(words: Sequence[str]) -> dict[str, int]:
    """How many of the words are small words of each language."""
    parts = [part for word in words for part in ((word,) if "'" not in word else word.split("'"))]
    return {code: sum(word in stops for word in parts) for code, stops in _STOPS.items()}


def _base(language: str) -> str:
    return language.split("-", maxsplit=1)[0]
