"""Failures on order: rules that break the answers of matching requests.

A rule matches by a regular expression over the path with its query string, and is used up after
its `times`. Rules are tried in order; the first that matches and is not used up applies.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, ClassVar

from pydantic import ConfigDict, Field, TypeAdapter

from sandbox.arxiv.markup import Answer


@dataclass(frozen=True, slots=True)
class FaultRule:
    """What happens to a request whose path and query string `path` finds.

    `times`: how often, None for always. `delay`: seconds before anything else. `status`,
    `headers`, `body`: take the place of the answer's. `truncate`: only so many bytes of the body
    are sent, as if they were all. `drop`: the connection is closed: with `truncate` after so many
    bytes of an answer that announces all of them, else without any answer. `hang`: there is no
    answer until the sandbox stops. In JSON, `body` is text in UTF-8.
    """

    path: str
    times: Annotated[int, Field(ge=1)] | None = 1
    status: Annotated[int, Field(ge=200, le=599)] | None = None
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    body: bytes | None = None
    delay: Annotated[float, Field(ge=0)] = 0.0
    truncate: Annotated[int, Field(ge=0)] | None = None
    hang: bool = False
    drop: bool = False

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    def __post_init__(self) -> None:
        """Raises ValueError for a path that is not a regular expression."""
        try:
            re.compile(self.path)
        except re.error as error:
            raise ValueError(f"path is not a regular expression: {error}") from error

    def replace(self, answer: Answer) -> Answer:
        """The answer with what the rule puts in its place."""
        if self.status is None and self.body is None and not self.headers:
            return answer
        given = dict(self.headers)
        content_type = answer.content_type
        for name in self.headers:
            if name.casefold() == "content-type":
                content_type = given.pop(name)
        kept = dict(answer.headers) if self.body is None else {}
        return Answer(
            status=answer.status if self.status is None else self.status,
            content_type=content_type,
            body=answer.body if self.body is None else self.body,
            headers={**kept, **given},
        )


RULES = TypeAdapter(list[FaultRule])
"""Reads rules from JSON; raises pydantic.ValidationError, which names the field."""


class Faults:
    """The rules in force, with how often each still applies."""

    def __init__(self) -> None:
        self._rules: list[tuple[FaultRule, int | None]] = []

    def set(self, rules: Iterable[FaultRule]) -> None:
        """Put these rules in the place of all rules."""
        self._rules = [(rule, rule.times) for rule in rules]

    def take(self, path: str) -> FaultRule | None:
        """The rule for a request, which counts as one use of it."""
        for place, (rule, left) in enumerate(self._rules):
            if left != 0 and re.search(rule.path, path):
                self._rules[place] = (rule, left if left is None else left - 1)
                return rule
        return None

    def unused(self) -> list[FaultRule]:
        """The rules that were not used up, for tests that want every fault to have happened."""
        return [rule for rule, left in self._rules if left]
