"""What all formats share: keys that stay, names, dates, the publication."""

import re

import pytest
from export_entries import cited
from hypothesis import given
from hypothesis import strategies as st

from bot.export.journals import Journal, parse_journal


@pytest.mark.parametrize(
    ("author", "paper_id", "key"),
    [
        ("José García", "2606.00001", "garcia-2606.00001"),
        ("Ludwig van Beethoven", "0704.0001", "beethoven-0704.0001"),
        ("ATLAS Collaboration", "1501.00001", "atlas-1501.00001"),
        ("Erd\\H{o}s, Paul", "math/9901001", "erdos-math-9901001"),
        ("张伟", "hep-th/0102003", "anon-hep-th-0102003"),
        ("O'Neil-Smith", "2606.00002", "oneilsmith-2606.00002"),
        ("{},@# \\", "2606.00003", "anon-2606.00003"),
    ],
)
def test_a_key_is_the_first_author_and_the_identifier(author: str, paper_id: str, key: str) -> None:
    assert cited(id=paper_id, authors=(author, "Ada Lovelace")).key == key


def test_a_paper_without_authors_has_a_key() -> None:
    assert cited(authors=()).key == "anon-2606.00001"


@given(st.text(max_size=80))
def test_every_key_is_legal_in_every_format(author: str) -> None:
    # What BibTeX, LaTeX, Pandoc, RIS and file names all take.
    assert re.fullmatch(
        r"[a-z0-9]+-hep-th-9901001", cited(id="hep-th/9901001", authors=(author,)).key
    )


def test_no_two_papers_have_one_key() -> None:
    ids = ["2606.00001", "2606.00002", "hep-th/9901001", "hep-ph/9901001", "th/9901001"]
    authors = ["José García", "García-Hep", "", "Hep", "hep"]
    made = {cited(id=id_, authors=(author,)).key for id_ in ids for author in authors}
    # Three of the authors are written alike: garcia, garciahep, anon, hep.
    assert len(made) == len(ids) * 4


def test_a_key_stays_when_the_paper_is_renamed_or_published() -> None:
    changed = cited(title="Elsewhere", journal_ref="JHEP 03 (2029) 123", doi="10.1/x", version=3)
    assert changed.key == cited().key


@pytest.mark.parametrize(
    ("reference", "journal"),
    [
        ("Phys. Rev. D 95, 084005 (2017)", Journal("Phys. Rev. D", "95", "", "084005", 2017)),
        ("JHEP 03 (2019) 123", Journal("JHEP", "03", "", "123", 2019)),
        ("Nature 521, 436-444 (2015)", Journal("Nature", "521", "", "436-444", 2015)),
        ("Astron. Astrophys. 600, A12 (2017)",
         Journal("Astron. Astrophys.", "600", "", "A12", 2017)),
        ("IEEE Letters on Feline Robotics, vol. 12, no. 4, pp. 101--108, Sept. 2025",
         Journal("IEEE Letters on Feline Robotics", "12", "4", "101-108", 2025)),
        ("Journal of Cats and Computers, Vol. 31, (2025) 104001",
         Journal("Journal of Cats and Computers", "31", "", "104001", 2025)),
        ("Bull. Inv. 7 (2), 1–9 (2020).", Journal("Bull. Inv.", "7", "2", "1-9", 2020)),
        # What is not clear stays whole.
        ("Advances in Neural Information Processing Systems (NeurIPS), 2025",
         Journal("Advances in Neural Information Processing Systems (NeurIPS), 2025", year=2025)),
        ("Published 2019, corrected 2021 in Letters",
         Journal("Published 2019, corrected 2021 in Letters")),
        ("IEEE ICNC2026", Journal("IEEE ICNC2026", year=2026)),
    ],
)  # fmt: skip
def test_journal_references(reference: str, journal: Journal) -> None:
    assert parse_journal(reference) == journal


@pytest.mark.parametrize("reference", [None, "", " . ", "2025", "https://example.org/2025/x"])
def test_what_is_no_journal(reference: str | None) -> None:
    assert parse_journal(reference) is None


def test_dates_come_from_the_publication_the_submission_or_the_id() -> None:
    assert cited(journal_ref="JHEP 03 (2019) 123").issued == (2019,)
    assert cited().issued == (2026, 6, 17)
    assert cited(published=None).issued == (2026, 6)
    assert cited(published=None, id="hep-th/9901001").issued == (1999, 1)


def test_only_what_appeared_is_published() -> None:
    assert not cited().is_published
    assert cited(doi="10.1000/182").is_published
    assert cited(journal_ref="Nature 521, 436-444 (2015)").is_published
    assert cited(doi="10.1000/182 10.1000/183").doi == "10.1000/182"
