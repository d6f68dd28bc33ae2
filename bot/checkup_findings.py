"""One line of `paperboy check`."""

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """How a check ended. Only FAILED makes the command fail."""

    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the checkup: what was looked at, how it is, what to do about it."""

    subject: str
    verdict: Verdict
    detail: str
