"""Every command as it is registered: names, texts, options, who may run it and where."""

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from cogs_table import COMMANDS, MENUS, MESSAGE, described, nodes, runnable
from openapi import OpenApi
from structlog.testing import capture_logs

from bot import i18n
from bot.client import COGS, PaperboyClient
from bot.core import Core
from bot.export.formats import Format
from bot.settings import load
from bot.ui.command_texts import CommandTexts
from sandbox.discord.validate import Problems
from sandbox.discord.validate_commands import MAX_CHARACTERS, count_characters, parse_command
from sandbox.discord.validate_options import is_command_name

Json = dict[str, Any]

MOST_COMMANDS, MOST_MENUS, MOST_OPTIONS = 100, 5, 25
LONGEST_NAME, LONGEST_TEXT = 32, 100
# English ones are shorter, so that translations of them fit.
LONGEST_ENGLISH = 80
LOCALES = [locale for locale in i18n.LOCALES if locale != i18n.ENGLISH]
# Names of file formats, the same in every language.
SAME_EVERYWHERE = {one.label for one in Format}


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[PaperboyClient]:
    settings = load({"PAPERBOY_DATA_DIR": str(tmp_path)}, None)
    async with AsyncExitStack() as closing:
        core = await Core.open(settings, closing)
        async with PaperboyClient(settings=settings, services=core.services) as made:
            for extension in COGS:
                await made.load_extension(extension)
            yield made


@pytest.fixture
async def payloads(client: PaperboyClient) -> list[Json]:
    return await _sent(client)


async def _sent(client: PaperboyClient) -> list[Json]:
    """All that is sent to Discord, with the localizations."""
    translator = CommandTexts()
    await client.tree.set_translator(translator)
    return [
        await command.get_translated_payload(client.tree, translator)
        for command in client.tree.get_commands()
    ]


@pytest.fixture
def slash(payloads: list[Json]) -> list[Json]:
    return [payload for payload in payloads if payload["type"] == 1]


@pytest.fixture
def menus(payloads: list[Json]) -> list[Json]:
    return [payload for payload in payloads if payload["type"] != 1]


def test_the_commands_and_their_options_are_those_of_the_table(slash: list[Json]) -> None:
    found = {words: described(options) for one in slash for words, options in runnable(one)}
    assert found == {words: row.options for words, row in COMMANDS.items()}


def test_the_menus_are_those_of_the_table(menus: list[Json]) -> None:
    assert [menu["name"] for menu in menus] == [*MENUS]
    assert {menu["type"] for menu in menus} == {MESSAGE}


def test_who_may_run_a_command_and_where_is_as_the_table_says(
    slash: list[Json], menus: list[Json]
) -> None:
    table = {**COMMANDS, **MENUS}
    for payload in [*slash, *menus]:
        who = payload.get("default_member_permissions")
        for words, _ in runnable(payload):
            row = table[words]
            assert (None if who is None else int(who)) == row.who, words
            assert tuple(payload["contexts"] or ()) == row.contexts, words
            # Not stated, it would be what the developer portal says.
            assert tuple(payload["integration_types"] or ()) == row.installs, words
        assert not payload.get("nsfw")


def test_discord_takes_every_definition(
    slash: list[Json], menus: list[Json], official_description: OpenApi | None
) -> None:
    assert len(slash) <= MOST_COMMANDS
    assert len(menus) <= MOST_MENUS
    taken = Counter((payload["type"], payload["name"]) for payload in [*slash, *menus])
    assert set(taken.values()) == {1}
    for payload in [*slash, *menus]:
        problems = Problems()
        parse_command(payload, problems)
        problems.raise_if_any()
        assert count_characters(payload) <= MAX_CHARACTERS, payload["name"]
        if official_description is not None:
            path = "/applications/{application_id}/commands"
            assert official_description.validate_request("POST", path, payload) == []


def test_every_name_and_text_is_good(slash: list[Json], menus: list[Json]) -> None:
    for payload in slash:
        for node in nodes(payload):
            name, text = node["name"], node["description"]
            assert is_command_name(name), name
            assert name.isascii(), name
            assert 5 <= len(text) <= LONGEST_ENGLISH, f"{name}: {text}"
            assert text[0].isupper() or text.startswith("arXiv"), text
            assert not text.endswith("."), text
            assert text == " ".join(text.split()), text
            assert len(node.get("options", [])) <= MOST_OPTIONS, name
            assert len(node.get("choices", [])) <= MOST_OPTIONS, name
            for choice in node.get("choices", []):
                assert 1 <= len(choice["name"]) <= LONGEST_ENGLISH, choice
                assert 1 <= len(choice["value"]) <= LONGEST_TEXT, choice
    for menu in menus:
        assert 1 <= len(menu["name"]) <= LONGEST_NAME
        assert menu["name"][0].isupper()


def test_required_options_come_first_and_texts_are_bounded(slash: list[Json]) -> None:
    string = 3
    for payload in slash:
        for words, options in runnable(payload):
            needed = [option.get("required", False) for option in options]
            assert needed == sorted(needed, reverse=True), words
            for option in options:
                # Without a limit one may send 6,000 characters.
                bounded = option["type"] != string or option.get("choices")
                assert bounded or option.get("max_length"), f"{words} {option['name']}"


def test_the_choices_are_those_of_the_product(slash: list[Json]) -> None:
    found = {
        f"{words} {option['name']}": [choice["value"] for choice in option["choices"]]
        for payload in slash
        for words, options in runnable(payload)
        for option in options
        if option.get("choices")
    }
    assert found == {
        "subscribe include": ["new", "cross", "replacements"],
        "subscribe layout": ["messages", "thread"],
        "subscribe quiet_days": ["silent", "line"],
        "search sort": ["relevance", "newest"],
        "search in": ["both", "archive", "arxiv"],
        "bookmarks export format": [one.value for one in Format],
    }
    options = {o["name"]: o for p in slash if p["name"] == "subscribe" for o in p["options"]}
    assert (options["max_papers"]["min_value"], options["max_papers"]["max_value"]) == (1, 25)
    assert set(options["channel"]["channel_types"]) == {0, 5}


def _texts(payload: Json) -> list[tuple[Json, str]]:
    """Everything of a command that has a text to be translated, with the kinds of texts."""
    found: list[tuple[Json, str]] = []
    for node in nodes(payload):
        found.append((node, "name"))
        if payload["type"] == 1:
            found.append((node, "description"))
        found += [(choice, "name") for choice in node.get("choices", [])]
    return found


async def test_nothing_in_the_catalogs_would_be_refused(client: PaperboyClient) -> None:
    with capture_logs() as logs:
        await _sent(client)
    assert [entry for entry in logs if entry["event"] == "command_text_left_out"] == []


@pytest.mark.parametrize("locale", LOCALES)
def test_every_text_is_there_in_every_language(
    slash: list[Json], menus: list[Json], locale: str
) -> None:
    missing = {
        str(node[field])
        for payload in [*slash, *menus]
        for node, field in _texts(payload)
        if locale not in node.get(f"{field}_localizations", {})
    }
    assert missing - SAME_EVERYWHERE == set()


@pytest.mark.parametrize("locale", LOCALES)
def test_texts_in_every_language_are_valid_and_differ_from_their_neighbors(
    slash: list[Json], menus: list[Json], locale: str
) -> None:
    for payload in [*slash, *menus]:
        for node, field in _texts(payload):
            said = _said(node, field, locale)
            is_choice = "value" in node
            assert said == said.strip(), said
            if field == "name" and payload["type"] == 1 and not is_choice:
                assert is_command_name(said), said
            else:
                longest = LONGEST_NAME if payload["type"] != 1 else LONGEST_TEXT
                assert 1 <= len(said) <= longest, said
                assert not said.endswith((".", "。")), said
        for node in nodes(payload):
            for group in ("options", "choices"):
                _all_differ([_said(inner, "name", locale) for inner in node.get(group, [])])
    for commands in (slash, menus):
        _all_differ([_said(payload, "name", locale) for payload in commands])


def _said(node: Json, field: str, locale: str) -> str:
    """A text as a person of this language sees it."""
    return node.get(f"{field}_localizations", {}).get(locale, node[field])


def _all_differ(names: list[str]) -> None:
    assert [name for name, count in Counter(names).items() if count > 1] == []


def test_loading_the_commands_leaves_no_view_in_the_library(client: PaperboyClient) -> None:
    assert client.persistent_views == []
