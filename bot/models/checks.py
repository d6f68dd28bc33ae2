"""What the checks find between a text and what was made of it."""

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """What the checks say of a translation or summary. FAIL is never shown as one."""

    PASS = "pass"  # noqa: S105 - a verdict
    WARN = "warn"
    FAIL = "fail"


class Severity(StrEnum):
    """MINOR is worth a remark, MAJOR makes a text fail."""

    MINOR = "minor"
    MAJOR = "major"


class TextKind(StrEnum):
    """What was made of the source. A summary may leave things out, a translation may not."""

    TRANSLATION = "translation"
    SUMMARY = "summary"


class FindingKind(StrEnum):
    """What can be wrong, by what it is about."""

    NUMBER_MISSING = "number-missing"
    NUMBER_EXTRA = "number-extra"
    NUMBER_CHANGED = "number-changed"
    UNIT_CHANGED = "unit-changed"
    NAME_MISSING = "name-missing"
    NAME_EXTRA = "name-extra"
    NAME_CHANGED = "name-changed"
    NAME_CASE = "name-case"
    FORMULA_MISSING = "formula-missing"
    FORMULA_CHANGED = "formula-changed"
    URL_MISSING = "url-missing"
    URL_CHANGED = "url-changed"
    SENTENCE_MISSING = "sentence-missing"
    SENTENCE_EXTRA = "sentence-extra"
    SENTENCE_MERGED = "sentence-merged"
    ENUMERATION = "enumeration"
    TRUNCATED = "truncated"
    UNTRANSLATED = "untranslated"
    LANGUAGE = "language"
    LEFT_OVER = "left-over"
    REPETITION = "repetition"
    SUBJECT = "subject"
    SCRIPT = "script"
    GARBAGE = "garbage"
    GLOSSARY = "glossary"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong. `source` and `target` are the spans it is about, as they stand in
    the texts; empty on the side where there is none."""

    kind: FindingKind
    severity: Severity
    source: str = ""
    target: str = ""


@dataclass(frozen=True, slots=True)
class Checked:
    """The verdict and what it rests on, the major findings first."""

    verdict: Verdict
    findings: tuple[Finding, ...] = ()

    @staticmethod
    def of(findings: "tuple[Finding, ...] | list[Finding]") -> "Checked":
        """The verdict that findings give: a major one fails, a minor one warns."""
        ordered = tuple(sorted(findings, key=lambda one: one.severity is Severity.MINOR))
        if not ordered:
            return Checked(Verdict.PASS)
        failed = ordered[0].severity is Severity.MAJOR
        return Checked(Verdict.FAIL if failed else Verdict.WARN, ordered)
