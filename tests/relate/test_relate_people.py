"""Who has written both of two papers."""

import pytest
from relate_stage import paper

from bot.relate.people import Authors


@pytest.mark.parametrize(
    ("one", "other", "shared"),
    [
        (["José García"], ["J. Garcia"], ["J. Garcia"]),
        (["Jos\\'e Garc\\'ia"], ["José García", "Bo Li"], ["José García"]),
        (["José García"], ["Juan García"], []),
        (["García"], ["José García"], []),
        (
            ["ATLAS Collaboration"],
            ["Bo Li", "The ATLAS Collaboration"],
            ["The ATLAS Collaboration"],
        ),
        (["Bo Li", "Ana Núñez"], ["Núñez, Ana", "Li Bo"], ["Núñez, Ana"]),
        (["王伟"], ["王伟"], []),
        ([], ["Bo Li"], []),
        (["Bo Li"], [], []),
        ([f"Ada A{'b' * n}c" for n in range(20)], [f"Ada A{'b' * n}c" for n in range(20)], None),
    ],
)
def test_who_wrote_both(one: list[str], other: list[str], shared: list[str] | None) -> None:
    found = Authors(paper(1, authors=tuple(one))).shared(paper(2, authors=tuple(other)))
    assert list(found) == (other[:5] if shared is None else shared)
