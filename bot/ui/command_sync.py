"""Registering the commands with Discord, only when they have changed."""

import asyncio
import hashlib
import json
from pathlib import Path
from typing import Any

import discord
import structlog
from discord import app_commands
from pydantic import TypeAdapter

_HASHES = TypeAdapter(dict[str, str])

log = structlog.get_logger(__name__)


class CommandSync:
    """Remembers in the data folder which commands Discord has been given.

    The file is `commands-{application id}.json`: for each API base, a hash of the commands.
    """

    def __init__(self, tree: app_commands.CommandTree[Any], folder: Path, api_base: str) -> None:
        self._tree = tree
        self._folder = folder
        self._api_base = api_base

    async def run(self, application_id: int) -> bool:
        """Register the commands if they changed or Discord lacks some; returns whether it did.

        Raises what the library raises when Discord refuses them.
        """
        file = self._folder / f"commands-{application_id}.json"
        known = await asyncio.to_thread(_read, file)
        digest = await self._hash()
        # One look is cheap, while registering has a daily limit. It finds what was lost at
        # Discord's side: a file alone would never make it good again.
        there = {(c.name, c.type) for c in await self._tree.fetch_commands()}
        here = {(c.name, _type(c)) for c in self._tree.get_commands()}
        if known.get(self._api_base) == digest and there == here:
            return False
        registered = await self._tree.sync()
        log.info("commands_registered", count=len(registered))
        await asyncio.to_thread(_write, file, known | {self._api_base: digest})
        return True

    async def _hash(self) -> str:
        translator = self._tree.translator or app_commands.Translator()
        payloads = [
            # With the localizations, which `to_dict` leaves out.
            await command.get_translated_payload(self._tree, translator)
            for command in self._tree.get_commands()
        ]
        payloads.sort(key=lambda payload: (str(payload["name"]), str(payload.get("type", 1))))
        return hashlib.sha256(json.dumps(payloads, sort_keys=True).encode()).hexdigest()


def _type(command: Any) -> discord.AppCommandType:
    is_menu = isinstance(command, app_commands.ContextMenu)
    return command.type if is_menu else discord.AppCommandType.chat_input


def _read(file: Path) -> dict[str, str]:
    try:
        return _HASHES.validate_json(file.read_bytes())
    except (OSError, ValueError):
        return {}


def _write(file: Path, hashes: dict[str, str]) -> None:
    """A file that cannot be written only costs another registration at the next start."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        fresh = file.with_suffix(".tmp")
        fresh.write_text(json.dumps(hashes, indent=1), encoding="utf-8")
        fresh.replace(file)
    except OSError as error:
        log.warning("command_hash_not_kept", file=str(file), error=str(error))
