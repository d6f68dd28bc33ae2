"""Papers to search for, and waiting for what a search's message becomes."""

from collections.abc import Sequence

from commands_stage import CommandsStage
from sqlalchemy import insert

from bot.models import Paper
from bot.store.schema import translations
from sandbox.arxiv.faults import FaultRule
from sandbox.discord.sightings import SeenMessage

API = r"/api/query"
HANGS = FaultRule(API, times=None, hang=True)


async def store(stage: CommandsStage, *papers: Paper) -> None:
    """Put papers into the archive."""
    await stage.core.papers.enrich(papers, stage.clock.now())


def numbered(number: int, title: str = "", **more: object) -> Paper:
    """An invented paper that arXiv does not have; higher numbers are newer."""
    made = Paper(
        f"2606.{number:05}",
        1,
        title or f"Zebra paper {number:03}",
        "About zebras, of course.",
        ("Ana Núñez", "Bo Li"),
        ("cs.CL",),
        "cs.CL",
    )
    values = {name: getattr(made, name) for name in Paper.__slots__} | more
    return Paper(**values)  # pyright: ignore[reportArgumentType] - the values of its own fields


async def translate(
    stage: CommandsStage, paper: Paper, language: str, title: str, sentences: Sequence[str]
) -> None:
    """Store a translation."""
    async with stage.core.database.write() as connection:
        await connection.execute(
            insert(translations).values(
                paper_id=paper.id,
                version=paper.version,
                language=language,
                provider="test",
                glossary="",
                title=[paper.title, title],
                sentences=[[paper.abstract, sentence] for sentence in sentences],
                verdict="pass",
                findings=[],
                created_at=stage.clock.now(),
            )
        )


async def changed(stage: CommandsStage, message: SeenMessage, text: str) -> SeenMessage:
    """A private message of the reader's, as soon as it shows a text."""

    def now(seen: list[SeenMessage]) -> SeenMessage | None:
        same = (one for one in seen if one.id == message.id and text in one.text)
        return next(same, None)

    seen = await stage.reader.wait_until(message.channel_id, lambda found: now(found) is not None)
    shown = now(seen)
    assert shown is not None
    return shown
