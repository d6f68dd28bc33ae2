"""Where a card says that its summary comes from, and in which language it speaks."""

from dataclasses import replace
from typing import Any

import pytest
from ui_samples import KEY, card, check

from bot.models import (
    Card,
    Finding,
    FindingKind,
    Instead,
    Role,
    Severity,
    SummaryText,
    Takeaway,
    Verdict,
)
from bot.ui.cards import card_view


def _said(shown: Card) -> list[str]:
    return check(card_view(shown, key=KEY)).splitlines()


def _card(**changes: Any) -> Card:
    shown = card()
    return replace(shown, summary=replace(shown.summary, **changes))


def _texts(tldr: str, *takeaways: str) -> SummaryText:
    return SummaryText(tldr, 0, tuple(Takeaway(text, Role.RESULT, 0) for text in takeaways))


def test_extracted_and_translated() -> None:
    shown = _card(
        text=_texts("検索は遅い。", "3倍速い。"), language="ja", translator="translation memory"
    )
    said = _said(shown)
    assert "**TL;DR** 検索は遅い。" in said
    assert "- 📈 3倍速い。" in said
    assert said[-1] == "-# Extracted from the abstract and translated by translation memory"
    partly = _said(replace(shown, summary=replace(shown.summary, untranslated=True)))
    assert partly[-2] == said[-1]
    remark = "Sentences without a translation that passed my checks are in English."
    assert partly[-1] == f"-# ⚠️ {remark}"


def test_what_could_not_be_translated_says_so_once() -> None:
    assert _said(_card(untranslated=True))[-2:] == [
        "-# Extracted from the abstract",
        "-# It could not be translated, so it is in English.",
    ]
    said = _said(_card(untranslated=True, instead=Instead.BUDGET))
    assert said[-1] == "-# A model was to write it, but the day's budget was spent."


@pytest.mark.parametrize(
    ("instead", "why"),
    [
        (Instead.BUDGET, "the day's budget was spent"),
        (Instead.FAILED, "did not answer as it should"),
        (Instead.LATE, "did not answer in time"),
        (Instead.CHECKS, "did not pass my checks"),
    ],
)
def test_why_it_is_not_the_models(instead: Instead, why: str) -> None:
    said = _said(_card(instead=instead))
    assert said[-2] == "-# Extracted from the abstract"
    assert said[-1].startswith("-# A model was to write it, but ")
    assert why in said[-1]


def test_a_model_that_passed_and_one_with_remarks() -> None:
    text = _texts(r"We need $O(n^2)$ steps.", r"It is $\alpha$-stable.")
    passed = _card(provider="gpt-*x*", text=text)
    said = _said(passed)
    assert "**TL;DR** We need O(n²) steps." in said
    assert "- 📈 It is α-stable." in said
    assert said[-1] == r"-# Summary by gpt-\*x\* · ✅ passed my checks"
    kinds = (FindingKind.NAME_CASE, FindingKind.NUMBER_EXTRA, FindingKind.NAME_CASE)
    warned = _card(
        provider="m",
        text=text,
        verdict=Verdict.WARN,
        findings=tuple(Finding(kind, Severity.MINOR) for kind in kinds),
    )
    assert _said(warned)[-3:] == [
        "-# Summary by m",
        "-# ⚠️ A name is written with other capitals.",
        "-# ⚠️ A number was added.",
    ]
    translated = _card(provider="m", translator="DeepL", language="ja")
    assert "-# Summary by m, translated by DeepL" in _said(translated)[-1]


def test_an_abstract_in_another_language_is_named() -> None:
    german = (
        "Wir zählen die Katzen der Stadt und finden, dass es zwölf sind. Sie schlafen viel, und "
        "zwar am liebsten dort, wo die Sonne scheint und niemand sie stört."
    )
    shown = card()
    said = _said(replace(shown, paper=replace(shown.paper, abstract=german)))
    assert "which is not in English" in said[-1]


def test_a_summary_reads_in_the_direction_of_its_language() -> None:
    shown = _card(text=_texts("הבעיה קשה.", "מהיר פי 3."), language="he", translator="DeepL")
    said = _said(shown)
    assert "**TL;DR** \u200f\u2067הבעיה קשה.\u2069" in said
    assert "- 📈 \u200f\u2067מהיר פי 3.\u2069" in said
    assert not any("\u2067" in line for line in _said(card()))


def test_hostile_texts_of_a_model_are_made_safe() -> None:
    hostile = "@everyone [click](https://evil.example) " + "$" * 50 + "\\" * 50
    said = "\n".join(_said(_card(provider="@here", text=_texts(hostile, hostile))))
    assert "@everyone" not in said
    assert "@here" not in said
