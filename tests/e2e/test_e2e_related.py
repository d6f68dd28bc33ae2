"""`/related` and the card's Related button as a reader meets them."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from commands_stage import CommandsStage, commands_stage

from bot.models import Paper
from sandbox.arxiv.faults import FaultRule
from sandbox.arxiv.sample import sample_records

WITNESS = "2606.90021"
SUBMITTED = datetime(2026, 6, 11, 12, 0, tzinfo=UTC)


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[CommandsStage]:
    async with commands_stage(tmp_path, reader_patience="2") as made:
        yield made


def paper(number: int, title: str, abstract: str, *authors: str) -> Paper:
    return Paper(
        f"2606.{number:05}",
        1,
        title,
        abstract,
        authors or ("Ada Invented",),
        ("cs.CL",),
        "cs.CL",
        published=SUBMITTED,
    )


async def keep_sample(stage: CommandsStage) -> None:
    """Put the whole sample into the archive, as feeds would."""
    ids = sorted({str(record["id"]) for record in sample_records()})
    await stage.core.papers.enrich(await stage.core.sources.api.papers(ids), stage.clock.now())


async def test_related_papers_with_their_reasons(stage: CommandsStage) -> None:
    await stage.core.papers.enrich(
        [
            paper(1, "Parking functions on *trees*", "Parking functions count trees.", "Bo Li"),
            paper(2, "Trees of parking functions", "We count parking functions.", "B. Li", "Li Bo"),
            paper(3, "Lattice paths", "Paths under a line, and trees.", "Ana Núñez"),
            paper(4, "Cold neutron stars", "Matter at high density cools.", "Bo Li"),
        ],
        stage.clock.now(),
    )
    seen = await stage.run("related", by=stage.reader, ref="2606.00001")
    assert r"**Papers like** [Parking functions on \*trees\*](" in seen.text
    assert "**1.** [Trees of parking functions](https://arxiv.org/abs/2606.00002v1)" in seen.text
    assert "Likeness " in seen.text
    assert f"of 100 · cs.CL · <t:{int(SUBMITTED.timestamp())}:D>" in seen.text
    assert "Both are about: parking functions, trees" in seen.text
    assert "Both are by B. Li" in seen.text
    assert "Cold neutron stars" not in seen.text, "an author alone makes nothing related"
    assert "holds only 4 papers so far" in seen.text
    opened = await stage.reader.press(seen, custom_id="pb1:open:2606.00002v1")
    assert "### [Trees of parking functions](" in opened.text
    assert opened.ephemeral


async def test_pages_that_survive_a_restart(stage: CommandsStage) -> None:
    numbers = range(1, 13)
    await stage.core.papers.enrich(
        [paper(n, f"Sheared colloid {n}", f"Aging of colloid sample {n * n}.") for n in numbers],
        stage.clock.now(),
    )
    seen = await stage.run("related", by=stage.reader, ref="Sheared colloid 12")
    texts = [seen.text]
    await stage.stop()
    await stage.start()
    for _ in range(2):
        seen = await stage.press(seen, "▶", by=stage.reader)
        texts.append(seen.text)
    shown = [n for n in numbers if any(f"[Sheared colloid {n}](" in t for t in texts)]
    assert shown == list(numbers), "the paper itself stands in the heading"
    assert "3 / 3" in seen.buttons
    assert "**11.**" in seen.text


async def test_the_button_of_a_posted_card(stage: CommandsStage) -> None:
    await keep_sample(stage)
    await stage.subscribe("cs.LG", max_papers=1)
    await stage.announce("cs.LG")
    await stage.run("digest now")
    _, card = await stage.posts(2)
    assert WITNESS in card.custom_ids[0]
    seen = await stage.press(card, "Related", by=stage.reader)
    assert "**1.** [Where Did You Read That? Auditing Attribution" in seen.text


async def test_new_papers_are_compared_too(stage: CommandsStage) -> None:
    await stage.core.papers.enrich(
        [paper(1, "Acoustic counting", "Bicycles are counted by ear.")], stage.clock.now()
    )
    seen = await stage.run("related", by=stage.reader, ref="2606.00001")
    assert "I found nothing like [Acoustic counting](" in seen.text
    assert "holds only 1 paper so far" in seen.text
    await stage.core.papers.enrich(
        [paper(2, "Bicycles by ear", "Acoustic counting of bicycles.")], stage.clock.now()
    )
    seen = await stage.run("related", by=stage.reader, ref="2606.00001")
    assert "**1.** [Bicycles by ear](" in seen.text


async def test_a_paper_that_is_new_here_is_fetched_first(stage: CommandsStage) -> None:
    await stage.core.papers.enrich(
        [paper(1, "Rotated colloids", "Aging and memory in a sheared glass.")], stage.clock.now()
    )
    seen = await stage.run("related", by=stage.reader, ref="Why Your Glass Remembers Tuesday")
    assert "[Rotated colloids](" in seen.text


async def test_trying_again_when_arxiv_is_back(stage: CommandsStage) -> None:
    await keep_sample(stage)
    stage.arxiv.set_faults([FaultRule("/api/query", times=3, status=503, body=b"no")])
    sorry = await stage.run("related", by=stage.reader, ref="2606.90002v1")
    assert "arXiv did not answer as it should" in sorry.text
    await stage.stop()
    await stage.start()
    seen = await stage.press(sorry, "Try again", by=stage.reader)
    assert "**Papers like** [Warm Restarts Considered Once" in seen.text


async def test_completion_offers_titles(stage: CommandsStage) -> None:
    await keep_sample(stage)
    choices = await stage.reader.autocomplete("related", "ref", "tuesday", channel=stage.channel_id)
    assert [choice["value"] for choice in choices] == ["2606.90028"]


UNTITLED = "Check the words, give me its arXiv id or a link, or look with `/search`."  # what to do


@pytest.mark.parametrize(
    ("ref", "said"),
    [
        ("2606.77777", "arXiv has no paper 2606.77777. Check the number, or give the title."),
        ("hep-th/9901999", "arXiv has no paper hep-th/9901999. Check the number, or give the"),
        ("https://arxiv.org/abs/2606.77777", "arXiv has no paper 2606.77777. Check the number"),
        ("2606.90021v9", "arXiv has no 2606.90021v9. Leave the version out to get the latest one."),
        ("2613.00001", "`2613.00001` is no arXiv id. Write it like 2606.01234,"),
        ("2606.00001 2606.00002", "There is more than one arXiv id in that: 2606.00001, 2606.0000"),
        ("https://example.org/paper", "`https://example.org/paper` is no arXiv id."),
        ("no paper has this title", f"a paper titled “no paper has this title”. {UNTITLED}"),
        ("'; DROP TABLE papers; --", UNTITLED),
        ("\u202eלמידה עמוקה", UNTITLED),
        ("x" * 500, UNTITLED),
        ("🦓", "Give me a paper's title, its arXiv id or a link to it."),
        ("\x00", "Give me a paper's title, its arXiv id or a link to it."),
    ],
)
async def test_what_is_no_paper_is_told_in_a_sentence(
    stage: CommandsStage, ref: str, said: str
) -> None:
    seen = await stage.run("related", by=stage.reader, ref=ref)
    assert said in seen.text
    assert "\n" not in seen.text
    assert not {"\x00", "\u202e"} & set(seen.text)


async def test_an_id_that_nobody_has_in_the_readers_language(stage: CommandsStage) -> None:
    for locale, said in (
        ("ja", "arXivに2606.77777という論文はありません。番号を確認するか、"),
        ("zh-CN", "arXiv 上没有编号为 2606.77777 的论文。请检查编号，"),
    ):
        await stage.reader.set_locale(locale)
        assert said in (await stage.run("related", by=stage.reader, ref="2606.77777")).text


async def test_hostile_papers_fit_into_lists(stage: CommandsStage) -> None:
    """The suite holds every answer against Discord's description and the sandbox's own limits."""
    nasty = [
        "@everyone **sheared** colloids [x](https://evil.example) ||" + "`" * 400,
        "Sheared \u202e colloids " + "e\u0301\u0302" * 300,
        "Sheared colloids " + "👩\u200d👩\u200d👧" * 200,
        "Sheared colloids " + r"$\frac{a}{b}$" * 150,
        "sheared colloids " + "W" * 3000,
        "<@&1> <#2> sheared colloids </paper:1> arXiv:2606.00001",
    ]
    authors = tuple(f"*A{n}* @here <@{n}>" for n in range(2000))
    await stage.core.papers.enrich(
        [paper(n, title, title * 3, *authors) for n, title in enumerate(nasty, 1)],
        stage.clock.now(),
    )
    numbers = range(1, len(nasty) + 1)
    found: set[int] = set()
    for number in numbers:
        seen = await stage.run("related", by=stage.reader, ref=f"2606.{number:05}")
        assert "**Papers like**" in seen.text
        assert "Both are by" in seen.text
        found.update(n for n in numbers if n != number and f"abs/2606.{n:05}v1" in seen.text)
        assert "](evil" not in seen.text.replace(r"\]", "")
        assert len(seen.text) <= 4000
    assert found == set(numbers), "each stands in the list of another"
    said = await stage.admin.say(
        stage.channel_id, " ".join(f"2606.{n:05}" for n in range(1, len(nasty) + 1))
    )
    outcome = await stage.reader.menu("Bookmark", channel=stage.channel_id, message=said)
    assert "Bookmarked 6 papers:" in outcome.text
    assert len(outcome.text) <= 4000
    listed = await stage.reader.menu("Paper card", channel=stage.channel_id, message=said)
    assert "**6 papers in this message.**" in listed.text
