"""The index of related papers over a real database."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest
from relate_stage import RelateStage, opened, paper
from structlog.testing import capture_logs

STARS = "Cold neutron stars"
MATTER = "Matter at high density cools by neutrinos in the crust of a neutron star."


async def test_a_paper_once_at_its_latest_version_with_its_reasons(stage: RelateStage) -> None:
    link = "Code: https://github.com/glass/aging."
    await stage.keep(paper(1, comment=link), paper(1, version=3, comment=link), paper(1, version=2))
    await stage.keep(paper(2, STARS, abstract=MATTER))
    [found] = await stage.index.related(paper(9, comment=link), limit=5)
    assert found.paper.versioned_id == "2606.00001v3"
    assert found.terms == ("sheared colloid", "watch", "aging", "sample")
    assert found.authors == ("Bo Li",)
    assert found.resources == ("github.com/glass/aging",)
    assert 70 < found.score <= 100


async def test_the_paper_itself_is_not_listed_and_its_copy_is(stage: RelateStage) -> None:
    asked = paper(1, STARS, abstract=MATTER)
    await stage.keep(asked, paper(2, STARS, abstract=MATTER), paper(3, STARS, abstract="Cooling."))
    found = await stage.index.related(paper(1, STARS, abstract=MATTER, version=4), limit=5)
    assert [one.paper.id for one in found] == ["2606.00002", "2606.00003"]
    assert found[0].score >= 99
    assert found[1].score < 90


async def test_an_empty_archive_has_nothing_related(stage: RelateStage) -> None:
    assert await stage.index.related(paper(1), limit=5) == []
    assert await stage.index.compared(paper(1), []) == []
    assert await stage.index.ranked(paper(1), []) == []
    assert await stage.index.catch_up() == 0


async def test_what_has_some_words_in_common_is_not_related(stage: RelateStage) -> None:
    await stage.keep(paper(1, "Parking functions on trees", abstract="Functions count trees."))
    assert await stage.ids(paper(9, STARS, abstract=MATTER + " It functions.")) == []


@pytest.mark.parametrize(
    "abstract",
    [
        "",
        "Colloids",
        r"$\frac{\alpha}{\beta} = \gamma$",
        "我们研究剪切胶体的老化。",
        "\x00 🙂 \u200f",
    ],
    ids=["empty", "one word", "LaTeX", "Chinese", "no letters"],
)
async def test_odd_abstracts(stage: RelateStage, abstract: str) -> None:
    odd = paper(1, "Sheared colloids", abstract=abstract)
    await stage.keep(odd, paper(2), paper(3, "", abstract=abstract))
    assert "2606.00002v1" in await stage.ids(odd)
    assert "2606.00001v1" in await stage.ids(paper(9))
    assert await stage.waiting() == 0
    await stage.ids(paper(3, "", abstract=abstract))
    for known in (odd, replace(odd, id="2606.00077")):  # stored or not
        [itself] = await stage.index.compared(known, [known])
        assert itself.score == 100


async def test_a_paper_of_unknown_words_is_like_itself(stage: RelateStage) -> None:
    odd = paper(1, "Qwertzuiop", abstract="量子纠缠的测量。")
    await stage.keep(odd, paper(2))
    [itself, other] = await stage.index.compared(odd, [odd, paper(2)])
    assert (itself.score, other.score) == (100, 0)


async def test_chinese_papers_are_compared(stage: RelateStage) -> None:
    await stage.keep(paper(1, "量子纠缠的测量", abstract="我们测量光子的量子纠缠。"), paper(2))
    [found] = await stage.index.related(
        paper(9, "量子纠缠", abstract="光子的量子纠缠。", authors=()), limit=5
    )
    assert found.paper.id == "2606.00001"
    assert "量子" in found.terms


async def test_a_withdrawn_paper_goes(stage: RelateStage) -> None:
    await stage.keep(paper(1), paper(2))
    assert len(await stage.ids(paper(9))) == 2
    await stage.keep(paper(1, version=2, withdrawn=True))
    assert await stage.ids(paper(9)) == ["2606.00002v1"]
    assert [row["paper_id"] for row in await stage.kept()] == ["2606.00002"]


async def test_a_new_version_is_compared_by_its_own_text(stage: RelateStage) -> None:
    await stage.keep(paper(1), paper(2))
    assert len(await stage.ids(paper(9))) == 2
    await stage.keep(paper(1, STARS, version=2, abstract=MATTER))
    assert await stage.ids(paper(9)) == ["2606.00002v1"]
    assert await stage.ids(paper(9, STARS, abstract=MATTER)) == ["2606.00001v2"]


async def test_features_of_another_model_are_made_anew(stage: RelateStage, tmp_path: Path) -> None:
    await stage.keep(*(paper(number) for number in range(1, 6)))
    assert await stage.index.catch_up() == 5
    await stage.spoil("2606.00002", model=0, latent=b"old")
    await stage.index.load()
    assert await stage.waiting() == 1
    assert len(await stage.ids(paper(9))) == 5
    assert len({row["model"] for row in await stage.kept()}) == 1


@pytest.mark.parametrize(
    "damage", [{"tokens": b"\x01"}, {"tokens": b""}, {"latent": b"short"}], ids=str
)
async def test_damaged_features_are_made_anew(stage: RelateStage, damage: dict[str, bytes]) -> None:
    await stage.keep(paper(1), paper(2))
    await stage.index.catch_up()
    await stage.spoil("2606.00002", **damage)
    with capture_logs() as logs:
        await stage.index.load()
    assert "features_damaged" in [log["event"] for log in logs]
    assert await stage.waiting() == 1
    assert len(await stage.ids(paper(9))) == 2


async def test_an_archive_that_is_still_being_read(stage: RelateStage) -> None:
    """The newest papers are read first, and the answer is from what was read."""
    await stage.keep(*(paper(number) for number in range(1, 301)))
    found = await stage.ids(paper(999), limit=500)
    assert 100 <= len(found) < 300
    assert {f"2606.{number:05}v1" for number in range(201, 301)} <= set(found)
    assert await stage.index.catch_up(most=100) == 100
    assert await stage.index.catch_up() == 100
    assert await stage.waiting() == 0


async def test_who_gives_up_leaves_what_was_read(stage: RelateStage) -> None:
    await stage.keep(*(paper(number) for number in range(1, 91)))
    asking = asyncio.create_task(stage.index.related(paper(999), limit=5))
    await asyncio.sleep(0)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    found = await asyncio.gather(*(stage.ids(paper(999), limit=100) for _ in range(3)))
    assert [len(set(one)) for one in found] == [90] * 3


async def test_two_processes_share_the_work(stage: RelateStage, tmp_path: Path) -> None:
    await stage.keep(*(paper(number) for number in range(1, 451)))
    async with opened(tmp_path) as other:
        await asyncio.gather(stage.index.catch_up(), other.index.catch_up())
        assert await stage.waiting() == 0
        kept = [row["paper_id"] for row in await stage.kept()]
        assert sorted(kept) == [f"2606.{number:05}" for number in range(1, 451)]
        assert len(await stage.ids(paper(999), limit=500)) == len(
            await other.ids(paper(999), limit=500)
        )


async def test_others_are_compared_in_their_order(stage: RelateStage) -> None:
    await stage.keep(paper(1), paper(2, STARS, abstract=MATTER))
    others = [
        paper(2, STARS, abstract=MATTER),
        paper(7, "Not in the archive: sheared colloids"),
        paper(1),
    ]
    compared = await stage.index.compared(paper(9), others)
    assert [one.paper.id for one in compared] == [other.id for other in others]
    scores = [one.score for one in compared]
    assert scores[0] < 10 < scores[1] < scores[2]
    assert compared[0].authors == ("Bo Li",)
    ranked = await stage.index.ranked(paper(9), others)
    assert [one.paper.id for one in ranked] == ["2606.00001", "2606.00007", "2606.00002"]


async def test_closing_does_not_wait_for_the_archive_to_be_read(tmp_path: Path) -> None:
    async with opened(tmp_path) as stage:
        await stage.keep(*(paper(number) for number in range(1, 50)))
        asking = asyncio.create_task(stage.index.related(paper(99), limit=5))
        await asyncio.sleep(0)
        await stage.index.aclose()
        async with asyncio.timeout(5):
            assert await asking == [], "nothing was read yet"
