"""Shorter forms are sentences that say the same. The sentences in this file are invented."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.enrich.summarize.compress import forms, masked, uncited


def _texts(sentence: str) -> list[str]:
    return [form.text for form in forms(sentence)]


@pytest.mark.parametrize(
    ("sentence", "short"),
    [
        # a clause at the end
        (
            "We propose a folded index for large corpora, which stores each item only once.",
            "We propose a folded index for large corpora.",
        ),
        (
            "The folded index is faster on all five corpora, thereby saving memory and energy.",
            "The folded index is faster on all five corpora.",
        ),
        (
            "We store every item of the corpus once by folding pages over each other.",
            "We store every item of the corpus once.",
        ),
        (
            "We propose a folded index and show that its pages never overlap in memory.",
            None,
        ),
        (
            "We study a folded index for large corpora and show that it never overlaps in memory.",
            None,
        ),
        (
            "The index needs two pages for each item; all others need at least four pages.",
            None,
        ),
        # a further good, with its own limits
        (
            "The folded index is faster on all five corpora while preserving the order of pages.",
            "The folded index is faster on all five corpora.",
        ),
        (
            "The folded index is faster on all five corpora, showing that flat ones may be slow.",
            "The folded index is faster on all five corpora.",
        ),
        # a whole list
        (
            "We propose a folded index for large corpora: (1) pages that fold, and (2) edges.",
            "We propose a folded index for large corpora.",
        ),
        # means and motive before the main clause
        (
            "By folding pages over each other, we build an index for very large corpora.",
            "We build an index for very large corpora.",
        ),
        (
            "While indexes are slow on large corpora, we propose a much simpler structure here.",
            "We propose a much simpler structure here.",
        ),
        # who says it
        (
            "We show that a folded index needs half of the memory of a flat one.",
            "A folded index needs half of the memory of a flat one.",
        ),
        (
            "Experiments on five corpora show that the folded index halves the memory of search.",
            "The folded index halves the memory of search.",
        ),
        # asides
        (
            "We present the folded index (a structure with pages that fold) for fast retrieval.",
            "We present the folded index for fast retrieval.",
        ),
        (
            "The folded index, which stores every item once, is faster than any flat index.",
            "The folded index is faster than any flat index.",
        ),
        (
            "Folded indexes (Smith et al., 2020) are faster than flat ones on large corpora.",
            "Folded indexes are faster than flat ones on large corpora.",
        ),
    ],
)
def test_what_may_go(sentence: str, short: str | None) -> None:
    found = _texts(sentence)
    assert found[0] == sentence
    if short is None:
        return
    assert short in found


@pytest.mark.parametrize(
    "sentence",
    [
        # limits, denials and turns of meaning
        "The folded index is faster on all of the five corpora, but it fails on the largest.",
        "The folded index is faster on all five corpora, with no loss only if they fit in memory.",
        "The folded index is faster on all five corpora, although it may need more memory.",
        "Results suggest that the folded index may be faster than any flat index on them.",
        "The folded index answers all queries of the users while barely reading any of the pages.",
        # who may be wrong, and what points back
        "We conjecture that a folded index needs half of the memory of a flat one.",
        "We show that it needs half of the memory of a flat index on them.",
        # two claims hang on one verb
        "We show that the folded index is fast and that the flat index is slow.",
        # a condition before the main clause
        "If all pages of the index fit in memory, we find every item in one step.",
        # the middle of a list, and numbered lists
        "We ask the models to name the index, define its pages, and explain the folding.",
        "The folded index has three parts that matter: (a) pages; (b) the folds; (c) edges.",
        # the participle needs its phrase
        "The speed of the folded index on large corpora is obtained by folding its pages.",
        # formulas and words with brackets
        "For all real x the value log (x/y) = 3 is never reached by f (x) or by model(s).",
        # a comma inside brackets and quotations
        'We call an index "folded, which stores each item once" in all of the following text.',
        "All of the folded indexes map the pair [page, which holds the item] to one number.",
    ],
)
def test_what_stays(sentence: str) -> None:
    assert _texts(sentence) == [sentence]


@pytest.mark.parametrize(
    ("sentence", "broken"),
    [
        # a verb in a relative clause is none of the sentence's own
        (
            "Rules that many experts apply – in audits and in contract review – can be recovered.",
            "Rules that many experts apply – in audits and in contract review.",
        ),
        # a name and a kind say nothing
        (
            "We propose the Folded Index of Pages, a novel framework that stores each item once.",
            "We propose the Folded Index of Pages, a novel framework.",
        ),
    ],
)
def test_what_is_never_said(sentence: str, broken: str) -> None:
    assert broken not in _texts(sentence)


def test_an_abbreviation_stays_where_it_is_used_again() -> None:
    used = "The folded page index (FPI) is fast because an FPI never reads any page twice."
    assert all("(FPI)" in text for text in _texts(used))
    unused = "The folded page index (FPI) is fast because it never reads any page twice."
    assert "The folded page index is fast because it never reads any page twice." in _texts(unused)


def test_references_go() -> None:
    assert uncited("Pages fold (Fig. 2) as in (see Sec. 3) all books (n = 2020).") == (
        "Pages fold as in all books (n = 2020)."
    )


def test_masks_keep_positions() -> None:
    text = 'A (b, c) "d, e" [f, g] (h) https://x.y/z, and w (i (j) k).'
    hidden = masked(text)
    assert len(hidden) == len(text)
    assert "," not in hidden[:30]
    assert hidden.startswith("A (····)")


@settings(max_examples=200, deadline=None)
@given(st.text('aWe pro(),;:—.that which by $x=1"[]', max_size=300))
def test_forms_are_whole(text: str) -> None:
    found = forms(text)
    assert len({form.text for form in found}) == len(found)
    for form in found[1:]:
        assert form.text[-1] in ".!?…\"'”’)]"
        assert len(form.text.split()) >= 7
        if text.count("(") == text.count(")") == 0:
            assert "(" not in form.text


@pytest.mark.parametrize(
    "part",
    ["We show (a ", "We propose a, ", "(a) ", "We propose a — b ", "by using that ", "We \"a [",
     "We propose a model to learn that; ", "AbA-b", "a"],
)  # fmt: skip
def test_hostile_text_takes_linear_time(part: str) -> None:
    started = time.process_time()
    forms(part * (200_000 // len(part)))
    assert time.process_time() - started < 2
