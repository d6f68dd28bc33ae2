"""Sentences that were left out, merged or invented, found by aligning both sides. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.enrich.check.alignment import Bead, align, surprise_of
from bot.enrich.check.anchors import COMPACT, marks, meanings, meant_by
from bot.enrich.check.sentences import is_ended
from bot.enrich.check.spans import major, minor
from bot.models import Finding, FindingKind

Pair = tuple[str, str]

# A source sentence of a word or two may be left out.
_SHORT_SOURCE = 22
# Deviations of length from the usual at which a part must be missing, or must have been added.
_TOO_SHORT, _TOO_LONG = -3.4, 4.2
_TOO_SHORT_MERGED = -1.6
_DOUBTFUL, _DOUBTFUL_WHOLE, _DOUBTFUL_ALONE = -1.5, -0.8, -1.5
_BEYOND = 0.8
_TAKEN_UP = 0.6
_USUAL = 1.0
# One sentence is often made into two, in Japanese with a short one behind.
_SPLIT, _SPLIT_ELSEWHERE = {"zh-CN": 0.7, "zh-TW": 0.7}, 2.0
# A translator who merges and shortens elsewhere has condensed the text.
_CONDENSED = -1.4
_MILD = 3
# Translations have the words of 0.55 of the stems at least, other texts seldom of half.
_LEAST_STEMS, _LEAST_SUBJECT = 8, 0.48
# A sentence's own translation has the words of more than a third of its stems, nearly always of
# two thirds; of few stems, or in languages with fewer words in the lexicon, less is asked.
_FEW_STEMS, _MANY_STEMS = 4, 8
_LEAST_FEW, _LEAST_MANY, _LEAST_ELSEWHERE = 0.34, 0.42, 0.2
_WELL_KNOWN = frozenset({"zh-CN", "zh-TW"})
# Of what only one of several merged sentences says, at least half comes through.
_LEAST_MERGED = 0.45


@dataclass(frozen=True, slots=True)
class PairedUp:
    """The sentences that belong together, joined, and the findings on those that do not.

    `beyond` is what in the target goes beyond a source that is cut short; `shortened` tells that
    the translator of such a source condensed it, so that what is left out is no error of its own.
    """

    pairs: list[Pair]
    beyond: str
    shortened: bool
    findings: list[Finding]


def pair_up(source: Sequence[str], target: Sequence[str], language: str) -> PairedUp:
    """Find the sentences that belong together."""
    whole = len(source) < 2 or is_ended(source[-1])
    cut = len(source) if whole else len(source) - 1
    beads = align(source, target, language)
    pairs: list[Pair] = []
    beyond: list[str] = []
    found: list[Finding] = []
    missing: list[int] = []
    lost: list[tuple[str, str]] = []
    condensed = False
    for at, bead in enumerate(beads):
        (start, end), (first, last) = bead.source, bead.target
        said, told = source[start:end], target[first:last]
        pairs.append((" ".join(said), " ".join(told)))
        if not told:
            if len(said[0]) > _SHORT_SOURCE and not _fits(beads, at, 0.0):
                missing.append(start)
        elif not said:
            # A translator who had the whole source goes on where ours is cut.
            inside = whole or start < cut
            if not inside or not _fits(beads, at, _SPLIT.get(language, _SPLIT_ELSEWHERE)):
                made = major if inside else minor
                found.append(made(FindingKind.SENTENCE_EXTRA, "", told[0]))
            beyond += [] if whole or start < cut else told
        elif end <= cut:
            doubtful = _DOUBTFUL_WHOLE if whole else _DOUBTFUL
            short = bead.surprise < doubtful
            gone = _lost(said, told, bead, language, short=short) if whole or short else ""
            lost += [(gone, " ".join(told))] if gone else []
            found += [] if gone else _length(said, told, bead)
            condensed |= not gone and (len(said) > len(told) or bead.surprise < _CONDENSED)
        elif bead.surprise > _BEYOND or said[-1].count("$") % 2:
            beyond += told
    missing = [at for at in missing if not _taken_up(source, at, pairs)]
    if cut in missing:
        # Where the source is cut short, the translation may be so one sentence earlier.
        missing = [at for at in missing if at < cut - 1]
        found.append(minor(FindingKind.SENTENCE_MISSING, source[cut]))
        condensed = True
    lost += [(source[at], "") for at in missing]
    shortened = condensed and not whole and len(lost) <= _MILD
    made = minor if shortened else major
    found += [made(FindingKind.SENTENCE_MISSING, said, told) for said, told in lost]
    return PairedUp(pairs, "\n".join(beyond), shortened, found)


def _fits(beads: Sequence[Bead], at: int, loose: float) -> bool:
    """Whether a sentence without another side is rather a part of one of its neighbors: with it,
    the neighbor's length is more like what is usual, or off by less than `loose` deviations."""
    alone = beads[at]
    for other in (*beads[max(0, at - 1) : at], *beads[at + 1 : at + 2]):
        if not other.surprise:
            continue
        together = surprise_of(other.length + alone.length, other.expected + alone.expected)
        if abs(together) < max(loose, min(_USUAL, abs(other.surprise))):
            return True
    return False


def _taken_up(source: Sequence[str], at: int, pairs: Sequence[Pair]) -> bool:
    """Whether what only this sentence says stands in the translations around its place."""
    place = next(
        place for place, (said, told) in enumerate(pairs) if said == source[at] and not told
    )
    around = [*pairs[max(0, place - 1) : place], *pairs[place + 1 : place + 2]]
    own = meanings(source[at]) - meanings(" ".join(said for said, _ in around))
    told = " ".join(told for _, told in around)
    return len(own) > 1 and len(meant_by(own, told)) >= _TAKEN_UP * len(own)


def _length(said: Sequence[str], told: Sequence[str], bead: Bead) -> list[Finding]:
    source, target = " ".join(said), " ".join(told)
    if len(source) < 2 * _SHORT_SOURCE:
        return []
    if len(said) == len(told) and bead.surprise < _TOO_SHORT:
        return [major(FindingKind.SENTENCE_MISSING, source, target)]
    if bead.surprise > _TOO_LONG:
        return [major(FindingKind.SENTENCE_EXTRA, source, target)]
    if len(said) - len(told) > 1:
        return [minor(FindingKind.SENTENCE_MERGED, source, target)]
    return []


def _lost(
    said: Sequence[str], told: Sequence[str], bead: Bead, language: str, *, short: bool
) -> str:
    """Of sentences made into fewer, the one of which nothing is left; empty if all are there.
    `short` tells that the
    translation is shorter than usual."""
    surprise, target = bead.surprise, " ".join(told)
    if len(said) <= len(told):
        return ""
    shares: list[tuple[float, int, str]] = []
    gone: list[tuple[float, str]] = []
    for at, one in enumerate(said):
        others = " ".join(other for place, other in enumerate(said) if place != at)
        own = meanings(one) - meanings(others)
        unique = marks(one, language) - marks(others, language)
        words, names = len(meant_by(own, target)), len(unique & marks(target, language))
        shares.append(((words + names) / (len(own) + 1), len(own), one))
        if language in COMPACT and len(own) >= (2 if short else 3):
            gone.append((words / len(own), one))
    if gone and min(gone)[0] <= _LEAST_MERGED:
        return min(gone)[1]
    share, own, lost = min(shares)
    certain = surprise < _TOO_SHORT_MERGED or (surprise < _DOUBTFUL_ALONE and not share)
    return lost if short and (certain or (own > 1 and not share)) else ""


def strange_findings(source: str, target: str, language: str) -> list[Finding]:
    """A sentence whose translation speaks of something else: next to none of its ordinary words
    are there."""
    if language not in COMPACT:
        return []
    stems = meanings(source)
    if len(stems) < _FEW_STEMS:
        return []
    if language not in _WELL_KNOWN:
        least = _LEAST_ELSEWHERE
    else:
        least = _LEAST_MANY if len(stems) >= _MANY_STEMS else _LEAST_FEW
    # What stays in Latin letters stands there as it is.
    kept = meanings(target)
    there = len(meant_by(stems - kept, target)) + len(stems & kept)
    if there > least * len(stems):
        return []
    return [major(FindingKind.SUBJECT, source, target)]


def subject_findings(source: str, target: str, language: str) -> list[Finding]:
    """A text that speaks of something else: few of the source's ordinary words are in it."""
    stems = meanings(source)
    if language not in COMPACT or len(stems) < _LEAST_STEMS:
        return []
    if len(meant_by(stems, target)) < _LEAST_SUBJECT * len(stems):
        return [major(FindingKind.SUBJECT, source, target)]
    return []
