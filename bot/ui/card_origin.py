"""Where a card's summary comes from, in words: who made it, and why not another."""

from bot.enrich.check.words import texts
from bot.enrich.summarize.extractive import is_english
from bot.enrich.translate.words import provider_name
from bot.i18n import mark, t
from bot.models import Card, Instead, Summary, Verdict
from bot.ui.paper_facts import within
from bot.ui.translation_pages import UNTRANSLATED
from bot.ui.words import safe

_NAME = 60
_MOST_REMARKS = 3
# By so many characters of an abstract its language is known.
_ENOUGH = 2000
_EXTRACTIVE = "extractive"

_WHY = {
    Instead.BUDGET: mark("A model was to write it, but the day's budget was spent."),
    Instead.FAILED: mark("A model was to write it, but did not answer as it should."),
    Instead.LATE: mark("A model was to write it, but did not answer in time."),
    Instead.CHECKS: mark("A model was to write it, but what it wrote did not pass my checks."),
}


def is_extracted(summary: Summary) -> bool:
    """Whether a summary is made of the abstract's own sentences."""
    return summary.provider.startswith(_EXTRACTIVE)


def origin_lines(card: Card) -> list[str]:
    """Where a card's summary comes from, and what readers should know of it, in lines."""
    summary = card.summary
    if not is_extracted(summary):
        return _written(summary)
    lines = [_extracted(card)]
    if summary.untranslated and summary.translator:
        remark = t("Sentences without a translation that passed my checks are in English.")
        lines.append(f"{UNTRANSLATED} {remark}")
    if summary.instead is not None:
        lines.append(t(_WHY[summary.instead]))
    elif summary.untranslated and not summary.translator:
        lines.append(t("It could not be translated, so it is in English."))
    return lines


def _extracted(card: Card) -> str:
    translator = card.summary.translator
    if translator:
        return t(
            "Extracted from the abstract and translated by {provider}",
            provider=safe(provider_name(translator), _NAME),
        )
    if not is_english(within(card.paper.abstract, _ENOUGH)):
        return t(
            "Extracted from the abstract, which is not in English: its sentences as they stand"
        )
    return t("Extracted from the abstract")


def _written(summary: Summary) -> list[str]:
    name = safe(summary.provider, _NAME)
    line = t("Summary by {provider}", provider=name)
    if summary.translator:
        line = t(
            "Summary by {provider}, translated by {translator}",
            provider=name,
            translator=safe(provider_name(summary.translator), _NAME),
        )
    if summary.verdict is Verdict.PASS:
        return [f"{line} · ✅ {t('passed my checks')}"]
    remarks = texts(summary.findings)[:_MOST_REMARKS]
    return [line, *(f"{UNTRANSLATED} {remark}" for remark in remarks)]
