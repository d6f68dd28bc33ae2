"""A small invented archive for `lab related` and `lab search`."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

ARCHIVE: list[dict[str, object]] = [
    {
        "id": "2605.00001",
        "title": "CatWatch: Counting the Naps of Cats with Cameras",
        "abstract": (
            "Cats sleep for most of the day. We count naps of cats with a ceiling camera and a "
            "pose detector. Code: https://github.com/example/catwatch"
        ),
        "authors": ["Ann Müller", "Bo Li"],
        "categories": ["cs.CV"],
        "published": "2026-05-02T10:00:00Z",
    },
    {
        "id": "2605.00002",
        "title": "Nap Detection for Cats and Dogs from Collar Sensors",
        "abstract": (
            "Naps of cats are found by accelerometers in a collar. We compare with a ceiling "
            "camera and its pose detector. Code: https://github.com/example/catwatch"
        ),
        "authors": ["Ann Müller"],
        "categories": ["cs.LG", "eess.SP"],
        "published": "2026-05-09T10:00:00Z",
    },
    {
        "id": "2605.00003",
        "title": "Dogs Do Not Nap",
        "abstract": "Dogs in kennels were filmed at night; naps of dogs are short.",
        "authors": ["Carla Díaz"],
        "categories": ["q-bio.NC"],
        "published": "2026-05-10T10:00:00Z",
    },
    {
        "id": "hep-th/9901001",
        "title": "Black Holes in Five Dimensions",
        "abstract": "We find rotating black holes in five-dimensional supergravity.",
        "authors": ["D. Example"],
        "categories": ["hep-th"],
    },
]


def write(path: Path, records: Iterable[Mapping[str, object]] = ARCHIVE) -> str:
    """Write records as JSON lines; returns the path as text."""
    path.write_text("".join(json.dumps(one) + "\n" for one in records), "utf-8")
    return str(path)
