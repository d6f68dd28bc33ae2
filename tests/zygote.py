"""`python -m bot …` without the second it takes to load the bot's libraries.

Each process of tests has one zygote: a process with one thread that has the modules loaded, and
forks for each command. What it forks is a process of its own, with the environment, the pipes,
the signals and the ordinary end of `python -m bot`; only modules are shared, and none of them
reads the environment when it is loaded. What the interpreter itself reads from the environment
needs an interpreter of its own, which `start` sees to.
"""

import asyncio
import atexit
import gc
import importlib
import json
import os
import runpy
import select
import signal
import socket
import subprocess
import sys
from asyncio import StreamReader, StreamReaderProtocol, StreamWriter
from asyncio import subprocess as real
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import IO, NoReturn

ROOT = Path(__file__).resolve().parents[1]
_MODULES = (
    "bot.backfill_commands",
    "bot.backfill_cli",
    "bot.checkup",
    "bot.lab.commands",
    "bot.models_cli",
    "bot.models_commands",
    "bot.preview",
)
_HEADER = 4  # bytes of a number: the length of a request, the id of a process


class Process:
    """A forked `python -m bot`, as far as tests need `asyncio.subprocess.Process`."""

    def __init__(self, pid: int, told: int, *streams: StreamReader) -> None:
        self.pid = pid
        self.stdin: StreamWriter | None = None
        self.stdout, self.stderr = streams
        self.returncode: int | None = None
        self._told = told
        self._ended = asyncio.Event()
        asyncio.get_running_loop().add_reader(told, self._end)

    def _end(self) -> None:
        asyncio.get_running_loop().remove_reader(self._told)
        told = os.read(self._told, 99)
        os.close(self._told)
        if not told:  # the zygote was killed, and nobody else hears of the process's end
            self.kill()
        self.returncode = int(told or -signal.SIGKILL)
        self._ended.set()

    async def wait(self) -> int:
        """Wait for its end: the exit code, or a signal's number with a minus."""
        await self._ended.wait()
        assert self.returncode is not None
        return self.returncode

    async def communicate(self, given: bytes | None = None) -> tuple[bytes, bytes]:
        """Give it all of its input, read all that it says and wait for its end."""
        out, err, *_ = await asyncio.gather(
            self.stdout.read(), self.stderr.read(), self.wait(), self._feed(given)
        )
        return out, err

    def send_signal(self, number: int) -> None:
        if self.returncode is None:
            with suppress(ProcessLookupError):  # its end is not told yet
                os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    async def _feed(self, given: bytes | None) -> None:
        if self.stdin is None:
            return
        with suppress(BrokenPipeError, ConnectionResetError):  # it has ended, or reads no more
            if given:
                self.stdin.write(given)
                await self.stdin.drain()
            self.stdin.close()
            await self.stdin.wait_closed()


async def start(
    environ: Mapping[str, str], *arguments: str, stdin: bool = False, stderr: int | None = None
) -> Process | real.Process:
    """Start `python -m bot` in the project's folder, where no `.env` is, with pipes.

    stdin: with a pipe; without, it reads what the tests read.
    stderr: a descriptor to be used instead of a pipe.
    """
    if _reads(environ) != _reads(os.environ) or arguments[:1] == ("run",) or stderr is not None:
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", *arguments),
            cwd=ROOT,
            env=environ,
            stdin=real.PIPE if stdin else None,
            stdout=real.PIPE,
            stderr=real.PIPE if stderr is None else stderr,
        )
    return await _fork(environ, arguments, stdin=stdin)


def _reads(environ: Mapping[str, str]) -> dict[str, str]:
    """What the interpreter and the C library read from the environment at their start."""
    return {k: v for k, v in environ.items() if k.startswith(("PYTHON", "LC_", "LANG", "TZ"))}


async def _fork(environ: Mapping[str, str], arguments: tuple[str, ...], *, stdin: bool) -> Process:
    given, feed = os.pipe() if stdin else (os.dup(0), -1)
    (out, said), (err, complained), (told, tell) = os.pipe(), os.pipe(), os.pipe()
    request = json.dumps([dict(environ), arguments]).encode()
    theirs = [given, said, complained, tell]
    socket.send_fds(_zygote(), [len(request).to_bytes(_HEADER)], theirs)
    _zygote().sendall(request)
    for descriptor in theirs:
        os.close(descriptor)
    pid = int.from_bytes(await asyncio.to_thread(os.read, told, _HEADER))
    assert pid, "the zygote has ended"
    process = Process(pid, told, await _reader(out), await _reader(err))
    if stdin:
        process.stdin = await _writer(feed)
    return process


async def _reader(descriptor: int) -> StreamReader:
    reader = StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: StreamReaderProtocol(reader), os.fdopen(descriptor, "rb", buffering=0)
    )
    return reader


async def _writer(descriptor: int) -> StreamWriter:
    loop = asyncio.get_running_loop()
    transport, protocol = await loop.connect_write_pipe(
        lambda: StreamReaderProtocol(StreamReader()), os.fdopen(descriptor, "wb", buffering=0)
    )
    return StreamWriter(transport, protocol, None, loop)


@cache
def _zygote() -> socket.socket:
    """The socket to this process's zygote, which ends with it, however it ends."""
    ours, theirs = socket.socketpair()
    process = subprocess.Popen(  # noqa: S603 - this file
        # Without this file's folder on the path of modules, as for `python -m bot`.
        [sys.executable, "-P", __file__, str(theirs.fileno())],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        pass_fds=[theirs.fileno()],
        start_new_session=True,
    )
    theirs.close()

    def end() -> None:
        ours.close()
        process.wait()

    atexit.register(end)
    return ours


# --- The zygote -----------------------------------------------------------------------------------


def _load() -> None:
    sys.path.insert(0, str(ROOT))  # as `python -m bot` has it
    for name in _MODULES:
        importlib.import_module(name)
    gc.freeze()  # else each that is forked looks through all of it when it ends


def _serve(control: socket.socket) -> list[str]:
    """Fork for each request; only what is forked returns, with its arguments."""
    waking, wake = socket.socketpair()
    wake.setblocking(False)
    signal.set_wakeup_fd(wake.fileno())
    signal.signal(signal.SIGCHLD, _wake)
    running: dict[int, int] = {}
    while True:
        ready, _, _ = select.select([control, waking], [], [])
        if waking in ready:
            waking.recv(4096)
            _tell_of_ends(running)
        if control not in ready:
            continue
        header, descriptors, _, _ = socket.recv_fds(control, _HEADER, 4)
        if not header:
            _end()
        request = control.recv(int.from_bytes(header), socket.MSG_WAITALL)
        *streams, tell = descriptors
        pid = os.fork()
        if pid == 0:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            for one in (control, waking, wake):
                one.close()
            for descriptor in (tell, *running.values()):
                os.close(descriptor)
            environ, arguments = json.loads(request)
            _become(environ, streams)
            return arguments
        running[pid] = tell
        os.write(tell, pid.to_bytes(_HEADER))
        for descriptor in streams:
            os.close(descriptor)


def _wake(*_: object) -> None:
    """Have a child's end told through the descriptor for signals, which an ignored one is not."""


def _tell_of_ends(running: dict[int, int]) -> None:
    while running:
        pid, status = os.waitpid(-1, os.WNOHANG)
        if not pid:
            return
        tell = running.pop(pid)
        with suppress(BrokenPipeError):  # nobody waits for it any more
            os.write(tell, str(os.waitstatus_to_exitcode(status)).encode())
        os.close(tell)


def _end() -> NoReturn:
    """End, with all that still runs."""
    os.killpg(0, signal.SIGKILL)
    raise AssertionError("it was killed")


def _become(environ: dict[str, str], streams: list[int]) -> None:
    for number, descriptor in enumerate(streams):
        os.dup2(descriptor, number)
        os.close(descriptor)
    os.environ.clear()
    os.environ.update(environ)
    sys.stdin = _text(0, "r", "strict")
    sys.stdout = sys.__stdout__ = _text(1, "w", "strict")
    sys.stderr = sys.__stderr__ = _text(2, "w", "backslashreplace")


def _text(descriptor: int, mode: str, errors: str) -> IO[str]:
    buffering = 1 if descriptor == 2 else -1  # by lines, as the interpreter does it
    return open(descriptor, mode, buffering, encoding="utf-8", errors=errors, closefd=False)


if __name__ == "__main__":
    _load()
    sys.argv = ["bot", *_serve(socket.socket(fileno=int(sys.argv[1])))]
    runpy.run_module("bot", run_name="__main__", alter_sys=True)
