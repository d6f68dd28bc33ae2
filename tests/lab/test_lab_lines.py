"""JSON lines in: what is read, what is refused and by which line, and reading as they arrive."""

import io
import json
import os
import threading
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from bot.__main__ import main
from bot.exits import Exit
from bot.lab.lines import Batches, LineError, Output, Record, plain_records


def _read(text: bytes) -> list[dict[str, Any]]:
    return [dict(record.values) for record in plain_records(io.BytesIO(text))]


def test_records_are_objects_on_lines() -> None:
    assert _read(b'\xef\xbb\xbf{"id": 1}\r\n\n  \n{"id": "b", "more": null}') == [
        {"id": 1},
        {"id": "b", "more": None},
    ]
    assert _read(b"") == []


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        (b"{", "not JSON"),
        (b"[1]", "not an object"),
        (b'"text"', "not an object"),
        (b"\xff{}", "not UTF-8"),
        (b"[" * 100_000, "not JSON"),
        (b'{"a": "' + b"x" * (4 * 2**20) + b'"}', "longer than 4 MiB"),
    ],
)
def test_a_wrong_line_is_named(line: bytes, problem: str) -> None:
    records = plain_records(io.BytesIO(b'{"id": 1}\n\n' + line + b'\n{"id": 2}\n'))
    assert next(records).id == 1
    with pytest.raises(LineError, match=problem) as caught:
        next(records)
    assert caught.value.number == 3


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        (b"{}", '"id" is missing'),
        (b'{"id": null}', '"id" is missing'),
        (b'{"id": true}', '"id" is missing'),
        (b'{"id": 1.5}', '"id" is missing'),
        (b'{"id": 1}', '"abstract" is missing'),
        (b'{"id": 1, "abstract": 5}', '"abstract" is not a text'),
    ],
)
def test_a_wrong_field_is_named(line: bytes, problem: str) -> None:
    (record,) = plain_records(io.BytesIO(line))
    with pytest.raises(LineError, match=problem):
        _ = (record.id, record.text("abstract"))


def _until(batches: Batches, count: int) -> list[Record]:
    """Records, as many at a time as a thread has read by then."""
    found: list[Record] = []
    while len(found) < count:
        found += batches.next()
    return found


def test_what_comes_before_a_wrong_line_is_answered() -> None:
    batches = Batches(io.BytesIO(b'{"id": 1}\n{"id": 2}\nnonsense\n'), 16)
    assert [record.id for record in _until(batches, 2)] == [1, 2]
    with pytest.raises(LineError, match="line 3"):
        batches.next()


def test_lines_are_answered_as_they_arrive() -> None:
    reading, writing = os.pipe()
    with os.fdopen(reading, "rb") as source, os.fdopen(writing, "wb") as sink:
        batches = Batches(source, 16)
        for number in range(3):
            sink.write(b'{"id": %d}\n' % number)
            sink.flush()
            assert [record.id for record in batches.next()] == [number]
        sink.close()
        assert batches.next() == []


def test_a_wait_can_be_ended() -> None:
    reading, writing = os.pipe()
    with os.fdopen(reading, "rb") as source, os.fdopen(writing, "wb") as sink:
        batches = Batches(source, 16)
        found: list[int] = []
        waiting = threading.Thread(target=lambda: found.append(len(batches.next())))
        waiting.start()
        batches.stop()
        waiting.join(timeout=30)
        assert found == [0]
        sink.close()


def test_answers_are_whole_lines_in_unicode() -> None:
    stream = io.StringIO()
    with Output(stream, "Testing") as output:
        output.write({"id": 1, "tldr": "要点\nsecond"})
    assert stream.getvalue() == '{"id": 1, "tldr": "要点\\nsecond"}\n'
    assert json.loads(stream.getvalue())["tldr"] == "要点\nsecond"


def test_latex_lines_become_unicode(tmp_path: Path) -> None:
    file = tmp_path / "lines.txt"
    file.write_bytes(b"mass $10^{-3}\\,M_\\odot$\r\nplain text\n\nlast $\\alpha$")
    done = CliRunner().invoke(main, ["lab", "latex", str(file)])
    assert done.exit_code == Exit.OK
    assert done.stdout.split("\n") == ["mass 10⁻³ M⊙", "plain text", "", "last α", ""]


def test_latex_that_is_no_text_is_named() -> None:
    done = CliRunner().invoke(main, ["lab", "latex"], input=b"fine\n\xff\xfe\n")
    assert done.exit_code == Exit.USAGE
    assert done.stdout == "fine\n"
    assert "line 2: it is not UTF-8" in done.stderr
