"""XML from outside: what is not plain and complete is refused, quickly and without its memory."""

import threading
import time
import tracemalloc

import pytest

from bot.errors import SourceGarbled
from bot.sources.xml import parse, run_parser, text_of

_LAUGHS = "".join(f'<!ENTITY lol{n} "{"".join([f"&lol{n - 1};"] * 10)}">' for n in range(1, 10))


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (b"", "empty"),
        (b"  \n ", "empty"),
        (b"Rate exceeded.", "text instead of XML"),
        (b"<!DOCTYPE html><html><body>Sorry</body></html>", "HTML"),
        (b"\n<HTML><body>Sorry</body></HTML>", "HTML"),
        (b"<rss><channel>", "truncated"),
        (b"<rss></channel>", "broken"),
        (b"<a/><b/>", "broken"),
        (b"<a>\x00</a>", "broken"),
        (b"<a>&nbsp;</a>", "broken"),
        (b'<?xml version="1.0" encoding="no-such"?><a/>', "broken"),
        (b"\xff\xfe\x00", "broken"),
    ],
)
def test_what_is_not_complete_xml_is_garbled(body: bytes, problem: str) -> None:
    with pytest.raises(SourceGarbled, match=problem):
        parse("test", body)


@pytest.mark.parametrize(
    "body",
    [
        f'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY lol0 "lol">{_LAUGHS}]><a>&lol9;</a>',
        '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
        '<!DOCTYPE a SYSTEM "http://127.0.0.1:9/evil.dtd"><a/>',
        '<!DOCTYPE a [<!ENTITY % p SYSTEM "http://127.0.0.1:9/p">%p;]><a/>',
        f'<!DOCTYPE a [<!ENTITY b "{"b" * 100_000}">]><a>{"&b;" * 10_000}</a>',
    ],
    ids=["billion laughs", "external entity", "external DTD", "parameter entity", "quadratic"],
)
def test_document_types_and_entities_are_forbidden(body: str) -> None:
    with pytest.raises(SourceGarbled, match="forbidden XML"):
        parse("test", body.encode())


@pytest.mark.parametrize(
    "body",
    [
        b"<a>" * 200_000,
        b"<r>" + b"<a/>" * 1_500_000 + b"</r>",
        b"<a " + b" ".join(b'a%d=""' % n for n in range(400_000)) + b"/>",
        b"<a><!--" + b"x" * 4_000_000 + b"--></a>",
    ],
    ids=["deep", "many elements", "many attributes", "long comment"],
)
def test_bombs_without_entities_are_refused_too(body: bytes) -> None:
    started = time.process_time()
    with pytest.raises(SourceGarbled):
        parse("test", body)
    assert time.process_time() - started < 10


def test_refusing_a_deep_document_takes_no_memory() -> None:
    body = b"<a>" * 1_000_000
    tracemalloc.start()
    try:
        with pytest.raises(SourceGarbled):
            parse("test", body)
        assert tracemalloc.get_traced_memory()[1] < 4 * 2**20
    finally:
        tracemalloc.stop()


def test_encodings_byte_order_marks_and_leading_space_are_read() -> None:
    for body in ("\ufeff<a>é</a>".encode(), "<a>é</a>".encode("utf-16"), "\n <a>é</a>".encode()):
        assert parse("test", body).text == "é"


def test_text_of_tells_a_missing_child_from_an_empty_one() -> None:
    root = parse("test", b"<a><b/><c>x &lt; y</c></a>")
    assert text_of(root, "b") == ""
    assert text_of(root, "c") == "x < y"
    assert text_of(root, "d") is None


async def test_large_documents_are_parsed_on_another_thread() -> None:
    def where(_body: bytes) -> int:
        return threading.get_ident()

    assert await run_parser(where, b"x" * 1000) == threading.get_ident()
    assert await run_parser(where, b"x" * 100_000) != threading.get_ident()
