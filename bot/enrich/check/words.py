"""What readers are told of a finding, by its kind: whole sentences, to be shown by `t`."""

from bot.i18n import mark, t
from bot.models import Finding, FindingKind

_WORDS = {
    FindingKind.NUMBER_MISSING: mark("A number is missing."),
    FindingKind.NUMBER_EXTRA: mark("A number was added."),
    FindingKind.NUMBER_CHANGED: mark("A number was changed."),
    FindingKind.UNIT_CHANGED: mark("A unit or a percent sign is missing or was changed."),
    FindingKind.NAME_MISSING: mark("A name is missing."),
    FindingKind.NAME_EXTRA: mark("A name stands there that the original does not have."),
    FindingKind.NAME_CHANGED: mark("A name was changed."),
    FindingKind.NAME_CASE: mark("A name is written with other capitals."),
    FindingKind.FORMULA_MISSING: mark("A formula is missing."),
    FindingKind.FORMULA_CHANGED: mark("A formula was changed."),
    FindingKind.URL_MISSING: mark("A web address is missing."),
    FindingKind.URL_CHANGED: mark("A web address was changed."),
    FindingKind.SENTENCE_MISSING: mark("A sentence is missing."),
    FindingKind.SENTENCE_EXTRA: mark("A sentence was added."),
    FindingKind.SENTENCE_MERGED: mark("Two sentences were made into one."),
    FindingKind.ENUMERATION: mark("An item of a list is missing."),
    FindingKind.TRUNCATED: mark("A sentence may be cut short."),
    FindingKind.UNTRANSLATED: mark("A sentence was not translated; it is shown in the original."),
    FindingKind.LANGUAGE: mark("A sentence is not in the language that was asked for."),
    FindingKind.LEFT_OVER: mark("Words were left untranslated."),
    FindingKind.REPETITION: mark("Words are repeated."),
    FindingKind.SUBJECT: mark("A sentence speaks of something else."),
    FindingKind.SCRIPT: mark("Characters of another script stand in it."),
    FindingKind.GARBAGE: mark("Some characters make no sense."),
    FindingKind.GLOSSARY: mark("A term of this server's glossary was not used."),
    FindingKind.NOTHING: mark("Nothing was translated."),
}


def in_words(finding: Finding) -> str:
    """A finding as a sentence in the language being spoken."""
    return t(_WORDS[finding.kind])


def texts(findings: tuple[Finding, ...]) -> list[str]:
    """The findings as sentences, each only once, in their order."""
    return list(dict.fromkeys(in_words(one) for one in findings))
