"""Names and descriptions of commands in the languages that Discord shows them in.

The commands' own are English; the catalogs hold the others, each by what it is a text of.
"""

import asyncio
import re
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import structlog
from discord import Locale, app_commands
from discord.app_commands import TranslationContext, TranslationContextLocation, locale_str

from bot import i18n

log = structlog.get_logger(__name__)

Location = TranslationContextLocation

_CONTEXTS: dict[TranslationContextLocation, str] = {
    Location.command_name: "command name",
    Location.command_description: "command description",
    Location.group_name: "command name",
    Location.group_description: "command description",
    Location.parameter_name: "option name",
    Location.parameter_description: "option description",
    Location.choice_name: "choice",
}
_MENU = "menu"
_LONGEST = 100
# Discord's rule, but for the marks of Thai and Devanagari, in which the bot speaks no word.
_NAME = re.compile(r"[-'\w]{1,32}")
_LONGEST_MENU = 32


def mention(path: str) -> str:
    """A command such as `bookmarks list` as the reader finds it: `/bookmarks list`, localized."""
    named = [i18n.translated(i18n.locale(), word, "command name") or word for word in path.split()]
    return f"`/{' '.join(named)}`"


class CommandText(NamedTuple):
    """A text of a command: what it is (the context in the catalogs), and where it stands."""

    context: str
    text: str
    place: str


class CommandTexts(app_commands.Translator):
    """Translates commands for Discord from the catalogs.

    What a catalog lacks or what Discord would refuse is left out, because one bad text would
    keep all commands from being registered.
    """

    async def load(self) -> None:
        await asyncio.to_thread(i18n.load)

    async def translate(
        self, string: locale_str, locale: Locale, context: TranslationContext[Any, Any]
    ) -> str | None:
        tag = locale.value
        if i18n.spoken(tag) == i18n.ENGLISH:  # so are 9,400 of the 10,000 that a start asks for
            return None
        kind = _kind(context)
        if kind is None:
            return None
        said = i18n.translated(tag, string.message, kind)
        if said is None:
            return None
        wrong = problem(kind, said)
        if wrong is None and said in _siblings(tag, kind, string.message, context.data):
            wrong = "another one beside it has the same name"
        if wrong is not None:
            log.error("command_text_left_out", locale=tag, text=string.message, problem=wrong)
            return None
        return said


def problem(context: str, text: str) -> str | None:
    """Why Discord would refuse a text of this context; None if it takes it."""
    if context in {"command name", "option name"}:
        if not _NAME.fullmatch(text):
            return "a name has 1 to 32 letters, digits, hyphens and underscores"
        return "a name has no capital letters" if text != text.lower() else None
    most = _LONGEST_MENU if context == _MENU else _LONGEST
    if not 1 <= len(text.strip()) <= most:
        return f"it has 1 to {most} characters"
    return None


def command_texts(tree: app_commands.CommandTree[Any]) -> Iterator[CommandText]:
    """Every text of the commands of a tree that can be translated, in their order."""
    for command in tree.get_commands():
        if isinstance(command, app_commands.ContextMenu):
            yield CommandText(_MENU, command.name, "message menu")
        else:
            yield from _texts(command)


def _texts(
    command: app_commands.Command[Any, ..., Any] | app_commands.Group,
) -> Iterator[CommandText]:
    place = f"/{command.qualified_name}"
    yield CommandText("command name", command.name, place)
    yield CommandText("command description", command.description, place)
    if isinstance(command, app_commands.Group):
        for child in command.commands:
            yield from _texts(child)
        return
    for option in command.parameters:
        there = f"{place} {option.display_name}"
        yield CommandText("option name", option.display_name, there)
        yield CommandText("option description", option.description, there)
        for choice in option.choices:
            yield CommandText("choice", choice.name, there)


def _kind(context: TranslationContext[Any, Any]) -> str | None:
    if isinstance(context.data, app_commands.ContextMenu):
        return _MENU
    return _CONTEXTS.get(context.location)


def _siblings(tag: str, kind: str, name: str, data: Any) -> set[str]:
    """What the commands, subcommands or options beside a named one are called."""
    beside: Iterable[Any] = ()
    if kind == "option name":
        beside = (option.display_name for option in data.command.parameters)
    elif kind == "command name" and data.parent is not None:
        beside = (child.name for child in data.parent.commands)
    others = {other for other in beside if other != name}
    return {i18n.translated(tag, other, kind) or other for other in others}
