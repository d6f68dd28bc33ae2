"""Rate limits: buckets per route and channel, guild or webhook, and one global limit per bot.

Semantics and headers: Discord's "Rate Limits" topic. The sizes of the buckets are not documented
by Discord; these are the ones that bots commonly meet.
"""

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b

from sandbox.discord.errors import RateLimited

_INVALID_WINDOW_SECONDS = 600.0
_MANY_WINDOWS = 10_000


@dataclass(frozen=True, slots=True)
class Rule:
    """`limit` requests within `seconds`, for the routes that share the bucket `name`."""

    name: str
    limit: int
    seconds: float


DEFAULT_RULE = Rule("default", 10, 10.0)
RULES: dict[str, Rule] = {
    rule.name: rule
    for rule in (
        Rule("message.create", 5, 5.0),
        Rule("message.edit", 5, 5.0),
        Rule("message.delete", 5, 1.0),
        Rule("message.history", 10, 5.0),
        Rule("reaction.write", 1, 0.25),
        Rule("reaction.list", 10, 5.0),
        Rule("thread.create", 50, 300.0),
        Rule("typing", 5, 5.0),
        Rule("command.write", 5, 20.0),
        Rule("webhook", 5, 2.0),
        Rule("gateway", 10, 10.0),
    )
}


@dataclass(slots=True)
class _Window:
    ends: float
    used: int = 0


@dataclass(slots=True)
class Limits:
    """Counts requests and says when there were too many.

    `global_per_second` applies to each bot. With `enabled` false nothing is refused, and the
    headers are so wide that a client never waits: without any headers discord.py would send one
    request at a time. `rules` may be changed while running. `invalid` counts the answers with
    status 401, 403 and 429 in the last ten minutes.
    """

    enabled: bool = True
    global_per_second: int = 50
    rules: dict[str, Rule] = field(default_factory=lambda: dict(RULES))
    clock: Callable[[], float] = time.monotonic
    _windows: dict[tuple[str, str, str], _Window] = field(
        default_factory=dict[tuple[str, str, str], _Window]
    )
    _global: dict[str, _Window] = field(default_factory=dict[str, _Window])
    _invalid: list[float] = field(default_factory=list[float])

    def take(
        self, who: str, rule_name: str, major: str, *, counts_globally: bool = True
    ) -> Mapping[str, str]:
        """Count one request and give the headers for its answer.

        Raises `RateLimited`; the headers for that answer are `headers_of` it.
        """
        rule = self.rules.get(rule_name) or Rule(
            rule_name, DEFAULT_RULE.limit, DEFAULT_RULE.seconds
        )
        if not self.enabled:
            return _headers(rule.name, 1000, 999, 1.0)
        now = self.clock()
        if counts_globally:
            self._take_global(who, now)
        window = self._window(who, rule, major, now)
        left = window.ends - now
        if window.used >= rule.limit:
            raise RateLimited(left, scope="user")
        window.used += 1
        return _headers(rule.name, rule.limit, rule.limit - window.used, left)

    def headers_of(self, error: RateLimited, rule_name: str) -> Mapping[str, str]:
        """The headers of a 429 answer."""
        headers = {
            "Retry-After": str(math.ceil(error.retry_after)),
            "X-RateLimit-Scope": error.scope,
        }
        if error.scope == "global":
            return headers | {"X-RateLimit-Global": "true"}
        rule = self.rules.get(rule_name, DEFAULT_RULE)
        return headers | dict(_headers(rule_name, rule.limit, 0, error.retry_after))

    def count_invalid(self, status: int) -> None:
        """Note an answer that counts toward Discord's limit of invalid requests."""
        if status in (401, 403, 429):
            self._invalid.append(self.clock())

    @property
    def invalid(self) -> int:
        """How many invalid requests the last ten minutes saw."""
        since = self.clock() - _INVALID_WINDOW_SECONDS
        self._invalid = [moment for moment in self._invalid if moment >= since]
        return len(self._invalid)

    def _take_global(self, who: str, now: float) -> None:
        window = self._global.get(who)
        if window is None or window.ends <= now:
            window = self._global[who] = _Window(now + 1.0)
        if window.used >= self.global_per_second:
            raise RateLimited(window.ends - now, scope="global")
        window.used += 1

    def _window(self, who: str, rule: Rule, major: str, now: float) -> _Window:
        key = (who, rule.name, major)
        window = self._windows.get(key)
        if window is None or window.ends <= now:
            if len(self._windows) >= _MANY_WINDOWS:
                self._windows = {k: w for k, w in self._windows.items() if w.ends > now}
            window = self._windows[key] = _Window(now + rule.seconds)
        return window


def _headers(name: str, limit: int, remaining: int, left: float) -> Mapping[str, str]:
    return {
        "X-RateLimit-Limit": str(limit),
        "X-RateLimit-Remaining": str(remaining),
        "X-RateLimit-Reset": f"{time.time() + left:.3f}",
        "X-RateLimit-Reset-After": f"{left:.3f}",
        "X-RateLimit-Bucket": blake2b(name.encode(), digest_size=16).hexdigest(),
    }
