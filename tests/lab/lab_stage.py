"""`paperboy lab` as real processes, with pipes and terminals."""

import asyncio
import json
import os
from asyncio.subprocess import Process as RealProcess
from collections.abc import AsyncGenerator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import zygote
from zygote import Process

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_S = 60.0
PAPER = {
    "id": "2606.00042",
    "title": "Sleeping Cats",
    "abstract": (
        "Cats sleep for most of the day, and nobody knows why. "
        "We present CatWatch, a camera that counts the naps of cats without waking them. "
        "On 120 cats in 14 homes it finds 93.5% of all naps, 12.1 points more than an observer. "
        "Code is available at https://example.org/catwatch."
    ),
}


@dataclass(frozen=True, slots=True)
class Ran:
    """A process that has ended: its exit code, its answers and what it said besides."""

    code: int
    out: str
    err: str

    @property
    def answers(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.splitlines()]


def lines(records: Iterable[Mapping[str, object]]) -> bytes:
    """Records as JSON lines."""
    return "".join(json.dumps(one) + "\n" for one in records).encode()


def environment(folder: Path, **settings: str) -> dict[str, str]:
    """An environment in which nothing but these settings is set."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("PAPERBOY_")}
    given = {f"PAPERBOY_{name.upper()}": value for name, value in settings.items()}
    return kept | {"PAPERBOY_DATA_DIR": str(folder)} | given


@asynccontextmanager
async def started(
    environ: Mapping[str, str], *arguments: str, stderr: int | None = None
) -> AsyncGenerator[Process | RealProcess]:
    """`paperboy lab …` with pipes; killed if it is still there afterwards."""
    process = await zygote.start(environ, "lab", *arguments, stdin=True, stderr=stderr)
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.communicate()


async def lab(environ: Mapping[str, str], *arguments: str, given: bytes = b"") -> Ran:
    """Run `paperboy lab …` to its end."""
    async with started(environ, *arguments) as process:
        out, err = await asyncio.wait_for(process.communicate(given), PATIENCE_S)
        return Ran(process.returncode or 0, out.decode(), err.decode())


async def answered(process: Process | RealProcess, record: Mapping[str, object]) -> dict[str, Any]:
    """Give a process one record and wait for its answer; its input stays open."""
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(lines([record]))
    await process.stdin.drain()
    line = await asyncio.wait_for(process.stdout.readline(), PATIENCE_S)
    if not line:
        raise AssertionError(f"it ended without an answer: {await ended(process)}")
    answer: dict[str, Any] = json.loads(line)
    return answer


async def ended(process: Process | RealProcess) -> Ran:
    """Wait for the end of a process whose input may stay open."""
    assert process.stdout is not None
    err = process.stderr
    out, said, code = await asyncio.wait_for(
        asyncio.gather(process.stdout.read(), err.read() if err else _nothing(), process.wait()),
        PATIENCE_S,
    )
    return Ran(code, out.decode(), said.decode())


async def _nothing() -> bytes:
    return b""


def is_empty(folder: Path) -> bool:
    """Whether a command left nothing in its data folder."""
    return not any(folder.iterdir())


def sample_paper() -> dict[str, str]:
    """An invented paper that the demo's translation memory knows."""
    line = (ROOT / "sandbox/arxiv/sample_papers.jsonl").read_text(encoding="utf-8").splitlines()[0]
    paper = json.loads(line)
    return {name: paper[name] for name in ("id", "title", "abstract")}
