"""Announcements with their papers, as rows and as models."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import RowMapping, Select, select

from bot.models import Announcement, AnnounceType, Paper
from bot.store import rows
from bot.store.schema import announcements, papers


def announced_papers() -> Select[Any]:
    """All announcements with their papers, in the order of arrival."""
    return (
        select(
            announcements.c.seq,
            announcements.c.category,
            announcements.c.day,
            announcements.c.type,
            *papers.c,
        )
        .join(
            papers,
            (papers.c.paper_id == announcements.c.paper_id)
            & (papers.c.version == announcements.c.version),
        )
        .order_by(announcements.c.seq)
    )


def to_announcements(found: Iterable[RowMapping]) -> list[Announcement]:
    """The rows of `announced_papers` as models; one object for each version of a paper."""
    shared: dict[tuple[str, int], Paper] = {}
    result: list[Announcement] = []
    for row in found:
        key = row["paper_id"], row["version"]
        paper = shared.get(key)
        if paper is None:
            paper = shared[key] = rows.paper(row)
        result.append(
            Announcement(row["seq"], row["category"], row["day"], AnnounceType(row["type"]), paper)
        )
    return result
