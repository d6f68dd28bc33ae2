"""`paperboy demo`: the real bot between the two sandboxes, to look at or to replay days."""

import asyncio
import shutil
import signal
import tempfile
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
from sandbox.demo_acts import act
from sandbox.demo_subscriptions import DEMO_SUBSCRIPTIONS
from sandbox.demo_world import DemoError, DemoWorld, demo_world
from sandbox.expected import Expectation
from sandbox.live import fetch_live
from sandbox.replay import replay, slot

_CATEGORIES = ("cs.CL", "cs.LG", "cs.CV", "cs.AI")
_ARRIVAL_S = 60.0
_DAYS = 2
_SERVER = "Reading group"
_SAMPLE_SERVER = "Reading group (invented sample papers)"

UNTRANSLATED = """
These papers have no translations: those that the demo has are of its invented sample papers, which
it announces where arXiv cannot be reached."""
"""What is said at the end where other papers are shown."""


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
    folder = Path(tempfile.mkdtemp(prefix="paperboy-demo-"))
    try:
        if once:
            code = asyncio.run(_once(choices, folder, console))
        else:
            code = asyncio.run(_interactive(choices, folder, console))
    except KeyboardInterrupt:
        code = 1 if once else 0  # a replay that was broken off has verified nothing
    except (DemoError, PaperFileError, OSError) as error:
        console.print("[red]The demo cannot go on:[/]", end=" ")
        console.print(str(error), markup=False)
        code = 1
    if code == 0:
        shutil.rmtree(folder, ignore_errors=True)
    else:
        console.print(f"The bot's data and log are kept in {folder}", markup=False)
    return code


async def _once(choices: Choices, folder: Path, console: Console) -> int:
    right = await replay(
        await asyncio.to_thread(_load, choices.papers),
        choices.days,
        choices.kills,
        folder,
        console,
        server=_SAMPLE_SERVER if choices.papers is None else _SERVER,
        port=choices.port,
        record=choices.record,
    )
    return 0 if right else 1


async def _interactive(choices: Choices, folder: Path, console: Console) -> int:
    """Show the demo until SIGINT or SIGTERM, which end it at once at any point."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        with suppress(NotImplementedError):
            loop.add_signal_handler(name, stop.set)
    showing = asyncio.create_task(_show(choices, folder, console))
    stopping = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait([showing, stopping], return_when=asyncio.FIRST_COMPLETED)
    finally:
        stopping.cancel()
        if not showing.done():
            console.print("Ending …")
            showing.cancel()
    with suppress(asyncio.CancelledError):
        await showing
    return 0


async def _show(choices: Choices, folder: Path, console: Console) -> None:
    """The demo itself; it goes on until it is canceled."""
    file, server = await _papers(choices.papers, console)
    days = file.days[-_DAYS:]
    start = eastern_midnight(days[0]) - timedelta(hours=2)
    async with demo_world(
        file, start, folder, name=server, port=choices.port, record=choices.record
    ) as world:
        console.print("Starting the bot and subscribing the channels …")
        await world.bot.start()
        await world.bot.ready()
        for wanted in DEMO_SUBSCRIPTIONS:
            await world.subscribe(wanted)
        expectation = Expectation(file)
        for day in days:
            console.print(f"Letting {day:%A %d %B %Y} arrive …")
            for wanted in sorted(DEMO_SUBSCRIPTIONS, key=lambda wanted: slot(wanted, day)):
                expectation.due(wanted, day)
            # Late on that day, every subscription's time of day has come.
            world.clock.set(eastern_midnight(day) + timedelta(hours=23))
            await world.until(lambda: _begun(world, expectation), _ARRIVAL_S)
        # The answers of the readers then stand below all of #language's cards.
        had = expectation.posted["language"]
        await world.until(lambda: len(world.cards("language")) >= len(had), _ARRIVAL_S)
        console.print("Letting the readers search, translate and bookmark …")
        await act(world)
        if server != _SAMPLE_SERVER:
            console.print(UNTRANSLATED)
        _explain(world, console)
        await asyncio.Event().wait()


def _begun(world: DemoWorld, expectation: Expectation) -> bool:
    """Whether every channel has the first card of what is due to it by now, at least."""
    had = {name: len(world.cards(name)) for name in world.channels}
    due = {name: len(expectation.posted.get(name, [])) for name in world.channels}
    return all(had[name] >= min(due[name], 1) for name in had) and sum(had.values()) >= (
        sum(due.values()) * 2 // 3
    )


def _explain(world: DemoWorld, console: Console) -> None:
    channel, reader, admin = world.channels["language"], world.reader.user_id, world.owner.user_id
    page, users = world.discord.url, f"{world.control_url}/users"
    japanese, paper = world.japanese.user_id, world.cards("language")[-1][1]
    messages = f"{users}/{reader}/channels/{channel}/messages"
    json = "-H 'Content-Type: application/json'"
    console.print(
        f"""
[bold]Open {page}/channels/{channel}?as={reader}[/] to see what the reader sees: the channel, and
the private answers to a search, a translation and a list of bookmarks. "See it as" on the left
changes the eyes: 花子 has Discord in Japanese, 小明 in Chinese. (Cards go on arriving for a
moment, at the pace that Discord's rate limits allow.)

To act as the reader, from another terminal (the page shows the answer, too):

  # search the archive and arXiv
  curl -s -X POST {users}/{reader}/channels/{channel}/commands \\
    {json} -d '{{"command": "search", "options": {{"query": "language models"}}, "wait": 20}}'

  # a translation beside the original; without "language", in the person's own
  curl -s -X POST {users}/{reader}/channels/{channel}/commands \\
    {json} -d '{{"command": "translate", "wait": 20,
      "options": {{"ref": "{paper}", "language": "Japanese"}}}}'

  # the reader's bookmarks, and the same as BibTeX: its url leads to the file
  curl -s -X POST {users}/{reader}/channels/{channel}/commands \\
    {json} -d '{{"command": "bookmarks list", "wait": 5}}'
  curl -s -X POST {users}/{reader}/channels/{channel}/commands \\
    {json} -d '{{"command": "bookmarks export", "wait": 20,
      "options": {{"format": "BibTeX"}}}}'

  # what the reader sees in #language, with the ids of the messages
  curl -s {messages}

  # bookmark a card: put 🔖 on it (its id instead of MESSAGE), then list again
  curl -s -X PUT {messages}/MESSAGE/reactions/%F0%9F%94%96

  # ask for a Japanese translation with the flag 🇯🇵: it comes in the card's thread
  curl -s -X PUT {messages}/MESSAGE/reactions/%F0%9F%87%AF%F0%9F%87%B5

To act as 花子, whose Discord is in Japanese:

  # what she is offered, named in her language
  curl -s {users}/{japanese}/channels/{channel}/commands | grep -o '"shown_name": "[^"]*"'

To act as the admin, who may also use /subscribe, /subscriptions and /digest:

  # try rules on the last days; a press on Subscribe would save them
  curl -s -X POST {users}/{admin}/channels/{channel}/commands \\
    {json} -d '{{"command": "subscribe", "options": {{"categories": "cs.LG"}}, "wait": 20}}'

  # what was posted
  curl -s -X POST {users}/{admin}/channels/{channel}/commands \\
    {json} -d '{{"command": "digest history", "wait": 5}}'

Everybody may use status and help, the same way. docs/sandbox.md tells the rest.
The bot's log, until the end: {world.bot.log}

Ctrl-C ends everything.""",
        markup=True,
    )


async def _papers(path: Path | None, console: Console) -> tuple[PaperFile, str]:
    """The file that was given, arXiv's own papers where it can be reached, or the sample.

    With the name of the server that shows them: it says that the sample is invented.
    """
    if path is not None:
        return await asyncio.to_thread(_load, path), _SERVER
    console.print("Asking arXiv for its latest announcement day (10 s at most to reach it) …")
    live = await fetch_live(_CATEGORIES, console)
    if live is not None:
        return live, _SERVER
    console.print("Using the built-in sample batch: its papers and people are invented.")
    return _sample(), _SAMPLE_SERVER


def _load(path: Path | None) -> PaperFile:
    """Raises DemoError if there is nothing in the file, PaperFileError if it cannot be used."""
    if path is None:
        return _sample()
    file = PaperFile.load(path)
    if not file.days:
        raise DemoError(f"{path} holds no papers")
    return file


def _sample() -> PaperFile:
    first, second = announcement_days(2, eastern_day(SandboxClock().now()))
    return sample_papers(first, second)
