"""Facts that stand in an arXiv comment: pages, figures, venue, code.

Comments are free text. The rules below were made by reading some hundred of them.
"""

import re
from dataclasses import dataclass

from bot.text.latex import to_unicode


@dataclass(frozen=True, slots=True)
class CommentFacts:
    """What a comment (and the abstract's links) say. Counts and texts are None where unsaid.

    `venue` is the place that took the paper, as the author wrote it ("NeurIPS 2026"): a paper that
    is only under review, or that extends another one published there, has none. `pages` is the
    sum of "12 + 5 pages". `code_url` is a program's, `data_url` a data set's or a model's.
    """

    pages: int | None = None
    figures: int | None = None
    tables: int | None = None
    venue: str | None = None
    code_url: str | None = None
    data_url: str | None = None
    project_url: str | None = None
    withdrawn: bool = False


_WORD_NUMBERS = {
    word: number
    for number, word in enumerate(
        ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"], 1
    )
}
_COUNT = r"(\d{1,4}|" + "|".join(_WORD_NUMBERS) + r")"
_BETWEEN = r"\s*(?:\+\s*(?P<more>\d{1,3})\s*|(?:[a-z-]+\s+){0,2})"
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
    r"\b(?:(?:accepted|(?:to|will|shall) (?:appear|be (?:published|presented))|appears"
    r"|appearing|appeared|published|presented|forthcoming|in press|camera[- ]ready(?: version)?)"
    r"(?:\s+(?:for (?:publication|presentation|inclusion|(?:an? )?(?:oral|poster|spotlight)"
    r"(?: presentation)?)|version|paper|publication|manuscript|online|and (?:to be )?presented"
    r"|as(?:\s+[\w-]+){1,5}(?:\s+\([^()]{1,40}\))?))*"
    r"\s*(?:in|at|by|to|for|with|into|on|:)?\s+(?:the\s+)?(?:proceedings of\s+(?:the\s+)?)?"
    r"|in proceedings\s+(?:of\s+)?(?:the\s+)?|proceedings of\s+(?:the\s+)?)(?P<venue>[^\s;].*)",
    re.IGNORECASE | re.DOTALL,
)
_SERIES = re.compile(
    r"\b(?:(?:IEEE|ACM|IEEE/CVF|IEEE/RSJ)\s+)?"
    r"(?:NeurIPS|NIPS|ICML|ICLR|CVPR|ICCV|ECCV|ACL|EMNLP|NAACL|EACL|AACL|COLING|COLM|AAAI|IJCAI"
    r"|KDD|WWW|SIGIR|SIGGRAPH(?: Asia)?|INTERSPEECH|ICASSP|AISTATS|UAI|CHI|ICRA|IROS|CoRL|RSS|WACV"
    r"|BMVC|MICCAI|ISMIR|RecSys|CIKM|WSDM|ECAI|AAMAS|ECIR|LREC(?:-COLING)?|CoNLL|TMLR|JMLR|ICSE"
    r"|FSE|ASE|POPL|PLDI|OOPSLA|SODA|STOC|FOCS|ICALP|USENIX Security|NDSS|CCS|VLDB|SIGMOD|ICDE"
    r"|MLSys|OSDI|SOSP|ASPLOS|ISCA|HPCA|DAC|DATE|CAV|LICS|COLT|ECML[ _-]?PKDD|TPAMI|Interspeech"
    r"|IGARSS|ICME|IJCNN|MIDL|ICIP|ICPR|SIGSPATIAL|GECCO|CRYPTO|EUROCRYPT|TACL|TOG|UIST|CSCW)"
    r"(?:\b(?:\s*(?:'|’)?\s*\d{2,4}\b)?|(?:'|’)?(?:20)?\d{2}\b)"
)
# A sentence that is nothing but a place: "AITC 2026", "The 12th International Conference on …".
_BARE = re.compile(
    r"(?:^|[.;,]\s+)(?:in:?\s+)?(?:the\s+)?(?P<venue>"
    r"[A-Z][A-Za-z]{0,20}[A-Z]{2}[\w/-]{0,20}\s*(?:'|’)?\s*(?:20)?\d{2}\b"
    r"|(?:20\d\d\s+|\d{1,3}(?:st|nd|rd|th)\s+)?(?:[A-Z][\w/&-]+\s+){0,6}"
    r"(?:Conference|Symposium|Workshop|Transactions|Journal|Proceedings)\s+(?:on|of)\s.*"
    r"|(?:20\d\d|\d{1,3}(?:st|nd|rd|th))\s+(?:[A-Z][\w/&-]+\s+){1,6}"
    r"(?:Conference|Symposium|Workshop|Congress)\b.*"
    r"|[A-Z][\w&.]*(?:\s(?:[A-Z&][\w.]*|of|on|the)){0,6}(?=,?\s+in press\b))",
    re.DOTALL,
)
_UNDER_REVIEW = re.compile(
    r"\b(?:sub?mm?itt?ed|submission|under (?:\w+[- ])?(?:review|consideration)|in review"
    r"|in submission|preprint for|rejected|prepared for|intended for|to be submitted"
    r"|revision process|formatting|template|style)\b",
    re.IGNORECASE,
)
# What follows tells of another paper, to the end of the sentence.
_ANOTHER = re.compile(
    r"\b(?:(?:an?\s+)?(?:extended|expanded|journal|revised|long(?:er)?)\s+(?:version|edition)\s+of"
    r"|(?:an?\s+)?(?:extension|continuation)\s+(?:of|to)|extends?\b|extending|builds? (?:up)?on"
    r"|(?:preliminary|short(?:er)?|abridged|earl(?:y|ier)|previous)\s+versions?\b"
    r"|based on|part of (?:this|the)|supersedes|replaces)\b"
    r"(?:(?!\.(?:\s|$)|;).)*",
    re.IGNORECASE,
)
_VENUE_END = re.compile(
    r"[;\n]|\.(?:\s|$)|,?\s*\(?\b\d+\s*(?:\+\s*\d+\s*)?(?:main\s+)?"
    r"(?:pages?|figures?|tables?|pp|figs?)\b"
    r"|\s+-+\s+|\(?https?://|,?\s*\b(?:doi|github|see|comments|version|website|url|arxiv"
    r"|repository|main results)\b[\s:]"
    r"|,?\s*\(?(?<!located )(?<!conjunction )(?<!jointly )(?<!together )(?<!along )\bwith\b\s"
    r"|,?\s*\(?\b(?:the\s+|our\s+)?(?:source\s+|full\s+)?(?:code|dataset|data|project|demo)\b\s*"
    r"(?::|is|are|and|will|available|at|page|website)"
    r"|\s*[,(]\s*(?:not the|this is|which|where|please|but|early accept|first|corresponding)\b"
    r"|\s+(?:which|edited by|held|happening|camera[- ]ready)\b|,?\s+scheduled\b"
    r"|\s+(?:has been|was|were|for possible|early accept\w*|accepted)\b"
    r"|\s+and\s+(?:designated|presented|selected|will|is|was|to|has|published|awarded)\b",
    re.IGNORECASE,
)
_URL = re.compile(r"https?://[^\s<>\"'`|{}\\^]+")
_CODE_HOSTS = re.compile(
    r"https?://(?:www\.)?(?:github\.com|gitlab\.[\w.]+|bitbucket\.org|codeberg\.org"
    r"|huggingface\.co|sourceforge\.net|git\.[\w.-]+|gitee\.com|anonymous\.4open\.science"
    r"|sr\.ht|kaggle\.com/code|codeocean\.com)/",
    re.IGNORECASE,
)
_DATA_HOSTS = re.compile(
    r"https?://(?:www\.)?(?:huggingface\.co/(?!papers/|spaces/)|zenodo\.org/|kaggle\.com/"
    r"|modelscope\.cn/|figshare\.com/|osf\.io/|doi\.org/10\.5281/zenodo)",
    re.IGNORECASE,
)
_PROJECT_HOSTS = re.compile(r"\.(?:github|gitlab)\.io\b|sites\.google\.com", re.IGNORECASE)
# What stands right before an address says what it is, where its host does not.
_CODE_BEFORE = re.compile(
    r"\b(?:code|implementation|repository|software)\b[^.;]{0,40}$", re.IGNORECASE
)
_PROJECT_BEFORE = re.compile(
    r"\b(?:project|web|home)[- ]?(?:page|site)?s?\b[^.;,]{0,25}$", re.IGNORECASE
)
_NOT_A_PAGE = re.compile(
    r"https?://(?:dx\.)?(?:doi\.org|arxiv\.org|www\.arxiv\.org)/", re.IGNORECASE
)
_TAIL = ".,;:!?)]}'\"*_~"
# Where a name that is too long may end.
_NAME_END = re.compile(r"(?<=.{20}),| at | of the |,? co-located|: ", re.IGNORECASE)
_NO_PLACE = re.compile(r"(?:accepted|and|as|for)\b", re.IGNORECASE)
_AROUND = " ,.:-–[]/*_\"'"
_MAX_VENUE = 120


def facts(comment: str | None, abstract: str = "") -> CommentFacts:
    """The facts in an arXiv comment; links are looked for in the abstract too."""
    said = " ".join(to_unicode(comment or "").split())
    if not said and "http" not in abstract:
        return CommentFacts()
    links = _links(said, abstract)
    return CommentFacts(
        pages=_count(_PAGES, said) or _count(_PAGES_AFTER, said),
        figures=_count(_FIGURES, said),
        tables=_count(_TABLES, said),
        venue=_venue(said),
        code_url=links.get("code"),
        data_url=links.get("data"),
        project_url=links.get("project"),
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
    number += int(found.groupdict().get("more") or 0)
    return number if 0 < number < 5000 else None


def _venue(text: str) -> str | None:
    text = _ANOTHER.sub("", text)
    taken = False
    at = 0
    while found := _TAKEN.search(text, at):
        taken = True
        if venue := _trimmed(found["venue"]):
            return venue
        at = found.start("venue")
    if _UNDER_REVIEW.search(text) and not taken:
        return None
    if series := _SERIES.search(text):
        return _trimmed(text[series.start() :])
    bare = _BARE.search(text)
    return _trimmed(bare["venue"]) if bare else None


def _trimmed(text: str) -> str | None:
    end = _VENUE_END.search(text)
    venue = (text[: end.start()] if end else text).strip(_AROUND)
    if len(venue) > _MAX_VENUE:
        short = venue[:_MAX_VENUE]
        venue = short[
            : max((found.start() for found in _NAME_END.finditer(short)), default=short.rfind(" "))
        ]
    if venue.count("(") > venue.count(")"):
        venue = venue[: venue.rindex("(")]
    elif venue.count(")") > venue.count("("):
        venue = venue[: venue.rindex(")")]
    venue = venue.strip(_AROUND)
    capital = re.search(r"[A-Z]", venue)
    if _NO_PLACE.match(venue) or not capital or capital.start() > 40 or len(venue) < 3:
        return None
    return venue


def _links(comment: str, abstract: str) -> dict[str, str]:
    """The first link of each kind: `code`, `data`, `project`."""
    links: dict[str, str] = {}
    for text in (abstract, comment):
        said = to_unicode(text) if "http" in text else ""
        for found in _URL.finditer(said):
            url = found.group().rstrip(_TAIL)
            if kind := _kind(url, said[max(0, found.start() - 60) : found.start()]):
                links.setdefault(kind, url)
    return links


def _kind(url: str, before: str) -> str:
    """What an address is, by its host and by the words before it; empty if that is unknown."""
    if _DATA_HOSTS.match(url):
        return "data" if url.rstrip("/").count("/") >= 4 else ""
    if _CODE_HOSTS.match(url):
        return "code" if url.rstrip("/").count("/") >= 4 else ""
    if "." not in url.split("/")[2] or _NOT_A_PAGE.match(url):
        return ""
    if _PROJECT_HOSTS.search(url):
        return "project"
    if _PROJECT_BEFORE.search(before):
        return "project"
    return "code" if _CODE_BEFORE.search(before) else ""
