"""arXiv identifiers in every form."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import BadInput
from bot.text.ids import ArxivId, find_ids, parse_id

FORMS = {
    "2401.12345": "2401.12345",
    "0704.0001v2": "0704.0001v2",
    "1412.9999": "1412.9999",
    "1501.00001": "1501.00001",
    "hep-th/9901001": "hep-th/9901001",
    "math.CA/0611800v3": "math/0611800v3",
    "MATH.CA/0611800": "math/0611800",
    "arXiv:2401.12345": "2401.12345",
    "ARXIV: 2401.12345v1": "2401.12345v1",
    "arXiv:hep-th/9901001v1 [hep-th]": "hep-th/9901001v1",
    "https://arxiv.org/abs/2401.12345v2": "2401.12345v2",
    "http://www.arxiv.org/pdf/2401.12345v2.pdf?x=1#page=2": "2401.12345v2",
    "https://arxiv.org/html/2401.12345v1/": "2401.12345v1",
    "arxiv.org/format/2401.12345": "2401.12345",
    "https://arxiv.org/ps/hep-th/9901001": "hep-th/9901001",
    "https://arxiv.org/pdf/math%2F0611800": "math/0611800",
    "https://export.arxiv.org/abs/hep-th/9901001": "hep-th/9901001",
    "alphaxiv.org/abs/2401.12345": "2401.12345",
    "https://huggingface.co/papers/2401.12345": "2401.12345",
    "https://doi.org/10.48550/arXiv.2401.12345": "2401.12345",
    "10.48550/arXiv.2401.12345": "2401.12345",
    "oai:arXiv.org:2401.12345v1": "2401.12345v1",
    "oai:arXiv.org:math/0611800": "math/0611800",
    "https://api.semanticscholar.org/ARXIV:2401.12345": "2401.12345",
    "https://ar5iv.labs.arxiv.org/html/2401.12345": "2401.12345",
    "<https://arxiv.org/abs/2401.12345>": "2401.12345",
    "[paper](https://arxiv.org/abs/2401.12345)": "2401.12345",
    "see 2401.12345, please": "2401.12345",
    "論文2401.12345を読む": "2401.12345",
    "２４０１．１２３４５": "2401.12345",
}
NOT_IDS = [
    "", "hello", "2413.12345", "2400.12345", "2401.1234", "1401.12345", "0703.1234", "2401.00000",
    "hep-th/9913001", "hep-th/9901000", "foo/9901001", "2401.12345v0", "math/0801001",
    "https://example.com/2401.12345", "12401.12345", "2401.123456", "9107.12345", "1.2401.12345",
    "a2401.12345", "10.1145/3510.12345", "doi:10.1103/PhysRevD.2401.12345",
]  # fmt: skip


@pytest.mark.parametrize(("text", "wanted"), FORMS.items())
def test_forms(text: str, wanted: str) -> None:
    assert str(parse_id(text)) == wanted


@pytest.mark.parametrize("text", NOT_IDS)
def test_what_is_no_id(text: str) -> None:
    with pytest.raises(BadInput, match="no arXiv id"):
        parse_id(text)
    assert find_ids(text) == []


def test_two_ids_are_named() -> None:
    with pytest.raises(BadInput, match="more than one"):
        parse_id("2401.12345 or 2401.12346")


def test_ids_in_running_text() -> None:
    text = (
        "See arXiv:2401.12345v2 and https://arxiv.org/abs/hep-th/9901001, not 3.14159 or "
        "https://example.com/a/2405.00001 (2401.12345v2 again)."
    )
    assert find_ids(text) == [ArxivId("2401.12345", 2), ArxivId("hep-th/9901001")]


@given(st.text(max_size=80))
def test_found_ids_parse_to_themselves(text: str) -> None:
    for found in find_ids(text):
        assert parse_id(str(found)) == found


@given(
    st.integers(15, 90),
    st.integers(1, 12),
    st.integers(1, 99999),
    st.none() | st.integers(1, 40),
    st.sampled_from(["{}", "arXiv:{}", "https://arxiv.org/pdf/{}.pdf", "({}).", "“{}”"]),
)
def test_every_id_survives_its_forms(
    year: int, month: int, serial: int, version: int | None, form: str
) -> None:
    one = ArxivId(f"{year:02}{month:02}.{serial:05}", version)
    assert parse_id(form.format(one)) == one
