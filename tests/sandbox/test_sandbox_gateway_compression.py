"""The encoders, each against an independent decoder."""

import importlib
import json
import zlib
from typing import Any

import pytest

from sandbox.discord.compression import (
    PlainText,
    UnsupportedCompressionError,
    ZlibPackets,
    packet,
    transport_encoder,
)

PACKETS = [packet(0, {"text": text * 200}, number, "X") for number, text in enumerate("añ🔖")]


def test_packets_are_json_in_discords_form() -> None:
    assert json.loads(packet(0, {"a": "ñ"}, 3, "NAME")) == {
        "op": 0,
        "d": {"a": "ñ"},
        "s": 3,
        "t": "NAME",
    }
    assert json.loads(packet(11, None)) == {"op": 11, "d": None, "s": None, "t": None}


def test_plain_text_and_payload_compression() -> None:
    assert PlainText().encode("x") == "x"
    encoder = ZlibPackets()
    assert encoder.encode("short") == "short"
    long = "x" * 2000
    data = encoder.encode(long)
    assert isinstance(data, bytes)
    assert zlib.decompress(data).decode() == long


def test_zlib_stream_is_one_stream() -> None:
    encoder = transport_encoder("zlib-stream")
    assert encoder is not None
    inflator = zlib.decompressobj()
    for each in PACKETS:
        data = encoder.encode(each)
        assert isinstance(data, bytes)
        assert data.endswith(b"\x00\x00\xff\xff")
        assert inflator.decompress(data).decode() == each


def _zstd_decompressor() -> Any:
    try:
        return importlib.import_module("compression.zstd").ZstdDecompressor()
    except ImportError:
        library: Any = pytest.importorskip("zstandard", reason="no Zstandard library here")
        return library.ZstdDecompressor().decompressobj()


def test_zstd_stream_is_one_frame() -> None:
    decompressor = _zstd_decompressor()
    encoder = transport_encoder("zstd-stream")
    assert encoder is not None
    for each in PACKETS:
        data = encoder.encode(each)
        assert isinstance(data, bytes)
        assert decompressor.decompress(data).decode() == each


def test_without_a_library_zstd_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(name: str) -> Any:
        raise ImportError(name)

    monkeypatch.setattr(importlib, "import_module", absent)
    with pytest.raises(UnsupportedCompressionError, match="zstd-stream"):
        transport_encoder("zstd-stream")


@pytest.mark.parametrize("name", ["", "gzip", "ZLIB-STREAM"])
def test_unknown_names_are_refused(name: str) -> None:
    with pytest.raises(UnsupportedCompressionError):
        transport_encoder(name)
    assert transport_encoder(None) is None
