"""Identifiers, names and withdrawals as arXiv's interfaces write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sources.names import decode_name, split_authors
from bot.sources.records import bounded, says_withdrawn, split_id, squeeze


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("oai:arXiv.org:2606.26400v1", ("2606.26400", 1)),
        ("2606.26400", ("2606.26400", None)),
        ("arXiv:1501.00001v12", ("1501.00001", 12)),
        ("0704.0001v2", ("0704.0001", 2)),
        ("1412.7878", ("1412.7878", None)),
        ("hep-th/9901001v3", ("hep-th/9901001", 3)),
        ("oai:arXiv.org:math.CA/0611800v2", ("math/0611800", 2)),
        ("math/0611800", ("math/0611800", None)),
        ("cond-mat.supr-con/9901001", ("cond-mat/9901001", None)),
        ("http://arxiv.org/abs/quant-ph/0201082v1", ("quant-ph/0201082", 1)),
        ("https://export.arxiv.org/abs/2401.00001v2", ("2401.00001", 2)),
        ("  2401.00001  ", ("2401.00001", None)),
    ],
)
def test_identifiers_of_every_form(text: str, expected: tuple[str, int | None]) -> None:
    assert split_id(text) == expected


@pytest.mark.parametrize(
    "text",
    ["", "abc", "2401.1", "2401.123456", "2401.00001v0", "2401.00001vx", "hep-th/99",
     "１２３４.12345", "2401.00001; DROP", "../2401.00001", "HEP-TH/9901001"],
)  # fmt: skip
def test_what_is_no_identifier(text: str) -> None:
    assert split_id(text) is None


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("", ()),
        ("Ada Example", ("Ada Example",)),
        ("Ada Example, Ben Sample", ("Ada Example", "Ben Sample")),
        ("Ada Example, Ben Sample and Cy Model", ("Ada Example", "Ben Sample", "Cy Model")),
        ("Ada Example, and Ben Sample", ("Ada Example", "Ben Sample")),
        ("Juan García, Jr., Ada Example", ("Juan García Jr.", "Ada Example")),
        ("B. Sample, III, C. Model, Ph.D.", ("B. Sample III", "C. Model Ph.D.")),
        ("Jr.", ("Jr.",)),
        ("A. Example (1), B. Sample (1 and 2)", ("A. Example", "B. Sample")),
        ("A. Example (Ohio State, USA), B. Sample", ("A. Example", "B. Sample")),
        ("A. Example (1), B. Sample (2) ((1) Here, (2) There)", ("A. Example", "B. Sample")),
        ("Jo (Josephine) Example, B. Sample", ("Jo (Josephine) Example", "B. Sample")),
        ("Anders Andersson, Brandon Land", ("Anders Andersson", "Brandon Land")),
        ("A. Example (unclosed, B. Sample", ("A. Example (unclosed", "B. Sample")),
        (" ,, ;A.  Example\n, ", ("A. Example",)),
    ],
)
def test_author_lists(text: str, names: tuple[str, ...]) -> None:
    assert split_authors(text) == names


def test_three_thousand_authors_are_split_and_absurd_lists_refused() -> None:
    names = tuple(f"Forename{n} Q. Surname-of-the-{n}th" for n in range(3000))
    assert split_authors(", ".join(names)) == names
    with pytest.raises(ValueError, match="characters"):
        split_authors("A. Example, " * 50_000)
    with pytest.raises(ValueError, match="authors"):
        split_authors("A," * 20_000)


@given(st.text(alphabet="(), ;andJr.ABé", max_size=200))
def test_splitting_never_fails_nor_invents(text: str) -> None:
    for name in split_authors(text):
        assert name == squeeze(name) != ""


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        ("Plain Name", "Plain Name"),
        (r"Garc\'{\i}a", "García"),
        (r"Garc\'ia", "García"),
        (r"J\'er\^ome", "Jérôme"),
        (r"{\L}ukasz Kami\'nski", "Łukasz Kamiński"),
        (r"S\o ren \AA ngstr\"{o}m", "Søren Ångström"),
        (r"Paul Erd\H{o}s", "Paul Erdős"),
        (r"Ho\v{r}ava", "Hořava"),
        (r"\c Cengiz", "Çengiz"),
        (r"Mu\~noz Gro{\ss}", "Muñoz Groß"),
        (r"{\'E}cole", "École"),
    ],
)
def test_tex_accents_in_names(raw: str, name: str) -> None:
    assert decode_name(raw) == name


@pytest.mark.parametrize(
    "comment",
    [
        "This paper has been withdrawn by the author due to an error in Lemma 2",
        "This submission has been withdrawn by arXiv administrators",
        "Withdrawn",
        "withdrawn due to a crucial sign error in equation 1",
        "Paper withdrawn. See arXiv:2401.00001",
        "12 pages. This version was withdrawn",
        "The authors have withdrawn this paper",
        "The author has decided to withdraw this paper: Lemma 3 fails",
        "This\n  article has been temporarily withdrawn",
    ],
)
def test_comments_that_tell_of_a_withdrawal(comment: str) -> None:
    assert says_withdrawn(comment=comment)


@pytest.mark.parametrize(
    "comment",
    [
        "12 pages, 3 figures",
        "Previously submitted to another conference (ABC 2025) and formally withdrawn",
        "9 pages. This paper was withdrawn from the ABC 2025 proceedings due to travel",
        "A study of drugs withdrawn from the market",
        "Withdrawn from ABC 2025, now under review elsewhere",
        "",
    ],
)
def test_comments_that_only_sound_like_it(comment: str) -> None:
    assert not says_withdrawn(comment=comment)


def test_abstracts_tell_of_a_withdrawal_only_at_their_beginning() -> None:
    assert says_withdrawn(abstract="This paper has been withdrawn by the authors.")
    assert says_withdrawn(abstract=" The manuscript has been withdrawn due to an error.")
    assert not says_withdrawn(abstract="We ask why this paper has been withdrawn by its authors.")
    assert not says_withdrawn(abstract="Papers that were withdrawn still get citations.")
    assert not says_withdrawn()


def test_only_white_space_changes_in_a_text() -> None:
    hostile = "@everyone  **bold**\t\u202eevil\u202c\n<script>&amp; \u2066x\u2069"
    assert squeeze(hostile) == "@everyone **bold** \u202eevil\u202c <script>&amp; \u2066x\u2069"
    assert squeeze(None) == ""
    with pytest.raises(ValueError, match="title has 100001 characters"):
        bounded("x" * 100_001, "title")
