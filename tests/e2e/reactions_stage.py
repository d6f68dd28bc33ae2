"""A posted card that people react to, and the worker that answers flags."""

import asyncio
import json
from collections.abc import AsyncGenerator, Awaitable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from commands_stage import PATIENCE_S, SECOND_DAY, CommandsStage
from sqlalchemy import select

from bot.digest.pace import Pacer
from bot.enrich.translate.calls import TranslatorCalls
from bot.enrich.translate.memory import MemoryTranslator
from bot.enrich.translate.service import Translations
from bot.flags import FlagWorker
from bot.models import AnnounceType, BatchSource, FeedEntry, Paper
from bot.protocols import Translator
from bot.store.glossary import GlossaryStore
from bot.store.reactions import ReactionStore
from bot.store.schema import flag_answers
from bot.store.summary_translations import SummaryTranslationStore
from bot.store.translations import TranslationStore
from bot.ui import custom_ids
from bot.ui.cards import card_view
from bot.ui.flag_posts import FlagPosts
from bot.ui.missed_reactions import MissedReactions
from bot.ui.sender import DiscordSender
from sandbox.discord.sightings import SeenMessage

PAPER = Paper(
    "2606.00001",
    1,
    "On cats",
    "Cats sleep. They sleep 16 hours a day.",
    ("Ana Núñez",),
    ("math.CO",),
    "math.CO",
)
JAPANESE = {
    "On cats": "猫について",
    "Cats sleep.": "猫は眠る。",
    "They sleep 16 hours a day.": "猫は1日に16時間眠る。",
}


def write_memory(folder: Path, **languages: dict[str, str]) -> Path:
    """A folder with a translation memory; `zh_CN` stands for `zh-CN`."""
    folder.mkdir(exist_ok=True)
    lines = [
        json.dumps({"language": name.replace("_", "-"), "source": source, "target": target})
        for name, known in languages.items()
        for source, target in known.items()
    ]
    (folder / "memory.jsonl").write_text("\n".join(lines), encoding="utf-8")
    return folder


async def post_card(stage: CommandsStage, *papers: Paper, **options: object) -> list[SeenMessage]:
    """The header and the cards of a digest of these papers (or of `PAPER`) in the first channel."""
    shown = papers or (PAPER,)
    before = len(await stage.reader.read(stage.channel_id))
    await stage.subscribe("math.CO", **options)
    entries = [FeedEntry(paper, AnnounceType.NEW) for paper in shown]
    now = stage.clock.now()
    await stage.core.ledger_store.record(
        "math.CO", SECOND_DAY, entries, now=now, source=BatchSource.FEED
    )
    await stage.run("digest now")
    await stage.delivered()
    return (await stage.reader.read(stage.channel_id))[before:]


async def heard(stage: CommandsStage, event: str, act: Awaitable[object]) -> None:
    """Do something and return when the bot has heard of it and worked it off."""
    hearing = stage.client.wait_for(event, timeout=PATIENCE_S)
    await act
    await hearing
    await worked_off(stage)


async def worked_off(stage: CommandsStage) -> None:
    """Return when the bot has done what the reactions that it has heard of ask for."""
    queue: Any = stage.client.reactions  # it tells nobody else
    await asyncio.wait_for(queue._queue.join(), PATIENCE_S)


async def react(stage: CommandsStage, message: SeenMessage, *emojis: str) -> None:
    """Let the reader react, and the bot take note."""
    for emoji in emojis:
        await heard(stage, "raw_reaction_add", stage.reader.react(message, emoji))


async def unreact(stage: CommandsStage, message: SeenMessage, *emojis: str) -> None:
    """Let the reader take reactions off, and the bot take note."""
    for emoji in emojis:
        await heard(stage, "raw_reaction_remove", stage.reader.unreact(message, emoji))


def translations_of(stage: CommandsStage, folder: Path) -> Translations:
    """Translations from another memory over the bot's own store."""
    return translations_by(stage, MemoryTranslator(folder))


def translations_by(stage: CommandsStage, translator: Translator) -> Translations:
    """Another provider's translations over the bot's own store and budget."""
    database = stage.core.database
    return Translations(
        TranslatorCalls(translator, stage.core.budget, stage.clock),
        TranslationStore(database),
        SummaryTranslationStore(database),
        GlossaryStore(database),
        stage.clock,
    )


@asynccontextmanager
async def answering(
    stage: CommandsStage, translations: Translations | None = None
) -> AsyncGenerator[None]:
    """Answer flags within the block, as the running bot does."""
    sender = DiscordSender(stage.client, Pacer(1000), on_unauthorized=lambda: None)
    worker = FlagWorker(
        store=stage.core.flags,
        papers=stage.core.papers,
        translations=translations or stage.core.translations,
        sender=FlagPosts(stage.client, sender),
        clock=stage.clock,
        wake=stage.core.signals.flags,
    )
    task = asyncio.create_task(worker.run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def flag_states(stage: CommandsStage) -> dict[str, str]:
    """The state of each answer that was asked for, by its language."""
    async with stage.core.database.read() as connection:
        query = select(flag_answers.c.language, flag_answers.c.state)
        return {row.language: row.state for row in await connection.execute(query)}


async def until_state(stage: CommandsStage, language: str, state: str) -> None:
    """Return when the answer in a language has come to a state."""
    async with asyncio.timeout(PATIENCE_S):
        while (await flag_states(stage)).get(language) != state:
            pass  # a query of the database each time; it has no event to wait for


def missed_reactions(stage: CommandsStage, sender: DiscordSender | None = None) -> MissedReactions:
    """The search for reactions that nobody told the running bot of."""
    return MissedReactions(
        client=stage.client,
        sender=sender or DiscordSender(stage.client, Pacer(1000), on_unauthorized=lambda: None),
        store=ReactionStore(stage.core.database),
        clock=stage.clock,
        pacer=Pacer(1000),
        rests=(0.0,),
    )


async def come_back(stage: CommandsStage) -> None:
    """Start the stopped bot, and return when it has picked up what it missed."""
    await stage.start()
    await missed_reactions(stage).round()
    await worked_off(stage)


async def shown_card(
    stage: CommandsStage, channel_id: int, guild_id: int | None, paper: Paper = PAPER
) -> SeenMessage:
    """A card that a command has posted outside of digests."""
    await stage.core.papers.enrich([paper], stage.clock.now())
    card = await stage.core.composer.card_of(paper)
    channel = stage.client.get_partial_messageable(channel_id)
    message = await channel.send(view=card_view(card, key=custom_ids.NO_KEY))
    await stage.core.services.shown_cards.add(
        message.id,
        channel_id,
        guild_id,
        paper.id,
        paper.version,
        stage.reader_id,
        stage.clock.now(),
    )
    seen = await stage.reader.read(channel_id)
    return next(one for one in seen if one.id == message.id)
