"""Figures of the embedded summarizer: speed, ROUGE on human summaries, sentence boundaries."""

import asyncio
import gzip
import json
import re
import time
from collections.abc import Sequence
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from bench import rouge
from bot.enrich.summarize.extractive import ExtractiveSummarizer
from bot.text.sentences import split

_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
_SAMPLE = Path(__file__).resolve().parents[1] / "sandbox"
_WORDS = 200
_SPEED_TARGET = "target: at least 300"
# Sources of SciTLDR were split by a tool, in places in the middle of a sentence. A boundary
# counts where the sentence before it ends with a mark.
_MARKED = re.compile(r"[.!?][\"')\]}”’$]*$")

Figure = tuple[str, str, str]


def _lines(path: Path) -> list[dict[str, Any]]:
    content = path.read_bytes()
    text = (gzip.decompress(content) if path.suffix == ".gz" else content).decode()
    return [json.loads(line) for line in text.split("\n") if line.strip()]


def _papers() -> tuple[list[tuple[str, str]], str]:
    """Titles and abstracts of about 200 words, and where they are from."""
    real = _DATA / "arxiv" / "batches.jsonl.gz"
    if real.is_file():
        papers = [(line["title"], line["abstract"]) for line in _lines(real)]
        near = [one for one in papers if abs(len(one[1].split()) - _WORDS) <= 15]
        return near, f"{len(near)} real abstracts of 185 to 215 words"
    samples = sorted(_SAMPLE.rglob("*.jsonl"))
    papers: list[tuple[str, str]] = [
        (line["title"], line["abstract"])
        for path in samples
        for line in _lines(path)
        if "abstract" in line
    ]
    long = [
        (title, " ".join(islice(cycle(text.split()), _WORDS))) for title, text in papers if text
    ]
    return long, "the sample papers, repeated to 200 words"


def _speed() -> Figure:
    papers, source = _papers()
    name = "Extractive summaries per second, one core"
    if not papers:
        return (name, "skipped", "neither real nor sample papers are here")
    summarizer = ExtractiveSummarizer()
    for title, abstract in papers[:50]:
        summarizer.summarize(title, abstract)
    started = time.perf_counter()
    for title, abstract in papers:
        summarizer.summarize(title, abstract)
    rate = len(papers) / (time.perf_counter() - started)
    return (name, f"{rate:,.0f}/s", f"{source}; {_SPEED_TARGET}")


def _quality(entries: Sequence[dict[str, Any]]) -> Figure:
    summarizer = ExtractiveSummarizer()
    totals = [0.0, 0.0, 0.0]
    for entry in entries:
        tldr = summarizer.summarize(entry["title"], " ".join(entry["source"])).tldr
        for at, value in enumerate(rouge.best(tldr, entry["target"])):
            totals[at] += value
    shown = " / ".join(f"{100 * total / len(entries):.1f}" for total in totals)
    return (
        "TL;DR against human summaries, ROUGE-1/2/L F1",
        shown,
        f"SciTLDR dev, {len(entries)} abstracts, best reference; target: ROUGE-1 at least 38",
    )


def boundary_scores(entries: Sequence[dict[str, Any]]) -> tuple[float, float, float]:
    """Precision, recall and F1 of sentence boundaries in abstracts given as sentences."""
    hits = found = wanted = 0
    for entry in entries:
        sentences = [text.strip() for text in entry["source"] if text.strip()]
        joined = " ".join(sentences)
        marked: set[int] = set()
        unmarked: set[int] = set()
        at = -1
        for sentence in sentences[:-1]:
            at += len(sentence) + 1
            (marked if _MARKED.search(sentence) else unmarked).add(at)
        got = {span.end for span in split(joined)} - unmarked - {len(joined)}
        hits += len(got & marked)
        found += len(got)
        wanted += len(marked)
    precision, recall = hits / found, hits / wanted
    return precision, recall, 2 * precision * recall / (precision + recall)


def _boundaries(entries: Sequence[dict[str, Any]]) -> Figure:
    precision, recall, f1 = boundary_scores(entries)
    parts = f"precision {100 * precision:.1f}, recall {100 * recall:.1f}"
    condition = f"{parts}, at boundaries with a mark; target: at least 97 %"
    return ("Sentence boundaries, F1", f"{100 * f1:.1f} %", condition)


def _measure() -> list[Figure]:
    figures = [_speed()]
    path = _DATA / "scitldr" / "dev.jsonl"
    if not path.is_file():
        return [*figures, ("TL;DR quality", "skipped", "../shared/data/scitldr is not here")]
    entries = _lines(path)
    return [*figures, _quality(entries), _boundaries(entries)]


async def run() -> list[Figure]:
    """The figures as (what, value with unit, condition and target)."""
    return await asyncio.to_thread(_measure)
