"""What the bot has to say about rules, dates and counts, in the language being spoken.

Everything that came from a person or from arXiv is made harmless here, so that callers can put
the results into a message as they are.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, time, timedelta
from itertools import pairwise

from bot.i18n import clauses, commas, long_day, mark, number, short_day, t, tn
from bot.languages import LANGUAGES
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
    Include.NEW: mark("new papers only"),
    Include.CROSS: mark("new papers and cross-lists"),
    Include.REPLACEMENTS: mark("new papers, cross-lists and replacements"),
}
LAYOUT = {
    Layout.MESSAGES: mark("one message a paper"),
    Layout.THREAD: mark("papers in a thread"),
}
QUIET_DAYS = {
    QuietDays.SILENT: mark("nothing on quiet days"),
    QuietDays.LINE: mark("one line on quiet days"),
}
"""What a subscription's settings are called, to be translated when shown."""

# How many terms of each kind are named; more where there is room.
_TERMS_NAMED = (1, 2, 3, 5, 8, 12, 25)


def sentence_case(text: str) -> str:
    """The text with its first letter large."""
    return text[:1].upper() + text[1:]


def days_in_words(days: Sequence[date]) -> str:
    """`Thursday 18 June 2026`, or the first and the last day of several and how many there are."""
    if not days:
        return t("no announcement day")
    first, last = min(days), max(days)
    if first == last:
        return long_day(first)
    if first.year == last.year:
        return tn(
            "{first} to {last} {year} ({n} day)",
            "{first} to {last} {year} ({n} days)",
            len(set(days)),
            first=short_day(first),
            last=short_day(last),
            year=last.year,
        )
    return tn(
        "{first} {first_year} to {last} {year} ({n} day)",
        "{first} {first_year} to {last} {year} ({n} days)",
        len(set(days)),
        first=short_day(first),
        first_year=first.year,
        last=short_day(last),
        year=last.year,
    )


def moment(instant: datetime, style: str = "f") -> str:
    """A Discord timestamp, which everybody sees in their own time zone."""
    return f"<t:{int(instant.timestamp())}:{style}>"


def clock_time(at: time, timezone: str) -> str:
    """`09:00 Asia/Tokyo`."""
    return f"{at:%H:%M} {timezone}"


def safe(text: str, limit: int) -> str:
    """Somebody's text for a message: no control characters, no working markdown, not too long."""
    return shorten(markdown(text), limit)


def title_of(title: str, limit: int = 200) -> str:
    """A paper's title for a message, with its LaTeX as Unicode."""
    return safe(to_unicode(title), limit) or t("(no title)")


def title_in_list(title: str, limit: int = 100) -> str:
    """A paper's title where Discord shows plain text, as in a choice."""
    return shorten(plain(to_unicode(title)), limit) or t("(no title)")


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
        return t("“{term}”", term=clean(term))

    def unwanted(term: str) -> str:
        return quoted(term) if " " in term else clean(term)

    kinds = (
        ("", clean, rules.categories),
        ("", quoted, rules.keywords),
        (mark("not {terms}"), unwanted, rules.exclusions),
        (mark("by {names}"), clean, rules.authors),
    )

    def naming(most: int) -> str:
        """The rules with `most` terms of each kind by name."""
        parts: list[str] = []
        for text, shown, terms in kinds:
            if terms:
                some = _some(terms, most, shown)
                parts.append(t(text, terms=some, names=some) if text else some)
        return " · ".join([*parts, t(INCLUDE[rules.include])])

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
    some = commas([*map(shown, terms[:most])])
    return t("{some} and {n} more", some=some, n=number(left)) if left > 0 else some


def plan_in_words(draft: SubscriptionDraft) -> str:
    """How a subscription posts: `at 09:00 UTC, up to 5 papers, one message a paper, …`."""
    return clauses(
        [
            t("at {time}", time=clock_time(draft.at, draft.timezone)),
            tn("up to {n} paper", "up to {n} papers", draft.max_papers),
            t(LAYOUT[draft.layout]),
            t(QUIET_DAYS[draft.quiet_days]),
            t("in {language}", language=language_name(draft.language)),
        ]
    )


def language_name(code: str) -> str:
    """A reading language's name in the language being spoken."""
    language = LANGUAGES.get(code)
    return language.name if language is not None else safe(code, 20)


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
            parts.append(t("by {names}", names=rule))
        elif reason.where in _TYPES:
            parts.append(t(_TYPES[reason.where], category=rule))
    found = [_found(rule, places) for rule, places in words.items()]
    return shorten(" · ".join([*found, *parts]), limit)


def _found(rule: str, places: Sequence[str]) -> str:
    if "title" not in places:
        return t("“{term}” in the abstract", term=rule)
    if "abstract" not in places:
        return t("“{term}” in the title", term=rule)
    return t("“{term}” in the title and abstract", term=rule)


_TYPES = {
    AnnounceType.NEW.value: mark("new in {category}"),
    AnnounceType.CROSS.value: mark("cross-list in {category}"),
    AnnounceType.REPLACE.value: mark("new version in {category}"),
    AnnounceType.REPLACE_CROSS.value: mark("new version of a cross-list in {category}"),
}


def batch_in_words(batch: Batch | None) -> str:
    """What is known of a category's last announcement day."""
    if batch is None:
        return t("no announcement day seen yet")
    day = short_day(batch.day)
    if batch.state is not BatchState.ANNOUNCED:
        return t("{day}: {what}", day=day, what=t(_STATES[batch.state]))
    kinds = (
        (batch.new, mark("{n} new")),
        (batch.cross, mark("{n} cross-listed")),
        (batch.replace + batch.replace_cross, mark("{n} replaced")),
        (batch.late, mark("{n} of them late")),
    )
    told = [t(text, n=number(count)) for count, text in kinds if count]
    what = clauses(told) or t("no papers")
    if batch.truncated:
        what = t("{what}; arXiv's feed was cut off", what=what)
    return t("{day}: {what}", day=day, what=what)


_STATES = {
    BatchState.EXPECTED: mark("not out yet"),
    BatchState.QUIET: mark("arXiv announced nothing"),
    BatchState.HOLIDAY: mark("a holiday at arXiv"),
    BatchState.STALE: mark("arXiv still shows the day before"),
}


def duration(span: timedelta) -> str:
    """`3 days`, `5 hours`, `12 minutes`: the largest unit only."""
    seconds = max(0, int(span.total_seconds()))
    if seconds >= 86_400:
        return tn("{n} day", "{n} days", seconds // 86_400)
    if seconds >= 3_600:
        return tn("{n} hour", "{n} hours", seconds // 3_600)
    if seconds >= 60:
        return tn("{n} minute", "{n} minutes", seconds // 60)
    return tn("{n} second", "{n} seconds", seconds)


def fit(lines: Sequence[str], limit: int, *, unlisted: int = 0) -> str:
    """As many of the lines as fit into `limit` characters; a last one tells how many are not there.

    `unlisted` counts what is missing from `lines` already.
    """
    for most in range(len(lines), 0, -1):
        left = len(lines) - most + unlisted
        rest = [t("… and {n} more", n=number(left))] if left else []
        text = "\n".join([*lines[:most], *rest])
        if len(text) <= limit:
            return text
    return shorten(lines[0], limit) if lines else ""
