"""Acronyms that translations ordinarily write out or in their own language, from `acronyms.txt`."""

from collections.abc import Mapping
from pathlib import Path

from bot.enrich.check.spans import words_of

_FILE = Path(__file__).with_name("acronyms.txt")
_VARIANTS = {"zh-CN": "zh", "zh-TW": "zh", "pt-BR": "pt"}

HEADINGS = words_of(
    "abstract aim aims background conclusion conclusions contribution design discussion "
    "findings introduction method methods methodology motivation objective objectives purpose "
    "result results significance setting summary"
)
"""Headings of structured abstracts, which stand in capitals and are translated."""


def _read() -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    tables: dict[str, dict[str, tuple[str, ...]]] = {}
    table: dict[str, tuple[str, ...]] = {}
    for line in _FILE.read_text("utf-8").splitlines():
        if line.startswith("["):
            table = tables.setdefault(line.strip("[]"), {})
        elif line and not line.startswith("#"):
            acronym, _, written = line.partition(": ")
            table[acronym] = tuple(written.split(" | "))
    return tables


_TABLES = _read()


def written_out(acronym: str, language: str) -> tuple[str, ...]:
    """What a translation may write for an acronym in small letters; empty if it is kept."""
    return _TABLES.get(_VARIANTS.get(language, language), {}).get(acronym, ())
