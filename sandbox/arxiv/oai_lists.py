"""The arguments of OAI-PMH's list requests, and the resumption tokens that stand for them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from urllib.parse import parse_qsl, urlencode

from sandbox.arxiv.oai_records import FORMATS
from sandbox.arxiv.records import PaperVersion
from sandbox.arxiv.taxonomy import categories_of_set

EARLIEST = date(2005, 9, 16)

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_LIST_ARGUMENTS = frozenset({"metadataPrefix", "from", "until", "set"})


class OaiError(Exception):
    """A request that the protocol answers with an error element."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass(frozen=True, slots=True)
class Selection:
    """What a list request asks for. `after` is the last record (datestamp, id) given before.

    `cursor` is how many were given before, `size` how many there were at the first request.
    """

    prefix: str
    since: date
    until: date
    categories: frozenset[str] | None
    after: tuple[date, str] | None = None
    cursor: int = 0
    size: int | None = None


def allow(arguments: Mapping[str, str], *allowed: str) -> None:
    """Raises OaiError for an argument, beside the verb, that is not allowed."""
    for name in arguments:
        if name != "verb" and name not in allowed:
            raise OaiError("badArgument", f"{name} is not an argument of this verb.")


def known_prefix(prefix: str) -> str:
    """The prefix of a metadata format. Raises OaiError for one that is not known."""
    if prefix not in FORMATS:
        raise OaiError("cannotDisseminateFormat", f"There is no metadata format {prefix}.")
    return prefix


def select(arguments: Mapping[str, str], now: datetime) -> Selection:
    """The selection of a first request. Raises OaiError."""
    allow(arguments, *_LIST_ARGUMENTS)
    if "metadataPrefix" not in arguments:
        raise OaiError("badArgument", "metadataPrefix is missing.")
    prefix = known_prefix(arguments["metadataPrefix"])
    today = now.astimezone(UTC).date()
    since = _parse_day(arguments, "from", EARLIEST)
    until = _parse_day(arguments, "until", today)
    if since > until:
        raise OaiError("badArgument", "from is later than until.")
    if since < EARLIEST:
        raise OaiError("badArgument", f"from is earlier than {EARLIEST}, the earliest datestamp.")
    if until > today:
        raise OaiError("badArgument", "until is later than today.")
    categories = None
    if "set" in arguments:
        categories = categories_of_set(arguments["set"])
        if categories is None:
            raise OaiError("badArgument", f"There is no set {arguments['set']}.")
    return Selection(prefix, since, until, categories)


def _parse_day(arguments: Mapping[str, str], name: str, default: date) -> date:
    text = arguments.get(name)
    if text is None:
        return default
    try:
        if not _DAY.fullmatch(text):
            raise ValueError(text)
        return date.fromisoformat(text)
    except ValueError as error:
        raise OaiError("badArgument", f"{name} is not a day of the form YYYY-MM-DD.") from error


def token_after(
    arguments: Mapping[str, str],
    selection: Selection,
    last: PaperVersion,
    now: datetime,
    *,
    cursor: int,
    size: int,
) -> str:
    """The token for what comes after the record `last`, the list's `cursor`th of `size`."""
    request = dict(parse_qsl(arguments.get("resumptionToken", ""))) or arguments
    kept = {name: value for name, value in request.items() if name in {*_LIST_ARGUMENTS, "verb"}}
    kept["until"] = selection.until.isoformat()  # frozen at the first request
    kept["given"] = now.astimezone(UTC).date().isoformat()
    kept["after"] = f"{last.day.isoformat()} {last.id}"
    kept["place"] = f"{cursor} {size}"
    return urlencode(kept)


def resume(arguments: Mapping[str, str], now: datetime) -> Selection:
    """The selection that a resumption token stands for. Raises OaiError."""
    if set(arguments) != {"verb", "resumptionToken"}:
        raise OaiError("badArgument", "Beside resumptionToken only the verb is allowed.")
    kept = dict(parse_qsl(arguments["resumptionToken"]))
    given, after = kept.pop("given", ""), kept.pop("after", "")
    cursor, _, size = kept.pop("place", "").partition(" ")
    try:
        day, identifier = after.split(" ")
        place = (date.fromisoformat(day), identifier)
        if kept.get("verb") != arguments["verb"] or date.fromisoformat(given) != (
            now.astimezone(UTC).date()
        ):
            raise ValueError(given)
        selection = select(kept, now)
        return replace(selection, after=place, cursor=int(cursor), size=int(size))
    except (ValueError, OaiError) as error:
        message = "The resumption token is not one of this verb's, or it has expired."
        raise OaiError("badResumptionToken", message) from error


def end_of_utc_day(now: datetime) -> datetime:
    """When the tokens of this instant end."""
    day = now.astimezone(UTC).date() + timedelta(days=1)
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
