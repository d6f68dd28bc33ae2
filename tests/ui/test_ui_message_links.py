"""Which papers a message is about, from real payloads of messages."""

from typing import Any, cast

import discord
import pytest

from bot.ui.message_links import papers_of

Json = dict[str, Any]


def message(**given: Any) -> discord.Message:
    data: Json = {
        "id": "1",
        "channel_id": "5",
        "type": 0,
        "author": {"id": "2", "username": "ana", "discriminator": "0", "avatar": None},
        "content": "",
        "timestamp": "2026-06-18T09:00:00+00:00",
        "edited_timestamp": None,
        "tts": False,
        "mention_everyone": False,
        "mentions": [],
        "mention_roles": [],
        "attachments": [],
        "embeds": [],
        "components": [],
        "pinned": False,
        **given,
    }
    client: Any = discord.Client(intents=discord.Intents.none())
    channel: Any = client.get_partial_messageable(5, type=discord.ChannelType.private)
    return discord.Message(state=client._connection, channel=channel, data=cast("Any", data))


def found(**given: Any) -> list[str]:
    return [str(one) for one in papers_of(message(**given))]


def button(custom_id: str) -> Json:
    return {"type": 2, "style": 2, "label": "x", "custom_id": custom_id}


def row(*buttons: Json) -> Json:
    return {"type": 1, "components": list(buttons)}


def test_each_paper_once_at_the_version_that_is_named() -> None:
    text = "2606.00001, <https://arxiv.org/abs/2606.00001v2> and hep-th/9901001"
    assert found(content=text) == ["2606.00001v2", "hep-th/9901001"]
    assert found(content="https://example.com/2606.00001") == []


@pytest.mark.parametrize(
    "embed",
    [
        {"title": "arXiv:2606.00001"},
        {"url": "https://arxiv.org/abs/2606.00001"},
        {"description": "see [this](https://arxiv.org/pdf/2606.00001)"},
        {"fields": [{"name": "Paper", "value": "2606.00001", "inline": True}]},
        {"footer": {"text": "2606.00001"}},
        {"author": {"name": "x", "url": "https://arxiv.org/abs/2606.00001"}},
    ],
)
def test_embeds(embed: Json) -> None:
    assert found(embeds=[{"type": "rich", **embed}]) == ["2606.00001"]


@pytest.mark.parametrize(
    "component",
    [
        {"type": 10, "content": "2606.00001"},
        {"type": 17, "components": [{"type": 10, "content": "arXiv:2606.00001"}]},
        row({"type": 2, "style": 5, "label": "x", "url": "https://arxiv.org/abs/2606.00001"}),
        {
            "type": 9,
            "components": [{"type": 10, "content": "x"}],
            "accessory": {"type": 2, "style": 5, "label": "arXiv:2606.00001", "url": "https://x.y"},
        },
    ],
)
def test_components(component: Json) -> None:
    assert found(components=[component]) == ["2606.00001"]


def test_a_card_of_the_bot_is_about_its_own_paper() -> None:
    card = {
        "type": 17,
        "components": [
            {"type": 10, "content": "We extend arXiv:2501.00001 and 2501.00002."},
            row(button("pb1:abs:2606.00001v2:k3y"), button("pb1:bm:2606.00001v2:k3y")),
        ],
    }
    assert found(components=[card]) == ["2606.00001v2"]
    assert found(components=[card], content="2501.00003") == ["2606.00001v2"]


def test_a_list_of_the_bot_is_about_what_it_opens() -> None:
    rows = row(button("pb1:open:2606.00001v1"), button("pb1:open:math/0611800"))
    paging = row(button("pb1:ls:2606.00009:1:n"))
    assert found(components=[rows, paging]) == ["2606.00001v1", "math/0611800"]


def test_files_by_their_names() -> None:
    file = {"id": "9", "filename": "2606.00001v1.pdf", "size": 1, "url": "u", "proxy_url": "u"}
    assert found(attachments=[file]) == ["2606.00001v1"]


def test_what_is_forwarded() -> None:
    inner: Json = {
        "content": "https://arxiv.org/abs/2606.00001",
        "embeds": [],
        "attachments": [],
        "components": [],
        "timestamp": "2026-06-18T09:00:00+00:00",
        "edited_timestamp": None,
        "type": 0,
        "flags": 0,
        "mentions": [],
        "mention_roles": [],
    }
    snapshots = [{"message": inner}]
    assert found(message_snapshots=snapshots) == ["2606.00001"]
