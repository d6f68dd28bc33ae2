"""Posting into Discord: exactly once, with every kind of failure sorted."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from ui_samples import DIGEST_KEY, KEY, card, header, paper
from ui_stage import GRANTED, UiStage

from bot.digest.pace import Pacer
from bot.errors import DeliveryError, PermanentDeliveryError, TemporaryDeliveryError
from bot.models import Takeaway
from bot.ui import sender as sender_module
from bot.ui.sender import DiscordSender
from sandbox.discord.faults import Fault
from sandbox.discord.models import ChannelType, Overwrite
from sandbox.discord.permissions import Permission

_MESSAGES = r"/channels/\d+/messages$"
_INVALID: dict[str, Any] = {"code": 50035, "message": "Invalid Form Body", "errors": {}}


async def _send(stage: UiStage, key: str = KEY, **changes: Any) -> int:
    return await stage.sender.send_card(stage.channel_id, card(**changes), key=key, nonce=key)


async def test_a_card_and_a_header_arrive_with_their_keys(stage: UiStage) -> None:
    header_id = await stage.sender.send_header(stage.channel_id, header((paper(),)), nonce="h1")
    card_id = await _send(stage)
    assert [message.id for message in stage.messages()] == [header_id, card_id]
    seen = await stage.reader.read(stage.channel_id)
    assert seen[0].custom_ids == [f"pb1:all:{DIGEST_KEY}:{KEY}"]
    assert f"pb1:bm:2606.01234v1:{KEY}" in seen[1].custom_ids
    assert "Sparse Retrieval" in seen[1].text


async def test_a_repeated_nonce_gives_the_first_message(stage: UiStage) -> None:
    first = await _send(stage)
    assert await _send(stage) == first
    assert len(stage.messages()) == 1


@pytest.mark.parametrize("action", ["drop_before", "drop_after"])
async def test_a_lost_connection_is_temporary_and_doubles_nothing(
    stage: UiStage, action: Any
) -> None:
    stage.sandbox.faults.add(Fault(_MESSAGES, "POST", action=action))
    with pytest.raises(TemporaryDeliveryError, match="cannot be reached"):
        await _send(stage)
    again = await _send(stage)
    assert [message.id for message in stage.messages()] == [again]


async def test_503_is_temporary(stage: UiStage) -> None:
    stage.sandbox.faults.add(Fault(_MESSAGES, "POST", status=503, body={"message": "busy"}))
    with pytest.raises(TemporaryDeliveryError) as caught:
        await _send(stage)
    assert caught.value.status == 503


async def test_a_page_of_a_proxy_in_place_of_discord_is_temporary(stage: UiStage) -> None:
    stage.sandbox.faults.add(Fault(_MESSAGES, "POST", status=403, body="<html>blocked</html>"))
    with pytest.raises(TemporaryDeliveryError):
        await _send(stage)


async def test_no_answer_is_temporary_and_lets_other_calls_go_on(
    stage: UiStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sender_module, "_CALL_S", 0.05)
    stage.sandbox.faults.add(Fault(_MESSAGES, "POST", action=None, delay=0.3))
    with pytest.raises(TemporaryDeliveryError, match="in time"):
        await _send(stage)
    monkeypatch.setattr(sender_module, "_CALL_S", 5.0)
    await _send(stage)
    assert len(stage.messages()) == 1


async def test_a_call_cut_off_in_a_global_rate_limit_does_not_stop_all_others(
    stage: UiStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The library's gate for all requests would stay closed for ever.
    monkeypatch.setattr(sender_module, "_CALL_S", 0.2)
    gone = {"message": "slow down", "retry_after": 20.0, "global": True}
    stage.sandbox.faults.add(Fault(_MESSAGES, "POST", status=429, body=gone))
    with pytest.raises(TemporaryDeliveryError):
        await _send(stage)
    monkeypatch.setattr(sender_module, "_CALL_S", 5.0)
    async with asyncio.timeout(5):
        await _send(stage)


async def test_a_long_rate_limit_is_cut_off_and_the_next_try_doubles_nothing(
    stage: UiStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sender_module, "_CALL_S", 0.3)
    wait = {"message": "slow down", "retry_after": 120.5, "global": False}
    stage.sandbox.faults.add(Fault(_MESSAGES, "POST", status=429, body=wait))
    with pytest.raises(TemporaryDeliveryError, match="in time"):
        await _send(stage)
    monkeypatch.setattr(sender_module, "_CALL_S", 5.0)
    async with asyncio.timeout(5):
        again = await _send(stage)
    assert [message.id for message in stage.messages()] == [again]


async def test_a_refused_token_is_told_and_blocks_no_delivery(stage: UiStage) -> None:
    unauthorized = {"message": "401: Unauthorized", "code": 0}
    stage.sandbox.faults.add(Fault(_MESSAGES, "POST", status=401, body=unauthorized))
    with pytest.raises(TemporaryDeliveryError):
        await _send(stage)
    assert stage.unauthorized == 1


async def test_a_deleted_channel_is_permanent(stage: UiStage) -> None:
    stage.world.rooms.delete(stage.channel_id)
    with pytest.raises(PermanentDeliveryError, match="no longer exists") as caught:
        await _send(stage)
    assert caught.value.code == 10003
    assert not caught.value.of_message_only


async def test_a_missing_permission_is_permanent_and_named(stage: UiStage) -> None:
    change = stage.client.wait_for("guild_role_update", timeout=5)
    stage.allow(Permission.VIEW_CHANNEL | Permission.READ_MESSAGE_HISTORY)
    await change
    with pytest.raises(PermanentDeliveryError, match="Send Messages") as caught:
        await _send(stage)
    assert caught.value.code == 50013


async def test_an_invisible_channel_is_permanent_and_says_so(stage: UiStage) -> None:
    change = stage.client.wait_for("guild_channel_update", timeout=5)
    hidden = Overwrite(stage.bot_role_id, 0, deny=int(Permission.VIEW_CHANNEL))
    stage.world.rooms.set_overwrite(stage.channel_id, hidden)
    await change
    with pytest.raises(PermanentDeliveryError, match="View Channel") as caught:
        await _send(stage)
    assert caught.value.code == 50001


async def test_a_refused_card_is_sent_smaller_with_the_same_nonce(stage: UiStage) -> None:
    stage.sandbox.faults.add(Fault(_MESSAGES, "POST", status=400, body=_INVALID))
    await _send(stage)
    (seen,) = await stage.reader.read(stage.channel_id)
    assert "Sparse Retrieval" in seen.text
    assert "TL;DR" not in seen.text
    assert f"pb1:abs:2606.01234v1:{KEY}" in seen.custom_ids


async def test_a_card_refused_twice_is_given_up_alone(stage: UiStage) -> None:
    stage.sandbox.faults.add(Fault(_MESSAGES, "POST", times=2, status=400, body=_INVALID))
    with pytest.raises(PermanentDeliveryError) as caught:
        await _send(stage)
    assert caught.value.of_message_only
    assert caught.value.code == 50035


async def test_a_refused_header_is_sent_smaller(stage: UiStage) -> None:
    stage.sandbox.faults.add(Fault(_MESSAGES, "POST", status=400, body=_INVALID))
    await stage.sender.send_header(stage.channel_id, header((paper(),)), nonce="h1")
    (seen,) = await stage.reader.read(stage.channel_id)
    assert seen.custom_ids == [f"pb1:all:{DIGEST_KEY}:{KEY}"]
    assert "Sparse" not in seen.text


async def test_nobody_is_pinged(stage: UiStage) -> None:
    hostile = f"@everyone <@{stage.reader_id}> <@&{stage.guild_id}>"
    takeaway = Takeaway(hostile, card().summary.text.takeaways[0].role, 0)
    shown = paper(title=hostile, authors=(hostile,), comment=hostile)
    await stage.sender.send_card(
        stage.channel_id, card(shown, tldr=hostile, takeaways=(takeaway,)), key=KEY, nonce=KEY
    )
    (seen,) = await stage.reader.read(stage.channel_id)
    assert seen.raw["mentions"] == []
    assert seen.raw["mention_roles"] == []
    assert seen.raw["mention_everyone"] is False


async def test_a_thread_opens_once_and_takes_cards(stage: UiStage) -> None:
    first = await stage.sender.send_header(stage.channel_id, header((paper(),)), nonce="h1")
    thread = await stage.sender.open_thread(stage.channel_id, first, "arXiv 18 Jun")
    assert await stage.sender.open_thread(stage.channel_id, first, "arXiv 18 Jun") == thread
    await stage.sender.send_card(thread, card(), key=KEY, nonce=KEY)
    assert [m.type for m in stage.messages()] == [0]
    assert "Sparse Retrieval" in (await stage.reader.read(thread))[-1].text


async def test_threads_open_one_after_the_other_within_the_limits(stage: UiStage) -> None:
    # A server may open 50 threads in 5 minutes: a window that ends late, with requests left.
    stage.sandbox.limits.enabled = True
    async with asyncio.timeout(10):
        for nonce in ("h1", "h2"):
            top = await stage.sender.send_header(stage.channel_id, header((paper(),)), nonce=nonce)
            thread = await stage.sender.open_thread(stage.channel_id, top, "arXiv 18 Jun")
            await stage.sender.send_card(thread, card(), key=nonce, nonce=f"card-{nonce}")
    for message in stage.messages():
        assert "Sparse Retrieval" in (await stage.reader.read(message.id))[-1].text


async def test_a_thread_of_a_deleted_header_is_permanent(stage: UiStage) -> None:
    first = await stage.sender.send_header(stage.channel_id, header((paper(),)), nonce="h1")
    stage.world.posts.delete(stage.owner_id, stage.channel_id, first)
    with pytest.raises(PermanentDeliveryError, match="deleted"):
        await stage.sender.open_thread(stage.channel_id, first, "arXiv 18 Jun")


async def test_own_messages_are_found_by_their_keys(stage: UiStage) -> None:
    since = stage.sandbox.clock.now() - timedelta(seconds=1)
    wanted = {f"key{n}": await _send(stage, f"key{n}") for n in range(3)}
    for n in range(120):  # more than a page of other messages
        stage.world.posts.create(stage.reader_id, stage.channel_id, {"content": f"chat {n}"})
    wanted["late"] = await _send(stage, "late")
    top = await stage.sender.send_header(stage.channel_id, header((paper(),)), nonce="h1")
    keys = [*wanted, KEY, "missing"]
    found = await stage.sender.find(stage.channel_id, keys, since)
    assert found == {**wanted, KEY: top}


async def test_other_peoples_copies_and_older_messages_do_not_count(stage: UiStage) -> None:
    await _send(stage, "old")
    stage.sandbox.clock.advance(timedelta(minutes=5))
    since = stage.sandbox.clock.now()
    other = stage.world.accounts.create_application("Copycat", stage.owner_id)
    stage.world.servers.add_bot(stage.guild_id, other.id, permissions=int(GRANTED))
    button = {"type": 2, "style": 2, "label": "x", "custom_id": "pb1:bm:2606.01234v1:copied"}
    row = {"type": 1, "components": [button]}
    body = {"content": "mine", "components": [row]}
    stage.world.posts.create(other.id, stage.channel_id, body)
    assert await stage.sender.find(stage.channel_id, ["old", "copied"], since) == {}


async def test_an_unreadable_history_is_not_taken_for_empty(stage: UiStage) -> None:
    await _send(stage)
    change = stage.client.wait_for("guild_channel_update", timeout=5)
    blind = Overwrite(stage.bot_role_id, 0, deny=int(Permission.READ_MESSAGE_HISTORY))
    stage.world.rooms.set_overwrite(stage.channel_id, blind)
    await change
    since = stage.sandbox.clock.now() - timedelta(minutes=1)
    with pytest.raises(PermanentDeliveryError, match="Read Message History"):
        await stage.sender.find(stage.channel_id, [KEY], since)


async def test_the_hint_is_put_on_a_card(stage: UiStage) -> None:
    message_id = await _send(stage)
    await stage.sender.add_hint(stage.channel_id, message_id)
    (seen,) = await stage.reader.read(stage.channel_id)
    assert seen.reactions == {"🔖": 1}
    stage.world.posts.delete(stage.owner_id, stage.channel_id, message_id)
    with pytest.raises(PermanentDeliveryError):
        await stage.sender.add_hint(stage.channel_id, message_id)


async def test_an_admin_is_told_directly_and_closed_messages_are_no_error(stage: UiStage) -> None:
    await stage.sender.tell(stage.owner_id, "Grant me View Channel.")
    direct = await stage.owner.open_dm(stage.application.id)
    assert [seen.text for seen in await stage.owner.read(direct)] == ["Grant me View Channel."]
    closed = {"code": 50007, "message": "Cannot send messages to this user"}
    stage.sandbox.faults.add(Fault(_MESSAGES, "POST", status=403, body=closed))
    await stage.sender.tell(stage.owner_id, "Again.")
    assert len(await stage.owner.read(direct)) == 1


async def test_a_channel_that_cannot_hold_messages_is_permanent(stage: UiStage) -> None:
    category = stage.world.rooms.create(stage.guild_id, "group", type=ChannelType.CATEGORY)
    with pytest.raises(DeliveryError) as caught:
        await stage.sender.send_card(category.id, card(), key=KEY, nonce=KEY)
    assert isinstance(caught.value, PermanentDeliveryError)
    assert not caught.value.of_message_only


async def test_every_call_waits_for_the_pacer(stage: UiStage) -> None:
    waited = 0

    class CountingPacer(Pacer):
        async def wait(self) -> None:
            nonlocal waited
            waited += 1
            await super().wait()

    paced = DiscordSender(stage.client, CountingPacer(1000), on_unauthorized=lambda: None)
    message_id = await paced.send_card(stage.channel_id, card(), key=KEY, nonce=KEY)
    await paced.add_hint(stage.channel_id, message_id)
    await paced.find(stage.channel_id, [KEY], stage.sandbox.clock.now() - timedelta(minutes=1))
    await paced.tell(stage.owner_id, "x")
    assert waited == 5
