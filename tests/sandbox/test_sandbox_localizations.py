"""Commands in the language of the person who looks at them."""

from typing import Any

import pytest
from rest_server import RestServer, error_codes
from sandbox_stage import Stage, stage

from sandbox.discord.person import ControlRefusedError

Json = dict[str, Any]

LOOK_UP: Json = {
    "name": "search",
    "description": "Search papers",
    "name_localizations": {"ja": "検索", "en-GB": "look-up"},
    "description_localizations": {"ja": "論文を検索する"},
    "options": [
        {
            "type": 3,
            "name": "sort",
            "description": "Order",
            "name_localizations": {"ja": "並び順"},
            "description_localizations": {"ja": "結果の並び順"},
            "choices": [
                {"name": "Newest", "name_localizations": {"ja": "新しい順"}, "value": "new"},
                {"name": "Best", "value": "best"},
            ],
        },
        {
            "type": 3,
            "name": "query",
            "description": "Words",
            "name_localizations": {"ja": "検索語"},
            "autocomplete": True,
        },
    ],
}
SHELF: Json = {
    "name": "bookmarks",
    "description": "Bookmarks",
    "options": [
        {
            "type": 1,
            "name": "list",
            "description": "List them",
            "name_localizations": {"ja": "一覧"},
            "options": [],
        }
    ],
}
MENU: Json = {"type": 3, "name": "Paper card", "name_localizations": {"ja": "論文カード"}}


def register(made: Stage) -> None:
    """Give the application its commands."""
    made.world.commands.overwrite(made.application.id, None, [LOOK_UP, SHELF, MENU])


async def test_a_person_sees_commands_in_their_language() -> None:
    async with stage() as made:
        register(made)
        japanese = {c["name"]: c for c in await made.reader.commands(made.channel_id)}
        search = japanese["search"]
        assert (search["shown_name"], search["shown_description"]) == ("検索", "論文を検索する")
        sort, query = search["options"]
        assert (sort["shown_name"], sort["shown_description"]) == ("並び順", "結果の並び順")
        assert [c["shown_name"] for c in sort["choices"]] == ["新しい順", "Best"]
        assert (query["shown_name"], query["shown_description"]) == ("検索語", "Words")
        assert japanese["bookmarks"]["options"][0]["shown_name"] == "一覧"
        assert japanese["Paper card"]["shown_name"] == "論文カード"
        # English falls back to the other English before the default.
        english = {c["name"]: c for c in await made.owner.commands(made.channel_id)}
        assert english["search"]["shown_name"] == "look-up"
        await made.owner.set_locale("de")
        german = {c["name"]: c for c in await made.owner.commands(made.channel_id)}
        assert german["search"]["shown_name"] == "search"


async def test_a_person_types_what_they_see_and_the_bot_gets_its_own_names() -> None:
    async with stage() as made:
        register(made)
        sent: list[Json] = []
        made.world.bus.subscribe(lambda event: sent.append(event.data))
        reader, channel = made.reader, made.channel_id
        await made.admin.settings(answer_within_seconds=0.05)  # nobody is there to answer
        said = await reader.say(channel, "a paper")
        await reader.run("検索", channel=channel, options={"並び順": "新しい順"})
        await reader.run("bookmarks 一覧", channel=channel)
        await reader.autocomplete("検索", "検索語", "量子", channel=channel)
        await reader.run_menu("論文カード", said)
        search, shelf, typing, menu = (data for data in sent if "data" in data)
        assert search["locale"] == typing["locale"] == menu["locale"] == "ja"
        assert search["data"]["name"] == "search"
        assert search["data"]["options"] == [{"name": "sort", "type": 3, "value": "new"}]
        assert shelf["data"]["options"][0]["name"] == "list"
        assert typing["data"]["options"][0] == {
            "name": "query",
            "type": 3,
            "value": "量子",
            "focused": True,
        }
        assert menu["data"]["name"] == "Paper card"
        with pytest.raises(ControlRefusedError, match="no such option"):
            await made.owner.run("search", channel=channel, options={"並び順": "best"})


async def test_locales_are_discords() -> None:
    async with stage() as made:
        with pytest.raises(ControlRefusedError) as refused:
            await made.reader.set_locale("jp")
        assert refused.value.field == "locale"
        for path, body in (
            ("/users", {"name": "kim", "locale": "kr"}),
            ("/guilds", {"name": "Lab", "owner_id": str(made.owner_id), "locale": "english"}),
        ):
            with pytest.raises(ControlRefusedError) as refused:
                await made.admin.call("POST", path, body)
            assert refused.value.field == "locale"


def _with_options(*localized: Json) -> Json:
    options = [
        {"type": 3, "name": name, "description": "Text", "name_localizations": texts}
        for name, texts in zip(("first", "second"), localized, strict=True)
    ]
    return {"name": "search", "description": "Search", "options": options}


@pytest.mark.parametrize(
    ("body", "path"),
    [
        # The same name in one language, and another option's own name.
        (_with_options({"ja": "最初"}, {"ja": "最初"}), "options.1.name_localizations.ja"),
        (_with_options({"de": "second"}, {}), "options.0.name_localizations.de"),
    ],
)
async def test_localized_option_names_are_distinct(rest: RestServer, body: Json, path: str) -> None:
    status, answer = await rest.call("POST", f"/applications/{rest.bot.id}/commands", body)
    assert (status, answer["code"]) == (400, 50035)
    code = "APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS"
    assert error_codes(answer) == {path: [code]}


async def test_the_same_name_in_two_languages_is_fine(rest: RestServer) -> None:
    body = _with_options({"zh-CN": "排序"}, {"zh-TW": "排序"})
    assert (await rest.call("POST", f"/applications/{rest.bot.id}/commands", body))[0] == 201
