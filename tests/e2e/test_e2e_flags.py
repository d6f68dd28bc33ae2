"""Flags on cards: one translation per paper, channel and language, whatever happens."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from commands_stage import BOT_PERMISSIONS, CommandsStage, commands_stage
from reactions_stage import (
    JAPANESE,
    PAPER,
    answering,
    flag_states,
    post_card,
    react,
    translations_of,
    unreact,
    until_state,
    worked_off,
    write_memory,
)
from sqlalchemy import select, update

from bot.i18n import speaking, t
from bot.store.schema import flag_answers
from bot.ui import custom_ids
from bot.ui.cards import card_view
from sandbox.discord.faults import Fault
from sandbox.discord.permissions import Permission
from sandbox.discord.sightings import SeenMessage

_MESSAGES = r"/channels/\d+/messages$"


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[CommandsStage]:
    memory = write_memory(tmp_path / "memory", ja=JAPANESE)
    async with commands_stage(
        tmp_path / "data", bookmark_hint="false", translation_memory=str(memory)
    ) as made:
        yield made


@pytest.fixture
async def bare(tmp_path: Path) -> AsyncIterator[CommandsStage]:
    """Without a translation service."""
    async with commands_stage(tmp_path / "data", bookmark_hint="false") as made:
        yield made


async def _own(stage: CommandsStage, channel_id: int) -> list[SeenMessage]:
    """What the bot has written in a channel or thread, without the message a thread hangs on."""
    seen = await stage.reader.read(channel_id)
    return [m for m in seen if m.author_id == stage.application.id and m.raw["type"] != 21]


async def _answers(stage: CommandsStage, card: SeenMessage) -> list[SeenMessage]:
    """What stands in a card's own thread."""
    return await _own(stage, card.id)


async def test_a_flag_gets_its_translation_in_the_cards_thread(stage: CommandsStage) -> None:
    _, card = await post_card(stage)
    async with answering(stage):
        await react(stage, card, "🇯🇵")
        await until_state(stage, "ja", "answered")
    (answer,) = await _answers(stage, card)
    for target in JAPANESE.values():
        assert target in answer.text
    assert stage.world.channel(card.id).name == "On cats"
    # The button opens it beside the original, for whoever pressed only.
    with speaking("ja"):
        private = await stage.press(answer, t("Beside the original"), by=stage.reader)
    assert "Cats sleep." in private.text
    assert "猫は眠る。" in private.text


async def test_nobody_gets_a_second_one(stage: CommandsStage) -> None:
    _, card = await post_card(stage)
    async with answering(stage):
        await react(stage, card, "🇯🇵")
        await until_state(stage, "ja", "answered")
        await unreact(stage, card, "🇯🇵")
        await react(stage, card, "🇯🇵")
        stage.world.reactions.add(stage.admin_id, stage.channel_id, card.id, "🇯🇵")
        # The same paper again in this channel, by a command: the answer is there already.
        twin = await _shown(stage, stage.channel_id, stage.guild_id)
        await react(stage, twin, "🇯🇵", "👍")
    assert len(await _answers(stage, card)) == 1
    assert len(await _rows(stage)) == 1
    assert [m.id for m in await _own(stage, stage.channel_id)][-1] == twin.id


async def test_a_card_in_a_digests_thread_is_answered_there(stage: CommandsStage) -> None:
    (header,) = await post_card(stage, layout="thread")
    card = (await stage.reader.read(header.id))[-1]
    async with answering(stage):
        await react(stage, card, "🇯🇵")
        await until_state(stage, "ja", "answered")
    answer = (await stage.reader.read(header.id))[-1]
    assert "猫は眠る。" in answer.text
    assert answer.reply_to == card.id


async def test_direct_messages_get_a_reply(stage: CommandsStage) -> None:
    room = await stage.reader.open_dm(stage.application.id)
    card = await _shown(stage, room, None)
    async with answering(stage):
        await react(stage, card, "🇯🇵")
        await until_state(stage, "ja", "answered")
    answer = (await stage.reader.read(room))[-1]
    assert "猫は眠る。" in answer.text
    assert answer.reply_to == card.id


async def test_without_a_service_one_sentence_which_becomes_the_translation(
    bare: CommandsStage, tmp_path: Path
) -> None:
    _, card = await post_card(bare)
    async with answering(bare):
        await react(bare, card, "🇯🇵")
        await until_state(bare, "ja", "told")
        await unreact(bare, card, "🇯🇵")
        await react(bare, card, "🇯🇵")  # nothing has changed: nothing more is said
        await until_state(bare, "ja", "told")
    (told,) = await _answers(bare, card)
    assert "猫は眠る。" not in told.text
    assert told.custom_ids[0].startswith("pb1:trp:2606.00001v1:ja:")
    translations = translations_of(bare, write_memory(tmp_path / "memory", ja=JAPANESE))
    # Idle threads are archived meanwhile, and messages in them cannot be changed just so.
    bare.clock.advance(timedelta(days=8))
    await unreact(bare, card, "🇯🇵")
    async with answering(bare, translations):
        await react(bare, card, "🇯🇵")
        await until_state(bare, "ja", "answered")
    await translations.close()
    (answer,) = await _answers(bare, card)
    assert answer.id == told.id
    assert "猫は眠る。" in answer.text


async def test_a_language_that_the_service_lacks_is_told_in_english(stage: CommandsStage) -> None:
    _, card = await post_card(stage)
    async with answering(stage):
        await react(stage, card, "🇩🇪")
        await until_state(stage, "de", "told")
    (told,) = await _answers(stage, card)
    assert "German" in told.text


async def test_a_translation_that_fails_its_checks_is_not_shown(
    bare: CommandsStage, tmp_path: Path
) -> None:
    _, card = await post_card(bare)
    wrong = JAPANESE | {"They sleep 16 hours a day.": "猫は1日に61時間眠る。"}
    translations = translations_of(bare, write_memory(tmp_path / "memory", zh_CN={}, ja=wrong))
    async with answering(bare, translations):
        await react(bare, card, "🇯🇵")
        await until_state(bare, "ja", "told")
    await translations.close()
    (told,) = await _answers(bare, card)
    assert "猫" not in told.text


async def test_without_the_permission_for_threads_it_is_a_reply(stage: CommandsStage) -> None:
    _, card = await post_card(stage)
    heard = stage.client.wait_for("guild_role_update", timeout=5)
    allowed = BOT_PERMISSIONS & ~Permission.CREATE_PUBLIC_THREADS
    everybody = Permission.VIEW_CHANNEL | Permission.READ_MESSAGE_HISTORY | Permission.ADD_REACTIONS
    stage.world.servers.update_role(stage.guild_id, stage.bot_role_id, permissions=int(allowed))
    await heard
    heard = stage.client.wait_for("guild_role_update", timeout=5)
    stage.world.servers.update_role(stage.guild_id, stage.guild_id, permissions=int(everybody))
    await heard
    async with answering(stage):
        await react(stage, card, "🇯🇵")
        await until_state(stage, "ja", "answered")
    answer = (await stage.reader.read(stage.channel_id))[-1]
    assert "猫は眠る。" in answer.text
    assert answer.reply_to == card.id
    assert answer.raw["mentions"] == []


async def test_a_locked_thread_leaves_the_channel(stage: CommandsStage) -> None:
    _, card = await post_card(stage)
    threads = stage.world.threads
    threads.from_message(stage.admin_id, stage.channel_id, card.id, {"name": "closed"})
    threads.update(stage.admin_id, card.id, {"locked": True})
    async with answering(stage):
        await react(stage, card, "🇯🇵")
        await until_state(stage, "ja", "answered")
    answer = (await stage.reader.read(stage.channel_id))[-1]
    assert answer.reply_to == card.id
    assert await _answers(stage, card) == []


async def test_a_deleted_card_is_given_up_and_a_later_flag_tries_again(
    stage: CommandsStage,
) -> None:
    _, card = await post_card(stage)
    await react(stage, card, "🇯🇵")
    stage.world.posts.delete(stage.admin_id, stage.channel_id, card.id)
    async with answering(stage):
        await until_state(stage, "ja", "failed")
        again = await _shown(stage, stage.channel_id, stage.guild_id)
        await react(stage, again, "🇯🇵")
        await until_state(stage, "ja", "answered")
    (answer,) = await _answers(stage, again)
    assert "猫は眠る。" in answer.text


async def test_a_lost_answer_of_discord_doubles_nothing(stage: CommandsStage) -> None:
    _, card = await post_card(stage)
    stage.discord.faults.add(Fault(_MESSAGES, "POST", action="drop_after"))
    async with answering(stage):
        await react(stage, card, "🇯🇵")
        await _until_put_off(stage)
        stage.clock.advance(timedelta(seconds=5))
        await until_state(stage, "ja", "answered")
    assert len(await _answers(stage, card)) == 1


@pytest.mark.parametrize("layout", ["messages", "thread"])
async def test_a_crash_after_sending_doubles_nothing(stage: CommandsStage, layout: str) -> None:
    header, *cards = await post_card(stage, layout=layout)
    card = cards[0] if cards else (await stage.reader.read(header.id))[-1]
    place = card.id if cards else header.id
    async with answering(stage):
        await react(stage, card, "🇯🇵")
        await until_state(stage, "ja", "answered")
    before = len(await _own(stage, place))
    # What the database holds if the process dies between sending and noting it.
    async with stage.core.database.write() as connection:
        forgotten = update(flag_answers).values(state="pending", message_id=None)
        await connection.execute(forgotten)
    stage.clock.advance(timedelta(minutes=10))  # the nonce is forgotten by then
    async with answering(stage):
        await until_state(stage, "ja", "answered")
    assert len(await _own(stage, place)) == before


async def test_an_answer_that_was_deleted_while_it_only_told_why_comes_anew(
    bare: CommandsStage, tmp_path: Path
) -> None:
    _, card = await post_card(bare)
    async with answering(bare):
        await react(bare, card, "🇯🇵")
        await until_state(bare, "ja", "told")
    (told,) = await _answers(bare, card)
    bare.world.posts.delete(bare.admin_id, card.id, told.id)
    await unreact(bare, card, "🇯🇵")
    translations = translations_of(bare, write_memory(tmp_path / "memory", ja=JAPANESE))
    async with answering(bare, translations):
        await react(bare, card, "🇯🇵")
        await until_state(bare, "ja", "answered")
    await translations.close()
    (answer,) = await _answers(bare, card)
    assert "猫は眠る。" in answer.text


async def test_one_person_gets_ten_in_ten_minutes(stage: CommandsStage) -> None:
    _, card = await post_card(stage)
    flags = ["🇩🇪", "🇫🇷", "🇪🇸", "🇮🇹", "🇵🇹", "🇧🇷", "🇷🇺", "🇺🇦", "🇵🇱", "🇹🇷", "🇮🇳", "🇯🇵"]
    await react(stage, card, *flags)
    assert len(await flag_states(stage)) == 10
    # Others are not held up by it.
    hearing = stage.client.wait_for("raw_reaction_add", timeout=5)
    await stage.admin.react(card, "🇯🇵")
    await hearing
    await worked_off(stage)
    assert "ja" in await flag_states(stage)
    stage.clock.advance(timedelta(minutes=10))
    await unreact(stage, card, "🇮🇳")
    await react(stage, card, "🇮🇳")
    assert "hi" in await flag_states(stage)


async def _shown(stage: CommandsStage, channel_id: int, guild_id: int | None) -> SeenMessage:
    """A card that a command has posted outside of digests."""
    await stage.core.papers.enrich([PAPER], stage.clock.now())
    card = await stage.core.composer.card_of(PAPER)
    channel = stage.client.get_partial_messageable(channel_id)
    message = await channel.send(view=card_view(card, key=custom_ids.NO_KEY))
    now = stage.clock.now()
    await stage.core.services.shown_cards.add(
        message.id, channel_id, guild_id, PAPER.id, PAPER.version, stage.reader_id, now
    )
    return (await stage.reader.read(channel_id))[-1]


async def _rows(stage: CommandsStage) -> list[object]:
    async with stage.core.database.read() as connection:
        return list((await connection.execute(select(flag_answers))).mappings())


async def _until_put_off(stage: CommandsStage) -> None:
    now = stage.clock.now() - timedelta(seconds=1)
    while await stage.core.flags.next_due_at(now) is None:
        pass  # a query of the database each time
