"""The dialog of `/subscribe`: back-test, adjust, subscribe."""

from collections.abc import Mapping

import structlog

from bot.digest.slots import next_slot
from bot.errors import UserError
from bot.i18n import t
from bot.models import Subscription, SubscriptionDraft
from bot.services import Backtest, Services
from bot.ui.admins import ensure_subscribable
from bot.ui.answers import Interaction, update
from bot.ui.backtest_views import backtest_view, canceled_view, subscribed_view, waiting_view
from bot.ui.sessions import Dialog, Form, Press, Session
from bot.ui.subscription_form import SubscriptionTexts

log = structlog.get_logger(__name__)

# A category that is not known yet needs a few questions: the feed's day and pages of days before.
_QUESTIONS = 4
# The interaction's token lives 15 minutes, whatever else is in the queue for arXiv.
_LONGEST_S = 600.0


class SubscribeDialog(Dialog):
    """A draft with its back-test, until it is subscribed or canceled."""

    def __init__(
        self,
        services: Services,
        session: Session,
        draft: SubscriptionDraft,
    ) -> None:
        self._services = services
        self._session = session
        self._draft = draft
        self._texts = SubscriptionTexts.of(draft)
        self._backtest = Backtest((), estimated=False, problem=None)
        self._made: Subscription | None = None
        self._canceled = False

    async def begin(self, interaction: Interaction) -> None:
        """Show the back-test as the answer of a command that was deferred."""
        self._session.bind(self)
        self._backtest = await self._test(interaction, self._draft)
        await self._show(interaction)

    async def press(self, press: Press) -> None:
        interaction = press.interaction
        if self._made is not None or self._canceled:
            await self._show(interaction)
        elif press.action == "subscribe":
            await self._subscribe(interaction)
        elif press.action == "again":
            self._backtest = await self._test(interaction, self._draft)
            await self._show(interaction)
        elif press.action == "adjust":
            form = Form(
                self._session, t("Adjust the subscription"), self._texts.adjusting(), self._adjust
            )
            await self._session.open(interaction, form)
        elif press.action == "cancel":
            self._canceled = True
            await self._show(interaction)

    async def refuse(self, interaction: Interaction, sentence: str) -> None:
        await self._show(interaction, warning=sentence)

    async def _subscribe(self, interaction: Interaction) -> None:
        await interaction.response.defer()
        hint = self._services.settings.bookmark_hint
        ensure_subscribable(interaction, self._draft, hint=hint)
        self._made = await self._services.subscriptions.subscribe(self._draft)
        log.info("subscribed", subscription=self._made.id, guild=self._draft.guild_id)
        await self._show(interaction)

    async def _adjust(self, interaction: Interaction, typed: Mapping[str, str]) -> None:
        # What was typed stays for the next try, also if it cannot be used.
        self._texts = self._texts.with_typed(typed)
        try:
            draft = self._texts.apply(self._draft)
        except UserError as error:
            warning = t(
                "{problem}\nThe preview is unchanged; press Adjust to correct what you typed.",
                problem=error.sentence,
            )
            await self._show(interaction, warning=warning)
            return
        self._backtest = await self._test(interaction, draft)
        self._draft, self._texts = draft, SubscriptionTexts.of(draft)
        await self._show(interaction)

    async def _test(self, interaction: Interaction, draft: SubscriptionDraft) -> Backtest:
        subscriptions, settings = self._services.subscriptions, self._services.settings
        if await subscriptions.needs_arxiv(draft.rules):
            await update(interaction, waiting_view(draft.rules, settings.arxiv_interval))
        elif not interaction.response.is_done():
            await interaction.response.defer()
        asking = settings.arxiv_interval * _QUESTIONS * len(draft.rules.categories)
        return await subscriptions.backtest(
            draft.rules,
            draft.max_papers,
            within=min(settings.reader_patience + asking, _LONGEST_S),
        )

    async def _show(self, interaction: Interaction, *, warning: str = "") -> None:
        if self._made is not None:
            view = subscribed_view(self._made)
        elif self._canceled:
            view = canceled_view()
        else:
            now = self._services.clock.now()
            view = backtest_view(
                self._draft,
                self._backtest,
                next_slot(self._draft.at, self._draft.zone, now),
                self._session.custom_id,
                warning=warning,
                translates=self._services.translations.available(self._draft.language),
            )
        await update(interaction, view)
