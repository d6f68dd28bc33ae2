"""Semantic Scholar's recommendations for a paper of arXiv.

https://api.semanticscholar.org/api-docs/recommendations. It is sent the paper's identifier, and
nothing else. Without a key all its users share some 100 requests in five minutes, so Paperboy asks
far less often than that; with a key a request a second is allowed.
"""

import asyncio
import re
from collections import deque
from datetime import datetime, timedelta
from functools import partial
from typing import cast

import httpx

from bot.errors import SourceGarbled, SourceUnavailable
from bot.models import Paper
from bot.protocols import Clock
from bot.provider_http import ProviderHttp
from bot.settings import Settings
from bot.text.ids import find_papers

NAME = "Semantic Scholar"

_TIMEOUT_S = 5.0
_INTERVAL = timedelta(seconds=1)
# A part of what all users without a key have together, so that others have some, too.
_WINDOW, _WITHOUT_KEY = timedelta(minutes=5), 30
# Many of them are not on arXiv, and cannot be shown.
_ASKED, _READ = 100, 500
_MOST_BYTES = 1024 * 1024
_LONGEST_ID = 60
_UNKNOWN = 404
# It recommends from all papers on computer science, or else from the recent ones of all subjects.
_COMPUTER_SCIENCE = re.compile(r"cs\.|stat\.ML|eess\.")


class SemanticScholar:
    """Implements Recommender. Keeps to its limits by itself, by the `clock`."""

    def __init__(
        self,
        url: str,
        key: str,
        clock: Clock,
        *,
        timeout: float = _TIMEOUT_S,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._clock = clock
        self._has_key = bool(key)
        self._turns = asyncio.Lock()
        self._asked: deque[datetime] = deque(maxlen=_WITHOUT_KEY)
        # Made by the first question, because a client reads all the certificates that it trusts.
        self._http: ProviderHttp | None = None
        self._open = partial(
            ProviderHttp,
            NAME,
            url,
            clock=clock,
            headers={"x-api-key": key} if key else {},
            timeout=timeout,
            concurrency=2,
            # A reader waits, who has the archive's answer already.
            attempts=1,
            transport=transport,
        )

    @classmethod
    def of(cls, settings: Settings, clock: Clock) -> "SemanticScholar | None":
        """By the settings `semantic_scholar…`; None where it is switched off."""
        if not settings.semantic_scholar:
            return None
        key = settings.semantic_scholar_key
        return cls(settings.semantic_scholar_url, key.get_secret_value() if key else "", clock)

    @property
    def name(self) -> str:
        """The service's name as readers see it."""
        return NAME

    async def recommended(self, paper: Paper, *, limit: int) -> list[str]:
        """The arXiv ids (base) that it recommends, best first; empty if it has none (yet).

        Raises SourceRefused, SourceUnavailable (also when its limit is used up, with the seconds
        until it is not) or SourceGarbled.
        """
        http = await self._turn()
        pool = "all-cs" if _COMPUTER_SCIENCE.match(paper.primary_category) else "recent"
        try:
            answer = await http.request(
                "GET",
                f"/recommendations/v1/papers/forpaper/ARXIV:{paper.id}",
                params={"fields": "externalIds", "limit": str(_ASKED), "from": pool},
                max_bytes=_MOST_BYTES,
            )
        except SourceUnavailable as error:
            if error.status == _UNKNOWN:  # a paper that it has not read yet
                return []
            raise
        return _ids(answer, paper.id)[:limit]

    async def aclose(self) -> None:
        """Close its connections."""
        if self._http is not None:
            await self._http.aclose()

    async def _turn(self) -> ProviderHttp:
        """Wait until it may be asked. Raises SourceUnavailable if that is a long time."""
        async with self._turns:
            now = self._clock.now()
            if self._asked and self._asked[-1] > now:  # a clock that was set back
                self._asked.clear()
            if not self._has_key and len(self._asked) == _WITHOUT_KEY:
                free = (self._asked[0] + _WINDOW - now).total_seconds()
                if free > 0:
                    problem = "the requests without a key are used up for a few minutes"
                    raise SourceUnavailable(NAME, problem, retry_after=free)
            if self._asked:
                await self._clock.sleep_until(self._asked[-1] + _INTERVAL)
            self._asked.append(self._clock.now())
            if self._http is None:
                self._http = await asyncio.to_thread(self._open)
            return self._http


def _ids(answer: object, without: str) -> list[str]:
    """The identifiers of the papers that are on arXiv, each once."""
    told = cast("dict[str, object]", answer) if isinstance(answer, dict) else {}
    papers = told.get("recommendedPapers")
    if not isinstance(papers, list):
        raise SourceGarbled(NAME, "the answer is JSON of another shape")
    found: dict[str, None] = {}
    for paper in cast("list[object]", papers)[:_READ]:
        others = cast("dict[str, object]", paper).get("externalIds") if _is_object(paper) else None
        named = cast("dict[str, object]", others).get("ArXiv") if _is_object(others) else None
        ids = find_papers(named) if isinstance(named, str) and len(named) < _LONGEST_ID else []
        if len(ids) == 1 and ids[0].base != without:
            found[ids[0].base] = None
    return list(found)


def _is_object(value: object) -> bool:
    return isinstance(value, dict)
