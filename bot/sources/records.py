"""What the three interfaces of arXiv have in common: identifiers, withdrawals, limits."""

import re

# Larger than anything arXiv takes (abstracts: 1,920 characters by its rules, some old ones more).
MAX_FIELD_CHARS = 100_000

_ID = re.compile(
    r"(?P<id>\d{4}\.\d{4,5}|(?P<archive>[a-z]+(?:-[a-z]+)*)(?:\.[A-Za-z-]{2,20})?/(?P<number>\d{7}))"
    r"(?:v(?P<version>[1-9]\d{0,3}))?",
    re.ASCII,
)
_PREFIX = re.compile(
    r"(?:https?://(?:[a-z]+\.)?arxiv\.org/(?:abs|pdf|html)/|(?:oai:)?arxiv(?:\.org)?:)",
    re.IGNORECASE,
)

_PAPER = (
    r"(?:paper|article|submission|manuscript|work|preprint|e-?print|note|letter|version|report)"
)
_GONE = (
    r"(?:has been|have been|is|was|is being)(?: \w+ly)? (?:withdrawn|retracted)"
    # Withdrawn from a conference or a journal is not withdrawn from arXiv.
    r"(?! from (?!(?:the )?arxiv\b))"
)
_WITHDRAWN_COMMENT = re.compile(
    r"^\W*(?:(?:paper|article|submission) )?(?:withdrawn|retracted)\b"
    r"(?! from (?!(?:the )?arxiv\b))"
    rf"|\b(?:this|the|our) (?:\w+ )?{_PAPER} {_GONE}"
    rf"|\bwithdrawn by (?:the )?(?:authors?|arxiv|submitter)"
    rf"|\b(?:authors? (?:has|have) (?:decided to )?withdraw|we (?:have )?withdr[ae]w)n? this ",
    re.IGNORECASE,
)
_WITHDRAWN_ABSTRACT = re.compile(
    rf"^\W*(?:this|the|our) (?:\w+ )?{_PAPER} {_GONE}"
    r"|\barxiv admin note: .{0,80}\bwithdrawn by (?:the )?(?:authors?|arxiv)",
    re.IGNORECASE,
)


def squeeze(text: str | None) -> str:
    """The text with every run of white space as one space; nothing else is changed."""
    return " ".join(text.split()) if text else ""


def bounded(text: str | None, field: str, limit: int = MAX_FIELD_CHARS) -> str:
    """The squeezed text of a field. Raises ValueError if it is longer than `limit` characters."""
    if text is not None and len(text) > limit:
        raise ValueError(f"{field} has {len(text)} characters")
    return squeeze(text)


def split_id(text: str) -> tuple[str, int | None] | None:
    """Base identifier and version of any form in which arXiv's interfaces write one, or None.

    `oai:arXiv.org:2606.26400v1`, `http://arxiv.org/abs/math/0611800v2`, `math.CA/0611800`, which
    is `math/0611800`. Month and number are not judged: arXiv does that.
    """
    bare = _PREFIX.sub("", text.strip(), count=1)
    found = _ID.fullmatch(bare)
    if found is None:
        return None
    base = f"{found['archive']}/{found['number']}" if found["archive"] else found["id"]
    return base, int(found["version"]) if found["version"] else None


def says_withdrawn(*, comment: str | None = None, abstract: str | None = None) -> bool:
    """Whether a paper's comment or abstract tells that it was withdrawn from arXiv.

    An abstract must begin with it: others write about withdrawn drugs or papers.
    """
    if comment and _WITHDRAWN_COMMENT.search(squeeze(comment)):
        return True
    return bool(abstract and _WITHDRAWN_ABSTRACT.search(squeeze(abstract)))
