"""What each sentence of an abstract tells: problem, method, result or resource."""

from collections.abc import Sequence

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


def assign(features: Sequence[Features]) -> list[Role]:
    """The role of every sentence, from its cues and its place after the first contribution."""
    turn = next((at for at, seen in enumerate(features) if seen.contribution), None)
    return [_role(seen, at, turn, len(features)) for at, seen in enumerate(features)]


def _role(seen: Features, at: int, turn: int | None, count: int) -> Role:
    if seen.label in _BY_LABEL:
        return _BY_LABEL[seen.label]
    if seen.resource and not (seen.strong and at == turn):
        return Role.RESOURCE
    before = at < turn if turn is not None else at < (count + 1) // 3
    many_figures = seen.numbers == 1 and seen.place > 0.3
    if before and not seen.own and not (many_figures and not seen.obstacle):
        return Role.PROBLEM
    if seen.strong:
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
