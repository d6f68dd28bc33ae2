"""How gateway packets become websocket messages: as text, or compressed in one of three ways.

Source: Discord's "Gateway", section Encoding and Compression.
"""

import importlib
import json
import zlib
from collections.abc import Callable
from typing import Any, Protocol, cast

# Packets shorter than this are sent as text even where the client accepts compressed ones.
_WORTH_COMPRESSING = 1024


class UnsupportedCompressionError(Exception):
    """The client asked for a transport compression that this server cannot do."""


class Encoder(Protocol):
    """Turns the packets of one connection, in their order, into websocket messages."""

    @property
    def name(self) -> str | None:
        """Discord's name of the compression; None for none."""
        ...

    def encode(self, packet: str) -> str | bytes:
        """The message for `packet`: text or binary."""
        ...


class PlainText:
    """No compression."""

    name = None

    def encode(self, packet: str) -> str | bytes:
        """The packet as it is."""
        return packet


class ZlibPackets:
    """Payload compression: longer packets are zlib streams of their own."""

    name = "payload"

    def encode(self, packet: str) -> str | bytes:
        """The packet as text if it is short, else as one complete zlib stream."""
        data = packet.encode()
        return packet if len(data) < _WORTH_COMPRESSING else zlib.compress(data)


class ZlibStream:
    """Transport compression: one zlib context for the connection, flushed after each packet."""

    name = "zlib-stream"

    def __init__(self) -> None:
        self._context = zlib.compressobj()

    def encode(self, packet: str) -> bytes:
        """The next piece of the stream; it ends with the four bytes of a sync flush."""
        return self._context.compress(packet.encode()) + self._context.flush(zlib.Z_SYNC_FLUSH)


class _BlockCompressor(Protocol):
    """What the Zstandard libraries' streaming compressors have in common."""

    def compress(self, data: bytes) -> bytes: ...
    def flush(self, mode: int) -> bytes: ...


def _find_zstd() -> Callable[[], tuple[_BlockCompressor, int]] | None:
    # Python 3.14 has it in the standard library; before that it is a package that may be there.
    # discord.py looks in both places too and asks for zstd-stream when it finds one.
    try:
        standard: Any = importlib.import_module("compression.zstd")
    except ImportError:
        pass
    else:
        flush_block = int(standard.ZstdCompressor.FLUSH_BLOCK)
        return lambda: (cast("_BlockCompressor", standard.ZstdCompressor()), flush_block)
    try:
        package: Any = importlib.import_module("zstandard")
    except ImportError:
        return None
    flush_block = int(package.COMPRESSOBJ_FLUSH_BLOCK)
    return lambda: (cast("_BlockCompressor", package.ZstdCompressor().compressobj()), flush_block)


class ZstdStream:
    """Transport compression with one Zstandard frame that lasts as long as the connection."""

    name = "zstd-stream"

    def __init__(self, compressor: _BlockCompressor, flush_block: int) -> None:
        self._compressor = compressor
        self._flush_block = flush_block

    def encode(self, packet: str) -> bytes:
        """The blocks of the frame that hold `packet`."""
        head = self._compressor.compress(packet.encode())
        return head + self._compressor.flush(self._flush_block)


def transport_encoder(name: str | None) -> Encoder | None:
    """The encoder for the `compress` parameter of a gateway address; None if it has none.

    Raises UnsupportedCompressionError for names other than Discord's two, and for `zstd-stream`
    where this Python has no Zstandard library.
    """
    if name is None:
        return None
    if name == "zlib-stream":
        return ZlibStream()
    if name == "zstd-stream":
        make = _find_zstd()
        if make is not None:
            return ZstdStream(*make())
    raise UnsupportedCompressionError(f"transport compression {name!r} is not available")


def packet(op: int, data: Any, sequence: int | None = None, name: str | None = None) -> str:
    """A gateway packet as JSON text."""
    return json.dumps(
        {"op": op, "d": data, "s": sequence, "t": name}, ensure_ascii=False, separators=(",", ":")
    )
