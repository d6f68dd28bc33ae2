"""What points outside of a takeaway."""

import time

import pytest

from bot.enrich.summarize.dangling import dangles


@pytest.mark.parametrize(
    "text",
    [
        "It needs half of the memory.",
        "These pages are folded.",
        "This method folds pages.",
        "Such indexes are slow.",
        "Their pages are folded.",
        "The latter is faster.",
        "Both are faster than flat ones.",
        "However, pages are folded.",
        "As a result, pages are folded.",
        "By doing so, pages are folded.",
        "To address these issues, we fold pages.",
        "Based on this insight, pages are folded.",
        "We show that it is faster.",
        "We evaluate this on five corpora.",
        "We bridge this gap with folded pages.",
        "Experiments show that they are faster.",
        "We propose a folded index that closes this gap.",
        "The pages are then folded twice.",
        "From this analysis we derive a folded index.",
    ],
)
def test_dangling(text: str) -> None:
    assert dangles(text)


@pytest.mark.parametrize(
    "text",
    [
        "We propose a folded index.",
        "This paper proposes a folded index.",
        "This short survey is about indexes.",
        "It is well known that pages can be folded.",
        "It remains unclear whether pages should be folded.",
        "Both folded and flat indexes are slow.",
        "We show that folded indexes are faster than those of others.",
        "With folded pages, an index is small.",
        "Thus-far unknown indexes exist.",
        "Italian indexes are folded.",
        "",
    ],
)
def test_standing_alone(text: str) -> None:
    assert not dangles(text)


@pytest.mark.parametrize("part", ["it is ", "to this ", "in a ", "we show that ", "both a "])
def test_hostile_text_takes_linear_time(part: str) -> None:
    started = time.process_time()
    dangles(part * 50_000)
    assert time.process_time() - started < 1
