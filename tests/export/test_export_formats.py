"""RIS, CSL-JSON, CSV and Markdown, read back; and the files they come in."""

import csv
import io
import json
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
from export_entries import citations, entry, real_entries, text_of, write
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from bot.export.citations import Entry
from bot.export.formats import Format
from bot.export.table import COLUMNS
from bot.i18n import speaking

HOSTILE = st.text(
    st.one_of(st.sampled_from("=+-@\"',;\n\r\t|*_[]()<>#`\\ 1aé量\u202e"), st.characters()),
    max_size=60,
)
_RIS_LINE = re.compile(r"(?P<tag>[A-Z][A-Z0-9])  - (?P<value>[^\r\n]*)")
# The names that CSL's schema of input data allows, of those that are used here.
_CSL_NAMES = {
    "id", "type", "title", "author", "issued", "number", "URL", "abstract", "note", "DOI",
    "genre", "publisher", "container-title", "volume", "issue", "page", "status", "archive",
    "archive_location",
}  # fmt: skip


def read_ris(text: str) -> list[dict[str, list[str]]]:
    """The records of a RIS file; any line that breaks the format fails."""
    records: list[dict[str, list[str]]] = []
    record: dict[str, list[str]] | None = None
    for line in text.split("\r\n"):
        if record is None and not line:
            continue
        found = _RIS_LINE.fullmatch(line)
        assert found is not None, repr(line)
        if found["tag"] == "TY":
            assert record is None
            record = {}
        assert record is not None, "a line before TY"
        if found["tag"] == "ER":
            assert found["value"] == ""
            records.append(record)
            record = None
            continue
        record.setdefault(found["tag"], []).append(found["value"])
    assert record is None, "a record without an end"
    return records


def read_csv(text: str) -> list[dict[str, str]]:
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text[1:], newline=""), strict=True))


def links(text: str) -> list[tuple[str, str]]:
    """The links of a Markdown text, each with what it shows."""
    found: list[tuple[str, str]] = []
    for block in MarkdownIt("commonmark").parse(text):
        inside: list[str] | None = None
        address = ""
        for token in block.children or []:
            if token.type == "link_open":
                inside, address = [], str(token.attrs["href"])
            elif token.type == "link_close" and inside is not None:
                found.append((address, "".join(inside)))
                inside = None
            elif inside is not None:
                inside.append(token.content)
    return found


def test_ris_of_a_preprint_and_of_a_publication() -> None:
    entries = [
        entry(note="Read\nagain"),
        entry(2, journal_ref="JHEP 03 (2019) 12-34", doi="10.1/x"),
    ]
    preprint, published = read_ris(text_of(entries, Format.RIS))
    assert preprint == {
        "TY": ["UNPB"],
        "ID": ["garcia-2606.00001"],
        "AU": ["García, José", "Lovelace, Ada"],
        "TI": ["Where Attention Goes"],
        "PY": ["2026"],
        "DA": ["2026/06/17/"],
        "PB": ["arXiv"],
        "UR": ["https://arxiv.org/abs/2606.00001"],
        "L1": ["https://arxiv.org/pdf/2606.00001"],
        "M1": ["arXiv:2606.00001"],
        "KW": ["cs.CL", "cs.LG"],
        "N1": ["Read / again"],
        "AB": ["We look at where it goes."],
    }
    assert (published["TY"], published["T2"], published["DO"]) == (["JOUR"], ["JHEP"], ["10.1/x"])
    assert (published["SP"], published["EP"], published["DA"]) == (["12"], ["34"], ["2019///"])


def test_csl_json_of_a_preprint_and_of_a_publication() -> None:
    authors = ("José García", "ATLAS Collaboration", "John Smith Jr.")
    entries = [entry(note="A\nB", authors=authors), entry(2, journal_ref="JHEP 03 (2019) 12")]
    preprint, published = json.loads(text_of(entries, Format.CSL_JSON))
    assert preprint == {
        "id": "garcia-2606.00001",
        "type": "article",
        "title": "Where Attention Goes",
        "author": [
            {"family": "García", "given": "José"},
            {"literal": "ATLAS Collaboration"},
            {"family": "Smith", "given": "John", "suffix": "Jr."},
        ],
        "issued": {"date-parts": [[2026, 6, 17]]},
        "number": "arXiv:2606.00001",
        "URL": "https://arxiv.org/abs/2606.00001",
        "abstract": "We look at where it goes.",
        "note": "A\nB",
        "genre": "preprint",
        "publisher": "arXiv",
    }
    assert published["type"] == "article-journal"
    assert published["container-title"] == "JHEP"
    assert "number" not in published


def test_csv_is_a_table_that_computes_nothing() -> None:
    entries = [
        entry(title='=HYPERLINK("https://x")', note="+1\nsecond, line", authors=("@me",)),
        entry(title=" -2+3", note="plain"),
    ]
    first, second = read_csv(text_of(entries, Format.CSV))
    assert tuple(first) == COLUMNS
    assert first["title"] == '\'=HYPERLINK("https://x")'
    assert (first["note"], first["authors"]) == ("'+1\nsecond, line", "'@me")
    assert (second["title"], second["note"]) == ("'-2+3", "plain")
    assert (second["bookmarked"], second["submitted"]) == ("2026-06-18", "2026-06-17")


def test_markdown_links_every_paper_and_is_read_in_the_persons_language() -> None:
    noted = entry(1, title="On *[x](https://evil)* <b>", note="# no\n1. list")
    entries = [noted, entry(2)]
    text = text_of(entries, Format.MARKDOWN)
    assert text.startswith("# 2 bookmarks\n")
    assert links(text)[0] == ("https://arxiv.org/abs/2606.00001v1", "On *[x](https://evil)* <b>")
    assert len(links(text)) == 2
    html = MarkdownIt("commonmark").render(text)
    assert html.count("<h1>") == 1
    assert html.count("<li>") == 2
    assert "bookmarked on Thursday 18 June 2026" in html
    with speaking("ja"):
        assert "2026年6月18日" in text_of(entries, Format.MARKDOWN)


def _check_all(entries: list[Entry]) -> None:
    made = citations(entries)
    count = len(made)
    assert [record["ID"] for record in read_ris(text_of(entries, Format.RIS))] == [
        [one.key] for one in made
    ]
    items: list[dict[str, Any]] = json.loads(text_of(entries, Format.CSL_JSON))
    assert [item["id"] for item in items] == [one.key for one in made]
    for item in items:
        assert set(item) <= _CSL_NAMES
        assert item["type"] in {"article", "article-journal"}
        assert all(isinstance(part, int) for part in item["issued"]["date-parts"][0])
    rows = read_csv(text_of(entries, Format.CSV))
    assert len(rows) == count
    for row in rows:
        for cell in row.values():
            assert not cell.lstrip().startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠")), row
    shown = links(text_of(entries, Format.MARKDOWN))
    assert [address for address, _ in shown] == [one.paper.abs_url for one in made]


@settings(max_examples=300, deadline=None)
@given(HOSTILE, st.lists(HOSTILE, max_size=3), HOSTILE, HOSTILE, HOSTILE)
def test_nothing_hostile_breaks_a_file(
    title: str, authors: list[str], note: str, abstract: str, journal: str
) -> None:
    hostile = entry(
        1,
        note=note,
        title=title,
        authors=tuple(authors),
        abstract=abstract,
        journal_ref=journal,
        doi=title,
        comment=note,
    )
    _check_all([hostile, entry(2)])


def test_all_real_papers_load(shared_data: Path) -> None:
    entries = real_entries(shared_data)
    assert len(entries) == 2999
    _check_all(entries)


@pytest.mark.parametrize("format_", Format)
def test_a_file_has_the_day_in_its_name(format_: Format) -> None:
    made = write([entry(1), entry(2)], format_, most_bytes=10**6)
    assert made.name == f"bookmarks-2026-06-18.{format_.value}"
    assert (made.count, made.zipped) == (2, False)
    assert "Where Attention Goes" in made.data.decode()


def test_a_file_that_would_be_too_large_is_packed() -> None:
    entries = [entry(number) for number in range(1, 200)]
    whole = write(entries, Format.RIS, most_bytes=10**6)
    packed = write(entries, Format.RIS, most_bytes=10**4)
    assert packed.name == "bookmarks-2026-06-18.ris.zip"
    assert packed.zipped
    assert len(packed.data) < 10**4 < len(whole.data)
    with zipfile.ZipFile(io.BytesIO(packed.data)) as archive:
        assert archive.read("bookmarks-2026-06-18.ris") == whole.data


def test_half_a_character_does_not_stop_an_export() -> None:
    for format_ in Format:
        assert write([entry(1, note="a\ud800b")], format_, most_bytes=10**6).data
