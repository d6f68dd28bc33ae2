"""What emoji ask for, how often, and the running bot's answer to a flag."""

import json
import signal
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cli_stage import PATIENCE_S, CliStage, cli_stage, ended, start
from structlog.testing import capture_logs

from bot.languages import BY_FLAG, LANGUAGES
from bot.services.reacting import Allowance, Reaction, Wish, asked_by
from sandbox.discord.person import Person

_NOW = datetime(2026, 6, 18, 9, tzinfo=UTC)


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[CliStage]:
    async with cli_stage(tmp_path) as made:
        yield made


@pytest.mark.parametrize(
    ("emoji", "asks"),
    [
        ("🔖", Wish.BOOKMARK),
        ("👍", Wish.UP),
        ("👍🏻", Wish.UP),
        ("👍🏿", Wish.UP),
        ("👎🏽", Wish.DOWN),
        ("👎\N{VARIATION SELECTOR-16}", Wish.DOWN),
        ("🇯🇵", "ja"),
        ("🇧🇷", "pt-BR"),
        ("🇹🇼", "zh-TW"),
        ("🏳️", None),
        ("🏴‍☠️", None),
        ("🇦🇶", None),
        ("🇯", None),
        ("👍👍", None),
        ("🏻", None),
        ("", None),
        ("paperboy", None),
    ],
)
def test_what_an_emoji_asks_for(emoji: str, asks: Wish | str | None) -> None:
    assert asked_by(emoji) == asks


def test_flags_of_more_than_25_languages() -> None:
    asked = {asked_by(flag) for flag in BY_FLAG}
    assert asked == set(LANGUAGES)
    assert len(asked) > 25


def test_an_allowance_moves_along() -> None:
    allowance = Allowance(2, timedelta(minutes=10))
    for minute in (0, 6):
        assert allowance.has(7, _NOW + timedelta(minutes=minute))
        allowance.take(7, _NOW + timedelta(minutes=minute))
    assert not allowance.has(7, _NOW + timedelta(minutes=9))
    assert allowance.has(8, _NOW + timedelta(minutes=9))
    assert allowance.has(7, _NOW + timedelta(minutes=10))
    allowance.take(7, _NOW + timedelta(minutes=10))
    assert not allowance.has(7, _NOW + timedelta(minutes=15))
    assert allowance.has(7, _NOW + timedelta(minutes=16))


async def test_a_channel_gets_sixty_in_an_hour(stage: CliStage) -> None:
    languages = [code for code in LANGUAGES if code != "en"]
    async with stage.core() as core:
        digest = await stage.digest(core, 3)
        cards = await core.posted.cards(digest.id)
        now = stage.clock.now()
        for number, card in enumerate(cards):
            assert card.paper_id is not None
            await core.services.shown_cards.add(
                900 + number, stage.channel_id, stage.guild_id, card.paper_id, 1, 1, now
            )
        await core.services.shown_cards.add(
            999, stage.channel_id + 1, stage.guild_id, cards[0].paper_id or "", 1, 1, now
        )
        reacted = core.services.reactions.reacted
        with capture_logs() as logs:
            for number in range(3):
                for person, language in enumerate(languages):
                    await reacted(Reaction(person, 900 + number, language, added=True))
        asked = await core.flags.due(now, busy=(), limit=1000)
        assert len(asked) == 60
        ignored = [entry for entry in logs if entry["event"] == "flag_ignored"]
        assert len(ignored) == 3 * len(languages) - 60
        assert core.signals.flags.is_set()
        # Another channel is not held up, and neither is this one an hour later.
        await reacted(Reaction(1, 999, "ja", added=True))
        assert len(await core.flags.due(now, busy=(), limit=1000)) == 61
        stage.clock.advance(timedelta(hours=1))
        await reacted(Reaction(1, 902, languages[-1], added=True))
        assert len(await core.flags.due(stage.clock.now(), busy=(), limit=1000)) == 62


async def test_the_running_bot_answers_a_flag(stage: CliStage, tmp_path: Path) -> None:
    memory = tmp_path / "memory"
    memory.mkdir()
    known = {
        "Paper 1 on topic0": "論文1について",
        "We look at a question.": "ある問いを調べる。",
        "It is answered.": "それに答える。",
    }
    lines = [
        json.dumps({"language": "ja", "source": source, "target": target})
        for source, target in known.items()
    ]
    (memory / "ja.jsonl").write_text("\n".join(lines), encoding="utf-8")
    async with stage.core() as core:
        await stage.digest(core, 1)
    everybody = stage.granted | stage.granted.CREATE_PUBLIC_THREADS
    stage.allow(everybody | stage.granted.SEND_MESSAGES_IN_THREADS)
    async with Person(f"{stage.discord.url}/control", stage.owner_id) as owner:
        process = await start(stage.environ | {"PAPERBOY_TRANSLATION_MEMORY": str(memory)}, "run")
        seen = await owner.wait_until(
            stage.channel_id, lambda now: len(now) == 2, timeout=PATIENCE_S
        )
        await owner.react(seen[1], "🇯🇵")
        await owner.wait_until(
            stage.channel_id, lambda now: now[1].thread_id is not None, timeout=PATIENCE_S
        )
        answers = await owner.wait_until(
            seen[1].id,
            lambda now: any("それに答える。" in message.text for message in now),
            timeout=PATIENCE_S,
        )
        assert "論文1について" in answers[-1].text
        process.send_signal(signal.SIGTERM)
        ran = await ended(process)
    assert ran.code == 0, ran.said
