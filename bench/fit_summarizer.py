"""`python -m bench.fit_summarizer`: fit the extractive summarizer on SciTLDR's training part.

Writes `bot/enrich/summarize/weights.json`; always the same for the same data. Two steps:

1. a logistic regression, for every word of an abstract, of whether the author's one-sentence
   summary has it (`bot/enrich/summarize/likelihood.py`);
2. a ridge regression, for every form of every sentence, of its ROUGE with that summary
   (`bot/enrich/summarize/ranking.py`). The words' probabilities in it come from regressions that
   have not seen the abstract (five folds), or the second step would trust the first too much.

About three minutes.
"""

import json
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log, sqrt
from pathlib import Path
from typing import Any

import click

from bench import rouge
from bot.enrich.summarize.compress import Form, forms, uncited
from bot.enrich.summarize.features import extract
from bot.enrich.summarize.likelihood import GROUPS, MOST_RARE, Likelihood, Setting, cells
from bot.enrich.summarize.phrasing import standalone
from bot.enrich.summarize.porter import stems
from bot.enrich.summarize.ranking import FORM, SENTENCE, Ranker, Weights, sentence_features, setting
from bot.text.latex import to_unicode
from bot.text.sentences import sentence_texts

_ROOT = Path(__file__).resolve().parents[1]
_DATA = _ROOT.parent / "shared" / "data" / "scitldr" / "train.jsonl"
_TARGET = _ROOT / "bot" / "enrich" / "summarize" / "weights.json"

FOLDS = 5
# Chosen on SciTLDR's dev part.
PRIOR = 6.0  # abstracts' worth of doubt about how a stem leans
EPOCHS = 8
RATE = 0.05
RIDGE = 100.0
SHARES = (0.6, 0.2, 0.2)  # of ROUGE-1, -2 and -L in what the second step predicts
COMMON = 8  # a stem in fewer abstracts has no entry


@dataclass(slots=True)
class Paper:
    """An abstract with the author's summary of it."""

    setting: Setting
    forms: list[tuple[int, Form, float]]
    summary: frozenset[str]
    likelihood: Likelihood | None = None


def load(path: Path) -> list[Paper]:
    """The papers of a SciTLDR file."""
    papers: list[Paper] = []
    for line in path.read_text("utf-8").split("\n"):
        if not line:
            continue
        entry: dict[str, Any] = json.loads(line)
        texts = [to_unicode(text) for text in sentence_texts(" ".join(entry["source"]))]
        title = to_unicode(entry["title"])
        features = extract(title, texts)
        papers.append(
            Paper(
                setting(title, texts, features),
                [
                    (at, form, _worth(form.text, entry["target"]))
                    for at, text in enumerate(texts)
                    for form in forms(uncited(standalone(text)))
                ],
                frozenset(stems(entry["target"][0])),
            )
        )
    return papers


def _worth(text: str, references: Sequence[str]) -> float:
    return sum(s * v for s, v in zip(SHARES, rouge.best(text, references), strict=True))


def _stems_of(paper: Paper) -> set[str]:
    return {word for words in paper.setting.sentences for word in words}


def fit_likelihood(papers: Sequence[Paper]) -> Likelihood:
    """The first step, by stochastic gradient descent with AdaGrad (Duchi et al. 2011)."""
    held: Counter[str] = Counter()
    taken: Counter[str] = Counter()
    for paper in papers:
        present = _stems_of(paper)
        held.update(present)
        taken.update(present & paper.summary)
    share = taken.total() / held.total()
    usual = log(share / (1 - share))
    rarity = {
        stem: min(MOST_RARE, int(log(len(papers) / (1 + count))))
        for stem, count in held.items()
        if count >= COMMON
    }

    def leaning(stem: str, less: int, less_taken: int) -> float:
        if stem not in rarity:
            return usual
        chance = (taken[stem] - less_taken + PRIOR * share) / (held[stem] - less + PRIOR)
        return log(chance / (1 - chance))

    starts = [0]
    for _, size in GROUPS:
        starts.append(starts[-1] + size)
    examples: list[tuple[list[int], tuple[float, float, float], bool]] = []
    for paper in papers:
        first = paper.setting.first_contribution()
        for word, places in sorted(cells(paper.setting, rarity).items()):
            wanted = word in paper.summary
            # Without this very abstract: the stem's leaning must not give the answer away.
            lean = leaning(word, 1, wanted)
            title = lean if word in paper.setting.title else 0.0
            values = (lean, title, lean if word in first else 0.0)
            at = [start + place for start, place in zip(starts, places, strict=False)]
            examples.append((at, values, wanted))
    size = starts[-1]
    weights = [0.0] * (size + 4)
    squares = [1.0] * (size + 4)
    dense = (size, size + 1, size + 2)
    for epoch in range(EPOCHS):
        rate = RATE / (1 + epoch)
        step = 7919 % len(examples)  # an order that mixes papers and is always the same
        at = epoch
        for _ in range(len(examples)):
            at = (at + step) % len(examples)
            active, values, wanted = examples[at]
            total = weights[size + 3]
            for place in active:
                total += weights[place]
            for place, value in zip(dense, values, strict=True):
                total += weights[place] * value
            slope = wanted - 1 / (1 + exp(-total))
            square = slope * slope
            for place in active:
                squares[place] += square
                weights[place] += rate * slope / sqrt(squares[place])
            squares[size + 3] += square
            weights[size + 3] += rate * slope / sqrt(squares[size + 3])
            for place, value in zip(dense, values, strict=True):
                if value:
                    squares[place] += square * value * value
                    weights[place] += rate * slope * value / sqrt(squares[place])
    groups = tuple(
        tuple(weights[start : start + size_of])
        for start, (_, size_of) in zip(starts, GROUPS, strict=False)
    )
    lean = (weights[size], weights[size + 1], weights[size + 2])
    table = {stem: leaning(stem, 0, 0) for stem in rarity}
    return Likelihood(weights[size + 3], groups, lean, usual, table, rarity)


def fit_forms(papers: Sequence[Paper]) -> tuple[list[float], list[float]]:
    """The second step: ridge regression within each paper, on features of unit spread."""
    names = len(SENTENCE) + len(FORM)
    rows: list[tuple[list[list[float]], list[float]]] = []
    for paper in papers:
        assert paper.likelihood is not None
        ranker = Ranker(paper.setting, Weights(paper.likelihood, (), ()))
        shared = [
            sentence_features(paper.setting.features, at)
            for at in range(len(paper.setting.features))
        ]
        values = [[*shared[at], *ranker.form_features(form)] for at, form, _ in paper.forms]
        count = len(values)
        means = [sum(column) / count for column in zip(*values, strict=True)]
        mean = sum(worth for _, _, worth in paper.forms) / count
        rows.append(
            (
                [[v - m for v, m in zip(row, means, strict=True)] for row in values],
                [worth - mean for _, _, worth in paper.forms],
            )
        )
    total = sum(len(worths) for _, worths in rows)
    spread = [
        sqrt(sum(row[at] ** 2 for block, _ in rows for row in block) / total) or 1.0
        for at in range(names)
    ]
    gram = [[0.0] * names for _ in range(names)]
    right = [0.0] * names
    for block, worths in rows:
        for row, worth in zip(block, worths, strict=True):
            scaled = [(at, value / spread[at]) for at, value in enumerate(row) if value]
            for order, (at, value) in enumerate(scaled):
                line = gram[at]
                right[at] += value * worth
                for other, second in scaled[order:]:
                    line[other] += value * second
    for at in range(names):
        for other in range(at):
            gram[at][other] = gram[other][at]
        gram[at][at] += RIDGE
    solution = [value / unit for value, unit in zip(_solved(gram, right), spread, strict=True)]
    return solution[: len(SENTENCE)], solution[len(SENTENCE) :]


def _solved(matrix: list[list[float]], right: list[float]) -> list[float]:
    """The solution of a symmetric positive definite system, by Gaussian elimination."""
    rows = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    size = len(rows)
    for at in range(size):
        pivot = rows[at][at]
        for below in range(at + 1, size):
            factor = rows[below][at] / pivot
            if factor:
                upper, lower = rows[at], rows[below]
                for column in range(at, size + 1):
                    lower[column] -= factor * upper[column]
    result = [0.0] * size
    for at in reversed(range(size)):
        known = sum(rows[at][column] * result[column] for column in range(at + 1, size))
        result[at] = (rows[at][size] - known) / rows[at][at]
    return result


def fit(papers: Sequence[Paper]) -> dict[str, Any]:
    """Both steps, as the file's content."""
    for fold in range(FOLDS):
        others = [paper for at, paper in enumerate(papers) if at % FOLDS != fold]
        likelihood = fit_likelihood(others)
        for at, paper in enumerate(papers):
            if at % FOLDS == fold:
                paper.likelihood = likelihood
    sentence, form = fit_forms(papers)
    likelihood = fit_likelihood(papers)
    names = [name for name, _ in GROUPS]
    return {
        "words": {
            "base": round(likelihood.base, 4),
            "usual": round(likelihood.usual, 4),
            "lean": [round(value, 4) for value in likelihood.lean],
            "groups": {
                name: [round(value, 3) for value in weights]
                for name, weights in zip(names, likelihood.groups, strict=True)
            },
        },
        "forms": {
            name: float(f"{value:.4g}")
            for name, value in zip((*SENTENCE, *FORM), (*sentence, *form), strict=True)
        },
        "stems": {
            stem: [round(value, 2), likelihood.rarity[stem]]
            for stem, value in sorted(likelihood.leaning.items())
        },
    }


@click.command()
@click.option("--data", type=click.Path(exists=True, dir_okay=False, path_type=Path), default=_DATA)
@click.option("--target", type=click.Path(dir_okay=False, path_type=Path), default=_TARGET)
def main(data: Path, target: Path) -> None:
    """Fit on SciTLDR's training part and write the weights."""
    started = time.monotonic()
    papers = load(data)
    print(f"{len(papers)} abstracts read in {time.monotonic() - started:.0f} s")
    text = json.dumps(fit(papers), ensure_ascii=False, separators=(",", ":"))
    # One stem or group a line, so that changes can be read.
    target.write_text(text.replace("],", "],\n").replace("},", "},\n") + "\n", "utf-8")
    print(f"{target} written after {time.monotonic() - started:.0f} s")


if __name__ == "__main__":
    main()
