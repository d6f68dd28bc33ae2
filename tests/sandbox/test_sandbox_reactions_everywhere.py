"""Reactions of people as a connected bot hears of them: flags, threads, direct messages."""

import discord
import pytest
from sandbox_stage import Bot, Stage, connected, stage

from sandbox.discord.models import Overwrite
from sandbox.discord.permissions import Permission
from sandbox.discord.person import ControlRefusedError, Person
from sandbox.discord.sightings import SeenMessage

FLAGS = ("🇯🇵", "🇨🇳", "🇧🇷", "🇺🇦", "🏴󠁧󠁢󠁥󠁮󠁧󠁿")
WANTED = ("guilds", "guild_reactions", "dm_reactions")


async def shown(person: Person, channel: int, message_id: int) -> SeenMessage:
    """The message as the person sees it now."""
    return next(m for m in await person.read(channel) if m.id == message_id)


async def _card(made: Stage, bot: Bot) -> discord.Message:
    channel = bot.get_channel(made.channel_id)
    assert isinstance(channel, discord.TextChannel)
    return await channel.send("A paper")


async def test_flags_come_and_go() -> None:
    async with stage() as made, connected(made, wanted=WANTED) as bot:
        sent = await _card(made, bot)
        card = await shown(made.reader, made.channel_id, sent.id)
        for flag in FLAGS:
            await made.reader.react(card, flag)
        heard = await bot.hears("raw_reaction_add", len(FLAGS))
        assert [str(event.emoji) for event in heard] == list(FLAGS)
        assert {event.member.id for event in heard} == {made.reader_id}
        assert {event.message_author_id for event in heard} == {made.application.id}
        card = await shown(made.reader, made.channel_id, sent.id)
        assert card.reactions == dict.fromkeys(FLAGS, 1)
        await made.reader.unreact(card, "🇯🇵")
        (gone,) = await bot.hears("raw_reaction_remove")
        # Discord does not say who a member is when they take a reaction back.
        assert (gone.user_id, gone.member) == (made.reader_id, None)
        # The bot reads who reacted, and reacts itself.
        message = await sent.fetch()
        (found,) = [r for r in message.reactions if str(r.emoji) == "🇨🇳"]
        assert [user.id async for user in found.users()] == [made.reader_id]
        await message.add_reaction("🇨🇳")
        await message.remove_reaction("🇨🇳", discord.Object(made.application.id))


async def test_in_threads_and_direct_messages() -> None:
    async with stage() as made, connected(made, wanted=WANTED) as bot:
        private = await made.reader.open_dm(made.application.id)
        sent = await _card(made, bot)
        thread = await sent.create_thread(name="A paper")
        inside = await thread.send("A translation")
        whispered = await bot.get_partial_messageable(private).send("Just for you")
        for channel, message in ((thread.id, inside), (private, whispered)):
            seen = await shown(made.reader, channel, message.id)
            await made.reader.react(seen, "🔖")
            await made.reader.unreact(seen, "🔖")
        in_thread, in_private = await bot.hears("raw_reaction_add", 2)
        assert (in_thread.channel_id, in_thread.guild_id) == (thread.id, made.guild_id)
        assert (in_private.channel_id, in_private.guild_id) == (private, None)
        assert in_private.member is None
        removed = await bot.hears("raw_reaction_remove", 2)
        assert [event.channel_id for event in removed] == [thread.id, private]


async def test_a_thread_under_a_message_and_its_permissions() -> None:
    async with stage() as made, connected(made, wanted=WANTED) as bot:
        card = await _card(made, bot)
        thread = await card.create_thread(name="A paper")
        assert thread.id == card.id
        assert (await shown(made.reader, made.channel_id, card.id)).thread_id == thread.id
        with pytest.raises(discord.HTTPException) as second:
            await card.create_thread(name="Again")
        assert second.value.code == 160004
        said = await made.reader.say(thread.id, "in it")
        answer = await thread.send("An answer", reference=thread.get_partial_message(said.id))
        assert (await shown(made.reader, thread.id, answer.id)).reply_to == said.id
        changed = await answer.edit(content="A better answer")
        assert changed.content == "A better answer"
        with pytest.raises(discord.Forbidden) as foreign:
            await thread.get_partial_message(said.id).edit(content="not mine")
        assert foreign.value.code == 50005


@pytest.mark.parametrize(
    ("denied", "code"),
    [
        (Permission.CREATE_PUBLIC_THREADS, 50013),
        (Permission.VIEW_CHANNEL, 50001),
        (Permission.SEND_MESSAGES_IN_THREADS, None),
    ],
)
async def test_what_a_thread_needs(denied: Permission, code: int | None) -> None:
    async with stage() as made, connected(made, wanted=WANTED) as bot:
        card = await _card(made, bot)
        own = Overwrite(made.application.id, 1, deny=int(denied))
        made.world.rooms.set_overwrite(made.channel_id, own)
        if code is not None:
            with pytest.raises(discord.Forbidden) as refused:
                await card.create_thread(name="A paper")
            assert refused.value.code == code
            return
        thread = await card.create_thread(name="A paper")
        with pytest.raises(discord.Forbidden) as refused:
            await thread.send("not allowed")
        assert refused.value.code == 50013


async def test_nobody_reacts_where_they_may_not() -> None:
    async with stage() as made, connected(made, wanted=WANTED) as bot:
        card = await shown(made.reader, made.channel_id, (await _card(made, bot)).id)
        deny = Overwrite(made.guild_id, 0, deny=int(Permission.ADD_REACTIONS))
        made.world.rooms.set_overwrite(made.channel_id, deny)
        with pytest.raises(ControlRefusedError) as refused:
            await made.reader.react(card, "🇯🇵")
        assert refused.value.code == 50013
        await made.owner.react(card, "🇯🇵")
        await made.reader.react(card, "🇯🇵")  # one that is there may be joined
        assert len(await bot.hears("raw_reaction_add", 2)) == 2
