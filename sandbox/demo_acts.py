"""What the demo's people do at the start, so that the page has answers of commands to show."""

from collections.abc import Mapping

from sandbox.demo_world import DemoError, DemoWorld
from sandbox.discord.person import Person
from sandbox.discord.sightings import Outcome, SeenMessage

_ACT_S = 30.0
_BOOKMARK = "pb1:bm:"  # how the custom id of a card's bookmark button begins


async def act(world: DemoWorld) -> None:
    """The reader searches, bookmarks, translates, asks for related papers and lists; others ask for
    their languages.

    Raises DemoError where the bot leaves somebody without an answer.
    """
    room = world.channels["language"]
    cards = [m for m in await world.reader.read(room) if _bookmark_button(m)]
    if not cards:
        raise DemoError("There is no card in #language that the demo's people could use")
    card = cards[-1]
    paper = world.paper_of(card.id, room)
    for reading, flag in ((world.japanese, "🇯🇵"), (world.chinese, "🇨🇳")):
        await reading.react(card, flag)
    await world.reader.press(card, custom_id=_bookmark_button(card), timeout=_ACT_S)
    await _run(world.reader, room, "search", {"query": "language models -survey"})
    await _run(world.reader, room, "translate", {"ref": paper, "language": "Japanese"})
    await _run(world.reader, room, "related", {"ref": paper})
    await _run(world.reader, room, "bookmarks list", {})
    await _run(world.japanese, room, "search", {"query": "translation"})
    await _run(world.chinese, room, "translate", {"ref": paper})


async def _run(person: Person, channel: int, command: str, options: Mapping[str, object]) -> None:
    try:
        outcome = await person.run(command, channel=channel, options=options, timeout=_ACT_S)
    except TimeoutError as error:
        raise DemoError(f"/{command} got no answer: {error}") from None
    _require_answer(outcome)


def _require_answer(outcome: Outcome) -> None:
    if outcome.message is None:
        raise DemoError(f"/{outcome.name} got no answer: {outcome.error}")


def _bookmark_button(message: SeenMessage) -> str | None:
    return next((known for known in message.custom_ids if known.startswith(_BOOKMARK)), None)
