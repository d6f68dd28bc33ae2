"""What all formats share: keys that stay, names, dates, the publication."""

import random

import pytest
from export_entries import citations, cited, entry

from bot.export.journals import Journal, parse_journal


@pytest.mark.parametrize(
    ("author", "title", "paper_id", "key"),
    [
        ("José García", "Where Attention Goes", "2606.00001", "garcia2026where"),
        ("Ludwig van Beethoven", "The Nine", "0704.0001", "beethoven2007nine"),
        ("ATLAS Collaboration", "On the $W$ Boson", "1501.00001", "atlas2015w"),
        ("Erd\\H{o}s, Paul", "3D $\\alpha$ things", "math/9901001", "erdos19993d"),
        ("张伟", "A of the", "hep-th/0102003", "anon2001"),
        ("O'Neil-Smith", "Schrödinger's cat", "2606.00002", "oneilsmith2026schrodinger"),
    ],
)
def test_a_key_tells_author_year_and_word(author: str, title: str, paper_id: str, key: str) -> None:
    assert cited(id=paper_id, title=title, authors=(author,)).key == key


def test_a_paper_without_authors_has_a_key() -> None:
    assert cited(authors=()).key == "anon2026where"


def test_no_key_changes_when_bookmarks_are_added() -> None:
    # All by one author with one title, in an order of ids that is not that of bookmarking.
    same = [entry(number, id=f"2606.{(number * 37) % 101:05}") for number in range(1, 60)]
    known: dict[str, str] = {}
    for count in range(1, len(same) + 1):
        shown = random.Random(count).sample(same[:count], count)
        keys = {one.paper.id: one.key for one in citations(shown)}
        assert len(set(keys.values())) == count
        assert {paper_id: keys[paper_id] for paper_id in known} == known
        known = keys
    assert known["2606.00037"] == "garcia2026where"
    assert known["2606.00074"] == "garcia2026where-2606.00074"


def test_a_key_stays_when_the_paper_is_published() -> None:
    assert cited(journal_ref="JHEP 03 (2029) 123", doi="10.1/x").key == cited().key


@pytest.mark.parametrize(
    ("reference", "journal"),
    [
        ("Phys. Rev. D 95, 084005 (2017)", Journal("Phys. Rev. D", "95", "", "084005", 2017)),
        ("JHEP 03 (2019) 123", Journal("JHEP", "03", "", "123", 2019)),
        ("Nature 521, 436-444 (2015)", Journal("Nature", "521", "", "436-444", 2015)),
        ("Astron. Astrophys. 600, A12 (2017)",
         Journal("Astron. Astrophys.", "600", "", "A12", 2017)),
        ("IEEE Robotics and Automation Letters, vol. 10, no. 9, pp. 8698--8705, Sept. 2025",
         Journal("IEEE Robotics and Automation Letters", "10", "9", "8698-8705", 2025)),
        ("Journal of Network and Computer Applications, Vol. 244, (2025) 104356",
         Journal("Journal of Network and Computer Applications", "244", "", "104356", 2025)),
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
