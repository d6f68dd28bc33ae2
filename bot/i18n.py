"""What the bot says, in the reader's language: texts, counts, dates and lists.

The English sentence in the code is the key (gettext's way): `t("Removed {title}.", title=…)`. The
translations are the catalogs `bot/locales/{locale}.po`; `make texts` brings them up to date with
the code, and a test fails on a text that is missing or no longer used.

Which language is spoken is a context variable. It is set where something comes in (a command, a
press, a form) or goes out (a delivery), so that everything in between just says its sentence.
"""

import gettext
import io
import json
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from babel.dates import format_date
from babel.lists import format_list
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

ENGLISH, CHINESE = "en", "zh-CN"
LOCALES = (ENGLISH, "ja", CHINESE)
"""The bot's own languages, by Discord's names for them."""

CATALOGS = Path(__file__).parent / "locales"
_CLDR = {"en": "en", "ja": "ja", "zh-CN": "zh_Hans_CN"}
_LONG_DAY = {"en": "EEEE d MMMM y", "ja": "y年M月d日(EEE)", "zh-CN": "y年M月d日EEEE"}
_SHORT_DAY = {"en": "EEE d MMM", "ja": "M月d日(EEE)", "zh-CN": "M月d日EEE"}
_PLAIN_DAY = {"en": "d MMM y", "ja": "y年M月d日", "zh-CN": "y年M月d日"}

_COMMA = {"en": ", ", "ja": "、", "zh-CN": "、"}
_CLAUSE_COMMA = {"en": ", ", "ja": "、", "zh-CN": "，"}
# Between a kept text and its values; no text has it.
_VALUES_FOLLOW = "\x1f"

_locale: ContextVar[str] = ContextVar("locale", default=ENGLISH)


def t(text: str, /, **values: object) -> str:
    """The text in the language being spoken, with `{name}` replaced by the values."""
    said = _catalog(_locale.get()).gettext(text) if text else ""
    return said.format(**values) if values else said


def tn(one: str, many: str, n: int, /, **values: object) -> str:
    """The singular or plural of a text with `{n}`, by the language's own rule.

    `{n}` is written with separators of thousands.
    """
    said = _catalog(_locale.get()).ngettext(one, many, n)
    return said.format(n=number(n), **values)


def tc(context: str, text: str, /, **values: object) -> str:
    """A text that means different things in different places, told apart by `context`."""
    said = _catalog(_locale.get()).pgettext(context, text)
    return said.format(**values) if values else said


def mark(text: str) -> str:
    """Mark a text in a table for translation; it is translated by `t(table[key])` when shown."""
    return text


def kept(text: str, /, **values: str | int | Sequence[str]) -> str:
    """A text to be stored, and told by `said` in the language of whoever reads it then.

    A value that is a sequence holds texts of their own, such as names of permissions.
    """
    return text + (_VALUES_FOLLOW + json.dumps(values, ensure_ascii=False) if values else "")


def said(stored: str) -> str:
    """A kept text in the language being spoken; any other text as it is."""
    text, follow, encoded = stored.partition(_VALUES_FOLLOW)
    if not follow:
        return t(text)
    values: dict[str, Any] = json.loads(encoded)
    for name, value in values.items():
        if isinstance(value, list):
            values[name] = commas([t(str(part)) for part in value])  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    return t(text, **values)


@contextmanager
def speaking(tag: str | None) -> Generator[None]:
    """Speak the bot's language that comes nearest to a language tag."""
    token = _locale.set(spoken(tag))
    try:
        yield
    finally:
        _locale.reset(token)


def locale() -> str:
    """The language being spoken, one of `LOCALES`."""
    return _locale.get()


@lru_cache(256)
def spoken(tag: str | None) -> str:
    """The one of `LOCALES` for a language tag such as Discord's `ja`, `zh-CN`, `pt-BR`."""
    if not tag:
        return ENGLISH
    if tag in LOCALES:
        return tag
    parts = tag.replace("_", "-").casefold().split("-")
    if parts[0] == "zh" and not {"tw", "hk", "mo", "hant"} & set(parts):
        return "zh-CN"
    return parts[0] if parts[0] in LOCALES else ENGLISH


def cldr() -> str:
    """The language being spoken, as Babel names it."""
    return _CLDR[_locale.get()]


def number(n: int) -> str:
    """`1,200`: all three languages separate thousands by commas."""
    return f"{n:,}"


def listed(parts: Sequence[str], *, last: str = "and") -> str:
    """`a, b and c`, or `a, b or c`."""
    if len(parts) < 2:
        return "".join(parts)
    if _locale.get() == ENGLISH:  # without the comma before the last
        return f"{', '.join(parts[:-1])} {last} {parts[-1]}"
    if _locale.get() == CHINESE and (parts[-2][-1:].isascii() or parts[-1][:1].isascii()):
        word = " 或 " if last == "or" else " 和 "  # a space where Latin letters meet
        return commas(parts[:-1]) + word + parts[-1]
    return format_list(parts, style="or" if last == "or" else "standard", locale=cldr())


def commas(parts: Sequence[str]) -> str:
    """`a, b, c`, with the language's own comma."""
    return _COMMA[_locale.get()].join(parts)


def clauses(parts: Sequence[str]) -> str:
    """Parts of a sentence side by side; Chinese separates these by another comma than words."""
    return _CLAUSE_COMMA[_locale.get()].join(parts)


def long_day(day: date) -> str:
    """`Thursday 18 June 2026`."""
    return format_date(day, _LONG_DAY[_locale.get()], locale=cldr())


def short_day(day: date) -> str:
    """`Thu 18 Jun`."""
    return format_date(day, _SHORT_DAY[_locale.get()], locale=cldr())


def plain_day(day: date) -> str:
    """`18 Jun 2026`."""
    return format_date(day, _PLAIN_DAY[_locale.get()], locale=cldr())


def translated(tag: str, text: str, context: str | None = None) -> str | None:
    """A text in one of the bot's languages; None if its catalog lacks it."""
    catalog = _catalog(spoken(tag))
    said = catalog.gettext(text) if context is None else catalog.pgettext(context, text)
    return said if said != text else None


def load() -> None:
    """Read all catalogs now, so that no reader waits for it. Takes a moment: call on a thread."""
    for name in LOCALES:
        _catalog(name)


@cache
def _catalog(name: str) -> gettext.NullTranslations:
    if name == ENGLISH:
        return gettext.NullTranslations()
    with (CATALOGS / f"{name}.po").open("rb") as file:
        catalog = read_po(file, locale=_CLDR[name])
    for message in [message for message in catalog if not any(message.string or "")]:
        catalog.delete(message.id, message.context)  # English, in singular or plural, stands in
    compiled = io.BytesIO()
    write_mo(compiled, catalog)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
