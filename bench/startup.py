"""Starting the real bot: how long until it is ready, and how much memory it then holds."""

import asyncio
from statistics import median

from bench.figures import Figure, Stall, spread, stall_figure
from bench.scene import running_bot, scene
from bench.stand import Plan

_RUNS = 3
_CHANNELS = 20
_SETTLED_S = 3.0


async def run() -> list[Figure]:
    """Seconds from the process's start, and resident memory with 1 and with 1,000 servers."""
    found: list[Figure] = []
    for guilds in (1, 1000):
        where = f"{guilds:,} server{'s' if guilds > 1 else ''} of {_CHANNELS} channels"
        connected: list[float] = []
        ready: list[float] = []
        memory: list[float] = []
        stalls: list[Stall] = []
        async with scene(Plan(guilds, _CHANNELS)) as stage:
            for _ in range(_RUNS):
                async with running_bot(stage) as bot:
                    connected.append(await stage.connected_at() - bot.started)
                    ready.append(bot.since_start(await bot.logged("ready")))
                    await asyncio.sleep(_SETTLED_S)
                    memory.append(bot.resident_mib())
                stalls += bot.stalls()
        # The library waits after its session is there; nothing of the bot's runs in between.
        waiting = median(late - early for early, late in zip(connected, ready, strict=True))
        found += [
            (
                f"From process start to the gateway session, {where}",
                spread(connected, "s"),
                f"{_RUNS} starts",
            ),
            (
                f"From process start to ready, {where}",
                spread(ready, "s"),
                f"the log's `ready`; discord.py's guild_ready_timeout is {waiting:.1f} s of it",
            ),
            (f"Resident memory, {where}", spread(memory, "MiB", 0), "after ready"),
            stall_figure(f"starting with {where}", stalls),
        ]
    return found
