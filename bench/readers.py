"""Subscriptions as a thousand servers might have them, made of the day's own words and names."""

import random
from collections import Counter
from datetime import time

from bench.papers import DAY
from bot.models import Include, Rules, SubscriptionDraft
from bot.text.tokens import words
from sandbox.arxiv.papers import PaperFile
from sandbox.arxiv.records import PaperVersion

_COMMON = frozenset(
    [
        "a", "an", "and", "are", "as", "at", "by", "for", "from", "in", "is", "it", "of", "on",
        "or", "the", "to", "towards", "using", "via", "with", "without",
    ]
)  # fmt: skip
AT = time(8, 0)
"""When all of them are due, in UTC: after the day's feeds are there (04:00 UTC)."""


def many_rules(papers: PaperFile, count: int, seed: int = 2) -> list[Rules]:
    """Different rules: 30 % categories only, 50 % keywords and exclusions, 20 % authors."""
    dice = random.Random(seed)
    day = papers.announced(DAY)
    sizes = Counter(category for paper in day for category in sorted(paper.announced_in))
    categories, weights = list(sizes), list(sizes.values())
    made: list[Rules] = []
    for number in range(count):
        chosen = tuple(
            dict.fromkeys(dice.choices(categories, [w**0.5 for w in weights], k=dice.randint(1, 4)))
        )
        include = dice.choice(list(Include))
        part = number % 10
        if part < 3:
            made.append(Rules(chosen, include=include))
        elif part < 8:
            keywords = tuple(dict.fromkeys(_term(dice, day) for _ in range(dice.randint(1, 8))))
            excluded = tuple(_term(dice, day) for _ in range(dice.randint(0, 2)))
            made.append(Rules(chosen, keywords, excluded, include=include))
        else:
            authors = tuple(_author(dice, day) for _ in range(dice.randint(1, 4)))
            made.append(Rules(chosen, authors=authors, include=include))
    return made


def drafts(
    rules: list[Rules], places: list[tuple[int, int]], *, max_papers: int = 5
) -> list[SubscriptionDraft]:
    """One subscription for each of the rules; `places` are (server, channel), used in turn."""
    return [
        SubscriptionDraft(
            guild_id=places[number % len(places)][0],
            channel_id=places[number % len(places)][1],
            creator_id=1,
            rules=one,
            at=AT,
            timezone="UTC",
            max_papers=max_papers,
        )
        for number, one in enumerate(rules)
    ]


def _term(dice: random.Random, day: tuple[PaperVersion, ...]) -> str:
    """A word of a title, or (three times in ten) two that stand together."""
    while True:
        title = words(dice.choice(day).title)
        at = dice.randrange(len(title))
        if title[at] in _COMMON or len(title[at]) < 3:
            continue
        if dice.random() < 0.3 and at + 1 < len(title) and title[at + 1] not in _COMMON:
            return f"{title[at]} {title[at + 1]}"
        return title[at]


def _author(dice: random.Random, day: tuple[PaperVersion, ...]) -> str:
    """A name as written, with an initial, or the surname alone."""
    name = dice.choice(dice.choice(day).authors)
    given, _, surname = name.rpartition(" ")
    return dice.choice([name, f"{given[:1]}. {surname}" if given else name, surname])
