"""What outside services use up."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Purpose(StrEnum):
    """What a service is asked for: a DIGEST that channels wait for, or a READER who asked."""

    DIGEST = "digest"
    READER = "reader"


@dataclass(frozen=True, slots=True)
class Usage:
    """What one answer of a service used. `characters` are those sent to be translated or
    summarized (Unicode code points), `cost` is in millionths of a US dollar, 0 where the operator
    told no price."""

    characters: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    cost: int = 0


@dataclass(frozen=True, slots=True)
class Spent:
    """What a service used on one day (UTC) for one purpose, in `requests` answers."""

    day: date
    provider: str
    purpose: Purpose
    requests: int
    usage: Usage
