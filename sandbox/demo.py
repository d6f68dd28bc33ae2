"""`paperboy demo`: the real bot between the two sandboxes, to look at or to replay days."""

import asyncio
import signal
import tempfile
from collections.abc import Coroutine
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from rich.console import Console

from bot.logs import configure
from sandbox.arxiv.days import announcement_days, eastern_day, eastern_midnight
from sandbox.arxiv.papers import PaperFile
from sandbox.arxiv.records import PaperFileError
from sandbox.arxiv.sample import sample_papers
from sandbox.clock import SandboxClock
from sandbox.demo_subscriptions import DEMO_SUBSCRIPTIONS
from sandbox.demo_world import DemoError, DemoWorld, demo_world
from sandbox.expected import Expectation
from sandbox.live import fetch_live
from sandbox.replay import replay, slot

_CATEGORIES = ("cs.CL", "cs.LG", "cs.CV", "cs.AI")
_ARRIVAL_S = 60.0
_DAYS = 2


@dataclass(frozen=True, slots=True)
class Choices:
    """What the command line says: the paper file, how many days to replay, how often to kill the
    bot, the page's port, a file for recorded exchanges."""

    papers: Path | None = None
    days: int | None = None
    kills: int = 0
    port: int = 0
    record: Path | None = None


def run_demo(choices: Choices, *, once: bool) -> int:
    """Run the demo; returns the process's exit code."""
    console = Console(highlight=False, soft_wrap=True)
    configure("ERROR", "console")  # the demo tells what matters itself
    keep = tempfile.mkdtemp(prefix="paperboy-demo-")
    try:
        if once:
            return asyncio.run(_once(choices, Path(keep), console))
        return asyncio.run(_interactive(choices, Path(keep), console))
    except KeyboardInterrupt:
        return 0
    except (DemoError, PaperFileError, OSError) as error:
        console.print("[red]The demo cannot go on:[/]", end=" ")
        console.print(str(error), markup=False)
        return 1


async def _once(choices: Choices, folder: Path, console: Console) -> int:
    file = await asyncio.to_thread(_load, choices.papers)
    right = await replay(
        file,
        choices.days,
        choices.kills,
        folder,
        console,
        port=choices.port,
        record=choices.record,
    )
    return 0 if right else 1


async def _interactive(choices: Choices, folder: Path, console: Console) -> int:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        with suppress(NotImplementedError):
            loop.add_signal_handler(name, stop.set)
    file = await _papers(choices.papers, console)
    days = file.days[-_DAYS:]
    start = eastern_midnight(days[0]) - timedelta(hours=2)
    async with demo_world(file, start, folder, port=choices.port, record=choices.record) as world:
        console.print("Starting the bot and subscribing the channels …")
        await world.bot.start()
        await world.bot.ready()
        for wanted in DEMO_SUBSCRIPTIONS:
            await world.subscribe(wanted)
        expectation = Expectation(file)
        for day in days:
            if stop.is_set():
                break
            console.print(f"Letting {day:%A %d %B %Y} arrive …")
            for wanted in sorted(DEMO_SUBSCRIPTIONS, key=lambda wanted: slot(wanted, day)):
                expectation.due(wanted, day)
            # Late on that day, every subscription's time of day has come.
            world.clock.set(eastern_midnight(day) + timedelta(hours=23))
            await _unless(stop, world.until(lambda: _begun(world, expectation), _ARRIVAL_S))
        if not stop.is_set():
            _explain(world, console)
            await stop.wait()
        console.print("Ending …")
    return 0


async def _unless(stop: asyncio.Event, arrival: Coroutine[None, None, bool]) -> None:
    """Wait for an arrival, or until the demo is stopped."""
    arriving = asyncio.create_task(arrival)
    stopping = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait([arriving, stopping], return_when=asyncio.FIRST_COMPLETED)
    finally:
        arriving.cancel()
        stopping.cancel()
        await asyncio.gather(arriving, stopping, return_exceptions=True)


def _begun(world: DemoWorld, expectation: Expectation) -> bool:
    """Whether every channel has the first card of what is due to it by now, at least."""
    had = {name: len(world.cards(name)) for name in world.channels}
    due = {name: len(expectation.posted.get(name, [])) for name in world.channels}
    return all(had[name] >= min(due[name], 1) for name in had) and sum(had.values()) >= (
        sum(due.values()) * 2 // 3
    )


def _explain(world: DemoWorld, console: Console) -> None:
    channel, reader = world.channels["language"], world.reader.user_id
    messages = f"{world.control_url}/users/{reader}/channels/{channel}/messages"
    console.print(
        f"""
[bold]Open {world.discord.url}/[/] to read the channels (cards go on arriving for a moment,
at the pace that Discord's rate limits allow).

To act as the reader, from another terminal:

  # what the reader's bookmarks are
  curl -s -X POST {world.control_url}/users/{reader}/channels/{channel}/commands \\
    -H 'Content-Type: application/json' -d '{{"command": "bookmarks list", "wait": 5}}'

  # what the reader sees in #language, with the ids of the messages
  curl -s {messages}

  # bookmark a card: put 🔖 on it (its id instead of MESSAGE), then list again
  curl -s -X PUT {messages}/MESSAGE/reactions/%F0%9F%94%96

Other commands to try the same way: status, help, digest history. docs/sandbox.md tells the rest.
The bot's log: {world.bot.log}

Ctrl-C ends everything.""",
        markup=True,
    )


async def _papers(path: Path | None, console: Console) -> PaperFile:
    """The file that was given, arXiv's own papers where it can be reached, or the sample."""
    if path is not None:
        return await asyncio.to_thread(_load, path)
    console.print("Asking arXiv for its latest announcement day (10 s at most to reach it) …")
    live = await fetch_live(_CATEGORIES, console)
    if live is not None:
        return live
    console.print("Using the built-in sample batch: its papers and people are invented.")
    return _sample()


def _load(path: Path | None) -> PaperFile:
    return _sample() if path is None else PaperFile.load(path)


def _sample() -> PaperFile:
    first, second = announcement_days(2, eastern_day(SandboxClock().now()))
    return sample_papers(first, second)
