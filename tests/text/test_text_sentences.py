"""Sentence boundaries."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.summaries import boundary_scores
from bot.text.sentences import sentence_texts, split

# Each entry is a text by its sentences.
CASES = [
    ["We use nets, e.g. CNNs, i.e. deep ones, cf. Smith et al. (2020).", "See Fig. 2 and Eq. (3)."],
    ["A vs. B, resp. C, with approx. 5 items of No. 5.", "Done."],
    ["It is by Smith et al.", "We extend it."],
    ["Dr. J. Garcia and J.-P. Serre did it.", "The U.S. Army uses v1.2.", "It is 3.14."],
    ["This was in the U.S.", "We saw it."],
    ["See https://a.b/c.html.", "Then foo.py runs."],
    ["It goes on...", "Then it stops."],
    ["It is small.", "iPhone apps win.", "3D models too.", "k-means is fast."],
    ["Let $x = 3. 5$ and $y. Z$ be.", "$n$ is odd.", "Is it?", "Yes!"],
    [r"Let \(x. Y\) be.", r"\[a. B\] holds."],
    ['He said "stop."', "Then he left.", "(A full aside.)", "End."],
    ["Samples are i.i.d. Gaussian w.r.t. The metric.", "Noise is i.i.d.", "We win."],
    ["Ph.D. students, a.k.a. Bob, know it.", "It works."],
    ["Background: It is hard.", "Methods: We did X.", "Results: 5% better."],
    ["これは文です。", "次の文！", "本当？", "はい"],
    ["量子计算很难。", "我们提出新方法。"],
    ["One sentence without an end"],
    ["Given a graph G.", "We color it."],
    ["It costs $5.", "And $10 more."],
    ["1. First we do this.", "2. Then we do that."],
    ["We give X [1].", r"\textbf{Results.}", "They are good."],
    ["What?!", "Really."],
    ["Yahoo! is good.", "So is Jeopardy! as a game."],
    ["It grew (from 2. to 3. Place, that is) and stayed.", "End."],
]


@pytest.mark.parametrize("sentences", CASES, ids=lambda case: case[0][:30])
def test_splits(sentences: list[str]) -> None:
    joint = "" if sentences[0].endswith("。") else " "
    assert sentence_texts(joint.join(sentences)) == sentences


def test_line_breaks_are_spaces() -> None:
    assert sentence_texts("One two\nthree. Four\n  five.") == ["One two three.", "Four five."]


def test_a_missing_space_before_a_usual_beginning() -> None:
    assert sentence_texts("It gains accuracy.We use torch.Tensor here.") == [
        "It gains accuracy.",
        "We use torch.Tensor here.",
    ]


def test_nothing_in_nothing() -> None:
    assert split("") == []
    assert split(" \n ") == []


@given(st.one_of(st.text(max_size=120), st.text("aA1.!?。 \n$()\"'e", max_size=80)))
def test_every_visible_character_is_in_one_span(text: str) -> None:
    spans = split(text)
    ends = [0, *(edge for span in spans for edge in (span.start, span.end)), len(text)]
    assert ends == sorted(ends)
    between = "".join(text[ends[at] : ends[at + 1]] for at in range(0, len(ends), 2))
    assert not between.strip()
    assert all(text[span.start : span.end].strip() == text[span.start : span.end] for span in spans)
    assert all(span.start < span.end for span in spans)


def test_real_abstracts(shared_data: Path) -> None:
    lines = (shared_data / "scitldr" / "dev.jsonl").read_text(encoding="utf-8").split("\n")
    precision, recall, f1 = boundary_scores([json.loads(line) for line in lines if line])
    assert precision > 0.98
    assert recall > 0.98
    assert f1 > 0.98
