"""Answering people while a digest for 500 channels goes out: real bot, HTTP and gateway."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from itertools import cycle

from bench.figures import Figure, percentile, stall_figure
from bench.readers import drafts
from bench.scene import DUE, Scene, SceneError, running_bot, scene, until
from bench.stand import Plan
from bot.models import Include, Rules
from sandbox.discord.person import Person
from sandbox.discord.sightings import Outcome, SeenMessage

_CHANNELS = Plan(25, 20)
_PEOPLE = 8
# People act this often in all, in Poisson's way; a busy reading club is far below.
_ACTS_PER_S = 10.0
_LONGEST_S = 120.0
_BUSY = Rules(("cs.CV", "cs.AI", "cs.CL", "cs.LG"), include=Include.CROSS)
_WORDS = ("diffusion", "language models", "retrieval -survey", "ti:graph", "cat:cs.LG robust")

_ALL = "target: exactly 0"

Act = Callable[[Person, int, SeenMessage], Awaitable[Outcome]]

_ACTS: dict[str, Act] = {
    "help": lambda person, at, _: person.run("help", channel=at),
    "status": lambda person, at, _: person.run("status", channel=at),
    "search": lambda person, at, _: person.run(
        "search", channel=at, options={"query": random.choice(_WORDS), "in": "archive"}
    ),
    "bookmarks": lambda person, at, _: person.run("bookmarks list", channel=at),
    "abstract": lambda person, _, card: person.press(card, "Abstract"),
    "bookmark": lambda person, _, card: person.press(card, "Bookmark"),
    "related": lambda person, _, card: person.press(card, "Related"),
}


async def run() -> list[Figure]:
    """Seconds from an interaction's sending to its first answer, and stalls meanwhile."""
    async with scene(_CHANNELS) as stage:
        wanted = drafts([_BUSY] * len(stage.places), stage.places, max_papers=5)
        await stage.subscribe(wanted)
        async with running_bot(stage, bookmark_hint="true") as bot:
            await bot.logged("ready")
            await bot.logged("papers_enriched")
            neighbors = stage.neighbors(bot)
            await stage.admin.set_clock(DUE)

            async def begun() -> bool | None:
                return (await stage.counts())["messages"] >= 50 or None

            await until(begun, "the first messages", _LONGEST_S)
            messages, _ = await stage.outbox()
            took, answered = await _meanwhile(stage, messages)
            others = neighbors.share()
        stalls = bot.stalls()
    channels = len(stage.places)
    name = f"First answer to an interaction, 99th percentile, during digests to {channels} channels"
    condition = (
        f"{len(took)} interactions, median {percentile(took, 50) * 1000:.0f} ms, longest "
        f"{max(took) * 1000:.0f} ms; target: at most 250"
    )
    unanswered = len(answered) - len(took)
    figures: list[Figure] = [
        (name, f"{percentile(took, 99) * 1000:.0f} ms", condition),
        ("Interactions without an answer", str(unanswered), f"of {len(answered)}; {_ALL}"),
    ]
    for name in _ACTS:
        of_kind = [after for kind, after in answered if kind == name and after is not None]
        if of_kind:
            figures.append(
                (
                    f"  of these: {name}",
                    f"{percentile(of_kind, 50) * 1000:.0f} ms",
                    f"median of {len(of_kind)}; longest {max(of_kind) * 1000:.0f} ms",
                )
            )
    return [*figures, stall_figure("people act during a digest", stalls, others)]


async def _meanwhile(
    stage: Scene, messages: int
) -> tuple[list[float], list[tuple[str, float | None]]]:
    """Let people act until the digests are out; how long each answer took, and by kind."""
    person = stage.admin.person(stage.owner_id)
    done: list[tuple[str, float | None]] = []
    acting: set[asyncio.Task[None]] = set()
    try:
        card = await _a_card(person, stage)
        dice = random.Random(4)
        kinds = cycle(_ACTS)
        gate = asyncio.Semaphore(_PEOPLE)

        async def act(kind: str, at: int) -> None:
            async with gate:
                outcome = await _ACTS[kind](person, at, card)
            done.append((kind, outcome.answered_after))

        while (await stage.counts())["messages"] < messages:
            await asyncio.sleep(dice.expovariate(_ACTS_PER_S))
            _, at = dice.choice(stage.places[:20])
            task = asyncio.create_task(act(next(kinds), at))
            acting.add(task)
            task.add_done_callback(acting.discard)
        await asyncio.gather(*acting)
    finally:
        for task in acting:
            task.cancel()
        await person.close()
    took = [after for _, after in done if after is not None]
    if len(took) < 100:
        raise SceneError(f"only {len(took)} interactions were answered")
    return took, done


async def _a_card(person: Person, stage: Scene) -> SeenMessage:
    """A card that has been posted."""

    async def found() -> SeenMessage | None:
        for _, channel in stage.places[:20]:
            for message in await person.read(channel):
                if "Abstract" in message.buttons:
                    return message
        return None

    return await until(found, "a card", _LONGEST_S)
