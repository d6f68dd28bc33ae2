"""Texts as the search index holds them."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.text.search_ids import id_of, number_of
from bot.text.search_stems import search_stem
from bot.text.search_words import (
    category_token,
    category_tokens,
    index_tokens,
    name_tokens,
    plain_words,
    readable,
)


@pytest.mark.parametrize(
    "forms",
    [
        "train trains trained training trainings",
        "optimize optimizes optimized optimizing optimization optimisation optimised",
        "generate generates generated generating generation generations",
        "estimate estimation estimating estimated",
        "model models modeling modelling modeled modelled",
        "classify classifies classified classification",
        "reduce reduces reducing reduction",
        "query queries querying",
        "embed embedded embedding embeddings",
        "hash hashes hashing",
        "use used using uses",
        "behavior behaviour behaviors",
        "analysis analyses",
        "matrix matrices",
        "position positions positioning",
    ],
)
def test_forms_of_a_word_meet(forms: str) -> None:
    assert len({search_stem(form) for form in forms.split()}) == 1


@pytest.mark.parametrize(
    "others",
    [
        "general generate generative",
        "universe university universal",
        "act action active",
        "state station",
        "form format",
        "speed spend",
        "string strong",
        "need seed",
        "relation relativity",
        "gpt4 gpt",
    ],
)
def test_other_words_stay_apart(others: str) -> None:
    assert len({search_stem(word) for word in others.split()}) == len(others.split())


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("Co-training", "co train cotrain"),
        ("GPT-4o and GPT-3.5", "gpt 4o and gpt 3.5 gpt4o gpt3.5"),
        ("GPT3.5", "gpt3.5"),
        ("C++, C# and .NET", "c c and net c++ c# .net"),
        ("k-means++", "k mean kmean means++"),
        ("Schrödinger's cat", "schrodinger cat"),
        (r"$\alpha$-helix", "alpha helix alphahelix"),
        ("Σ-algebras of α", "sigma algebra of alpha sigmaalgebra"),
        ("state-of-the-art", "state of the art stateoftheart"),
        ("a-b-c-d-e-f", "a b c d e f"),
        ("H$_2$O", "h2o"),
        ("量子計算", "量子 子計 計算 算"),
        ("子", "子"),
        ("BERT模型", "bert 模型 型"),
        ("量子・計算", "量子 子 計算 算"),
        ("딥러닝", "딥러 러닝 닝"),
        ("ไทย", "ไท ทย ย"),
        ("हिन्दी में", "हिन्दी में"),
        ("שָׁלוֹם العَرَبِيَّة", "שלום العربية"),
        ("\ud800\x00😀 \u202eword", "word"),
        ("ﬁne ＣＬ", "fine cl"),
    ],
)
def test_tokens(text: str, tokens: str) -> None:
    expected = [search_stem(token) if token.isascii() else token for token in tokens.split()]
    assert index_tokens(text) == expected


@pytest.mark.parametrize(
    ("name", "tokens"),
    [
        ("José Luis García", "jose luis garcia ^j"),
        ("García, José", "garcia jose ^j"),
        ("Jan van den Berg", "jan van den berg ^j"),
        ("John Smith Jr.", "john smith ^j jr"),
        ("J.-P. Serre", "j p serre ^j"),
        ("Williams", "williams ^"),
        ("ATLAS Collaboration", "atlas collaboration ^"),
        ("王 小明", "王小 小明 明 ^"),
    ],
)
def test_names(name: str, tokens: str) -> None:
    assert name_tokens(name) == tokens.split()


def test_categories() -> None:
    assert category_tokens(("cs.CL", "cs.LG", "hep-th")) == [
        "=",
        "=cs.cl",
        "=cs",
        "=cs.lg",
        "=hep-th",
    ]
    assert category_token("cs.*") == "=cs"
    assert category_token("c_s.LG") != category_token("cs.LG")


@given(st.text(max_size=200))
def test_tokens_are_split_by_spaces_only(text: str) -> None:
    for token in (*index_tokens(text), *name_tokens(text)):
        assert token
        assert not set(token) & set(" \"'\x00*:()-,{}\n\t")
        token.encode()
        assert len(token) <= 45


@given(st.text(max_size=100))
def test_words_are_letters(text: str) -> None:
    assert all(len(word) >= 3 and " " not in word for word in plain_words(readable(text)))


@pytest.mark.parametrize("sign", ["a", "1", "-", "1.", "a-", "量", "$", "\\a{", "'", "١"])
def test_hostile_texts_take_no_time(sign: str) -> None:
    started = time.perf_counter()
    index_tokens(sign * 20_000)
    assert time.perf_counter() - started < 2


@pytest.mark.parametrize(
    "ids",
    [
        ["acc-phys/9101001", "hep-th/9912999", "math/0001001", "cs/0703999", "0704.0001"],
        ["0704.0001", "0704.9999", "1412.9999", "1501.00001", "2512.99999", "2601.00001"],
    ],
)
def test_later_identifiers_have_higher_numbers(ids: list[str]) -> None:
    numbers = [number_of(one) for one in ids]
    assert numbers == sorted(set(numbers))
    assert [id_of(number) for number in numbers] == ids


@given(st.text(max_size=20))
def test_what_is_no_identifier_has_a_number_too(text: str) -> None:
    number = number_of(text)
    assert id_of(number) in {None, text}
    assert -(1 << 63) < number < 1 << 63
