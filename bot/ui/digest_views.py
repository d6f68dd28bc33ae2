"""What `/digest` answers: the next digest as it would be now, what was posted, and when."""

from collections.abc import Sequence

from bot.digest.plan import Outlook
from bot.i18n import commas, number, short_day, t, tn
from bot.models import Digest, DigestKind, Match, Subscription, SubscriptionState
from bot.store.reading import PostedDigest
from bot.ui.panels import INK, note, panel
from bot.ui.paper_facts import linked
from bot.ui.subscription_views import outcome_in_words
from bot.ui.views import PostedView
from bot.ui.words import days_in_words, fit, moment, reasons_in_words, rules_in_words

_ROOM_FOR_LIST = 3_000
_MOST_LISTED = 30  # more never fit
_TITLE_LIMIT = 140
_REASONS_LIMIT = 140


def preview_view(subscription: Subscription, outlook: Outlook) -> PostedView:
    """What the next digest would hold now: its papers in order, each with its reasons."""
    draft = subscription.draft
    heading = "\n".join(
        [
            "### "
            + t(
                "Preview of subscription {number} for {channel}",
                number=subscription.id,
                channel=f"<#{draft.channel_id}>",
            ),
            rules_in_words(draft.rules, 500),
        ]
    )
    if subscription.state is SubscriptionState.ACTIVE:
        due = moment(subscription.next_due_at, "R")
        coming = t("The next digest is due {when}.", when=due)
    else:
        coming = t("It is not active, so nothing is posted until it is resumed.")
    if not outlook.days:
        return panel([heading, t("arXiv has announced nothing since the last digest."), coming])
    told = tn(
        "{days}: {announced} announced, {n} match",
        "{days}: {announced} announced, {n} matches",
        len(outlook.matches),
        days=days_in_words(outlook.days),
        announced=number(outlook.announced),
    )
    if not outlook.matches:
        return panel([heading, f"**{told}**", t("Nothing would be posted so far."), coming])
    most = draft.max_papers
    lines = [
        _match(place, match, posted=place <= most)
        for place, match in enumerate(outlook.matches[:_MOST_LISTED], 1)
    ]
    unlisted = len(outlook.matches) - len(lines)
    told = f"**{told}**"
    if len(outlook.matches) > most:
        told += "\n-# " + tn(
            "The first one that the channel has not had would be posted.",
            "The first {n} that the channel has not had would be posted.",
            most,
        )
    return panel([heading, told, fit(lines, _ROOM_FOR_LIST, unlisted=unlisted), coming])


def _match(place: int, match: Match, *, posted: bool) -> str:
    mark = "📄 " if posted else ""
    reasons = reasons_in_words(match.reasons, _REASONS_LIMIT)
    paper = match.announcement.paper
    title = linked(paper.title, paper.abs_url, _TITLE_LIMIT)
    return f"{place}. {mark}{title}\n-# {reasons}"


def posting_in_words(subscription: Subscription, digest: Digest) -> str:
    """One sentence on a digest that is being posted."""
    return tn(
        "Posting {n} of {matched} matching papers to {channel} now ({days}).",
        "Posting {n} of {matched} matching papers to {channel} now ({days}).",
        digest.shown,
        matched=number(digest.matched),
        channel=f"<#{subscription.draft.channel_id}>",
        days=days_in_words(digest.days),
    )


def nothing_new_in_words(last: PostedDigest | None) -> str:
    """One sentence for "post now" when nothing new matches."""
    if last is None:
        return t(
            "There is nothing to post: no matching paper was announced since the subscription."
        )
    return t(
        "There is nothing to post: no new matching paper since the last digest {when}.",
        when=moment(last.digest.planned_at, "R"),
    )


def history_view(found: Sequence[PostedDigest]) -> PostedView:
    """A server's last digests, the newest first."""
    if not found:
        return note(t("No digest was made in this server so far."), accent=INK)
    heading = "### " + tn("The last digest", "The last {n} digests", len(found))
    return panel([heading, fit([*map(_posted, found)], _ROOM_FOR_LIST)])


def _posted(posted: PostedDigest) -> str:
    digest = posted.digest
    days = commas([short_day(day) for day in digest.days[-5:]]) or t("no announcement day")
    if digest.kind is DigestKind.MANUAL:
        which = t("subscription {number}, by hand", number=digest.subscription_id)
    else:
        which = t("subscription {number}", number=digest.subscription_id)
    told = t(
        "{days}: {announced} announced, {matched} matched, {outcome}",
        days=days,
        announced=number(digest.announced),
        matched=number(digest.matched),
        outcome=outcome_in_words(posted),
    )
    return f"{moment(digest.planned_at, 'f')} · <#{digest.channel_id}> · {which}\n-# {told}"
