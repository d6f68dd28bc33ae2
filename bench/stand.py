"""Both sandboxes in a process of their own, which counts what arrives: `python -m bench.stand`.

It reads its plan (JSON) from the command line, prints one line with its addresses, and answers
each line on its input with one line of counts. It ends when its input ends.
"""

import asyncio
import json
import sys
import time
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from typing import Any

from bench.papers import DAY, big_day
from sandbox.arxiv.app import ArxivSandbox
from sandbox.arxiv.days import eastern_midnight
from sandbox.clock import SandboxClock
from sandbox.discord.app import DiscordSandbox
from sandbox.discord.events import Event
from sandbox.discord.permissions import Permission

_BOT_PERMISSIONS = (
    Permission.VIEW_CHANNEL
    | Permission.SEND_MESSAGES
    | Permission.READ_MESSAGE_HISTORY
    | Permission.ADD_REACTIONS
    | Permission.CREATE_PUBLIC_THREADS
    | Permission.SEND_MESSAGES_IN_THREADS
)


@dataclass(frozen=True, slots=True)
class Plan:
    """`guilds` servers with `channels` text channels each; `limits` as Discord's or none."""

    guilds: int
    channels: int
    limits: bool = True


@dataclass(slots=True)
class Tally:
    """What has arrived since the start. Times are of `time.monotonic`, in seconds."""

    messages: list[float] = field(default_factory=list[float])
    reactions: list[float] = field(default_factory=list[float])

    def event(self, event: Event) -> None:
        if event.name == "MESSAGE_CREATE":
            self.messages.append(time.monotonic())
        elif event.name == "MESSAGE_REACTION_ADD":
            self.reactions.append(time.monotonic())

    def counts(self) -> dict[str, Any]:
        return {
            "messages": len(self.messages),
            "reactions": len(self.reactions),
            "per_second": _rate(self.messages),
            "requests_per_second": _rate(sorted(self.messages + self.reactions)),
            "busiest_second": _busiest(sorted(self.messages + self.reactions)),
        }


def _rate(moments: list[float]) -> float:
    return (len(moments) - 1) / (moments[-1] - moments[0]) if len(moments) > 1 else 0.0


def _busiest(moments: list[float]) -> int:
    """The most arrivals within any one second."""
    most = start = 0
    for end, moment in enumerate(moments):
        while moments[start] <= moment - 1:
            start += 1
        most = max(most, end - start + 1)
    return most


def _fill(discord: DiscordSandbox, plan: Plan) -> dict[str, Any]:
    world = discord.world
    owner = world.accounts.create_user("owner")
    application = world.accounts.create_application("Paperboy", owner.id)
    places: list[tuple[int, int]] = []
    for number in range(plan.guilds):
        guild = world.servers.create(owner.id, f"Server {number}")
        for place in range(plan.channels):
            channel = world.rooms.create(guild.id, f"channel-{place}")
            places.append((guild.id, channel.id))
        world.servers.add_bot(guild.id, application.id, permissions=int(_BOT_PERMISSIONS))
    return {"token": application.token, "places": places, "owner": owner.id}


async def serve(plan: Plan) -> None:
    """Serve until the input ends."""
    papers, source = await asyncio.to_thread(big_day)
    clock = SandboxClock(eastern_midnight(DAY) + timedelta(minutes=10))
    discord = DiscordSandbox(clock, limits_enabled=plan.limits)
    arxiv = ArxivSandbox(papers, clock)
    tally = Tally()
    about = _fill(discord, plan)
    discord.world.bus.subscribe(tally.event)
    await arxiv.start()
    await discord.start()
    try:
        about |= {
            "source": source,
            "control": f"{discord.url}/control",
            "environment": {
                "PAPERBOY_DISCORD_TOKEN": about.pop("token"),
                "PAPERBOY_DISCORD_API_BASE": discord.api_base,
                "PAPERBOY_ARXIV_API_URL": arxiv.api_url,
                "PAPERBOY_ARXIV_FEED_URL": arxiv.feed_url,
                "PAPERBOY_ARXIV_OAI_URL": arxiv.oai_url,
                "PAPERBOY_ARXIV_INTERVAL": "0",
                "PAPERBOY_SEMANTIC_SCHOLAR": "false",
                "PAPERBOY_CLOCK_URL": f"{discord.url}/control/clock",
            },
        }
        print(json.dumps(about), flush=True)
        while await asyncio.to_thread(sys.stdin.readline):
            # Answers 401, 403 and 429: what Discord counts as invalid requests.
            counts = tally.counts() | {"refused": discord.limits.invalid}
            print(json.dumps(counts), flush=True)
    finally:
        await discord.stop()
        await arxiv.stop()


def arguments(plan: Plan) -> list[str]:
    """What to start to get this plan served."""
    return [sys.executable, "-m", "bench.stand", json.dumps(asdict(plan))]


if __name__ == "__main__":
    asyncio.run(serve(Plan(**json.loads(sys.argv[1]))))
