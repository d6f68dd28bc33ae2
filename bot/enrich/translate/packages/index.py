"""The index of translation models, in the form that Argos Translate publishes.

A JSON list of objects with `from_code`, `to_code`, `package_version` and `links`; see
https://github.com/argosopentech/argospm-index. It holds no checksums.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import urlsplit

from bot.enrich.translate.local_models import language_of_argos, version_key
from bot.errors import SourceGarbled
from bot.languages import ENGLISH
from bot.protocols import Clock
from bot.provider_http import ProviderHttp

SOURCE = "the index of models"

_LARGEST = 8 << 20
_TIMEOUT_S = 30.0
_MOST_LINKS = 5
_VERSION = re.compile(r"[A-Za-z0-9_.+-]{1,40}")


@dataclass(frozen=True, slots=True)
class Package:
    """A package that translates from English into `language`, a code of `bot.languages`.

    `links` are http(s) addresses of the same file.
    """

    language: str
    version: str
    links: tuple[str, ...]


async def fetch_index(
    url: str, clock: Clock, *, patience: float = _TIMEOUT_S
) -> dict[str, Package]:
    """The newest package of each language, by its code; `patience` in seconds bounds each try.

    Raises SourceUnavailable, SourceRefused, or SourceGarbled for what is no such index.
    """
    http = ProviderHttp(SOURCE, url, clock=clock, timeout=patience)
    try:
        answer = await http.request("GET", "", max_bytes=_LARGEST)
    finally:
        await http.aclose()
    if not isinstance(answer, list):
        raise SourceGarbled(SOURCE, "it is not a list of packages")
    packages = newest(cast("list[object]", answer))
    if not packages:
        raise SourceGarbled(SOURCE, "it lists no package that translates from English")
    return packages


def newest(entries: Iterable[object]) -> dict[str, Package]:
    """The newest package of each language; entries that are not understood are left out."""
    found: dict[str, Package] = {}
    for entry in entries:
        package = _package(entry)
        if package is None:
            continue
        known = found.get(package.language)
        if known is None or version_key(package.version) > version_key(known.version):
            found[package.language] = package
    return found


def _package(entry: object) -> Package | None:
    if not isinstance(entry, dict):
        return None
    values = cast("dict[str, Any]", entry)
    to, links = values.get("to_code"), values.get("links")
    version = values.get("package_version")
    if values.get("from_code") != ENGLISH or values.get("type", "translate") != "translate":
        return None
    if not isinstance(to, str) or not isinstance(links, list):
        return None
    if not isinstance(version, str) or not _VERSION.fullmatch(version):
        return None
    language = language_of_argos(to)
    good = tuple(link for link in cast("list[object]", links) if _is_address(link))
    if language is None or language == ENGLISH or not good:
        return None
    return Package(language, version, cast("tuple[str, ...]", good)[:_MOST_LINKS])


def _is_address(link: object) -> bool:
    # It is shown on a terminal, where other signs could do things.
    if not isinstance(link, str) or len(link) > 2000 or not re.fullmatch("[!-~]+", link):
        return False
    try:
        parts = urlsplit(link)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname)
