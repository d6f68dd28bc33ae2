"""The index of translation models: what is taken from it, whatever stands in it."""

from typing import Any

import pytest
from leaping import LeapingClock

from bot.enrich.translate.packages.index import Package, fetch_index, newest
from bot.errors import SourceError, SourceGarbled, SourceUnavailable
from sandbox.arxiv.faults import FaultRule
from sandbox.providers.argos_index import ArgosIndex


def _entry(**changed: Any) -> dict[str, Any]:
    entry = {
        "package_version": "1.1",
        "argos_version": "1.1",
        "from_code": "en",
        "from_name": "English",
        "to_code": "ja",
        "to_name": "Japanese",
        "links": ["https://models.example/translate-en_ja-1_1.argosmodel"],
    }
    return entry | changed


async def test_the_newest_package_of_each_language_is_found() -> None:
    async with ArgosIndex() as server:
        for version in ("1.9", "1.10", "1.2"):
            server.offer("ja", version, b"")
        for code in ("zh", "zt", "pb", "nb", "tlh"):
            server.offer(code, "1.0", b"")
        packages = await fetch_index(server.index, LeapingClock())
        assert set(packages) == {"ja", "zh-CN", "zh-TW", "pt-BR", "no"}
        link = f"{server.url}/translate-en_ja-1_10.argosmodel"
        assert packages["ja"] == Package("ja", "1.10", (link,))


@pytest.mark.parametrize(
    "entry",
    [
        None,
        [],
        "en_ja",
        _entry(from_code="de"),
        _entry(to_code="en"),
        _entry(to_code=7),
        _entry(type="sbd"),
        _entry(links=[]),
        _entry(links="https://models.example/x"),
        _entry(links=["ipfs://x", "file:///etc/passwd", "https://", "http://[", 7]),
        _entry(links=["https://models.example/\x1b[2J", "https://models.example/a b"]),
        _entry(package_version="../../evil"),
        _entry(package_version="1" * 1000),
        _entry(package_version=None, to_code=None),
        {},
    ],
)
def test_an_entry_that_is_not_understood_is_left_out(entry: object) -> None:
    assert newest([entry]) == {}
    assert list(newest([entry, _entry()])) == ["ja"]


def test_addresses_that_can_be_asked_are_kept() -> None:
    links = ["ipfs://x", "https://a.example/x", "http://b.example/x"]
    assert newest([_entry(links=links)])["ja"].links == (
        "https://a.example/x",
        "http://b.example/x",
    )


@pytest.mark.parametrize(
    ("rule", "kind", "problem"),
    [
        (FaultRule("", body=b"<html>Sign in</html>"), SourceGarbled, "web page"),
        (FaultRule("", body=b'[{"from_code": '), SourceGarbled, "JSON"),
        (FaultRule("", body=b'{"packages": []}'), SourceGarbled, "not a list"),
        (FaultRule("", body=b"[]"), SourceGarbled, "no package"),
        (FaultRule("", body=b"[" * 40_000), SourceGarbled, "JSON"),
        (FaultRule("", body=b""), SourceGarbled, "empty"),
        (FaultRule("", body=b"[" + b" " * 10_000_000 + b"]"), SourceGarbled, "larger than 8 MiB"),
        (FaultRule("", status=404, body=b"no"), SourceUnavailable, "404"),
        (FaultRule("", None, status=503), SourceUnavailable, "503"),
        (FaultRule("", None, drop=True), SourceUnavailable, "no|lost|broke|discon"),
    ],
)
async def test_an_index_that_is_none_is_a_clear_error(
    rule: FaultRule, kind: type[SourceError], problem: str
) -> None:
    async with ArgosIndex() as server:
        server.offer("ja", "1.1", b"")
        server.set_faults([rule])
        with pytest.raises(kind, match=problem) as caught:
            await fetch_index(server.index, LeapingClock())
        assert str(caught.value).startswith("the index of models: ")


async def test_an_index_that_hangs_is_given_up() -> None:
    async with ArgosIndex() as server:
        server.set_faults([FaultRule("", None, hang=True)])
        with pytest.raises(SourceUnavailable, match=r"no complete answer within 0\.1 s"):
            await fetch_index(server.index, LeapingClock(), patience=0.1)
        assert len(server.asked) == 3


async def test_an_index_without_end_of_trouble_recovers() -> None:
    async with ArgosIndex() as server:
        server.offer("ja", "1.1", b"")
        server.set_faults([FaultRule("", status=503), FaultRule("", drop=True)])
        assert list(await fetch_index(server.index, LeapingClock())) == ["ja"]
