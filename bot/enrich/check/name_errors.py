"""Names with an error in their letters: which one of the source a word was made of. Pure."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from bot.enrich.check.name_tokens import Known, Token
from bot.enrich.check.spans import words_of

_ENDINGS = words_of(
    "s es e ed d ing al ly er ers or ors ion ions ic ical ity ies y ian an ist ists ive able"
) | {""}


@dataclass(frozen=True, slots=True)
class Counts:
    """How often each name stands on either side."""

    said: Counter[str]
    told: Counter[str]

    @staticmethod
    def of(source: Iterable[Token], told: Iterable[Token]) -> "Counts":
        return Counts(Counter(one.folded for one in source), Counter(one.folded for one in told))

    def fewer(self, folded: str) -> bool:
        """Whether a name stands in the target less often than in the source."""
        return self.told[folded] < self.said[folded]


def nearest(
    word: Token, source: Iterable[Token], there: Known, *, latin: bool, counts: Counts
) -> Token | None:
    """The name of the source that this word was probably made of, by an error in its letters."""
    best: Token | None = None
    for one in source:
        if one.text in there.exact and not one.strict and (latin or not counts.fewer(one.folded)):
            continue
        capital = one.text[:1].isupper() and len(one.folded) > 3
        long = len(one.folded) > 4 and len(word.folded) > 4
        if not one.strict and (latin or not (capital or long)):
            continue
        if not _near(one.folded, word.folded) and not _short(one, word, counts):
            continue
        if _inflected(one, word):
            continue
        if best is None or (one.text not in there.exact and best.text in there.exact):
            best = one
    return best


def _inflected(one: Token, word: Token) -> bool:
    """Whether two words are forms of one: `fine-tuned` and `Fine-Tune`."""
    if one.strict:
        return False
    first, second = one.folded, word.folded
    pairs = zip(first, second, strict=False)
    shorter = min(len(first), len(second))
    common = next((at for at, (a, b) in enumerate(pairs) if a != b), shorter)
    ends = {first[common:], second[common:]}
    return common > 3 and common >= shorter - 1 and ends <= _ENDINGS


def _short(one: Token, word: Token, counts: Counts) -> bool:
    """Whether two capitals were exchanged, or one of them: FL and LF, of which a place is gone."""
    if not (one.text.isupper() and word.text.isupper() and len(one.text) == 2 == len(word.text)):
        return False
    return counts.fewer(one.folded) and len(set(one.text) & set(word.text)) > 0


def _near(one: str, other: str) -> bool:
    if one == other:
        return False
    if one.rstrip("0123456789") == other.rstrip("0123456789") and one[-1:].isdigit():
        return True  # another version
    if abs(len(one) - len(other)) > 2:
        return False
    longest = max(len(one), len(other))
    most = 1 if longest < 8 else 2
    if longest < 3:
        return False
    return distance(one, other, most) <= most


def distance(one: str, other: str, most: int) -> int:
    """Edits (with swaps of neighbors) from one word to another; more than `most` is `most` + 1."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for at, letter in enumerate(one[:60], 1):
        earlier, before, row = before, row, [at]
        for place, sign in enumerate(other[:60], 1):
            cost = min(before[place] + 1, row[-1] + 1, before[place - 1] + (letter != sign))
            if at > 1 and place > 1 and letter == other[place - 2] and one[at - 2] == sign:
                cost = min(cost, earlier[place - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return row[-1]


def lost_letters(word: Token, source: Iterable[Token], there: Known) -> bool:
    """Whether a capitalized word is one of the source's with letters missing."""
    if not word.text[:1].isupper() or len(word.folded) < 5:
        return False
    return any(
        one.strict and one.text not in there.exact and _near(one.folded, word.folded)
        for one in source
    )
