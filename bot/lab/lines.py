"""JSON lines in and out: read as they arrive, written at once, errors with their line."""

import json
import queue
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self, TextIO, TypeVar, cast

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from bot.errors import PaperboyError
from bot.lab.streams import open_input

# An abstract has some 2,000 characters; what is longer than this is not a record of papers.
_LONGEST_LINE = 4 * 2**20
_WAITING = 64
_LOOK_S = 0.2

_Read = TypeVar("_Read")


class LineError(PaperboyError):
    """A line of the input cannot be used; `number` counts from 1."""

    def __init__(self, number: int, problem: str) -> None:
        self.number = number
        self.problem = problem
        super().__init__(f"line {number}: {problem}")


@dataclass(frozen=True, slots=True)
class Record:
    """A line's object. Fields that nobody asks for are ignored."""

    number: int
    values: Mapping[str, Any]

    @property
    def id(self) -> str | int:
        """What the answer is found by: a text or a whole number, as it was given."""
        value = self.values.get("id")
        if isinstance(value, bool) or not isinstance(value, str | int):
            raise LineError(self.number, '"id" is missing or neither a text nor a whole number')
        return value

    def text(self, name: str, default: str | None = None) -> str:
        """A field's text; `default` is for one that is missing, None if it must be there."""
        value = self.values.get(name, default)
        if not isinstance(value, str):
            problem = "is missing" if name not in self.values else "is not a text"
            raise LineError(self.number, f'"{name}" {problem}')
        try:
            value.encode()
        except UnicodeEncodeError:  # JSON can escape half a surrogate pair, UTF-8 cannot say it
            return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        return value

    def choice(self, name: str, allowed: Mapping[str, object], default: str | None = None) -> str:
        """A field's text that must be one of `allowed`."""
        value = self.text(name, default)
        if value not in allowed:
            shown = ", ".join(allowed)
            raise LineError(self.number, f'"{name}" is {value[:40]!r}; it can be {shown}')
        return value


def plain_records(stream: BinaryIO) -> Iterator[Record]:
    """The records of a stream. Raises LineError."""
    number = 0
    while line := stream.readline(_LONGEST_LINE + 1):
        number += 1
        if len(line) > _LONGEST_LINE:
            raise LineError(number, f"it is longer than {_LONGEST_LINE // 2**20} MiB")
        if line.strip():
            yield Record(number, _object(number, line))


def usable(
    records: Sequence[Record], read: Callable[[Record], _Read]
) -> tuple[list[_Read], LineError | None]:
    """What `read` makes of the records before the first one that it raises LineError for."""
    found: list[_Read] = []
    for record in records:
        try:
            found.append(read(record))
        except LineError as error:
            return found, error
    return found, None


def count_lines(source: str) -> int | None:
    """How many records a file has, for a progress bar; None if it cannot be read twice."""
    path = Path(source)
    if not sys.stderr.isatty() or not path.is_file():
        return None
    try:
        with open_input(source) as stream:
            return sum(1 for line in stream if line.strip())
    except OSError:  # it will be told where the answers end
        return None


def _object(number: int, line: bytes) -> Mapping[str, Any]:
    try:
        # A file saved on Windows may begin with a byte order mark.
        value = json.loads(line.decode("utf-8-sig" if number == 1 else "utf-8"))
    except UnicodeDecodeError:
        raise LineError(number, "it is not UTF-8") from None
    except (ValueError, RecursionError) as error:
        raise LineError(number, f"it is not JSON ({error})") from None
    if not isinstance(value, dict):
        raise LineError(number, "it is not an object")
    return cast("dict[str, Any]", value)


class Batches:
    """The records of a stream, as many at a time as have arrived, up to `most`.

    A thread reads ahead, so that a service can be given several papers at once and a program that
    writes one line and waits for its answer gets it. The stream is that thread's, which closes it:
    anybody else would wait for the read that is under way.
    """

    def __init__(self, stream: BinaryIO, most: int) -> None:
        self._most = most
        self._queue: queue.Queue[Record | PaperboyError | None] = queue.Queue(_WAITING)
        self._ended = False
        self._held: PaperboyError | None = None
        # A daemon: a read of a terminal cannot be ended from outside.
        self._reader = threading.Thread(target=self._read, args=(stream,), daemon=True)
        self._reader.start()

    def _read(self, stream: BinaryIO) -> None:
        ended: PaperboyError | None = None
        try:
            with stream:
                for record in plain_records(stream):
                    self._queue.put(record)
        except LineError as error:
            ended = error
        except OSError as error:
            ended = PaperboyError(f"the input cannot be read: {error}")
        self._queue.put(ended)

    def next(self) -> list[Record]:
        """The next records; none at the end. Blocks. Raises LineError after what came before it."""
        found: list[Record] = []
        while len(found) < self._most and not self._ended:
            try:
                # The first one is waited for, the others are taken if they are there.
                item = self._queue.get(timeout=0 if found else _LOOK_S)
            except queue.Empty:
                if found:
                    break
                continue
            if isinstance(item, Record):
                found.append(item)
            else:
                self._ended, self._held = True, item
        if not found and self._held is not None:
            raise self._held
        return found

    def stop(self) -> None:
        """Let a `next` that waits end with nothing."""
        self._ended = True


class Output:
    """Writes answers as JSON lines, each at once, and shows on a terminal how far it is.

    The terminal is standard error's; where the answers go to one too, they show it themselves.
    """

    def __init__(self, stream: TextIO, doing: str, total: int | None = None) -> None:
        self._stream = stream
        shown = sys.stderr.isatty() and not stream.isatty()
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.completed}" + (f"/{total}" if total else "")),
            TimeElapsedColumn(),
            console=Console(stderr=True),
            transient=True,
            redirect_stdout=False,
            disable=not shown,
        )
        self._task: TaskID = self._progress.add_task(doing, total=total)

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._progress.stop()

    def write(self, answer: Mapping[str, object]) -> None:
        """Write an answer."""
        line = json.dumps(answer, ensure_ascii=False)
        try:
            line.encode()
        except UnicodeEncodeError:  # an id with half a surrogate pair is given back as it came
            line = json.dumps(answer)
        self._stream.write(line + "\n")
        self._stream.flush()
        self._progress.advance(self._task)
