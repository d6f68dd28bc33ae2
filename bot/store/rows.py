"""Turning rows into models and back: the only place that knows both."""

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time
from typing import Any, NamedTuple

from sqlalchemy import RowMapping

from bot.models import (
    AnnounceType,
    Batch,
    BatchSource,
    BatchState,
    Bookmark,
    Delivery,
    DeliveryKind,
    DeliveryState,
    Digest,
    DigestKind,
    Finding,
    FindingKind,
    Include,
    Layout,
    Paper,
    QuietDays,
    Role,
    Rules,
    Severity,
    Subscription,
    SubscriptionDraft,
    SubscriptionState,
    SummaryText,
    Takeaway,
)

Row = RowMapping


def paper_values(paper: Paper) -> dict[str, Any]:
    return {
        "paper_id": paper.id,
        "version": paper.version,
        "title": paper.title,
        "abstract": paper.abstract,
        "authors": list(paper.authors),
        "categories": list(paper.categories),
        "primary_category": paper.primary_category,
        "published": paper.published,
        "updated": paper.updated,
        "comment": paper.comment,
        "doi": paper.doi,
        "journal_ref": paper.journal_ref,
        "license": paper.license,
        "withdrawn": paper.withdrawn,
    }


def paper(row: Row) -> Paper:
    return Paper(
        id=row["paper_id"],
        version=row["version"],
        title=row["title"],
        abstract=row["abstract"],
        authors=tuple(row["authors"]),
        categories=tuple(row["categories"]),
        primary_category=row["primary_category"],
        published=row["published"],
        updated=row["updated"],
        comment=row["comment"],
        doi=row["doi"],
        journal_ref=row["journal_ref"],
        license=row["license"],
        withdrawn=row["withdrawn"],
    )


class PaperRow(NamedTuple):
    """A paper as SQLite itself gives it."""

    paper_id: str
    version: int
    title: str
    abstract: str
    authors: str
    categories: str
    primary_category: str
    published: str | None
    updated: str | None
    comment: str | None
    doi: str | None
    journal_ref: str | None
    license: str | None
    withdrawn: int


def stored_paper(row: PaperRow) -> Paper:
    """As `paper`, of a row that SQLAlchemy did not read."""
    return Paper(
        id=row.paper_id,
        version=row.version,
        title=row.title,
        abstract=row.abstract,
        authors=tuple(json.loads(row.authors)),
        categories=tuple(json.loads(row.categories)),
        primary_category=row.primary_category,
        published=_instant(row.published),
        updated=_instant(row.updated),
        comment=row.comment,
        doi=row.doi,
        journal_ref=row.journal_ref,
        license=row.license,
        withdrawn=bool(row.withdrawn),
    )


def _instant(stored: str | None) -> datetime | None:
    return None if stored is None else datetime.fromisoformat(stored).replace(tzinfo=UTC)


def batch(row: Row) -> Batch:
    return Batch(
        category=row["category"],
        day=row["day"],
        state=BatchState(row["state"]),
        source=BatchSource(row["source"]),
        new=row["new"],
        cross=row["cross"],
        replace=row["replace"],
        replace_cross=row["replace_cross"],
        late=row["late"],
        truncated=row["truncated"],
        first_seen_at=row["first_seen_at"],
        enriched_at=row["enriched_at"],
    )


def rules_values(rules: Rules) -> dict[str, Any]:
    return {
        "categories": list(rules.categories),
        "keywords": list(rules.keywords),
        "exclusions": list(rules.exclusions),
        "authors": list(rules.authors),
        "include": rules.include.value,
    }


def rules(values: Mapping[str, Any]) -> Rules:
    return Rules(
        categories=tuple(values["categories"]),
        keywords=tuple(values["keywords"]),
        exclusions=tuple(values["exclusions"]),
        authors=tuple(values["authors"]),
        include=Include(values["include"]),
    )


def since_values(since: Mapping[str, date]) -> dict[str, str]:
    return {category: day.isoformat() for category, day in since.items()}


def since(values: Mapping[str, str]) -> dict[str, date]:
    return {category: date.fromisoformat(day) for category, day in values.items()}


def draft_values(draft: SubscriptionDraft) -> dict[str, Any]:
    return {
        "guild_id": draft.guild_id,
        "channel_id": draft.channel_id,
        "creator_id": draft.creator_id,
        "rules": rules_values(draft.rules),
        "at": draft.at.strftime("%H:%M"),
        "timezone": draft.timezone,
        "max_papers": draft.max_papers,
        "layout": draft.layout.value,
        "quiet_days": draft.quiet_days.value,
        "language": draft.language,
    }


def subscription(row: Row) -> Subscription:
    draft = SubscriptionDraft(
        guild_id=row["guild_id"],
        channel_id=row["channel_id"],
        creator_id=row["creator_id"],
        rules=rules(row["rules"]),
        at=time.fromisoformat(row["at"]),
        timezone=row["timezone"],
        max_papers=row["max_papers"],
        layout=Layout(row["layout"]),
        quiet_days=QuietDays(row["quiet_days"]),
        language=row["language"],
    )
    return Subscription(
        id=row["id"],
        draft=draft,
        state=SubscriptionState(row["state"]),
        cursor=row["cursor"],
        since=since(row["since"]),
        next_due_at=row["next_due_at"],
        created_at=row["created_at"],
        problem=row["problem"],
    )


def digest(row: Row) -> Digest:
    return Digest(
        id=row["id"],
        key=row["key"],
        subscription_id=row["subscription_id"],
        guild_id=row["guild_id"],
        channel_id=row["channel_id"],
        kind=DigestKind(row["kind"]),
        rules=rules(row["rules"]),
        layout=Layout(row["layout"]),
        days=tuple(date.fromisoformat(day) for day in row["days"]),
        announced=row["announced"],
        matched=row["matched"],
        shown=row["shown"],
        from_seq=row["from_seq"],
        to_seq=row["to_seq"],
        since=since(row["since"]),
        due_at=row["due_at"],
        planned_at=row["planned_at"],
        language=row["language"],
    )


def delivery(row: Row) -> Delivery:
    return Delivery(
        id=row["id"],
        key=row["key"],
        digest_id=row["digest_id"],
        subscription_id=row["subscription_id"],
        channel_id=row["channel_id"],
        position=row["position"],
        kind=DeliveryKind(row["kind"]),
        state=DeliveryState(row["state"]),
        attempts=row["attempts"],
        paper_id=row["paper_id"],
        version=row["version"],
        announce_type=AnnounceType(row["announce_type"]) if row["announce_type"] else None,
        first_claimed_at=row["first_claimed_at"],
        message_id=row["message_id"],
    )


def summary_values(text: SummaryText) -> dict[str, Any]:
    return {
        "tldr": text.tldr,
        "tldr_sentence": text.tldr_sentence,
        "takeaways": [[t.text, t.role.value, t.sentence] for t in text.takeaways],
    }


def summary_text(values: Mapping[str, Any]) -> SummaryText:
    return SummaryText(
        tldr=values["tldr"],
        tldr_sentence=values["tldr_sentence"],
        takeaways=tuple(
            Takeaway(text, Role(role), sentence) for text, role, sentence in values["takeaways"]
        ),
    )


def finding_values(findings: Iterable[Finding]) -> list[dict[str, str]]:
    return [
        {
            "kind": one.kind.value,
            "severity": one.severity.value,
            "source": one.source,
            "target": one.target,
        }
        for one in findings
    ]


def findings(values: Iterable[Mapping[str, str]]) -> tuple[Finding, ...]:
    return tuple(
        Finding(FindingKind(one["kind"]), Severity(one["severity"]), one["source"], one["target"])
        for one in values
    )


def bookmark(row: Row) -> Bookmark:
    return Bookmark(
        user_id=row["user_id"],
        paper_id=row["paper_id"],
        version=row["version"],
        created_at=row["created_at"],
        note=row["note"],
    )
