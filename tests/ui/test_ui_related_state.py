"""Lists of related papers as they are kept, and why a paper is in one."""

import json
from datetime import UTC, datetime

from bot.models import Paper, RelatedPaper
from bot.ui.related_state import RelatedState, Service, entries
from bot.ui.related_views import why

PAPER = Paper(
    "2606.00001", 1, "Zebras", "", ("Ada",), ("cs.CL",), "cs.CL",
    published=datetime(2026, 6, 11, tzinfo=UTC),
)  # fmt: skip


def test_a_state_survives_the_store() -> None:
    related = RelatedPaper(PAPER, 42, ("zebra",), ("Ada",), ("github.com/a/b",), "S")
    state = RelatedState("2606.1", 2, entries([related]), 7, Service.ANSWERED, "S")
    assert RelatedState.of(json.loads(json.dumps(state.values()))) == state
    assert state.recommended


def test_a_list_that_was_kept_before_services_were_asked() -> None:
    found = [{"id": "2606.2", "score": 5, "terms": ["a"], "authors": [], "source": ""}]
    state = RelatedState.of({"id": "2606.1", "version": 1, "few": None, "found": found})
    assert state.service is Service.UNASKED
    assert state.found[0].resources == ()
    assert not state.recommended


def test_every_reason_is_told() -> None:
    everything = RelatedPaper(
        PAPER, 42, ("zebra", "*herd*"), ("Ada Invented",), ("github.com/a/b",), "Semantic Scholar"
    )
    (entry,) = entries([everything])
    assert why(PAPER, entry) == (
        "Likeness 42 of 100 · cs.CL · <t:1781136000:D>",
        "Recommended by Semantic Scholar",
        r"Both are about: zebra, \*herd\*",
        "Both are by Ada Invented",
        "Both name github.com/a/b",
    )
    (bare,) = entries([RelatedPaper(PAPER, 3)])
    assert len(why(PAPER, bare)) == 1
