"""arXiv identifiers as they stand in requests and files.

Source: arXiv's help page "Understanding the arXiv identifier".
"""

import re
from dataclasses import dataclass

_NEW = re.compile(r"(?P<id>\d{4}\.\d{4,5})(?:v(?P<version>[1-9]\d*))?")
_OLD = re.compile(
    r"(?P<archive>[a-z]+(?:-[a-z]+)?)(?:\.[A-Z]{2})?/(?P<number>\d{7})(?:v(?P<version>[1-9]\d*))?"
)


@dataclass(frozen=True, slots=True)
class Identifier:
    """A base identifier, and the version if one was named."""

    id: str
    version: int | None = None


def parse_identifier(text: str) -> Identifier | None:
    """Read `2606.90001`, `2606.90001v2`, `hep-th/9901001` or `math.CA/0611800v2`; else None.

    A subject class in an old identifier is dropped, as arXiv does: `math/0611800`.
    """
    if match := _NEW.fullmatch(text):
        base = match["id"]
    elif match := _OLD.fullmatch(text):
        base = f"{match['archive']}/{match['number']}"
    else:
        return None
    return Identifier(base, int(match["version"]) if match["version"] else None)
