"""Every command as it is registered: names, texts, options, contexts, permissions."""

from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import discord
import pytest

from bot.client import PaperboyClient
from bot.core import Core
from bot.settings import load
from sandbox.discord.validate import Problems
from sandbox.discord.validate_commands import parse_command

Json = dict[str, Any]

ADMIN = {"subscribe", "subscriptions", "digest"}
EVERYBODY = {"bookmarks", "status", "help"}
SUBCOMMAND, GROUP = 1, 2
_GUILD, _BOT_DM = 0, 1


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[PaperboyClient]:
    settings = load({"PAPERBOY_DATA_DIR": str(tmp_path)}, None)
    async with AsyncExitStack() as closing:
        core = await Core.open(settings, closing)
        made = PaperboyClient(settings=settings, services=core.services)
        async with made:
            for extension in ("subscribe", "subscriptions", "digest", "bookmarks", "info"):
                await made.load_extension(f"cogs.{extension}")
            yield made


@pytest.fixture
def payloads(client: PaperboyClient) -> dict[str, Json]:
    tree = client.tree
    return {command.name: command.to_dict(tree) for command in tree.get_commands()}


def _nodes(command: Json) -> Iterator[Json]:
    yield command
    for option in command.get("options", []):
        yield from _nodes(option)


def test_the_commands_are_those_of_the_product(payloads: dict[str, Json]) -> None:
    assert set(payloads) == ADMIN | EVERYBODY
    subcommands = {
        name: {o["name"] for o in payload.get("options", []) if o["type"] == SUBCOMMAND}
        for name, payload in payloads.items()
    }
    assert subcommands["digest"] == {"preview", "now", "history"}
    assert subcommands["bookmarks"] == {"list", "search", "note", "remove", "export", "clear"}


def test_discord_takes_every_definition(payloads: dict[str, Json]) -> None:
    for payload in payloads.values():
        problems = Problems()
        parse_command(payload, problems)
        problems.raise_if_any()


def test_every_name_and_text_is_good(payloads: dict[str, Json]) -> None:
    for payload in payloads.values():
        for node in _nodes(payload):
            name, text = node["name"], node["description"]
            assert name == name.lower()
            assert 1 <= len(name) <= 32
            assert 5 <= len(text) <= 100, name
            assert text[0].isupper() or text.startswith("arXiv"), text
            assert not text.endswith("."), text
            for choice in node.get("choices", []):
                assert 1 <= len(choice["name"]) <= 100


def test_required_options_come_first_and_no_option_lacks_a_text(payloads: dict[str, Json]) -> None:
    for payload in payloads.values():
        for node in _nodes(payload):
            needed = [o.get("required", False) for o in node.get("options", [])]
            assert needed == sorted(needed, reverse=True), node["name"]
            # The library's placeholder for an option that nobody described.
            assert node["description"] != "…", node["name"]


def test_admin_commands_hint_at_manage_channels_and_stay_in_servers(
    payloads: dict[str, Json],
) -> None:
    wanted = discord.Permissions(manage_channels=True).value
    for name in ADMIN:
        assert int(payloads[name]["default_member_permissions"]) == wanted
        assert payloads[name]["contexts"] == [_GUILD]
    for name in EVERYBODY:
        assert payloads[name].get("default_member_permissions") is None
        assert payloads[name]["contexts"] == [_GUILD, _BOT_DM]


def test_subscribe_has_the_options_of_the_product(payloads: dict[str, Json]) -> None:
    options = {option["name"]: option for option in payloads["subscribe"]["options"]}
    assert set(options) == {
        "categories", "channel", "keywords", "authors", "exclude", "time", "timezone",
        "language", "max_papers", "include", "layout", "quiet_days",
    }  # fmt: skip
    assert [name for name, option in options.items() if option.get("required")] == ["categories"]
    assert options["categories"]["autocomplete"]
    assert options["timezone"]["autocomplete"]
    assert options["language"]["autocomplete"]
    assert (options["max_papers"]["min_value"], options["max_papers"]["max_value"]) == (1, 25)
    assert set(options["channel"]["channel_types"]) == {0, 5}
    assert [choice["value"] for choice in options["include"]["choices"]] == [
        "new", "cross", "replacements",
    ]  # fmt: skip
    assert [choice["value"] for choice in options["layout"]["choices"]] == ["messages", "thread"]
    assert [choice["value"] for choice in options["quiet_days"]["choices"]] == ["silent", "line"]


def test_loading_the_commands_leaves_no_view_in_the_library(client: PaperboyClient) -> None:
    assert client.persistent_views == []
