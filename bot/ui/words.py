"""What the bot has to say about rules, dates and counts, as short English.

Everything that came from a person or from arXiv is made harmless here, so that callers can put
the results into a message as they are.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, time, timedelta
from itertools import pairwise

from bot.models import (
    AnnounceType,
    Batch,
    BatchState,
    Include,
    Layout,
    QuietDays,
    Reason,
    Rules,
    SubscriptionDraft,
)
from bot.text.latex import to_unicode
from bot.text.safety import markdown, plain, shorten

INCLUDE = {
    Include.NEW: "new papers only",
    Include.CROSS: "new papers and cross-lists",
    Include.REPLACEMENTS: "new papers, cross-lists and replacements",
}
LAYOUT = {
    Layout.MESSAGES: "one message a paper",
    Layout.THREAD: "papers in a thread",
}
QUIET_DAYS = {
    QuietDays.SILENT: "nothing on quiet days",
    QuietDays.LINE: "one line on quiet days",
}
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
# How many terms of each kind are named; more where there is room.
_TERMS_NAMED = (1, 2, 3, 5, 8, 12, 25)


def sentence_case(text: str) -> str:
    """The text with its first letter large."""
    return text[:1].upper() + text[1:]


def count(number: int, noun: str, plural: str = "") -> str:
    """`1 paper`, `2 papers`, `1,200 papers`."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def listed(parts: Sequence[str], last: str = "and") -> str:
    """`a`, `a and b`, `a, b and c`."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {last} {parts[-1]}"


def long_day(day: date) -> str:
    """`Thursday 18 June 2026`."""
    return f"{_WEEKDAYS[day.weekday()]} {day.day} {_MONTHS[day.month - 1]} {day.year}"


def short_day(day: date) -> str:
    """`Thu 18 Jun`."""
    return f"{_WEEKDAYS[day.weekday()][:3]} {day.day} {_MONTHS[day.month - 1][:3]}"


def days_in_words(days: Sequence[date]) -> str:
    """`Thursday 18 June 2026`, or the first and the last day of several and how many there are."""
    if not days:
        return "no announcement day"
    first, last = min(days), max(days)
    if first == last:
        return long_day(first)
    return f"{short_day(first)} to {short_day(last)} {last.year} ({len(set(days))} days)"


def moment(instant: datetime, style: str = "f") -> str:
    """A Discord timestamp, which everybody sees in their own time zone."""
    return f"<t:{int(instant.timestamp())}:{style}>"


def clock_time(at: time, timezone: str) -> str:
    """`09:00 Asia/Tokyo`."""
    return f"{at:%H:%M} {timezone}"


def safe(text: str, limit: int) -> str:
    """Somebody's text for a message: no control characters, no working markdown, not too long."""
    return shorten(markdown(plain(text)), limit)


def title_of(title: str, limit: int = 200) -> str:
    """A paper's title for a message, with its LaTeX as Unicode."""
    return safe(to_unicode(title), limit) or "(no title)"


def title_in_list(title: str, limit: int = 100) -> str:
    """A paper's title where Discord shows plain text, as in a choice."""
    return shorten(plain(to_unicode(title)), limit) or "(no title)"


def rules_in_words(rules: Rules, limit: int = 700) -> str:
    """Rules as one line of a message, of at most `limit` characters.

    `cs.CL, cs.LG · “retrieval”, “long context” · not survey · by J. Garcia · new papers only`
    """
    return _rules(rules, limit, lambda text: safe(text, 100))


def rules_in_list(rules: Rules, limit: int = 100) -> str:
    """Rules where Discord shows plain text, as in a choice."""
    return _rules(rules, limit, lambda text: shorten(plain(text), 60))


def _rules(rules: Rules, limit: int, clean: Callable[[str], str]) -> str:
    def quoted(term: str) -> str:
        return f"“{clean(term)}”"

    def unwanted(term: str) -> str:
        return quoted(term) if " " in term else clean(term)

    kinds = (
        ("", clean, rules.categories),
        ("", quoted, rules.keywords),
        ("not ", unwanted, rules.exclusions),
        ("by ", clean, rules.authors),
    )

    def naming(most: int) -> str:
        """The rules with `most` terms of each kind by name."""
        parts = [sign + _some(terms, most, shown) for sign, shown, terms in kinds if terms]
        return " · ".join([*parts, INCLUDE[rules.include]])

    best = naming(_TERMS_NAMED[0])
    longest = max(len(terms) for _, _, terms in kinds)
    # From few to many, so that of very long rules only a little is read.
    for fewer, most in pairwise(_TERMS_NAMED):
        if longest <= fewer or len(text := naming(most)) > limit:
            break
        best = text
    return shorten(best, limit)


def _some(terms: Sequence[str], most: int, shown: Callable[[str], str]) -> str:
    left = len(terms) - most
    return ", ".join(map(shown, terms[:most])) + (f" and {left} more" if left > 0 else "")


def plan_in_words(draft: SubscriptionDraft) -> str:
    """How a subscription posts: `at 09:00 UTC, up to 5 papers, one message a paper, …`."""
    return (
        f"at {clock_time(draft.at, draft.timezone)}, "
        f"up to {count(draft.max_papers, 'paper')}, "
        f"{LAYOUT[draft.layout]}, {QUIET_DAYS[draft.quiet_days]}"
    )


def reasons_in_words(reasons: Iterable[Reason], limit: int = 200) -> str:
    """Why a paper matches: `“retrieval” in the title and abstract · by J. Garcia · new in cs.CL`.

    For a message; the reasons are those of `bot.digest.match`.
    """
    words: dict[str, list[str]] = {}
    parts: list[str] = []
    for reason in reasons:
        rule = safe(reason.rule, 80)
        if reason.where in {"title", "abstract"}:
            words.setdefault(rule, []).append(reason.where)
        elif reason.where == "authors":
            parts.append(f"by {rule}")
        elif reason.where in _TYPES:
            parts.append(f"{_TYPES[reason.where]} {rule}")
    found = [f"“{rule}” in the {listed(places)}" for rule, places in words.items()]
    return shorten(" · ".join([*found, *parts]), limit)


_TYPES = {
    AnnounceType.NEW.value: "new in",
    AnnounceType.CROSS.value: "cross-list in",
    AnnounceType.REPLACE.value: "new version in",
    AnnounceType.REPLACE_CROSS.value: "new version of a cross-list in",
}


def batch_in_words(batch: Batch | None) -> str:
    """What is known of a category's last announcement day."""
    if batch is None:
        return "no announcement day seen yet"
    day = short_day(batch.day)
    if batch.state is BatchState.ANNOUNCED:
        kinds = (
            (batch.new, "new"),
            (batch.cross, "cross-listed"),
            (batch.replace + batch.replace_cross, "replaced"),
        )
        told = ", ".join(f"{number:,} {kind}" for number, kind in kinds if number)
        late = f", {batch.late:,} of them late" if batch.late else ""
        cut = "; arXiv's feed was cut off" if batch.truncated else ""
        return f"{day}: {told or 'no papers'}{late}{cut}"
    return f"{day}: {_STATES[batch.state]}"


_STATES = {
    BatchState.EXPECTED: "not out yet",
    BatchState.QUIET: "arXiv announced nothing",
    BatchState.HOLIDAY: "a holiday at arXiv",
    BatchState.STALE: "arXiv still shows the day before",
}


def duration(span: timedelta) -> str:
    """`3 days`, `5 hours`, `12 minutes`: the largest unit only."""
    seconds = max(0, int(span.total_seconds()))
    for size, noun in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        if seconds >= size:
            return count(seconds // size, noun)
    return count(seconds, "second")


def fit(lines: Sequence[str], limit: int, *, unlisted: int = 0) -> str:
    """As many of the lines as fit into `limit` characters; a last one tells how many are not there.

    `unlisted` counts what is missing from `lines` already.
    """
    for most in range(len(lines), 0, -1):
        left = len(lines) - most + unlisted
        text = "\n".join([*lines[:most], *([f"… and {left:,} more"] if left else [])])
        if len(text) <= limit:
            return text
    return shorten(lines[0], limit) if lines else ""
