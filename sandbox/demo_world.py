"""The demo's servers, its Discord server with people in it, and the bot as a process."""

import asyncio
import signal
import sys
from collections.abc import AsyncGenerator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sandbox.arxiv.app import ArxivSandbox
from sandbox.arxiv.papers import PaperFile
from sandbox.clock import SandboxClock
from sandbox.demo_environment import bot_environment, provider_settings
from sandbox.demo_subscriptions import DEMO_SUBSCRIPTIONS, DemoSubscription
from sandbox.discord.admin import Admin
from sandbox.discord.app import DiscordSandbox
from sandbox.discord.models import Message
from sandbox.discord.person import Person
from sandbox.discord.sightings import Outcome
from sandbox.providers.semantic_scholar import recommending

BOT_PERMISSIONS = (
    "VIEW_CHANNEL",
    "SEND_MESSAGES",
    "READ_MESSAGE_HISTORY",
    "ADD_REACTIONS",
    "CREATE_PUBLIC_THREADS",
    "SEND_MESSAGES_IN_THREADS",
)
# The sandbox's own bot has this token; it opens nothing else.
_TOKEN = "demo-token-of-no-value"  # noqa: S105 - no secret, as said
_CARD = "pb1:bm:"  # how the bookmark button of a card begins
_START_S = 60.0
_STOP_S = 15.0


class DemoError(Exception):
    """Something that the demo needs did not happen; the text says what and where to look."""


@dataclass
class DemoWorld:
    """Everything that the demo talks to. `channels` are the server's, by name.

    `reader` reads English; `japanese` and `chinese` have Discord in their languages.
    """

    clock: SandboxClock
    discord: DiscordSandbox
    arxiv: ArxivSandbox
    admin: Admin
    owner: Person
    reader: Person
    japanese: Person
    chinese: Person
    guild_id: int
    channels: dict[str, int]
    application_id: int
    bot: "BotProcess"

    @property
    def control_url(self) -> str:
        return f"{self.discord.url}/control"

    async def until(self, done: Callable[[], bool], seconds: float) -> bool:
        """Wait until `done()` holds, looking again at each event; False after `seconds`."""
        changed = asyncio.Event()
        unsubscribe = self.discord.world.bus.subscribe(lambda _: changed.set())
        try:
            async with asyncio.timeout(seconds):
                while not done():
                    changed.clear()
                    await changed.wait()
        except TimeoutError:
            return done()
        finally:
            unsubscribe()
        return True

    def cards(self, name: str) -> list[tuple[int, str]]:
        """The cards in a channel and its threads: (message id, paper id) in order of posting."""
        channel_id = self.channels[name]
        found = [
            (message.id, _paper_of(message))
            for channel in self.discord.world.channels.values()
            if channel_id in {channel.id, channel.parent_id}
            for message in channel.messages.values()
        ]
        return sorted((number, paper) for number, paper in found if paper is not None)

    def paper_of(self, message_id: int, channel_id: int) -> str:
        """The id of the paper whose card a message is. Raises DemoError if it is none."""
        message = self.discord.world.channel(channel_id).messages.get(message_id)
        paper = message and _paper_of(message)
        if not paper:
            raise DemoError(f"the message {message_id} is not a paper's card")
        return paper

    async def subscribe(self, wanted: DemoSubscription) -> None:
        """Subscribe as the server's admin does: run the command, look at the preview, press."""
        options = {
            "categories": wanted.categories,
            "time": wanted.time,
            "timezone": wanted.timezone,
            **wanted.options,
        }
        channel = self.channels[wanted.channel]
        outcome = await self.owner.run(
            "subscribe", channel=channel, options=options, timeout=_START_S
        )
        if outcome.text.startswith("Asking arXiv"):  # the waiting message comes first
            outcome = await self.owner.follow(
                outcome, lambda now: not now.text.startswith("Asking arXiv"), timeout=_START_S
            )
        message = outcome.message
        if message is None or "Subscribe" not in message.buttons:
            raise DemoError(f"/subscribe {options} was answered with: {outcome.text}")
        pressed = await self.owner.press(message, "Subscribe", timeout=_START_S)
        try:
            await self.owner.follow(pressed, _is_confirmed, timeout=_START_S)
        except TimeoutError:
            raise DemoError(f"Subscribe was answered with: {pressed.text}") from None


def _is_confirmed(outcome: Outcome) -> bool:
    """Whether the preview has made place for the confirmation."""
    return outcome.message is not None and "Subscribe" not in outcome.message.buttons


class BotProcess:
    """The real bot in a process of its own, told by its environment where everything is."""

    def __init__(self, environ: dict[str, str], log: Path, admin: Admin) -> None:
        self._environ = environ
        self._log = log
        self._admin = admin
        self._process: asyncio.subprocess.Process | None = None

    @property
    def log(self) -> Path:
        """What it says goes to this file."""
        return self._log

    async def start(self) -> None:
        """Start it; `ready` tells when it is there.

        It has a session of its own, so that a terminal's Ctrl-C reaches the demo alone, which
        then ends it in order.
        """
        with self._log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-P",  # what lies in the folder of the moment is not the bot's
                "-m",
                "bot",
                "run",
                env=self._environ,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    async def ready(self) -> None:
        """Wait until it is connected. Raises DemoError if it ends or takes too long."""
        process = self._running()
        for _ in range(int(_START_S / 0.05)):
            if any(session["connected"] for session in await self._admin.sessions()):
                return
            if process.returncode is not None:
                raise DemoError(f"The bot ended with {process.returncode}; see {self._log}")
            await asyncio.sleep(0.05)
        raise DemoError(f"The bot did not connect within {_START_S:.0f} s; see {self._log}")

    async def kill(self) -> None:
        """End it with SIGKILL, as a crash or a power cut would."""
        process = self._running()
        process.kill()
        await process.wait()

    async def stop(self) -> int:
        """Ask it to end with SIGTERM; returns its exit code (killed after 15 s)."""
        process = self._process
        if process is None or process.returncode is not None:
            return 0 if process is None else process.returncode or 0
        with suppress(ProcessLookupError):
            process.send_signal(signal.SIGTERM)
        try:
            return await asyncio.wait_for(process.wait(), _STOP_S)
        except TimeoutError:
            process.kill()
            return await process.wait()

    def _running(self) -> asyncio.subprocess.Process:
        if self._process is None:
            raise DemoError("the bot was not started")
        return self._process


@asynccontextmanager
async def demo_world(
    papers: PaperFile,
    now: datetime,
    folder: Path,
    *,
    name: str = "Reading group",
    port: int = 0,
    limits: bool = True,
    record: Path | None = None,
) -> AsyncGenerator[DemoWorld]:
    """Start both sandboxes and make a server (`name`) with channels, people and the bot's account.

    The bot itself is not started yet. Everything is closed at the end, the bot first.
    """
    async with AsyncExitStack() as closing:
        clock = SandboxClock(now)
        beside = record.with_name(f"{record.stem}-arxiv{record.suffix}") if record else None
        arxiv = ArxivSandbox(papers, clock, record=beside)
        await arxiv.start()
        closing.push_async_callback(arxiv.stop)
        discord = DiscordSandbox(clock, limits_enabled=limits, record=record)
        await discord.start(port=port)
        closing.push_async_callback(discord.stop)
        admin = await closing.enter_async_context(Admin(f"{discord.url}/control"))
        owner_id = await admin.create_user("admin", global_name="Demo admin")
        reader_id = await admin.create_user("reader", global_name="Demo reader")
        japanese_id = await admin.create_user("hanako", global_name="花子", locale="ja")
        chinese_id = await admin.create_user("xiaoming", global_name="小明", locale="zh-CN")
        guild_id = await admin.create_guild(name, owner_id)
        for member_id in (reader_id, japanese_id, chinese_id):
            await admin.add_member(guild_id, member_id)
        rooms = dict.fromkeys(wanted.channel for wanted in DEMO_SUBSCRIPTIONS)
        channels = {room: await admin.create_channel(guild_id, room) for room in rooms}
        scholar = await closing.enter_async_context(recommending(papers, clock))
        application_id, token = await admin.create_application("Paperboy", owner_id, token=_TOKEN)
        await admin.add_bot(guild_id, application_id, permissions=BOT_PERMISSIONS)
        bot = BotProcess(
            bot_environment(discord, arxiv, folder, token, scholar.url) | provider_settings(),
            folder / "bot.log",
            admin,
        )
        closing.push_async_callback(bot.stop)
        yield DemoWorld(
            clock=clock,
            discord=discord,
            arxiv=arxiv,
            admin=admin,
            owner=await closing.enter_async_context(admin.person(owner_id)),
            reader=await closing.enter_async_context(admin.person(reader_id)),
            japanese=await closing.enter_async_context(admin.person(japanese_id)),
            chinese=await closing.enter_async_context(admin.person(chinese_id)),
            guild_id=guild_id,
            channels=channels,
            application_id=application_id,
            bot=bot,
        )


def _paper_of(message: Message) -> str | None:
    for custom_id in _custom_ids(message.components):
        if custom_id.startswith(_CARD):
            versioned = custom_id.removeprefix(_CARD).rsplit(":", 1)[0]
            return versioned.rsplit("v", 1)[0]
    return None


def _custom_ids(components: list[dict[str, Any]]) -> list[str]:
    found: list[str] = []
    for component in components:
        if "custom_id" in component:
            found.append(component["custom_id"])
        found += _custom_ids(component.get("components", []))
        found += _custom_ids([component["accessory"]] if "accessory" in component else [])
    return found
