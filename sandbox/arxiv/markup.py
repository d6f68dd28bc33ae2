"""Writing XML in the form arXiv does, and the answer that carries it."""

import re
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from xml.sax.saxutils import escape, quoteattr

# What XML 1.0 cannot hold, escaped or not (section 2.2 of the recommendation).
_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer, apart from the connection that carries it."""

    status: int
    content_type: str
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict[str, str])


class XmlWriter:
    """Writes one indented XML document, element by element, in the order of the calls.

    A tree library would drop or move the namespace declarations that arXiv's documents carry.
    """

    def __init__(self) -> None:
        self._parts = ["<?xml version='1.0' encoding='UTF-8'?>\n"]
        self._depth = 0

    @contextmanager
    def element(self, name: str, attributes: Mapping[str, str] | None = None) -> Generator[None]:
        """An element whose children are written inside the `with` block."""
        self._parts.append(f"{'  ' * self._depth}<{name}{_attributes(attributes)}>\n")
        self._depth += 1
        yield
        self._depth -= 1
        self._parts.append(f"{'  ' * self._depth}</{name}>\n")

    def leaf(
        self, name: str, text: str | None = None, attributes: Mapping[str, str] | None = None
    ) -> None:
        """An element with text, or an empty one."""
        start = f"{'  ' * self._depth}<{name}{_attributes(attributes)}"
        if text:
            self._parts.append(f"{start}>{escape(_ILLEGAL.sub('', text))}</{name}>\n")
        else:
            self._parts.append(f"{start}/>\n")

    def optional(self, name: str, text: str | None) -> None:
        """An element with text, or nothing at all if there is none."""
        if text:
            self.leaf(name, text)

    def document(self) -> bytes:
        """The whole document, encoded."""
        return "".join(self._parts).encode()


def _attributes(attributes: Mapping[str, str] | None) -> str:
    if not attributes:
        return ""
    pairs = (f"{key}={quoteattr(_ILLEGAL.sub('', value))}" for key, value in attributes.items())
    return " " + " ".join(pairs)
