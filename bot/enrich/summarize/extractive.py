"""The embedded summarizer: the abstract's own sentences, chosen and trimmed. No network."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.enrich.summarize import phrasing
from bot.enrich.summarize.features import Features, extract
from bot.enrich.summarize.ranking import score, worth
from bot.enrich.summarize.roles import assign
from bot.models import Role, SummaryText, Takeaway
from bot.text.latex import to_unicode
from bot.text.sentences import sentence_texts

TLDR_WORDS = 30
TAKEAWAY_WORDS = 45
# Two sentences say the same if they share this much of the shorter one's content words, and
# enough of them that it is no accident.
_SAME = 0.7
_MANY = 5
# "Two findings surprised us." tells nothing by itself.
_TELLING = 6
_ENGLISH = frozenset(
    [
        "the",
        "of",
        "and",
        "to",
        "in",
        "a",
        "is",
        "we",
        "for",
        "that",
        "with",
        "on",
        "this",
        "are",
        "by",
    ]
)
_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class _Sentence:
    index: int
    text: str
    seen: Features
    role: Role


class ExtractiveSummarizer:
    """Implements bot.protocols.Summarizer: offline, deterministic, about a millisecond."""

    @property
    def name(self) -> str:
        return "extractive"

    def summarize(self, title: str, abstract: str) -> SummaryText:
        """One sentence and three to five takeaways (fewer if the abstract has no more to give).

        Takeaways keep the abstract's order, and none says what the TL;DR or another one says.
        Sentences are counted from 0 as `bot.text.sentences` splits the abstract. Texts in
        other languages than English give their first sentences, untouched.
        """
        texts = [to_unicode(text) for text in sentence_texts(abstract)]
        if not texts:
            return SummaryText("", 0, ())
        if not is_english(abstract):
            return _first_sentences(texts)
        features = extract(to_unicode(title), texts)
        roles = assign(features)
        usable = [
            _Sentence(at, text, features[at], roles[at])
            for at, text in enumerate(texts)
            if features[at].length > 2
        ] or [_Sentence(0, " ".join(texts), features[0], roles[0])]
        best = max(usable, key=lambda one: (score(one.seen), -one.index))
        tldr = phrasing.fitted(phrasing.standalone(best.text), TLDR_WORDS)
        chosen = _takeaways([one for one in usable if one.index != best.index], best)
        return SummaryText(
            tldr,
            best.index,
            tuple(
                Takeaway(
                    phrasing.fitted(phrasing.standalone(one.text), TAKEAWAY_WORDS),
                    one.role,
                    one.index,
                )
                for one in chosen
            ),
        )


def is_english(text: str) -> bool:
    """Whether a text of some length is English, by its commonest words."""
    found = [word.lower() for word in _WORD.findall(text)]
    if not text.isascii() and sum(letter > "\u0370" for letter in text) > len(text) / 3:
        return False
    return len(found) < 12 or sum(word in _ENGLISH for word in found) >= len(found) * 0.1


def _wanted(available: int) -> int:
    return 3 if available <= 5 else 4 if available <= 8 else 5


def _takeaways(others: Sequence[_Sentence], tldr: _Sentence) -> list[_Sentence]:
    """The best sentences, of every role if there are some, none like another."""
    telling = [one for one in others if one.seen.length >= _TELLING]
    others = telling if len(telling) >= 3 else others
    wanted = _wanted(len(others))
    ranked = sorted(others, key=lambda one: (-worth(one.seen, one.role), one.index))
    chosen: list[_Sentence] = []
    for role in (Role.RESULT, Role.METHOD, Role.PROBLEM):
        first = next((one for one in ranked if one.role is role and not one.seen.filler), None)
        if first is not None and not _repeats(first, [tldr, *chosen]):
            chosen.append(first)
    limits = {Role.PROBLEM: 1, Role.RESOURCE: 1}
    # Strict first; then, if too few are left, whatever is not the same again.
    for strict in (True, False):
        for one in ranked:
            if len(chosen) >= wanted or (not strict and len(chosen) >= 3):
                break
            held = sum(other.role is one.role for other in chosen)
            full = strict and (held >= limits.get(one.role, wanted) or bool(one.seen.filler))
            if one not in chosen and not full and not _repeats(one, [tldr, *chosen]):
                chosen.append(one)
    return sorted(chosen, key=lambda one: one.index)


def _repeats(one: _Sentence, others: Sequence[_Sentence]) -> bool:
    mine = one.seen.content
    for other in others:
        theirs = other.seen.content
        shared = len(mine & theirs)
        if one.text == other.text or mine == theirs:
            return True
        if shared >= _MANY and shared > _SAME * min(len(mine), len(theirs)):
            return True
    return False


def _first_sentences(texts: Sequence[str]) -> SummaryText:
    count = _wanted(len(texts) - 1)
    unlike = [(at, text) for at, text in enumerate(texts) if at and text not in texts[:at]]
    takeaways = (Takeaway(text, Role.METHOD, at) for at, text in unlike[:count])
    return SummaryText(texts[0], 0, tuple(takeaways))
