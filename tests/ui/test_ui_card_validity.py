"""That any paper whatever makes messages that Discord takes, in every language of the bot."""

import gzip
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy
from openapi import OpenApi
from ui_samples import KEY, card, paper
from ui_validity import LANGUAGES, hostile_texts, officially_valid, valid, whole_parts

from bot.i18n import speaking
from bot.models import AnnounceType, Card, Paper, Role, Takeaway
from bot.text.comments import is_withdrawn
from bot.ui.cards import card_view, minimal_card_view
from bot.ui.private_pages import abstract_view, authors_view

_TITLES = {
    "en": "",
    "ja": "言語モデルにおける *検索* の失敗を測る：3.5倍速い手法（GPT-4を含む）",
    "zh-CN": "衡量语言模型中的检索失败：快 3.5 倍的方法（包括 GPT-4）",
}
_LICENSES = (
    None,
    "http://creativecommons.org/licenses/by-nc-nd/4.0/",
    "http://arxiv.org/licenses/nonexclusive-distrib/1.0/",
    "http://creativecommons.org/publicdomain/zero/1.0/",
)


def _real(row: dict[str, Any], place: int) -> Paper:
    return paper(
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
        license=_LICENSES[place % len(_LICENSES)],
        withdrawn=is_withdrawn(row["comment"]),
    )


def _card_of(shown: Paper, language: str) -> Card:
    # Whole sentences on purpose: the summarizer's are shorter.
    first, *others = re.split(r"(?<=\.) ", shown.abstract)
    roles = list(Role)
    takeaways = tuple(
        Takeaway(text, roles[n % len(roles)], n + 1) for n, text in enumerate(others[:5])
    )
    made = card(shown, tldr=first, takeaways=takeaways)
    return replace(made, language=language, translated_title=_TITLES[language])


@pytest.fixture(scope="module")
def real_papers(shared_data: Path) -> list[Paper]:
    with gzip.open(shared_data / "arxiv" / "batches.jsonl.gz", "rt", encoding="utf-8") as lines:
        return [_real(json.loads(line), place) for place, line in enumerate(lines)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_all_real_papers_make_valid_cards(
    real_papers: list[Paper], official_description: OpenApi | None, language: str
) -> None:
    assert len(real_papers) > 2900
    with speaking(language):
        for shown in real_papers:
            made = _card_of(shown, language)
            view = card_view(made, key=KEY)
            whole_parts(made, valid(view))
            valid(abstract_view(shown))
            if len(shown.authors) > 5:
                valid(authors_view(shown, 0))
            officially_valid(view, official_description)


def test_real_cards_keep_every_takeaway_and_their_first_authors(real_papers: list[Paper]) -> None:
    shortened = 0
    for shown in real_papers:
        made = _card_of(shown, "en")
        said = valid(card_view(made, key=KEY))
        whole = sum(line.startswith("- ") for line in said.splitlines())
        shortened += whole < len(made.summary.text.takeaways)
        assert shown.authors[0].split()[-1] in said or "\\" in said or "$" in shown.authors[0]
    assert shortened < len(real_papers) / 50


def _many(names: list[str], times: int) -> tuple[str, ...]:
    return tuple(name[:400] for name in names) * times


_HOSTILE_PAPERS = st.builds(
    paper,
    id=st.sampled_from(("2606.01234", "0704.0001", "math-ph/9901001", "hep-th/9901001")),
    version=st.sampled_from((1, 3, 999)),
    categories=st.lists(hostile_texts, max_size=8).map(tuple),
    primary_category=st.one_of(st.just("cs.CL"), hostile_texts),
    title=hostile_texts,
    abstract=hostile_texts,
    authors=st.builds(
        _many,
        st.lists(hostile_texts, max_size=6),
        st.sampled_from((1, 1, 3, 500)),
    ),
    comment=st.none() | hostile_texts,
    doi=st.none() | hostile_texts,
    journal_ref=st.none() | hostile_texts,
    license=st.none() | hostile_texts,
    withdrawn=st.booleans(),
)

# Just short enough for a card, so that a few of them are too many.
_LONG_SENTENCES = st.builds(
    "{} {}".format,
    st.integers(),
    st.sampled_from(("eight letters " * 40, "漢字かな " * 110, "👨‍👩‍👧‍👦 " * 48, "x_y* " * 85)),
)


def _takeaways(texts: SearchStrategy[str], least: int) -> SearchStrategy[tuple[Takeaway, ...]]:
    one = st.builds(Takeaway, texts, st.sampled_from(Role), st.just(0))
    return st.lists(one, min_size=least, max_size=7).map(tuple)


_HOSTILE_SUMMARIES = st.fixed_dictionaries(
    {
        "tldr": hostile_texts,
        "takeaways": _takeaways(hostile_texts, 0) | _takeaways(_LONG_SENTENCES, 5),
        "announce_type": st.none() | st.sampled_from(AnnounceType),
        "provider": st.sampled_from(("extractive-1", "gpt-*x* @everyone", "m" * 200)),
    }
)


@pytest.mark.parametrize("language", LANGUAGES)
@settings(max_examples=300, deadline=None)
@given(
    shown=_HOSTILE_PAPERS,
    summary=_HOSTILE_SUMMARIES,
    translated=hostile_texts,
)
def test_any_paper_makes_a_valid_card(
    official_description: OpenApi | None,
    language: str,
    shown: Paper,
    summary: dict[str, Any],
    translated: str,
) -> None:
    made = replace(card(shown, **summary), language=language, translated_title=translated)
    with speaking(language):
        view = card_view(made, key=KEY)
        whole_parts(made, valid(view))
        officially_valid(view, official_description)
        valid(minimal_card_view(made, key=KEY))


@pytest.mark.parametrize("language", LANGUAGES)
@settings(max_examples=60, deadline=None)
@given(shown=_HOSTILE_PAPERS, page=st.sampled_from((0, 1, 99_999)))
def test_any_paper_makes_valid_private_pages(
    official_description: OpenApi | None, language: str, shown: Paper, page: int
) -> None:
    with speaking(language):
        for view in (abstract_view(shown), authors_view(shown, page)):
            valid(view)
            officially_valid(view, official_description)
