"""Why rules do not take a paper. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from bot.digest.match import MatchIndex
from bot.models import Announcement, AnnounceType, Include, Rules


class Miss(StrEnum):
    """The first of the rules, in the order in which they are applied, that leaves a paper out.

    CATEGORY   it was not announced in a category of the rules
    SINCE      it was announced before the category was subscribed
    TYPE       only as an announce type that the rules do not include
    EXCLUDED   an excluded word or phrase is in it
    TERMS      none of the keywords and authors is in it
    """

    CATEGORY = "category"
    SINCE = "since"
    TYPE = "type"
    EXCLUDED = "excluded"
    TERMS = "terms"


@dataclass(frozen=True, slots=True)
class Missed:
    """Which rule left a paper out: for EXCLUDED the terms, for TYPE the announce types."""

    rule: Miss
    terms: tuple[str, ...] = ()
    types: tuple[AnnounceType, ...] = ()


def missed(
    rules: Rules, announcements: Sequence[Announcement], since: Mapping[str, date] | None = None
) -> Missed | None:
    """Why `rules` do not take the paper of these announcements; None if they do. CPU work."""
    here = [a for a in announcements if a.category in rules.categories]
    if not here:
        return Missed(Miss.CATEGORY)
    wide = Rules(categories=rules.categories, include=Include.REPLACEMENTS)
    index = MatchIndex(here)
    if not index.rank(wide, since=since):
        return Missed(Miss.SINCE)
    wide = replace(wide, include=rules.include)
    if not index.rank(wide, since=since):
        types = dict.fromkeys(a.type for a in here)
        return Missed(Miss.TYPE, types=tuple(types))
    excluding = [
        term
        for term in rules.exclusions
        if not index.rank(replace(wide, exclusions=(term,)), since=since)
    ]
    if excluding:
        return Missed(Miss.EXCLUDED, terms=tuple(excluding))
    if not index.rank(rules, since=since):
        return Missed(Miss.TERMS)
    return None
