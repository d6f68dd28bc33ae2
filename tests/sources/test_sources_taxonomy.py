"""arXiv's categories: the table, finding, and reading what people type."""

import gzip
import json
import re
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import BadInput
from bot.sources.taxonomy import (
    ALIASES,
    CATEGORIES,
    canonical,
    find,
    is_category,
    keep_categories,
    oai_set,
    parse_categories,
)


def test_the_table_is_arxivs() -> None:
    assert len(CATEGORIES) == 155
    computation = CATEGORIES["cs.CL"]
    assert (computation.name, computation.archive, computation.group) == (
        "Computation and Language",
        "cs",
        "Computer Science",
    )
    assert CATEGORIES["astro-ph.GA"].archive_name == "Astrophysics"
    assert CATEGORIES["astro-ph.GA"].group == CATEGORIES["hep-th"].group == "Physics"
    assert set(ALIASES) | set(ALIASES.values()) <= set(CATEGORIES)
    assert not set(ALIASES) & set(ALIASES.values())


def test_every_category_of_real_papers_is_known(shared_data: Path) -> None:
    shape = re.compile(r"(cs|math|physics|stat|eess|econ|nlin|q-bio|q-fin|cond-mat|astro-ph)\..+")
    terms: set[str] = set()
    for name in ("batches.jsonl.gz", "papers-30k.jsonl.gz"):
        with gzip.open(shared_data / "arxiv" / name, "rt", encoding="utf-8") as lines:
            for line in lines:
                terms.update(json.loads(line)["categories"])
    real = {term for term in terms if shape.fullmatch(term)}
    assert len(real) > 100
    assert real <= set(CATEGORIES)
    # What is left over are ACM and MSC classes and the like, and archives that are categories.
    assert {term for term in terms - real if is_category(term)} <= set(CATEGORIES)


def test_acm_and_msc_classes_are_no_categories() -> None:
    assert keep_categories(
        ("cs.CL", "I.2.7", "68T50", "68T50, 68T07", "J.m", "na", "Biology", "cs.AI", "cs.CL")
    ) == ("cs.CL", "cs.AI")
    assert keep_categories(("G.2.1; G.2.2", "astro-ph", "cmp-lg", "CS", "hep-th", "math.XX")) == (
        "astro-ph",
        "cmp-lg",
        "hep-th",
        "math.XX",
    )


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("cs.cl", "cs.CL"),
        ("CS.C", "cs.CC"),
        ("hep-", "hep-ex"),
        ("cl", "cs.CL"),
        ("computation", "cs.CL"),
        ("language comp", "cs.CL"),
        ("MACHINE LEARN", "cs.LG"),
        ("galaxies", "astro-ph.GA"),
        ("stati mech", "cond-mat.stat-mech"),
        ("  quantum phys ", "quant-ph"),
        ("robótics", "cs.RO"),
    ],
)
def test_autocomplete(typed: str, first: str) -> None:
    ids = [category.id for category in find(typed)]
    assert ids[0] == first
    assert ids == [category.id for category in find(typed)]


def test_autocomplete_is_bounded_and_starts_with_something() -> None:
    assert len(find("")) == 25
    assert len(find("", limit=7)) == 7
    assert find("no such field of science") == []
    assert find("cs.LG")[0].id == "cs.LG"


@pytest.mark.parametrize(
    ("typed", "parsed"),
    [
        ("cs.CL", ("cs.CL",)),
        ("CS.cl, Hep-TH", ("cs.CL", "hep-th")),
        ("cs.CL cs.AI;cs.CL+stat.ml", ("cs.CL", "cs.AI", "stat.ML")),
        ("cond-mat.STR-EL", ("cond-mat.str-el",)),
        ("cs.NA math.NA", ("math.NA",)),
        ("math.MP, q-fin.EC, cs.SY, math.IT, stat.TH",
         ("math-ph", "econ.GN", "eess.SY", "cs.IT", "math.ST")),
        ("cmp-lg", ("cs.CL",)),
        ("quant-ph,gr-qc", ("quant-ph", "gr-qc")),
    ],
)  # fmt: skip
def test_reading_categories(typed: str, parsed: tuple[str, ...]) -> None:
    assert parse_categories(typed) == parsed


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("cs.XL", r"“cs\.XL” is not an arXiv category\. Did you mean .*cs\."),
        ("cs.CL, hepth", r"“hepth”.*hep-th"),
        ("language", r"“language”.*cs\.CL"),
        ("qqqqqq", "“qqqqqq” is not an arXiv category"),
        ("cs", r"cs is a whole archive.*2,000.*cs\.AI"),
        ("Astro-PH", r"astro-ph is a whole archive.*astro-ph\.CO"),
        ("physics", "whole archive"),
        ("", "No category"),
        (" , ", "No category"),
    ],
)
def test_what_is_wrong_is_named_with_a_way_out(typed: str, told: str) -> None:
    with pytest.raises(BadInput, match=told):
        parse_categories(typed)


def test_a_very_long_input_is_not_repeated_in_full() -> None:
    with pytest.raises(BadInput) as caught:
        parse_categories("x" * 5000)
    assert len(caught.value.sentence) < 200


@given(st.text(max_size=60))
def test_reading_gives_known_categories_or_a_sentence(text: str) -> None:
    found: tuple[str, ...] = ()
    with suppress(BadInput):
        found = parse_categories(text)
    assert set(found) <= set(CATEGORIES) - set(ALIASES)
    assert all(category.id in CATEGORIES for category in find(text))


@pytest.mark.parametrize(
    ("category", "spec"),
    [
        ("cs.CL", "cs:cs:CL"),
        ("math.CO", "math:math:CO"),
        ("q-bio.QM", "q-bio:q-bio:QM"),
        ("hep-th", "physics:hep-th"),
        ("math-ph", "physics:math-ph"),
        ("astro-ph.GA", "physics:astro-ph:GA"),
        ("cond-mat.str-el", "physics:cond-mat:str-el"),
        ("physics.comp-ph", "physics:physics:comp-ph"),
        ("nlin.CD", "physics:nlin:CD"),
        ("eess.SP", "eess:eess:SP"),
    ],
)
def test_sets_of_oai(category: str, spec: str) -> None:
    assert oai_set(category) == spec


def test_only_categories_have_a_set_of_oai() -> None:
    with pytest.raises(BadInput):
        oai_set("cs")
    assert canonical("cs.NA") == "math.NA"
    assert canonical("cs.CL") == "cs.CL"
