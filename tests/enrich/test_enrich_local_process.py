"""The worker process of local models: crashes, hangs, askers who leave, the end."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import IO

import psutil
import pytest
from local_models import argos_folder

from bot.enrich.translate import local_process
from bot.enrich.translate.local import LocalTranslator
from bot.enrich.translate.local_process import ModelProcess
from bot.errors import SourceGarbled, SourceUnavailable
from sandbox.clock import SandboxClock

WORKER = Path(local_process.__file__).with_name("local_worker.py")
TEN = [f"Cats run after all {number} cats." for number in range(10)]


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models")
    argos_folder(folder)
    return folder


def _worker(folder: Path, before: str) -> Path:
    """A worker that runs `before` with its own folder as `here`, then the real one.

    `before` may put something in the place of `worker.answer`.
    """
    script = folder / "worker.py"
    script.write_text(
        "import importlib.util, os, pathlib, signal, sys, time\n"
        f"here = pathlib.Path({str(folder)!r})\n"
        f"spec = importlib.util.spec_from_file_location('worker', {str(WORKER)!r})\n"
        "worker = importlib.util.module_from_spec(spec)\n"
        "spec.loader.exec_module(worker)\n"
        "answer = worker.answer\n"
        f"{before}\n"
        "worker.main(1)\n"
    )
    return script


@asynccontextmanager
async def _translating(
    models: Path, worker: Path = WORKER, *, patience: float = 20, clock: SandboxClock | None = None
) -> AsyncGenerator[tuple[LocalTranslator, ModelProcess]]:
    clock = clock or SandboxClock()
    process = ModelProcess(1, clock, patience=patience, worker=worker)
    translator = LocalTranslator(models, 1, clock, process=process)
    try:
        yield translator, process
    finally:
        await translator.aclose()
        assert process.pid is None


async def _cats(translator: LocalTranslator) -> None:
    assert await translator.translate(["Cats sleep."], "ja", glossary={}) == ["猫 眠る."]


async def test_it_starts_with_the_first_question_and_serves_all(models: Path) -> None:
    async with _translating(models) as (translator, process):
        assert translator.offers("ja")
        assert process.pid is None
        await _cats(translator)
        first = process.pid
        said = await asyncio.gather(
            *(translator.translate(TEN, "ja", glossary={}) for _ in range(5))
        )
        assert all(texts == said[0] for texts in said)
        assert said[0][7] == "猫 走る 追う 全て 7 猫."
        assert process.pid == first


async def test_a_killed_process_is_replaced(models: Path) -> None:
    async with _translating(models) as (translator, process):
        await _cats(translator)
        assert process.pid is not None
        os.kill(process.pid, signal.SIGKILL)
        await _cats(translator)


async def test_a_crash_is_tried_again_and_the_second_ends_it_for_a_minute(
    models: Path, tmp_path: Path
) -> None:
    crash = (
        "with (here / 'starts').open('a') as file: file.write('x')\n"
        "def crashing(*_):\n"
        "    if (here / 'broken').exists(): os.kill(os.getpid(), signal.SIGSEGV)\n"
        "    if len((here / 'starts').read_text()) == 1: os.abort()\n"
        "    return answer(*_)\n"
        "worker.answer = crashing"
    )
    clock = SandboxClock()
    worker = _worker(tmp_path, crash)
    async with _translating(models, worker, clock=clock) as (translator, _):
        await _cats(translator)  # by the second process
        assert (tmp_path / "starts").read_text() == "xx"
        (tmp_path / "broken").touch()
        with pytest.raises(SourceUnavailable, match="crashed twice"):
            await _cats(translator)
        assert (tmp_path / "starts").read_text() == "xxx"
        with pytest.raises(SourceUnavailable) as caught:
            await _cats(translator)
        assert caught.value.retry_after == pytest.approx(60, abs=10)
        assert (tmp_path / "starts").read_text() == "xxx"
        (tmp_path / "broken").unlink()
        clock.advance(timedelta(seconds=61))
        await _cats(translator)


async def test_a_hanging_process_is_killed(models: Path, tmp_path: Path) -> None:
    hang = (
        "def hanging(*_):\n"
        "    if not (here / 'hung').exists():\n"
        "        (here / 'hung').write_text(str(os.getpid()))\n"
        "        time.sleep(600)\n"
        "    return answer(*_)\n"
        "worker.answer = hanging"
    )
    async with _translating(models, _worker(tmp_path, hang), patience=1.5) as (translator, _):
        with pytest.raises(SourceUnavailable, match=r"no answer within 1\.5 s"):
            await _cats(translator)
        assert not psutil.pid_exists(int((tmp_path / "hung").read_text()))
        await _cats(translator)


# The first request waits at the gate until the test, which opened it, closes it.
_SLOW = (
    "gates = [here / 'gate']\n"
    "def slow(models, request):\n"
    "    with (here / 'asked').open('a') as file: file.write(request['sentences'][0] + '\\n')\n"
    "    if gates: gates.pop().read_text()\n"
    "    return answer(models, request)\n"
    "worker.answer = slow"
)


async def _at_gate(folder: Path) -> IO[str]:
    """Wait until the worker stands at its gate."""
    return await asyncio.wait_for(asyncio.to_thread((folder / "gate").open, "w"), 20)


async def test_who_leaves_stops_the_work_at_the_next_batch(models: Path, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "gate")
    async with _translating(models, _worker(tmp_path, _SLOW)) as (translator, process):
        leaving = asyncio.create_task(translator.translate(TEN, "ja", glossary={}))
        gate = await _at_gate(tmp_path)
        leaving.cancel()
        with pytest.raises(asyncio.CancelledError):
            await leaving
        pid = process.pid
        staying = asyncio.create_task(_cats(translator))
        gate.close()
        await staying
        assert process.pid == pid  # the next asker got its own answer, from the same process
        assert (tmp_path / "asked").read_text().splitlines() == [TEN[0], "Cats sleep."]


async def test_closing_ends_what_is_under_way(models: Path, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "gate")
    async with _translating(models, _worker(tmp_path, _SLOW)) as (translator, process):
        asking = asyncio.create_task(translator.translate(TEN, "ja", glossary={}))
        gate = await _at_gate(tmp_path)
        pid = process.pid
        assert pid is not None
        await translator.aclose()
        gate.close()
        await translator.aclose()
        assert not psutil.pid_exists(pid)
        with pytest.raises(SourceUnavailable, match="closed"):
            await asking
        with pytest.raises(SourceUnavailable, match="closed"):
            await _cats(translator)


async def test_it_ends_after_a_quarter_of_an_hour_without_work(models: Path) -> None:
    clock = SandboxClock()
    async with _translating(models, clock=clock) as (translator, process):
        await _cats(translator)
        pid = process.pid
        worker = psutil.Process(pid)
        clock.advance(timedelta(minutes=10))
        await _cats(translator)
        clock.advance(timedelta(minutes=10))
        await _cats(translator)
        assert process.pid == pid
        clock.advance(timedelta(minutes=16))
        await asyncio.to_thread(worker.wait, 20)
        await _cats(translator)


async def test_it_is_told_no_secret(
    models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAPERBOY_DISCORD_TOKEN", "secret")
    monkeypatch.setenv("HARMLESS", "known")
    note = "import json\n(here / 'environ').write_text(json.dumps(dict(os.environ)))"
    async with _translating(models, _worker(tmp_path, note)) as (translator, _):
        await _cats(translator)
    environ = json.loads((tmp_path / "environ").read_text())
    assert environ["HARMLESS"] == "known"
    assert not [name for name in environ if name.startswith("PAPERBOY_")]


@pytest.mark.parametrize("said", ["b'no json\\n'", "b'[1]\\n'", 'b\'{"texts": ["a", "b"]}\\n\''])
async def test_an_answer_of_another_shape_is_an_error(
    models: Path, tmp_path: Path, said: str
) -> None:
    worker = _worker(tmp_path, f"input()\nos.write(1, {said})")
    async with _translating(models, worker) as (translator, _):
        with pytest.raises(SourceGarbled):
            await _cats(translator)


async def test_what_native_code_prints_is_no_answer(models: Path, tmp_path: Path) -> None:
    chatty = (
        "def chatting(*_):\n"
        "    os.write(1, b'[info] loading\\n')\n"
        "    return answer(*_)\n"
        "worker.answer = chatting"
    )
    async with _translating(models, _worker(tmp_path, chatty)) as (translator, _):
        await _cats(translator)


def test_it_ends_with_the_bot_also_while_it_works(models: Path, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "gate")
    worker = _worker(tmp_path, _SLOW)
    with subprocess.Popen(  # noqa: S603 - our own worker
        [sys.executable, "-P", str(worker), "1"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdin is not None
        process.stdin.write(b'{"sentences": ["Cats sleep."]}\n')
        process.stdin.flush()
        gate = (tmp_path / "gate").open("w")  # it works
        process.stdin.close()
        assert process.wait(20) == 0
        gate.close()
