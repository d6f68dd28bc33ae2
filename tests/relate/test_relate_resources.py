"""The code and the data that two papers have in common."""

import time

import pytest
from relate_stage import paper

from bot.models import Paper
from bot.relate.reasons import readable
from bot.relate.resources import Named


def shared(one: Paper, other: Paper) -> tuple[str, ...]:
    return Named(one, readable(one)).shared(other, readable(other))


def text(abstract: str, comment: str | None = None, title: str = "Glass") -> Paper:
    return paper(1, title, abstract=abstract, comment=comment)


@pytest.mark.parametrize(
    ("one", "other", "found"),
    [
        (
            "https://github.com/Glass/aging",
            "see github.com/glass/aging.git.",
            "github.com/Glass/aging",
        ),
        ("github.com/a/b/tree/main/x", "https://www.github.com/a/b)", "github.com/a/b"),
        ("https://github.com/glass", "https://github.com/glass", ""),
        ("https://github.com/a/b", "https://github.com/a/c", ""),
        (r"\url{https://gitlab.com/a/b\_c}", "https://gitlab.com/a/b_c", "gitlab.com/a/b_c"),
        (
            "https://hf.co/datasets/a/b",
            "huggingface.co/datasets/a/b/tree",
            "huggingface.co/datasets/a/b",
        ),
        ("https://huggingface.co/papers/2606.1", "https://huggingface.co/papers/2606.1", ""),
        ("doi.org/10.5281/zenodo.123", "https://zenodo.org/records/123", "zenodo.org/records/123"),
        (
            "https://glass.github.io/aging/",
            "https://glass.github.io/aging",
            "glass.github.io/aging",
        ),
        ("https://arxiv.org/abs/2606.00001", "https://arxiv.org/abs/2606.00001", ""),
        ("https://youtu.be/abc", "https://youtu.be/abc", ""),
    ],
)
def test_links(one: str, other: str, found: str) -> None:
    assert shared(text(f"Code: {one} is there."), text("Old glass.", f"12 pages, {other}")) == (
        (found,) if found else ()
    )


@pytest.mark.parametrize(
    ("one", "other", "found"),
    [
        ("We test on the GSM8K dataset.", "Accuracy on GSM8K rises.", "GSM8K"),
        ("Gains on GSM8K.", "Datasets such as GSM8K and MATH500 help.", "GSM8K"),
        ("Gains on GSM8K.", "Other gains on GSM8K.", ""),
        ("Ranking on MS MARCO and BEIR benchmarks.", "Using the MS MARCO corpus.", "MS MARCO"),
        ("Results on the KITTI benchmark.", "We evaluate on KITTI and others.", "KITTI"),
        ("Results on the KITTI benchmark.", "The KITTI car drives.", ""),
        ("Two datasets (CIFAR-10, SVHN).", "Trained with CIFAR10 images.", "CIFAR-10"),
        ("The LLM benchmark is hard.", "We evaluate on LLMs and on the LLM dataset.", ""),
        ("On EEG and MRI datasets.", "The EEG dataset is small.", ""),
        ("We evaluate GPT-4 on the GPT-4 dataset.", "Tested on GPT-4.", ""),
        ("On MovieLens-1M.", "The MovieLens-1M dataset.", "MovieLens-1M"),
        ("On the MSMARCO dataset.", "Tested on MS MARCO.", "MSMARCO"),
        ("Near-OOD benchmarks and Near-OOD and Far-OOD datasets.", "Near-OOD.", ""),
        ("On the LaMP benchmark.", "We propose LAMP, a method.", ""),
        ("We present GlassBench, a large new benchmark for glass.", "On GlassBench.", "GlassBench"),
        ("On the C2F benchmark.", "A filter (C2F) is given.", ""),
    ],
)
def test_names_of_data(one: str, other: str, found: str) -> None:
    assert shared(text(one), text(other)) == ((found,) if found else ())


def test_a_title_may_introduce_a_benchmark() -> None:
    assert shared(text("", title="OldGlass: A Benchmark of Aging"), text("On OldGlass.")) == (
        "OldGlass",
    )


def test_a_few_at_most_links_first() -> None:
    names = ", ".join(f"Glass{n}K" for n in range(9))
    one = text(f"Datasets such as {names}.", "github.com/a/b")
    assert shared(one, one) == ("github.com/a/b", "Glass0K", "Glass1K", "Glass2K")


@pytest.mark.parametrize(
    "part",
    ["A1", "W", "Aa-", "AB, ", "AB and ", "https://", "a.b/", "(((", "on the AB1 ", "datasets "],
)
def test_hostile_texts_take_no_time(part: str) -> None:
    odd = text(part * 3000, part * 3000)
    begun = time.thread_time()
    shared(odd, odd)
    assert time.thread_time() - begun < 1
