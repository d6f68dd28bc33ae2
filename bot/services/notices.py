"""What people are told without having asked, in their own language."""

from bot.i18n import said, speaking, t
from bot.models import Subscription
from bot.services.reading import Readers


async def stopped_notice(subscription: Subscription, problem: str, readers: Readers) -> str:
    """What the person who made a subscription reads when a problem has stopped it.

    In the language that they chose to read in, else in the subscription's.
    """
    draft = subscription.draft
    with speaking(await readers.language(draft.creator_id) or draft.language):
        return t(
            "I had to stop subscription {number} for {channel}: {problem}\n"
            "Then resume it with `/subscriptions`.",
            number=subscription.id,
            channel=f"<#{draft.channel_id}>",
            problem=said(problem),
        )
