"""Phrases and sentences said again and again, as models that got stuck do. Pure."""

import re
from collections import Counter
from collections.abc import Sequence

from bot.enrich.check.spans import major, minor
from bot.models import Finding, FindingKind

# Bounded lengths keep the search linear: at each place a bounded number of lengths is tried.
_LOOP = re.compile(r"(?P<phrase>[^\s\d.·…_=*-][^\n]{1,48}?)(?P=phrase){2,}")
_TWICE = re.compile(r"(?P<phrase>[^\s\d.·…_=*-][^\n]{5,60}?)(?P=phrase)")
_WORD_THRICE = re.compile(
    r"\b(?P<phrase>[^\W\d_]{2,30})(?:[ ,、，]{1,2}(?P=phrase)\b){2,}", re.IGNORECASE
)
_SEPARATOR = re.compile(r"[、，,;；]")
_LETTERS = re.compile(r"[^\W\d_]")
_SIGNS = re.compile(r"[\W\d_]+")


def repetition_findings(
    source: str, target: str, said: Sequence[str], told: Sequence[str]
) -> list[Finding]:
    """Loops in a translation, and sentences that stand in it more often than in the source."""
    found: list[Finding] = []
    for pattern, least in ((_LOOP, 2), (_WORD_THRICE, 2), (_TWICE, 5)):
        for one in pattern.finditer(target):
            phrase = one["phrase"]
            letters = len(_LETTERS.findall(phrase))
            if letters >= least and not _repeats(pattern, source):
                # "its length, the others' length" is a list; more than that is a loop.
                if pattern is _TWICE and letters < 16 and _SEPARATOR.search(phrase):
                    found.append(minor(FindingKind.REPETITION, "", one.group()))
                else:
                    return [major(FindingKind.REPETITION, "", one.group())]
                break
    return found + _same_sentences(told, said)


def _repeats(pattern: re.Pattern[str], source: str) -> bool:
    return any(len(_LETTERS.findall(one["phrase"])) > 1 for one in pattern.finditer(source))


def _same_sentences(told: Sequence[str], said: Sequence[str]) -> list[Finding]:
    before = Counter(_bare(one) for one in said)
    repeated_before = sum(count - 1 for count in before.values())
    after = Counter(_bare(one) for one in told)
    again = [one for one in told if after[_bare(one)] > 1 and len(_bare(one)) > 7]
    if sum(count - 1 for count in after.values()) > repeated_before and again:
        return [major(FindingKind.REPETITION, "", again[0])]
    return []


def _bare(sentence: str) -> str:
    return _SIGNS.sub("", sentence).lower()
