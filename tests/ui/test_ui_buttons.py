"""Pressing the buttons of posted messages, through the sandbox."""

import asyncio
import re
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from discord import ui
from structlog.testing import capture_logs
from ui_samples import paper
from ui_stage import PAPERS, UiStage, connected

from bot.models import Layout
from bot.ui import presses
from bot.ui.buttons import POSTED_BUTTONS
from bot.ui.views import Item, PostedView, posted, row
from sandbox.discord.permissions import Permission
from sandbox.discord.person import Person


async def _bookmarks(stage: UiStage, user_id: int) -> list[str]:
    found, _ = await stage.core.services.bookmarks.page(user_id, 0)
    return [bookmark.paper_id for bookmark, _ in found]


async def test_the_abstract_comes_privately_to_who_pressed(stage: UiStage) -> None:
    posted = await stage.post_digest()
    outcome = await stage.reader.press(posted[1], "Abstract")
    assert outcome.ephemeral
    assert "We look at part 1 of retrieval. It is solved by half." in outcome.text
    assert "Ana Núñez, Bo Li, Cleo Ray, Dan Wu, Eva Ito, Fay Kim, Gus Orr" in outcome.text
    seen_by_owner = await stage.owner.read(stage.channel_id)
    assert [seen for seen in seen_by_owner if seen.ephemeral] == []


async def test_a_bookmark_is_set_and_taken_away(stage: UiStage) -> None:
    posted = await stage.post_digest()
    outcome = await stage.reader.press(posted[2], "Bookmark")
    assert outcome.ephemeral
    assert outcome.text.startswith("🔖 Bookmarked.")
    assert "/bookmarks note" in outcome.text
    assert await _bookmarks(stage, stage.reader_id) == ["2606.00002"]
    assert await _bookmarks(stage, stage.owner_id) == []
    assert outcome.message is not None
    assert outcome.message.custom_ids == ["pb1:unbm:2606.00002"]
    removed = await stage.reader.press(outcome.message, "Remove")
    assert removed.message is not None
    assert removed.message.id == outcome.message.id
    assert removed.message.text == "Removed from your bookmarks."
    assert removed.message.buttons == []
    assert await _bookmarks(stage, stage.reader_id) == []


async def test_a_bookmark_that_was_set_says_since_when_and_its_note(stage: UiStage) -> None:
    posted = await stage.post_digest()
    await stage.reader.press(posted[2], "Bookmark")
    since = int(stage.sandbox.clock.now().timestamp())
    stage.sandbox.clock.advance(timedelta(days=9))
    again = await stage.reader.press(posted[2], "Bookmark")
    assert again.ephemeral
    assert f"You bookmarked this on <t:{since}:D>." in again.text
    assert "adds a note" in again.text
    assert await _bookmarks(stage, stage.reader_id) == ["2606.00002"]
    await stage.core.services.bookmarks.note(stage.reader_id, "2606.00002", "for *Monday*")
    noted = await stage.reader.press(posted[2], "Bookmark")
    assert r"Your note: for \*Monday\*" in noted.text
    assert noted.message is not None
    assert "Removed" in (await stage.reader.press(noted.message, "Remove")).text
    assert await _bookmarks(stage, stage.reader_id) == []


async def test_a_bookmark_that_is_gone_already_is_no_error(stage: UiStage) -> None:
    posted = await stage.post_digest()
    again = await stage.reader.press(posted[1], "Bookmark")
    await stage.core.services.bookmarks.clear(stage.reader_id, "2606.00001")
    assert again.message is not None
    removed = await stage.reader.press(again.message, "Remove")
    assert "not among your bookmarks any more" in removed.text


async def test_presses_at_once_bookmark_once(stage: UiStage) -> None:
    posted = await stage.post_digest()
    presses_at_once = (stage.reader.press(posted[1], "Bookmark") for _ in range(5))
    said = [outcome.text for outcome in await asyncio.gather(*presses_at_once)]
    assert sum("Bookmarked." in text for text in said) == 1
    assert sum("You bookmarked this on" in text for text in said) == 4
    assert await _bookmarks(stage, stage.reader_id) == ["2606.00001"]


async def test_all_authors_come_privately(stage: UiStage) -> None:
    posted = await stage.post_digest()
    outcome = await stage.reader.press(posted[1], "+2")
    assert outcome.ephemeral
    assert "7 authors" in outcome.text
    assert "Eva Ito, Fay Kim, Gus Orr" in outcome.text
    assert outcome.message is not None
    assert outcome.message.buttons == []


async def test_pages_of_authors_turn_in_the_same_message(stage: UiStage) -> None:
    people = tuple(f"Author Number{n}" for n in range(3000))
    await stage.plan((paper(id="2606.00001", title="Retrieval", authors=people),))
    async with stage.delivering():
        _, card = await stage.reader.wait_until(stage.channel_id, lambda seen: len(seen) == 2)
    outcome = await stage.reader.press(card, "+2,995")
    assert outcome.ephemeral
    assert "3,000 authors" in outcome.text
    assert "Author Number0, Author Number1," in outcome.text
    assert outcome.message is not None
    named: list[str] = []
    page = outcome.message
    while True:
        named += page.text.split("\n")[-1].split(", ")
        if page.buttons[2].split(" / ")[0] == page.buttons[2].split(" / ")[1]:
            break
        before = page.text
        # A busy machine defers first, and changes the message a moment later.
        turned = await stage.reader.follow(
            await stage.reader.press(page, "▶"),
            lambda now, before=before: now.message is not None and now.message.text != before,
        )
        assert turned.message is not None
        assert turned.message.id == page.id
        page = turned.message
    assert named == list(people)


def _earlier_view(custom_ids: Sequence[str]) -> PostedView:
    """Buttons as earlier versions of the bot posted them."""
    buttons: list[Item] = [
        ui.Button(label=f"Button {n}", custom_id=custom_id)
        for n, custom_id in enumerate(custom_ids)
    ]
    return posted([ui.TextDisplay("A card of long ago"), *row(buttons)], accent=0)


async def test_cards_of_any_age_are_answered(stage: UiStage) -> None:
    await stage.post_digest()
    earlier = (
        "pb1:abs:2606.00001v1:0123456789abcdef",
        "pb1:bm:2606.00001v1:0123456789abcdef",
        "pb1:open:2606.00001v1",
        "pb1:open:2606.00001",
    )
    old = await stage.sender.send_view(
        stage.channel_id, lambda: _earlier_view(earlier), lambda: _earlier_view(()), nonce="old"
    )
    seen = await stage.reader.read(stage.channel_id)
    card = next(message for message in seen if message.id == old)
    assert "We look at part 1" in (await stage.reader.press(card, "Button 0")).text
    assert "Bookmarked." in (await stage.reader.press(card, "Button 1")).text
    for opening in ("Button 2", "Button 3"):
        opened = await stage.reader.press(card, opening)
        assert opened.ephemeral
        assert "[Retrieval, part 1](https://arxiv.org/abs/2606.00001v1)" in opened.text
        assert opened.message is not None
        assert "pb1:bm:2606.00001v1:-" in opened.message.custom_ids
        assert "We look at part 1" in (await stage.reader.press(opened.message, "Abstract")).text


async def test_all_matches_come_in_pages_with_reasons(stage: UiStage) -> None:
    posted = await stage.post_digest()
    outcome = await stage.reader.press(posted[0], "All 23 matches")
    assert outcome.ephemeral
    assert "23 matches of 23 announced, Thursday 18 June 2026" in outcome.text
    assert "1. ✅ [Retrieval, part 1]" in outcome.text
    assert "6. [Retrieval, part 6]" in outcome.text
    assert "in the title" in outcome.text
    assert outcome.message is not None
    first = outcome.message
    outcome = await stage.reader.press(first, "▶")
    assert outcome.message is not None
    assert outcome.message.id == first.id
    assert "11. [Retrieval, part 11]" in outcome.message.text
    assert outcome.followups == []
    outcome = await stage.reader.press(outcome.message, "⏭")
    assert outcome.message is not None
    assert "23. [Retrieval, part 23]" in outcome.message.text
    outcome = await stage.reader.press(outcome.message, "⏮")
    assert outcome.message is not None
    assert "1. ✅ [Retrieval, part 1]" in outcome.message.text


async def test_buttons_work_after_a_restart(stage: UiStage) -> None:
    posted = await stage.post_digest()
    await stage.client.close()
    async with connected(stage):
        assert "part 3" in (await stage.reader.press(posted[3], "Abstract")).text
        assert "Bookmarked" in (await stage.reader.press(posted[3], "Bookmark")).text
        assert "23 matches" in (await stage.reader.press(posted[0], "All 23 matches")).text


async def test_buttons_work_in_direct_messages_and_in_threads(stage: UiStage) -> None:
    await stage.plan(PAPERS[:2], Layout.THREAD)
    async with stage.delivering():
        (top,) = await stage.reader.wait_until(
            stage.channel_id, lambda seen: bool(seen and seen[0].thread_id)
        )
        in_thread = await stage.reader.wait_until(
            top.id, lambda seen: sum(bool(message.custom_ids) for message in seen) == 2
        )
    card_in_thread = next(seen for seen in in_thread if seen.custom_ids)
    assert "part 1" in (await stage.reader.press(card_in_thread, "Abstract")).text
    card = await stage.core.services.composer.card("2606.00001")
    assert card is not None
    direct = await stage.reader.open_dm(stage.application.id)
    await stage.sender.send_card(direct, card, key="-", nonce="dm")
    (in_dm,) = await stage.reader.read(direct)
    assert "Bookmarked" in (await stage.reader.press(in_dm, "Bookmark")).text


async def test_a_removed_digest_ends_politely(stage: UiStage) -> None:
    posted = await stage.post_digest()
    async with stage.core.database.write() as connection:
        for table in ("deliveries", "digests"):
            await connection.exec_driver_sql(f"DELETE FROM {table}")  # noqa: S608 - names from above
    outcome = await stage.reader.press(posted[0], "All 23 matches")
    assert outcome.ephemeral
    assert "not in my records" in outcome.text
    assert "`/search`" in outcome.text


async def test_a_bug_is_answered_with_the_incident_that_the_log_holds(
    stage: UiStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    posted = await stage.post_digest()

    async def fail(*_: Any) -> bool:
        raise RuntimeError("the secret of the bug")

    monkeypatch.setattr(type(stage.core.services.bookmarks), "set", fail)
    with capture_logs() as logs:
        outcome = await stage.reader.press(posted[1], "Bookmark")
    assert outcome.ephemeral
    assert "secret" not in outcome.text
    incident = re.search(r"incident `(\w+)`", outcome.text)
    assert incident is not None
    assert incident[1] in [entry.get("incident") for entry in logs]


@pytest.mark.parametrize("button", ["Bookmark", "Abstract"])
async def test_slow_work_is_acknowledged_first(
    stage: UiStage, monkeypatch: pytest.MonkeyPatch, button: str
) -> None:
    posted = await stage.post_digest()
    monkeypatch.setattr(presses, "_PATIENCE_S", 0.0)
    outcome = await stage.reader.press(posted[1], button)
    assert outcome.ephemeral
    assert "Bookmarked" in outcome.text or "part 1" in outcome.text
    assert outcome.followups == []


async def test_slow_pages_change_the_same_message(
    stage: UiStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    posted = await stage.post_digest()
    monkeypatch.setattr(presses, "_PATIENCE_S", 0.0)
    outcome = await stage.reader.press(posted[0], "All 23 matches")
    assert outcome.message is not None
    pressed = await stage.reader.press(outcome.message, "▶")
    turned = await stage.reader.follow(pressed, lambda now: "11. [Retrieval" in now.text)
    assert turned.message is not None
    assert turned.message.id == outcome.message.id


async def test_slow_work_that_fails_still_gets_its_sentence(
    stage: UiStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    posted = await stage.post_digest()
    monkeypatch.setattr(presses, "_PATIENCE_S", 0.0)
    async with stage.core.database.write() as connection:
        for table in ("deliveries", "digests"):
            await connection.exec_driver_sql(f"DELETE FROM {table}")  # noqa: S608 - names from above
    outcome = await stage.reader.press(posted[0], "All 23 matches")
    assert outcome.settled
    assert outcome.progress != "thinking"
    assert "not in my records" in outcome.text


async def test_no_sent_view_stays_in_memory(stage: UiStage) -> None:
    posted = await stage.post_digest()
    await stage.reader.press(posted[1], "Bookmark")
    await stage.reader.press(posted[1], "Abstract")
    outcome = await stage.reader.press(posted[0], "All 23 matches")
    assert outcome.message is not None
    await stage.reader.press(outcome.message, "▶")
    store = stage.client._connection._view_store  # pyright: ignore[reportPrivateUsage] - where the library keeps views
    assert store._views == {}  # pyright: ignore[reportPrivateUsage]
    assert store._synced_message_views == {}  # pyright: ignore[reportPrivateUsage]
    assert len(store._dynamic_items) == len(POSTED_BUTTONS)  # pyright: ignore[reportPrivateUsage]


async def test_people_without_any_permission_to_run_commands_can_press(stage: UiStage) -> None:
    posted = await stage.post_digest()
    stage.world.servers.update_member(stage.guild_id, stage.reader_id, roles=[])
    only_reading = Permission.VIEW_CHANNEL | Permission.READ_MESSAGE_HISTORY
    stage.world.servers.update_role(stage.guild_id, stage.guild_id, permissions=int(only_reading))
    async with Person(f"{stage.sandbox.url}/control", stage.reader_id) as reader:
        assert "Bookmarked" in (await reader.press(posted[1], "Bookmark")).text
