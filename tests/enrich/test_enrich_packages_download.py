"""Downloads of packages: taken up where they broke off, and nothing else than packages."""

import asyncio
import random
import shutil
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest
from leaping import LeapingClock

from bot.enrich.translate.packages.download import Downloader, begun, finished
from bot.errors import SourceGarbled, SourceUnavailable, StoreError
from sandbox.arxiv.faults import FaultRule
from sandbox.providers.argos_index import ArgosIndex

PACKAGE = b"PK\x03\x04" + random.Random(3).randbytes(400_000)
OTHER = b"PK\x03\x04" + random.Random(4).randbytes(300_000)


def _ignore(got: int, total: int | None) -> None:
    """Progress that nobody looks at."""


class _Stage:
    def __init__(self, server: ArgosIndex, folder: Path, **choices: float) -> None:
        self.server = server
        self.url = server.offer("ja", "1.1", PACKAGE)
        self.part = folder / "en_ja.part"
        self.clock = LeapingClock()
        self._choices = choices

    async def fetch(self, url: str = "") -> None:
        """One run of the command."""
        downloader = Downloader(self.clock, **self._choices)  # pyright: ignore[reportArgumentType]
        try:
            await downloader.fetch(url or self.url, self.part, _ignore)
        finally:
            await downloader.aclose()


@asynccontextmanager
async def _stage(
    folder: Path, *, ranges: bool = True, validators: bool = True, **choices: float
) -> AsyncGenerator[_Stage]:
    async with ArgosIndex(ranges=ranges, validators=validators) as server:
        yield _Stage(server, folder, **choices)
        assert not server.unused_faults()


def _cut(after: int, times: int | None = 1) -> FaultRule:
    return FaultRule("argosmodel", times=times, truncate=after, drop=True)


async def test_a_file_comes_whole_and_its_progress_is_told(tmp_path: Path) -> None:
    async with _stage(tmp_path) as stage:
        told: list[tuple[int, int | None]] = []
        downloader = Downloader(stage.clock)
        await downloader.fetch(stage.url, stage.part, lambda got, total: told.append((got, total)))
        await downloader.aclose()
        assert stage.part.read_bytes() == PACKAGE
        assert told[-1] == (len(PACKAGE), len(PACKAGE))
        assert [got for got, _ in told] == sorted(got for got, _ in told)
        finished(stage.part)
        assert not begun(stage.part)


@pytest.mark.parametrize("validators", [True, False])
async def test_what_was_cut_goes_on_where_it_ended(tmp_path: Path, validators: bool) -> None:
    async with _stage(tmp_path, validators=validators) as stage:
        stage.server.set_faults([_cut(150_000), _cut(100_000)])
        await stage.fetch()
        assert stage.part.read_bytes() == PACKAGE
        assert stage.server.asked_for_ranges() == ["", "bytes=150000-", "bytes=250000-"]
        conditions = [asked.headers.get("If-Range") for asked in stage.server.asked[1:]]
        assert all(conditions) if validators else not any(conditions)
        assert stage.clock.waits == [0, 0]  # while it gets on, nothing is waited for


async def test_the_next_run_goes_on_too(tmp_path: Path) -> None:
    async with _stage(tmp_path) as stage:
        stage.server.set_faults([_cut(50_000, times=5)])
        with pytest.raises(SourceUnavailable, match="broke off after 250,000 bytes"):
            await stage.fetch()
        assert begun(stage.part)
        await stage.fetch()
        assert stage.part.read_bytes() == PACKAGE
        assert stage.server.asked_for_ranges()[-1] == "bytes=250000-"
        asked = len(stage.server.asked)
        await stage.fetch()  # all is here
        assert len(stage.server.asked) == asked


async def test_a_run_that_is_stopped_leaves_what_came(tmp_path: Path) -> None:
    async with _stage(tmp_path) as stage:
        hanging = FaultRule("argosmodel", hang=True)
        stage.server.set_faults([_cut(150_000), hanging])
        running = asyncio.create_task(stage.fetch())
        while len(stage.server.asked) < 2:
            stage.server.arrived.clear()
            await asyncio.wait_for(stage.server.arrived.wait(), 20)
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
        assert stage.part.read_bytes() == PACKAGE[:150_000]
        await stage.fetch()
        assert stage.part.read_bytes() == PACKAGE
        assert stage.server.asked_for_ranges()[-1] == "bytes=150000-"


async def test_without_ranges_it_begins_again(tmp_path: Path) -> None:
    async with _stage(tmp_path, ranges=False) as stage:
        stage.server.set_faults([_cut(150_000)])
        await stage.fetch()
        assert stage.part.read_bytes() == PACKAGE


@pytest.mark.parametrize("validators", [True, False])
async def test_another_file_under_the_same_address_is_not_joined(
    tmp_path: Path, validators: bool
) -> None:
    async with _stage(tmp_path, validators=validators) as stage:
        stage.server.set_faults([_cut(50_000, times=5)])
        with pytest.raises(SourceUnavailable):
            await stage.fetch()
        stage.server.offer("ja", "1.1", OTHER)
        await stage.fetch()
        assert stage.part.read_bytes() == OTHER


async def test_another_address_is_not_joined(tmp_path: Path) -> None:
    async with _stage(tmp_path) as stage:
        stage.server.set_faults([_cut(50_000, times=5)])
        with pytest.raises(SourceUnavailable):
            await stage.fetch()
        await stage.fetch(stage.server.offer("ja", "1.2", OTHER))
        assert stage.part.read_bytes() == OTHER


async def test_a_shorter_file_is_begun_again(tmp_path: Path) -> None:
    async with _stage(tmp_path, validators=False) as stage:
        stage.server.set_faults([_cut(350_000), FaultRule("argosmodel", 4, drop=True)])
        with pytest.raises(SourceUnavailable):
            await stage.fetch()
        stage.server.offer("ja", "1.1", OTHER)  # 416: there is no byte 350,000
        await stage.fetch()
        assert stage.part.read_bytes() == OTHER


async def test_a_server_in_trouble_is_asked_again_with_growing_waits(tmp_path: Path) -> None:
    async with _stage(tmp_path) as stage:
        stage.server.set_faults([FaultRule("argosmodel", 3, status=503), _cut(0)])
        await stage.fetch()
        assert stage.part.read_bytes() == PACKAGE
        assert stage.clock.waits == [1, 2, 4, 8]


async def test_a_server_that_hangs_is_given_up(tmp_path: Path) -> None:
    async with _stage(tmp_path, stall=0.2) as stage:
        stage.server.set_faults([FaultRule("argosmodel", 5, hang=True)])
        with pytest.raises(SourceUnavailable, match="broke off"):
            await stage.fetch()
    with pytest.raises(SourceUnavailable, match="broke off"):  # nobody listens any more
        await stage.fetch()


@pytest.mark.parametrize(
    ("rule", "problem"),
    [
        (FaultRule("", body=b"<!doctype html><p>Please log in"), "not a package"),
        (FaultRule("", status=404, body=b"gone"), "is not there"),
        (FaultRule("", status=403, body=b"no"), "is not there"),
        (FaultRule("", body=b"{}", headers={"Content-Type": "application/json"}), "not a package"),
        (FaultRule("", truncate=0), "empty"),
        (FaultRule("", status=302, headers={"Location": "ftp://127.0.0.1/x"}), "download"),
        (FaultRule("", None, status=302, headers={"Location": "/again"}), "redirected"),
    ],
)
async def test_what_is_no_package_is_named_and_not_asked_for_again(
    tmp_path: Path, rule: FaultRule, problem: str
) -> None:
    async with ArgosIndex() as server:
        stage = _Stage(server, tmp_path)
        server.set_faults([rule])
        with pytest.raises((SourceGarbled, SourceUnavailable), match=problem):
            await stage.fetch()
        assert len(server.asked) == (1 if rule.times else 6)
        assert not begun(stage.part)


async def test_a_file_that_ends_early_as_if_that_were_all_is_found_by_the_range(
    tmp_path: Path,
) -> None:
    async with _stage(tmp_path) as stage:
        stage.server.set_faults([_cut(200_000), FaultRule("argosmodel", truncate=50_000)])
        await stage.fetch()
        assert stage.part.read_bytes() == PACKAGE


async def test_a_file_that_is_too_large_is_refused(tmp_path: Path) -> None:
    async with _stage(tmp_path, largest=100_000) as stage:
        with pytest.raises(SourceGarbled, match="more than a model may have"):
            await stage.fetch()
        assert not begun(stage.part)


async def test_a_full_disk_is_told_before_anything_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nearly_full(folder: Path) -> SimpleNamespace:
        return SimpleNamespace(free=1_000_000)

    monkeypatch.setattr(shutil, "disk_usage", nearly_full)
    async with _stage(tmp_path) as stage:
        with pytest.raises(StoreError, match="too little room"):
            await stage.fetch()
        assert not begun(stage.part)
