"""RIS, read by a parser of it."""

from pathlib import Path
from typing import Any

import rispy as ris_parser  # pyright: ignore[reportMissingTypeStubs]
from export_entries import citations, entry, real_entries, text_of

from bot.export.citations import Entry
from bot.export.formats import Format


def loaded(entries: list[Entry]) -> list[dict[str, Any]]:
    """The references that the parser finds; every one must be there, with its key and authors."""
    parser: Any = ris_parser  # it comes with half of its types
    found: list[dict[str, Any]] = parser.loads(text_of(entries, Format.RIS))
    made = citations(entries)
    assert [one["id"] for one in found] == [one.key for one in made]
    for one, read in zip(made, found, strict=True):
        assert len(read.get("authors", [])) == len(one.authors)
        assert read["title"]
    return found


def test_a_preprint_and_a_publication() -> None:
    preprint, published = loaded(
        [
            entry(1, note="Read again"),
            entry(2, journal_ref="Phys. Rev. D 95, 1-9 (2017)", doi="10.1103/PhysRevD.95.1"),
        ]
    )
    assert preprint["type_of_reference"] == "UNPB"
    assert preprint["authors"] == ["García, José", "Lovelace, Ada"]
    assert preprint["urls"] == ["https://arxiv.org/abs/2606.00001"]
    assert preprint["notes"] == ["Read again"]
    assert published["type_of_reference"] == "JOUR"
    assert (published["doi"], published["year"]) == ("10.1103/PhysRevD.95.1", "2017")
    assert (published["volume"], published["start_page"], published["end_page"]) == ("95", "1", "9")


def test_what_looks_like_ris_stays_text() -> None:
    title = "One\nER  - \r\nTY  - JOUR\nTI  - Two"
    (read,) = loaded([entry(1, title=title, note="a\nER  - ", authors=("A B\nAU  - C D",))])
    assert read["title"] == "One ER - TY - JOUR TI - Two"


def test_all_real_papers_load(shared_data: Path) -> None:
    assert len(loaded(real_entries(shared_data))) == 2999
