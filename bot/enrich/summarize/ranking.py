"""How much a sentence is worth as the one-sentence summary, and as a takeaway.

The weights were set by hand, guided by a regression on human one-sentence summaries
(`bench/summaries.py` measures them). A trained ranker can take this module's place: it gives a
number for a sentence's `Features`, higher is better.
"""

from bot.enrich.summarize.features import Features
from bot.models import Role


def score(seen: Features) -> float:
    """How well a sentence can stand for the whole paper."""
    return (
        1.8 * seen.title
        + 1.2 * seen.central
        + 0.5 * seen.first_we
        + 0.35 * seen.strong
        + 0.25 * seen.contribution
        + 0.3 * min(seen.length, 30) / 30
        + 0.15 * (seen.place == 0)
        + 0.1 * seen.place
        - 0.1 * seen.obstacle
        - 0.35 * seen.background
        - 0.4 * seen.leaning
        - 0.4 * seen.filler
        - 0.8 * seen.resource * (1 - seen.strong)
        - 0.1 * seen.numbers
        - 0.3 * seen.question
        - 0.5 * (seen.length < 10)
        - 0.35 * max(0, seen.length - 35) / 20
    )


_ROLE_WORTH = {Role.RESULT: 0.8, Role.METHOD: 0.6, Role.PROBLEM: 0.2, Role.RESOURCE: 0.3}


def worth(seen: Features, role: Role) -> float:
    """How much a sentence adds as a takeaway of its role."""
    return (
        _ROLE_WORTH[role]
        + 0.6 * seen.title
        + 0.6 * seen.central
        + 0.3 * seen.new
        + 0.3 * seen.strong
        + 0.2 * seen.contribution
        + 0.3 * seen.gain * (role is Role.RESULT)
        + 0.4 * seen.numbers * (role is Role.RESULT)
        + 0.4 * seen.obstacle * (role is Role.PROBLEM)
        - 0.3 * seen.leaning * (1 - seen.contribution)
        - 1.2 * seen.filler
        - 0.6 * seen.question
        - 0.5 * (seen.length < 8)
        - 1.0 * (seen.length < 6)
        - 0.3 * max(0, seen.length - 45) / 20
    )
