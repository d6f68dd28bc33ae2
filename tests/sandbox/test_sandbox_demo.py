"""The demo as a process: it ends at once and cleanly when it is told to, and says what is wrong."""

import asyncio
import json
import os
import re
import signal
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from sandbox.arxiv.sample import sample_records
from sandbox.demo import UNTRANSLATED

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_S = 40.0
NOWHERE = "http://127.0.0.1:9"  # the discard port: nothing listens there


def environment(folder: Path, arxiv: str) -> dict[str, str]:
    """One in which arXiv is at this address and temporary folders are made in `folder`."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("PAPERBOY_")}
    names = ("PAPERBOY_ARXIV_FEED_URL", "PAPERBOY_ARXIV_API_URL", "PAPERBOY_ARXIV_OAI_URL")
    return kept | dict.fromkeys(names, arxiv) | {"TMPDIR": str(folder), "PYTHONUNBUFFERED": "1"}


@asynccontextmanager
async def demo(
    folder: Path, *arguments: str, arxiv: str = NOWHERE
) -> AsyncGenerator[asyncio.subprocess.Process]:
    """`paperboy demo`, running; it is killed at the end if it still runs."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        "demo",
        *arguments,
        cwd=ROOT,
        env=environment(folder, arxiv),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def said(process: asyncio.subprocess.Process, words: str) -> str:
    """All that it printed up to the line with these words."""
    assert process.stdout is not None
    lines = ""
    async with asyncio.timeout(PATIENCE_S):
        while words not in lines:
            line = await process.stdout.readline()
            assert line, f"it ended after:\n{lines}"
            lines += line.decode()
    return lines


async def interrupted(process: asyncio.subprocess.Process) -> tuple[int, str]:
    """Press Ctrl-C as a terminal does, for the whole group: its exit code and its last words."""
    os.killpg(process.pid, signal.SIGINT)
    async with asyncio.timeout(PATIENCE_S):
        out, _ = await process.communicate()
    assert process.returncode is not None
    return process.returncode, out.decode()


def kept(folder: Path) -> list[Path]:
    return sorted(folder.glob("paperboy-*"))


async def test_it_ends_while_the_bot_starts(tmp_path: Path) -> None:
    async with demo(tmp_path) as process:
        before = await said(process, "Starting the bot")
        assert "arXiv cannot be reached" in before
        assert "invented" in before
        assert kept(tmp_path)
        code, rest = await interrupted(process)
    assert code == 0, rest
    assert "Traceback" not in rest
    assert "Ending" in rest
    assert kept(tmp_path) == []


async def test_it_ends_while_arxiv_is_asked(tmp_path: Path) -> None:
    asked = asyncio.Event()

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.set()
        await reader.read()  # until the other side goes away
        writer.close()

    server = await asyncio.start_server(silent, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        async with demo(tmp_path, arxiv=f"http://127.0.0.1:{port}") as process:
            await asyncio.wait_for(asked.wait(), PATIENCE_S)
            before = await said(process, "today's cs.CL")
            code, rest = await interrupted(process)
    assert code == 0, before + rest
    assert "Traceback" not in rest
    assert "Using the built-in sample" not in rest
    assert kept(tmp_path) == []


async def test_it_shows_the_sample_as_invented_and_tells_how_to_act(tmp_path: Path) -> None:
    async with demo(tmp_path) as process:
        before = await said(process, "Ctrl-C ends everything")
        address = re.search(r"http://127\.0\.0\.1:\d+/channels/\d+\?as=\d+", before)
        assert address is not None
        async with aiohttp.ClientSession() as session, session.get(address[0]) as answer:
            page = await answer.text()
        code, rest = await interrupted(process)
    assert code == 0, rest
    assert "Traceback" not in rest
    reader, _, admin = before.partition("To act as the admin")
    assert '"bookmarks list"' in reader
    assert "digest history" not in reader
    for command in ("search", "translate", "bookmarks list"):
        assert f"Demo reader used <b>/{command}</b>" in page
        assert f'"{command}"' in reader
    assert page.count("Only Demo reader can see this") >= 3
    assert "🇯🇵" in page
    assert UNTRANSLATED not in before
    assert '"subscribe"' in admin
    assert '"digest history"' in admin
    assert kept(tmp_path) == []


async def test_it_says_that_other_papers_have_no_translations(tmp_path: Path) -> None:
    papers = tmp_path / "papers.jsonl"
    records = [record for record in sample_records() if record["day"] == 1]
    lines = (json.dumps({**record, "announced_on": "2026-06-17"}) for record in records)
    papers.write_text("\n".join(lines), encoding="utf-8")
    async with demo(tmp_path, "--papers", str(papers)) as process:
        before = await said(process, "Ctrl-C ends everything")
        code, rest = await interrupted(process)
    assert code == 0, rest
    assert UNTRANSLATED in before


@pytest.mark.parametrize("more", [(), ("--once",)])
async def test_an_empty_file_of_papers_is_told(tmp_path: Path, more: tuple[str, ...]) -> None:
    empty = tmp_path / "empty.jsonl"
    empty.touch()
    async with demo(tmp_path, "--papers", str(empty), *more) as process:
        async with asyncio.timeout(PATIENCE_S):
            out, _ = await process.communicate()
    assert process.returncode == 1
    assert "empty.jsonl holds no papers" in out.decode()
    (folder,) = kept(tmp_path)  # where it failed, it says what it kept
    assert str(folder) in out.decode()
