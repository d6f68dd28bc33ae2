"""Parsing XML from outside: no document type, no entities, no files, no bombs of other kinds."""

import asyncio
from collections.abc import Callable
from typing import TypeVar
from xml.etree.ElementTree import Element, TreeBuilder

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser, ParseError

from bot.errors import SourceGarbled

T = TypeVar("T")

# Smaller documents are parsed faster than a thread is woken.
_INLINE_BYTES = 64 * 1024
_CHUNK_BYTES = 64 * 1024
# A feed of 2,000 papers has about 40,000 elements, five levels deep.
_MOST_ELEMENTS = 1_000_000
_DEEPEST = 50
# One tag with its attributes. Expat holds a tag until it is complete.
_LARGEST_TAG_BYTES = 1024 * 1024


class _TooMuch(ValueError):
    """More elements, or deeper ones, than any document from arXiv has."""


class _BoundedBuilder:
    """Builds the tree like ElementTree's own builder, up to a number of elements and a depth."""

    def __init__(self) -> None:
        self._builder = TreeBuilder()
        self._elements = 0
        self._depth = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self._elements += 1
        self._depth += 1
        if self._elements > _MOST_ELEMENTS or self._depth > _DEEPEST:
            raise _TooMuch("more or deeper elements than a document from there can have")
        self._builder.start(tag, attributes)

    def end(self, tag: str) -> None:
        self._depth -= 1
        self._builder.end(tag)

    def data(self, text: str) -> None:
        self._builder.data(text)

    def close(self) -> Element:
        return self._builder.close()


def parse(source: str, body: bytes) -> Element:
    """The root element. Raises SourceGarbled for everything that is not plain, complete XML."""
    if body[:1].isspace():
        body = body.lstrip()
    start = body[:256].lower()
    if not start:
        raise SourceGarbled(source, "the answer is empty")
    if start.startswith((b"<!doctype html", b"<html")):
        raise SourceGarbled(source, "the answer is an HTML page instead of XML")
    if not start.startswith((b"<", b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        words = start[:60].decode("utf-8", "replace")
        raise SourceGarbled(source, f"the answer is text instead of XML: {words!r}")
    builder = _BoundedBuilder()
    parser = DefusedXMLParser(
        target=builder, forbid_dtd=True, forbid_entities=True, forbid_external=True
    )
    try:
        for offset in range(0, len(body), _CHUNK_BYTES):
            parser.feed(body[offset : offset + _CHUNK_BYTES])
            if offset - parser.parser.CurrentByteIndex > _LARGEST_TAG_BYTES:
                raise _TooMuch("a tag of more than a megabyte")
        parser.close()
        return builder.close()
    except DefusedXmlException as error:
        raise SourceGarbled(source, f"forbidden XML: {type(error).__name__}") from error
    except _TooMuch as error:
        raise SourceGarbled(source, f"forbidden XML: {error}") from error
    except (ParseError, LookupError, ValueError) as error:
        raise SourceGarbled(source, f"broken or truncated XML: {error}") from error


async def run_parser(read: Callable[[bytes], T], body: bytes) -> T:
    """`read(body)`, on a worker thread when the body is large."""
    if len(body) <= _INLINE_BYTES:
        return read(body)
    return await asyncio.to_thread(read, body)


def text_of(parent: Element, path: str) -> str | None:
    """The text of the first child found by `path`; None without such a child.

    Only the child's own text: arXiv's fields are plain.
    """
    child = parent.find(path)
    return None if child is None else child.text or ""
