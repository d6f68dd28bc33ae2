"""Posting the answers to flag reactions: the `AnswerSender` over the bot's sender."""

from collections.abc import Collection
from datetime import datetime

import discord

from bot.errors import PermanentDeliveryError
from bot.i18n import t
from bot.models import Layout, Paper, Translation
from bot.ui import custom_ids
from bot.ui.panels import button, panel
from bot.ui.permissions import missing_permissions
from bot.ui.sender import DiscordSender
from bot.ui.translation_views import posted_translation_view
from bot.ui.views import PostedView


class FlagPosts:
    """Posts translations into threads and channels, and sentences on why there is none."""

    def __init__(self, client: discord.Client, sender: DiscordSender) -> None:
        self._client = client
        self._sender = sender

    async def open_thread(self, channel_id: int, message_id: int, name: str) -> int:
        """Open a message's thread, or find it. Raises DeliveryError.

        Not if the bot could not write in it: an empty thread helps nobody.
        """
        channel = self._client.get_channel(channel_id)
        if isinstance(channel, discord.abc.GuildChannel):
            lacking = missing_permissions(channel, channel.guild.me, Layout.THREAD, hint=False)
            if lacking:
                raise PermanentDeliveryError(f"no thread without {', '.join(lacking)}")
        return await self._sender.open_thread(channel_id, message_id, name)

    async def find(self, channel_id: int, keys: Collection[str], since: datetime) -> dict[str, int]:
        return await self._sender.find(channel_id, keys, since)

    async def send_translation(
        self, channel_id: int, paper: Paper, said: Translation, *, key: str, reply_to: int | None
    ) -> int:
        """Post a translation for everybody, or where Discord refuses it a way to it."""
        return await self._sender.send_view(
            channel_id,
            lambda: posted_translation_view(paper, said, key),
            lambda: _reason_view(paper, said.language, _refused(), key),
            nonce=key,
            reply_to=reply_to,
        )

    async def edit_translation(
        self, channel_id: int, message_id: int, paper: Paper, said: Translation, *, key: str
    ) -> None:
        try:
            await self._sender.edit_view(
                channel_id, message_id, lambda: posted_translation_view(paper, said, key)
            )
        except PermanentDeliveryError as error:
            if not error.of_message_only:
                raise
            await self._sender.edit_view(
                channel_id, message_id, lambda: _reason_view(paper, said.language, _refused(), key)
            )

    async def send_reason(
        self,
        channel_id: int,
        paper: Paper,
        language: str,
        sentence: str,
        *,
        key: str,
        reply_to: int | None,
    ) -> int:
        """Post a sentence, with a button for whoever wants to try for themselves."""

        def view() -> PostedView:
            return _reason_view(paper, language, sentence, key)

        return await self._sender.send_view(channel_id, view, view, nonce=key, reply_to=reply_to)


def _refused() -> str:
    return t("Discord does not let me show this translation here. Press the button to read it.")


def _reason_view(paper: Paper, language: str, sentence: str, key: str) -> PostedView:
    """The button carries the answer's key, by which the message is found again."""
    custom_id = custom_ids.posted_translation(paper, language, key)
    return panel([sentence], [[button(t("Translate"), custom_id)]])
