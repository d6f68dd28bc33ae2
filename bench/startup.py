"""Starting the real bot: how long until it is ready, and how much memory it then holds."""

import asyncio

from bench.figures import Figure, spread, stall_figure
from bench.scene import running_bot, scene
from bench.stand import Plan

_RUNS = 3
_CHANNELS = 20
_SETTLED_S = 3.0
_LIBRARY_WAIT_S = 2.0


async def run() -> list[Figure]:
    """Seconds from the process's start, and resident memory with 1 and with 1,000 servers."""
    found: list[Figure] = []
    for guilds in (1, 1000):
        where = f"{guilds:,} server{'s' if guilds > 1 else ''} of {_CHANNELS} channels"
        connected: list[float] = []
        ready: list[float] = []
        memory: list[float] = []
        async with scene(Plan(guilds, _CHANNELS)) as stage:
            for _ in range(_RUNS):
                async with running_bot(stage) as bot:
                    connected.append(await stage.connected_at() - bot.started)
                    ready.append(bot.since_start(await bot.logged("ready")))
                    await asyncio.sleep(_SETTLED_S)
                    memory.append(bot.resident_mib())
                    stalls, early = bot.stalls(), bot.stalls(after="database_open")
        found += [
            (
                f"From process start to the gateway session, {where}",
                spread(connected, "s"),
                f"{_RUNS} starts",
            ),
            (
                f"From process start to ready, {where}",
                spread(ready, "s"),
                f"the log's `ready`; {_LIBRARY_WAIT_S:.1f} s of it are discord.py's "
                "guild_ready_timeout, its wait for more servers",
            ),
            (f"Resident memory, {where}", spread(memory, "MiB", 0), "after ready"),
            stall_figure(f"after ready with {where}", stalls),
        ]
    return found
