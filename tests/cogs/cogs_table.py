"""What is registered with Discord, as a table: a new command fails until it stands here."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import discord

Json = dict[str, Any]

SUBCOMMAND, GROUP, MESSAGE = 1, 2, 3
IN_SERVERS, WITH_THE_BOT, IN_PRIVATE = 0, 1, 2
FOR_SERVERS, FOR_PEOPLE = 0, 1

MANAGE_CHANNELS = discord.Permissions(manage_channels=True).value
MANAGE_SERVER = discord.Permissions(manage_guild=True).value

SAMPLE_ID = "2606.90021"
"""A paper of the sandbox's arXiv."""


@dataclass(frozen=True, slots=True)
class Row:
    """Who is offered a command (Discord's default permissions; None: everybody) and where.

    `options` are the names of its options, those that are needed first, marked by `!`; those
    that are completed while typing are marked by `…`. `example` fills some of them in.
    """

    who: int | None
    contexts: tuple[int, ...]
    installs: tuple[int, ...]
    options: str
    example: Mapping[str, object]


def _reader(options: str = "", **example: object) -> Row:
    """For everybody, in servers and direct messages of all kinds, for whoever installs it."""
    everywhere = (IN_SERVERS, WITH_THE_BOT, IN_PRIVATE)
    return Row(None, everywhere, (FOR_SERVERS, FOR_PEOPLE), options, example)


def _server(who: int | None, options: str = "", **example: object) -> Row:
    """Only in servers that have the bot."""
    return Row(who, (IN_SERVERS,), (FOR_SERVERS,), options, example)


COMMANDS: Mapping[str, Row] = {
    "subscribe": _server(
        MANAGE_CHANNELS,
        "categories!… channel keywords authors exclude time timezone… language… max_papers "
        "include layout quiet_days",
        categories="cs.LG",
    ),
    "subscriptions": _server(MANAGE_CHANNELS),
    "digest preview": _server(MANAGE_CHANNELS, "subscription…"),
    "digest now": _server(MANAGE_CHANNELS, "subscription…"),
    "digest history": _server(MANAGE_CHANNELS),
    "glossary list": _server(MANAGE_SERVER, "language…"),
    "glossary add": _server(
        MANAGE_SERVER,
        "term! translation! language!…",
        term="graph",
        translation="グラフ",
        language="ja",
    ),
    "glossary remove": _server(MANAGE_SERVER, "term!… language…", term="attention 0"),
    "why": _server(None, "paper!… channel", paper=SAMPLE_ID),
    "paper": _reader("ref!… public", ref=SAMPLE_ID),
    "related": _reader("ref!…", ref=SAMPLE_ID),
    "translate": _reader("ref!… language…", ref=SAMPLE_ID, language="ja"),
    "language": _reader("language…"),
    "search": _reader("query! category… author since sort in", query="colloids"),
    "bookmarks list": _reader(),
    "bookmarks search": _reader("query!", query="colloids"),
    "bookmarks note": _reader("paper!… note", paper=SAMPLE_ID, note="for Monday"),
    "bookmarks remove": _reader("paper!…", paper=SAMPLE_ID),
    "bookmarks export": _reader("format!", format="bib"),
    "bookmarks clear": _reader(),
    "status": _reader(),
    "help": _reader(),
    "about": _reader(),
    "privacy export": _reader(),
    "privacy delete": _reader(),
}
"""Every slash command that can be run, by its words."""

MENUS: Mapping[str, Row] = {
    name: _reader() for name in ("Paper card", "Translate", "Related papers", "Bookmark")
}
"""Every entry of a message's menu."""


def runnable(payload: Json) -> Iterator[tuple[str, list[Json]]]:
    """The commands behind a registered one, by their words, with their options."""
    yield from _runnable(payload["name"], payload)


def _runnable(words: str, node: Json) -> Iterator[tuple[str, list[Json]]]:
    options: list[Json] = node.get("options", [])
    inner = [option for option in options if option["type"] in {SUBCOMMAND, GROUP}]
    for option in inner:
        yield from _runnable(f"{words} {option['name']}", option)
    if not inner:
        yield words, options


def nodes(payload: Json) -> Iterator[Json]:
    """The command with its subcommands and options, however deep."""
    yield payload
    for option in payload.get("options", []):
        yield from nodes(option)


def described(options: list[Json]) -> str:
    """Options as the table has them."""
    return " ".join(
        option["name"]
        + ("!" if option.get("required") else "")
        + ("…" if option.get("autocomplete") else "")
        for option in options
    )


COMPLETED = [
    (command, option.rstrip("!…"))
    for command, row in COMMANDS.items()
    for option in row.options.split()
    if option.endswith("…")
]
"""Every option that is completed while somebody types, with its command."""
