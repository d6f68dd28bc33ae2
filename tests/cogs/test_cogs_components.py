"""Every kind of button and menu that works for ever: its ids, and what it answers."""

import inspect
import json
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import discord
import pytest
from cogs_table import SAMPLE_ID
from discord import ui
from e2e.commands_stage import CommandsStage, commands_stage
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from bot.languages import LANGUAGES
from bot.models import Paper
from bot.ui import custom_ids
from bot.ui.buttons import POSTED_BUTTONS
from bot.ui.list_pages import RENDERERS
from bot.ui.posted_buttons import PostedButton
from bot.ui.sessions import Session, Sessions
from bot.ui.views import Item, posted, row
from sandbox.discord.person import Person
from sandbox.discord.sightings import Outcome, SeenMessage

LONGEST_ID = 100
KEY = "0123456789abcdef"
LISTS_KEY = "K" * 12
UNKNOWN = "2606.99999"
# What is told for a paper, a list, a bookmark and a digest that nobody knows.
NO_PAPER = f"arXiv has no {UNKNOWN}"
NO_LIST = "This list has expired. Run the command again."
NO_BOOKMARK = "not among your bookmarks"
NO_DIGEST = "not in my records"
ANSWERS = {
    "abstract": NO_PAPER,
    "bookmark": NO_PAPER,
    "translate": NO_PAPER,
    "related": NO_PAPER,
    "authors": NO_PAPER,
    "authors_page": NO_PAPER,
    "posted_translation": NO_PAPER,
    "open_paper": NO_PAPER,
    "translation": NO_PAPER,
    "translate_ref": NO_PAPER,
    "list_page": NO_LIST,
    "unbookmark": NO_BOOKMARK,
    "choose_bookmark": NO_LIST,
    "bookmark_note": NO_BOOKMARK,
    "drop_bookmark": NO_BOOKMARK,
    "all_matches": NO_DIGEST,
    "matches_page": NO_DIGEST,
}
POSTED = {"abstract", "bookmark", "translate", "related", "authors", "posted_translation"} | {
    "all_matches"
}

ids = st.one_of(
    st.sampled_from(["supr-con/9912345", "math-ph/0001001", "0704.0001", "2606.12345"]),
    st.from_regex(r"[0-9]{4}\.[0-9]{4,5}|[a-z-]{2,8}/[0-9]{7}", fullmatch=True),
)
keys = st.from_regex(r"[0-9A-Za-z_-]{1,25}", fullmatch=True)
languages = st.sampled_from([*LANGUAGES])
places = st.sampled_from("fphnl")


def samples(
    paper_id: str, key: str, language: str, page: int, *, version: int = 1, place: str = "n"
) -> dict[str, str]:
    """A custom id of every form, by the function that makes it."""
    paper = Paper(paper_id, version, "A Title", "", (), ("cs.CL",), "cs.CL")
    return {
        "abstract": custom_ids.abstract(paper, key),
        "bookmark": custom_ids.bookmark(paper, key),
        "translate": custom_ids.translate(paper, key),
        "related": custom_ids.related(paper, key),
        "authors": custom_ids.authors(paper, key),
        "authors_page": custom_ids.authors_page(paper, page, place),
        "posted_translation": custom_ids.posted_translation(paper, language, key),
        "open_paper": custom_ids.open_paper(paper.versioned_id),
        "translation": custom_ids.translation(paper.versioned_id, language, "b", page % 1000, "m"),
        "translate_ref": custom_ids.translate_ref(paper.versioned_id, language),
        "list_page": custom_ids.list_page(key, page, place),
        "unbookmark": custom_ids.unbookmark(paper.id),
        "choose_bookmark": custom_ids.choose_bookmark(key, page),
        "bookmark_note": custom_ids.bookmark_note(paper.id, key, page),
        "drop_bookmark": custom_ids.drop_bookmark(paper.id, key, page),
        "all_matches": custom_ids.all_matches(key, key),
        "matches_page": custom_ids.matches_page(key, page, place),
    }


def _template(kind: type[PostedButton]) -> re.Pattern[str]:
    # The library shows it of an item only, not of its class.
    found: Any = kind
    return found.__discord_ui_compiled_template__


TEMPLATES = {kind: _template(kind) for kind in POSTED_BUTTONS}


def _matching(custom_id: str) -> list[type[PostedButton]]:
    return [kind for kind, template in TEMPLATES.items() if template.fullmatch(custom_id)]


def _kinds(kind: type[PostedButton]) -> set[type[PostedButton]]:
    return {kind}.union(*(_kinds(child) for child in kind.__subclasses__()))


def test_every_kind_is_registered_once_and_every_form_is_known() -> None:
    ours = {kind for kind in _kinds(PostedButton) if kind.__module__.startswith("bot.")}
    abstract = {kind for kind in ours if _template(kind).pattern == custom_ids.NEVER}
    assert set(POSTED_BUTTONS) == ours - abstract
    assert len(POSTED_BUTTONS) == len(set(TEMPLATES.values()))
    forms: set[object] = {
        value
        for name, value in vars(custom_ids).items()
        if isinstance(value, re.Pattern) and not name.startswith("_")
    }
    assert forms == set(TEMPLATES.values())
    makers = {
        name
        for name, value in vars(custom_ids).items()
        if inspect.isfunction(value) and not name.startswith("_")
    }
    assert makers - {"key_of"} == set(ANSWERS) == set(samples("2606.00001", KEY, "ja", 0))


@given(ids, keys, languages, st.tuples(st.integers(0, 99_999), st.integers(1, 999), places))
def test_an_id_is_short_and_answered_by_one_kind(
    paper_id: str, key: str, language: str, numbers: tuple[int, int, str]
) -> None:
    page, version, place = numbers
    made = samples(paper_id, key, language, page, version=version, place=place)
    answering: list[type[PostedButton]] = []
    for form, custom_id in made.items():
        assert len(custom_id) <= LONGEST_ID, form
        found = _matching(custom_id)
        assert len(found) == 1, form
        answering += found
        of_delivery = form in POSTED and key != custom_ids.NO_KEY
        assert custom_ids.key_of(custom_id) == (key if of_delivery else None), form
    assert set(answering) == set(POSTED_BUTTONS)
    assert len(answering) == len(POSTED_BUTTONS)


@pytest.mark.parametrize("kind", POSTED_BUTTONS, ids=lambda kind: kind.__name__)
def test_no_two_kinds_answer_the_same_id(kind: type[PostedButton]) -> None:
    @given(st.from_regex(_template(kind), fullmatch=True))
    def only_this(custom_id: str) -> None:
        assert _matching(custom_id) == [kind]

    only_this()


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[CommandsStage]:
    memory = tmp_path / "memory"
    memory.mkdir()
    known = {"language": "ja", "source": "We look.", "target": "見る。"}
    (memory / "papers.jsonl").write_text(json.dumps(known), encoding="utf-8")
    async with commands_stage(tmp_path / "data", translation_memory=str(memory)) as made:
        yield made


def _dialogs(stage: CommandsStage) -> dict[str, Sessions]:
    """The commands' registries of open dialogs, by the commands' names."""
    found = {name: getattr(cog, "sessions", None) for name, cog in stage.client.cogs.items()}
    return {name.lower(): one for name, one in found.items() if isinstance(one, Sessions)}


async def test_the_client_knows_all_of_them_and_the_dialogs(stage: CommandsStage) -> None:
    client: Any = stage.client
    known: dict[re.Pattern[str], object] = client._connection._view_store._dynamic_items
    assert {template: kind for kind, template in TEMPLATES.items()}.items() <= known.items()
    dialogs = _dialogs(stage)
    assert set(dialogs) == {"subscribe", "subscriptions", "glossary", "bookmarks", "privacy"}
    assert len(known) == len(POSTED_BUTTONS) + len(dialogs)
    answering: list[re.Pattern[str]] = []
    for sessions in dialogs.values():
        session = sessions.open(stage.reader_id)
        longest = session.custom_id("x" * 12, "supr-con/9912345v999:99999")
        assert len(longest) <= LONGEST_ID
        assert _matching(longest) == []
        found = [template for template in known if template.fullmatch(longest)]
        assert found == [t for t in known if t.fullmatch(session.custom_id("page"))]
        answering += found
    assert len(set(answering)) == len(answering) == len(dialogs)


async def _pressed(stage: CommandsStage, custom_id: str, *, by: Person | None = None) -> Outcome:
    """What becomes of a press on a control that stands in a message of the bot's."""
    control: Item = ui.Button(label="Press me", custom_id=custom_id)
    if custom_id.startswith("pb1:bms:"):
        options = [discord.SelectOption(label="A paper", value=UNKNOWN)]
        control = ui.Select(custom_id=custom_id, options=options)
    channel = stage.client.get_partial_messageable(stage.channel_id)
    view = posted([ui.TextDisplay("A message of long ago"), *row([control])], accent=0)
    sent = await channel.send(view=view)
    person = by or stage.reader
    seen = await person.read(stage.channel_id)
    message = next(message for message in seen if message.id == sent.id)
    if isinstance(control, ui.Select):
        outcome = await person.select(message, [UNKNOWN], custom_id=custom_id)
    else:
        outcome = await person.press(message, custom_id=custom_id)
    answered = await person.follow(outcome, _said_all)
    assert answered.error is None, custom_id
    return answered


def _said_all(outcome: Outcome) -> bool:
    acknowledged = outcome.progress == "acknowledged" and not outcome.followups
    return outcome.settled and not acknowledged


def _answer(outcome: Outcome) -> SeenMessage:
    message = outcome.followups[-1] if outcome.followups else outcome.message
    assert message is not None, outcome.raw
    return message


async def test_what_nobody_knows_is_answered_with_a_sentence(stage: CommandsStage) -> None:
    with capture_logs() as logs:
        for form, custom_id in samples(UNKNOWN, LISTS_KEY, "ja", 3).items():
            answer = _answer(await _pressed(stage, custom_id))
            assert ANSWERS[form] in answer.text, f"{form}: {answer.text}"
            assert "incident" not in answer.text, form
    assert [entry for entry in logs if entry["log_level"] == "error"] == []


@pytest.mark.parametrize(
    "custom_id",
    [
        "pb1:abs:../..v1:-",
        "pb1:rel:v1v9999:-",
        "pb1:open:-",
        "pb1:open:2613.99999v0",
        "pb1:au:hep-th/0000000v1:-",
        "pb1:bm:9999.99999v1:-",
        "pb1:unbm:-",
        f"pb1:trv:{SAMPLE_ID}v1:xx:b:999:r",
        f"pb1:trv:{SAMPLE_ID}v1:en:t:0:m",
        f"pb1:trp:{SAMPLE_ID}v1:zz-ZZ:-",
        "pb1:trr:----:-",
        f"pb1:trr:{SAMPLE_ID}:xx",
        "pb1:bmn:-:-:0",
        f"pb1:aup:{SAMPLE_ID}v1:99999:l",
        f"pb1:abs:{SAMPLE_ID}v9999:-",
    ],
)
async def test_ids_that_only_look_right_are_answered_with_a_sentence(
    stage: CommandsStage, custom_id: str
) -> None:
    assert len(_matching(custom_id)) == 1
    with capture_logs() as logs:
        answer = _answer(await _pressed(stage, custom_id))
    assert answer.text.strip()
    assert [entry for entry in logs if entry["log_level"] == "error"] == []
    assert [entry for entry in logs if "incident" in entry] == []


@pytest.mark.parametrize("custom_id", ["pb1:none", "pb1:s:gone.abcdefghijkl:go", "pb0:abs:1"])
async def test_what_no_version_knows_is_answered_too(stage: CommandsStage, custom_id: str) -> None:
    answer = _answer(await _pressed(stage, custom_id))
    assert answer.ephemeral
    assert "This has expired" in answer.text


async def test_a_list_is_its_persons_only(stage: CommandsStage) -> None:
    services, now = stage.core.services, stage.clock.now()
    await services.bookmarks.set(stage.admin_id, SAMPLE_ID, 1)
    await services.bookmarks.set(stage.reader_id, SAMPLE_ID, 1)
    for kind in RENDERERS:
        kept = await services.lists.keep(stage.admin_id, kind, {}, now)
        for place in "fphnlbr":
            answer = _answer(await _pressed(stage, custom_ids.list_page(kept.key, 0, place)))
            assert answer.ephemeral, kind
            assert "This list is somebody else's" in answer.text, kind
    kept = await services.lists.keep(stage.admin_id, "bookmarks", {"query": ""}, now)
    for custom_id in (
        custom_ids.choose_bookmark(kept.key, 0),
        custom_ids.drop_bookmark(SAMPLE_ID, kept.key, 0),
    ):
        answer = _answer(await _pressed(stage, custom_id))
        assert answer.ephemeral
        assert "This list is somebody else's" in answer.text
    # Nothing was removed before it was refused.
    for person in (stage.admin_id, stage.reader_id):
        assert await services.bookmarks.has(person, SAMPLE_ID)


async def test_a_list_of_another_version_has_expired(stage: CommandsStage) -> None:
    kept = await stage.core.services.lists.keep(
        stage.reader_id, "unheard of", {}, stage.clock.now()
    )
    answer = _answer(await _pressed(stage, custom_ids.list_page(kept.key, 0, "n")))
    assert NO_LIST in answer.text


async def test_a_dialog_that_is_over_or_somebody_elses_says_so(stage: CommandsStage) -> None:
    for command, sessions in _dialogs(stage).items():
        over = Session(f"{command}.abcdefghijkl", stage.reader_id, stage.clock)
        answer = _answer(await _pressed(stage, over.custom_id("confirm")))
        assert answer.ephemeral
        assert f"This dialog is over. Run `/{command}" in answer.text
        other = sessions.open(stage.admin_id)
        other.bind(_never)
        answer = _answer(await _pressed(stage, other.custom_id("confirm")))
        assert answer.ephemeral
        assert "Only the person who opened this dialog" in answer.text


_never: Any = object()


async def test_the_ids_of_the_first_version_still_work(stage: CommandsStage) -> None:
    await stage.subscribe("cs.LG", max_papers=1)
    await stage.announce("cs.LG")
    await stage.run("digest now")
    header, _ = await stage.posts(2)
    found = (re.fullmatch(r"pb1:all:([^:]+):([^:]+)", known) for known in header.custom_ids)
    digest, key = next(match.groups() for match in found if match is not None)
    abstract = _answer(await _pressed(stage, f"pb1:abs:{SAMPLE_ID}v1:{key}"))
    assert "A Good Lawyer Needs No Witness" in abstract.text
    bookmarked = _answer(await _pressed(stage, f"pb1:bm:{SAMPLE_ID}v1:{key}"))
    assert "Bookmarked" in bookmarked.text
    assert await stage.core.services.bookmarks.has(stage.reader_id, SAMPLE_ID)
    removed = _answer(await _pressed(stage, f"pb1:unbm:{SAMPLE_ID}"))
    assert "Removed from your bookmarks" in removed.text
    assert not await stage.core.services.bookmarks.has(stage.reader_id, SAMPLE_ID)
    for custom_id in (f"pb1:all:{digest}:{key}", *(f"pb1:allp:{digest}:0:{p}" for p in "fphnl")):
        matches = _answer(await _pressed(stage, custom_id))
        assert "2 matches of 7 announced" in matches.text, custom_id
