"""arXiv's answers to searches, kept for a day."""

from datetime import timedelta
from pathlib import Path

from sqlalchemy import func, select
from store_stage import NOW

from bot.store.arxiv_answers import ArxivAnswer, ArxivAnswerStore
from bot.store.database import Database
from bot.store.schema import arxiv_answers

KEY = "a" * 64
ANSWER = ArxivAnswer(("2606.00001", "hep-th/9901001"), more=True)


async def test_an_answer_is_kept_for_its_question_and_place(tmp_path: Path) -> None:
    database = await Database.open(f"sqlite+aiosqlite:///{tmp_path / 'x.db'}")
    store = ArxivAnswerStore(database)
    await store.put(KEY, 50, ANSWER, NOW)
    assert await store.get(KEY, 50, since=NOW, until=NOW) == ANSWER
    assert await store.get(KEY, 0, since=NOW, until=NOW) is None
    assert await store.get("b" * 64, 50, since=NOW, until=NOW) is None
    second, hour = timedelta(seconds=1), timedelta(hours=1)
    assert await store.get(KEY, 50, since=NOW + second, until=NOW + hour) is None
    assert await store.get(KEY, 50, since=NOW - hour, until=NOW - second) is None
    newer = ArxivAnswer((), more=False)
    await store.put(KEY, 50, newer, NOW + hour)
    assert await store.get(KEY, 50, since=NOW, until=NOW + hour) == newer
    await store.put("c" * 64, 0, newer, NOW + timedelta(hours=26))
    async with database.read() as connection:
        count = (await connection.execute(select(func.count()).select_from(arxiv_answers))).scalar()
    assert count == 1, "what is older than a day goes"
    await database.close()
