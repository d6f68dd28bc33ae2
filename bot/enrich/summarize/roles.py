"""What each sentence of an abstract tells: problem, method, result or resource."""

import re
from collections.abc import Sequence

from bot.enrich.summarize.cues import Cue
from bot.enrich.summarize.features import Features
from bot.models import Role

_BY_LABEL = {
    **dict.fromkeys(
        ("background", "motivation", "context", "introduction", "problem"), Role.PROBLEM
    ),
    **dict.fromkeys(("method", "methods", "methodology", "approach"), Role.METHOD),
    **dict.fromkeys(("materials and methods", "objective", "objectives", "aim"), Role.METHOD),
    **dict.fromkeys(("result", "results", "findings", "conclusion", "conclusions"), Role.RESULT),
}

# What was done rather than what came out.
_DOING = re.compile(
    r"^\W*(?:we|i)\s+(?:\w+ly\s+|also\s+|then\s+|further\s+|first\s+)?(?:evaluate|test|validate|"
    r"benchmark|"
    r"compare|conduct|perform|use|define|design|develop|apply|employ|train|collect|formulate|"
    r"consider|study|examine|build|construct|implement|adopt|combine|extend|curate|select|"
    r"incorporate|integrate|annotate|run|resolve|treat|propose|introduce|focus|leverage|investigate|explore|review|discuss|describe)(?:d|s|ed)?\b"
    r"|\b(?:contains?|comprises?|comprising|consists? of|includes|is composed of|is based on|"
    r"(?:is|are|was|were) (?:constructed|designed|built|trained|collected|conducted|performed|"
    r"evaluated|assessed|recruited|recorded|applied|employed|introduced|developed|implemented|"
    r"formulated|modell?ed|used|discussed|described|considered|examined|taken into account))\b",
)
# A figure that is no part of a name ("3d", "text-to-3d", "u-net2").
_FIGURES = re.compile(r"(?<![\w.-])\d[\d,.]*(?!\w|-?d\b)")
# "Our framework uses", "the encoder is then": how the thing works.
_WORKINGS = re.compile(
    r"\b(?:uses?|utili[sz]es?|employs?|combines?|integrates?|leverages?|introduces?|comprises?|"
    r"consists?|computes?|learns?|encodes?|takes|adopts?|incorporates?|applies|converts?|"
    r"decomposes?|models?|is (?:then|first)|are (?:then|first)|operates?|maps|replaces?|adds|"
    r"injects?|extracts?|"
    r"aggregates?|(?:is|are|was|were) (?:\w+ly )?\w+ed|"
    r"we (?:ask|use|train|apply|define|let|assume))\s"
)
# What came out: words that only results have.
_OUTCOME = re.compile(
    r"\b(?:show(?:s|ed|n|ing)?|find(?:s|ing|ings)?|found|demonstrat\w+|reveal\w*|achiev\w+|"
    r"outperform\w*|improv(?:es|ed|ing)|surpass\w*|reduc(?:es|ed)|increas(?:es|ed)|yield\w*|"
    r"attain\w*|reach(?:es|ed)|exceed\w*|obtain\w*|confirm\w*|indicat\w+|suggest\w*|"
    r"results? in|compared (?:to|with)|prove[sd]?|lower than|higher than|better than)\b",
)


def assign(features: Sequence[Features]) -> list[Role]:
    """The role of every sentence, from its cues and its place after the first contribution."""
    turn = next((at for at, seen in enumerate(features) if _speaks_of_itself(seen)), None)
    roles: list[Role] = []
    came_out = False
    for at, seen in enumerate(features):
        role = _role(seen, at, turn, len(features))
        # What follows a result goes on with it, unless it tells what was done.
        if came_out and role is Role.METHOD and not seen.label and not _goes_back(seen):
            role = Role.RESULT
        roles.append(role)
        came_out = came_out or (role is Role.RESULT and bool(seen.finding or seen.numbers))
    return roles


def _goes_back(seen: Features) -> bool:
    return bool(seen.strong or seen.contribution or _is_doing(seen) or _WORKINGS.search(seen.low))


def _is_doing(seen: Features) -> bool:
    """Whether a sentence tells what was done and not what came out."""
    return (
        seen.cues & Cue.DOING != 0
        and _DOING.search(seen.low) is not None
        and not (seen.cues & Cue.OUTCOME and _OUTCOME.search(seen.low))
    )


def _speaks_of_itself(seen: Features) -> bool:
    return bool(seen.contribution or (seen.own and not seen.obstacle and not seen.background))


def _role(seen: Features, at: int, turn: int | None, count: int) -> Role:
    if seen.label in _BY_LABEL:
        return _BY_LABEL[seen.label]
    before = at < turn if turn is not None else at < (count + 1) // 3
    if seen.resource and not (seen.strong and at == turn) and (seen.own or not before):
        return Role.RESOURCE
    many_figures = seen.numbers == 1 and seen.place > 0.3 and _FIGURES.search(seen.low) is not None
    if before and not seen.own and not (many_figures and not seen.obstacle):
        return Role.PROBLEM
    if seen.strong or _is_doing(seen):
        return Role.METHOD
    if seen.finding or (seen.gain and (seen.numbers or seen.place > 0.6)):
        return Role.RESULT
    if seen.contribution:
        return Role.METHOD
    if many_figures:
        return Role.RESULT
    if seen.obstacle and seen.background and at < count / 2 and not seen.gain:
        return Role.PROBLEM
    late = seen.numbers > 0 and seen.place > 0.6
    return Role.RESULT if late or at == count - 1 > 2 else Role.METHOD
