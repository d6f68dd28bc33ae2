"""arXiv identifiers in every form in which people write and paste them.

Forms and ranges: arXiv's help page "Understanding the arXiv identifier": YYMM.NNNN from 0704 to
1412, YYMM.NNNNN from 1501, archive/YYMMNNN before (with or without a subject class).
"""

import re
from dataclasses import dataclass
from urllib.parse import unquote

from bot.errors import BadInput
from bot.i18n import commas, t


@dataclass(frozen=True, slots=True)
class ArxivId:
    """A paper's base identifier, and the version if one was named."""

    base: str
    version: int | None = None

    def __str__(self) -> str:
        return self.base if self.version is None else f"{self.base}v{self.version}"


_OLD_ARCHIVES = (
    "acc-phys|adap-org|alg-geom|ao-sci|astro-ph|atom-ph|bayes-an|chao-dyn|chem-ph|cmp-lg|comp-gas"
    "|cond-mat|cs|dg-ga|funct-an|gr-qc|hep-ex|hep-lat|hep-ph|hep-th|math-ph|math|mtrl-th|nlin"
    "|nucl-ex|nucl-th|patt-sol|physics|plasm-ph|q-alg|q-bio|quant-ph|solv-int|supr-con"
)
_NUMBER = re.compile(
    r"(?<![A-Za-z0-9_.])(?:(?P<new>(?P<yymm>\d{4})\.(?P<number>\d{4,5}))"
    rf"|(?P<archive>{_OLD_ARCHIVES})(?:\.[a-z]{{2}})?/(?P<old>\d{{7}}))"
    r"(?:v(?P<version>\d{1,3}))?(?!\d|/\d|\.\d|[A-Za-z_])",
    re.IGNORECASE | re.ASCII,
)
_LINK = re.compile(
    r"(?<![\w.-])(?:https?://)?(?:[\w-]{1,63}\.){1,8}[a-z]{2,}/[^\s<>\"'`|]*", re.IGNORECASE
)
_HOSTS = re.compile(
    r"(?:https?://)?(?:[\w-]{1,63}\.){0,8}(?:arxiv\.org|alphaxiv\.org|huggingface\.co|hf\.co|doi\.org"
    r"|semanticscholar\.org|scirate\.com|paperswithcode\.com|ar5iv\.org|arxiv\.gg)/",
    re.IGNORECASE,
)
_PREFIX = re.compile(r"(?<![A-Za-z0-9])(?:oai:arxiv\.org:|arxiv[:.])\s*", re.IGNORECASE)
# The DOIs of other publishers; arXiv's own begin with 10.48550.
_DOI = re.compile(r"(?<![\w.])10\.(?!48550/)\d{4,9}/[^\s<>\"']+")
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}


def parse_id(text: str) -> ArxivId:
    """The one identifier that `text` is, links to or contains.

    Raises BadInput if there is none, or more than one.
    """
    found = find_ids(text)
    if len(found) == 1:
        return found[0]
    shown = " ".join(text.split())[:60].replace("`", "'")
    if found:
        ids = commas([str(one) for one in found[:3]])
        raise BadInput(t("There is more than one arXiv id in that: {ids}. Give me one.", ids=ids))
    raise BadInput(
        t(
            "`{typed}` is no arXiv id. Write it like 2606.01234, 2606.01234v2 or hep-th/9901001, "
            "or paste the paper's link.",
            typed=shown,
        )
    )


def find_ids(text: str) -> list[ArxivId]:
    """The identifiers in running text and in links to known sites, in order, each once.

    Impossible ones (month 13, a four-digit number after 2014, ...) are left out, and so are
    numbers inside links to other places.
    """
    plain = text.translate(_FULL_WIDTH)
    if "%" in plain:
        plain = unquote(plain)
    foreign = [
        link.span()
        for link in _LINK.finditer(plain)
        if not _HOSTS.match(link.group())
        and not _NUMBER.match(link.group())
        and "arxiv" not in link.group().lower()
    ]
    foreign += [doi.span() for doi in _DOI.finditer(plain)]
    # A prefix glued to the number would hide the number's beginning.
    blanked = _PREFIX.sub(lambda prefix: " " * len(prefix.group()), plain)
    found: dict[ArxivId, None] = {}
    for match in _NUMBER.finditer(blanked):
        inside = any(start <= match.start() < end for start, end in foreign)
        one = None if inside else _valid(match)
        if one is not None:
            found[one] = None
    return list(found)


def find_papers(text: str) -> list[ArxivId]:
    """Like `find_ids`, but each paper once: at the newest version that the text names, if any."""
    papers: dict[str, ArxivId] = {}
    for found in find_ids(text):
        known = papers.get(found.base)
        if known is None or (found.version or 0) > (known.version or 0):
            papers[found.base] = found
    return list(papers.values())


def _valid(match: re.Match[str]) -> ArxivId | None:
    version = int(match["version"]) if match["version"] else None
    if version == 0:
        return None
    if match["new"]:
        year, month = int(match["yymm"][:2]), int(match["yymm"][2:])
        digits = 4 if (year, month) <= (14, 12) else 5
        right = (7, 4) <= (year, month) < (91, 1) and len(match["number"]) == digits
        base = match["new"]
        serial = int(match["number"])
    else:
        number = match["old"]
        year, month, serial = int(number[:2]), int(number[2:4]), int(number[4:])
        right = year >= 91 or (year, month) <= (7, 3)
        base = f"{match['archive'].lower()}/{number}"
    if not right or not 1 <= month <= 12 or serial == 0:
        return None
    return ArxivId(base, version)
