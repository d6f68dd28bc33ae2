"""Numbers of a text and of what was made of it, compared by value, magnitude and unit. Pure.

What is the same is found over the whole document: sentences are merged and change places. What
is left over on both sides of a pair is a changed number, on one side a missing or an added one.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from bot.enrich.check.number_ledger import Entry, Ledger
from bot.enrich.check.rounding import rounded_from
from bot.models import Finding, FindingKind, Severity, TextKind
from bot.text.number_units import PERCENT, POINTS
from bot.text.numbers import SPELLED_LANGUAGES, Sure, numbers_in

_SOURCE = "en"
_MONTH = "months of the year"
_RIVALS = 8
_FEWEST = 4
"""Of fewer sentences none is said to be cut off: a title has no full stop."""
_ENDED = re.compile(r"[.!?:…。！？][\s\"'”’)\]}»]*$")
_NEAR = 0
"""How many sentences away what is said twice may be said once."""
_FAR, _TELLING = 10**6, 3
_SPELLED_UP_TO = 10
"""Numbers up to here are written in words, which come and go with grammar."""


def number_findings(
    pairs: Sequence[tuple[str, str]], language: str, kind: TextKind
) -> list[Finding]:
    """What is wrong with the numbers of aligned texts, an English source and its translation into
    `language`; formulas and addresses that came through byte for byte are already taken out.

    A summary may leave numbers out, but not add or change any.
    """
    said = Ledger.of(numbers(one, _SOURCE, at) for at, (one, _) in enumerate(pairs))
    told = Ledger.of(numbers(two, language, at) for at, (_, two) in enumerate(pairs))
    _settle(said, told)
    found: list[Finding] = []
    cut = _cut_off(said, pairs)
    missing = [one for one in said.entries if one.open and one.sure > Sure.HINT and one is not cut]
    if cut and (rest := told.with_other_unit(cut)):
        rest.open = False
    extra = [one for one in told.entries if one.open and one.sure > Sure.HINT]
    summary = kind is TextKind.SUMMARY
    if summary:
        found += _rounded(extra, said, pairs)
        extra = [one for one in extra if one.open]
    found += _units(missing, told, still_open=summary)
    missing = [one for one in missing if one.open]
    # What a summary leaves out was not changed into what it counts itself.
    least = Sure.DIGITS if summary else Sure.WORD
    extra = [one for one in extra if one.open and one.sure >= least]
    found += _changed(missing, extra)
    judged = _judged(pairs)
    found += [
        _extra(one, judged=one.pair < judged)
        for one in extra
        if one.open and one.sure is Sure.DIGITS
    ]
    if not summary:
        found += [
            _missing(one, language)
            for one in missing
            if one.open and (_owed(one) or not one.number.ordinal)
        ]
    return found


def _rounded(
    extra: Iterable[Entry], said: Ledger, pairs: Sequence[tuple[str, str]]
) -> list[Finding]:
    """Numbers of a summary that round one of the abstract and say so: worth a remark only."""
    found: list[Finding] = []
    for one in extra:
        exact = rounded_from(one, pairs[one.pair][1], said.entries)
        if exact is not None:
            one.open = False
            found.append(Finding(FindingKind.NUMBER_CHANGED, Severity.MINOR, exact.text, one.text))
    return found


def _cut_off(said: Ledger, pairs: Sequence[tuple[str, str]]) -> Entry | None:
    """The number in the middle of which the source may have been cut off: 3 of 36.4 %."""
    last = said.entries[-1] if said.entries else None
    if last is None or len(pairs) < _FEWEST or last.pair != len(pairs) - 1:
        return None
    whole = last.number.unit is not None or last.number.end < len(pairs[-1][0].rstrip())
    return None if whole else last


def numbers(text: str, language: str, pair: int) -> Iterator[Entry]:
    """The numbers of one text as entries of a ledger."""
    for number in numbers_in(text, language):
        yield Entry(number, text[number.start : number.end], pair)


def _settle(said: Ledger, told: Ledger) -> None:
    """Close what has its like on the other side: in its pair, elsewhere, said once for twice."""
    for alike in (True, False):
        for sure in (Sure.DIGITS, Sure.WORD):
            for one in said.entries:
                if one.open and one.sure is sure:
                    told.take(one, in_pair=alike)
    for one in told.entries:
        if one.open and (said.has(one, within=_reach(one)) or _derived(one, said)):
            one.open = False
    spelled = {one.pair for one in told.entries if one.open and one.sure is Sure.WORD}
    for one in said.entries:
        if one.open and told.has(one, within=_NEAR, once=True):
            # 一 is everywhere: it is not the first one where there is a fifth instead.
            one.open = one.number.ordinal and one.pair in spelled


def _reach(one: Entry) -> int:
    """How far away what is said once may be said again: small numbers are everywhere."""
    if one.sure is not Sure.DIGITS:
        return 0
    return 1 if len(one.text) < _TELLING else _FAR


def _derived(one: Entry, said: Ledger) -> bool:
    """Whether a number of the target is what English says without one: an hour is 1 hour, and
    a reference from '62 one from 1962."""
    for value in one.number.values:
        if value == 1:
            month = one.number.unit is not None and one.number.unit.dimension == _MONTH
            return not month and not said.counts(one.pair)
        if 1900 <= value < 2100 and said.names(value % 100):
            return True
    return False


def _units(missing: Iterable[Entry], told: Ledger, *, still_open: bool) -> list[Finding]:
    found: list[Finding] = []
    for one in missing:
        if one.number.ordinal:
            continue  # a second derivative is no 2 %
        other = told.with_other_unit(one)
        if other is None or (still_open and not other.open):
            continue
        one.open = other.open = False
        if one.number.unit is None and other.number.unit == POINTS:
            continue  # English says 2.1 points
        minor = {one.number.unit, other.number.unit} == {PERCENT, POINTS} or (
            one.number.unit is None
        )
        severity = Severity.MINOR if minor else Severity.MAJOR
        found.append(Finding(FindingKind.UNIT_CHANGED, severity, one.text, other.text))
    return found


def _changed(missing: Sequence[Entry], extra: Sequence[Entry]) -> list[Finding]:
    """Pair what is left over on both sides of a pair of sentences, the likest first."""
    found: list[Finding] = []
    by_pair: dict[int, list[Entry]] = {}
    for other in extra:
        by_pair.setdefault(other.pair, []).append(other)
    for like in (_close, _alike):
        for one in missing:
            rivals = by_pair.get(one.pair, [])[:_RIVALS] if one.open else []
            other = next((rival for rival in rivals if rival.open and like(one, rival)), None)
            if other is not None:
                one.open = other.open = False
                kind = FindingKind.NUMBER_CHANGED
                found.append(Finding(kind, Severity.MAJOR, one.text, other.text))
    return found


def _close(one: Entry, other: Entry) -> bool:
    """Whether two different numbers look like one: by their unit, or by their figures alone."""
    if not _alike(one, other):
        return False
    if one.number.unit and other.number.unit:
        return one.number.unit.dimension == other.number.unit.dimension
    return bool(_figures(one) & _figures(other))


def _figures(one: Entry) -> set[tuple[int, ...]]:
    return {value.as_tuple().digits for value in one.number.values}


def _alike(one: Entry, other: Entry) -> bool:
    if one.sure is Sure.DIGITS and other.sure is Sure.DIGITS:
        return True
    return one.number.ordinal == other.number.ordinal and _in_words(one) == _in_words(other)


def _in_words(one: Entry) -> bool:
    """Whether a number may well be written in words."""
    return one.sure is Sure.WORD or all(value <= _SPELLED_UP_TO for value in one.number.values)


def _owed(one: Entry) -> bool:
    """Whether a translation must have a number: small ones in words come and go with grammar."""
    if one.sure is Sure.DIGITS:
        return True
    return not one.number.ordinal and all(
        value > _SPELLED_UP_TO or value != int(value) for value in one.number.values
    )


def _missing(one: Entry, language: str) -> Finding:
    small = all(value <= _SPELLED_UP_TO for value in one.number.values)
    unknown = language not in SPELLED_LANGUAGES and small
    severity = Severity.MINOR if unknown or not _owed(one) else Severity.MAJOR
    return Finding(FindingKind.NUMBER_MISSING, severity, one.text)


def _extra(one: Entry, *, judged: bool) -> Finding:
    severity = Severity.MAJOR if judged else Severity.MINOR
    return Finding(FindingKind.NUMBER_EXTRA, severity, "", one.text)


def _judged(pairs: Sequence[tuple[str, str]]) -> int:
    """How many pairs are surely whole: a translator may have known how a source that is cut off
    in the middle of a sentence goes on."""
    told = [at for at, (source, _) in enumerate(pairs) if source.strip()]
    if len(told) < _FEWEST or _ENDED.search(pairs[told[-1]][0]):
        return len(pairs)
    return told[-1]
