"""Reactions over real HTTP."""

import pytest
from rest_server import RestServer

from sandbox.discord.errors import DiscordError
from sandbox.discord.models import Overwrite
from sandbox.discord.permissions import Permission


async def card(rest: RestServer) -> str:
    """The path of a new message's reactions."""
    _, sent = await rest.send({"content": "A paper"})
    return f"/channels/{rest.general.id}/messages/{sent['id']}/reactions"


def message_of(path: str) -> int:
    return int(path.split("/")[4])


async def test_a_reaction_is_kept_counted_and_told(rest: RestServer) -> None:
    path = await card(rest)
    message = message_of(path)
    assert await rest.call("PUT", f"{path}/🔖/@me") == (204, None)
    assert await rest.call("PUT", f"{path}/🔖/@me") == (204, None)
    rest.world.reactions.add(rest.reader.id, rest.general.id, message, "🔖")
    first, second = rest.named("MESSAGE_REACTION_ADD")
    assert first.data["user_id"] == str(rest.bot.id)
    assert first.intent == "GUILD_MESSAGE_REACTIONS"
    assert second.data["emoji"] == {"id": None, "name": "🔖"}
    assert second.data["member"]["user"]["id"] == str(rest.reader.id)
    assert second.data["message_author_id"] == str(rest.bot.id)
    _, seen = await rest.call("GET", f"/channels/{rest.general.id}/messages/{message}")
    (reaction,) = seen["reactions"]
    assert (reaction["count"], reaction["me"]) == (2, True)
    assert reaction["count_details"] == {"burst": 0, "normal": 2}
    assert await rest.call("DELETE", f"{path}/🔖/@me") == (204, None)
    assert rest.named("MESSAGE_REACTION_REMOVE")[0].data["user_id"] == str(rest.bot.id)
    _, users = await rest.call("GET", f"{path}/🔖")
    assert [user["id"] for user in users] == [str(rest.reader.id)]


async def test_who_reacted_is_paged(rest: RestServer) -> None:
    path = await card(rest)
    people = [rest.world.accounts.create_user(f"p{number}") for number in range(5)]
    for person in people:
        rest.world.servers.add_member(rest.guild.id, person.id)
        rest.world.reactions.add(person.id, rest.general.id, message_of(path), "👍")
    found: list[str] = []
    after = "0"
    while True:
        params = {"limit": "2", "after": after}
        _, users = await rest.call("GET", f"{path}/👍", params=params)
        if not users:
            break
        after = users[-1]["id"]
        found += [user["username"] for user in users]
    assert found == ["p0", "p1", "p2", "p3", "p4"]
    assert (await rest.call("GET", f"{path}/👎"))[1] == []
    assert (await rest.call("GET", f"{path}/👍", params={"type": "1"}))[1] == []


@pytest.mark.parametrize("emoji", ["abc", "name:123456789012345678", "🔖🔖"])
async def test_what_is_no_emoji_is_refused(rest: RestServer, emoji: str) -> None:
    path = await card(rest)
    status, answer = await rest.call("PUT", f"{path}/{emoji}/@me")
    assert (status, answer["code"]) == (400, 10014)


async def test_a_message_takes_twenty_emojis(rest: RestServer) -> None:
    path = await card(rest)
    for number in range(20):
        assert (await rest.call("PUT", f"{path}/{chr(0x1F600 + number)}/@me"))[0] == 204
    status, answer = await rest.call("PUT", f"{path}/🔖/@me")
    assert (status, answer["code"]) == (400, 30010)
    assert (await rest.call("PUT", f"{path}/{chr(0x1F600)}/@me"))[0] == 204


async def test_reacting_needs_permission(rest: RestServer) -> None:
    path = await card(rest)
    message = message_of(path)
    deny = int(Permission.ADD_REACTIONS)
    rest.world.rooms.set_overwrite(rest.general.id, Overwrite(rest.bot.id, 1, deny=deny))
    status, answer = await rest.call("PUT", f"{path}/🔖/@me")
    assert (status, answer["code"]) == (403, 50013)
    # An emoji that is there already may be used without it.
    rest.world.reactions.add(rest.reader.id, rest.general.id, message, "🔖")
    assert (await rest.call("PUT", f"{path}/🔖/@me"))[0] == 204
    deny = int(Permission.READ_MESSAGE_HISTORY)
    rest.world.rooms.set_overwrite(rest.general.id, Overwrite(rest.bot.id, 1, deny=deny))
    status, answer = await rest.call("PUT", f"{path}/🔖/@me")
    assert (status, answer["code"]) == (403, 50013)


async def test_taking_away_others_reactions_needs_manage_messages(rest: RestServer) -> None:
    path = await card(rest)
    message = message_of(path)
    await rest.call("PUT", f"{path}/🔖/@me")
    with pytest.raises(DiscordError) as caught:
        rest.world.reactions.remove(
            rest.reader.id, rest.general.id, message, "🔖", user_id=rest.bot.id
        )
    assert caught.value.code == 50013
    rest.world.reactions.add(rest.reader.id, rest.general.id, message, "🔖")
    assert await rest.call("DELETE", f"{path}/🔖/{rest.reader.id}") == (204, None)
    await rest.call("PUT", f"{path}/👍/@me")
    assert await rest.call("DELETE", f"{path}/👍") == (204, None)
    assert await rest.call("DELETE", path) == (204, None)
    names = [event.name for event in rest.events if "REMOVE_" in event.name]
    assert names == ["MESSAGE_REACTION_REMOVE_EMOJI", "MESSAGE_REACTION_REMOVE_ALL"]
    _, seen = await rest.call("GET", f"/channels/{rest.general.id}/messages/{message}")
    assert "reactions" not in seen
