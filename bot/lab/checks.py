"""`lab check`: the checks on texts that are given, and their findings as objects."""

from collections.abc import Mapping, Sequence

from bot.enrich.check import check_texts
from bot.lab.lines import LineError, Record
from bot.languages import LANGUAGES, language_of
from bot.models import Finding, TextKind

_KINDS = {kind.value: kind for kind in TextKind}


def check_record(record: Record) -> Mapping[str, object]:
    """The verdict and the findings. Raises LineError."""
    number = record.id
    source, target = record.text("source"), record.text("target")
    language = language_field(record)
    kind = _KINDS[record.choice("kind", _KINDS, TextKind.TRANSLATION.value)]
    found = check_texts(source, target, language, kind)
    return {
        "id": number,
        "verdict": found.verdict.value,
        "findings": finding_values(found.findings),
    }


def language_field(record: Record) -> str:
    """The code of a record's "language", in whatever form it has. Raises LineError."""
    given = record.text("language")
    language = language_of(given.strip())
    if language is None:
        shown = ", ".join(LANGUAGES)
        raise LineError(record.number, f'"language" is {given[:40]!r}; known are {shown}')
    return language


def finding_values(findings: Sequence[Finding]) -> list[Mapping[str, str]]:
    """Findings as objects."""
    return [
        {
            "kind": one.kind.value,
            "severity": one.severity.value,
            "source": one.source,
            "target": one.target,
        }
        for one in findings
    ]
