"""Message components over real HTTP: what may stand where, and the totals."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rest_server import RestServer, error_codes

from sandbox.discord.validate import Form, Problems
from sandbox.discord.validate_components import parse_components, walk
from sandbox.discord.validate_controls import is_unicode_emoji

V2 = 1 << 15
Json = dict[str, Any]


def text(content: str = "t") -> Json:
    return {"type": 10, "content": content}


def row(*components: Json) -> Json:
    return {"type": 1, "components": list(components)}


def button(custom_id: str | None = "b", **fields: Any) -> Json:
    return {"type": 2, "style": 1, "label": "L", "custom_id": custom_id, **fields}


def link(**fields: Any) -> Json:
    return {"type": 2, "style": 5, "label": "L", "url": "https://arxiv.org", **fields}


def select(**fields: Any) -> Json:
    options = [{"label": "a", "value": "a"}, {"label": "b", "value": "b"}]
    return {"type": 3, "custom_id": "s", "options": options, **fields}


def section(*texts: Json, accessory: Json | None = None) -> Json:
    thumbnail = {"type": 11, "media": {"url": "https://example.org/a.png"}}
    return {"type": 9, "components": list(texts), "accessory": accessory or thumbnail}


def container(*components: Json) -> Json:
    return {"type": 17, "components": list(components)}


async def test_a_card_comes_back_with_ids_and_defaults(rest: RestServer) -> None:
    card = container(section(text("Title")), {"type": 14}, row(button(), link()))
    status, sent = await rest.send({"flags": V2, "components": [card, text()]})
    assert status == 200
    every = list(walk(sent["components"]))
    ids = [component["id"] for component in every]
    assert sorted(ids) == list(range(1, len(every) + 1))
    shown = sent["components"][0]
    assert (shown["accent_color"], shown["spoiler"]) == (None, False)
    assert shown["components"][1] | {"id": 0} == {
        "type": 14,
        "id": 0,
        "spacing": 1,
        "divider": True,
    }
    media = shown["components"][0]["accessory"]["media"]
    assert media["url"] == media["proxy_url"] == "https://example.org/a.png"
    assert sent["content"] == ""


async def test_given_ids_are_kept(rest: RestServer) -> None:
    status, sent = await rest.send({"flags": V2, "components": [{**text(), "id": 1}, text()]})
    assert status == 200
    assert [component["id"] for component in sent["components"]] == [1, 2]


WRONG: list[tuple[list[Any], str, str]] = [
    ([text(), {**text(), "id": 3}, {**text(), "id": 3}], "components", "ID_DUPLICATED"),
    ([text("x" * 2001), text("y" * 2000)], "components", "TEXT_SIZE_EXCEEDED"),
    ([text("")], "components.0.content", "BAD_LENGTH"),
    ([{"type": 10}], "components.0.content", "REQUIRED"),
    ([{"type": 2}], "components.0.type", "BASE_TYPE_CHOICES"),
    ([{"type": 4}], "components.0.type", "BASE_TYPE_CHOICES"),
    ([container(container(text()))], "components.0.components.0.type", "CHOICES"),
    ([container()], "components.0.components", "BAD_LENGTH"),
    ([row(button(), button())], "components", "CUSTOM_ID_DUPLICATED"),
    ([row(*[button(str(n)) for n in range(6)])], "components.0.components", "BAD_LENGTH"),
    ([row(button(), select())], "components.0.components", "WIDTH_EXCEEDED"),
    ([row(text())], "components.0.components.0.type", "CHOICES"),
    ([row(button(label="x" * 81))], "components.0.components.0.label", "MAX_LENGTH"),
    ([row(button("x" * 101))], "components.0.components.0.custom_id", "BAD_LENGTH"),
    ([row(button(custom_id=None))], "components.0.components.0.custom_id", "REQUIRED"),
    ([row(button(label=None))], "components.0.components.0.label", "REQUIRED"),
    ([row(button(emoji={"name": "x"}))], "components.0.components.0.emoji.name", "EMOJI"),
    ([row(button(style=9))], "components.0.components.0.style", "CHOICES"),
    ([row(button(url="https://x.org"))], "components.0.components.0.url", "INVALID_URL"),
    ([row(link(custom_id="x"))], "components.0.components.0.custom_id", "EXCLUSIVE"),
    ([row(link(url=None))], "components.0.components.0.url", "REQUIRED"),
    ([row(link(url="ftp://x.org"))], "components.0.components.0.url", "SCHEME"),
    ([row(link(url="https://"))], "components.0.components.0.url", "INVALID_URL"),
    (
        [row(link(url="https://x.org/" + "y" * 500))],
        "components.0.components.0.url",
        "MAX_LENGTH",
    ),
    ([row(select(options=[]))], "components.0.components.0.options", "BAD_LENGTH"),
    (
        [row(select(options=[{"label": str(n), "value": str(n)} for n in range(26)]))],
        "components.0.components.0.options",
        "BAD_LENGTH",
    ),
    (
        [row(select(options=[{"label": "a", "value": "a"}] * 2))],
        "components.0.components.0.options.1.value",
        "DUPLICATED",
    ),
    ([row(select(min_values=3))], "components.0.components.0.min_values", "ABOVE_MAX"),
    ([row(select(placeholder="x" * 151))], "components.0.components.0.placeholder", "MAX"),
    ([section()], "components.0.components", "BAD_LENGTH"),
    ([section(*[text()] * 4)], "components.0.components", "BAD_LENGTH"),
    ([section(text(), accessory=text())], "components.0.accessory.type", "CHOICES"),
    ([{"type": 9, "components": [text()]}], "components.0.accessory", "REQUIRED"),
    ([{"type": 12, "items": []}], "components.0.items", "BAD_LENGTH"),
    ([{"type": 13, "file": {"url": "https://x.org/a"}}], "components.0.file.url", "SCHEME"),
    ([{"type": 14, "spacing": 3}], "components.0.spacing", "CHOICES"),
    ([{**container(text()), "accent_color": -1}], "components.0.accent_color", "MIN"),
    (["text"], "components.0", "DICT_TYPE_CONVERT"),
]


@pytest.mark.parametrize(("components", "place", "code"), WRONG)
async def test_a_wrong_component_is_named(
    rest: RestServer, components: list[Any], place: str, code: str
) -> None:
    status, answer = await rest.send({"flags": V2, "components": components})
    assert (status, answer["code"]) == (400, 50035)
    codes = error_codes(answer)
    assert place in codes
    assert code in codes[place][0]


async def test_forty_components_and_4000_characters_fit_and_one_more_does_not(
    rest: RestServer,
) -> None:
    full = [container(*[text("x" * 100)] * 39)]
    assert (await rest.send({"flags": V2, "components": full}))[0] == 200
    status, answer = await rest.send({"flags": V2, "components": [*full, {"type": 14}]})
    assert status == 400
    assert error_codes(answer) == {"components": ["COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED"]}
    exact = [text("x" * 4000)]
    assert (await rest.send({"flags": V2, "components": exact}))[0] == 200
    status, answer = await rest.send({"flags": V2, "components": [*exact, text("y")]})
    assert "TEXT_SIZE" in error_codes(answer)["components"][0]


@pytest.mark.parametrize("field", ["content", "embeds", "sticker_ids", "poll"])
async def test_nothing_stands_beside_components_v2(rest: RestServer, field: str) -> None:
    values: Json = {
        "content": "x",
        "embeds": [{"title": "x"}],
        "sticker_ids": ["1"],
        "poll": {"question": {"text": "?"}},
    }
    body = {"flags": V2, "components": [text()], field: values[field]}
    status, answer = await rest.send(body)
    assert status == 400
    assert error_codes(answer)[field][0].startswith("MESSAGE_CANNOT_USE_LEGACY_FIELDS")


async def test_without_the_flag_only_rows_are_components(rest: RestServer) -> None:
    status, answer = await rest.send({"content": "x", "components": [text()]})
    assert error_codes(answer) == {"components.0.type": ["BASE_TYPE_CHOICES"]}
    rows = [row(button(str(n))) for n in range(6)]
    status, answer = await rest.send({"content": "x", "components": rows})
    assert (status, error_codes(answer)) == (400, {"components": ["BASE_TYPE_MAX_LENGTH"]})
    status, sent = await rest.send({"content": "x", "components": rows[:5]})
    assert (status, len(sent["components"])) == (200, 5)


async def test_all_selects_are_accepted(rest: RestServer) -> None:
    chosen = [{"id": str(rest.reader.id), "type": "user"}]
    rows = [
        row(select(disabled=True, max_values=2)),
        row({"type": 5, "custom_id": "u", "default_values": chosen}),
        row({"type": 6, "custom_id": "r"}),
        row({"type": 7, "custom_id": "m", "min_values": 0}),
        row({"type": 8, "custom_id": "c", "channel_types": [0, 5]}),
    ]
    status, sent = await rest.send({"content": "x", "components": rows})
    assert status == 200
    kinds = [component["components"][0]["type"] for component in sent["components"]]
    assert kinds == [3, 5, 6, 7, 8]


@pytest.mark.parametrize("emoji", ["🔖", "👍🏽", "🇯🇵", "1️⃣", "❤️", "👨‍👩‍👧", "❤️‍🔥", "©️"])
def test_emojis_are_recognized(emoji: str) -> None:
    assert is_unicode_emoji(emoji)


@pytest.mark.parametrize("other", ["", "a", "1", "🔖🔖", "🇯", "x🔖", "name:123", "\ufe0f", "@"])
def test_other_texts_are_no_emoji(other: str) -> None:
    assert not is_unicode_emoji(other)


FIELDS = [
    *("type", "components", "content", "accessory", "items", "media", "url", "id"),
    *("options", "label", "value", "style", "custom_id", "emoji", "name", "file"),
]
_json = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 20) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(FIELDS),
            inner,
            max_size=5,
        )
    ),
    max_leaves=25,
)


@given(components=_json)
def test_no_body_breaks_the_validation(components: Any) -> None:
    problems = Problems()
    parsed = parse_components(Form({"components": components}, problems), v2=True)
    if not problems and components:
        assert len(list(walk(parsed))) >= len(components)
