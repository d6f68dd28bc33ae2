"""The interactions that happened, and the three seconds within which each must be answered."""

import asyncio
import secrets
from typing import Any

from sandbox.discord.changes import Changes
from sandbox.discord.events import Event
from sandbox.discord.interaction_commands import GUILD_INSTALL
from sandbox.discord.interaction_model import (
    ANSWER_WITHIN_SECONDS,
    Interaction,
    InteractionType,
    Progress,
)
from sandbox.discord.interaction_payloads import interaction_payload
from sandbox.discord.models import Attachment, Channel, Message
from sandbox.discord.permissions import Permission
from sandbox.discord.world import World

Json = dict[str, Any]

_KEPT = 10_000


class Interactions:
    """Starts interactions and remembers the latest. `answer_within` is in seconds of real time.

    `attachments` holds the files that people gave to commands and modals, by id.
    """

    def __init__(
        self, world: World, changes: Changes, *, answer_within: float = ANSWER_WITHIN_SECONDS
    ) -> None:
        self.world = world
        self.changes = changes
        self.answer_within = answer_within
        self.attachments: dict[int, Attachment] = {}
        self._by_id: dict[int, Interaction] = {}
        self._by_token: dict[str, Interaction] = {}
        self._deadlines: dict[int, asyncio.TimerHandle] = {}

    def get(self, interaction_id: int) -> Interaction | None:
        """The interaction with this id."""
        return self._by_id.get(interaction_id)

    def by_token(self, token: str) -> Interaction | None:
        """The interaction with this token, also if it has expired."""
        return self._by_token.get(token)

    def in_channel(self, user_id: int, channel_id: int) -> list[Interaction]:
        """What the person did in the channel, oldest first."""
        return [
            interaction
            for interaction in self._by_id.values()
            if interaction.user_id == user_id and interaction.channel_id == channel_id
        ]

    def new(
        self,
        user_id: int,
        channel: Channel,
        kind: InteractionType,
        application_id: int,
        *,
        data: Json,
        owners: dict[str, str],
        label: str,
    ) -> Interaction:
        """An interaction that has not been sent yet."""
        # What only a person has installed can speak in a server only as far as that person may.
        granted = self.world.permissions(user_id, channel)
        speaking = Permission.USE_EXTERNAL_APPS | Permission.SEND_MESSAGES
        external = GUILD_INSTALL not in owners and channel.guild_id is not None
        return Interaction(
            id=self.world.snowflakes.next(),
            token=secrets.token_urlsafe(96),
            type=kind,
            application_id=application_id,
            user_id=user_id,
            channel_id=channel.id,
            guild_id=channel.guild_id,
            created_at=self.world.clock.now(),
            data=data,
            owners=owners,
            label=label,
            hidden=external and bool(speaking & ~granted),
        )

    def start(self, interaction: Interaction) -> Interaction:
        """Send it to the bot."""
        self._by_id[interaction.id] = interaction
        self._by_token[interaction.token] = interaction
        self._forget_oldest()
        source = self.source_of(interaction)
        loop = asyncio.get_running_loop()
        self._deadlines[interaction.id] = loop.call_later(
            self.answer_within, self._fail, interaction
        )
        self.changes.touch(interaction.id, interaction.channel_id)
        interaction.sent_at = loop.time()
        self.world.bus.publish(
            Event(
                "INTERACTION_CREATE",
                interaction_payload(self.world, interaction, source),
                guild_id=interaction.guild_id,
                only_users=frozenset((interaction.application_id,)),
            )
        )
        return interaction

    def source_of(self, interaction: Interaction) -> Message | None:
        """The message that the interaction came from, if it is still there."""
        if interaction.source_id is None:
            return None
        own = self.world.ephemeral.get(interaction.source_id)
        if own is not None:
            return own
        channel = self.world.channels.get(interaction.channel_id)
        return None if channel is None else channel.messages.get(interaction.source_id)

    def answered(self, interaction: Interaction, progress: Progress) -> None:
        """Note how far the interaction has come; the three seconds no longer count."""
        interaction.progress = progress
        if interaction.answered_after is None and progress is not Progress.FAILED:
            interaction.answered_after = asyncio.get_running_loop().time() - interaction.sent_at
        if interaction.opened_by is not None and progress is not Progress.FAILED:
            interaction.opened_by.modal_is_closed = True
        deadline = self._deadlines.pop(interaction.id, None)
        if deadline is not None:
            deadline.cancel()
        self.changes.touch(interaction.id, interaction.channel_id)

    def _fail(self, interaction: Interaction) -> None:
        if interaction.progress is Progress.PENDING:
            self.answered(interaction, Progress.FAILED)

    def _forget_oldest(self) -> None:
        while len(self._by_id) > _KEPT:
            oldest = self._by_id.pop(next(iter(self._by_id)))
            self._by_token.pop(oldest.token, None)

    def close(self) -> None:
        """Cancel all deadlines."""
        for deadline in self._deadlines.values():
            deadline.cancel()
        self._deadlines.clear()
