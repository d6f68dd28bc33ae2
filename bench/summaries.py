"""Figures of the embedded summarizer: speed, ROUGE on human summaries, what can be counted of
takeaways, sentence boundaries."""

import asyncio
import gzip
import json
import re
import time
from collections import Counter
from collections.abc import Sequence
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from bench import rouge
from bot.enrich.summarize.dangling import dangles
from bot.enrich.summarize.extractive import ExtractiveSummarizer
from bot.enrich.summarize.ranking import TLDR_WORDS
from bot.enrich.summarize.takeaways import TAKEAWAY_CHARACTERS
from bot.text.sentences import split

_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
_SAMPLE = Path(__file__).resolve().parents[1] / "sandbox"
_WORDS = 200
_SPEED_TARGET = "target: at least 500"
# Sources of SciTLDR were split by a tool, in places in the middle of a sentence. A boundary
# counts where the sentence before it ends with a mark.
_FIGURES = re.compile(r"\d")
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


def _all_papers() -> tuple[list[tuple[str, str]], str]:
    """Titles and abstracts of every length, and where they are from."""
    real = _DATA / "arxiv" / "batches.jsonl.gz"
    if real.is_file():
        papers = [(line["title"], line["abstract"]) for line in _lines(real)]
        return papers, f"{len(papers)} real abstracts"
    papers, _ = _papers()
    return papers, "the sample papers, repeated to 200 words"


def _speed() -> Figure:
    papers, source = _papers()
    name = "Extractive summaries per second of one core"
    if not papers:
        return (name, "skipped", "neither real nor sample papers are here")
    summarizer = ExtractiveSummarizer()
    for title, abstract in papers[:50]:
        summarizer.summarize(title, abstract)
    started = time.process_time()
    for title, abstract in papers:
        summarizer.summarize(title, abstract)
    rate = len(papers) / (time.process_time() - started)
    return (name, f"{rate:,.0f}/s", f"{source}; {_SPEED_TARGET}")


def _quality(entries: Sequence[dict[str, Any]]) -> list[Figure]:
    summarizer = ExtractiveSummarizer()
    totals = [0.0, 0.0, 0.0]
    long = 0
    for entry in entries:
        tldr = summarizer.summarize(entry["title"], " ".join(entry["source"])).tldr
        long += len(tldr.split()) > TLDR_WORDS
        for at, value in enumerate(rouge.best(tldr, entry["target"])):
            totals[at] += value
    names = ("ROUGE-1", "ROUGE-2", "ROUGE-L")
    source = f"SciTLDR dev, {len(entries)} abstracts, best reference"
    return [
        *(
            (
                f"TL;DR against human summaries, {name} F1",
                f"{100 * total / len(entries):.1f}",
                f"{source}; target: at least {target}",
            )
            for name, total, target in zip(names, totals, (43, 21, 35), strict=True)
        ),
        ("TL;DRs over 30 words, SciTLDR dev", _share(long, len(entries)), "the same"),
    ]


def _share(part: int, whole: int) -> str:
    return f"{100 * part / max(1, whole):.1f} %"


def _takeaways(papers: Sequence[tuple[str, str]], source: str) -> list[Figure]:
    """What can be counted of takeaways. The rule for references is `dangling.dangles`."""
    summarizer = ExtractiveSummarizer()
    summaries = [summarizer.summarize(title, abstract) for title, abstract in papers]
    texts = [one.text for summary in summaries for one in summary.takeaways]
    figures = [
        _FIGURES.search(" ".join(one.text for one in summary.takeaways)) for summary in summaries
    ]
    given = Counter(len(summary.takeaways) for summary in summaries)
    spread = ", ".join(f"{count} {most}x" for most, count in sorted(given.items()))
    return [
        (
            "TL;DRs over 30 words",
            _share(sum(len(one.tldr.split()) > TLDR_WORDS for one in summaries), len(summaries)),
            source,
        ),
        (
            "TL;DRs with dangling references",
            _share(sum(dangles(one.tldr) for one in summaries), len(summaries)),
            source,
        ),
        (
            "Takeaways with dangling references",
            _share(sum(map(dangles, texts)), len(texts)),
            f"{source}; the rule is bot.enrich.summarize.dangling.dangles",
        ),
        (
            "Takeaways over 160 characters",
            _share(sum(len(text) > TAKEAWAY_CHARACTERS for text in texts), len(texts)),
            source,
        ),
        ("Takeaways a paper", f"{len(texts) / max(1, len(summaries)):.2f}", f"{source}; {spread}"),
        (
            "Papers with figures in takeaways",
            _share(sum(map(bool, figures)), len(summaries)),
            source,
        ),
    ]


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
    figures = [_speed(), *_takeaways(*_all_papers())]
    path = _DATA / "scitldr" / "dev.jsonl"
    if not path.is_file():
        return [*figures, ("TL;DR quality", "skipped", "../shared/data/scitldr is not here")]
    entries = _lines(path)
    return [*figures, *_quality(entries), _boundaries(entries)]


async def run() -> list[Figure]:
    """The figures as (what, value with unit, condition and target)."""
    return await asyncio.to_thread(_measure)
