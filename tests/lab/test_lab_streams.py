"""`paperboy lab` in a pipe and on a terminal: answers at once, quiet ends, a bar to look at."""

import asyncio
import os
import pty
import signal
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from lab_stage import PAPER, PATIENCE_S, ROOT, answered, ended, environment, lab, lines, started

from bot.exits import Exit

_MEMORY = {"translation_memory": str(ROOT / "sandbox/arxiv/translations")}
_TITLE = "Where Did You Read That? Auditing Attribution in Long-Context Question Answering"

_COMMANDS: list[tuple[str, dict[str, str]]] = [
    ("summarize", PAPER),
    (
        "check",
        {"id": "1", "source": "It has 3 cats.", "target": "3匹の猫がいる。", "language": "ja"},
    ),
    ("translate", {"id": "1", "title": _TITLE, "abstract": "", "language": "ja"}),
]
each_command = pytest.mark.parametrize(("command", "record"), _COMMANDS)


@each_command
async def test_each_line_is_answered_before_the_next_is_given(
    tmp_path: Path, command: str, record: Mapping[str, str]
) -> None:
    async with started(environment(tmp_path, **_MEMORY), command) as process:
        for number in range(3):
            answer = await answered(process, {**record, "id": number})
            assert answer["id"] == number
        assert process.stdin is not None
        process.stdin.close()
        ran = await ended(process)
    assert (ran.code, ran.out, ran.err) == (Exit.OK, "", "")


@each_command
async def test_ctrl_c_ends_it_without_a_traceback(
    tmp_path: Path, command: str, record: Mapping[str, str]
) -> None:
    async with started(environment(tmp_path, **_MEMORY), command) as process:
        await answered(process, record)
        process.send_signal(signal.SIGINT)  # it waits for a line, and its input stays open
        ran = await ended(process)
    assert (ran.code, ran.out, ran.err) == (Exit.INTERRUPTED, "", "")


@each_command
async def test_a_reader_who_has_had_enough_ends_it_quietly(
    tmp_path: Path, command: str, record: Mapping[str, str]
) -> None:
    reading, writing = os.pipe()
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "bot", "lab", command),
        cwd=ROOT,
        env=environment(tmp_path, **_MEMORY),
        stdin=asyncio.subprocess.PIPE,
        stdout=writing,
        stderr=asyncio.subprocess.PIPE,
    )
    os.close(writing)
    os.close(reading)
    try:
        given = lines([{**record, "id": number} for number in range(50)])
        _, err = await asyncio.wait_for(process.communicate(given), PATIENCE_S)
    finally:
        if process.returncode is None:
            process.kill()
            await process.communicate()
    assert (process.returncode, err) == (Exit.OK, b"")


@each_command
async def test_a_terminal_shows_how_far_it_is(
    tmp_path: Path, command: str, record: Mapping[str, str]
) -> None:
    file = tmp_path / "records.jsonl"
    file.write_bytes(lines([{**record, "id": number} for number in range(3)]))
    seen, terminal = pty.openpty()
    environ = environment(tmp_path, **_MEMORY) | {"TERM": "xterm", "COLUMNS": "100"}
    try:
        async with started(environ, command, str(file), stderr=terminal) as process:
            ran = await ended(process)
    finally:
        os.close(terminal)
        shown = _all_of(seen)
        os.close(seen)
    assert ran.code == Exit.OK
    assert [answer["id"] for answer in ran.answers] == [0, 1, 2]
    assert "3/3" in shown
    assert "ing" in shown  # Summarizing, Checking, Translating


async def test_no_terminal_no_bar_whatever_the_colors(tmp_path: Path) -> None:
    environ = environment(tmp_path) | {"FORCE_COLOR": "1", "TTY_COMPATIBLE": "1"}
    ran = await lab(environ, "summarize", given=lines([PAPER]))
    assert (ran.code, ran.err) == (Exit.OK, "")


async def test_answers_are_in_utf_8_wherever_it_runs(tmp_path: Path) -> None:
    environ = environment(tmp_path) | {"PYTHONIOENCODING": "ascii", "LC_ALL": "C"}
    abstract = "Ein Gefäß fällt. " + PAPER["abstract"] + " \ud800"
    ran = await lab(environ, "summarize", given=lines([{**PAPER, "abstract": abstract}]))
    assert ran.code == Exit.OK
    assert ran.answers[0]["id"] == PAPER["id"]
    ran = await lab(environ, "latex", given="$\\alpha$ Gefäß\n".encode())
    assert (ran.code, ran.out) == (Exit.OK, "α Gefäß\n")


async def test_without_an_input_it_says_so(tmp_path: Path) -> None:
    process = await asyncio.create_subprocess_shell(
        f"exec {sys.executable} -m bot lab check <&-",
        cwd=ROOT,
        env=environment(tmp_path),
        stderr=asyncio.subprocess.PIPE,
    )
    _, err = await asyncio.wait_for(process.communicate(), PATIENCE_S)
    assert (process.returncode, err) == (
        Exit.UNEXPECTED,
        b"paperboy lab: there is no standard input\n",
    )


def _all_of(terminal: int) -> str:
    """What was written to a terminal that nobody has open any more."""
    parts: list[bytes] = []
    while True:
        try:
            part = os.read(terminal, 65536)
        except OSError:  # the end, on Linux
            break
        if not part:
            break
        parts.append(part)
    return b"".join(parts).decode(errors="replace")
