"""The answer of `/why`: what happened to a paper in a channel, rule by rule."""

from collections.abc import Sequence
from datetime import date

from bot.digest.explain import Miss, Missed
from bot.i18n import listed, long_day, mark, number, short_day, t, tn
from bot.models import Announcement, AnnounceType, Paper, Reason
from bot.services.explaining import Explanation, Outcome, Why
from bot.store.history import PlannedCard
from bot.store.reactions import Votes
from bot.ui import custom_ids
from bot.ui.panels import button, note, panel
from bot.ui.paper_facts import linked
from bot.ui.views import PostedView
from bot.ui.words import moment, rules_in_words, safe

_TITLE, _RULES, _TERM = 250, 250, 60
# One block a subscription; of a channel with more, the first tell enough.
_MOST_TOLD = 6
_MOST_DAYS = 4

_TYPES = {
    AnnounceType.NEW: mark("new"),
    AnnounceType.CROSS: mark("cross-list"),
    AnnounceType.REPLACE: mark("replacement"),
    AnnounceType.REPLACE_CROSS: mark("replacement of a cross-list"),
}
_PARTS = {
    "title": mark("“{rule}” in the title: {weight}"),
    "abstract": mark("“{rule}” in the abstract: {weight}"),
    "authors": mark("by {rule}: {weight}"),
    "primary category": mark("primary category {rule}: {weight}"),
    AnnounceType.NEW.value: mark("new in {rule}: {weight}"),
    AnnounceType.CROSS.value: mark("cross-list in {rule}: {weight}"),
    AnnounceType.REPLACE.value: mark("replacement in {rule}: {weight}"),
    AnnounceType.REPLACE_CROSS.value: mark("replacement of a cross-list in {rule}: {weight}"),
}

_OTHER_PART = mark("{rule}: {weight}")


def never_seen_view(paper_id: str) -> PostedView:
    """For a paper that no announcement and no command has brought here."""
    return note(
        t(
            "I have never seen arXiv:{paper}: it was in no announcement that I followed, so no "
            "rule has looked at it. `/paper` looks for it at arXiv.",
            paper=safe(paper_id, 40),
        )
    )


def why_view(
    why: Why, paper: Paper, guild_id: int, channel_id: int, votes: Votes | None = None
) -> PostedView:
    """What happened to a paper in a channel: announcements, then one block a subscription."""
    top = [f"### {linked(paper.title, paper.abs_url, _TITLE)}", _announced(why.announcements)]
    if votes is not None:
        top.append(
            t("-# Votes here: 👍 {up} · 👎 {down}", up=number(votes.ups), down=number(votes.downs))
        )
    blocks = ["\n".join(line for line in top if line)]
    blocks += [_told(told, why.card, guild_id) for told in why.explanations[:_MOST_TOLD]]
    more = len(why.explanations) - _MOST_TOLD
    if more > 0:
        blocks.append(tn("… and {n} more subscription", "… and {n} more subscriptions", more))
    if not why.explanations:
        blocks.append(t("Nothing is subscribed in <#{channel}>.", channel=channel_id))
    opening = button(t("Open"), custom_ids.open_paper(paper.versioned_id))
    return panel(blocks, [[opening]])


def _announced(announcements: Sequence[Announcement]) -> str:
    if not announcements:
        return t("It was never announced in a category that I follow; somebody looked it up here.")
    by_day: dict[date, list[Announcement]] = {}
    for announcement in announcements:
        by_day.setdefault(announcement.day, []).append(announcement)
    lines = [
        t(
            "Announced on {day}: {places}",
            day=long_day(day),
            places=listed(
                [
                    t("{category} ({type})", category=safe(a.category, 40), type=t(_TYPES[a.type]))
                    for a in of_day
                ]
            ),
        )
        for day, of_day in sorted(by_day.items(), reverse=True)
    ]
    return "\n".join(f"-# {line}" for line in lines[:_MOST_DAYS])


def _told(explanation: Explanation, card: PlannedCard | None, guild_id: int) -> str:
    lines = [
        t("**Subscription {number}**", number=explanation.subscription_id),
        f"-# {rules_in_words(explanation.rules, _RULES)}",
        _outcome(explanation, card, guild_id),
    ]
    if explanation.match is not None:
        if explanation.rank:
            lines.append(
                t(
                    "Rank {rank} of {matched}, score {score}:",
                    rank=number(explanation.rank),
                    matched=number(explanation.matched),
                    score=f"{explanation.match.score:g}",
                )
            )
        lines += [f"- {_part(reason)}" for reason in explanation.match.reasons[:_MOST_TOLD]]
        rest = sum(reason.weight for reason in explanation.match.reasons[_MOST_TOLD:])
        if rest:
            lines.append(t("- other parts: {weight}", weight=f"+{rest:g}"))
    return "\n".join(line for line in lines if line)


def _part(reason: Reason) -> str:
    pattern = _PARTS.get(reason.where, _OTHER_PART)
    return t(pattern, rule=safe(reason.rule, _TERM), weight=f"+{reason.weight:g}")


def _outcome(explanation: Explanation, card: PlannedCard | None, guild_id: int) -> str:
    digest = explanation.digest
    days = listed([short_day(day) for day in digest.days]) if digest is not None else ""
    match explanation.outcome:
        case Outcome.POSTED:
            if card is None or card.sent_at is None:
                return t("✅ Posted.")
            return t(
                "✅ Posted {when} in the digest of {days}: {link}",
                when=moment(card.sent_at),
                days=days,
                link=_link(card, guild_id),
            )
        case Outcome.WAITING:
            return t("⏳ Planned in the digest of {days}; it is about to be posted.", days=days)
        case Outcome.HELD_BACK:
            return t(
                "⏸ Planned in the digest of {days} and held back: the subscription was stopped "
                "by an error. `/subscriptions` tells which.",
                days=days,
            )
        case Outcome.NOT_SENT:
            return t(
                "❌ Planned in the digest of {days} and not posted: its thread was deleted, the "
                "subscription was paused or removed, or Discord refused the card.",
                days=days,
            )
        case Outcome.NOT_BEST:
            return _not_best(explanation, days)
        case Outcome.HAD:
            return t(
                "➖ Left out of the digest of {days}: this channel has had the paper, and a paper "
                "comes once.",
                days=days,
            )
        case Outcome.NEXT:
            if explanation.due_at is None:
                return t("🔜 It matches; the next digest looks at it.")
            return t(
                "🔜 It matches; the next digest looks at it {when}.",
                when=moment(explanation.due_at, "R"),
            )
        case Outcome.PAUSED:
            return t("⏸ It matches, and the subscription is paused or stopped.")
        case Outcome.MISSED:
            return "➖ " + _missed(explanation)


def _not_best(explanation: Explanation, days: str) -> str:
    digest = explanation.digest
    shown = digest.shown if digest is not None else 0
    return tn(
        "➖ It matched and was not among the best: the digest of {days} showed {n} paper.",
        "➖ It matched and was not among the best: the digest of {days} showed {n} papers.",
        shown,
        days=days,
    )


def _missed(explanation: Explanation) -> str:
    why = explanation.missed or Missed(Miss.TERMS)
    match why.rule:
        case Miss.CATEGORY:
            return t("Left out: it was not announced in one of these categories.")
        case Miss.SINCE:
            return t("Left out: it was announced before this was subscribed.")
        case Miss.TYPE:
            return t(
                "Left out: announced as {types}, which this subscription does not include.",
                types=listed([t(_TYPES[kind]) for kind in why.types]),
            )
        case Miss.EXCLUDED:
            return t(
                "Left out: it has the excluded {terms}.",
                terms=listed([t("“{term}”", term=safe(term, _TERM)) for term in why.terms]),
            )
        case Miss.TERMS:
            return t("Left out: none of the keywords and authors is found in it.")


def _link(card: PlannedCard, guild_id: int) -> str:
    return f"https://discord.com/channels/{guild_id}/{card.target_id}/{card.delivery.message_id}"
