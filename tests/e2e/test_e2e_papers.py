"""`/paper` as a reader meets it: every way to name a paper, and arXiv in a bad mood."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from commands_stage import CommandsStage, commands_stage

from bot.models import Paper
from sandbox.arxiv.faults import FaultRule
from sandbox.discord.models import Overwrite
from sandbox.discord.permissions import Permission

HITCHHIKER = "A Hitchhiker's Model of the Gut"
GLASS = "Why Your Glass Remembers Tuesday"
API = r"/api/query"


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[CommandsStage]:
    async with commands_stage(tmp_path, reader_patience="0.6") as made:
        yield made


def paper(number: int, title: str, **changes: object) -> Paper:
    values: dict[str, object] = {
        "id": f"2606.{number:05}",
        "version": 1,
        "title": title,
        "abstract": "We show that invented papers are enough.",
        "authors": ("Ana Núñez", "Bo Li"),
        "categories": ("cs.CL",),
        "primary_category": "cs.CL",
    }
    return Paper(**{**values, **changes})  # pyright: ignore[reportArgumentType] - by name


async def keep(stage: CommandsStage, *papers: Paper) -> None:
    await stage.core.papers.enrich(papers, stage.clock.now())


def asked(stage: CommandsStage) -> int:
    """How often arXiv's API was asked."""
    return stage.arxiv.stats.requests.get("api", 0)


@pytest.mark.parametrize(
    "ref",
    [
        "2606.90029",
        "2606.90029v1",
        "arXiv:2606.90029v1",
        "https://arxiv.org/abs/2606.90029",
        "https://arxiv.org/abs/2606.90029v1?context=q-bio",
        "http://www.arxiv.org/pdf/2606.90029v1.pdf#page=3",
        "https://arxiv.org/html/2606.90029v1",
        "https://www.alphaxiv.org/abs/2606.90029",
        "https://huggingface.co/papers/2606.90029",
        "https://doi.org/10.48550/arXiv.2606.90029",
        "[the paper](<https://arxiv.org/abs/2606.90029v1>), arXiv:2606.90029",
        "２６０６．９００２９",
    ],
)
async def test_any_id_or_link_of_a_paper_that_is_new_here(stage: CommandsStage, ref: str) -> None:
    card = await stage.run("paper", by=stage.reader, ref=ref)
    assert HITCHHIKER in card.text
    assert "(https://arxiv.org/abs/2606.90029v1)" in card.text
    assert {"Abstract", "Bookmark", "PDF"} <= set(card.buttons)
    assert asked(stage) == 1
    again = await stage.run("paper", by=stage.reader, ref="2606.90029")
    assert again.text == card.text
    assert asked(stage) == 1, "it is in the archive now"


async def test_old_ids_with_and_without_their_class(stage: CommandsStage) -> None:
    old = paper(1, "On old numbers", id="math/0611800", version=3)
    await keep(stage, old)
    for ref in ("math/0611800", "math.CA/0611800v3", "https://arxiv.org/pdf/math%2F0611800v3"):
        card = await stage.run("paper", by=stage.reader, ref=ref)
        assert "On old numbers" in card.text
    assert asked(stage) == 0


async def test_a_named_version_is_honored_and_the_latest_is_the_default(
    stage: CommandsStage,
) -> None:
    second = await stage.run("paper", by=stage.reader, ref="2606.90002v2")
    assert "2606.90002v2)" in second.text
    latest = await stage.run("paper", by=stage.reader, ref="2606.90002")
    assert "2606.90002v2)" in latest.text
    first = await stage.run("paper", by=stage.reader, ref="https://arxiv.org/abs/2606.90002v1")
    assert "2606.90002v1)" in first.text
    assert asked(stage) == 2, "once for each version"


async def test_a_withdrawn_paper_says_so(stage: CommandsStage) -> None:
    card = await stage.run("paper", by=stage.reader, ref="2606.90006")
    assert "WITHDRAWN" in card.text
    assert "PDF" not in card.buttons


@pytest.mark.parametrize(
    ("ref", "title"),
    [
        ("on α-stable cats", "On α-stable cats"),
        ("On $\\alpha$-stable CATS", "On α-stable cats"),
        ("schrödinger's", "Schrödinger’s bridge"),
        ("bridge", "Schrödinger’s bridge"),
        ("Exactly This", "Exactly this"),
    ],
)
async def test_a_title_of_the_archive(stage: CommandsStage, ref: str, title: str) -> None:
    await keep(
        stage,
        paper(1, r"On $\alpha$-stable cats"),
        paper(2, "Schr\\\"odinger's bridge"),
        paper(3, "Exactly this"),
        paper(4, "Exactly this and more"),
    )
    card = await stage.run("paper", by=stage.reader, ref=ref)
    assert f"[{title}](" in card.text.replace("'", "’")
    assert asked(stage) == 0


async def test_a_title_that_only_arxiv_knows(stage: CommandsStage) -> None:
    card = await stage.run("paper", by=stage.reader, ref="why your glass remembers tuesday")
    assert GLASS in card.text
    assert await stage.core.papers.get("2606.90028") is not None


@pytest.mark.parametrize(
    ("ref", "sentence"),
    [
        ("2606.90001 2606.90002", "more than one arXiv id"),
        ("2613.90001", "is no arXiv id"),
        ("https://example.com/paper.pdf", "is no arXiv id"),
        ("   ", "Give me a paper's title, its arXiv id or a link"),
        ("?!", "Give me a paper's title, its arXiv id or a link"),
        ("2606.99999", "arXiv has no paper 2606.99999. Check the number"),
        ("2606.90029v9", "arXiv has no 2606.90029v9. Leave the version out"),
        ("Twins", "Several papers of my archive have “Twins” in their titles"),
        ("same name", "Several papers of my archive have “same name” in their titles"),
        ("@everyone **never** written", "Neither my archive nor arXiv has a paper titled"),
        ('x" OR ti:"a', "Neither my archive nor arXiv has a paper titled"),
        ("💥 ％ _ \\ '", "Give me a paper's title, its arXiv id or a link"),
    ],
)
async def test_what_is_no_paper(stage: CommandsStage, ref: str, sentence: str) -> None:
    await keep(
        stage,
        paper(1, "Twins of the sea"),
        paper(2, "Twins of the sky"),
        paper(3, "Same name"),
        paper(4, "Same Name"),
    )
    answer = await stage.run("paper", by=stage.reader, ref=ref)
    assert sentence in answer.text
    assert "@everyone" not in answer.text


async def test_a_wrong_id_asks_arxiv_once(stage: CommandsStage) -> None:
    for _ in range(3):
        answer = await stage.run("paper", by=stage.reader, ref="2606.99999")
        assert "arXiv has no paper" in answer.text
    assert asked(stage) == 1


async def test_a_wrong_id_is_asked_again_after_a_while(stage: CommandsStage) -> None:
    for _ in range(3):
        await stage.run("paper", by=stage.reader, ref="2606.99999")
        stage.clock.advance(timedelta(minutes=6))
    assert asked(stage) == 2, "asking does not make it wrong for longer"


async def test_a_whole_title_is_not_another_paper_with_its_words(stage: CommandsStage) -> None:
    await keep(stage, paper(1, "Your Glass Remembers, and Why Not on Tuesday"))
    for _ in range(2):  # found at arXiv, and then in the archive
        card = await stage.run("paper", by=stage.reader, ref=GLASS)
        assert GLASS in card.text
    part = await stage.run("paper", by=stage.reader, ref="your glass remembers and why")
    assert "Why Not on Tuesday" in part.text
    assert asked(stage) == 1, "a part of one title alone is that paper"


async def test_a_title_nearly_of_the_archive_while_arxiv_fails(stage: CommandsStage) -> None:
    await keep(stage, paper(1, "Your Glass Remembers, and Why Not on Tuesday"))
    stage.arxiv.set_faults([FaultRule(API, times=None, status=503, body=b"no")])
    card = await stage.run("paper", by=stage.reader, ref=GLASS)
    assert "Why Not on Tuesday" in card.text


async def test_a_public_card_is_for_everybody_and_is_remembered(stage: CommandsStage) -> None:
    await keep(stage, paper(1, "For all to see"))
    outcome = await stage.reader.run(
        "paper", channel=stage.channel_id, options={"ref": "2606.00001", "public": True}
    )
    assert outcome.message is not None
    assert not outcome.message.ephemeral
    [seen] = await stage.admin.read(stage.channel_id)
    assert "For all to see" in seen.text
    await stage.reader.react(seen, "🔖")
    async with asyncio.timeout(10):
        while not await stage.core.services.bookmarks.has(stage.reader_id, "2606.00001"):
            pass  # a query of the database each time; it has no event to wait for


async def test_who_cannot_write_cannot_post_a_card(stage: CommandsStage) -> None:
    await keep(stage, paper(1, "For all to see"))
    quiet = stage.world.rooms.create(
        stage.guild_id,
        "announcements",
        overwrites=[Overwrite(stage.guild_id, 0, deny=int(Permission.SEND_MESSAGES))],
    ).id
    refused = await stage.run("paper", by=stage.reader, at=quiet, ref="2606.00001", public=True)
    assert "You cannot write in this channel" in refused.text
    assert await stage.admin.read(quiet) == []
    private = await stage.run("paper", by=stage.reader, at=quiet, ref="2606.00001")
    assert "For all to see" in private.text


async def test_a_public_card_that_took_a_while(stage: CommandsStage) -> None:
    stage.arxiv.set_faults([FaultRule(API, delay=0.3)])
    private = await stage.run("paper", by=stage.reader, ref="2606.90029", public=True)
    assert private is not None
    [seen] = await stage.admin.read(stage.channel_id)
    assert HITCHHIKER in seen.text
    assert not seen.ephemeral


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        (FaultRule(API, delay=1.5), "arXiv is slow just now"),
        (FaultRule(API, times=3, status=503, body=b"no"), "arXiv did not answer as it should"),
        (FaultRule(API, times=3, drop=True), "arXiv did not answer as it should"),
        (FaultRule(API, times=3, body=b"<html>Rate exceeded."), "arXiv did not answer"),
    ],
)
async def test_trying_again_works_when_arxiv_is_back(
    stage: CommandsStage, fault: FaultRule, sentence: str
) -> None:
    for ref, title in (("2606.90029v1", HITCHHIKER), ("why your glass remembers", GLASS)):
        stage.arxiv.set_faults([fault])
        sorry = await stage.run("paper", by=stage.reader, ref=ref)
        assert sentence in sorry.text
        assert sorry.buttons == ["Try again"]
        stage.arxiv.set_faults([])
        await stage.stop()
        await stage.start()
        seen = await stage.press(sorry, "Try again", by=stage.reader)
        for _ in range(10):
            if seen.buttons != ["Try again"]:
                break
            # What was asked first is still on its way.
            seen = await stage.press(seen, "Try again", by=stage.reader)
        assert title in seen.text


async def test_a_hanging_arxiv_leaves_the_archive_usable(stage: CommandsStage) -> None:
    await keep(stage, paper(1, "Known here"))
    stage.arxiv.set_faults([FaultRule(API, hang=True, times=None)])
    outcome = await stage.reader.run("paper", channel=stage.channel_id, ref="2606.90029")
    assert "arXiv is slow just now" in outcome.text
    assert outcome.ephemeral
    assert outcome.answered_after is not None
    assert outcome.answered_after < 1.0, "acknowledged at once, whatever arXiv does"
    known = await stage.run("paper", by=stage.reader, ref="2606.00001")
    assert "Known here" in known.text
    choices = await stage.reader.autocomplete("paper", "ref", "known", channel=stage.channel_id)
    assert choices == [{"name": "Known here", "value": "2606.00001"}]


async def test_completing_a_ref(stage: CommandsStage) -> None:
    long = "L" + "o" * 120 + "ng"
    await keep(stage, paper(1, r"On $\alpha$-stable cats"), paper(2, long), paper(3, "Dogs"))

    async def offered(typed: str) -> list[tuple[str, str]]:
        choices = await stage.reader.autocomplete("paper", "ref", typed, channel=stage.channel_id)
        assert all(0 < len(choice["name"]) <= 100 for choice in choices)
        return [(choice["name"], choice["value"]) for choice in choices]

    assert await offered("STABLE α") == [("On α-stable cats", "2606.00001")]
    assert [value for _, value in await offered("")] == ["2606.00003", "2606.00002", "2606.00001"]
    assert [value for _, value in await offered("looo")] == ["2606.00002"]
    assert await offered("https://arxiv.org/abs/2606.00003v1") == [
        ("2606.00003v1 · Dogs", "2606.00003v1")
    ]
    assert await offered("2606.90029") == [("arXiv:2606.90029", "2606.90029")]
    assert await offered("% _ \\") == await offered("")
    assert await offered("nothing of it") == []
    assert asked(stage) == 0


async def test_in_direct_messages(stage: CommandsStage) -> None:
    await keep(stage, paper(1, "Read at home"))
    room = await stage.reader.open_dm(stage.application.id)
    card = await stage.run("paper", by=stage.reader, at=room, ref="2606.00001")
    assert "Read at home" in card.text
