"""Archives that `lab related` and `lab search` read."""

import gzip
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from archive_stage import ARCHIVE, write

from bot.lab.archive_reading import load_archive
from bot.lab.archives import ArchiveLineError, Kept, read_archive


def _one(folder: Path, **fields: Any) -> Kept:
    record = {"id": "a", "title": "Cats", "abstract": "Cats sleep.", **fields}
    (kept,) = read_archive(write(folder / "one.jsonl", [record]))
    return kept


def test_a_record_of_the_project_s_own_form(tmp_path: Path) -> None:
    kept = list(read_archive(write(tmp_path / "archive.jsonl")))
    paper = kept[0].paper
    assert kept[0].id == paper.id == "2605.00001"
    assert (paper.version, paper.primary_category) == (1, "cs.CV")
    assert paper.authors == ("Ann Müller", "Bo Li")
    assert paper.published == datetime(2026, 5, 2, 10, tzinfo=UTC)


def test_only_id_title_and_abstract_are_needed(tmp_path: Path) -> None:
    paper = _one(tmp_path, id=33).paper
    assert (paper.id, paper.authors, paper.categories, paper.published) == ("33", (), (), None)
    assert _one(tmp_path, title=None, comment=None, authors=None).paper.title == ""


@pytest.mark.parametrize(
    "abstract", [["Cats sleep.", "Dogs do too."], "['Cats sleep.', \"Dogs do too.\"]"]
)
def test_an_abstract_in_sentences(tmp_path: Path, abstract: object) -> None:
    assert _one(tmp_path, abstract=abstract).paper.abstract == "Cats sleep. Dogs do too."


@pytest.mark.parametrize("abstract", ["[Cats] sleep.", "[1] says so", "[" * 5000, "[]]"])
def test_an_abstract_that_only_begins_with_a_bracket(tmp_path: Path, abstract: str) -> None:
    assert _one(tmp_path, abstract=abstract).paper.abstract == abstract


def test_fields_as_other_dumps_write_them(tmp_path: Path) -> None:
    paper = _one(
        tmp_path,
        authors="Ann Müller, Bo Li and C. Díaz",
        categories="cs.CL cs.LG",
        comments="4 pages",
    ).paper
    assert paper.authors == ("Ann Müller", "Bo Li", "C. Díaz")
    assert (paper.categories, paper.primary_category) == (("cs.CL", "cs.LG"), "cs.CL")
    assert paper.comment == "4 pages"
    assert _one(tmp_path, authors=[{"name": "Ann"}]).paper.authors == ("Ann",)


@pytest.mark.parametrize(
    ("paper_id", "base", "version", "month"),
    [
        ("2605.00001v3", "2605.00001", 3, datetime(2026, 5, 1, tzinfo=UTC)),
        ("hep-th/9901001", "hep-th/9901001", 1, datetime(1999, 1, 1, tzinfo=UTC)),
        ("see 2605.00001", "see 2605.00001", 1, None),
        ("10010426", "10010426", 1, None),
    ],
)
def test_ids_of_arxiv_and_others(
    tmp_path: Path, paper_id: str, base: str, version: int, month: datetime | None
) -> None:
    kept = _one(tmp_path, id=paper_id)
    assert (kept.id, kept.paper.id) == (paper_id, base)
    assert (kept.paper.version, kept.paper.published) == (version, month)


def test_paper_id_is_an_id_too(tmp_path: Path) -> None:
    path = write(tmp_path / "archive.jsonl", [{"paper_id": "7", "title": "Cats"}])
    assert [kept.id for kept in read_archive(path)] == ["7"]


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"id": None}, '"id" is missing or neither a text nor a whole number'),
        ({"title": None, "abstract": None}, '"title" and "abstract" are missing'),
        ({"title": 3}, '"title" is not a text'),
        ({"abstract": 3}, '"abstract" is neither a text nor a list'),
        ({"abstract": ["Cats", 3]}, '"abstract" holds something that is not a text'),
        ({"authors": 3}, '"authors" is neither a text nor a list'),
        ({"published": "yesterday"}, '"published" is not a date such as 2026-06-18T12:00:00Z'),
        ({"version": "2"}, '"version" is not a number from 1 to 999'),
    ],
)
def test_a_wrong_field_names_file_and_line(
    tmp_path: Path, fields: dict[str, object], problem: str
) -> None:
    path = write(tmp_path / "papers.jsonl", [ARCHIVE[0], {**ARCHIVE[1], **fields}])
    with pytest.raises(ArchiveLineError) as raised:
        list(read_archive(path))
    assert str(raised.value) == f"papers.jsonl, line 2: {problem}"


def test_gzip_is_told_by_its_content(tmp_path: Path) -> None:
    content = "".join(json.dumps(one) + "\n" for one in ARCHIVE).encode()
    for name in ("archive.jsonl", "archive.jsonl.gz"):
        path = tmp_path / name
        path.write_bytes(gzip.compress(content))
        assert len(list(read_archive(str(path)))) == len(ARCHIVE)
    path.write_bytes(content)  # not packed, whatever its name says
    assert len(list(read_archive(str(path)))) == len(ARCHIVE)


@pytest.mark.parametrize("damaged", [slice(0, -12), slice(0, 3)])
def test_a_damaged_file_is_told(tmp_path: Path, damaged: slice) -> None:
    path = tmp_path / "archive.jsonl.gz"
    path.write_bytes(gzip.compress(json.dumps(ARCHIVE[0]).encode())[damaged])
    with pytest.raises(OSError, match=r"archive\.jsonl\.gz cannot be read: it is damaged"):
        list(read_archive(str(path)))


async def test_of_one_id_the_highest_version_counts(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ids = ["2605.00001v2", "2605.00001v1", "x", "x"]
    records = [{"id": one, "title": f"Title {at}"} for at, one in enumerate(ids)]
    archive = await load_archive(write(tmp_path / "archive.jsonl", records))
    assert [kept.paper.title for kept in archive] == ["Title 0", "Title 3"]
    assert capsys.readouterr().err == (
        "paperboy lab: 2 lines repeat the id of another one in the archive; "
        "the highest version counts, or the last line\n"
    )
    for asked in ("2605.00001", "2605.00001v2", "2605.00001v7", " 2605.00001 "):
        found = archive.get(asked)
        assert found is not None
        assert found.id == "2605.00001v2"
    assert archive.get("2605.00002") is None
