"""What the tests of `/bookmarks` do again and again."""

from datetime import timedelta
from typing import Any

from commands_stage import CommandsStage

from bot.models import Paper
from sandbox.discord.person import Person
from sandbox.discord.sightings import SeenMessage


async def bookmark(stage: CommandsStage, number: int, title: str, **changes: Any) -> Paper:
    """A paper of the archive that the reader has bookmarked, a second after the one before."""
    fields: dict[str, Any] = {
        "abstract": "An abstract.",
        "authors": ("Ana Núñez",),
        "categories": ("cs.CL",),
        "primary_category": "cs.CL",
        **changes,
    }
    paper = Paper(f"2606.{number:05}", 1, title, **fields)
    await stage.core.papers.enrich([paper], stage.clock.now())
    await stage.core.services.bookmarks.set(stage.reader_id, paper.id, paper.version)
    stage.clock.advance(timedelta(seconds=1))
    return paper


async def titles(stage: CommandsStage) -> list[str]:
    """The titles of the reader's bookmarks as they are stored, the newest first."""
    found, total = await stage.core.services.bookmarks.page(stage.reader_id, 0, size=1_000)
    assert len(found) == total
    return [paper.title for _, paper in found]


async def note_of(stage: CommandsStage, number: int) -> str | None:
    """The note of the reader's bookmark as it is stored."""
    found = await stage.core.services.bookmarks.of(stage.reader_id, f"2606.{number:05}")
    return found.note if found else None


async def pick(
    stage: CommandsStage, message: SeenMessage, values: list[str], *, by: Person | None = None
) -> SeenMessage:
    """Choose in the one menu of a message as the reader (or `by`), and see the answer."""
    person = by or stage.reader
    (menu,) = (found["custom_id"] for found in message.every_component if found["type"] == 3)
    outcome = await person.select(message, values, custom_id=menu)
    outcome = await person.follow(outcome, lambda now: now.settled)
    last = outcome.followups[-1] if outcome.followups else outcome.message
    assert last is not None, outcome.raw
    return last


def menu_of(message: SeenMessage) -> list[str]:
    """What the one menu of a message offers."""
    (menu,) = (found for found in message.every_component if found["type"] == 3)
    return [option["label"] for option in menu["options"]]
