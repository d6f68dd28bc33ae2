"""A text beside its translation, and all that the checks find between the two. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.enrich.check.completeness import strange_findings, subject_findings
from bot.enrich.check.endings import end_findings, length_findings
from bot.enrich.check.enumerations import enumeration_findings
from bot.enrich.check.formulas import dropped_formulas, formula_findings, without_matched
from bot.enrich.check.garbage import chat_findings, garbage_findings, strange_signs
from bot.enrich.check.magnitudes import magnitude_findings
from bot.enrich.check.names import name_findings
from bot.enrich.check.numbers import number_findings
from bot.enrich.check.repetition import repetition_findings
from bot.enrich.check.scripts import language_findings, script_findings, variant_findings
from bot.enrich.check.sentences import is_ended, split_sentences
from bot.enrich.check.side import Side
from bot.enrich.check.urls import url_findings
from bot.models import Finding, FindingKind, Severity, TextKind

_NEW = frozenset(
    {
        FindingKind.NAME_EXTRA,
        FindingKind.NUMBER_EXTRA,
        FindingKind.FORMULA_CHANGED,
        FindingKind.URL_CHANGED,
    }
)
_LEFT_OUT = frozenset({FindingKind.FORMULA_MISSING, FindingKind.NUMBER_MISSING})


@dataclass(frozen=True, slots=True)
class Document:
    """Sentences beside their translations. `needed` is the source without an end that was cut
    off, `beyond` and `shortened` are as in `PairedUp`; `aligned` tells whether the provider gave
    the pairs, or we found them."""

    pairs: Sequence[tuple[str, str]]
    language: str
    aligned: bool
    known: Side
    needed: Side
    target: Side
    beyond: str
    shortened: bool

    @staticmethod
    def of(
        pairs: Sequence[tuple[str, str]],
        language: str,
        *,
        aligned: bool,
        source: str = "",
        target: str = "",
        beyond: str = "",
        shortened: bool = False,
    ) -> "Document":
        """Read both sides; `source` and `target` are the whole texts where the pairs were found."""
        source = source or "\n".join(one for one, _ in pairs)
        target = target or "\n".join(other for _, other in pairs)
        known = Side.of(source)
        needed = known
        if not aligned and not is_ended(source):
            sentences = split_sentences(source)
            last = sentences[-1] if len(sentences) > 1 else ""
            needed = Side.of(source[: source.rindex(last)]) if last else known
        return Document(pairs, language, aligned, known, needed, Side.of(target), beyond, shortened)


def findings_of(document: Document) -> list[Finding]:
    """All findings between the two sides, those of the sentences' alignment apart."""
    return [_excused(one, document) for one in _all(document)]


def _excused(finding: Finding, document: Document) -> Finding:
    """A finding, minor if it is about something new where the target goes beyond the source, or
    something left out where the translator condensed a source that is cut short."""
    new = finding.target and not finding.source and finding.kind in _NEW
    beyond = new and finding.target in document.beyond
    if beyond or (document.shortened and finding.kind in _LEFT_OUT):
        return replace(finding, severity=Severity.MINOR)
    return finding


def _mild(found: Sequence[Finding]) -> list[Finding]:
    return [replace(one, severity=Severity.MINOR) for one in found]


def _all(document: Document) -> list[Finding]:
    needed, known, target = document.needed, document.known, document.target
    language = document.language
    told = [other for _, other in document.pairs if other.strip()]
    said = [one for one, _ in document.pairs if one.strip()]
    found = formula_findings(needed, known, target)
    sides = [(Side.of(source), Side.of(translation)) for source, translation in document.pairs]
    found += dropped_formulas(sides)
    found += url_findings(needed, known, target)
    found += name_findings(needed, known, target, language)
    found += number_findings(
        [without_matched(*both) for both in sides], language, TextKind.TRANSLATION
    )
    found += magnitude_findings(needed.bare, target.bare, language)
    found += garbage_findings(known.raw, target.raw)
    found += strange_signs(known.raw, target.bare)
    found += chat_findings(known.raw, target.raw)
    found += subject_findings(needed.raw, target.raw, language)
    found += script_findings(known.raw, target.raw, language)
    found += variant_findings(target.raw, language)
    if not document.aligned:
        told, said = split_sentences(target.raw), split_sentences(known.raw)
        found += end_findings(known.raw, target.raw, language, whole=True)
    found += repetition_findings(known.bare, target.bare, said, told)
    found += enumeration_findings(document.pairs)
    whole = document.aligned or is_ended(known.raw)
    for at, (said_side, told_side) in enumerate(sides, 1):
        source, translation = said_side.raw, told_side.raw
        if not source.strip() or not translation.strip():
            continue
        found += language_findings(said_side.bare, told_side.bare, language)
        if whole or at < len(sides):
            strange = strange_findings(said_side.bare, told_side.bare, language)
            found += _mild(strange) if document.shortened else strange
        if document.aligned:
            found += length_findings(source, translation, language)
            found += end_findings(source, translation, language, whole=False)
    return found
