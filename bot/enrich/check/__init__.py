"""Checks between a text and what was made of it: what must survive, and what must not be there.

`check` takes sentences that are aligned, `check_texts` finds out which belong together,
`check_summary` asks whether a summary rests on its abstract. Pure; docs/quality.md says what each
kind of finding means and what is not seen.
"""

from collections.abc import Sequence

from bot.enrich.check.completeness import pair_up
from bot.enrich.check.document import Document, findings_of
from bot.enrich.check.sentences import split_sentences
from bot.enrich.check.spans import anchored, major, minor
from bot.enrich.check.summary import summary_findings
from bot.models import Checked, FindingKind, SentencePair, TextKind

# Of 33,000 abstracts the longest has 3,488 characters; what is far longer is not read to its end.
_LONGEST = 24_000


def check(pairs: Sequence[SentencePair], language: str) -> Checked:
    """Check English sentences against their translations into a language of `bot.languages`.

    A sentence without a translation is a warning, as it is shown in the original.
    """
    done = [
        (pair.source[:_LONGEST], pair.target[:_LONGEST]) for pair in pairs if pair.target.strip()
    ]
    if not done:
        return Checked.of([major(FindingKind.NOTHING)])
    found = findings_of(Document.of(done, language, aligned=True))
    found += [
        minor(FindingKind.UNTRANSLATED, pair.source)
        for pair in pairs
        if pair.source.strip() and not pair.target.strip()
    ]
    return Checked.of(anchored(found, *_joined(done)))


def check_texts(
    source: str, target: str, language: str, kind: TextKind = TextKind.TRANSLATION
) -> Checked:
    """Check a whole text against what was made of it: a translation into `language` or, for
    `TextKind.SUMMARY`, a summary in it."""
    if kind is TextKind.SUMMARY:
        return check_summary(source, [target], language)
    source, target = source[:_LONGEST], target[:_LONGEST]
    if not target.strip():
        return Checked.of([major(FindingKind.NOTHING)])
    said, told = split_sentences(source), split_sentences(target)
    paired = pair_up(said, told, language)
    document = Document.of(
        paired.pairs,
        language,
        aligned=False,
        source=source,
        target=target,
        beyond=paired.beyond,
        shortened=paired.shortened,
    )
    return Checked.of(anchored(paired.findings + findings_of(document), source, target))


def check_summary(abstract: str, texts: Sequence[str], language: str) -> Checked:
    """Check a summary's texts (TL;DR, takeaways) in `language` against the abstract that they
    must rest on: nothing in them may come from elsewhere."""
    abstract = abstract[:_LONGEST]
    done = [text[:_LONGEST] for text in texts if text.strip()]
    if not done:
        return Checked.of([major(FindingKind.NOTHING)])
    found = summary_findings(abstract, done, language)
    return Checked.of(anchored(found, abstract, "\n".join(done)))


def _joined(pairs: Sequence[tuple[str, str]]) -> tuple[str, str]:
    return "\n".join(source for source, _ in pairs), "\n".join(target for _, target in pairs)
