"""Large files over HTTP, taken up where the last try broke off."""

import json
import os
import shutil
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path

import httpx
import structlog

from bot import __version__
from bot.enrich.translate.local_models import read_json
from bot.errors import SourceGarbled, SourceUnavailable, StoreError
from bot.protocols import Clock

log = structlog.get_logger(__name__)

SOURCE = "the download"

LARGEST = 1 << 30
"""In bytes: models for one language pair take up 50 to 300 MB."""

_CONNECT_S, _STALL_S = 10.0, 30.0
_ATTEMPTS = 5
_FIRST_WAIT_S = 1.0
_MAX_REDIRECTS = 5
_ZIP_BEGINS = b"PK\x03\x04"
# The package, what it unpacks to (weights hardly shrink in a zip), and something to breathe.
_ROOM = 2.5
_SPARE = 64 << 20

Progress = Callable[[int, int | None], None]
"""Is told the bytes that are here, and how many there will be if that is known."""


@dataclass(frozen=True, slots=True)
class _Origin:
    """What a `.part` file is the beginning of."""

    url: str
    etag: str = ""
    changed: str = ""
    total: int | None = None

    @property
    def validator(self) -> str:
        """For `If-Range`, which takes no weak tags (RFC 9110, section 13.1.5)."""
        return self.etag if self.etag and not self.etag.startswith("W/") else self.changed


class _Part:
    """A file that is being downloaded, and what is known of the whole."""

    def __init__(self, url: str, path: Path) -> None:
        self.url = url
        self.path = path
        origin = _read_origin(path)
        self.origin = origin if origin is not None and origin.url == url else None
        self.have = _size(path) if self.origin is not None else 0

    def begin(self, origin: _Origin) -> None:
        """Forget what is here, and note what comes instead."""
        self.drop()
        self.origin = origin
        _origin_file(self.path).write_text(json.dumps(asdict(origin)), encoding="utf-8")

    def drop(self) -> None:
        self.path.unlink(missing_ok=True)
        self.have = 0


class _Broken(Exception):
    """It broke off; worth another try."""


class Downloader:
    """Downloads zip files into a folder. Made for one command; `aclose` ends its connections."""

    def __init__(
        self,
        clock: Clock,
        *,
        largest: int = LARGEST,
        stall: float = _STALL_S,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._clock = clock
        self._largest = largest
        self._client = httpx.AsyncClient(
            headers={"User-Agent": f"Paperboy/{__version__}", "Accept-Encoding": "identity"},
            timeout=httpx.Timeout(stall, connect=min(stall, _CONNECT_S)),
            follow_redirects=True,
            max_redirects=_MAX_REDIRECTS,
            transport=transport,
        )

    async def aclose(self) -> None:
        await self._client.aclose()

    async def fetch(self, url: str, part: Path, progress: Progress) -> None:
        """Download into the file `part`, going on where it ends; broken connections are repaired.

        After an error, or when this is cancelled, the file stays, and the next call with the same
        address goes on. Raises SourceUnavailable, SourceGarbled for what is no zip file or too
        large, and StoreError if there is no room for it.
        """
        for attempt in range(_ATTEMPTS):
            before = _size(part)
            try:
                await self._go_on(url, part, progress)
            except _Broken as error:
                got = _size(part)
                log.debug("download_broke_off", url=url, bytes=got, error=str(error))
                if attempt + 1 == _ATTEMPTS:
                    problem = f"it broke off after {got:,} bytes ({error})"
                    raise SourceUnavailable(SOURCE, problem) from error
                wait = 0.0 if got > before else _FIRST_WAIT_S * 2**attempt
                await self._clock.sleep_until(self._clock.now() + timedelta(seconds=wait))
            else:
                return

    async def _go_on(self, url: str, path: Path, progress: Progress) -> None:
        part = _Part(url, path)
        headers: dict[str, str] = {}
        if part.origin is not None and part.have:
            if part.have == part.origin.total:
                progress(part.have, part.have)
                return
            headers["Range"] = f"bytes={part.have}-"
            if part.origin.validator:
                headers["If-Range"] = part.origin.validator
        try:
            async with self._client.stream("GET", url, headers=headers) as response:
                total = self._start(response, part)
                await self._write(response, part, total, progress)
        except httpx.TooManyRedirects:
            raise SourceUnavailable(SOURCE, "it is redirected without end") from None
        except (httpx.UnsupportedProtocol, httpx.InvalidURL, httpx.DecodingError) as error:
            raise SourceUnavailable(SOURCE, str(error)) from error
        except httpx.TransportError as error:
            raise _Broken(str(error) or type(error).__name__) from error

    def _start(self, response: httpx.Response, part: _Part) -> int | None:
        """Look at an answer's head and make the part ready for its body; the whole file's size."""
        status, headers = response.status_code, response.headers
        if status == 206 and part.origin is not None:
            start, total = _range(headers.get("content-range", ""))
            known = part.origin.total
            if start != part.have or (known and total and known != total):
                part.drop()
                raise _Broken("the server's file is another one now")
            total = total or known
            self._make_room(part, total)
            return total
        if status == 416 and part.have:
            part.drop()
            raise _Broken("the server's file is shorter now")
        if status == 429 or status >= 500:
            raise _Broken(f"the server said {status}")
        if status != 200:
            raise SourceUnavailable(SOURCE, f"{part.url} is not there", status=status)
        total = _number(headers.get("content-length"))
        part.begin(
            _Origin(part.url, headers.get("etag", ""), headers.get("last-modified", ""), total)
        )
        self._make_room(part, total)
        return total

    async def _write(
        self,
        response: httpx.Response,
        part: _Part,
        total: int | None,
        progress: Progress,
    ) -> None:
        got = part.have
        with part.path.open("ab") as file:
            async for chunk in response.aiter_raw():
                if got == 0 and not _ZIP_BEGINS.startswith(chunk[: len(_ZIP_BEGINS)]):
                    raise SourceGarbled(SOURCE, "what came is not a package, but another file")
                got += len(chunk)
                if got > (self._largest if total is None else total):
                    part.drop()
                    raise SourceGarbled(SOURCE, f"it is larger than {got - len(chunk):,} bytes")
                try:
                    file.write(chunk)
                except OSError as error:
                    raise StoreError(f"{part.path} cannot be written: {error}") from error
                progress(got, total)
            file.flush()
            os.fsync(file.fileno())
        if total is not None and got < total:
            raise _Broken(f"{got:,} of {total:,} bytes came")
        if got == 0:
            raise SourceGarbled(SOURCE, "the file is empty")

    def _make_room(self, part: _Part, total: int | None) -> None:
        if total is None:
            return
        if total > self._largest:
            raise SourceGarbled(SOURCE, f"{total:,} bytes are more than a model may have")
        need = int(total * _ROOM) - part.have + _SPARE
        free = shutil.disk_usage(part.path.parent).free
        if need > free:
            raise StoreError(
                f"There is too little room in {part.path.parent}: {need >> 20:,} MB are needed, "
                f"{free >> 20:,} MB are free."
            )


def finished(part: Path) -> None:
    """Remove a downloaded file and what was noted of it."""
    part.unlink(missing_ok=True)
    _origin_file(part).unlink(missing_ok=True)


def begun(part: Path) -> bool:
    """Whether a download is there that can be taken up."""
    return _size(part) > 0


def _origin_file(part: Path) -> Path:
    return part.with_name(part.name + ".json")


def _read_origin(part: Path) -> _Origin | None:
    values = read_json(_origin_file(part))
    url, total = values.get("url"), values.get("total")
    if not isinstance(url, str):
        return None
    return _Origin(
        url,
        str(values.get("etag", "")),
        str(values.get("changed", "")),
        total if isinstance(total, int) else None,
    )


def _size(part: Path) -> int:
    with suppress(OSError):
        return part.stat().st_size
    return 0


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 16 else None


def _range(text: str) -> tuple[int, int | None]:
    """The first byte and the file's size of a `Content-Range`; (-1, None) if it tells none."""
    unit, _, rest = text.strip().partition(" ")
    span, _, total = rest.partition("/")
    first = _number(span.partition("-")[0])
    if unit.lower() != "bytes" or first is None:
        return -1, None
    return first, _number(total)
