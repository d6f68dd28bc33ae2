"""Faults on request: error answers, delays and lost connections, by method and path."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

Action = Literal["answer", "drop_before", "drop_after"]


@dataclass(slots=True)
class Fault:
    """What happens to the next `times` requests that match (None: to all).

    `path` is a regular expression searched in the path. `delay` in seconds comes first. With
    `answer` the request is not executed and gets `status`, `body` (JSON, or a string as plain
    text) and `headers`; with `drop_before` the
    connection is closed unexecuted; with `drop_after` it is executed and then closed, so that the
    answer is lost. A fault with `action` None only delays.
    """

    path: str
    method: str | None = None
    times: int | None = 1
    action: Action | None = "answer"
    status: int = 500
    body: Any = None
    delay: float = 0.0
    headers: dict[str, str] = field(default_factory=dict[str, str])

    def __post_init__(self) -> None:
        re.compile(self.path)

    def matches(self, method: str, path: str) -> bool:
        """Whether it applies to the request."""
        wanted = self.method is None or self.method.upper() == method.upper()
        return wanted and re.search(self.path, path) is not None


class Faults:
    """The faults that are waiting; the oldest that matches is used."""

    def __init__(self) -> None:
        self._waiting: list[Fault] = []

    def add(self, fault: Fault) -> None:
        """Let `fault` happen from now on."""
        self._waiting.append(fault)

    def clear(self) -> None:
        """Let nothing happen any more."""
        self._waiting.clear()

    def __iter__(self) -> Iterator[Fault]:
        return iter(tuple(self._waiting))

    def take(self, method: str, path: str) -> Fault | None:
        """The fault for this request, used up by one."""
        for fault in self._waiting:
            if fault.matches(method, path):
                if fault.times is not None:
                    fault.times -= 1
                    if fault.times <= 0:
                        self._waiting.remove(fault)
                return fault
        return None
