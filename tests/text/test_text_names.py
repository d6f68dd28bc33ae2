"""Author names. The names are examples or of historical persons."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.text.names import AuthorName, matches


@pytest.mark.parametrize(
    ("text", "given_names", "surname", "suffix"),
    [
        ("José García", ("José",), "García", ""),
        ("García, José", ("José",), "García", ""),
        ("J. Garcia", ("J.",), "Garcia", ""),
        ("J.-P. Serre", ("J.-P.",), "Serre", ""),
        ("van der Berg", (), "van der Berg", ""),
        ("Ludwig van Beethoven", ("Ludwig",), "van Beethoven", ""),
        ("Beethoven, Ludwig van", ("Ludwig",), "van Beethoven", ""),
        ("Vincent Van Gogh", ("Vincent",), "Van Gogh", ""),
        ("Martin Luther King Jr.", ("Martin", "Luther"), "King", "Jr."),
        ("King, Martin Luther, Jr.", ("Martin", "Luther"), "King", "Jr."),
        ("Plato", (), "Plato", ""),
        ("山田 太郎", ("太郎",), "山田", ""),
        ("张伟", (), "张伟", ""),
        (r"Erd\H{o}s, P\'al", ("Pál",), "Erdős", ""),
        ("Guido van Rossum (Amsterdam)", ("Guido",), "van Rossum", ""),
        ("", (), "", ""),
    ],
)
def test_parse(text: str, given_names: tuple[str, ...], surname: str, suffix: str) -> None:
    name = AuthorName.parse(text)
    assert (name.given, name.surname, name.suffix) == (given_names, surname, suffix)
    assert not name.collaboration


def test_collaborations() -> None:
    assert AuthorName.parse("The ATLAS Collaboration").collaboration
    assert matches("ATLAS Collaboration", "The ATLAS Collaboration")
    assert matches("ATLAS", "ATLAS Collaboration")
    assert not matches("Garcia", "ATLAS Collaboration")


SAME = [
    ("García", "José García"), ("garcia", "J. A. García"), ("José García", "José Antonio García"),
    ("Jean-Pierre Serre", "J.-P. Serre"), ("Serre, JP", "Jean-Pierre Serre"),
    ("Beethoven", "Ludwig van Beethoven"), ("van Beethoven, L.", "Ludwig van Beethoven"),
    ("García Márquez", "Gabriel García Márquez"),
    ("Gabriel García-Márquez", "Gabriel García Márquez"), ("Xiaoming Li", "Xiao-Ming Li"),
    ("Wei Zhang", "W. Zhang"), ("山田太郎", "山田 太郎"), ("山田", "山田太郎"),
    ("Schrödinger", r"Erwin Schr\"odinger"), ("J. Garcia", "Jorge Garcia"),
    ("John Smith", "John Smith III"), ("Øystein Åse", "Oystein Ase"),
    ("JOSE GARCIA", "José García"),
]  # fmt: skip
DIFFERENT = [
    ("José García", "Juan García"), ("José García", "Jorge Garcia"), ("J. P. Serre", "J. Q. Serre"),
    ("Wei Zhang", "Wen Zhang"), ("Jane Doe", "Doe"), ("Garcia", "Garcias"), ("", "Garcia"),
    ("Garcia", ""), ("K. Gödel", "Kurt Goedel"), ("Smith", "Smith Jones"),
]  # fmt: skip


@pytest.mark.parametrize(("wanted", "actual"), SAME)
def test_matches(wanted: str, actual: str) -> None:
    assert matches(wanted, actual)


@pytest.mark.parametrize(("wanted", "actual"), DIFFERENT)
def test_does_not_match(wanted: str, actual: str) -> None:
    assert not matches(wanted, actual)


def test_an_initial_matches_both_ways() -> None:
    assert matches("J. Garcia", "José García")
    assert matches("José García", "J. Garcia")


@given(st.text(max_size=60))
def test_any_text_is_a_name(text: str) -> None:
    name = AuthorName.parse(text)
    assert matches(name, name) == bool(name.surname_key)
