"""Where sentences begin and end in an abstract, LaTeX and all."""

import re
from dataclasses import dataclass

from bot.text.latex_reader import is_math


@dataclass(frozen=True, slots=True)
class Span:
    """A sentence: `text[start:end]`, without spaces around it."""

    start: int
    end: int


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# After these a name, a number or the rest of the sentence follows.
_NEVER_LAST = _words(
    "e.g eg i.e ie cf vs viz fig figs eq eqs eqn eqns sec secs sect ref refs tab tabs ch chap def "
    "thm prop lem cor app alg vol pp dr prof mr mrs ms st mt gen rep sen gov hon rev ca resp incl "
    "esp no nos nr art ser suppl ver approx aka a.k.a w.r.t wrt s.t ed eds c.f i.e. e.g. sr"
)
# These end a sentence only if what follows is how sentences begin.
_SELDOM_LAST = _words(
    "i.i.d iid u.s u.k e.u u.n ph.d m.sc b.sc a.m p.m d.c inc ltd co corp jr dept univ assoc "
    "b.c a.d u.s.a l.a n.y r.h.s l.h.s w.l.o.g w.h.p a.s a.e d.o.f s.d"
)
# These end a sentence if a capital letter follows.
_MAY_BE_LAST = _words("al etc")
_NUMBERED = _words("no nos nr vol pp ch fig figs eq eqs sec art ver ref refs tab")

_STARTERS = _words(
    "a additionally after all alternatively although among an and another as at based because "
    "besides both but by code compared consequently conversely crucially current data despite due "
    "during each empirically even existing experimental experiments extensive finally first for "
    "from further furthermore given hence here how however if importantly in indeed instead it its "
    "last lastly many moreover most motivated my nevertheless next no nonetheless not notably note "
    "on one only our overall previous prior recent recently results second secondly several "
    "similarly since so some specifically such surprisingly that the their then there therefore "
    "these they third this those though through thus to together traditional two ultimately under "
    "unfortunately unlike until using via we what when where whereas whether which while with "
    "within yet you i"
)
_LOWER_STARTERS = _words("we this the our these however in it to for additionally finally thus")

_END = re.compile(
    r"""(?P<marks>[.!?…]+)(?P<closers>["'”’»)\]}$*]*)(?P<space>\s+|(?=[A-Z][a-z]*[ ,])|\Z)"""
    r"""|[。！？｡]+[」』）】〉》”’"')]*"""
)
_MATH = re.compile(r"\$\$.{1,300}?\$\$|\\\(.{1,300}?\\\)|\\\[.{1,400}?\\\]", re.DOTALL)
_DOLLARS = re.compile(r"(?<!\\)\$([^$]{1,300})(?<!\\)\$(?=(.?))", re.DOTALL)
_OPAQUE = re.compile(
    r"(?:https?://|www\.)[^\s{}]+|\\(?:cite\w*|ref|url|href|label|eqref)\*?(?:\[[^\]]*\])*\{[^{}]*\}"
)
_TRAILING = re.compile(r"[.,;:!?)\]}\"'”]+$")
_TOKEN = re.compile(r"[^\s()\[\]{}\"“”‘—–/]*$")
_NEXT = re.compile(r"[\s\"'“‘(\[{$*]*")
_WORD = re.compile(r"[^\W\d_]+")
_BRANDED = re.compile(r"[a-z]{1,3}[A-Z0-9]|[a-z]-[A-Za-z]|[a-z]+[A-Z]")
_LIST_MARK = re.compile(r"[(\[]?(?:\d{1,2}|[ivx]{1,4}|[a-z])[.)\]]+$")
_INITIAL = re.compile(r"(?:[A-Z]\.-?)*[A-Z]$")
_MAX_ASIDE = 300
_LONGEST_TOKEN = 40


def split(text: str) -> list[Span]:
    """The sentences of `text` in order. Line breaks count as spaces; periods inside math, URLs,
    asides in parentheses and abbreviations end nothing. Every character that is not a space
    belongs to exactly one span."""
    masked = _mask(text)
    asides = _asides(masked)
    spans: list[Span] = []
    start = _skip(text, 0)
    for found in _END.finditer(masked):
        end = found.start("space") if found["marks"] else found.end()
        if end <= start or end >= len(text):
            continue
        if any(opened < found.start() and end <= closed for opened, closed in asides):
            continue
        if found["marks"] and not _ends(masked, start, found):
            continue
        spans.append(Span(start, end))
        start = _skip(text, end)
    if start < len(text):
        spans.append(Span(start, len(text.rstrip())))
    return spans


def sentence_texts(text: str) -> list[str]:
    """The sentences as texts, line breaks as spaces."""
    return [" ".join(text[span.start : span.end].split()) for span in split(text)]


def _skip(text: str, at: int) -> int:
    while at < len(text) and text[at].isspace():
        at += 1
    return at


def _mask(text: str) -> str:
    """`text` at the same length, with letters for the insides of math and addresses."""

    def hide(found: re.Match[str]) -> str:
        whole = found.group()
        tail = _TRAILING.search(whole)
        kept = tail.group() if tail and not whole.startswith("\\") else ""
        return "X" + "x" * (len(whole) - len(kept) - 1) + kept

    def hide_math(found: re.Match[str]) -> str:
        whole = found.group()
        if whole.startswith("$") and not whole.startswith("$$"):
            inside = found.group(1)
            if not is_math(inside, found.group(2)):
                return whole
        # A sentence may end inside its formula: "$x = y.$ Then".
        edge = 2 if not whole.startswith("$") or whole.startswith("$$") else 1
        core = whole[:-edge].rstrip()
        period = "." if core.endswith(".") else ""
        closing = "$" * (len(whole) - len(core)) if period else ""
        return "X" + "x" * (len(whole) - 1 - len(period) - len(closing)) + period + closing

    if "$" in text or "\\" in text:
        text = _MATH.sub(hide_math, text)
        text = _DOLLARS.sub(hide_math, text)
    if "://" in text or "www." in text or "\\" in text:
        text = _OPAQUE.sub(hide, text)
    return text


def _asides(text: str) -> list[tuple[int, int]]:
    """Parentheses that hold no sentence of their own: opened within a sentence, closed soon."""
    found: list[tuple[int, int]] = []
    opened: list[int] = []
    for sign in re.finditer(r"[()]", text):
        if sign.group() == "(":
            opened.append(sign.start())
        elif opened:
            start = opened.pop()
            if not opened and start > 0 and 3 < sign.start() - start < _MAX_ASIDE:
                found.append((start, sign.start()))
    return found


def _ends(text: str, start: int, found: re.Match[str]) -> bool:
    """Whether the marks in `found` end the sentence that began at `start`."""
    marks, after = found["marks"], found.end()
    following = _NEXT.match(text, after)
    at = following.end() if following else after
    if at >= len(text):
        return after > at
    word = _WORD.match(text, at)
    next_word = word.group() if word else ""
    starter = next_word.lower() in _STARTERS
    if not found["space"]:  # a missing space: only before a word that begins sentences
        before = text[found.start() - 1 : found.start()]
        return starter and (before.islower() or before in ")%") and len(marks) == 1
    initial = text[at]
    branded = bool(_BRANDED.match(text, at))
    if marks != ".":
        if marks[0] in ".…" or found["closers"]:
            return initial.isupper() or (starter and initial.isupper()) or initial.isdigit()
        return not initial.islower() or branded
    if initial.islower() and not branded:
        return next_word in _LOWER_STARTERS and _plain_word(text, found.start())
    token = _last_token(text, start, found.start())
    if found["closers"] and found["closers"] != "$":
        return True
    if found.start() - start < 8 and _LIST_MARK.fullmatch(text[start : found.start() + 1].strip()):
        return False
    return _token_ends(token, initial, starter=starter)


def _last_token(text: str, start: int, at: int) -> str:
    found = _TOKEN.search(text[max(start, at - _LONGEST_TOKEN) : at])
    return found.group() if found else ""


def _plain_word(text: str, at: int) -> bool:
    word = _last_token(text, 0, at)
    return len(word) > 3 and word.isalpha() and word.lower() not in _NEVER_LAST


def _token_ends(token: str, initial: str, *, starter: bool) -> bool:
    """Whether a period after `token` ends a sentence, if `initial` is the next letter."""
    low = token.lower().lstrip("'’-~")
    if "~" in low:
        low = low.rsplit("~", 1)[1]
    if low in _NUMBERED:
        return low == "no" and not initial.isdigit()
    if low in _NEVER_LAST:
        return False
    if low in _MAY_BE_LAST:
        return initial.isupper() or (low == "etc" and not initial.isdigit())
    if low in _SELDOM_LAST or _INITIAL.fullmatch(token):
        return starter and initial.isupper()
    return True
