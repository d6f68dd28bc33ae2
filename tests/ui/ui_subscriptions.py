"""Invented subscriptions for the tests of what is shown of them."""

from datetime import UTC, datetime, time
from typing import Any

from discord import ui
from ui_samples import DAY, digest, walk

from bot.models import (
    Layout,
    Rules,
    Subscription,
    SubscriptionDraft,
    SubscriptionState,
)
from bot.store.reading import PostedDigest

NOW = datetime(2026, 6, 18, 7, tzinfo=UTC)
HOSTILE = "@everyone **" + "][(<@1>\u202e" * 60
LONG_RULES = Rules(
    tuple(f"cond-mat.mtrl-{n}" for n in range(25)),
    tuple(f"{n} {HOSTILE}"[:80] for n in range(25)),
    tuple(f"not {n} {HOSTILE}"[:80] for n in range(25)),
    tuple(f"Author {n} {HOSTILE}"[:80] for n in range(25)),
)


def custom_id(action: str, value: str = "") -> str:
    return f"pb1:s:subscriptions.abcdefghijkl:{action}" + (f":{value}" if value else "")


def subscription(number: int = 3, **changes: Any) -> Subscription:
    draft = SubscriptionDraft(
        1, 22, 33, Rules(("cs.CL",), ("retrieval",)), time(9), "Asia/Tokyo", 5, Layout.THREAD
    )
    values: dict[str, Any] = {
        "draft": draft,
        "state": SubscriptionState.ACTIVE,
        "cursor": 0,
        "since": {"cs.CL": DAY},
        "next_due_at": NOW,
        "created_at": NOW,
    }
    return Subscription(number, **(values | changes))


def draft(rules: Rules) -> SubscriptionDraft:
    return SubscriptionDraft(1, 22, 33, rules, time(9), "America/Argentina/ComodRivadavia", 25)


def posted(shown: int = 5, sent: int = 5, waiting: int = 0, blocked: int = 0) -> PostedDigest:
    return PostedDigest(digest(shown=shown), sent, waiting, blocked)


def selects(view: ui.LayoutView) -> list[dict[str, Any]]:
    return [part for part in walk(view.to_components()) if part["type"] == 3]
