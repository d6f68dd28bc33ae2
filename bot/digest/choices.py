"""Understanding what an admin types for a subscription; each refusal is one helpful sentence."""

import difflib
import re
import unicodedata
from collections.abc import Iterable
from datetime import datetime, time
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from bot.errors import BadInput
from bot.i18n import listed, mark, t

_MOST_TERMS = 25
_LONGEST_TERM = 80
_QUOTES = str.maketrans("“”„‟«»＂「」『』、", '"' * 11 + ",")
_TERM = re.compile(r'(?P<minus>[-−–])?(?:"(?P<phrase>[^"]*)"|(?P<word>[^\s,;"]+))')
_TIME = re.compile(
    r"(?P<hour>\d{1,2})(?:[:.h](?P<minute>\d{2}))?\s*(?P<half>am|pm|a\.m\.|p\.m\.|h|uhr)?",
    re.IGNORECASE,
)


def parse_keywords(text: str | None) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Split `words "a phrase" -unwanted -"unwanted phrase"` into keywords and exclusions.

    Commas also separate, so that `graph neural networks, diffusion` is a phrase and a word.
    Raises BadInput for an open quote, for text without any term, and for too many or too long
    terms.
    """
    wanted: list[str] = []
    unwanted: list[str] = []
    text = _clean(text)
    if text.count('"') % 2:
        raise BadInput(
            t(
                "A quotation mark in the keywords is not closed: "
                'write phrases like "graph networks".'
            )
        )
    if '"' not in text and "," in text:
        terms = [(part.startswith("-"), part.lstrip("-").strip()) for part in _parts(text)]
    else:
        terms = [
            (bool(found["minus"]), (found["phrase"] or found["word"] or "").strip())
            for found in _TERM.finditer(text)
        ]
    for minus, term in terms:
        if any(character.isalnum() for character in term):
            (unwanted if minus else wanted).append(term)
    if text and not (wanted or unwanted):
        raise BadInput(
            t(
                "Nothing in “{typed}” is a word to look for; "
                "write words with letters or digits, or leave it empty.",
                typed=_short(text),
            )
        )
    return _bounded(wanted, _KEYWORDS), _bounded(unwanted, _EXCLUSIONS)


def parse_words(text: str | None) -> tuple[str, ...]:
    """Like `parse_keywords`, where every term counts whether it has a minus or not."""
    wanted, unwanted = parse_keywords(text)
    return _bounded([*wanted, *unwanted], _EXCLUSIONS)


def parse_authors(text: str | None) -> tuple[str, ...]:
    """Author names separated by commas or semicolons.

    Raises BadInput, also for text without any name.
    """
    text = _clean(text)
    names = [name.strip(' "') for name in _parts(text)]
    names = [name for name in names if any(c.isalpha() for c in name)]
    if text and not names:
        raise BadInput(
            t(
                "Nothing in “{typed}” is a name to look for; "
                "write names like José García, or leave it empty.",
                typed=_short(text),
            )
        )
    return _bounded(names, _AUTHORS)


def parse_time(text: str) -> time:
    """A time of day: `9`, `9:30`, `09:30`, `9am`, `21h`. Raises BadInput."""
    found = _TIME.fullmatch(_clean(text))
    if found is not None:
        hour, minute = int(found["hour"]), int(found["minute"] or 0)
        half = (found["half"] or "").lower().replace(".", "")
        if half in {"am", "pm"} and not 1 <= hour <= 12:
            hour = 99
        elif half in {"am", "pm"}:
            hour = hour % 12 + (12 if half == "pm" else 0)
        if hour < 24 and minute < 60:
            return time(hour, minute)
    raise BadInput(
        t("“{typed}” is not a time of day; write it like 09:00 or 17:30.", typed=_short(text))
    )


def parse_timezone(text: str) -> str:
    """An IANA time zone in any letter case. Raises BadInput naming the nearest ones."""
    wanted = _clean(text).replace(" ", "_")
    by_name = _zones()
    name = by_name.get(wanted.casefold())
    if name is not None:
        return name
    near = difflib.get_close_matches(wanted.casefold(), by_name, n=3, cutoff=0.6)
    near = near or [zone for zone in by_name if wanted and wanted.casefold() in zone][:3]
    if near:
        raise BadInput(
            t(
                "“{typed}” is not a time zone I know. Did you mean {nearest}?",
                typed=_short(text),
                nearest=listed([by_name[zone] for zone in near], last="or"),
            )
        )
    raise BadInput(
        t(
            "“{typed}” is not a time zone I know; choose one like Europe/Berlin "
            "from the list that appears while you type.",
            typed=_short(text),
        )
    )


def find_timezones(text: str, now: datetime) -> list[tuple[str, str]]:
    """Up to 25 (label, name) pairs for what was typed so far, the best first.

    A difference to UTC, such as `+9` or `UTC+05:30`, finds the zones that have it at `now`. The
    zones `Etc/GMT±n` are left out: their sign is the opposite of what people mean.
    """
    wanted = _clean(text).replace(" ", "_").casefold()
    offset = _wanted_offset(wanted)
    ranked: list[tuple[int, str]] = []
    for folded, name in _zones().items():
        if ("/" not in name and name != "UTC") or folded.startswith("etc/"):
            continue
        city = folded.rsplit("/", 1)[-1]
        if not wanted:
            rank = 0 if name in _COMMON else 9
        elif city.startswith(wanted):
            rank = 1
        elif folded.startswith(wanted):
            rank = 2
        elif wanted in folded or (offset and _offset(name, now).startswith(offset)):
            rank = 3
        else:
            continue
        ranked.append((rank if name not in _COMMON else rank - 1, name))
    ranked.sort()
    return [(f"{name} (UTC{_offset(name, now)})", name) for _, name in ranked[:25]]


_COMMON = frozenset(
    {
        "UTC", "America/New_York", "America/Los_Angeles", "America/Chicago", "America/Sao_Paulo",
        "Europe/London", "Europe/Berlin", "Europe/Paris", "Europe/Madrid", "Europe/Rome",
        "Europe/Warsaw", "Europe/Kyiv", "Asia/Tokyo", "Asia/Seoul", "Asia/Shanghai", "Asia/Taipei",
        "Asia/Hong_Kong", "Asia/Singapore", "Asia/Kolkata", "Asia/Jerusalem", "Asia/Dubai",
        "Australia/Sydney", "Africa/Johannesburg", "Europe/Istanbul", "America/Toronto",
    }
)  # fmt: skip


_OFFSET = re.compile(r"(?:utc|gmt)?_?([+\-−–])(\d{1,2})(?::?(\d{0,2}))?")


def _wanted_offset(wanted: str) -> str:
    """How the offset that was typed begins, as `_offset` writes it; empty if none was."""
    found = _OFFSET.fullmatch(wanted)
    if found is None:
        return ""
    sign, hours, minutes = found.groups()
    return f"{'+' if sign == '+' else '-'}{int(hours):02}:{minutes or ''}"


def _offset(zone: str, now: datetime) -> str:
    offset = f"{now.astimezone(_zone_infos()[zone]):%z}"
    return f"{offset[:3]}:{offset[3:5]}"


@cache
def _zone_infos() -> dict[str, ZoneInfo]:
    # The library keeps eight of them only, and reading all takes longer than a keystroke may.
    return {name: ZoneInfo(name) for name in _zones().values()}


@cache
def _zones() -> dict[str, str]:
    return {name.casefold(): name for name in sorted(available_timezones())}


def _clean(text: str | None) -> str:
    text = unicodedata.normalize("NFKC", text or "").translate(_QUOTES)
    return "".join(c if c.isprintable() else " " for c in text).strip()


def _parts(text: str) -> list[str]:
    return [part.strip() for part in re.split(r"[,;、，；]", text) if part.strip()]


def _short(text: str) -> str:
    text = " ".join(_clean(text).split()).replace("`", "'")
    return text if len(text) <= 40 else text[:39].rstrip() + "…"


# What is said of too many of them, and of one that is too long.
_KEYWORDS = (
    mark(
        "That is {n} keywords; a subscription takes at most {most}. "
        "Make a second subscription for the others."
    ),
    mark("“{term}” is too long; each of the keywords may have {most} characters."),
)
_EXCLUSIONS = (
    mark(
        "That is {n} exclusions; a subscription takes at most {most}. "
        "Make a second subscription for the others."
    ),
    mark("“{term}” is too long; each of the exclusions may have {most} characters."),
)
_AUTHORS = (
    mark(
        "That is {n} authors; a subscription takes at most {most}. "
        "Make a second subscription for the others."
    ),
    mark("“{term}” is too long; each of the authors may have {most} characters."),
)


def _bounded(terms: Iterable[str], refusals: tuple[str, str]) -> tuple[str, ...]:
    unique = {" ".join(term.split()).casefold(): " ".join(term.split()) for term in terms}
    if len(unique) > _MOST_TERMS:
        raise BadInput(t(refusals[0], n=len(unique), most=_MOST_TERMS))
    for term in unique.values():
        if len(term) > _LONGEST_TERM:
            raise BadInput(t(refusals[1], term=_short(term), most=_LONGEST_TERM))
    return tuple(unique.values())
