"""A paper's card: what it shows. That any paper makes a valid one: `test_ui_card_validity.py`."""

import re
from dataclasses import replace
from typing import Any

import pytest
from ui_samples import KEY, buttons, card, check, paper

from bot.i18n import speaking
from bot.models import AnnounceType, Role, Takeaway
from bot.sources.taxonomy import ARCHIVES
from bot.ui import cards, custom_ids
from bot.ui.cards import ARXIV_RED, ROLE_MARKS, card_view
from bot.ui.paper_facts import license_name


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
    assert "Ana Núñez, Bo Li, Cleo Ray, Dan Wu, Eva Ito\n-# cs.IR Information" in text
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


def test_a_translated_title_stands_small_under_the_title() -> None:
    made = replace(card(), translated_title="$O(n^2)$ 回の比較による *疎* 検索", language="ja")
    with speaking("ja"):
        lines = check(card_view(made, key=KEY)).splitlines()
    assert lines[0].startswith("### [Sparse Retrieval with O(n²) Comparisons]")
    assert lines[1] == r"-# 🌐 O(n²) 回の比較による \*疎\* 検索"


def test_links_are_named_by_what_they_lead_to() -> None:
    shown = paper(
        abstract="Data: https://huggingface.co/datasets/a/b, code: https://github.com/a/b.",
        comment="Project page: https://a.github.io/b/",
    )
    text = check(card_view(card(shown), key=KEY))
    assert (
        "[Code](https://github.com/a/b) · [Data](https://huggingface.co/datasets/a/b) · "
        "[Project page](https://a.github.io/b/)"
    ) in text
    model = paper(abstract="See https://huggingface.co/a/b.")
    assert "[Hugging Face](https://huggingface.co/a/b)" in check(card_view(card(model), key=KEY))


def test_nothing_is_said_twice() -> None:
    same = "A fast retrieval method."
    takeaways = tuple(Takeaway(text, Role.METHOD, 0) for text in (same, "One.", "One.", "Two."))
    shown = paper(comment="Accepted at J. Inv.", journal_ref="J. Inv. 3 (2026)")
    text = check(card_view(card(shown, tldr=same, takeaways=takeaways), key=KEY))
    assert text.count(same) == text.count("One.") == text.count("Two.") == 1
    assert text.count("J. Inv.") == 1


def test_a_takeaway_too_long_to_be_whole_is_left_out() -> None:
    takeaways = (Takeaway("long " * 200, Role.METHOD, 0), Takeaway("Short.", Role.RESULT, 1))
    text = check(card_view(card(takeaways=takeaways), key=KEY))
    assert re.findall(r"^- .*", text, re.MULTILINE) == [f"- {ROLE_MARKS[Role.RESULT]} Short."]


@pytest.mark.parametrize(("count", "button"), [(0, None), (1, None), (5, None), (6, "+1")])
def test_a_button_leads_to_the_authors_that_are_not_named(count: int, button: str | None) -> None:
    people = tuple(f"Author {n}" for n in range(count))
    view = card_view(card(paper(authors=people)), key=KEY)
    assert ", ".join(people[:5]) in check(view)
    others = {"Abstract", "Translate", "Related", "Bookmark", "PDF", "arXiv"}
    assert set(buttons(view)) - others == ({button} if button else set())


def test_buttons_carry_paper_version_and_key() -> None:
    assert buttons(card_view(card(), key=KEY)) == {
        "+2": f"pb1:au:2606.01234v1:{KEY}",
        "Abstract": f"pb1:abs:2606.01234v1:{KEY}",
        "Translate": f"pb1:tr:2606.01234v1:{KEY}",
        "Related": f"pb1:rel:2606.01234v1:{KEY}",
        "Bookmark": f"pb1:bm:2606.01234v1:{KEY}",
        "PDF": "https://arxiv.org/pdf/2606.01234v1",
        "arXiv": "https://arxiv.org/abs/2606.01234v1",
    }


def test_a_withdrawn_paper_says_so_first_and_has_no_pdf() -> None:
    shown = paper(withdrawn=True, comment="Withdrawn by the authors: Lemma 2 is *wrong*")
    view = card_view(card(shown), key=KEY)
    text = check(view)
    assert text.splitlines()[0] == "## ⛔ WITHDRAWN"
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
        Takeaway(f"Takeaway {n} " + f"says{n} " * 75 + f"end{n}.", Role.METHOD, n)
        for n in range(1, 9)
    )
    text = check(card_view(card(takeaways=sentences), key=KEY))
    kept = re.findall(r"^- .*?Takeaway (\d) (.*)$", text, re.MULTILINE)
    assert 3 <= len(kept) < 8
    assert [int(number) for number, _ in kept] == list(range(1, len(kept) + 1))
    for number, rest in kept:
        assert re.fullmatch(rf"(says{number} ){{75}}end{number}\.", rest)
    assert "Eva Ito\n" in text


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
    view = card_view(card(shown, tldr="word " * 300), key=KEY)
    assert "Key takeaways" in check(view)
    assert "+2,995" in buttons(view)


def test_where_that_is_too_little_authors_go_from_the_last_but_never_the_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    names = [f"{name} {'n' * 60}" for name in ("Ana", "Bo", "Cleo", "Dan", "Eva", "Fay")]
    made = card(paper(authors=tuple(names)))
    left: list[int] = []
    # With the real room this takes a longer text than the other limits let through.
    for room in range(900, 200, -20):
        monkeypatch.setattr(cards, "ROOM", room)
        view = card_view(made, key=KEY)
        text = check(view)
        kept = [name for name in names if name in text]
        assert kept == names[: len(kept)]
        left.append(len(kept))
        if not kept:
            break  # title and buttons alone
        assert f"+{len(names) - len(kept)}" in buttons(view)
        assert len(kept) == 5 or "Key takeaways" not in text
    assert list(dict.fromkeys(left)) == [5, 4, 3, 2, 1, 0]


def test_each_archive_has_its_color_and_a_withdrawn_paper_none() -> None:
    def color(**changes: Any) -> int:
        (box,) = card_view(card(paper(**changes)), key=KEY).to_components()
        return box["accent_color"]

    by_archive = {archive: color(primary_category=f"{archive}.XX") for archive in ARCHIVES}
    assert color(primary_category="cs.CL") == by_archive["cs"]
    assert color(primary_category="hep-th") == by_archive["hep-th"]
    assert ARXIV_RED not in by_archive.values(), "an archive has no color of its own"
    assert color(primary_category="new-sci.AB") == color(primary_category="") == ARXIV_RED
    high_energy = {by_archive.pop(name) for name in ("hep-ex", "hep-lat", "hep-ph", "hep-th")}
    nuclear = {by_archive.pop(name) for name in ("nucl-ex", "nucl-th")}
    assert len(high_energy) == len(nuclear) == 1
    assert len({*by_archive.values()} | high_energy | nuclear) == len(by_archive) + 2
    gray = color(withdrawn=True)
    assert gray not in by_archive.values()
    assert gray != ARXIV_RED


def test_three_thousand_authors_are_counted() -> None:
    view = card_view(card(paper(authors=tuple(f"A {n}" for n in range(3000)))), key=KEY)
    assert "A 0, A 1, A 2, A 3, A 4\n" in check(view)
    assert "+2,995" in buttons(view)


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
