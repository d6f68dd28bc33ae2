"""Control endpoints that make and change servers: members, roles, bots, channels."""

from typing import Any

from aiohttp import web

from sandbox.discord.control_errors import wrong
from sandbox.discord.control_input import Input, answering, path_id, read_locale
from sandbox.discord.models import (
    Channel,
    ChannelType,
    Guild,
    Overwrite,
)
from sandbox.discord.payloads import (
    channel_payload,
    member_payload,
    role_payload,
)
from sandbox.discord.servers import RoleChanges
from sandbox.discord.world import World

Json = dict[str, Any]

_TYPES = {
    "text": ChannelType.TEXT,
    "announcement": ChannelType.ANNOUNCEMENT,
    "category": ChannelType.CATEGORY,
    "forum": ChannelType.FORUM,
}


class GuildsControl:
    """The handlers; each validates its input and answers with what it made."""

    def __init__(self, world: World) -> None:
        self._world = world

    def mount(self, app: web.Application) -> None:
        """Add the routes."""
        guild, member = "/control/guilds/{guild_id}", "/control/guilds/{guild_id}/members/{user_id}"
        role, channel = "/control/guilds/{guild_id}/roles", "/control/channels/{channel_id}"
        overwrite = channel + "/overwrites/{target_id}"
        for method, path, handler in (
            ("GET", "/control/guilds", self.list_guilds),
            ("POST", "/control/guilds", self.create_guild),
            ("GET", guild, self.get_guild),
            ("DELETE", guild, self.delete_guild),
            ("POST", guild + "/members", self.add_member),
            ("PATCH", member, self.change_member),
            ("DELETE", member, self.remove_member),
            ("POST", role, self.create_role),
            ("PATCH", role + "/{role_id}", self.change_role),
            ("DELETE", role + "/{role_id}", self.delete_role),
            ("POST", guild + "/bots", self.add_bot),
            ("DELETE", guild + "/bots/{application_id}", self.remove_bot),
            ("POST", guild + "/channels", self.create_channel),
            ("PATCH", channel, self.change_channel),
            ("DELETE", channel, self.delete_channel),
            ("PUT", overwrite, self.set_overwrite),
            ("DELETE", overwrite, self.delete_overwrite),
        ):
            app.router.add_route(method, path, answering(handler))

    async def list_guilds(self, _: web.Request) -> web.Response:
        """All servers, without what is in them."""
        found = [
            {"id": str(g.id), "name": g.name, "owner_id": str(g.owner_id), "locale": g.locale}
            for g in self._world.guilds.values()
        ]
        return web.json_response(found)

    async def create_guild(self, request: web.Request) -> web.Response:
        """A new server with its owner."""
        form = await Input.of(request)
        owner_id, name = form.id("owner_id"), form.text("name")
        locale, guild_id = read_locale(form) or "en-US", form.optional_id("id")
        form.done()
        if guild_id in self._world.guilds:
            raise wrong("id", "there already is a server with this id")
        guild = self._world.servers.create(owner_id, name, locale=locale, guild_id=guild_id)
        return web.json_response(self._guild(guild), status=201)

    async def get_guild(self, request: web.Request) -> web.Response:
        """A server with its roles, members and channels."""
        return web.json_response(self._guild(self._world.guild(path_id(request, "guild_id"))))

    async def delete_guild(self, request: web.Request) -> web.Response:
        """Remove a server."""
        self._world.servers.delete(path_id(request, "guild_id"))
        return web.Response(status=204)

    async def add_member(self, request: web.Request) -> web.Response:
        """Let a person join."""
        form = await Input.of(request)
        user_id, nick, roles = form.id("user_id"), form.optional_text("nick"), form.ids("roles")
        form.done()
        guild_id = path_id(request, "guild_id")
        member = self._world.servers.add_member(guild_id, user_id, nick=nick, roles=roles)
        return web.json_response(member_payload(self._world, member), status=201)

    async def change_member(self, request: web.Request) -> web.Response:
        """Change a member's nickname and roles."""
        guild_id, user_id = path_id(request, "guild_id"), path_id(request, "user_id")
        member = self._world.member(guild_id, user_id)
        form = await Input.of(request)
        nick = form.optional_text("nick") if form.has("nick") else member.nick
        roles = form.ids("roles") if form.has("roles") else None
        form.done()
        member = self._world.servers.update_member(guild_id, user_id, nick=nick, roles=roles)
        return web.json_response(member_payload(self._world, member))

    async def remove_member(self, request: web.Request) -> web.Response:
        """Let a member leave."""
        guild_id, user_id = path_id(request, "guild_id"), path_id(request, "user_id")
        self._world.servers.remove_member(guild_id, user_id)
        return web.Response(status=204)

    async def create_role(self, request: web.Request) -> web.Response:
        """A new role."""
        form = await Input.of(request)
        name, permissions = form.text("name"), form.permissions("permissions")
        mentionable = form.boolean("mentionable")
        color = form.integer("color", least=0, most=0xFFFFFF, default=0)
        form.done()
        guild_id = path_id(request, "guild_id")
        role = self._world.servers.create_role(
            guild_id, name, permissions=permissions, mentionable=mentionable, color=color
        )
        return web.json_response(role_payload(role), status=201)

    async def change_role(self, request: web.Request) -> web.Response:
        """Change a role; the one with the server's id is @everyone."""
        form = await Input.of(request)
        changes: RoleChanges = {}
        if "name" in form:
            changes["name"] = form.text("name")
        if "permissions" in form:
            changes["permissions"] = form.permissions("permissions")
        if "mentionable" in form:
            changes["mentionable"] = form.boolean("mentionable")
        if "color" in form:
            changes["color"] = form.integer("color", least=0, most=0xFFFFFF)
        form.done()
        guild_id, role_id = path_id(request, "guild_id"), path_id(request, "role_id")
        role = self._world.servers.update_role(guild_id, role_id, **changes)
        return web.json_response(role_payload(role))

    async def delete_role(self, request: web.Request) -> web.Response:
        """Remove a role."""
        guild_id, role_id = path_id(request, "guild_id"), path_id(request, "role_id")
        self._world.servers.delete_role(guild_id, role_id)
        return web.Response(status=204)

    async def add_bot(self, request: web.Request) -> web.Response:
        """Invite an application's bot."""
        form = await Input.of(request)
        application_id, granted = form.id("application_id"), form.permissions("permissions")
        form.done()
        guild_id = path_id(request, "guild_id")
        member = self._world.servers.add_bot(guild_id, application_id, permissions=granted)
        return web.json_response(member_payload(self._world, member), status=201)

    async def remove_bot(self, request: web.Request) -> web.Response:
        """Throw a bot out of a server."""
        guild_id, application_id = path_id(request, "guild_id"), path_id(request, "application_id")
        self._world.servers.remove_member(guild_id, application_id)
        return web.Response(status=204)

    async def create_channel(self, request: web.Request) -> web.Response:
        """A new channel."""
        guild_id = path_id(request, "guild_id")
        form = await Input.of(request)
        name = form.text("name")
        kind = _TYPES[form.choice("type", _TYPES, "text")]
        parent_id, topic = form.optional_id("parent_id"), form.optional_text("topic")
        nsfw = form.boolean("nsfw")
        slowmode = form.integer("slowmode_seconds", least=0, most=21_600, default=0)
        overwrites = [_overwrite(Input(item)) for item in form.list("overwrites")]
        form.done()
        channel = self._world.rooms.create(
            guild_id,
            name,
            type=kind,
            parent_id=parent_id,
            topic=topic,
            nsfw=nsfw,
            slowmode_seconds=slowmode,
            overwrites=overwrites,
        )
        return web.json_response(channel_payload(self._world, channel), status=201)

    async def change_channel(self, request: web.Request) -> web.Response:
        """Change a channel; the body is that of Discord's Modify Channel."""
        form = await Input.of(request)
        body = {name: form.any(name) for name in _CHANNEL_FIELDS if form.has(name)}
        form.done()
        channel = self._world.rooms.update(path_id(request, "channel_id"), body)
        return web.json_response(channel_payload(self._world, channel))

    async def delete_channel(self, request: web.Request) -> web.Response:
        """Remove a channel with its threads."""
        self._world.rooms.delete(path_id(request, "channel_id"))
        return web.Response(status=204)

    async def set_overwrite(self, request: web.Request) -> web.Response:
        """Set what one role or member may do in a channel."""
        channel_id, target_id = path_id(request, "channel_id"), path_id(request, "target_id")
        overwrite = _overwrite(await Input.of(request), target_id)
        self._world.rooms.set_overwrite(channel_id, overwrite)
        return web.json_response(channel_payload(self._world, self._world.channel(channel_id)))

    async def delete_overwrite(self, request: web.Request) -> web.Response:
        """Remove an overwrite."""
        channel_id, target_id = path_id(request, "channel_id"), path_id(request, "target_id")
        self._world.rooms.delete_overwrite(channel_id, target_id)
        return web.Response(status=204)

    def _guild(self, guild: Guild) -> Json:
        channels: list[Channel] = list(guild.channels.values())
        return {
            "id": str(guild.id),
            "name": guild.name,
            "owner_id": str(guild.owner_id),
            "locale": guild.locale,
            "roles": [role_payload(role) for role in guild.roles.values()],
            "members": [member_payload(self._world, m) for m in guild.members.values()],
            "channels": [channel_payload(self._world, channel) for channel in channels],
        }


_CHANNEL_FIELDS = (
    *("name", "type", "topic", "nsfw", "parent_id", "position", "rate_limit_per_user"),
    *("permission_overwrites", "default_auto_archive_duration"),
)


def _overwrite(form: Input, target_id: int | None = None) -> Overwrite:
    target = form.id("id") if target_id is None else target_id
    kind = form.choice("type", ("role", "member"))
    overwrite = Overwrite(
        target,
        ("role", "member").index(kind),
        allow=form.permissions("allow"),
        deny=form.permissions("deny"),
    )
    form.done()
    return overwrite
