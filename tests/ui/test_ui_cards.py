"""A paper's card: what it shows, and that Discord takes whatever a paper holds."""

import gzip
import json
import re
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from ui_samples import KEY, buttons, card, check, paper

from bot.models import AnnounceType, Paper, Role, Takeaway
from bot.ui import custom_ids
from bot.ui.cards import ROLE_MARKS, card_view, minimal_card_view
from bot.ui.paper_facts import license_name

_HOSTILE = st.one_of(
    st.text(max_size=300),
    st.sampled_from(
        [
            "@everyone @here <@&123> <#1> <t:0:R>",
            "](https://evil.example) [x](https://evil.example)",
            "# head\n> quote\n- list\n```code",
            "\u202egnp.exe\u2066 hidden \u200b\u200b",
            "https://evil.example/a_b_c) *x* ||spoiler||",
            r"$\alpha^{2}$ \href{x}{y} \\ $ {",
            "word " * 4000,
            "x" * 20_000,
            "漢字" * 10_000,
            "👨‍👩‍👧‍👦" * 700,
            "a\u0301" * 3000,
            "*" * 5000,
        ]
    ),
)


def test_shows_everything_that_is_known() -> None:
    shown = paper(
        comment="12 pages, 5 figures, accepted at NeurIPS 2026",
        license="http://creativecommons.org/licenses/by-nc-sa/4.0/",
        doi="10.1000/182",
        journal_ref="J. Inv. 3 (2026)",
        version=3,
        abstract="Code: https://github.com/example/sparse. Fine.",
    )
    text = check(card_view(card(shown, announce_type=AnnounceType.CROSS), key=KEY))
    assert "[Sparse Retrieval with O(n²) Comparisons](https://arxiv.org/abs/2606.01234v3)" in text
    assert "Ana Núñez, Bo Li, Cleo Ray, Dan Wu, Eva Ito +2" in text
    assert "cs.IR Information Retrieval · cs.CL Computation and Language · stat.ML" in text
    assert "**TL;DR** A fast retrieval method." in text
    assert f"- {ROLE_MARKS[Role.RESULT]} It is 3.5 times faster." in text
    facts = next(line for line in text.splitlines() if line.startswith("12 pages"))
    assert facts == (
        "12 pages · 5 figures · NeurIPS 2026 · CC BY-NC-SA 4.0 · "
        "[Code](https://github.com/example/sparse) · [DOI](https://doi.org/10.1000/182) · "
        "J. Inv. 3 (2026) · v3 · cross-list"
    )
    assert text.endswith("-# Extracted from the abstract")


def test_a_plain_new_paper_has_no_line_of_facts() -> None:
    lines = check(card_view(card(), key=KEY)).splitlines()
    assert lines[-2].startswith("- ")
    assert lines[-1] == "-# Extracted from the abstract"


def test_buttons_carry_paper_version_and_key() -> None:
    assert buttons(card_view(card(), key=KEY)) == {
        "Abstract": f"pb1:abs:2606.01234v1:{KEY}",
        "Bookmark": f"pb1:bm:2606.01234v1:{KEY}",
        "PDF": "https://arxiv.org/pdf/2606.01234v1",
    }


def test_a_withdrawn_paper_says_so_first_and_has_no_pdf() -> None:
    shown = paper(withdrawn=True, comment="Withdrawn by the authors: Lemma 2 is *wrong*")
    view = card_view(card(shown), key=KEY)
    text = check(view)
    assert text.splitlines()[0] == "### ⛔ WITHDRAWN"
    assert r"Lemma 2 is \*wrong\*" in text
    assert "PDF" not in buttons(view)


def test_a_paper_without_abstract_says_so() -> None:
    text = check(card_view(card(paper(abstract=""), tldr="", takeaways=()), key=KEY))
    assert "TL;DR" not in text
    assert "takeaways" not in text
    assert "arXiv gives no abstract" in text


def test_another_provider_is_named() -> None:
    text = check(card_view(card(provider="gpt-*x*"), key=KEY))
    assert r"-# Summary by gpt-\*x\*" in text


def test_too_long_a_card_loses_whole_takeaways_from_the_end_before_authors() -> None:
    sentences = tuple(
        Takeaway(f"Takeaway {n} " + f"says{n} " * 90 + f"end{n}.", Role.METHOD, n)
        for n in range(1, 9)
    )
    text = check(card_view(card(takeaways=sentences), key=KEY))
    kept = re.findall(r"^- .*?Takeaway (\d) (.*)$", text, re.MULTILINE)
    assert 3 <= len(kept) < 8
    assert [int(number) for number, _ in kept] == list(range(1, len(kept) + 1))
    for number, rest in kept:
        assert re.fullmatch(rf"(says{number} ?)+(…| end{number}\.|end{number}\.)", rest)
    assert "Eva Ito +2" in text


def test_authors_go_only_when_no_takeaway_is_left() -> None:
    people = tuple(f"{'Name' * 18} {n}" for n in range(3000))
    shown = paper(
        authors=people,
        title="T" * 290,
        journal_ref="J" * 110,
        doi="10.1/" + "é" * 500,
        categories=tuple(f"{'c' * 38}{n}" for n in range(30)),
        license="https://" + "l" * 60 + ".example",
    )
    text = check(card_view(card(shown, tldr="word " * 300), key=KEY))
    assert "+2,995" in text


def test_three_thousand_authors_are_counted() -> None:
    text = check(card_view(card(paper(authors=tuple(f"A {n}" for n in range(3000)))), key=KEY))
    assert "A 0, A 1, A 2, A 3, A 4 +2,995" in text


def test_hostile_titles_stay_harmless() -> None:
    title = "@everyone <@&5> \u202e](https://evil.example) **b** [a](https://evil.example/x)"
    text = check(card_view(card(paper(title=title)), key=KEY))
    assert "@everyone" not in text
    assert "<@&" not in text
    assert "\u202e" not in text
    assert re.search(r"(?<!\\)\]\(https://evil", text) is None
    # An address inside a link's title would make Discord show the link as raw text.
    first = text.splitlines()[0]
    assert first.count("https://") == 1


def test_an_empty_title_still_links() -> None:
    for title in ("", "  ", "\u200b\u202e"):
        text = check(card_view(card(paper(title=title)), key=KEY))
        assert "[(no title)](https://arxiv.org/abs/2606.01234v1)" in text


def test_old_identifiers_fit() -> None:
    view = card_view(card(paper(id="math-ph/9901001", version=12)), key=KEY)
    check(view)
    found = custom_ids.ABSTRACT.fullmatch(buttons(view)["Abstract"])
    assert found is not None
    assert (found["paper"], found["version"]) == ("math-ph/9901001", "12")


def test_the_key_is_read_back_from_every_posted_id() -> None:
    shown = paper(id="hep-th/9901001")
    assert custom_ids.key_of(custom_ids.abstract(shown, KEY)) == KEY
    assert custom_ids.key_of(custom_ids.bookmark(shown, KEY)) == KEY
    assert custom_ids.key_of(custom_ids.all_matches("aa", KEY)) == KEY
    assert custom_ids.key_of(custom_ids.abstract(shown, custom_ids.NO_KEY)) is None
    assert custom_ids.key_of(custom_ids.matches_page("aa", 1, "n")) is None
    assert custom_ids.key_of("pb1:s:x.abcdefghijkl:go:bb") is None


def test_a_link_that_could_break_the_markdown_is_left_out() -> None:
    shown = paper(abstract="See https://github.com/" + "a" * 400 + "/b and more.")
    assert "[Code]" not in check(card_view(card(shown), key=KEY))


def test_license_names() -> None:
    assert license_name("http://creativecommons.org/licenses/by/4.0/") == "CC BY 4.0"
    assert license_name("http://creativecommons.org/publicdomain/zero/1.0/") == "CC0 1.0"
    arxiv = "http://arxiv.org/licenses/nonexclusive-distrib/1.0/"
    assert license_name(arxiv) == "arXiv license"
    assert license_name("https://example.org/terms") == "license: example.org"
    assert license_name("nonsense") == ""
    assert license_name("http://[broken") == ""


def test_views_are_not_kept_by_the_library() -> None:
    assert card_view(card(), key=KEY).is_finished()


_PAPERS = st.builds(
    paper,
    categories=st.lists(_HOSTILE, max_size=8).map(tuple),
    primary_category=_HOSTILE,
    title=_HOSTILE,
    abstract=_HOSTILE,
    authors=st.lists(_HOSTILE, max_size=8).map(lambda names: tuple(names) * 400),
    comment=st.none() | _HOSTILE,
    doi=st.none() | _HOSTILE,
    journal_ref=st.none() | _HOSTILE,
    license=st.none() | _HOSTILE,
    withdrawn=st.booleans(),
)


@settings(max_examples=60, deadline=None)
@given(
    shown=_PAPERS,
    sentences=st.lists(_HOSTILE, max_size=6),
    kind=st.none() | st.sampled_from(AnnounceType),
)
def test_any_paper_makes_a_valid_card(
    shown: Paper, sentences: list[str], kind: AnnounceType | None
) -> None:
    takeaways = tuple(Takeaway(text, Role.METHOD, 0) for text in sentences)
    made = card(shown, tldr=shown.abstract, takeaways=takeaways, announce_type=kind)
    for view in (card_view(made, key=KEY), minimal_card_view(made, key=KEY)):
        text = check(view)
        assert "@everyone" not in text
        assert not set("\u202a\u202b\u202d\u202e\u2066\u2067\u2068") & set(text)


def test_all_real_papers_make_valid_cards(shared_data: Path) -> None:
    count = 0
    with gzip.open(shared_data / "arxiv" / "batches.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            shown = paper(
                id=row["id"],
                version=row["version"],
                title=row["title"],
                abstract=row["abstract"],
                authors=tuple(row["authors"]),
                categories=tuple(row["categories"]),
                primary_category=row["primary_category"],
                comment=row["comment"],
                doi=row["doi"],
                journal_ref=row["journal_ref"],
            )
            # Long sentences on purpose: real summaries are shorter.
            parts = re.split(r"(?<=\.) ", row["abstract"])
            takeaways = tuple(Takeaway(text, Role.METHOD, n) for n, text in enumerate(parts[:5]))
            text = check(card_view(card(shown, tldr=parts[0], takeaways=takeaways), key=KEY))
            assert f"(https://arxiv.org/abs/{shown.versioned_id})" in text
            count += 1
    assert count > 2900
