"""Invented papers, cards and headers for the tests of what the bot shows, and their check."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

from discord import ui

from bot.models import (
    Announcement,
    AnnounceType,
    Card,
    Digest,
    DigestKind,
    Header,
    HeaderItem,
    Layout,
    Match,
    Paper,
    Reason,
    Role,
    Rules,
    Summary,
    SummaryText,
    Takeaway,
)
from sandbox.discord.validate import Form, Problems
from sandbox.discord.validate_components import parse_components

KEY = "0123456789abcdef"
DIGEST_KEY = "fedcba9876543210"
DAY = date(2026, 6, 18)


def paper(**changes: Any) -> Paper:
    """An invented paper."""
    values: dict[str, Any] = {
        "id": "2606.01234",
        "version": 1,
        "title": "Sparse Retrieval with $O(n^2)$ Comparisons",
        "abstract": "Retrieval is slow. We make it fast. It is 3.5 times faster.",
        "authors": ("Ana Núñez", "Bo Li", "Cleo Ray", "Dan Wu", "Eva Ito", "Fay Kim", "Gus Orr"),
        "categories": ("cs.CL", "cs.IR", "stat.ML"),
        "primary_category": "cs.IR",
    }
    return Paper(**(values | changes))


def card(shown: Paper | None = None, **changes: Any) -> Card:
    """A card of an invented paper; `changes` are of its summary's text or its announce type."""
    shown = shown or paper()
    announce_type = changes.pop("announce_type", AnnounceType.NEW)
    provider = changes.pop("provider", "extractive-1")
    text: dict[str, Any] = {
        "tldr": "A fast retrieval method.",
        "tldr_sentence": 1,
        "takeaways": (
            Takeaway("Retrieval is slow.", Role.PROBLEM, 0),
            Takeaway("It is made fast.", Role.METHOD, 1),
            Takeaway("It is 3.5 times faster.", Role.RESULT, 2),
        ),
    }
    summary = Summary(shown.id, shown.version, "en", provider, SummaryText(**(text | changes)))
    return Card(shown, summary, announce_type)


def header(papers: tuple[Paper, ...] = (), **changes: Any) -> Header:
    """A header over invented papers."""
    values: dict[str, Any] = {
        "key": KEY,
        "digest_key": DIGEST_KEY,
        "rules": Rules(categories=("cs.CL", "cs.IR"), keywords=("retrieval",)),
        "days": (DAY,),
        "announced": 560,
        "matched": max(23, len(papers)),
        "shown": len(papers),
        "items": tuple(HeaderItem(shown.title, shown) for shown in papers),
    }
    return Header(**(values | changes))


def match(shown: Paper, kind: AnnounceType = AnnounceType.NEW) -> Match:
    """A match with the reasons that matching gives."""
    reasons = (
        Reason("retrieval", "title", 3.0),
        Reason("retrieval", "abstract", 1.0),
        Reason("cs.IR", kind.value, 0.4),
    )
    return Match(Announcement(1, "cs.IR", DAY, kind, shown), 4.0, reasons)


def digest(**changes: Any) -> Digest:
    """An invented digest."""
    values: dict[str, Any] = {
        "id": 1,
        "key": DIGEST_KEY,
        "subscription_id": 1,
        "guild_id": 1,
        "channel_id": 2,
        "kind": DigestKind.SCHEDULED,
        "rules": Rules(categories=("cs.CL", "cs.IR"), keywords=("retrieval",)),
        "layout": Layout.MESSAGES,
        "days": (DAY,),
        "announced": 560,
        "matched": 23,
        "shown": 5,
        "from_seq": 0,
        "to_seq": 600,
        "since": {"cs.CL": DAY, "cs.IR": DAY},
        "due_at": datetime(2026, 6, 18, 7, tzinfo=UTC),
        "planned_at": datetime(2026, 6, 18, 7, tzinfo=UTC),
    }
    return Digest(**(values | changes))


def walk(components: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Every component of a payload, also those inside of others."""
    for component in components:
        yield component
        yield from walk(component.get("components", []))
        if "accessory" in component:
            yield component["accessory"]


def check(view: ui.LayoutView) -> str:
    """Assert that Discord would take the view; returns all its text."""
    payload = view.to_components()
    problems = Problems()
    parse_components(Form({"components": payload}, problems), v2=True)
    problems.raise_if_any()
    every = list(walk(payload))
    assert view.content_length() <= 4000
    assert len(every) <= 40
    texts = [component["content"] for component in every if component["type"] == 10]
    assert all(text.strip() for text in texts)
    assert all(len(c["custom_id"]) <= 100 for c in every if "custom_id" in c)
    return "\n".join(texts)


def buttons(view: ui.LayoutView) -> dict[str, str]:
    """The buttons of a view: where they lead (custom id or address) by label."""
    return {
        component.get("label", ""): component.get("custom_id") or component["url"]
        for component in walk(view.to_components())
        if component["type"] == 2
    }
