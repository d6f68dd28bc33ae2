"""A translation on screen: what is shown in each mode, in pages, in every direction."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ui_samples import KEY, buttons, check, paper

from bot.enrich.check.words import in_words
from bot.enrich.translate.memory import MemoryTranslator
from bot.enrich.translate.words import why_not_shown
from bot.i18n import LOCALES, speaking, t
from bot.models import (
    Finding,
    FindingKind,
    SentencePair,
    Severity,
    Translation,
    Verdict,
)
from bot.ui import custom_ids
from bot.ui.translation_pages import BOTH, ORIGINAL, TARGET, body_pages, directed, split_at_words
from bot.ui.translation_views import posted_translation_view, translation_view

FORMULA = Finding(FindingKind.FORMULA_CHANGED, Severity.MAJOR, "$O(n^2)$")
GAP = Finding(FindingKind.UNTRANSLATED, Severity.MINOR, "It is new.")
NOTHING = Finding(FindingKind.NOTHING, Severity.MAJOR)
NOW = datetime(2026, 6, 18, 9, tzinfo=UTC)
PAPER = paper()
PAIRS = (
    SentencePair("Retrieval is slow.", "検索は遅い。"),
    SentencePair("We make it fast.", "速くする。"),
)


def _made(**changes: Any) -> Translation:
    values: dict[str, Any] = {
        "paper_id": PAPER.id,
        "version": PAPER.version,
        "language": "ja",
        "provider": "memory",
        "title": SentencePair(PAPER.title, "$O(n^2)$ 回の比較による検索"),
        "sentences": PAIRS,
        "verdict": Verdict.PASS,
        "findings": (),
        "created_at": NOW,
    }
    return Translation(**(values | changes))


def _many(count: int, language: str = "ja") -> Translation:
    pairs = tuple(
        SentencePair(f"This is sentence {n} of them." + " Word" * 12, f"第{n}文です。" + "長" * 60)
        for n in range(count)
    )
    return _made(sentences=pairs, language=language)


def test_both_shows_each_sentence_over_its_original() -> None:
    said = check(translation_view(PAPER, _made(), label="Made for a *test*."))
    assert "### [O(n²) 回の比較による検索](https://arxiv.org/abs/2606.01234v1)" in said
    assert "-# Sparse Retrieval with O(n²) Comparisons" in said
    assert "検索は遅い。\n-# Retrieval is slow.\n\n速くする。\n-# We make it fast." in said
    assert f"-# Into Japanese by memory, <t:{int(NOW.timestamp())}:D> · ✅ passed" in said
    assert r"-# Made for a \*test\*." in said
    assert "-# arXiv:2606.01234v1" in said


@pytest.mark.parametrize("locale", LOCALES)
def test_a_provider_named_by_words_is_named_in_the_readers_language(locale: str) -> None:
    with speaking(locale):
        named = t("translation memory")
        assert (named == MemoryTranslator.name) is (locale == "en")
        made = _made(provider=MemoryTranslator.name)
        assert named in check(translation_view(PAPER, made))
        untold = _made(verdict=Verdict.FAIL, findings=(NOTHING,), provider=MemoryTranslator.name)
        assert named in why_not_shown(untold)
        assert "DeepL" in check(translation_view(PAPER, _made(provider="DeepL")))


def test_translation_only_is_one_paragraph_as_its_language_writes_it() -> None:
    said = check(translation_view(PAPER, _made(), TARGET))
    assert "検索は遅い。速くする。" in said
    assert "Retrieval is slow" not in said
    korean = _made(language="ko", sentences=(SentencePair("A.", "가."), SentencePair("B.", "나.")))
    assert "가. 나." in check(translation_view(PAPER, korean, TARGET))


def test_original_only() -> None:
    said = check(translation_view(PAPER, _made(), ORIGINAL))
    assert "### [Sparse Retrieval with O(n²) Comparisons](" in said
    assert "Retrieval is slow. We make it fast." in said
    assert "検索は遅い" not in said


def test_the_mode_that_is_shown_cannot_be_pressed() -> None:
    for mode, label in ((BOTH, "Both"), (TARGET, "Translation"), (ORIGINAL, "Original")):
        view = translation_view(PAPER, _made(), mode)
        disabled = [item for item in view.walk_children() if getattr(item, "disabled", False)]
        assert [getattr(item, "label", "") for item in disabled] == [label]
        assert all(
            custom_ids.TRANSLATION.fullmatch(where) or where.startswith("https://")
            for where in buttons(view).values()
        )


@pytest.mark.parametrize("mode", [BOTH, TARGET, ORIGINAL])
def test_pages_hold_every_sentence_once_and_whole(mode: str) -> None:
    made = _many(80)
    shown = ""
    seen: list[str] = []
    page = 0
    while shown not in seen:
        seen.append(shown)
        shown = check(translation_view(PAPER, made, mode, page))
        page += 1
    assert page > 2  # the page after the last is the last one again
    whole = "\n".join(seen)
    for pair in made.sentences:
        assert whole.count(pair.source) == (0 if mode == TARGET else 1)
        assert whole.count(pair.target) == (0 if mode == ORIGINAL else 1)


def test_a_sentence_longer_than_a_page_is_cut_between_words() -> None:
    source = " ".join(f"word{n}" for n in range(1500))
    parts = body_pages([SentencePair(source, "")], "ja", ORIGINAL, 3000)
    assert len(parts) > 3
    assert " ".join(parts) == source
    assert split_at_words("a" * 50, 20) == ["a" * 20, "a" * 20, "a" * 10]
    assert split_at_words("https://example.org/" + "a" * 50, 20) == ["…"]


def test_right_to_left_lines_are_marked_and_others_are_not() -> None:
    title = SentencePair(PAPER.title, "استرجاع BERT سريع")
    pairs = (SentencePair("BERT is fast.", "BERT سريع."), SentencePair("It works.", "هذا يعمل."))
    made = _made(language="ar", title=title, sentences=pairs)
    both = check(translation_view(PAPER, made))
    assert "### [\u200f\u2067استرجاع BERT سريع\u2069](" in both
    assert "\u200f\u2067BERT سريع.\u2069\n-# BERT is fast." in both
    # One isolate for the whole paragraph: sentences of their own would stand in reverse order.
    only = check(translation_view(PAPER, made, TARGET))
    assert "\u200f\u2067BERT سريع. هذا يعمل.\u2069" in only
    assert "\u2067" not in check(translation_view(PAPER, made, ORIGINAL))
    assert directed("検索", "ja") == "検索"


def test_a_gap_and_its_remark() -> None:
    pairs = (PAIRS[0], SentencePair("It is *new*.", ""))
    made = _made(sentences=pairs, verdict=Verdict.WARN, findings=(GAP,))
    for mode in (BOTH, TARGET):
        said = check(translation_view(PAPER, made, mode))
        assert r"⚠️ It is \*new\*." in said
        assert f"-# ⚠️ {in_words(GAP)}" in said


def test_what_failed_shows_the_original_and_offers_another_try() -> None:
    made = _made(verdict=Verdict.FAIL, findings=(FORMULA,))
    view = translation_view(PAPER, made)
    said = check(view)
    assert "did not pass my checks, so I do not show it. This is the original." in said
    assert in_words(FORMULA) in said
    assert "検索" not in said
    assert buttons(view)["Try again"] == "pb1:trv:2606.01234v1:ja:b:0:r"
    assert "Both" not in buttons(view)


def test_a_paper_that_the_provider_does_not_know() -> None:
    pairs = (SentencePair("Retrieval is slow.", ""),)
    title = SentencePair(PAPER.title, "")
    made = _made(title=title, sentences=pairs, verdict=Verdict.FAIL, findings=(NOTHING,))
    said = check(translation_view(PAPER, made))
    assert "memory has no translation of this paper into Japanese." in said
    assert "Retrieval is slow." in said
    assert "checks" not in said


def test_a_posted_translation_is_recognized_by_its_key_and_tells_of_the_rest() -> None:
    short = posted_translation_view(PAPER, _made(), KEY)
    said = check(short)
    assert "検索は遅い。速くする。" in said
    assert "Retrieval is slow" not in said
    assert "the rest" not in said
    opening = buttons(short)["Beside the original"]
    assert custom_ids.key_of(opening) == KEY
    assert custom_ids.POSTED_TRANSLATION.fullmatch(opening)
    assert "The button shows the rest." in check(posted_translation_view(PAPER, _many(200), KEY))


def test_a_withdrawn_paper_and_one_without_abstract() -> None:
    gone = paper(withdrawn=True)
    said = check(translation_view(gone, _made(sentences=())))
    assert "⛔ **WITHDRAWN**" in said
    assert "arXiv gives no abstract for this paper." in said
    assert "⛔ **WITHDRAWN**" in check(posted_translation_view(gone, _made(sentences=()), KEY))


_HOSTILE = st.text(max_size=400) | st.sampled_from(
    (
        "@everyone <@1> [x](https://e.org)",
        "\u202e\u2066\u2069evil\u200b",
        "👩‍👩‍👧‍👦" * 300,
        "z" * 9000,
        "é\u0301" * 2000,
        "https://example.org/" + "a" * 5000,
        r"\frac{" * 200,
        "word " * 3000,
        "# heading\n> quote\n- list",
    )
)


@given(
    title=_HOSTILE,
    target=_HOSTILE,
    pairs=st.lists(st.builds(SentencePair, _HOSTILE, _HOSTILE), max_size=8),
    language=st.sampled_from(("ja", "ar", "de", "th")),
    verdict=st.sampled_from(Verdict),
    mode=st.sampled_from((BOTH, TARGET, ORIGINAL)),
    page=st.sampled_from((0, 1, 999)),
    locale=st.sampled_from(LOCALES),
)
@settings(max_examples=150)
def test_whatever_the_texts_the_view_is_valid(
    *,
    title: str,
    target: str,
    pairs: list[SentencePair],
    language: str,
    verdict: Verdict,
    mode: str,
    page: int,
    locale: str,
) -> None:
    made = _made(
        title=SentencePair(title, target),
        sentences=tuple(pairs),
        language=language,
        verdict=verdict,
        findings=(GAP,),
    )
    with speaking(locale):
        for view in (
            translation_view(PAPER, made, mode, page, label=title),
            posted_translation_view(PAPER, made, KEY),
        ):
            said = check(view)
            assert "@everyone" not in said
            assert said.count("\u2067") == said.count("\u2069")
