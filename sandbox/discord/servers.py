"""Guilds, their members and roles."""

from collections.abc import Iterable
from typing import Any, TypedDict, Unpack

from sandbox.discord import errors
from sandbox.discord.events import Event
from sandbox.discord.models import Guild, Member, Role
from sandbox.discord.payloads import (
    guild_create_payload,
    member_payload,
    role_payload,
    user_payload,
)
from sandbox.discord.permissions import NEW_SERVER_DEFAULT
from sandbox.discord.state import State


class RoleChanges(TypedDict, total=False):
    """What can be changed of a role."""

    name: str
    permissions: int
    position: int
    color: int
    hoist: bool
    mentionable: bool


class Servers:
    """Makes and alters guilds; nobody's permissions are checked here."""

    def __init__(self, state: State) -> None:
        self._state = state

    def create(
        self, owner_id: int, name: str, *, locale: str = "en-US", guild_id: int | None = None
    ) -> Guild:
        """A new guild with its owner as the only member and @everyone as the only role."""
        owner = self._state.user(owner_id)
        new_id = self._state.snowflakes.next() if guild_id is None else guild_id
        if new_id in self._state.guilds:
            raise ValueError(f"there already is a guild {new_id}")
        guild = Guild(new_id, name, owner.id, locale)
        guild.roles[new_id] = Role(new_id, "@everyone", int(NEW_SERVER_DEFAULT))
        guild.members[owner.id] = Member(owner.id, self._state.clock.now())
        self._state.guilds[new_id] = guild
        return guild

    def delete(self, guild_id: int) -> None:
        """Remove the guild with all that is in it; its bots hear of it."""
        guild = self._state.guild(guild_id)
        bots = frozenset(user for user in guild.members if user in self._state.applications)
        for channel_id in guild.channels:
            del self._state.channels[channel_id]
        del self._state.guilds[guild_id]
        self._publish("GUILD_DELETE", guild, {"id": str(guild_id)}, only=bots)

    def add_member(
        self, guild_id: int, user_id: int, *, nick: str | None = None, roles: Iterable[int] = ()
    ) -> Member:
        """Let the user join; a member who is there already is given back unchanged."""
        guild = self._state.guild(guild_id)
        user = self._state.user(user_id)
        if user_id in guild.members:
            return guild.members[user_id]
        member = Member(user.id, self._state.clock.now(), self._checked(guild, roles), nick)
        guild.members[user_id] = member
        data = {**member_payload(self._state, member), "guild_id": str(guild_id)}
        self._publish("GUILD_MEMBER_ADD", guild, data, intent="GUILD_MEMBERS", without=user_id)
        if user_id in self._state.applications:
            data = guild_create_payload(self._state, guild, user_id, [member])
            self._publish("GUILD_CREATE", guild, data, intent="GUILDS", only=frozenset((user_id,)))
        return member

    def add_bot(self, guild_id: int, application_id: int, *, permissions: int = 0) -> Member:
        """Invite the application's bot; a role of its own carries `permissions`."""
        guild = self._state.guild(guild_id)
        application = self._state.application(application_id)
        if application_id in guild.members:
            return guild.members[application_id]
        role = Role(
            id=self._state.snowflakes.next(),
            name=application.name,
            permissions=permissions,
            position=len(guild.roles),
            bot_id=application_id,
        )
        self._add_role(guild, role)
        return self.add_member(guild_id, application_id, roles=[role.id])

    def update_member(
        self,
        guild_id: int,
        user_id: int,
        *,
        nick: str | None = None,
        roles: Iterable[int] | None = None,
    ) -> Member:
        """Set the member's nickname (None or empty removes it) and, if given, roles."""
        guild = self._state.guild(guild_id)
        member = self._state.member(guild_id, user_id)
        member.nick = nick or None
        if roles is not None:
            member.roles = self._checked(guild, roles)
        data = {**member_payload(self._state, member), "guild_id": str(guild_id)}
        self._publish("GUILD_MEMBER_UPDATE", guild, data, intent="GUILD_MEMBERS", without=user_id)
        # A bot hears of changes to itself with any intents.
        self._publish("GUILD_MEMBER_UPDATE", guild, data, only=frozenset((user_id,)))
        return member

    def remove_member(self, guild_id: int, user_id: int) -> None:
        """Let the member leave; a bot loses its own role and sees the guild go."""
        guild = self._state.guild(guild_id)
        self._state.member(guild_id, user_id)
        if guild.owner_id == user_id:
            raise errors.of_code(50055)
        del guild.members[user_id]
        for channel in guild.channels.values():
            if channel.thread is not None:
                channel.thread.members.pop(user_id, None)
        data = {"guild_id": str(guild_id), "user": user_payload(self._state.user(user_id))}
        self._publish("GUILD_MEMBER_REMOVE", guild, data, intent="GUILD_MEMBERS")
        for role in [role for role in guild.roles.values() if role.bot_id == user_id]:
            self.delete_role(guild_id, role.id)
        if user_id in self._state.applications:
            gone = {"id": str(guild_id)}
            self._publish("GUILD_DELETE", guild, gone, only=frozenset((user_id,)))

    def create_role(
        self,
        guild_id: int,
        name: str,
        *,
        permissions: int = 0,
        mentionable: bool = False,
        color: int = 0,
    ) -> Role:
        """A new role above all others."""
        guild = self._state.guild(guild_id)
        role = Role(
            id=self._state.snowflakes.next(),
            name=name,
            permissions=permissions,
            position=len(guild.roles),
            color=color,
            mentionable=mentionable,
        )
        self._add_role(guild, role)
        return role

    def update_role(self, guild_id: int, role_id: int, **changes: Unpack[RoleChanges]) -> Role:
        """Change the role's fields that are given; raises 10011."""
        guild = self._state.guild(guild_id)
        role = guild.roles.get(role_id)
        if role is None:
            raise errors.unknown_role()
        for name, value in changes.items():
            setattr(role, name, value)
        self._publish_role("GUILD_ROLE_UPDATE", guild, role)
        return role

    def delete_role(self, guild_id: int, role_id: int) -> None:
        """Remove the role from the guild, its members and its channels' overwrites."""
        guild = self._state.guild(guild_id)
        if role_id == guild_id:
            raise errors.of_code(50028)
        if guild.roles.pop(role_id, None) is None:
            raise errors.unknown_role()
        for member in guild.members.values():
            if role_id in member.roles:
                member.roles.remove(role_id)
        for channel in guild.channels.values():
            channel.overwrites.pop(role_id, None)
        data = {"guild_id": str(guild_id), "role_id": str(role_id)}
        self._publish("GUILD_ROLE_DELETE", guild, data, intent="GUILDS")

    def _checked(self, guild: Guild, roles: Iterable[int]) -> list[int]:
        listed = [role for role in dict.fromkeys(roles) if role != guild.id]
        if any(role not in guild.roles for role in listed):
            raise errors.unknown_role()
        return listed

    def _add_role(self, guild: Guild, role: Role) -> None:
        guild.roles[role.id] = role
        self._publish_role("GUILD_ROLE_CREATE", guild, role)

    def _publish_role(self, name: str, guild: Guild, role: Role) -> None:
        data = {"guild_id": str(guild.id), "role": role_payload(role)}
        self._publish(name, guild, data, intent="GUILDS")

    def _publish(
        self,
        name: str,
        guild: Guild,
        data: dict[str, Any],
        *,
        intent: str | None = None,
        only: frozenset[int] | None = None,
        without: int | None = None,
    ) -> None:
        if without is not None:
            only = frozenset(user for user in guild.members if user != without)
        event = Event(name, data, guild_id=guild.id, only_users=only, intent=intent)
        self._state.bus.publish(event)
