"""The papers in memory: found whatever segment they are in, replaced, removed."""

from collections.abc import Sequence

import numpy as np
import pytest

from bot.relate.model import IDS, TITLE_END
from bot.relate.scoring import Encoded
from bot.relate.segment import Row, Segment
from bot.relate.shelf import Shelf

DIMENSIONS = 8
WEIGHTS = np.ones(IDS, np.float32)
WEIGHTS[TITLE_END] = 0


def row(seq: int, paper_id: str, words: Sequence[int], direction: int = 0) -> Row:
    latent = np.zeros(DIMENSIONS, np.int8)
    latent[direction] = 127
    return seq, paper_id, np.array([words[0], 0, *words[1:]], "<u2").tobytes(), latent.tobytes()


def rows(count: int, first: int = 1) -> list[Row]:
    """Each paper has a word of its own, the word of its ten, and the word of all."""
    return [
        row(at, f"p{at}", [1000 + at, 500 + at // 10, 7], at % DIMENSIONS)
        for at in range(first, first + count)
    ]


def found(shelf: Shelf, *words: int) -> set[str]:
    query = Encoded(np.array([0, *words], np.uint16), np.zeros(DIMENSIONS, np.float32))
    return set(shelf.candidates(query, WEIGHTS).ids)


@pytest.mark.parametrize("full", [7, 50, 10_000])
def test_papers_are_found_in_every_segment(full: int) -> None:
    shelf = Shelf(DIMENSIONS, full=full)
    shelf.add(rows(60))
    shelf.add(rows(60, first=41))  # 41 to 60 are known already
    assert len(shelf) == 100
    assert all(found(shelf, 1000 + at) == {f"p{at}"} for at in range(1, 101))
    assert found(shelf, 503) == {f"p{at}" for at in range(30, 40)}
    assert shelf.having()[7] == 100
    for at in (1, 50, 100):
        encoded = shelf.find(f"p{at}")
        assert encoded is not None
        assert encoded.tokens.tolist() == [1000 + at, 0, 500 + at // 10, 7]
        assert encoded.latent.argmax() == at % DIMENSIONS
    assert shelf.find("p101") is None


@pytest.mark.parametrize("full", [7, 10_000])
def test_what_is_replaced_or_removed_is_not_found(full: int) -> None:
    shelf = Shelf(DIMENSIONS, full=full)
    shelf.add(rows(40))
    shelf.add([row(41, "p3", [2000, 7])])
    assert found(shelf, 1003) == set()
    assert found(shelf, 2000) == {"p3"}
    shelf.remove(["p3", "p4", "p5", "p6", "unknown"])
    for _ in range(2):  # before and after the dead are cleared away
        assert len(shelf) == 36
        assert found(shelf, 7) == {f"p{at}" for at in range(1, 41)} - {"p3", "p4", "p5", "p6"}
        assert shelf.find("p4") is None
        assert shelf.find("p40") is not None
        shelf.settle()
    assert shelf.having()[7] == 36 or full == 7
    shelf.add([row(42, "p4", [1004, 7])])
    assert found(shelf, 1004) == {"p4"}


def test_directions_find_what_shares_no_word() -> None:
    shelf = Shelf(DIMENSIONS)
    shelf.add(rows(40))
    direction = np.zeros(DIMENSIONS, np.float32)
    direction[5] = 1
    query = Encoded(np.array([0, 9], np.uint16), direction)
    near = shelf.candidates(query, WEIGHTS, without=["p5"])
    assert set(near.ids) == {"p13", "p21", "p29", "p37"}
    assert len(near.papers) == 4


def test_the_title_and_repetition_count_and_length_is_discounted() -> None:
    long = list(range(3000, 3300))
    words = [[7, 50], [50, 7], [50, 7, 7], [50, 7, *long]]
    segment = Segment([row(at, str(at), one) for at, one in enumerate(words, 1)], DIMENSIONS)
    title, once, twice, lengthy = segment.lexical([(7, 1.0)]).tolist()
    assert title == pytest.approx(twice, abs=0.03)
    assert title > once > lengthy > 0
    assert segment.having()[7] == 4


def test_an_empty_shelf() -> None:
    shelf = Shelf(DIMENSIONS)
    assert found(shelf, 7) == set()
    shelf.settle()
    shelf.add(rows(1))
    shelf.remove(["p1"])
    shelf.settle()
    assert found(shelf, 7) == set()
