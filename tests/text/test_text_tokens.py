"""Words as they are compared, and terms found by them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.text.terms import TermIndex
from bot.text.tokens import fold, stem, words


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("García", "garcia"),
        ("Łódź", "lodz"),
        ("Straße", "strasse"),
        ("Øresund Ærø", "oresund aero"),
        ("Đoković", "dokovic"),
        ("ﬁne ＡＢＣ", "fine abc"),
        ("が ぎ", "が ぎ"),
        ("한국", "한국"),
        ("plain ASCII", "plain ascii"),
    ],
)
def test_fold(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


def test_words() -> None:
    assert words("Co-training in C++, C# or GPT-3.5") == [
        "co", "training", "cotraining", "in", "c++", "c#", "or", "gpt", "3.5", "gpt3.5",
    ]  # fmt: skip
    assert words("量子计算 and 量") == ["量子", "子计", "计算", "and", "量"]
    assert words("Bayes's max_length") == ["bayes", "max", "length", "maxlength"]


@pytest.mark.parametrize(
    ("one", "many"),
    [
        ("query", "queries"), ("analysis", "analyses"), ("hypothesis", "hypotheses"),
        ("box", "boxes"), ("cache", "caches"), ("size", "sizes"), ("loss", "losses"),
        ("network", "networks"), ("matrix", "matrices"), ("bias", "biases"), ("phase", "phases"),
        ("species", "species"), ("series", "series"), ("gpu", "gpus"), ("index", "indices"),
    ],
)  # fmt: skip
def test_plurals_meet(one: str, many: str) -> None:
    assert stem(one) == stem(many)


@pytest.mark.parametrize(
    ("one", "other"),
    [("bias", "bia"), ("train", "training"), ("species", "specie"), ("gas", "ga"), ("new", "news"),
     ("lens", "len"), ("universe", "university"), ("physics", "physical")],
)  # fmt: skip
def test_others_stay_apart(one: str, other: str) -> None:
    assert stem(one) != stem(other)


INDEX = TermIndex(
    "We use co-training of large language models, a café, fine-tuned LLMs (GPT-4o) in C++ "
    "for 量子计算 and large-language models."
)


@pytest.mark.parametrize(
    ("term", "count"),
    [
        ("co-training", 1), ("cotraining", 1), ("co training", 1), ("large language model", 2),
        ("language large", 0), ("CAFE", 1), ("LLM", 1), ("gpt-4o", 1), ("gpt4o", 1), ("C++", 1),
        ("C", 0), ("量子", 1), ("计算", 1), ("量子计算", 1), ("子量", 0), ("finetuned", 1),
        ("models a café", 1), ("", 0), ("!!", 0),
    ],
)  # fmt: skip
def test_terms_are_found(term: str, count: int) -> None:
    assert INDEX.count(term) == count
    assert (term in INDEX) == (count > 0)


@given(st.text(max_size=60), st.text(max_size=20))
def test_any_text_can_be_indexed(text: str, term: str) -> None:
    assert TermIndex(text).count(term) >= 0
    if words(text):
        assert text in TermIndex(text)
