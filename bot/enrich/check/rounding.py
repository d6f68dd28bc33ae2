"""Numbers that a summary rounds, and says so: `over 90 %` of 92.3 %, `about 3x` of 2.9x. Pure."""

import re
from collections.abc import Sequence
from decimal import Decimal

from bot.enrich.check.number_ledger import Entry
from bot.text.numbers import Sure

_REACH = 18
_OVER = re.compile(
    r"(?:\bover|more than|above|at least|exceed\w*|upwards of|超过|超過|超え|逾|高于|至少"
    r"|以上|余り?|多"
    r"|를? ?넘|초과|이상|über|mehr als|mindestens|plus de?|au moins|más del?|al menos|mais de|oltre"
    r"|più de\w*|almeno|более|свыше|ponad|powyżej)",
    re.IGNORECASE,
)
_UNDER = re.compile(
    r"(?:almost|nearly|close to|up to|just under|接近|将近|將近|近|ほぼ|近く|弱|거의|가까"
    r"|\bfast\b|beinahe|knapp|presque|près de|casi|quase|quasi|почти|prawie|niemal)",
    re.IGNORECASE,
)
_ABOUT = re.compile(
    r"(?:about|around|roughly|approximately|\bsome\b|circa|~|≈|\\sim|\\approx|约|約|大约|大約|左右|およそ|程度|ほど"
    r"|약|정도|대략|etwa|rund|ungefähr|environ|aproximadamente|unos|cerca de|circa|около"
    r"|примерно|około)",
    re.IGNORECASE,
)
# However round a number is, it must be near to what it stands for.
_FARTHEST = Decimal("0.15")
_MOST = 60


def rounded_from(one: Entry, text: str, said: Sequence[Entry]) -> Entry | None:
    """The number of the abstract that an entry of the summary's `text` rounds rightly, with a
    word that says so; None if there is none."""
    if one.sure is not Sure.DIGITS or not one.number.values:
        return None
    start, end = one.number.start, one.number.end
    near = text[max(0, start - _REACH) : start] + " " + text[end : end + 4]
    over, under, about = (bool(hedge.search(near)) for hedge in (_OVER, _UNDER, _ABOUT))
    if not (over or under or about):
        return None
    for other in said[:_MOST]:
        if other.sure is not Sure.DIGITS or not _comparable(one, other):
            continue
        for value in one.number.values:
            grain = _grain(value)
            for exact in other.number.values:
                off = exact - value
                if abs(off) > _FARTHEST * abs(exact) or not exact:
                    continue
                fits = (over and 0 <= off < grain) or (under and 0 <= -off <= grain / 2)
                if fits or (about and abs(off) <= grain / 2):
                    return other
    return None


def _comparable(one: Entry, other: Entry) -> bool:
    first, second = one.number.unit, other.number.unit
    return first is None or second is None or first == second


def _grain(value: Decimal) -> Decimal:
    """What the last figure of a round number counts: 10 of 90, 0.1 of 2.9."""
    figures = value.normalize().as_tuple()
    exponent = figures.exponent if isinstance(figures.exponent, int) else 0
    return Decimal(1).scaleb(exponent)
