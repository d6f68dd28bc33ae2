"""People, bots and their direct messages."""

import secrets
from base64 import urlsafe_b64encode
from collections.abc import Iterable

from sandbox.discord import errors
from sandbox.discord.events import Event
from sandbox.discord.models import Application, Channel, ChannelType, User
from sandbox.discord.payloads import channel_payload
from sandbox.discord.state import State


class Accounts:
    """Makes users and applications, and opens direct messages between two users."""

    def __init__(self, state: State) -> None:
        self._state = state

    def create_user(
        self,
        name: str,
        *,
        global_name: str | None = None,
        locale: str = "en-US",
        user_id: int | None = None,
    ) -> User:
        """A new person."""
        new_id = self._state.snowflakes.next() if user_id is None else user_id
        if new_id in self._state.users:
            raise ValueError(f"there already is a user {new_id}")
        user = User(new_id, name, global_name, locale=locale)
        self._state.users[new_id] = user
        return user

    def create_application(
        self, name: str, owner_id: int, *, token: str | None = None, flags: int = 0
    ) -> Application:
        """A new application with its bot user, which has the same id.

        A token is made in Discord's three-part form unless one is given.
        """
        owner = self._state.user(owner_id)
        new_id = self._state.snowflakes.next()
        made = urlsafe_b64encode(str(new_id).encode()).decode().rstrip("=")
        application = Application(
            id=new_id,
            name=name,
            token=token or f"{made}.{secrets.token_urlsafe(5)}.{secrets.token_urlsafe(28)}",
            owner_id=owner.id,
            verify_key=secrets.token_hex(32),
            flags=flags,
        )
        if self._state.application_by_token(application.token):
            raise ValueError("another application has this token")
        self._state.users[new_id] = User(new_id, name, bot=True)
        self._state.applications[new_id] = application
        return application

    def open_dm(self, user_id: int, other_id: int) -> Channel:
        """The direct message channel of the two, made if there is none yet.

        Raises 10013 for an unknown user and 50007 where both are bots or the same.
        """
        users = (self._state.user(user_id), self._state.user(other_id))
        if user_id == other_id or all(user.bot for user in users):
            raise errors.of_code(50007)
        pair = frozenset((user_id, other_id))
        for channel in self._state.channels.values():
            if channel.type is ChannelType.DM and channel.recipients == pair:
                return channel
        channel = Channel(self._state.snowflakes.next(), ChannelType.DM, "", recipients=pair)
        self._state.channels[channel.id] = channel
        for user in users:
            if user.bot:
                data = channel_payload(self._state, channel, user.id)
                self._state.bus.publish(
                    Event("CHANNEL_CREATE", data, only_users=frozenset((user.id,)))
                )
        return channel

    def open_group_dm(self, owner_id: int, others: Iterable[int]) -> Channel:
        """A new group of direct messages. Raises 10013 for an unknown user."""
        members = frozenset(self._state.user(user_id).id for user_id in (owner_id, *others))
        channel = Channel(
            self._state.snowflakes.next(),
            ChannelType.GROUP_DM,
            "",
            owner_id=owner_id,
            recipients=members,
        )
        self._state.channels[channel.id] = channel
        return channel
