"""Delivering: the real bot plans a day and posts it into the sandbox, in processes of their own."""

from dataclasses import dataclass

from bench.figures import Figure, stall_figure
from bench.papers import big_day
from bench.readers import drafts, many_rules
from bench.scene import DUE, Bot, Scene, SceneError, running_bot, scene, until
from bench.stand import Plan
from bot.models import Include, Rules, SubscriptionDraft

_LONGEST_S = 120.0
_BUSY = Rules(("cs.CV", "cs.AI", "cs.CL", "cs.LG"), include=Include.CROSS)
_NO_429 = "target: exactly 0"


@dataclass(frozen=True, slots=True)
class Run:
    """One delivery: where to, what, and what the bot is set to."""

    name: str
    plan: Plan
    papers: int
    settings: dict[str, str]
    target: str = ""
    mixed: bool = False


# Digests of a header and four cards: what Discord lets into a channel at once.
_RUNS = (
    Run(
        "limits on, 300 channels, 5 messages each",
        Plan(15, 20),
        papers=4,
        settings={"bookmark_hint": "false"},
        target="target: at least 45",
    ),
    Run(
        "limits on, 200 channels, 6 messages each (the default digest)",
        Plan(10, 20),
        papers=5,
        settings={"bookmark_hint": "false"},
    ),
    Run(
        "limits on, 60 channels, 5 messages each with bookmark reactions",
        Plan(3, 20),
        papers=4,
        settings={"bookmark_hint": "true"},
    ),
    Run(
        "limits off, 1,000 channels with different rules",
        Plan(50, 20, limits=False),
        papers=5,
        settings={"bookmark_hint": "false", "requests_per_second": "1000"},
        mixed=True,
    ),
)


async def run() -> list[Figure]:
    """Messages a second as they arrive, refused requests, and stalls meanwhile."""
    found: list[Figure] = []
    for one in _RUNS:
        found += await _deliver(one)
    return found


async def _deliver(one: Run) -> list[Figure]:
    hints = one.settings["bookmark_hint"] == "true"
    async with scene(one.plan) as stage:
        subscriptions = _drafts(one, stage.places)
        await stage.subscribe(subscriptions)
        async with running_bot(stage, **one.settings) as bot:
            await bot.logged("ready")
            await bot.logged("papers_enriched")
            neighbors = stage.neighbors(bot)
            await stage.admin.set_clock(DUE)
            await _planned(bot, len(subscriptions))
            messages, cards = await stage.outbox()
            cpu_before, had = bot.cpu_s(), await stage.counts()
            counts = await _arrived(stage, messages, cards if hints else 0)
            cpu = (bot.cpu_s() - cpu_before) / (_requests(counts) - _requests(had))
            others = neighbors.share()
        stalls = bot.stalls()
    if counts["messages"] != messages:
        raise SceneError(f"{counts['messages']} messages came instead of {messages}")
    detail = f"{messages:,} messages, {cpu * 1000:.1f} ms of processor time a request"
    figures = [
        (
            f"Messages per second, {one.name}",
            f"{counts['per_second']:.1f}/s",
            f"{detail}; {one.target}" if one.target else detail,
        )
    ]
    if hints:
        figures.append(
            (
                f"Requests per second, {one.name}",
                f"{counts['requests_per_second']:.1f}/s",
                f"{counts['messages']:,} messages and {counts['reactions']:,} reactions",
            )
        )
    if one.plan.limits:
        busiest = f"{counts['busiest_second']} arrivals in the busiest second"
        figures.append(
            (f"Refused requests, {one.name}", str(counts["refused"]), f"{busiest}; {_NO_429}")
        )
    return [*figures, stall_figure(one.name, stalls, others)]


def _drafts(one: Run, places: list[tuple[int, int]]) -> list[SubscriptionDraft]:
    if one.mixed:
        rules = many_rules(big_day()[0], len(places))
        return drafts(rules, places, max_papers=one.papers)
    return drafts([_BUSY] * len(places), places, max_papers=one.papers)


def _requests(counts: dict[str, float]) -> float:
    return counts["messages"] + counts["reactions"]


async def _planned(bot: Bot, digests: int) -> None:
    async def all_there() -> bool | None:
        planned = sum(line["digests"] for line in bot.lines("digests_planned"))
        return planned >= digests or None

    await until(all_there, f"{digests} digests", _LONGEST_S)


async def _arrived(stage: Scene, messages: int, reactions: int) -> dict[str, float]:
    async def all_there() -> dict[str, float] | None:
        counts = await stage.counts()
        done = counts["messages"] >= messages and counts["reactions"] >= reactions
        return counts if done else None

    return await until(all_there, f"{messages} messages and {reactions} reactions", _LONGEST_S)
