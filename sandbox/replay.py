"""`paperboy demo --once`: announcement days one after the other, each checked, then an exit code.

The clock moves from one subscription's time of day to the next; after each step the channels must
hold exactly what was due. With `kills`, the bot is killed in the middle of deliveries.
"""

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby, pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

from rich.console import Console

from sandbox.arxiv.days import eastern_midnight
from sandbox.arxiv.papers import PaperFile
from sandbox.demo_subscriptions import DEMO_SUBSCRIPTIONS, DemoSubscription
from sandbox.demo_world import DemoWorld, demo_world
from sandbox.expected import Expectation

_STEP_S = 60.0
_WORTH_A_KILL = 4
# The sandbox's clock stands a little past a subscription's time when it is due.
_PAST = timedelta(minutes=1)
_BUILT = timedelta(minutes=10)


async def replay(
    papers: PaperFile,
    days: int | None,
    kills: int,
    folder: Path,
    console: Console,
    *,
    server: str,
    port: int = 0,
    record: Path | None = None,
) -> bool:
    """Replay the file's first `days` announcement days; returns whether all came out right.

    `server` is the name of the Discord server.
    """
    chosen = papers.days[:days] if days else papers.days
    evening_before = eastern_midnight(chosen[0]) - timedelta(hours=2)
    # A replay pushes days into seconds, which Discord's rate limits per channel do not allow for.
    async with demo_world(
        papers, evening_before, folder, name=server, port=port, limits=False, record=record
    ) as world:
        await world.bot.start()
        await world.bot.ready()
        for wanted in DEMO_SUBSCRIPTIONS:
            await world.subscribe(wanted)
        console.print(
            f"{len(DEMO_SUBSCRIPTIONS)} subscriptions in {len(world.channels)} channels, "
            f"{len(chosen)} announcement days, {len(papers.ids)} papers"
        )
        steps = Steps(world, Expectation(papers), console, _kill_days(chosen, kills))
        for day in chosen:
            await steps.day(day)
        right = steps.verify()
        code = await world.bot.stop()
        if code != 0:
            console.print(f"[red]The bot ended with {code}[/]; see {world.bot.log}")
        return right and code == 0


def _kill_days(days: tuple[date, ...], kills: int) -> Counter[date]:
    """On which days the bot is killed how often, evenly spread.

    Days after a weekend are left out where there are others: all that is due comes at once there,
    and may be over before the bot can be hit in the middle.
    """
    good = [day for before, day in pairwise(days) if (day - before).days == 1] or list(days)
    return Counter(good[(2 * n + 1) * len(good) // (2 * kills)] for n in range(kills))


class Steps:
    """A replay's steps, each compared with what `expectation` says, and the whole at the end.

    `kills` says on which days the bot is to be killed how often.
    """

    def __init__(
        self,
        world: DemoWorld,
        expectation: Expectation,
        console: Console,
        kills: Counter[date],
    ) -> None:
        self._world = world
        self._expectation = expectation
        self._console = console
        self._kills = kills
        self._problems: list[str] = []

    async def day(self, day: date) -> None:
        """Let the day arrive and each subscription's time come."""
        self._world.clock.set(eastern_midnight(day) + _BUILT)
        self._console.print(f"\n[bold]{day:%A %d %B %Y}[/]")
        self._console.print(f"  {'channel':<26}{'announced':>10}{'matched':>9}{'posted':>8}")
        slots = sorted(((slot(w, day), w) for w in DEMO_SUBSCRIPTIONS), key=lambda pair: pair[0])
        for instant, together in groupby(slots, key=lambda pair: pair[0]):
            await self._step(day, instant, [wanted for _, wanted in together])

    async def _step(self, day: date, instant: datetime, together: list[DemoSubscription]) -> None:
        """Let the time come at which these subscriptions are due, and look at their channels."""
        self._world.clock.set(instant + _PAST)
        for wanted in together:
            start = len(self._expectation.posted.get(wanted.channel, []))
            due = self._expectation.due(wanted, day)
            end = start + len(due.papers)
            await self._arrival(day, wanted, start, end)
            posted = [paper for _, paper in self._world.cards(wanted.channel)][start:end]
            self._console.print(
                f"  #{wanted.channel:<25}{due.announced:>10}{due.matched:>9}{len(posted):>8}"
            )
            if posted != list(due.papers):
                self._problem(
                    f"{day} #{wanted.channel}: due {' '.join(due.papers) or 'nothing'}, "
                    f"posted {' '.join(posted) or 'nothing'}"
                )

    def verify(self) -> bool:
        """Compare all channels with all that was due, once more and from the start."""
        total = 0
        for channel in self._world.channels:
            posted = [paper for _, paper in self._world.cards(channel)]
            due = self._expectation.posted.get(channel, [])
            total += len(posted)
            for paper, times in Counter(posted).items():
                if times > 1:
                    self._problem(f"#{channel}: {paper} was posted {times} times")
            for paper in sorted(set(due) - set(posted)):
                self._problem(f"#{channel}: {paper} was due and is missing")
            for paper in sorted(set(posted) - set(due)):
                self._problem(f"#{channel}: {paper} was posted and was not due")
        if missed := self._kills.total():
            self._problem(f"{missed} kills did not happen: too little was due on their days")
        self._console.print()
        if self._problems:
            self._console.print(
                f"[red]{len(self._problems)} problems[/]; see {self._world.bot.log}"
            )
            return False
        self._console.print(
            f"[green]All {total} papers that were due are in their channels exactly once.[/]"
        )
        return True

    async def _arrival(self, day: date, wanted: DemoSubscription, start: int, end: int) -> None:
        """Wait until the channel holds `end` cards; on a day for it, kill the bot on the way."""

        def count() -> int:
            return len(self._world.cards(wanted.channel))

        if self._kills[day] and end - start >= _WORTH_A_KILL:
            self._kills[day] -= 1
            await self._world.until(lambda: count() > start, _STEP_S)
            await self._world.bot.kill()
            self._console.print(
                f"  [yellow]SIGKILL after {count() - start} of {end - start} cards in "
                f"#{wanted.channel}; starting the bot again[/]"
            )
            await self._world.bot.start()
            await self._world.bot.ready()
        if not await self._world.until(lambda: count() >= end, _STEP_S):
            self._problem(f"#{wanted.channel}: nothing more came within {_STEP_S:.0f} s")

    def _problem(self, text: str) -> None:
        self._problems.append(text)
        self._console.print(f"  [red]problem:[/] {text}")


def slot(wanted: DemoSubscription, day: date) -> datetime:
    """When the subscription is due on the announcement day, which lasts 24 h from midnight ET."""
    start = eastern_midnight(day)
    zone = ZoneInfo(wanted.timezone)
    at = time.fromisoformat(wanted.time)
    local = datetime.combine(start.astimezone(zone).date(), at, zone)
    if local <= start:
        local = datetime.combine(local.date() + timedelta(days=1), at, zone)
    return local.astimezone(UTC)
