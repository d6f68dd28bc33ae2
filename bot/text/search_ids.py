"""Numbers for papers in the search index: the later the month of the identifier, the higher. Pure.

So the index is read from the newest paper to the oldest without sorting, and near papers have near
numbers, which keeps the index small.
"""

import hashlib
import re

_NEW = re.compile(r"(\d\d)(\d\d)\.(\d{4,5})", re.ASCII)
_OLD = re.compile(r"([a-z-]+)/(\d\d)(\d\d)(\d{3})", re.ASCII)
# Their order is part of the numbers: it never changes.
_ARCHIVES = (
    "acc-phys", "adap-org", "alg-geom", "ao-sci", "astro-ph", "atom-ph", "bayes-an", "chao-dyn",
    "chem-ph", "cmp-lg", "comp-gas", "cond-mat", "cs", "dg-ga", "funct-an", "gr-qc", "hep-ex",
    "hep-lat", "hep-ph", "hep-th", "math-ph", "math", "mtrl-th", "nlin", "nucl-ex", "nucl-th",
    "patt-sol", "physics", "plasm-ph", "q-alg", "q-bio", "quant-ph", "solv-int", "supr-con",
)  # fmt: skip
# Old numbers end below this one: 196 months of 40 archives with 1,000 papers each.
_NEW_BASE = 10_000_000
_FIVE_DIGITS_SINCE = (2015 - 2007) * 12 - 3


def number_of(paper_id: str) -> int:
    """The number of a paper by its base identifier. Of what is no arXiv id it is negative."""
    if new := _NEW.fullmatch(paper_id):
        month = (int(new[1]) - 7) * 12 + int(new[2]) - 4
        if month >= 0 and 1 <= int(new[2]) <= 12 and (len(new[3]) == 5) == _five_digits(month):
            return _NEW_BASE + month * 100_000 + int(new[3])
    elif (old := _OLD.fullmatch(paper_id)) and old[1] in _ARCHIVES and 1 <= int(old[3]) <= 12:
        month = (int(old[2]) - 91) % 100 * 12 + int(old[3]) - 1
        if month < 196:
            return (month * 40 + _ARCHIVES.index(old[1])) * 1000 + int(old[4])
    digest = hashlib.blake2b(paper_id.encode("utf-8", "replace"), digest_size=6).digest()
    return -1 - int.from_bytes(digest)


def id_of(number: int) -> str | None:
    """The identifier of a paper by its number; None for what is no arXiv id."""
    if number < 0:
        return None
    if number >= _NEW_BASE:
        month, serial = divmod(number - _NEW_BASE, 100_000)
        year, month_of_year = divmod(month + 3, 12)
        digits = 5 if _five_digits(month) else 4
        return f"{year + 7:02}{month_of_year + 1:02}.{serial:0{digits}}"
    rest, serial = divmod(number, 1000)
    month, archive = divmod(rest, 40)
    year, month_of_year = divmod(month, 12)
    return f"{_ARCHIVES[archive]}/{(91 + year) % 100:02}{month_of_year + 1:02}{serial:03}"


def _five_digits(month: int) -> bool:
    return month >= _FIVE_DIGITS_SINCE
