"""Where a paper was published, as far as its journal reference says so without a doubt."""

import re
from dataclasses import dataclass

from bot.text.latex import to_unicode
from bot.text.safety import plain, shorten

_LONGEST = 300
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
# Phys. Rev. D 95, 084005 (2017) · JHEP 03 (2019) 123 · Some Letters, vol. 10, no. 3, pp. 1-9, 2025
_WHOLE = re.compile(
    r"(?P<name>[^\d,]{3,100}?),?\s+(?:vol(?:ume)?\.?\s*)?(?P<volume>[A-Z]?\d{1,4}[A-Z]?)"
    r"(?:\s*\((?P<issue>\d{1,3})\)|,?\s*(?:no|issue|number)\.?\s*(?P<number>\d{1,3}))?,?\s*"
    r"(?:\((?P<early>(?:19|20)\d\d)\),?\s*)?(?:pp?\.?\s*|pages?\s*|article\s*)?"
    r"(?P<pages>[A-Z]{0,2}\d{1,7}(?:\s*[-–—]{1,3}\s*[A-Z]{0,2}\d{1,7})?)"
    rf"(?:[,\s]+\(?(?:{_MONTH}\s*)?(?P<late>(?:19|20)\d\d)\)?)?\.?",
    re.IGNORECASE,
)
_DASHES = re.compile(r"\s*[-–—]+\s*")


@dataclass(frozen=True, slots=True)
class Journal:
    """A place of publication. `name` is the whole reference where it could not be taken apart.

    `pages` is a first page, an article number, or `first-last`.
    """

    name: str
    volume: str = ""
    number: str = ""
    pages: str = ""
    year: int | None = None


def parse_journal(reference: str | None) -> Journal | None:
    """The publication that a journal reference names; None if it names none."""
    said = plain(to_unicode((reference or "")[:_LONGEST])).strip(" .,;")
    if not any(sign.isalpha() for sign in said) or said.startswith(("http:", "https:")):
        return None
    found = _WHOLE.fullmatch(said)
    if found is not None and bool(found["early"]) != bool(found["late"]):
        return Journal(
            name=found["name"].strip(),
            volume=found["volume"],
            number=found["issue"] or found["number"] or "",
            pages=_DASHES.sub("-", found["pages"]),
            year=int(found["early"] or found["late"]),
        )
    years = set(_YEAR.findall(said))
    return Journal(name=shorten(said, 200), year=int(years.pop()) if len(years) == 1 else None)
