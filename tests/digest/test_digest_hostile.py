"""Hostile papers on the whole way: from arXiv's feed and API through a digest to the channel."""

import re
from collections.abc import AsyncGenerator, Mapping
from contextlib import AsyncExitStack
from datetime import time
from pathlib import Path
from typing import Any

import pytest
from deliver_stage import DAY, GRANTED, NOW, DeliverStage, delivery_stage
from digest_stage import record

from bot.models import Layout, Rules, SubscriptionDraft
from sandbox.arxiv.app import ArxivSandbox
from sandbox.arxiv.papers import PaperFile
from sandbox.clock import SandboxClock
from sandbox.discord.mentions import compute_mentions, pinging_text
from sandbox.discord.models import Mentions
from sandbox.discord.permissions import Permission
from sandbox.discord.person import Person
from sandbox.discord.sightings import SeenMessage

USER, ROLE = 1500000000000000001, 1500000000000000002
PINGS = f"@everyone @here <@{USER}> <@!{USER}> <@&{ROLE}> <#{ROLE}> <t:1:R> </x:1> <:e:1>"
MARKDOWN = "**b** __u__ ~~s~~ `c` ||s|| # h > q [link](https://evil.example) discord.gg/evil"
BIDI = "safe \u202eelif.exe\u202c \u2066isolate\u2069 \u200fmark zero\u200bwidth @every\u202eone"
LONG = "We study a very long question with @everyone and **markdown** in it. " * 290  # 20,000
BIDI_CONTROLS = re.compile("[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]")
AUTHORS = tuple(f"Forename{n} Q. Surname-of-the-{n}th" for n in range(3000))


def hostile(number: int, **fields: Any) -> Mapping[str, object]:
    return record(number, DAY.isoformat(), categories=("cs.IR",), **fields)


PAPERS = (
    hostile(1, title="Three thousand authors", authors=AUTHORS),
    hostile(2, title="A long abstract", abstract=LONG),
    hostile(3, title=""),
    hostile(4, title=PINGS, abstract=f"{PINGS}. We ask {PINGS}.", authors=(PINGS, "A @everyone")),
    hostile(5, title=MARKDOWN, abstract=f"{MARKDOWN}. And {MARKDOWN}.", authors=(MARKDOWN,)),
    hostile(6, title=BIDI, abstract=f"{BIDI}. We see {BIDI}.", authors=(BIDI,)),
    hostile(7, title="x" * 5000, abstract="y" * 20_000, authors=("z" * 3000,)),
    hostile(8, title="\\(" * 400 + "$" * 301, abstract="\\frac{" * 2000, authors=("\\" * 99,)),
    hostile(9, title=" \t ", abstract=" ", authors=()),
    hostile(10, title="[[]](]()) \\[ \\] <b>&amp;</b> ```", abstract="```\nno end. `` ` \\"),
)


@pytest.fixture(params=Layout)
async def posted(
    request: pytest.FixtureRequest, tmp_path: Path
) -> AsyncGenerator[tuple[DeliverStage, list[SeenMessage]]]:
    """All of them subscribed, announced, planned and posted: what the channel's owner sees."""
    async with AsyncExitStack() as closing:
        arxiv = ArxivSandbox(PaperFile.from_records(PAPERS), SandboxClock(NOW))
        await arxiv.start()
        closing.push_async_callback(arxiv.stop)
        stage = await closing.enter_async_context(
            delivery_stage(
                tmp_path,
                arxiv_feed_url=arxiv.feed_url,
                arxiv_api_url=arxiv.api_url,
                arxiv_oai_url=arxiv.oai_url,
                arxiv_interval="0",
            )
        )
        # Were it not for the bot's care, its messages could ping everyone.
        stage.allow(GRANTED | Permission.MENTION_EVERYONE)
        stage.world.accounts.create_user("victim", user_id=USER)
        ledger = stage.core.ledger
        await ledger.poll("cs.IR")
        await ledger.enrich()
        draft = SubscriptionDraft(
            guild_id=stage.guild_id,
            channel_id=stage.channel_id,
            creator_id=stage.owner_id,
            rules=Rules(("cs.IR",)),
            at=time(9),
            timezone="UTC",
            max_papers=25,
            layout=request.param,
        )
        subscription = await stage.core.subscriptions.create(
            draft, since={"cs.IR": DAY}, next_due_at=NOW, now=NOW, limit=1
        )
        (digest,) = await stage.core.planner.plan([subscription])
        assert digest.shown == len(PAPERS)
        async with stage.delivering():
            await stage.until_posted()
        assert set(await stage.states(digest)) == {"sent"}
        async with Person(f"{stage.sandbox.url}/control", stage.owner_id) as owner:
            seen = await owner.read(stage.channel_id)
            if request.param is Layout.THREAD:
                assert seen[0].thread_id is not None
                seen += [m for m in await owner.read(seen[0].thread_id) if m.custom_ids]
            assert len(seen) == 1 + len(PAPERS)
            answers: list[SeenMessage] = []
            for card in seen[1:]:
                outcome = await owner.press(card, "Abstract")
                assert outcome.message is not None
                answers.append(outcome.message)
        yield stage, [*seen, *answers]


async def test_every_hostile_paper_becomes_a_harmless_card(
    posted: tuple[DeliverStage, list[SeenMessage]],
) -> None:
    stage, messages = posted
    channel = stage.world.channel(stage.channel_id)
    assert len(messages) == 1 + 2 * len(PAPERS)
    for message in messages:
        assert message.raw["mentions"] == []
        assert message.raw["mention_roles"] == []
        assert message.raw["mention_everyone"] is False
        # Nor would it ping if the request had not forbidden it: the text itself is harmless.
        text = pinging_text(message.raw["content"], message.components)
        would = compute_mentions(stage.world, channel, stage.application.id, text, None)
        assert would == Mentions()
        assert not re.search(r"@(everyone|here)", message.text)
        assert not re.search(r"(?<!\\)<(@|#|t:|/|a?:)", message.text)
        assert not BIDI_CONTROLS.search(message.text)
        assert "\u200bwidth" not in message.text
        assert "discord.gg" not in message.text
        assert 0 < len(message.text) <= 4000
    buttons = {_number(card): card.buttons for card in messages[1 : 1 + len(PAPERS)]}
    cards = {_number(card): card.text for card in messages[1 : 1 + len(PAPERS)]}
    assert set(cards) == set(range(1, 11))
    assert cards[1].count("Forename") == 5
    assert "+2,995" in buttons[1]
    assert "very long question" in cards[2]
    assert "2606.90003" in cards[3] or "ntitled" in cards[3]
    assert r"\*\*b\*\* \_\_u\_\_ \~\~s\~\~ \`c\` \|\|s\|\|" in cards[5]
    assert "](https://evil.example)" not in cards[5].replace(r"\]", "")
    assert "safe elif.exe isolate" in cards[6]


def _number(card: SeenMessage) -> int:
    """Which of the papers a card shows."""
    found = re.search(r"pb1:bm:2606\.9(\d{4})v1:", " ".join(card.custom_ids))
    assert found is not None
    return int(found[1])
