"""The page through the eyes of a person: private answers, direct messages, replies, forwards."""

from sandbox_stage import Stage, stage
from test_sandbox_page import fetch, post

from sandbox.discord.models import Overwrite
from sandbox.discord.permissions import Permission
from sandbox.discord.validate_messages import parse_message


def whisper(made: Stage, text: str, to: int) -> None:
    """An answer of the bot that only one person sees."""
    made.world.answers.create(
        made.application.id, made.channel_id, parse_message({"content": text}), ephemeral_to=to
    )


async def test_a_private_answer_is_shown_to_its_person_and_says_so() -> None:
    async with stage() as made:
        post(made, {"content": "for all"})
        whisper(made, "for rita", made.reader_id)
        whisper(made, "for olga", made.owner_id)
        _, owner = await fetch(made)
        assert "for all" in owner.text
        assert "for rita" not in owner.text
        assert "for olga" not in owner.text
        _, reader = await fetch(made, f"/?as={made.reader_id}")
        assert "for all" in reader.text
        assert "for rita" in reader.text
        assert "Only rita can see this" in reader.text
        assert "for olga" not in reader.text


async def test_the_page_leads_from_one_person_to_another() -> None:
    async with stage() as made:
        hidden = made.world.rooms.create(
            made.guild_id,
            "hidden",
            overwrites=[Overwrite(made.guild_id, 0, deny=int(Permission.VIEW_CHANNEL))],
        )
        query = f"?as={made.reader_id}"
        _, owner = await fetch(made, f"/channels/{hidden.id}")
        links = [link["href"] for link in owner.named("a")]
        # The reader does not see this channel, and is led to the first one they see.
        assert f"/{query}" in links
        assert f"/channels/{hidden.id}?as={made.owner_id}" in links
        _, reader = await fetch(made, f"/{query}")
        assert "hidden" not in reader.text
        links = [str(link["href"]) for link in reader.named("a")]
        assert f"/channels/{made.channel_id}{query}" in links
        answer, _ = await fetch(made, f"/channels/{hidden.id}{query}")
        assert answer.status == 404
        for nobody in ("12345", "olga", str(made.application.id)):
            answer, _ = await fetch(made, f"/?as={nobody}")
            assert answer.status == 404


async def test_direct_messages_are_shown_to_those_in_them() -> None:
    async with stage() as made:
        private = await made.reader.open_dm(made.application.id)
        await made.reader.say(private, "hello bot")
        group = await made.reader.open_group_dm(made.owner_id)
        await made.reader.say(group, "hello all")
        query = f"?as={made.reader_id}"
        _, page = await fetch(made, f"/channels/{private}{query}")
        assert "hello bot" in page.text
        assert "@ Paperboy" in page.text
        assert "👥 olga" in page.text
        _, page = await fetch(made, f"/channels/{group}?as={made.owner_id}")
        assert "hello all" in page.text
        answer, _ = await fetch(made, f"/channels/{private}?as={made.owner_id}")
        assert answer.status == 404


async def test_replies_threads_and_forwards() -> None:
    async with stage() as made:
        said = await made.owner.say(made.channel_id, "A **bold** <claim> " + "word " * 40)
        reply = await made.reader.reply(said, "I doubt it")
        other = made.world.rooms.create(made.guild_id, "other").id
        await made.reader.forward(said, other)
        thread = await made.owner.start_thread(said, "talk")
        query = f"?as={made.reader_id}"
        _, page = await fetch(made, f"/channels/{made.channel_id}{query}")
        assert "↱ olga A bold <claim> word" in page.text
        assert "word word…" in page.text
        assert f"/channels/{thread}{query}" in [link["href"] for link in page.named("a")]
        _, page = await fetch(made, f"/channels/{other}")
        assert "↱ Forwarded" in page.text
        assert "claim" in page.text
        await made.owner.call(
            "DELETE",
            f"/users/{made.owner_id}/channels/{made.channel_id}/messages/{said.id}",
        )
        _, page = await fetch(made, f"/channels/{made.channel_id}")
        assert "↱ Original message was deleted" in page.text
        assert reply.reply_to == said.id
