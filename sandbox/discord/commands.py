"""The registered application commands, global and per guild."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any, cast

from sandbox.discord import errors
from sandbox.discord.models import Command
from sandbox.discord.state import State
from sandbox.discord.validate import Problems
from sandbox.discord.validate_commands import CHAT_INPUT, parse_command

DAILY_CREATES = 200
_MOST = {1: 100, 2: 15, 3: 15}


class Commands:
    """Registers and lists commands. `guild_id` None stands for the global scope."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._created: Counter[tuple[int, int | None, date]] = Counter()

    def listed(self, application_id: int, guild_id: int | None) -> list[Command]:
        """The commands of one scope, in the order in which they were first registered."""
        return [
            command
            for command in self._state.registered.values()
            if command.application_id == application_id and command.guild_id == guild_id
        ]

    def available(self, application_id: int, guild_id: int | None) -> list[Command]:
        """The commands that exist in a guild (None: in direct messages), global ones included.

        A guild's command hides a global one of the same type and name.
        """
        found = {(c.type, c.name): c for c in self.listed(application_id, None)}
        if guild_id is not None:
            found |= {(c.type, c.name): c for c in self.listed(application_id, guild_id)}
        return list(found.values())

    def get(self, application_id: int, guild_id: int | None, command_id: int) -> Command:
        """One command of a scope; raises 10063."""
        command = self._state.registered.get(command_id)
        if (
            command is None
            or command.application_id != application_id
            or command.guild_id != guild_id
        ):
            raise errors.unknown_command()
        return command

    def upsert(
        self, application_id: int, guild_id: int | None, body: object
    ) -> tuple[Command, bool]:
        """Register a command, over one of the same type and name if there is one.

        Also says whether it is new. Raises 50035, 30032 and 30034.
        """
        definition = self._parse(body)
        existing = self._named(application_id, guild_id, definition)
        if existing is not None:
            return self._redefine(existing, definition), False
        self._check_room(application_id, guild_id, [definition])
        return self._register(application_id, guild_id, definition), True

    def change(
        self, application_id: int, guild_id: int | None, command_id: int, body: object
    ) -> Command:
        """Change the fields of a command that the body names. Raises 10063, 40041, 50035."""
        command = self.get(application_id, guild_id, command_id)
        given = cast("dict[str, Any]", body) if isinstance(body, dict) else {}
        merged = {**command.definition, **given, "type": command.type}
        if command.type != CHAT_INPUT and not given.get("description"):
            merged["description"] = ""
        definition = self._parse(merged)
        other = self._named(application_id, guild_id, definition)
        if other is not None and other is not command:
            raise errors.of_code(40041)
        return self._redefine(command, definition)

    def delete(self, application_id: int, guild_id: int | None, command_id: int) -> None:
        """Remove a command; raises 10063."""
        del self._state.registered[self.get(application_id, guild_id, command_id).id]

    def overwrite(
        self, application_id: int, guild_id: int | None, bodies: Sequence[object]
    ) -> list[Command]:
        """Make the scope hold exactly these commands; same type and name keep their id.

        Nothing changes if any of them is wrong.
        """
        problems = Problems()
        definitions = [parse_command(body, problems, (index,)) for index, body in enumerate(bodies)]
        seen: set[tuple[int, str]] = set()
        for index, definition in enumerate(definitions):
            key = (definition["type"], definition["name"])
            if key in seen:
                code = "APPLICATION_COMMANDS_DUPLICATE_NAME"
                message = "Application command names must be unique"
                problems.add((index, "name"), code, message)
            seen.add(key)
        problems.raise_if_any()
        before = {(c.type, c.name): c for c in self.listed(application_id, guild_id)}
        added = [d for d in definitions if (d["type"], d["name"]) not in before]
        kinds = Counter(definition["type"] for definition in definitions)
        if any(count > _MOST[kind] for kind, count in kinds.items()):
            raise errors.of_code(30032)
        self._count_creates(application_id, guild_id, len(added))
        for command in before.values():
            del self._state.registered[command.id]
        result: list[Command] = []
        for definition in definitions:
            existing = before.get((definition["type"], definition["name"]))
            if existing is None:
                result.append(self._register(application_id, guild_id, definition))
            else:
                self._state.registered[existing.id] = existing
                result.append(self._redefine(existing, definition))
        return result

    def _parse(self, body: object) -> dict[str, Any]:
        problems = Problems()
        definition = parse_command(body, problems)
        problems.raise_if_any()
        return definition

    def _named(
        self, application_id: int, guild_id: int | None, definition: dict[str, Any]
    ) -> Command | None:
        key = (definition["type"], definition["name"])
        scope = self.listed(application_id, guild_id)
        return next((c for c in scope if (c.type, c.name) == key), None)

    def _redefine(self, command: Command, definition: dict[str, Any]) -> Command:
        if command.definition != definition:
            command.definition = definition
            command.version = self._state.snowflakes.next()
        return command

    def _check_room(
        self, application_id: int, guild_id: int | None, added: list[dict[str, Any]]
    ) -> None:
        kinds = Counter(command.type for command in self.listed(application_id, guild_id))
        kinds.update(definition["type"] for definition in added)
        if any(count > _MOST[kind] for kind, count in kinds.items()):
            raise errors.of_code(30032)
        self._count_creates(application_id, guild_id, len(added))

    def _count_creates(self, application_id: int, guild_id: int | None, added: int) -> None:
        key = (application_id, guild_id, self._state.clock.now().date())
        if self._created[key] + added > DAILY_CREATES:
            raise errors.of_code(30034)
        self._created[key] += added

    def _register(
        self, application_id: int, guild_id: int | None, definition: dict[str, Any]
    ) -> Command:
        command = Command(
            id=self._state.snowflakes.next(),
            application_id=application_id,
            version=self._state.snowflakes.next(),
            guild_id=guild_id,
            definition=definition,
        )
        self._state.registered[command.id] = command
        return command
