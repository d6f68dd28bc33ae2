"""Registering application commands over real HTTP."""

from typing import Any

import pytest
from rest_server import RestServer, error_codes

Json = dict[str, Any]


def command(name: str = "subscribe", **fields: Any) -> Json:
    return {"type": 1, "name": name, "description": "What it does", **fields}


def option(name: str = "paper", kind: int = 3, **fields: Any) -> Json:
    return {"type": kind, "name": name, "description": "What it is", **fields}


def scope(rest: RestServer, *, guild: bool = False) -> str:
    place = f"/guilds/{rest.guild.id}" if guild else ""
    return f"/applications/{rest.bot.id}{place}/commands"


@pytest.mark.parametrize("guild", [False, True])
async def test_a_command_is_registered_and_replaced(rest: RestServer, guild: bool) -> None:
    path = scope(rest, guild=guild)
    status, made = await rest.call("POST", path, command(default_member_permissions=16))
    assert status == 201
    assert made["default_member_permissions"] == "16"
    assert made.get("guild_id") == (str(rest.guild.id) if guild else None)
    assert ("contexts" in made) is not guild
    status, same = await rest.call("POST", path, command(default_member_permissions=16))
    assert (status, same) == (200, made)
    status, changed = await rest.call("POST", path, command(description="Other"))
    assert (status, changed["id"]) == (200, made["id"])
    assert changed["version"] != made["version"]
    assert (await rest.call("GET", f"{path}/{made['id']}"))[1] == changed
    status, patched = await rest.call("PATCH", f"{path}/{made['id']}", {"name": "follow"})
    assert (patched["name"], patched["description"]) == ("follow", "Other")
    assert await rest.call("DELETE", f"{path}/{made['id']}") == (204, None)
    status, answer = await rest.call("GET", f"{path}/{made['id']}")
    assert (status, answer["code"]) == (404, 10063)


async def test_localizations_are_listed_on_request_only(rest: RestServer) -> None:
    full = command(
        name_localizations={"ja": "購読", "zh-CN": "订阅"},
        options=[option(name_localizations={"ja": "論文"}, choices=[{"name": "a", "value": "b"}])],
    )
    await rest.call("POST", scope(rest), full)
    (plain,) = (await rest.call("GET", scope(rest)))[1]
    assert "name_localizations" not in plain
    assert "name_localizations" not in plain["options"][0]
    (localized,) = (await rest.call("GET", scope(rest), params={"with_localizations": "true"}))[1]
    assert localized["name_localizations"] == {"ja": "購読", "zh-CN": "订阅"}
    assert localized["options"][0]["name_localizations"] == {"ja": "論文"}


@pytest.mark.parametrize(
    ("body", "place", "code"),
    [
        (command("Subscribe"), "name", "INVALID_NAME"),
        (command("two words"), "name", "INVALID_NAME"),
        (command(""), "name", "BAD_LENGTH"),
        (command("x" * 33), "name", "BAD_LENGTH"),
        (command(description=""), "description", "BAD_LENGTH"),
        (command(description="x" * 101), "description", "BAD_LENGTH"),
        ({"name": "x"}, "description", "REQUIRED"),
        (command(type=9), "type", "CHOICES"),
        (command(name_localizations={"xx": "a"}), "name_localizations.xx", "CHOICES"),
        (command(name_localizations={"ja": "A b"}), "name_localizations.ja", "INVALID_NAME"),
        (
            command(description_localizations={"de": "x" * 101}),
            "description_localizations.de",
            "BAD_LENGTH",
        ),
        (command(options=[option(str(n)) for n in range(26)]), "options", "MAX_LENGTH"),
        (command(options=[option(), option()]), "options.1.name", "ALREADY_EXISTS"),
        (
            command(options=[option("a"), option("b", required=True)]),
            "options.1",
            "REQUIRED_INVALID",
        ),
        (
            command(options=[option("a", 1), option("b", 3)]),
            "options",
            "OPTIONS_TYPE_INVALID",
        ),
        (
            command(options=[option("a", 1, options=[option("b", 1)])]),
            "options.0.options.0.type",
            "CHOICES",
        ),
        (
            command(options=[option("a", 2, options=[option("b", 3)])]),
            "options.0.options.0.type",
            "CHOICES",
        ),
        (
            command(options=[option(autocomplete=True, choices=[{"name": "a", "value": "a"}])]),
            "options.0.autocomplete",
            "AUTOCOMPLETE_INVALID",
        ),
        (
            command(
                options=[option(choices=[{"name": str(n), "value": str(n)} for n in range(26)])]
            ),
            "options.0.choices",
            "MAX_LENGTH",
        ),
        (
            command(options=[option(kind=4, choices=[{"name": "a", "value": "b"}])]),
            "options.0.choices.0.value",
            "COERCE",
        ),
        (
            command(options=[option(choices=[{"name": "a", "value": "x" * 101}])]),
            "options.0.choices.0.value",
            "BAD_LENGTH",
        ),
        (
            command(options=[option(kind=4, min_value=5, max_value=4)]),
            "options.0.min_value",
            "MIN_MAX_INVALID",
        ),
        (command(options=[option(kind=7, channel_types=[99])]), "options.0.channel_types", "TYPE"),
        (command(contexts=[0, 0]), "contexts", "CHOICES"),
        (command(integration_types=[7]), "integration_types", "CHOICES"),
        ({"type": 3, "name": "Card", "description": "x"}, "description", "NOT_ALLOWED"),
    ],
)
async def test_a_wrong_definition_is_named(
    rest: RestServer, body: Json, place: str, code: str
) -> None:
    status, answer = await rest.call("POST", scope(rest), body)
    assert (status, answer["code"]) == (400, 50035)
    codes = error_codes(answer)
    assert place in codes
    assert code in codes[place][0]
    assert rest.world.registered == {}


@pytest.mark.parametrize("name", ["digest", "paper-card", "購読", "über", "don't", "सूचना", "a_1"])
async def test_names_in_other_scripts_are_fine(rest: RestServer, name: str) -> None:
    assert (await rest.call("POST", scope(rest), command(name)))[0] == 201


async def test_menu_commands_may_have_spaces_and_capitals(rest: RestServer) -> None:
    status, made = await rest.call("POST", scope(rest), {"type": 3, "name": "Paper card"})
    assert (status, made["name"], made["description"]) == (201, "Paper card", "")
    assert (await rest.call("POST", scope(rest), {"type": 2, "name": "Paper card"}))[0] == 201


def command_of(size: int) -> Json:
    """A definition of exactly `size` characters, for sizes around 8,000."""
    choices = [{"name": f"{n:02}nnnnnnnn", "value": f"{n:02}vvvvvvvv"} for n in range(15)]
    options = [option(f"o{n:02}", description="d" * 100, choices=choices) for n in range(19)]
    body = command(options=options)
    while left := size - _characters(body):
        options.append(option(f"p{len(options)}", description="d" * (min(left, 100) - 3)))
    return body


async def test_a_command_holds_8000_characters(rest: RestServer) -> None:
    assert (await rest.call("POST", scope(rest), command_of(8000)))[0] == 201
    status, answer = await rest.call("POST", scope(rest), command_of(8001))
    assert (status, error_codes(answer)) == (400, {"": ["APPLICATION_COMMAND_TOO_LARGE"]})
    localized = command_of(8000) | {"name_localizations": {"de": "kurz", "fr": "s-abonner"}}
    assert (await rest.call("POST", scope(rest), localized))[0] == 200
    localized["name_localizations"]["fr"] = "s-abonner-ici"
    assert (await rest.call("POST", scope(rest), localized))[0] == 400


def _characters(item: Json) -> int:
    own = sum(len(item.get(field) or "") for field in ("name", "description", "value"))
    nested = (*item.get("options", ()), *item.get("choices", ()))
    return own + sum(_characters(inner) for inner in nested)


async def test_overwriting_keeps_ids_and_is_all_or_nothing(rest: RestServer) -> None:
    path = scope(rest)
    status, first = await rest.call("PUT", path, [command("a"), command("b")])
    assert status == 200
    status, second = await rest.call("PUT", path, [command("b"), command("c")])
    assert [c["name"] for c in second] == ["b", "c"]
    assert second[0] == first[1]
    status, answer = await rest.call("PUT", path, [command("d"), command("E"), command("d")])
    assert error_codes(answer) == {
        "1.name": ["APPLICATION_COMMAND_INVALID_NAME"],
        "2.name": ["APPLICATION_COMMANDS_DUPLICATE_NAME"],
    }
    assert (await rest.call("GET", path))[1] != []
    assert [c["name"] for c in (await rest.call("GET", path))[1]] == ["b", "c"]
    assert (await rest.call("PUT", path, []))[1] == []
    status, answer = await rest.call("PUT", path, {"name": "a"})
    assert (status, answer["code"]) == (400, 50035)


async def test_how_many_commands_there_can_be(rest: RestServer) -> None:
    many = [command(f"c{n}") for n in range(100)]
    assert (await rest.call("PUT", scope(rest), many))[0] == 200
    status, answer = await rest.call("POST", scope(rest), command("one-more"))
    assert (status, answer["code"]) == (400, 30032)
    status, answer = await rest.call("PUT", scope(rest), [*many, command("one-more")])
    assert (status, answer["code"]) == (400, 30032)
    menus = [{"type": 3, "name": f"Menu {n}"} for n in range(16)]
    status, answer = await rest.call("PUT", scope(rest), menus)
    assert (status, answer["code"]) == (400, 30032)
    await rest.call("PUT", scope(rest), [command(f"d{n}") for n in range(100)])
    status, answer = await rest.call("PUT", scope(rest), [command("e")])
    assert (status, answer["code"]) == (400, 30034)


async def test_only_the_own_application_and_guilds(rest: RestServer) -> None:
    other = rest.world.accounts.create_application("Other", rest.owner.id)
    status, answer = await rest.call("GET", f"/applications/{other.id}/commands")
    assert (status, answer["code"]) == (403, 20012)
    stranger = rest.world.servers.create(rest.owner.id, "Elsewhere")
    path = f"/applications/{rest.bot.id}/guilds/{stranger.id}/commands"
    status, answer = await rest.call("GET", path)
    assert (status, answer["code"]) == (403, 50001)


async def test_renaming_onto_another_command_is_refused(rest: RestServer) -> None:
    _, commands = await rest.call("PUT", scope(rest), [command("a"), command("b")])
    status, answer = await rest.call("PATCH", f"{scope(rest)}/{commands[0]['id']}", {"name": "b"})
    assert (status, answer["code"]) == (400, 40041)


async def test_what_is_available_in_a_guild(rest: RestServer) -> None:
    await rest.call("PUT", scope(rest), [command("a"), command("b")])
    await rest.call("PUT", scope(rest, guild=True), [command("b", description="here")])
    available = rest.world.commands.available(rest.bot.id, rest.guild.id)
    assert [(c.name, c.guild_id) for c in available] == [("a", None), ("b", rest.guild.id)]
    assert [c.name for c in rest.world.commands.available(rest.bot.id, None)] == ["a", "b"]


async def test_no_command_has_permissions_of_its_own(rest: RestServer) -> None:
    path = scope(rest, guild=True)
    _, made = await rest.call("POST", path, command())
    assert await rest.call("GET", f"{path}/permissions") == (200, [])
    status, answer = await rest.call("GET", f"{path}/{made['id']}/permissions")
    assert (status, answer["code"]) == (404, 10066)
