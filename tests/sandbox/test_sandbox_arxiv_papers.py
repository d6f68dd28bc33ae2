"""Paper files: what is read, what is derived, and what is refused."""

import gzip
import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from arxiv_data import MONDAY, TUESDAY, record

from sandbox.arxiv.days import announcement_days, eastern_day, is_announcement_day
from sandbox.arxiv.identifiers import Identifier, parse_identifier
from sandbox.arxiv.papers import PaperFile
from sandbox.arxiv.records import DEFAULT_LICENSE, AnnounceType, PaperFileError


def write(path: Path, *records: object) -> Path:
    path.write_text("".join(json.dumps(item) + "\n" for item in records), encoding="utf-8")
    return path


def test_a_plain_and_a_gzipped_file_read_the_same(tmp_path: Path) -> None:
    plain = write(tmp_path / "papers.jsonl", record(), record(id="hep-th/9901001"))
    zipped = tmp_path / "without-a-telling-name"
    zipped.write_bytes(gzip.compress(plain.read_bytes()))
    one, other = PaperFile.load(plain), PaperFile.load(zipped)
    assert one.announced(MONDAY) == other.announced(MONDAY)
    assert one.ids == ("2606.90901", "hep-th/9901001")
    assert one.days == (MONDAY,)


def test_what_a_line_leaves_out_is_filled_in_the_same_way_each_time() -> None:
    first, second = (PaperFile.from_records([record()]).announced(MONDAY)[0] for _ in range(2))
    assert first == second
    assert first.license == DEFAULT_LICENSE
    assert first.published == first.updated
    # Monday's batch closed on Friday at 14:00 Eastern, which is 18:00 UTC in June.
    assert first.published.date() == date(2026, 6, 5)
    assert 12 <= first.published.hour < 18
    assert not first.withdrawn


def test_a_later_version_keeps_the_first_submission_time() -> None:
    papers = PaperFile.from_records(
        [
            record(published="2026-06-04T10:00:00+02:00"),
            record(version=2, announced_on="2026-06-09", announce_type="replace"),
        ]
    )
    old, new = papers.history("2606.90901", TUESDAY)
    assert old.published == new.published == datetime(2026, 6, 4, 8, tzinfo=UTC)
    assert new.updated.date() == MONDAY
    assert papers.find("2606.90901", MONDAY) == old
    assert papers.find("2606.90901", TUESDAY) == new
    assert papers.find("2606.90901", TUESDAY, version=1) == old
    assert papers.find("2606.90901", TUESDAY, version=3) is None
    assert papers.latest(TUESDAY) == [new]
    assert papers.day_before(TUESDAY) == MONDAY


@pytest.mark.parametrize(
    "paper_id", ["2604.90901", "0704.0001", "hep-th/9901001", "math/0611800", "2606.90901"]
)
def test_a_replacement_without_its_first_version_has_a_plausible_first_time(paper_id: str) -> None:
    papers = PaperFile.from_records([record(id=paper_id, version=3, announce_type="replace")])
    paper = papers.announced(MONDAY)[0]
    assert paper.updated - paper.published > timedelta(hours=12)
    digits = paper_id.rpartition("/")[2][:4]
    if digits != "2606":
        assert f"{paper.published:%y%m}" == digits


def test_a_withdrawal_is_recognized_by_its_comment() -> None:
    comment = "This paper has been withdrawn by the authors"
    papers = PaperFile.from_records([record(comment=comment), record(id="2606.90902")])
    assert [paper.withdrawn for paper in papers.announced(MONDAY)] == [True, False]


def test_a_cross_list_is_announced_only_where_it_is_new() -> None:
    both = ["cs.CL", "cs.AI", "stat.ML"]
    papers = PaperFile.from_records(
        [
            record(categories=both[:2]),
            record(categories=both, announced_on="2026-06-09", announce_type="cross"),
        ]
    )
    (paper,) = papers.announced(TUESDAY)
    assert paper.announced_in == {"stat.ML"}
    assert papers.announced(TUESDAY, ["cs.AI", "cs.CL"]) == ()
    assert papers.announced(TUESDAY, ["stat.ML"]) == (paper,)


WRONG_FIELDS: list[tuple[dict[str, object], str, str]] = [
    ({"id": "abc"}, "id", "identifier"),
    ({"id": "2606.90901v2"}, "id", "without a version"),
    ({"version": 0}, "version", "from 1 on"),
    ({"version": True}, "version", "from 1 on"),
    ({"title": None}, "title", "found nothing"),
    ({"abstract": 7}, "abstract", "found 7"),
    ({"authors": "Ada"}, "authors", "list of strings"),
    ({"authors": [{}]}, "authors", "found an object"),
    ({"primary_category": "cs.AI"}, "primary_category", "'cs.AI' is not among"),
    ({"announced_on": "08.06.2026"}, "announced_on", "2026-06-08"),
    ({"announce_type": "fresh"}, "announce_type", "new, cross, replace, replace-cross"),
    ({"published": "2026-06-05T10:00:00"}, "published", "zone"),
    ({"updated": "yesterday"}, "updated", "2026-06-05T12:00:00Z"),
    ({"withdrawn": "yes"}, "withdrawn", "true or false"),
]


@pytest.mark.parametrize(("fields", "field", "problem"), WRONG_FIELDS)
def test_a_wrong_field_is_named_with_file_and_line(
    tmp_path: Path, fields: dict[str, object], field: str, problem: str
) -> None:
    path = write(tmp_path / "papers.jsonl", record(id="2606.90900"), record(**fields))
    with pytest.raises(PaperFileError) as caught:
        PaperFile.load(path)
    assert str(caught.value).startswith(f"{path}:2: {field}: ")
    assert problem in caught.value.problem


@pytest.mark.parametrize(
    ("second", "field"),
    [
        ({}, "announced_on"),
        ({"announced_on": "2026-06-09", "announce_type": "replace"}, "version"),
        ({"announced_on": "2026-06-05", "announce_type": "new", "version": 2}, "version"),
    ],
)
def test_announcements_of_a_paper_that_contradict_each_other_are_refused(
    second: dict[str, object], field: str
) -> None:
    with pytest.raises(PaperFileError) as caught:
        PaperFile.from_records([record(), record(**second)])
    assert (caught.value.line, caught.value.field) == (2, field)


@pytest.mark.parametrize("line", [b"{", b"[]", b"\xff\xfe", b'"text"'])
def test_a_line_that_is_not_an_object_is_named(tmp_path: Path, line: bytes) -> None:
    path = tmp_path / "papers.jsonl"
    path.write_bytes(json.dumps(record()).encode() + b"\n\n" + line + b"\n")
    with pytest.raises(PaperFileError, match=r"papers\.jsonl:3: "):
        PaperFile.load(path)


@pytest.mark.parametrize(("start", "end", "filling"), [(0, -9, b""), (0, 30, b"\xff" * 40)])
def test_a_damaged_gzip_file_is_reported(
    tmp_path: Path, start: int, end: int, filling: bytes
) -> None:
    lines = "".join(json.dumps(record(id=f"2606.{n}")) + "\n" for n in range(90000, 90200))
    path = tmp_path / "papers.jsonl.gz"
    path.write_bytes(gzip.compress(lines.encode())[start:end] + filling)
    with pytest.raises(PaperFileError, match="broken gzip data"):
        PaperFile.load(path)


def test_hostile_but_possible_papers_are_read() -> None:
    papers = PaperFile.from_records(
        [record(title="", authors=[f"Ada {n}" for n in range(3000)], abstract="x" * 20_000)]
    )
    (paper,) = papers.announced(MONDAY)
    assert (paper.title, len(paper.authors), len(paper.abstract)) == ("", 3000, 20_000)


def test_the_real_batches_are_read(shared_data: Path) -> None:
    papers = PaperFile.load(shared_data / "arxiv" / "batches.jsonl.gz")
    assert len(papers.days) == 10
    assert sum(len(papers.announced(day)) for day in papers.days) == 2999
    types = [paper.type for day in papers.days for paper in papers.announced(day)]
    assert types.count(AnnounceType.NEW) == 2968
    for day in papers.days:
        for paper in papers.announced(day):
            assert paper.published <= paper.updated
            assert eastern_day(paper.updated) < paper.day


def test_the_calendar_leaves_out_weekends_and_holidays() -> None:
    assert announcement_days(3, date(2026, 6, 22)) == (
        date(2026, 6, 17),
        date(2026, 6, 18),
        date(2026, 6, 22),  # 19 June 2026 is a holiday, 20 and 21 a weekend
    )
    assert not is_announcement_day(date(2026, 1, 1))
    assert is_announcement_day(date(2026, 1, 2))


def test_the_eastern_day_begins_at_eastern_midnight() -> None:
    assert eastern_day(datetime(2026, 6, 9, 3, 59, tzinfo=UTC)) == MONDAY
    assert eastern_day(datetime(2026, 6, 9, 4, 0, tzinfo=UTC)) == TUESDAY
    assert eastern_day(datetime(2026, 12, 9, 4, 59, tzinfo=UTC)) == date(2026, 12, 8)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2606.90001", Identifier("2606.90001")),
        ("2606.90001v12", Identifier("2606.90001", 12)),
        ("0704.0001v1", Identifier("0704.0001", 1)),
        ("hep-th/9901001", Identifier("hep-th/9901001")),
        ("math.CA/0611800v2", Identifier("math/0611800", 2)),
        ("cond-mat/0207270v1", Identifier("cond-mat/0207270", 1)),
        ("abc", None),
        ("2606.9001v0", None),
        ("2606.900011", None),
        ("hep-th/99", None),
        ("arXiv:2606.90001", None),
        ("", None),
    ],
)
def test_identifiers_of_every_form(text: str, expected: Identifier | None) -> None:
    assert parse_identifier(text) == expected
