"""What is offered for a paper while somebody types."""

import time

import pytest
from ui_samples import paper

from bot.ui.ref_option import ref_choices


@pytest.mark.parametrize("piece", ["$x^{", "$^{^{", r"\emph{\textbf{x", "👨‍👩‍👧"])
def test_hostile_titles_are_short_and_quick(piece: str) -> None:
    found = [paper(id=f"2606.{n:05}", title=piece * (100_000 // len(piece))) for n in range(25)]
    started = time.perf_counter()
    choices = ref_choices("x", found)
    assert time.perf_counter() - started < 0.5, "far longer than what is shown was read"
    assert len(choices) == 25
    assert all(0 < len(choice.name) <= 100 for choice in choices)
