"""The key takeaways: which sentences, and in which form."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.enrich.summarize.clauses import is_clause
from bot.enrich.summarize.compress import Form, forms, masked
from bot.enrich.summarize.cuts import MIN_WORDS
from bot.enrich.summarize.dangling import dangles
from bot.enrich.summarize.features import Features
from bot.enrich.summarize.phrasing import capitalized
from bot.models import Role

TAKEAWAY_CHARACTERS = 160
# Two texts say the same if they share this much of the shorter one's content words, and enough
# of them that it is no accident.
_SAME = 0.7
_MANY = 4
# "Two findings surprised us." tells nothing by itself.
_TELLING = 6
# A figure, not the digit of a name ("GPT-4", "3D").
_FIGURE = re.compile(r"(?<![A-Za-z0-9_.,/-])\d[\d.,]*(?!\.?\d|D\b)")
# How much of its worth a takeaway may lose for being short enough.
_SHORT_IS_WORTH = 0.5
# A result with its figures may be so long where it would lose them.
_WITH_FIGURES = 200
_ENOUGH_FIGURES = 3
# "We develop the argument in three moves."
_ANNOUNCES = re.compile(
    r"\b(?:two|three|four|five|six|seven|several|some|clear|key|main|important|following|"
    r"interesting|surprising)\s(?:\w+\s){0,2}(?:findings?|moves|parts|contributions?|"
    r"differences|results|observations|insights?|steps|directions|questions|lessons|objectives|"
    r"goals|aspects|challenges|limitations|takeaways|conclusions|implications|stages|trends|"
    r"patterns|issues)\.$|\b(?:are|is|follows|following)[^:]{0,60}:\s(?:first|\(?[1i]\))",
    re.IGNORECASE,
)
_BUT = re.compile(r"[A-Z0-9][^:;]{20,400}?,\ (?:but|yet|whereas|while)\ (?!\w+ing\b|also\b|not\b)")
_ALTHOUGH = re.compile(
    r"(?:although|though|while(?!\ \w+ing\b)|whereas)\ [^,:;]{15,300},\ ", re.IGNORECASE
)
# What points from B into A, or lacks its own subject.
_LEANS = re.compile(
    r"^(?:(?:is|are|was|were|has|have|had|can|cannot|do|does|did|will|may|it|they|we|one|only|"
    r"often|still|rarely|remains?|lacks?|fails?|requires?|struggles?|there|most|many|few|some|"
    r"none|others?|neither|at|\w+ly)\b)|"
    r"\b(?:its|their|they|them|it|these|those|this|such(?!\ as)|both|latter|former|here|"
    r"itself|themselves|otherwise|same|others?|instead|then|so|former|another|alone|ones?)\b",
    re.IGNORECASE,
)
# Of a paper's own things "this" may become "the" when it has begun to speak of them.
_OWN = re.compile(
    r"(?:This|These)(?= (?:[a-z-]+ )?(?:method|approach|framework|model|algorithm|system|result|"
    r"finding|technique|architecture|strategy|procedure|scheme|pipeline|formulation|observation|"
    r"experiment|analysis|analyses|construction|theorem|bound|dataset|benchmark|representation|"
    r"insight|mechanism|simulation|estimator|tool|design|theory|metric|protocol)(?:s|es)?\b)"
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence of the abstract as a takeaway, with its standalone text. It `leans` if that
    dangles, or only announces what comes next."""

    index: int
    text: str
    seen: Features
    role: Role
    worth: float
    content: frozenset[str]
    leans: bool


def candidates(
    standing: Sequence[str],
    features: Sequence[Features],
    roles: Sequence[Role],
    central: Sequence[float],
) -> list[Candidate]:
    """Every sentence as a takeaway, not shortened yet.

    `standing` are the standalone texts, `central` tells how much of a summary's words each has.
    """
    turn = next((at for at, seen in enumerate(features) if seen.contribution), len(features))
    found: list[Candidate] = []
    for at, (text, seen, role) in enumerate(zip(standing, features, roles, strict=True)):
        if seen.length <= 2:
            continue
        own = _OWN.match(text) if at > turn else None
        shown = "The" + text[own.end() :] if own else text
        leans = dangles(shown) or _ANNOUNCES.search(shown) is not None
        worth = _worth(seen, role, central[at], shown, leans=leans)
        found.append(Candidate(at, shown, seen, role, worth, seen.content, leans))
    return found


@lru_cache(maxsize=64)
def shortened(text: str) -> str:
    """A standalone sentence in the form that keeps most, figures first, within 160 characters; in
    the shortest one if all are longer."""
    if len(text) <= TAKEAWAY_CHARACTERS:
        return text
    options = forms(text)
    fitting = [form for form in options if len(form.text) <= TAKEAWAY_CHARACTERS]
    if fitting:
        best = max(fitting, key=_keeps)
        longer = [form for form in options if len(form.text) <= _WITH_FIGURES]
        if not _FIGURE.search(best.text) and any(_FIGURE.search(form.text) for form in longer):
            best = min(longer, key=lambda form: (not _figures(form.text), len(form.text)))
        return best.text
    behind = _behind_contrast(text)
    if behind:
        return shortened(behind)
    return max(options, key=lambda form: 45 * _figures(form.text) - len(form.text)).text


def _figures(text: str) -> int:
    """How many figures a text has, up to what is enough."""
    return min(_ENOUGH_FIGURES, len(_FIGURE.findall(text)))


def _keeps(form: Form) -> tuple[float, float]:
    return (_figures(form.text) - 4 * (form.kept < 0.3), form.kept)


def _behind_contrast(text: str) -> str:
    """Of "A, but B" and "Although A, B" the sentence B, which holds as well, or nothing.

    B must have a subject of its own that needs nothing of A, and A no figures that B lacks.
    """
    hidden = masked(text)
    found = _ALTHOUGH.match(hidden) or _BUT.match(hidden)
    if found is None:
        return ""
    rest = capitalized(text[found.end() :])
    if _LEANS.search(rest) or dangles(rest) or _FIGURE.search(text[: found.end()]):
        return ""
    clause = rest.split(", ", maxsplit=1)[0]
    return rest if len(rest.split()) >= MIN_WORDS and is_clause(clause) else ""


def choose(options: Sequence[Candidate], tldr: Candidate) -> list[Candidate]:
    """Three to five of the best, of every role if there are some, none like another."""
    others = [one for one in options if one.index != tldr.index]
    telling = [one for one in others if one.seen.length >= _TELLING]
    others = telling if len(telling) >= 3 else others
    most = wanted(len(others))
    ranked = sorted(others, key=lambda one: (-one.worth, one.index))
    chosen: list[Candidate] = []
    for role in (Role.RESULT, Role.METHOD, Role.PROBLEM, Role.RESOURCE):
        for one in ranked:
            alone = not one.seen.filler and not one.leans
            if one.role is role and alone and not _repeats(one, [tldr, *chosen]):
                chosen.append(one)
                break
    limits = {Role.PROBLEM: 1, Role.RESOURCE: 1}
    # Strict first; then, if too few are left, whatever is not the same again.
    for strict in (True, False):
        for one in ranked:
            if len(chosen) >= most or (not strict and len(chosen) >= 3):
                break
            held = sum(other.role is one.role for other in chosen)
            full = strict and (
                held >= limits.get(one.role, most) or bool(one.seen.filler) or one.leans
            )
            if one not in chosen and not full and not _repeats(one, [tldr, *chosen]):
                chosen.append(one)
    for at, one in enumerate(chosen):
        if len(one.text) > TAKEAWAY_CHARACTERS and len(shortened(one.text)) > TAKEAWAY_CHARACTERS:
            rest = [tldr, *chosen[:at], *chosen[at + 1 :]]
            chosen[at] = _short_instead(one, ranked, rest) or one
    return sorted(chosen, key=lambda one: one.index)


def _short_instead(
    long: Candidate, ranked: Sequence[Candidate], others: Sequence[Candidate]
) -> Candidate | None:
    """A sentence of the same role that is short enough and nearly as good as a long one."""
    figures = _figures(long.text) if long.role is Role.RESULT else 0
    troubled = long.seen.obstacle and long.role is Role.PROBLEM
    for one in ranked:
        if (
            one.role is long.role
            and len(one.text) <= TAKEAWAY_CHARACTERS
            and one.worth > long.worth - _SHORT_IS_WORTH
            and not (one.leans or one.seen.filler or one.seen.question)
            and not (troubled and not one.seen.obstacle)
            and not (long.seen.strong and not one.seen.strong)
            and _figures(one.text) >= figures
            and one.index not in [other.index for other in others]
            and not _repeats(one, others)
        ):
            return one
    return None


def wanted(available: int) -> int:
    """How many takeaways are right where `available` sentences are left besides the TL;DR."""
    return 3 if available <= 5 else 4 if available <= 8 else 5


_ROLE_WORTH = {Role.RESULT: 0.8, Role.METHOD: 0.6, Role.PROBLEM: 0.2, Role.RESOURCE: 0.3}


def _worth(seen: Features, role: Role, central: float, text: str, *, leans: bool) -> float:
    """How much a sentence adds as a takeaway of its role. The weights were set by hand."""
    return (
        _ROLE_WORTH[role]
        + 2.0 * central
        + 0.3 * seen.title
        + 0.3 * seen.new
        + 0.3 * seen.strong
        + 0.2 * seen.contribution
        + 0.3 * seen.gain * (role is Role.RESULT)
        + 0.5 * seen.numbers * (role is Role.RESULT)
        + 0.4 * seen.obstacle * (role is Role.PROBLEM)
        - 0.2 * seen.background * (role is not Role.PROBLEM)
        - 0.7 * leans
        - 1.2 * seen.filler
        - 0.6 * seen.question
        - 0.5 * (seen.length < 8)
        - 1.0 * (seen.length < 6)
        - 0.3 * (len(text) > TAKEAWAY_CHARACTERS)
        - 0.35 * min(1.5, max(0, len(text) - 180) / 100)
    )


def _repeats(one: Candidate, others: Sequence[Candidate]) -> bool:
    mine = one.content
    for other in others:
        theirs = other.content
        shared = len(mine & theirs)
        if one.text == other.text or mine == theirs:
            return True
        if shared >= _MANY and shared > _SAME * min(len(mine), len(theirs)):
            return True
    return False
