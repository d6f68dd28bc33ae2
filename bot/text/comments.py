"""Facts that stand in an arXiv comment: pages, figures, venue, code."""

import re
from dataclasses import dataclass

from bot.text.latex import to_unicode


@dataclass(frozen=True, slots=True)
class CommentFacts:
    """What a comment (and the abstract's links) say. Counts and texts are None where unsaid.

    `venue` is the place as the author wrote it ("NeurIPS 2026"), `accepted` whether the paper
    was taken there (accepted, to appear, published, in proceedings) rather than only submitted
    to it; papers only under review have no venue.
    """

    pages: int | None = None
    figures: int | None = None
    tables: int | None = None
    venue: str | None = None
    code_url: str | None = None
    project_url: str | None = None
    withdrawn: bool = False


_WORD_NUMBERS = {
    word: number
    for number, word in enumerate(
        ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"], 1
    )
}
_COUNT = r"(\d{1,4}|" + "|".join(_WORD_NUMBERS) + r")"
_BETWEEN = r"\s*(?:\+\s*\d+\s*|(?:[a-z-]+\s+){0,2})"
_PAGES = re.compile(rf"\b{_COUNT}{_BETWEEN}(?:pages?|pgs?|pp)\b", re.IGNORECASE)
_PAGES_AFTER = re.compile(r"\b(?:pages|pp\.?):?\s*(\d{1,4})\b(?!\s*[-–])", re.IGNORECASE)
_FIGURES = re.compile(rf"\b{_COUNT}{_BETWEEN}fig(?:ure)?s?\b", re.IGNORECASE)
_TABLES = re.compile(rf"\b{_COUNT}{_BETWEEN}tab(?:le)?s?\b", re.IGNORECASE)

_WITHDRAWN = re.compile(
    r"\b(?:paper|article|manuscript|submission|preprint|work|version|draft)\b[^.]{0,40}?"
    r"\b(?:has been|have been|is|was|be|being|are)\s+(?:temporarily\s+)?(?:withdrawn|retracted)\b"
    r"(?!\s+from\s+(?!arxiv))"
    r"|^\W*(?:withdrawn|retracted)\b|\bwithdrawn (?:by|due|because|pending|from arxiv)\b"
    r"|\bauthors? (?:withdrew|(?:have |has )?withdrawn?|retract)"
    r"|\b(?:decided|wish(?:es)?|like|asked?|request(?:s|ed)?) to withdraw\b",
    re.IGNORECASE,
)
_TAKEN = re.compile(
    r"\b(?:(?:accepted|to appear|appears?|appearing|appeared|published|presented|to be published"
    r"|to be presented|forthcoming|will appear|in press|camera[- ]ready(?: version)?)"
    r"(?:\s+(?:for publication|for presentation|for oral presentation|version|paper|publication"
    r"|as an?(?:\s+[\w-]+){1,4}|manuscript|online|and presented))*"
    r"\s*(?:in|at|by|to|for|with|into|on|:)?\s+(?:the\s+)?|in proceedings of\s+(?:the\s+)?"
    r"|proceedings of\s+(?:the\s+)?)(?P<venue>[^\s;].*)",
    re.IGNORECASE | re.DOTALL,
)
_SERIES = re.compile(
    r"\b(?:NeurIPS|NIPS|ICML|ICLR|CVPR|ICCV|ECCV|ACL|EMNLP|NAACL|EACL|AACL|COLING|COLM|AAAI|IJCAI"
    r"|KDD|WWW|SIGIR|SIGGRAPH(?: Asia)?|INTERSPEECH|ICASSP|AISTATS|UAI|CHI|ICRA|IROS|CoRL|RSS|WACV"
    r"|BMVC|MICCAI|ISMIR|RecSys|CIKM|WSDM|ECAI|AAMAS|ECIR|LREC(?:-COLING)?|CoNLL|TMLR|JMLR|ICSE"
    r"|FSE|ASE|POPL|PLDI|OOPSLA|SODA|STOC|FOCS|ICALP|USENIX Security|NDSS|CCS|VLDB|SIGMOD|ICDE"
    r"|MLSys|OSDI|SOSP|ASPLOS|ISCA|HPCA|DAC|DATE|CAV|LICS)\b(?:\s*(?:'|’)?\s*\d{2,4})?"
)
_UNDER_REVIEW = re.compile(
    r"\b(?:submitted|submission|under (?:peer[- ])?review|in review|in submission|preprint for"
    r"|rejected|prepared for)\b",
    re.IGNORECASE,
)
_VENUE_END = re.compile(
    r"[;\n]|\.(?:\s|$)|,?\s*\(?\b\d+\s*(?:\+\s*\d+\s*)?(?:pages?|figures?|tables?|pp|figs?)\b"
    r"|\s+-+\s+|https?://|,?\s*\b(?:doi|github|see|comments|version|with)\b[\s:]"
    r"|,?\s*\b(?:the\s+)?(?:source\s+)?(?:code|dataset|project)\b\s*"
    r"(?::|is|are|will|available|at|page|website)"
    r"|\s+and\s+(?:designated|presented|selected|will|is|was)\b",
    re.IGNORECASE,
)
_URL = re.compile(r"https?://[^\s<>\"'`|{}\\^]+")
_CODE_HOSTS = re.compile(
    r"https?://(?:www\.)?(?:github\.com|gitlab\.[\w.]+|bitbucket\.org|codeberg\.org"
    r"|huggingface\.co|zenodo\.org|sourceforge\.net|git\.[\w.-]+|gitee\.com|anonymous\.4open\.science"
    r"|sr\.ht|kaggle\.com|codeocean\.com)/",
    re.IGNORECASE,
)
_TAIL = ".,;:!?)]}'\"*_~"
_MAX_VENUE = 120


def facts(comment: str | None, abstract: str = "") -> CommentFacts:
    """The facts in an arXiv comment; links are looked for in the abstract too."""
    said = " ".join(to_unicode(comment or "").split())
    if not said and "http" not in abstract:
        return CommentFacts()
    code, project = _links(said, abstract)
    return CommentFacts(
        pages=_count(_PAGES, said) or _count(_PAGES_AFTER, said),
        figures=_count(_FIGURES, said),
        tables=_count(_TABLES, said),
        venue=_venue(said),
        code_url=code,
        project_url=project,
        withdrawn=is_withdrawn(said),
    )


def is_withdrawn(comment: str | None) -> bool:
    """Whether a comment says that the paper was withdrawn."""
    return bool(comment and _WITHDRAWN.search(" ".join(comment.split())))


def _count(pattern: re.Pattern[str], text: str) -> int | None:
    found = pattern.search(text)
    if found is None:
        return None
    said = found.group(1).lower()
    number = _WORD_NUMBERS.get(said) or int(said)
    return number if 0 < number < 5000 else None


def _venue(text: str) -> str | None:
    taken = _TAKEN.search(text)
    if taken is not None:
        venue = _trimmed(taken["venue"])
        if venue:
            return venue
    series = _SERIES.search(text)
    if series is None or (_UNDER_REVIEW.search(text) and taken is None):
        return None
    return _trimmed(text[series.start() :])


def _trimmed(text: str) -> str | None:
    end = _VENUE_END.search(text)
    venue = (text[: end.start()] if end else text).strip(" ,.:-–[]\"'")
    if venue.count(")") != venue.count("("):
        venue = venue.strip("()") if venue.endswith(")") or venue.startswith("(") else venue
    if len(venue) > _MAX_VENUE:
        venue = venue[:_MAX_VENUE].rsplit(" ", 1)[0]
    capital = re.search(r"[A-Z]", venue)
    if not capital or capital.start() > 40 or len(venue) < 3:
        return None
    return venue


def _links(comment: str, abstract: str) -> tuple[str | None, str | None]:
    code = project = None
    for text in (abstract, comment):
        for found in _URL.finditer(to_unicode(text) if "http" in text else ""):
            url = found.group().rstrip(_TAIL)
            if _CODE_HOSTS.match(url) and url.rstrip("/").count("/") >= 4:
                code = code or url
            elif re.search(r"\.(?:github|gitlab)\.io\b|sites\.google", url):
                project = project or url
    return code, project
