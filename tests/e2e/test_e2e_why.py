"""`/why` as a member meets it."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from commands_stage import PATIENCE_S, CommandsStage, commands_stage

PRUNING = "2606.90033"


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[CommandsStage]:
    async with commands_stage(tmp_path) as made:
        yield made


async def ask(stage: CommandsStage, paper: str, **options: int) -> str:
    values = {"paper": paper, **options}
    return (await stage.run("why", by=stage.reader, options=values)).text


async def ids_of(stage: CommandsStage) -> list[str]:
    await stage.delivered()
    (digest,) = await stage.core.posted.history(stage.guild_id, limit=1)
    return [card.paper_id or "" for card in await stage.core.posted.cards(digest.digest.id)]


async def test_a_paper_never_seen(stage: CommandsStage) -> None:
    assert "never seen arXiv:2401.00001" in await ask(stage, "https://arxiv.org/abs/2401.00001v3")
    assert "seen no paper" in await ask(stage, "xylophones of the moon")
    assert "more than one" in await ask(stage, "2401.00001 2401.00002")


async def test_a_posted_one_with_rank_parts_day_and_link(stage: CommandsStage) -> None:
    made = await stage.subscribe("cs.LG", keywords='witness "attention heads"')
    await stage.announce("cs.LG")
    await stage.run("digest now", subscription=str(made.id))
    first, second = await ids_of(stage)
    told = await ask(stage, first)
    assert "Announced on Wednesday 17 June 2026" in told
    assert f"Subscription {made.id}" in told
    assert "✅ Posted <t:" in told
    assert "in the digest of Wed 17 Jun" in told
    card = next(m for m in await stage.posts(3) if first in "".join(m.custom_ids))
    assert f"/{stage.channel_id}/{card.id}" in told
    assert "Rank 1 of 2" in told
    assert "Votes here" not in told
    assert "“attention heads” in the title: +3" in told
    assert "primary category cs.LG: +0.5" in told
    assert "Rank 2 of 2" in await ask(stage, f"arxiv.org/pdf/{second}")


async def test_the_votes_of_the_channel_are_told(stage: CommandsStage) -> None:
    await stage.subscribe("cs.LG", keywords='"attention heads"')
    await stage.announce("cs.LG")
    await stage.run("digest now")
    await stage.delivered()
    card = next(m for m in await stage.posts(2) if PRUNING in "".join(m.custom_ids))
    for person in (stage.reader, stage.admin):
        await person.react(card, "👍")
    told = await ask(stage, PRUNING)
    async with asyncio.timeout(PATIENCE_S):
        while "👍 2" not in told:
            told = await ask(stage, PRUNING)  # reactions are worked off in the background
    assert "Votes here: 👍 2 · 👎 0" in told


async def test_those_that_were_skipped_by_each_rule(stage: CommandsStage) -> None:
    made = await stage.subscribe("cs.LG", keywords="witness", exclude="pruning", max_papers=1)
    other = await stage.subscribe("hep-th", keywords="xylophone")
    await stage.announce("cs.LG", "hep-th")
    await stage.run("digest now", subscription=str(made.id))
    (posted,) = await ids_of(stage)
    index = await stage.core.ledger_store.announcements(
        ["cs.LG"], since=made.since["cs.LG"], after_seq=0
    )
    by_type = {a.type.value: a.paper.id for a in index}
    crossed = await ask(stage, by_type["cross"])
    assert "Left out: announced as cross-list" in crossed
    pruned = await ask(stage, PRUNING)
    assert "Left out: it has the excluded “pruning”." in pruned
    assert "Left out: it was not announced in one of these categories." in pruned
    assert f"Subscription {other.id}" in pruned
    elsewhere = await ask(stage, posted, channel=stage.other_id)
    assert f"Nothing is subscribed in <#{stage.other_id}>." in elsewhere


async def test_one_that_matched_below_the_limit_and_one_to_come(stage: CommandsStage) -> None:
    made = await stage.subscribe("cs.LG", keywords='witness "attention heads"', max_papers=1)
    await stage.announce("cs.LG")
    matches = (await stage.core.planner.outlook(made)).matches
    first, second = (m.announcement.paper.id for m in matches)
    assert "🔜 It matches; the next digest looks at it <t:" in await ask(stage, second)
    await stage.run("digest now", subscription=str(made.id))
    assert await ids_of(stage) == [first]
    below = await ask(stage, second)
    assert "was not among the best: the digest of Wed 17 Jun showed 1 paper." in below
    assert "Rank 2 of 2" in below
    again = await stage.subscribe("cs.LG", keywords="heads")
    await stage.core.subscriptions.pause(again.id)
    assert f"Subscription {again.id}" in await ask(stage, first)


async def test_by_title(stage: CommandsStage) -> None:
    await stage.subscribe("cs.LG")
    await stage.announce("cs.LG")
    assert "🔜 It matches" in await ask(stage, "Removing Attention Heads Whose Gradients")
    choices = await stage.reader.autocomplete("why", "paper", "gradients", channel=stage.channel_id)
    assert [choice["value"] for choice in choices] == [PRUNING]


async def test_a_thread_means_its_channel(stage: CommandsStage) -> None:
    made = await stage.subscribe("cs.LG", keywords='"attention heads"', layout="thread")
    await stage.announce("cs.LG")
    await stage.run("digest now", subscription=str(made.id))
    await stage.delivered()
    (header,) = await stage.posts(1)
    told = await stage.run("why", by=stage.reader, at=header.id, paper=PRUNING)
    assert "✅ Posted" in told.text
    assert f"/{stage.guild_id}/{header.id}/" in told.text


async def test_outside_of_servers_it_is_not_offered(stage: CommandsStage) -> None:
    direct = await stage.reader.open_dm(stage.application.id)
    offered = {command["name"] for command in await stage.reader.commands(direct)}
    assert "paper" in offered
    assert "why" not in offered
