"""Input as it is given: a file, a pipe or standard input, packed with gzip or not."""

import gzip
import io
import sys
import zlib
from pathlib import Path
from typing import BinaryIO

from bot.errors import PaperboyError

_MAGIC = b"\x1f\x8b"


def open_input(source: str) -> BinaryIO:
    """The bytes of a file, of standard input for "-". Whether they are packed is told from the
    first of them, when they are there. Raises OSError and PaperboyError."""
    if source != "-":
        return unpacked(Path(source).open("rb"))
    if sys.stdin is None:  # pyright: ignore[reportUnnecessaryComparison] - it is, where it was closed
        raise PaperboyError("there is no standard input")
    try:
        # A reader of its own: a thread that is left in a read of Python's would hold up its end.
        return unpacked(open(sys.stdin.fileno(), "rb", closefd=False))
    except io.UnsupportedOperation:
        return sys.stdin.buffer


def unpacked(stream: io.BufferedReader) -> BinaryIO:
    """The content of a stream, which is closed with it; reading it raises OSError if it is packed
    and damaged."""
    return io.BufferedReader(_Unpacked(stream))


class _Unpacked(io.RawIOBase):
    def __init__(self, stream: io.BufferedReader) -> None:
        self._stream = stream
        self._content: io.BufferedReader | gzip.GzipFile | None = None

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "memoryview", /) -> int:  # type: ignore[override]
        if self._content is None:
            packed = self._stream.peek(len(_MAGIC)).startswith(_MAGIC)
            self._content = gzip.GzipFile(fileobj=self._stream) if packed else self._stream
        try:
            read = self._content.read1(len(buffer))
        except (EOFError, zlib.error) as error:
            raise OSError(f"it is damaged ({error})") from None
        buffer[: len(read)] = read
        return len(read)

    def close(self) -> None:
        self._stream.close()
        super().close()
