"""A subscription as texts that a person types, and back."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Self

from bot.digest.choices import (
    parse_authors,
    parse_keywords,
    parse_time,
    parse_timezone,
    parse_words,
)
from bot.errors import BadInput
from bot.i18n import t
from bot.languages import LANGUAGES
from bot.models import SubscriptionDraft
from bot.sources.taxonomy import parse_categories
from bot.ui.sessions import Field
from bot.ui.words import clock_time, safe

MOST_CATEGORIES = 25
MOST_PAPERS = 25
# Discord takes up to 4,000 characters in a field; 25 phrases of 80 characters need fewer.
_LONGEST = 3_000

_BARE_WORD = re.compile(r'[^\s,;"\-−–][^\s,;"]*')
_TIME_AND_ZONE = re.compile(
    r"\s*(?P<time>\d{1,2}(?:[:.h]\d{2})?\s*(?:[ap]\.?m\.?|h|uhr)?)(?:\s+(?P<zone>\S.*))?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class SubscriptionTexts:
    """What stands in the fields of a subscription's form. `time` may name a zone too."""

    categories: str
    keywords: str = ""
    exclude: str = ""
    authors: str = ""
    time: str = "09:00"
    max_papers: str = "5"

    @classmethod
    def of(cls, draft: SubscriptionDraft) -> Self:
        """The texts that say what a draft holds."""
        rules = draft.rules
        return cls(
            categories=", ".join(rules.categories),
            keywords=terms_text(rules.keywords),
            exclude=terms_text(rules.exclusions),
            authors=", ".join(rules.authors),
            time=clock_time(draft.at, draft.timezone),
            max_papers=str(draft.max_papers),
        )

    def with_typed(self, typed: Mapping[str, str]) -> Self:
        """These texts with what was typed into some of the fields."""
        known = {field.name for field in fields(self)}
        return replace(self, **{key: text for key, text in typed.items() if key in known})

    def apply(self, draft: SubscriptionDraft) -> SubscriptionDraft:
        """The draft with what the texts say. Raises BadInput with what is wrong first."""
        categories = parse_categories(self.categories)
        if len(categories) > MOST_CATEGORIES:
            raise BadInput(
                t(
                    "That is {n} categories; a subscription takes at most {most}. "
                    "Make a second subscription for the others.",
                    n=len(categories),
                    most=MOST_CATEGORIES,
                )
            )
        keywords, unwanted = parse_keywords(self.keywords)
        exclusions = (*parse_words(self.exclude), *unwanted)
        exclusions = tuple({term.casefold(): term for term in exclusions}.values())
        both = {term.casefold() for term in keywords} & {term.casefold() for term in exclusions}
        if both:
            raise BadInput(
                t(
                    "“{term}” is both wanted and excluded; leave it out of one of the two.",
                    term=safe(min(both), 80),
                )
            )
        at, zone = split_time(self.time)
        return replace(
            draft,
            rules=replace(
                draft.rules,
                categories=categories,
                keywords=keywords,
                exclusions=exclusions,
                authors=parse_authors(self.authors),
            ),
            at=parse_time(at),
            timezone=parse_timezone(zone) if zone else draft.timezone,
            max_papers=parse_max_papers(self.max_papers),
        )

    def adjusting(self) -> tuple[Field, ...]:
        """The fields with which a back-test is adjusted."""
        return (self._keywords(), self._exclude(), self._authors(), self._time(), self._max())

    def editing(self) -> tuple[Field, ...]:
        """The fields with which a stored subscription is edited."""
        return (
            Field(
                "categories",
                t("Categories"),
                self.categories,
                hint=t("Separated by commas, for example cs.CL, cs.LG"),
                longest=500,
                required=True,
            ),
            replace(
                self._keywords(),
                value=self._all_terms(),
                hint=t('Words and "phrases"; a minus excludes: retrieval "long context" -survey'),
            ),
            self._authors(),
            self._time(),
            self._max(),
        )

    def edited(self, typed: Mapping[str, str]) -> Self:
        """What was typed into the fields of `editing`, where keywords hold the exclusions too."""
        return replace(self.with_typed(typed), exclude="")

    def _all_terms(self) -> str:
        excluded = parse_words(self.exclude)
        return " ".join(part for part in (self.keywords, terms_text(excluded, minus=True)) if part)

    def _keywords(self) -> Field:
        return Field(
            "keywords",
            t("Keywords"),
            self.keywords,
            hint=t('Words and "phrases"; any one of them is enough'),
            longest=_LONGEST,
            tall=True,
        )

    def _exclude(self) -> Field:
        return Field(
            "exclude",
            t("Exclude"),
            self.exclude,
            hint=t("Words and phrases that a paper must not have"),
            longest=_LONGEST,
            tall=True,
        )

    def _authors(self) -> Field:
        return Field(
            "authors",
            t("Authors"),
            self.authors,
            hint=t("Names separated by commas; José García also finds J. Garcia"),
            longest=_LONGEST,
            tall=True,
        )

    def _time(self) -> Field:
        return Field(
            "time",
            t("Time and time zone"),
            self.time,
            hint=t("For example 09:00 Europe/Berlin"),
            longest=80,
            required=True,
        )

    def _max(self) -> Field:
        return Field(
            "max_papers",
            t("Papers in a digest"),
            self.max_papers,
            hint=t("At most, from 1 to {most}", most=MOST_PAPERS),
            longest=10,
            required=True,
        )


def language_field(code: str) -> Field:
    """The field in which a language is named that has no place in a menu."""
    language = LANGUAGES.get(code)
    return Field(
        "language",
        t("Language"),
        language.name if language is not None else code,
        hint=t("Its name or its code, for example Portuguese, 日本語 or sv"),
        longest=60,
        required=True,
    )


def terms_text(terms: Sequence[str], *, minus: bool = False) -> str:
    """Words and phrases as `parse_keywords` reads them."""
    sign = "-" if minus else ""
    return " ".join(
        sign + (term if _BARE_WORD.fullmatch(term) else '"' + term.replace('"', "") + '"')
        for term in terms
    )


def split_time(text: str) -> tuple[str, str]:
    """A time of day and what follows it: `09:00 Asia/Tokyo` is `09:00` and `Asia/Tokyo`."""
    found = _TIME_AND_ZONE.fullmatch(text)
    return (found["time"], (found["zone"] or "").strip()) if found else (text, "")


def parse_max_papers(text: str) -> int:
    """How many papers a digest may show. Raises BadInput."""
    try:
        number = int(text.strip())
    except ValueError:
        number = 0
    if 1 <= number <= MOST_PAPERS:
        return number
    raise BadInput(
        t("The number of papers in a digest is a number from 1 to {most}.", most=MOST_PAPERS)
    )
