"""The dialog of `/subscriptions`: browse, edit, pause, resume, post now, remove."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from functools import partial

import structlog

from bot.errors import NotAllowed, NotFound, UserError
from bot.i18n import t
from bot.models import Include, Layout, QuietDays, Subscription, SubscriptionDraft
from bot.services import Services, SubscriptionInfo
from bot.ui.admins import channel_name, ensure_postable, manageable, require_manager
from bot.ui.answers import Interaction, answer, update
from bot.ui.digest_views import nothing_new_in_words, posting_in_words
from bot.ui.panels import WARNING, note
from bot.ui.readers import chosen_language
from bot.ui.sessions import Dialog, Form, Press, Session
from bot.ui.subscription_form import SubscriptionTexts, language_field
from bot.ui.subscription_views import (
    OTHER_LANGUAGE,
    PAGE_SIZE,
    detail_view,
    list_view,
    remove_view,
    settings_view,
)

log = structlog.get_logger(__name__)


class SubscriptionsDialog(Dialog):
    """A server's subscriptions: a list in pages, and one of them open."""

    def __init__(self, services: Services, session: Session, guild_id: int) -> None:
        self._services = services
        self._session = session
        self._guild_id = guild_id
        self._page = 0
        self._open_id: int | None = None
        self._unsaved: tuple[int, SubscriptionTexts] | None = None
        self._actions: dict[str, Callable[[Interaction, Subscription], Awaitable[None]]] = {
            "show": self._show,
            "edit": self._edit,
            "settings": self._settings,
            "pause": self._pause,
            "resume": self._resume,
            "post": self._post,
            "remove": self._remove,
            "confirm": self._confirm,
        }

    async def begin(self, interaction: Interaction) -> None:
        """Show the list as the answer of a command."""
        infos = await self._infos(interaction)
        self._session.bind(self)
        names = partial(channel_name, interaction)
        await answer(interaction, list_view(infos, 0, self._session.custom_id, names))

    async def press(self, press: Press) -> None:
        interaction = press.interaction
        if press.action == "page":
            self._page = int(press.value) if press.value.isdecimal() else 0
            await self._list(interaction)
        elif press.action == "list":
            await self._list(interaction)
        elif press.action == "open" and press.values:
            self._open_id = int(press.values[0]) if press.values[0].isdecimal() else None
            await self._show(interaction, await self._subscription(interaction))
        elif press.action == "set" and press.values:
            await self._set(interaction, press.value, press.values[0])
        elif press.action in self._actions:
            await self._actions[press.action](interaction, await self._subscription(interaction))

    async def refuse(self, interaction: Interaction, sentence: str) -> None:
        try:
            await self._show_again(interaction, sentence)
        except NotAllowed:  # the permission was taken meanwhile: nothing is shown any more
            self._session.close()
            await update(interaction, note(sentence, accent=WARNING))

    async def _show_again(self, interaction: Interaction, sentence: str) -> None:
        try:
            subscription = await self._subscription(interaction)
        except NotFound:  # none is open, or it was removed meanwhile
            await self._list(interaction, warning=sentence)
        else:
            await self._show(interaction, subscription, warning=sentence)

    async def _subscription(self, interaction: Interaction) -> Subscription:
        """The open subscription. Raises NotFound, or NotAllowed if it may not be changed."""
        found = await self._services.subscriptions.get(self._open_id or 0, self._guild_id)
        return require_manager(interaction, found)

    async def _infos(self, interaction: Interaction) -> list[SubscriptionInfo]:
        """The subscriptions that the person may manage. Raises NotAllowed."""
        infos = await self._services.subscriptions.of_guild(self._guild_id)
        return manageable(interaction, infos, lambda info: info.subscription.draft.channel_id)

    async def _list(self, interaction: Interaction, *, warning: str = "", done: str = "") -> None:
        self._open_id = None
        infos = await self._infos(interaction)
        self._page = min(self._page, max(0, (len(infos) - 1) // PAGE_SIZE))
        view = list_view(
            infos,
            self._page,
            self._session.custom_id,
            partial(channel_name, interaction),
            warning=warning,
            done=done,
        )
        await update(interaction, view)

    async def _info(self, subscription: Subscription) -> SubscriptionInfo:
        infos = await self._services.subscriptions.of_guild(self._guild_id)
        found = (info for info in infos if info.subscription.id == subscription.id)
        return next(found, SubscriptionInfo(subscription, None))

    async def _show(
        self,
        interaction: Interaction,
        subscription: Subscription,
        *,
        done: str = "",
        warning: str = "",
    ) -> None:
        info = await self._info(subscription)
        gone = channel_name(interaction, subscription.draft.channel_id) is None
        view = detail_view(info, self._session.custom_id, gone=gone, done=done, warning=warning)
        await update(interaction, view)

    async def _edit(self, interaction: Interaction, subscription: Subscription) -> None:
        texts = SubscriptionTexts.of(subscription.draft)
        if self._unsaved is not None and self._unsaved[0] == subscription.id:
            texts = self._unsaved[1]

        async def submit(answered: Interaction, typed: Mapping[str, str]) -> None:
            await self._save(answered, subscription.id, texts.edited(typed))

        title = t("Edit subscription {number}", number=subscription.id)
        form = Form(self._session, title, texts.editing(), submit)
        await self._session.open(interaction, form)

    async def _save(self, interaction: Interaction, number: int, texts: SubscriptionTexts) -> None:
        await interaction.response.defer()
        self._open_id = number
        subscription = await self._subscription(interaction)
        try:
            draft = texts.apply(subscription.draft)
        except UserError as error:
            self._unsaved = (number, texts)
            warning = t(
                "{problem}\nNothing was changed; press Edit to correct what you typed.",
                problem=error.sentence,
            )
            await self._show(interaction, subscription, warning=warning)
            return
        self._unsaved = None
        await self._change(subscription, draft)
        await self._show(interaction, await self._subscription(interaction), done=t("Saved."))

    async def _change(self, subscription: Subscription, draft: SubscriptionDraft) -> None:
        await self._services.subscriptions.edit(subscription, draft)
        log.info("subscription_edited", subscription=subscription.id, guild=self._guild_id)

    def _ensure_postable(self, interaction: Interaction, draft: SubscriptionDraft) -> None:
        ensure_postable(interaction, draft, hint=self._services.settings.bookmark_hint)

    async def _settings(self, interaction: Interaction, subscription: Subscription) -> None:
        await update(interaction, settings_view(subscription, self._session.custom_id))

    async def _set(self, interaction: Interaction, what: str, value: str) -> None:
        if value == OTHER_LANGUAGE:
            await self._ask_language(interaction, await self._subscription(interaction))
            return
        await interaction.response.defer()
        subscription = await self._subscription(interaction)
        draft = subscription.draft
        if what == "include":
            draft = replace(draft, rules=replace(draft.rules, include=Include(value)))
        elif what == "layout":
            draft = replace(draft, layout=Layout(value))
            self._ensure_postable(interaction, draft)
        elif what == "quiet":
            draft = replace(draft, quiet_days=QuietDays(value))
        elif what == "language":
            draft = replace(draft, language=chosen_language(value).code)
        await self._change(subscription, draft)
        view = settings_view(
            await self._subscription(interaction), self._session.custom_id, done=t("Saved.")
        )
        await update(interaction, view)

    async def _ask_language(self, interaction: Interaction, subscription: Subscription) -> None:
        async def submit(answered: Interaction, typed: Mapping[str, str]) -> None:
            self._open_id = subscription.id
            await self._set(answered, "language", typed["language"])

        fields = (language_field(subscription.draft.language),)
        form = Form(self._session, t("The digest's language"), fields, submit)
        await self._session.open(interaction, form)

    async def _pause(self, interaction: Interaction, subscription: Subscription) -> None:
        await interaction.response.defer()
        await self._services.subscriptions.pause(subscription)
        log.info("subscription_paused", subscription=subscription.id, guild=self._guild_id)
        done = t("Paused. What is announced meanwhile is not posted later.")
        await self._show(interaction, await self._subscription(interaction), done=done)

    async def _resume(self, interaction: Interaction, subscription: Subscription) -> None:
        await interaction.response.defer()
        self._ensure_postable(interaction, subscription.draft)
        resumed = await self._services.subscriptions.resume(subscription)
        log.info("subscription_resumed", subscription=subscription.id, guild=self._guild_id)
        await self._show(interaction, resumed, done=t("Resumed."))

    async def _post(self, interaction: Interaction, subscription: Subscription) -> None:
        await interaction.response.defer()
        self._ensure_postable(interaction, subscription.draft)
        digest = await self._services.digests.post_now(subscription)
        if digest is None:
            last = (await self._info(subscription)).last
            await self._show(interaction, subscription, warning=nothing_new_in_words(last))
        else:
            done = posting_in_words(subscription, digest)
            await self._show(interaction, await self._subscription(interaction), done=done)

    async def _remove(self, interaction: Interaction, subscription: Subscription) -> None:
        await update(interaction, remove_view(subscription, self._session.custom_id))

    async def _confirm(self, interaction: Interaction, subscription: Subscription) -> None:
        await interaction.response.defer()
        await self._services.subscriptions.remove(subscription)
        log.info("subscription_removed", subscription=subscription.id, guild=self._guild_id)
        done = t("Subscription {number} was removed.", number=subscription.id)
        await self._list(interaction, done=done)
