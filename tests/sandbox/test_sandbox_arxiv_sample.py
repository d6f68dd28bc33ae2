"""The sample batch: forty invented papers that show everything a demo should show."""

import re
from collections import Counter
from datetime import date

import pytest
from arxiv_data import MONDAY, TUESDAY

from sandbox.arxiv.records import DEFAULT_LICENSE, AnnounceType, PaperVersion
from sandbox.arxiv.sample import sample_papers, sample_records
from sandbox.arxiv.taxonomy import CATEGORIES

PAPERS = sample_papers(MONDAY, TUESDAY)
VERSIONS = [paper for day in PAPERS.days for paper in PAPERS.announced(day)]


def count(test: "re.Pattern[str]", field: str) -> int:
    return sum(bool(test.search(str(getattr(paper, field)))) for paper in VERSIONS)


def test_there_are_forty_papers_over_two_days() -> None:
    assert len(PAPERS.ids) == len(set(PAPERS.ids)) == 40
    assert PAPERS.days == (MONDAY, TUESDAY)
    assert min(len(PAPERS.announced(day)) for day in PAPERS.days) >= 18
    latest = PAPERS.latest(TUESDAY)
    assert len({paper.title for paper in latest}) == len({p.abstract for p in latest}) == 40


def test_every_record_says_that_it_is_invented() -> None:
    assert all(record["invented"] is True for record in sample_records())
    assert {record["day"] for record in sample_records()} == {0, 1}


def test_identifiers_and_references_are_of_reserved_ranges() -> None:
    assert all(re.fullmatch(r"\d{4}\.90\d{3}", paper_id) for paper_id in PAPERS.ids)
    assert all(paper.doi.startswith("10.5555/") for paper in VERSIONS if paper.doi)
    links = [
        link
        for paper in VERSIONS
        for link in re.findall(r"https?://([^\s;,)]+)", f"{paper.comment} {paper.abstract}")
    ]
    assert links
    assert all(re.match(r"github\.com/example/|[a-z]+\.example\.org", link) for link in links)


def test_people_write_one_paper_each() -> None:
    people = Counter(author for i in PAPERS.ids for author in PAPERS.history(i, TUESDAY)[0].authors)
    assert max(people.values()) == 1
    assert len(people) > 90


@pytest.mark.parametrize("paper", VERSIONS, ids=lambda paper: paper.versioned_id)
def test_a_paper_is_well_formed(paper: PaperVersion) -> None:
    assert 90 <= len(paper.abstract.split()) <= 220
    assert set(paper.categories) <= set(CATEGORIES)
    assert len(paper.categories) == len(set(paper.categories))
    for text in (paper.title, paper.abstract, *paper.authors, paper.comment or "x"):
        assert text == " ".join(text.split()) != ""
    for text in (paper.title, paper.abstract):
        assert text.count("$") % 2 == 0
        assert text.count("{") == text.count("}")
    assert paper.abstract.endswith(".")


def test_many_fields_are_covered() -> None:
    primaries = {paper.primary_category for paper in VERSIONS}
    wanted = {"cs.CL", "cs.LG", "cs.CV", "cs.AI", "stat.ML", "math.CO", "math.AG", "hep-th"}
    assert wanted | {"astro-ph.GA", "quant-ph"} <= primaries
    archives = {primary.split(".")[0] for primary in primaries}
    assert {"cond-mat", "q-bio", "econ", "eess", "physics"} <= archives
    assert sum(len(paper.categories) > 1 for paper in VERSIONS) > 20
    aliased = {("cs.IT", "math.IT"), ("math.ST", "stat.TH"), ("cs.SY", "eess.SY")}
    assert all(any(set(pair) <= set(p.categories) for p in VERSIONS) for pair in aliased)


def test_every_kind_of_announcement_is_there() -> None:
    types = Counter(paper.type for paper in VERSIONS)
    assert types[AnnounceType.NEW] == 35
    assert types[AnnounceType.REPLACE] >= 5
    assert types[AnnounceType.CROSS] == 1
    assert any(paper.version >= 6 for paper in VERSIONS)
    again = [i for i in PAPERS.ids if len(PAPERS.history(i, TUESDAY)) == 2]
    assert len(again) == 3
    (withdrawn,) = [paper for paper in VERSIONS if paper.withdrawn]
    assert withdrawn.version == 2
    assert (withdrawn.comment or "").startswith("This paper has been withdrawn by the authors")


def test_every_feature_of_the_texts_is_there() -> None:
    assert count(re.compile(r"\$.+\$"), "title") >= 5
    assert count(re.compile(r"\$.+\$"), "abstract") >= 15
    assert count(re.compile(r"\\H\{o\}"), "title") == 1
    assert count(re.compile(r"\\['\"H]"), "comment") >= 1
    assert count(re.compile(r"\\['\"H]"), "journal_ref") >= 2
    assert count(re.compile(r"[^\x00-\x7f]"), "authors") >= 20
    assert count(re.compile(r"\d+ pages.*\d+ figures"), "comment") >= 15
    assert count(re.compile(r"ACL|ICML|ECCV|IROS|Interspeech|USENIX|ICSE"), "comment") >= 6
    assert count(re.compile(r"https://github\.com/"), "comment") >= 5
    for text in (r"\be\.g\.,", r"\bi\.e\.,", r"\bet al\.", r"\bFig\. \d", r"\bcf\.", r"\bSec\. \d"):
        assert count(re.compile(text), "abstract") >= 1, text
    assert count(re.compile(r"\d\.\d"), "abstract") >= 25
    assert count(re.compile(r"%"), "abstract") >= 20
    for field in ("doi", "journal_ref"):
        assert sum(getattr(paper, field) is not None for paper in VERSIONS) >= 3


def test_licenses_differ() -> None:
    licenses = Counter(paper.license for paper in VERSIONS)
    assert len(licenses) >= 5
    assert licenses[DEFAULT_LICENSE] >= 3


def test_the_sample_can_be_announced_on_any_two_days() -> None:
    papers = sample_papers(date(2031, 2, 27), date(2031, 3, 3))
    assert papers.days == (date(2031, 2, 27), date(2031, 3, 3))
    for day in papers.days:
        for paper in papers.announced(day):
            assert paper.published <= paper.updated
            assert paper.updated.date() < day
    with pytest.raises(ValueError, match="must be after"):
        sample_papers(TUESDAY, TUESDAY)
