"""Which rule leaves a paper out."""

from datetime import date, timedelta

import pytest

from bot.digest.explain import Miss, Missed, missed
from bot.digest.match import MatchIndex
from bot.models import Announcement, AnnounceType, Include, Paper, Rules

DAY = date(2026, 6, 11)
PAPER = Paper(
    id="2606.00001",
    version=1,
    title="Retrieval over long contexts",
    abstract="An invented survey of retrieval.",
    authors=("Ada Invented",),
    categories=("cs.CL", "cs.IR"),
    primary_category="cs.CL",
)
NEW = Announcement(1, "cs.CL", DAY, AnnounceType.NEW, PAPER)
CROSS = Announcement(2, "cs.IR", DAY, AnnounceType.CROSS, PAPER)


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        (Rules(("cs.CL",)), None),
        (Rules(("cs.CL",), keywords=("retrieval",)), None),
        (Rules(("cs.LG",)), Missed(Miss.CATEGORY)),
        (Rules(("cs.IR",)), Missed(Miss.TYPE, types=(AnnounceType.CROSS,))),
        (Rules(("cs.IR",), include=Include.CROSS), None),
        (Rules(("cs.CL",), exclusions=("survey",)), Missed(Miss.EXCLUDED, ("survey",))),
        (
            Rules(("cs.CL",), exclusions=("poetry", "survey", "long context")),
            Missed(Miss.EXCLUDED, ("survey", "long context")),
        ),
        (Rules(("cs.CL",), keywords=("poetry",)), Missed(Miss.TERMS)),
        (Rules(("cs.CL",), keywords=("poetry",), authors=("A. Invented",)), None),
    ],
)
def test_the_first_rule_that_leaves_a_paper_out_is_named(
    rules: Rules, expected: Missed | None
) -> None:
    announcements = [NEW, CROSS]
    assert missed(rules, announcements) == expected
    # It never disagrees with what matching itself does.
    assert bool(MatchIndex(announcements).rank(rules)) == (expected is None)


def test_a_day_before_the_subscription() -> None:
    rules = Rules(("cs.CL",))
    assert missed(rules, [NEW], {"cs.CL": DAY}) is None
    assert missed(rules, [NEW], {"cs.CL": DAY + timedelta(days=1)}) == Missed(Miss.SINCE)
