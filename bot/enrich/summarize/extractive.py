"""The embedded summarizer: the abstract's own sentences, chosen and trimmed. No network."""

import re
from collections.abc import Sequence
from dataclasses import replace
from math import inf

from bot.enrich.summarize import phrasing
from bot.enrich.summarize.compress import forms, uncited
from bot.enrich.summarize.dangling import dangles
from bot.enrich.summarize.features import Features, content_words, extract
from bot.enrich.summarize.ranking import LONG_COSTS, TLDR_WORDS, Ranker, fitted_weights, setting
from bot.enrich.summarize.roles import assign
from bot.enrich.summarize.takeaways import candidates, choose, shortened, wanted
from bot.models import Role, SummaryText, Takeaway
from bot.text.latex import to_unicode
from bot.text.sentences import sentence_texts

_ENOUGH = 1000  # characters that show the language
# Forms of this many sentences compete; the others are behind as they stand.
_SHORTLIST = 3
_DANGLING_COSTS = 0.04
# What a paper says besides: its failures and by-products are no summary of it.
_BESIDE = re.compile(
    r"\b(?:did not work|a failure|open questions?|in this version|"
    r"as an application|as a (?:by-?product|corollary)|future (?:work|research)|pros and cons|"
    r"no (?:existing|prior|previous) \w+)\b|"
    r"^(?:to (?:the best of )?our knowledge|[\w-]+ (?:and [\w-]+ )?et al)\b",
    re.IGNORECASE,
)
# The sentences of a footnote are sentences like others; its brace would be left open.
_FOOTNOTE = re.compile(r"\s*\\footnote\{(?![^{}]*\})")
_BESIDE_COSTS = 0.08
# Background, where the authors say what they contribute.
_OTHERS_COST = 0.03
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
        texts = [to_unicode(_FOOTNOTE.sub(" ", text)) for text in sentence_texts(abstract)]
        if not texts:
            return SummaryText("", 0, ())
        if not is_english(abstract):
            return _first_sentences(texts)
        shown_title = to_unicode(title)
        features = extract(shown_title, texts)
        abstract_seen = setting(shown_title, texts, features)
        ranker = Ranker(abstract_seen, fitted_weights())
        standing = [uncited(phrasing.standalone(text)) for text in texts]
        tldr, index = _tldr(standing, features, ranker)
        central = [ranker.centrality(at) for at in range(len(texts))]
        options = candidates(standing, features, assign(features), central)
        best = next((one for one in options if one.index == index), None)
        if best is None:
            return SummaryText(tldr, index, ())
        best = replace(best, text=tldr, content=content_words(tldr), leans=dangles(tldr))
        return SummaryText(
            tldr,
            index,
            tuple(
                Takeaway(shortened(one.text), one.role, one.index) for one in choose(options, best)
            ),
        )


def _tldr(standing: Sequence[str], features: Sequence[Features], ranker: Ranker) -> tuple[str, int]:
    """The best form of the best sentences, and its sentence."""
    usable = [at for at, seen in enumerate(features) if seen.length > 2]
    if not usable:
        return " ".join(standing), 0
    shared = {at: ranker.sentence_score(at) for at in usable}
    value = {at: shared[at] + ranker.sketch(at) for at in usable}
    speaks = any(seen.contribution for seen in features)
    other = {at: _OTHERS_COST * (speaks and _is_of_others(features[at])) for at in usable}
    best = (-inf, 0, "")
    for at in sorted(usable, key=lambda at: (-value[at], at))[:_SHORTLIST]:
        for form in forms(standing[at]):
            beyond = max(0, form.text.count(" ") + 1 - TLDR_WORDS)
            worth = shared[at] + ranker.form_score(form) - LONG_COSTS * beyond
            worth -= _BESIDE_COSTS * (_BESIDE.search(form.text) is not None)
            worth -= other[at]
            worth -= _DANGLING_COSTS * dangles(form.text)
            if worth > best[0]:
                best = worth, at, form.text
    return best[2], best[1]


def _is_of_others(seen: Features) -> bool:
    """Whether a sentence tells of the field: of nothing that the authors did or found."""
    return not (seen.own or seen.contribution or seen.finding)


def is_english(text: str) -> bool:
    """Whether a text of some length is English, by its commonest words."""
    text = text[:_ENOUGH]
    found = text.lower().split()
    if not text.isascii() and sum(letter > "\u0370" for letter in text) > len(text) / 3:
        return False
    return len(found) < 12 or sum(word in _ENGLISH for word in found) >= len(found) * 0.1


def _first_sentences(texts: Sequence[str]) -> SummaryText:
    count = wanted(len(texts) - 1)
    unlike = [(at, text) for at, text in enumerate(texts) if at and text not in texts[:at]]
    takeaways = (Takeaway(text, Role.METHOD, at) for at, text in unlike[:count])
    return SummaryText(texts[0], 0, tuple(takeaways))
