"""BibTeX, read by two parsers of it."""

import re
from pathlib import Path
from typing import Any

import pytest
from bibtexparser.entrypoint import parse_string as parse_bibtex
from export_entries import citations, entry, real_entries, text_of
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pybtex import database as pybtex  # pyright: ignore[reportMissingTypeStubs]

from bot.export.citations import Entry
from bot.export.formats import Format
from bot.export.latex import escape, latex_title
from bot.text.safety import plain


def fields(**changes: Any) -> dict[str, str]:
    """The fields of one entry as bibtexparser reads them; its type is `ENTRYTYPE`."""
    (read,) = parse_bibtex(text_of([entry(**changes)], Format.BIBTEX)).entries
    return {"ENTRYTYPE": read.entry_type} | {name: str(one.value) for name, one in
                                             read.fields_dict.items()}  # fmt: skip


def _pybtex(text: str) -> Any:
    read: Any = pybtex  # it comes without types
    return read.parse_string(text, "bibtex")


def both(entries: list[Entry]) -> list[str]:
    """Load the entries with both parsers; every one must be there, with every field.

    Returns the titles as both read them.
    """
    made = citations(entries)
    text = text_of(entries, Format.BIBTEX)
    keys = [one.key for one in made]
    assert len(set(keys)) == len(keys)
    library = parse_bibtex(text)
    assert library.failed_blocks == []
    assert [read.key for read in library.entries] == keys
    parsed = _pybtex(text)
    assert list(parsed.entries) == keys
    for one, read in zip(made, library.entries, strict=True):
        other = parsed.entries[one.key]
        assert other.fields["eprint"] == read["eprint"] == one.paper.id
        # pybtex puts single spaces where several are.
        assert other.fields["title"].split() == read["title"].split()
        if one.authors:
            assert len(other.persons["author"]) == len(one.authors)
    return [str(read["title"]) for read in library.entries]


def test_a_preprint() -> None:
    assert fields(note="Read\nagain & again") == {
        "ENTRYTYPE": "misc",
        "author": "Garc{\\'\\i}a, Jos{\\'e} and Lovelace, Ada",
        "title": "Where Attention Goes",
        "year": "2026",
        "month": "jun",
        "eprint": "2606.00001",
        "archivePrefix": "arXiv",
        "primaryClass": "cs.CL",
        "url": "https://arxiv.org/abs/2606.00001",
        "annote": r"Read again \& again",
    }


def test_the_published_version_is_preferred() -> None:
    read = fields(journal_ref="Phys. Rev. D 95, 1-9 (2017)", doi="10.1103/PhysRevD.95_1")
    assert read["ENTRYTYPE"] == "article"
    assert (read["journal"], read["volume"], read["pages"]) == ("Phys. Rev. D", "95", "1--9")
    assert (read["year"], read["doi"]) == ("2017", "10.1103/PhysRevD.95_1")
    assert (read["eprint"], read["archivePrefix"]) == ("2606.00001", "arXiv")
    assert "month" not in read
    assert fields(doi="10.1/{x}\\ %")["doi"] == "10.1/%7Bx%7D%5C"


@pytest.mark.parametrize(
    ("author", "written"),
    [
        ("Ludwig van Beethoven", "van Beethoven, Ludwig"),
        ("John Smith Jr.", "Smith, Jr., John"),
        ("ATLAS Collaboration", "{ATLAS Collaboration}"),
        ("Johnson and Johnson Group", "{Johnson and Johnson Group}"),
        ("Plato", "Plato"),
        ("Paul Erd\\H{o}s", "Erd{\\H{o}}s, Paul"),
        ("Nguyễn Thắng", "Th{\\'{\\u{a}}}ng, Nguy{\\~{\\^e}}n"),
        ("张 伟", "张, 伟"),
        ("Łukasz Żak", "{\\.Z}ak, {\\L}ukasz"),
    ],
)
def test_names(author: str, written: str) -> None:
    assert f"author = {{{written}}}," in text_of([entry(authors=(author,))], Format.BIBTEX)


@pytest.mark.parametrize(
    ("title", "written"),
    [
        ("BERT for $L^2$", "{BERT} for {$L^2$}"),
        ("LoRA, DiTs and GPT-4 in 3D", "{LoRA}, {DiTs} and {GPT}-4 in {3D}"),
        ("An analysis of Markov chains in Bayesian nets: Towards Nash",
         "An analysis of {Markov} chains in {Bayesian} nets: Towards {Nash}"),
        ("R&D at 100% of C# and a_b", r"{R}\&{D} at 100\% of {C}\# and a\_b"),
        (r"R\&D \'etudes \emph{Deep Nets}", r"{R}\&{D} \'etudes \emph{Deep Nets}"),
        ("M^3 and F^{3A}", "{M}{$^{3}$} and {F}{$^{3A}$}"),
        ("z~6, ~88,000 and Nash~Equilibria", r"z{$\sim$}6, {$\sim$}88,000 and Nash~Equilibria"),
        (r"z \sim 6", r"z {$\sim$} 6"),
        ("On $5 and $10 bills", r"On \$5 and \$10 bills"),
        ("The $Λ$CDM model", r"The {${\Lambda}$}{CDM} model"),
        ("Schrödinger’s “cat” — é", "Schr{\\\"o}dinger's ``cat'' --- {\\'e}"),
        (r"\LaTeX twice", r"{\LaTeX} twice"),
        ("one { two", r"one {\textbraceleft} two"),
        (r"$\{1,2\}$ and $a_{1$", r"{$\{1,2\}$} and {$a_\lbrace 1$}"),
        ("ends in \\", r"ends in {\textbackslash}"),
        (r"ends in \ ", "ends in"),
        (r"line\\break, lone accent \'", "line break, lone accent '"),
        ("量子 computing 🔥", "量子 computing 🔥"),
    ],
)  # fmt: skip
def test_titles(title: str, written: str) -> None:
    assert latex_title(title) == written


def test_plain_text_is_escaped_whole() -> None:
    assert escape(r"50% of $x_1$ {a} \b ~^#&") == (
        r"50\% of \$x\_1\$ {\textbraceleft}a{\textbraceright} {\textbackslash}b "
        r"{\textasciitilde}{\textasciicircum}\#\&"
    )


HOSTILE = st.text(
    st.one_of(st.sampled_from("\\{}$%&#_~^\"'`,@=\n\r\t ab1AÉ量\u202e\u0301"), st.characters()),
    max_size=60,
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(HOSTILE, st.lists(HOSTILE, max_size=4), HOSTILE, HOSTILE, HOSTILE)
def test_nothing_breaks_the_file(
    title: str, authors: list[str], note: str, doi: str, journal: str
) -> None:
    hostile = entry(1, note=note, title=title, authors=tuple(authors), doi=doi, journal_ref=journal)
    titles = both([hostile, entry(2)])
    assert titles == [latex_title(plain(title)), "Where Attention Goes"]


@settings(max_examples=300, deadline=None)
@given(HOSTILE)
def test_braces_balance_for_every_way_to_count_them(text: str) -> None:
    for written in (latex_title(text), escape(text)):
        for counted in (written, re.sub(r"\\[{}]", "", written)):
            depth = 0
            for sign in counted:
                depth += (sign == "{") - (sign == "}")
                assert depth >= 0
            assert depth == 0
        behind = len(written) - len(written.rstrip("\\"))
        assert behind % 2 == 0


def test_all_real_papers_load(shared_data: Path) -> None:
    entries = real_entries(shared_data)
    assert len(both(entries)) == 2999
