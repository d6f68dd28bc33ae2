"""A client of the control interface that makes servers, people and bots and sets the clock."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sandbox.discord.control_client import ControlClient
from sandbox.discord.person import Person

Json = dict[str, Any]


class Admin(ControlClient):
    """Changes the sandbox itself. Ids are given and taken as integers."""

    def person(self, user_id: int | str) -> Person:
        """A client that acts as this person; it has a session of its own to close."""
        return Person(self.control_url, user_id)

    async def create_user(
        self,
        name: str,
        *,
        locale: str = "en-US",
        global_name: str | None = None,
        user_id: int | None = None,
    ) -> int:
        """A new person; gives their id."""
        body = {
            "name": name,
            "locale": locale,
            "global_name": global_name,
            "id": None if user_id is None else str(user_id),
        }
        return int((await self.call("POST", "/users", body))["id"])

    async def create_application(
        self, name: str, owner_id: int, *, token: str | None = None, intents: Iterable[str] = ()
    ) -> tuple[int, str]:
        """A new bot; gives its id and token. `intents` are the privileged ones it may use."""
        body = {
            "name": name,
            "owner_id": str(owner_id),
            "token": token,
            "intents": list(intents),
        }
        answer = await self.call("POST", "/applications", body)
        return int(answer["id"]), answer["token"]

    async def create_guild(
        self, name: str, owner_id: int, *, locale: str = "en-US", guild_id: int | None = None
    ) -> int:
        """A new server; gives its id."""
        body = {
            "name": name,
            "owner_id": str(owner_id),
            "locale": locale,
            "id": None if guild_id is None else str(guild_id),
        }
        return int((await self.call("POST", "/guilds", body))["id"])

    async def create_channel(
        self,
        guild_id: int,
        name: str,
        *,
        type: str = "text",  # noqa: A002 (the service's own name for it)
        parent_id: int | None = None,
        topic: str | None = None,
        overwrites: Iterable[Mapping[str, object]] = (),
    ) -> int:
        """A new channel; gives its id. An overwrite is {id, type, allow, deny}."""
        body = {
            "name": name,
            "type": type,
            "parent_id": None if parent_id is None else str(parent_id),
            "topic": topic,
            "overwrites": [dict(item) for item in overwrites],
        }
        return int((await self.call("POST", f"/guilds/{guild_id}/channels", body))["id"])

    async def delete_channel(self, channel_id: int) -> None:
        """Remove a channel."""
        await self.call("DELETE", f"/channels/{channel_id}")

    async def set_overwrite(
        self,
        channel_id: int,
        target_id: int,
        *,
        type: str,  # noqa: A002 (the service's own name for it)
        allow: Iterable[str] = (),
        deny: Iterable[str] = (),
    ) -> None:
        """Set what a role or member (`type`) may do in a channel, by names of permissions."""
        body = {"type": type, "allow": list(allow), "deny": list(deny)}
        await self.call("PUT", f"/channels/{channel_id}/overwrites/{target_id}", body)

    async def create_role(
        self, guild_id: int, name: str, *, permissions: Iterable[str] = ()
    ) -> int:
        """A new role; gives its id."""
        body = {"name": name, "permissions": list(permissions)}
        return int((await self.call("POST", f"/guilds/{guild_id}/roles", body))["id"])

    async def add_member(
        self, guild_id: int, user_id: int, *, nick: str | None = None, roles: Iterable[int] = ()
    ) -> None:
        """Let a person join a server."""
        body = {"user_id": str(user_id), "nick": nick, "roles": [str(role) for role in roles]}
        await self.call("POST", f"/guilds/{guild_id}/members", body)

    async def add_bot(
        self, guild_id: int, application_id: int, *, permissions: Iterable[str] = ()
    ) -> None:
        """Invite a bot, with a role that has these permissions."""
        body = {"application_id": str(application_id), "permissions": list(permissions)}
        await self.call("POST", f"/guilds/{guild_id}/bots", body)

    async def remove_bot(self, guild_id: int, application_id: int) -> None:
        """Throw a bot out of a server."""
        await self.call("DELETE", f"/guilds/{guild_id}/bots/{application_id}")

    async def install_for_user(self, application_id: int, user_id: int) -> None:
        """Let a person install a bot for themselves."""
        await self.call("PUT", f"/applications/{application_id}/user-installs/{user_id}")

    async def commands(self, application_id: int, guild_id: int | None = None) -> list[Json]:
        """The commands that a bot has registered, globally or in one server."""
        query = None if guild_id is None else {"guild_id": str(guild_id)}
        return await self.call("GET", f"/applications/{application_id}/commands", query=query)

    async def now(self) -> datetime:
        """The sandbox's time."""
        return datetime.fromisoformat((await self.call("GET", "/clock"))["now"])

    async def set_clock(self, instant: datetime) -> None:
        """Make `instant` (timezone-aware) the sandbox's present."""
        await self.call("PUT", "/clock", {"now": instant.isoformat()})

    async def advance_clock(self, by: timedelta) -> None:
        """Move the sandbox's time."""
        await self.call("PUT", "/clock", {"advance_seconds": by.total_seconds()})

    async def settings(self, **changes: object) -> Json:
        """Change settings (docs/sandbox.md lists them); gives all of them."""
        return await self.call("PATCH", "/settings", changes)

    async def gateway(self, action: str, **more: object) -> int:
        """`drop`, `reconnect`, `invalidate` or `heartbeat` connections; gives how many."""
        return (await self.call("POST", f"/gateway/{action}", more))["connections"]

    async def sessions(self) -> list[Json]:
        """The gateway's sessions."""
        return (await self.call("GET", "/gateway"))["sessions"]

    async def fault(self, path: str, **more: object) -> None:
        """Let REST requests whose path matches the regular expression fail."""
        await self.call("POST", "/faults", {"path": path, **more})

    async def clear_faults(self) -> None:
        """Forget all faults."""
        await self.call("DELETE", "/faults")
