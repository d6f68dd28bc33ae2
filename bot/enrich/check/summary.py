"""Whether a summary rests on its abstract: nothing in it may come from elsewhere. Pure."""

import re
from collections.abc import Sequence

from bot.enrich.check.endings import break_findings
from bot.enrich.check.formulas import formula_findings, without_matched
from bot.enrich.check.garbage import chat_findings, echo_findings, garbage_findings
from bot.enrich.check.names import name_findings
from bot.enrich.check.numbers import number_findings
from bot.enrich.check.repetition import repetition_findings
from bot.enrich.check.scripts import (
    is_english,
    language_findings,
    script_findings,
    variant_findings,
)
from bot.enrich.check.sentences import split_sentences
from bot.enrich.check.side import Side
from bot.enrich.check.spans import major, words_of
from bot.enrich.check.urls import url_findings
from bot.languages import ENGLISH
from bot.models import Finding, FindingKind, TextKind

_WORD = re.compile(r"[^\W\d_]{3,40}")
# Stems are a word's beginning: `generate`, `generation` and `generative` are one.
_STEM = 5
_LEAST_SHARED = 0.4
_FEWEST_WORDS = 5
_EMPTY = words_of(
    "about across after against all also among and any are authors based because been before "
    "being both but can could each either enables ensure find first for from given has have "
    "high how improve improves including into its large like make many may method more most "
    "much new not novel one only other our outperforming outperforms over paper present "
    "presents proposed propose proposes results several show shows showing significant "
    "significantly some study such than that the their them then these they this those "
    "through two under use used uses using via was well were when where whether which while "
    "who will with within without work approach introduce introduces method methods "
    "demonstrate demonstrates provide provides better"
)


def summary_findings(abstract: str, texts: Sequence[str], language: str) -> list[Finding]:
    """All findings of a summary's texts, each beside the whole abstract."""
    known, nothing = Side.of(abstract), Side.of("")
    found: list[Finding] = []
    stems = _stems(abstract)
    for text in texts:
        told = Side.of(text)
        found += formula_findings(nothing, known, told)
        found += url_findings(nothing, known, told)
        found += name_findings(nothing, known, told, language, summary=True)
        found += number_findings([without_matched(known, told)], language, TextKind.SUMMARY)
        found += garbage_findings(abstract, text)
        found += chat_findings(abstract, text)
        found += echo_findings(text)
        found += break_findings(text, language)
        sentences = split_sentences(text)
        found += repetition_findings(known.bare, told.bare, [], sentences)
        if language == ENGLISH:
            if not is_english(text):
                found.append(major(FindingKind.LANGUAGE, "", text))
            else:
                found += _subject(stems, sentences)
        else:
            found += language_findings(abstract, text, language)
            found += script_findings(abstract, text, language)
            found += variant_findings(text, language)
    return found


def _subject(stems: frozenset[str], sentences: Sequence[str]) -> list[Finding]:
    """English sentences whose content words mostly do not occur in the abstract."""
    found: list[Finding] = []
    for sentence in sentences:
        said = _stems(sentence)
        if len(said) >= _FEWEST_WORDS and len(said & stems) < _LEAST_SHARED * len(said):
            found.append(major(FindingKind.SUBJECT, "", sentence))
    return found


def _stems(text: str) -> frozenset[str]:
    words = (word.lower() for word in _WORD.findall(text))
    return frozenset(word[:_STEM] for word in words if word not in _EMPTY)
