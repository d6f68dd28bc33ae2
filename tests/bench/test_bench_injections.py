"""The errors that the benchmark puts into translations are errors, and always the same."""

import random

import pytest

from bench.checks import clean_pairs, found_by_kind
from bench.injections import KINDS, Clean

SOURCE = (
    "Large language models (LLMs) forget what they were told. We present MemoNet, a memory that "
    "keeps 12.5% more facts than GPT-4 in 30 ms at a cost of $\\mathcal{O}(n^2)$. It has 1) a "
    "store, 2) a reader of the BERT family, and 3) a judge with 7B parameters. Experiments on many "
    "documents show that the method is robust. Code: https://example.org/Memo/Net."
)
TARGET = (
    "大型语言模型（LLMs）会忘记它们被告知的内容。我们提出了MemoNet，这种记忆以$\\mathcal{O}(n^2)$的代价，"
    "在30ms内比GPT-4多保留12.5%的事实。它有1）一个存储、2）一个BERT系列的阅读器，以及3）一个具有7B参数的判别器。"
    "在许多文档上的实验表明，该方法是稳健的。代码：https://example.org/Memo/Net。"
)
OTHER = "我们研究深海热液喷口附近细菌的多样性。样品在三个季节中采集。结果显示温度起决定作用。"


def test_the_pair_is_clean() -> None:
    assert clean_pairs([(SOURCE, TARGET)]) == [(SOURCE, TARGET)]


@pytest.mark.parametrize("name", KINDS)
def test_every_kind_changes_the_translation_and_does_so_again(name: str) -> None:
    spoil, fitting = KINDS[name]
    clean = Clean(SOURCE, TARGET, OTHER)
    first, again = (spoil(random.Random(name), clean) for _ in range(2))
    assert first == again
    assert first is not None
    assert first != TARGET
    assert fitting


def test_what_is_found_is_counted_by_kind() -> None:
    counts = found_by_kind([(SOURCE, TARGET), (SOURCE, OTHER)][:1] * 2, each=2)
    assert set(counts) == set(KINDS)
    assert all(one.named <= one.failed <= one.made <= 2 for one in counts.values())
    assert sum(one.failed for one in counts.values()) > 40
