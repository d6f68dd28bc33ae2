"""How the benchmark's figures are judged."""

import pytest

from bench.figures import Stall, percentile, spread, stall_figure, verdict


@pytest.mark.parametrize(
    ("value", "condition", "met"),
    [
        ("1,094/s", "on one core; target: at least 300", True),
        ("44.9/s", "1,500 messages; target: at least 45", False),
        ("2.51 s (2.02 to 3.60)", "560 papers; target: at most 3", True),
        ("41.2 / 19.6 / 33.4", "619 abstracts; target: ROUGE-1 at least 38", True),
        ("0", "target: exactly 0", True),
        ("1", "49 arrivals; target: exactly 0", False),
        ("below 20 ms", "target: at most 50", True),
        ("112 MiB", "after ready", None),
        ("skipped", "target: at least 1", None),
    ],
)
def test_a_figure_is_judged_by_its_first_number(
    value: str, condition: str, met: bool | None
) -> None:
    assert verdict(("figure", value, condition)) is met


def test_a_target_that_cannot_be_read_is_an_error() -> None:
    with pytest.raises(ValueError, match="cannot judge"):
        verdict(("figure", "7", "target: many"))


def test_a_spread_leads_with_the_median() -> None:
    assert spread([3.0, 1.0, 2.0], "s") == "2.00 s (1.00 to 3.00)"


def test_the_longest_stall_counts_without_the_machines_share() -> None:
    paused, own = Stall(900.0, 1.0, 890.0), Stall(61.0, 2.0, 0.0)
    _, value, condition = stall_figure("somewhere", [paused, own])
    assert value == "61 ms"
    assert "900 ms" in condition
    assert verdict(stall_figure("somewhere", [paused, own])) is False
    assert verdict(stall_figure("somewhere", [paused])) is True
    assert verdict(stall_figure("somewhere", [])) is True


@pytest.mark.parametrize(
    ("values", "percent", "expected"),
    [([5.0], 99, 5.0), ([3.0, 1.0, 2.0], 50, 2.0), ([float(n) for n in range(1, 101)], 99, 99.0)],
)
def test_a_percentile_is_one_of_the_values(
    values: list[float], percent: int, expected: float
) -> None:
    assert percentile(values, percent) == expected
