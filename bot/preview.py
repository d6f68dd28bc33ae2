"""`paperboy digest --preview`: a dry run on the terminal, without Discord."""

from contextlib import AsyncExitStack

from rich.console import Console

from bot.core import Core
from bot.errors import SourceError
from bot.settings import Settings
from bot.text.latex import to_unicode
from bot.text.safety import plain


async def preview(settings: Settings, subscription_id: int, console: Console) -> None:
    """Print what the subscription's next digest would hold; nothing is posted or moved on.

    Its categories' feeds are polled first, within arXiv's limit. Raises NotFound or StoreError.
    """
    async with AsyncExitStack() as closing:
        core = await Core.open(settings, closing)
        subscription = await core.subscriptions.get(subscription_id)
        draft = subscription.draft
        for category, since in subscription.since.items():
            if not await core.ledger.ready(category, since):
                console.print(f"Asking arXiv about {category} …", style="dim")
                await core.ledger.poll(category)
                try:
                    await core.ledger.fill(category, since)
                except SourceError as error:
                    console.print(f"Days before today may be missing: {error}", style="yellow")
        outlook = await core.planner.outlook(subscription)
        had = await core.plans.posted(
            draft.channel_id, {m.announcement.paper.id for m in outlook.matches}
        )
        fresh = [m for m in outlook.matches if m.announcement.paper.id not in had]
        shown = fresh[: draft.max_papers]
        summaries = await core.composer.cards_of(
            [m.announcement for m in shown], draft.language, draft.guild_id
        )
        days = ", ".join(day.isoformat() for day in outlook.days) or "no new announcement day"
        console.print(
            f"Subscription {subscription.id} ({', '.join(draft.rules.categories)}), {days}: "
            f"{outlook.announced} announced, {len(outlook.matches)} matched, "
            f"{len(shown)} would be posted at {subscription.next_due_at:%Y-%m-%d %H:%M} UTC."
        )
        for place, (match, card) in enumerate(zip(shown, summaries, strict=True), 1):
            paper = card.paper
            console.print()
            console.print(
                f"{place}. {plain(to_unicode(paper.title))} [{paper.versioned_id}]",
                markup=False,
                style="bold",
            )
            console.print(f"   {card.summary.text.tldr}", markup=False)
            for takeaway in card.summary.text.takeaways:
                console.print(f"   - {takeaway.role}: {takeaway.text}", markup=False)
            reasons = "; ".join(f"{r.rule} ({r.where}) +{r.weight:g}" for r in match.reasons)
            console.print(f"   score {match.score:g}: {reasons}", markup=False, style="dim")
