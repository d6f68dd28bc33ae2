"""The lock on a data folder, within a process and between processes."""

import asyncio
import os
import sys
from pathlib import Path

import pytest

from bot.errors import AlreadyRunning, StoreError
from bot.exits import Exit
from bot.lock import FolderLock


def test_a_second_lock_is_refused_until_the_first_is_released(tmp_path: Path) -> None:
    first, second = FolderLock(tmp_path / "data"), FolderLock(tmp_path / "data")
    first.acquire()
    with pytest.raises(AlreadyRunning, match=rf"process {os.getpid()}\) uses the data folder"):
        second.acquire()
    elsewhere = FolderLock(tmp_path / "other")
    elsewhere.acquire()
    elsewhere.release()
    first.release()
    second.acquire()
    second.release()
    second.release()


def test_what_cannot_be_a_folder_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="cannot be written"):
        FolderLock(tmp_path / "file" / "data").acquire()


async def test_a_second_process_is_refused_with_its_own_exit_code(tmp_path: Path) -> None:
    lock = FolderLock(tmp_path)
    lock.acquire()
    environ = {
        "PATH": os.environ["PATH"],
        "PAPERBOY_DATA_DIR": str(tmp_path),
        "PAPERBOY_DISCORD_TOKEN": "token-of-nobody",
        "PAPERBOY_DISCORD_API_BASE": "http://127.0.0.1:9/api",
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "run", env=environ, stderr=asyncio.subprocess.PIPE
    )
    _, said = await asyncio.wait_for(process.communicate(), 20)
    assert process.returncode == Exit.ALREADY_RUNNING == 6
    assert f"Another Paperboy (process {os.getpid()})" in said.decode()
    assert "PAPERBOY_DATA_DIR" in said.decode()
    assert "Traceback" not in said.decode()
    lock.release()


async def test_a_killed_process_leaves_no_lock_behind(tmp_path: Path) -> None:
    program = (
        "import sys, pathlib\n"
        "from bot.lock import FolderLock\n"
        "lock = FolderLock(pathlib.Path(sys.argv[1]))\n"
        "lock.acquire()\n"
        "print('held', flush=True)\n"
        "sys.stdin.read()\n"
    )
    holder = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        program,
        str(tmp_path),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert holder.stdout is not None
    assert await asyncio.wait_for(holder.stdout.readline(), 20) == b"held\n"
    with pytest.raises(AlreadyRunning, match=f"process {holder.pid}"):
        FolderLock(tmp_path).acquire()
    holder.kill()
    await holder.communicate()
    lock = FolderLock(tmp_path)
    lock.acquire()
    lock.release()
