"""Changes that the sandbox itself makes, and interaction answers, by the events they publish."""

from typing import Any

import pytest
from rest_server import RestServer

from sandbox.discord.errors import DiscordError
from sandbox.discord.models import MessageFlag, MessageType, Overwrite
from sandbox.discord.permissions import ALL, Permission
from sandbox.discord.validate_messages import MessageBody, parse_edit, parse_message


def code_of(caught: pytest.ExceptionInfo[DiscordError]) -> int:
    return caught.value.code


async def test_roles(rest: RestServer) -> None:
    servers = rest.world.servers
    role = servers.create_role(rest.guild.id, "fans", permissions=int(Permission.MANAGE_MESSAGES))
    servers.update_member(rest.guild.id, rest.reader.id, roles=[role.id])
    granted = rest.world.guild_permissions(rest.reader.id, rest.guild)
    assert granted & Permission.MANAGE_MESSAGES
    servers.update_role(rest.guild.id, role.id, permissions=0, name="readers")
    assert rest.named("GUILD_ROLE_UPDATE")[0].data["role"]["name"] == "readers"
    rest.world.rooms.set_overwrite(rest.general.id, Overwrite(role.id, 0, deny=8))
    servers.delete_role(rest.guild.id, role.id)
    assert rest.guild.members[rest.reader.id].roles == []
    assert rest.general.overwrites == {}
    assert rest.named("GUILD_ROLE_DELETE")[0].data["role_id"] == str(role.id)
    for wrong, code in ((role.id, 10011), (rest.guild.id, 50028)):
        with pytest.raises(DiscordError) as caught:
            servers.delete_role(rest.guild.id, wrong)
        assert code_of(caught) == code
    with pytest.raises(DiscordError) as caught:
        servers.update_member(rest.guild.id, rest.reader.id, roles=[5])
    assert code_of(caught) == 10011


async def test_a_change_of_a_member_reaches_everyone_once(rest: RestServer) -> None:
    rest.world.servers.update_member(rest.guild.id, rest.bot.id, nick="Press", roles=[])
    to_others, to_itself = rest.named("GUILD_MEMBER_UPDATE")
    assert to_others.intent == "GUILD_MEMBERS"
    assert to_others.only_users is not None
    assert rest.bot.id not in to_others.only_users
    # A bot must hear of its own roles without the privileged intent.
    assert (to_itself.intent, to_itself.only_users) == (None, {rest.bot.id})


async def test_members_come_and_go(rest: RestServer) -> None:
    person = rest.world.accounts.create_user("nina")
    member = rest.world.servers.add_member(rest.guild.id, person.id)
    assert rest.world.servers.add_member(rest.guild.id, person.id) is member
    assert len(rest.named("GUILD_MEMBER_ADD")) == 1
    rest.world.servers.remove_member(rest.guild.id, person.id)
    assert rest.named("GUILD_MEMBER_REMOVE")[0].data["user"]["username"] == "nina"
    for user_id, code in ((person.id, 10007), (rest.owner.id, 50055)):
        with pytest.raises(DiscordError) as caught:
            rest.world.servers.remove_member(rest.guild.id, user_id)
        assert code_of(caught) == code


async def test_a_deleted_guild_is_gone_with_its_channels(rest: RestServer) -> None:
    rest.world.servers.delete(rest.guild.id)
    (event,) = rest.named("GUILD_DELETE")
    assert event.only_users == {rest.bot.id}
    assert rest.general.id not in rest.world.channels
    status, answer = await rest.call("GET", f"/channels/{rest.general.id}")
    assert (status, answer["code"]) == (404, 10003)


async def test_ids_and_tokens_are_not_given_twice(rest: RestServer) -> None:
    accounts = rest.world.accounts
    with pytest.raises(ValueError, match="already"):
        accounts.create_user("x", user_id=rest.owner.id)
    with pytest.raises(ValueError, match="already"):
        rest.world.servers.create(rest.owner.id, "x", guild_id=rest.guild.id)
    with pytest.raises(ValueError, match="token"):
        accounts.create_application("x", rest.owner.id, token=rest.bot.token)
    other = accounts.create_application("Other", rest.owner.id)
    with pytest.raises(DiscordError) as caught:
        accounts.open_dm(rest.bot.id, other.id)
    assert code_of(caught) == 50007


def answer_body(**fields: Any) -> MessageBody:
    return parse_message({"content": "an answer", **fields})


async def test_an_answer_needs_no_permission_to_send(rest: RestServer) -> None:
    everything = Overwrite(rest.bot.id, 1, deny=int(ALL))
    rest.world.rooms.set_overwrite(rest.general.id, everything)
    metadata = {"id": "1", "type": 2}
    message = rest.world.answers.create(
        rest.bot.id,
        rest.general.id,
        answer_body(),
        interaction_metadata=metadata,
        type=MessageType.CHAT_INPUT_COMMAND,
    )
    assert rest.general.messages == {message.id: message}
    (event,) = rest.named("MESSAGE_CREATE")
    assert event.data["interaction_metadata"] == metadata
    assert event.data["application_id"] == event.data["webhook_id"] == str(rest.bot.id)
    assert event.data["type"] == 20


async def test_an_ephemeral_answer_is_seen_by_nobody_else(rest: RestServer) -> None:
    answers = rest.world.answers
    message = answers.create(
        rest.bot.id, rest.general.id, answer_body(flags=64), ephemeral_to=rest.reader.id
    )
    assert message.flags & MessageFlag.EPHEMERAL
    assert rest.general.messages == {}
    assert (await rest.call("GET", f"/channels/{rest.general.id}/messages"))[1] == []
    answers.edit(message, parse_edit({"content": "changed"}, message))
    assert message.content == "changed"
    assert message.flags & MessageFlag.EPHEMERAL
    answers.delete(message)
    assert rest.world.ephemeral == {}
    with pytest.raises(DiscordError) as caught:
        answers.delete(message)
    assert code_of(caught) == 10008
    assert rest.events == []


async def test_a_loading_answer_becomes_the_answer(rest: RestServer) -> None:
    answers = rest.world.answers
    message = answers.create(rest.bot.id, rest.general.id, MessageBody(), loading=True)
    assert message.flags & MessageFlag.LOADING
    answers.edit(message, parse_edit({"content": "done"}, message))
    assert not message.flags & MessageFlag.LOADING
    assert message.edited_at is None
    (event,) = rest.named("MESSAGE_UPDATE")
    assert (event.data["content"], event.data["edited_timestamp"]) == ("done", None)
    answers.edit(message, parse_edit({"content": "again"}, message))
    assert message.edited_at is not None


async def test_answering_in_a_private_thread_joins_it(rest: RestServer) -> None:
    thread = rest.world.threads.standalone(rest.owner.id, rest.general.id, {"name": "Private"})
    assert thread.thread is not None
    rest.world.answers.create(rest.bot.id, thread.id, answer_body())
    assert list(thread.thread.members) == [rest.owner.id, rest.bot.id]
