"""Checks between a text and its translation: what must survive, and what must not be there.

A beginning: it looks at formulas, addresses, numbers with their magnitudes, gaps, ends and
scripts. It does not yet look at names, acronyms, repetition or meaning. Pure.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.enrich.numbers import missing_numbers, new_numbers, says_percent
from bot.i18n import mark
from bot.models import SentencePair, Verdict
from bot.text.latex_reader import is_math

FORMULA = mark("A formula is missing or was changed.")
ADDRESS = mark("A web address is missing or was changed.")
NUMBER = mark("A number is missing or has another size.")
LANGUAGE = mark("A sentence is not in the language that was asked for.")
SHORT = mark("A sentence was cut short.")
NOTHING = mark("Nothing was translated.")
GAP = mark("A sentence was not translated; it is shown in the original.")
ADDED = mark("A number was added.")
PERCENT = mark("A percent sign is missing.")
OPEN_END = mark("A sentence may be cut short.")

_FAILURES = (NOTHING, LANGUAGE, SHORT, FORMULA, ADDRESS, NUMBER)
_WARNINGS = (GAP, ADDED, PERCENT, OPEN_END)

_DISPLAY = re.compile(r"\$\$.{1,300}?\$\$|\\\(.{1,300}?\\\)|\\\[.{1,400}?\\\]", re.DOTALL)
_DOLLARS = re.compile(r"(?<!\\)\$([^$]{1,300})(?<!\\)\$(?=(.?))", re.DOTALL)
_URL = re.compile(r"(?:https?://|www\.)(?:(?![<>\"'`])[!-~])+")
_AFTER_URL = ".,;:!?)]}"
_COMMAND = re.compile(r"\\[A-Za-z]+")
_LETTER = re.compile(r"[^\W\d_]")
_WORD = re.compile(r"[a-z]{2,}")
_SENTENCE_END = re.compile(r"[.!?…。！？｡؟۔।:：]$")
_CLOSERS = "\"'”’»)]}$*」』）】〉》 \u200f\u200e"

_HAN = "\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_CYRILLIC, _ARABIC = "\u0400-\u04ff", "\u0600-\u06ff\u0750-\u077f"
_SCRIPTS = {
    "ja": re.compile(rf"[\u3040-\u30ff{_HAN}]"),
    "zh-CN": re.compile(f"[{_HAN}]"),
    "zh-TW": re.compile(f"[{_HAN}]"),
    "ko": re.compile("[\uac00-\ud7af\u1100-\u11ff]"),
    "ru": re.compile(f"[{_CYRILLIC}]"),
    "uk": re.compile(f"[{_CYRILLIC}]"),
    "bg": re.compile(f"[{_CYRILLIC}]"),
    "el": re.compile("[\u0370-\u03ff\u1f00-\u1fff]"),
    "ar": re.compile(f"[{_ARABIC}]"),
    "fa": re.compile(f"[{_ARABIC}]"),
    "he": re.compile("[\u0590-\u05ff]"),
    "hi": re.compile("[\u0900-\u097f]"),
    "th": re.compile("[\u0e00-\u0e7f]"),
}
_KANA = re.compile("[\u3041-\u3096\u30a1-\u30fa]")
_COMPACT = frozenset({"ja", "zh-CN", "zh-TW", "ko"})
_NO_STOPS = frozenset({"th"})
# Names and terms often stay in Latin letters; a whole sentence of them does not.
_LEAST_SHARE = 0.15
# Below this many characters a short translation says nothing.
_LONG_ENOUGH = 60
_SHORTEST, _SHORTEST_COMPACT = 0.4, 0.12


@dataclass(frozen=True, slots=True)
class Checked:
    """What the checks found: texts to be shown by `t`, those that fail a translation first."""

    verdict: Verdict
    findings: tuple[str, ...]


def check(pairs: Sequence[SentencePair], language: str) -> Checked:
    """Check English sentences against their translations into a language of `bot.languages`.

    A sentence without a translation is a warning, as it is shown in the original.
    """
    found: set[str] = set()
    done = [pair for pair in pairs if pair.target.strip()]
    if not done:
        found.add(NOTHING)
    elif len(done) < sum(bool(pair.source.strip()) for pair in pairs):
        found.add(GAP)
    for pair in done:
        found |= _problems(pair.source, pair.target, language)
    findings = tuple(text for text in (*_FAILURES, *_WARNINGS) if text in found)
    if found.intersection(_FAILURES):
        return Checked(Verdict.FAIL, findings)
    return Checked(Verdict.WARN if findings else Verdict.PASS, findings)


def _problems(source: str, target: str, language: str) -> set[str]:
    found: set[str] = set()
    formulas, addresses = _formulas(source), _addresses(source)
    if any(formula not in target for formula in formulas):
        found.add(FORMULA)
    if any(address not in target for address in addresses):
        found.add(ADDRESS)
    # What survived byte for byte holds numbers and letters of its own.
    said, told = source, target
    for whole in sorted({*formulas, *addresses}, key=len, reverse=True):
        said, told = said.replace(whole, " "), told.replace(whole, " ")
    if missing_numbers(said, told, language):
        found.add(NUMBER)
    elif new_numbers(said, told, language):
        found.add(ADDED)
    if says_percent(said) and not says_percent(told):
        found.add(PERCENT)
    if _other_language(said, told, language):
        found.add(LANGUAGE)
    found |= _ends(source.strip(), target.strip(), language)
    return found


def _formulas(text: str) -> list[str]:
    found = [match.group() for match in _DISPLAY.finditer(text)]
    rest = _DISPLAY.sub(" ", text)
    return found + [
        match.group() for match in _DOLLARS.finditer(rest) if is_math(match[1], match[2])
    ]


def _addresses(text: str) -> list[str]:
    return [match.group().rstrip(_AFTER_URL) for match in _URL.finditer(text)]


def _other_language(source: str, target: str, language: str) -> bool:
    """Whether a translation is the source left over, or in another script."""
    before, after = _WORD.findall(source.lower()), _WORD.findall(target.lower())
    if len(before) < 3:
        return False
    if " ".join(source.split()) == " ".join(target.split()):
        # A title may be names only: they stay as they are.
        return len(before) >= 4
    script = _SCRIPTS.get(language)
    if script is None:
        kept = sum(word in set(before) for word in after)
        return len(after) >= 8 and kept > 0.8 * len(after)
    letters = len(_LETTER.findall(_COMMAND.sub("", target)))
    if len(script.findall(target)) < max(1, _LEAST_SHARE * letters):
        return True
    return language in {"zh-CN", "zh-TW"} and len(_KANA.findall(target)) > 0.2 * letters


def _ends(source: str, target: str, language: str) -> set[str]:
    compact = language in _COMPACT
    if len(source) >= _LONG_ENOUGH and len(target) < len(source) * (
        _SHORTEST_COMPACT if compact else _SHORTEST
    ):
        return {SHORT}
    stopped = _SENTENCE_END.search(source.rstrip(_CLOSERS))
    if stopped and language not in _NO_STOPS and not _SENTENCE_END.search(target.rstrip(_CLOSERS)):
        return {OPEN_END}
    return set()
