"""What `/digest` answers: the next digest as it would be now, what was posted, and when."""

from collections.abc import Sequence

from bot.digest.plan import Outlook
from bot.models import Digest, DigestKind, Match, Subscription, SubscriptionState
from bot.store.reading import PostedDigest
from bot.ui.panels import INK, note, panel
from bot.ui.paper_facts import linked
from bot.ui.subscription_views import outcome_in_words
from bot.ui.views import PostedView
from bot.ui.words import (
    count,
    days_in_words,
    fit,
    moment,
    reasons_in_words,
    rules_in_words,
    short_day,
)

_ROOM_FOR_LIST = 3_000
_MOST_LISTED = 30  # more never fit
_TITLE_LIMIT = 140
_REASONS_LIMIT = 140


def preview_view(subscription: Subscription, outlook: Outlook) -> PostedView:
    """What the next digest would hold now: its papers in order, each with its reasons."""
    draft = subscription.draft
    heading = (
        f"### Preview of subscription {subscription.id} for <#{draft.channel_id}>\n"
        f"{rules_in_words(draft.rules, 500)}"
    )
    if subscription.state is SubscriptionState.ACTIVE:
        coming = f"The next digest is due {moment(subscription.next_due_at, 'R')}."
    else:
        coming = "It is not active, so nothing is posted until it is resumed."
    if not outlook.days:
        return panel([heading, f"arXiv has announced nothing since the last digest. {coming}"])
    told = (
        f"{days_in_words(outlook.days)}: {outlook.announced:,} announced, "
        f"{count(len(outlook.matches), 'match', 'matches')}"
    )
    if not outlook.matches:
        return panel([heading, f"{told}. Nothing would be posted so far. {coming}"])
    most = draft.max_papers
    lines = [
        _match(number, match, posted=number <= most)
        for number, match in enumerate(outlook.matches[:_MOST_LISTED], 1)
    ]
    unlisted = len(outlook.matches) - len(lines)
    if len(outlook.matches) > most:
        told += f"; the first {most} that the channel has not had would be posted"
    return panel([heading, f"**{told}**", fit(lines, _ROOM_FOR_LIST, unlisted=unlisted), coming])


def _match(number: int, match: Match, *, posted: bool) -> str:
    mark = "📄 " if posted else ""
    reasons = reasons_in_words(match.reasons, _REASONS_LIMIT)
    paper = match.announcement.paper
    title = linked(paper.title, paper.abs_url, _TITLE_LIMIT)
    return f"{number}. {mark}{title}\n-# {reasons}"


def posting_in_words(subscription: Subscription, digest: Digest) -> str:
    """One sentence on a digest that is being posted."""
    return (
        f"Posting {count(digest.shown, 'paper')} of {count(digest.matched, 'match', 'matches')} "
        f"to <#{subscription.draft.channel_id}> now ({days_in_words(digest.days)})."
    )


def nothing_new_in_words(last: PostedDigest | None) -> str:
    """One sentence for "post now" when nothing new matches."""
    if last is None:
        return "There is nothing to post: no matching paper was announced since the subscription."
    return (
        "There is nothing to post: no new matching paper since the last digest "
        f"{moment(last.digest.planned_at, 'R')}."
    )


def history_view(found: Sequence[PostedDigest]) -> PostedView:
    """A server's last digests, the newest first."""
    if not found:
        return note("No digest was made in this server so far.", accent=INK)
    return panel(
        [f"### The last {count(len(found), 'digest')}", fit([*map(_posted, found)], _ROOM_FOR_LIST)]
    )


def _posted(posted: PostedDigest) -> str:
    digest = posted.digest
    days = ", ".join(short_day(day) for day in digest.days[-5:]) or "no announcement day"
    by_hand = ", by hand" if digest.kind is DigestKind.MANUAL else ""
    return (
        f"{moment(digest.planned_at, 'f')} · <#{digest.channel_id}> · "
        f"subscription {digest.subscription_id}{by_hand}\n"
        f"-# {days}: {digest.announced:,} announced, {digest.matched:,} matched, "
        f"{outcome_in_words(posted)}"
    )
