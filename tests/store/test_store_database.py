"""The database: writers take turns, migrations build the schema, backups come first."""

import asyncio
import json
import random
import re
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError

from bot.errors import StoreError
from bot.store.database import Database
from bot.store.migrate import SCRIPTS, migrate
from bot.store.schema import metadata


def url_of(path: Path) -> str:
    return f"sqlite+aiosqlite:///{path}"


async def test_fifty_writers_at_once_never_find_it_locked(tmp_path: Path) -> None:
    database = await Database.open(url_of(tmp_path / "p.db"))
    other_process = await Database.open(url_of(tmp_path / "p.db"))

    async def write(number: int) -> None:
        chosen = database if number % 2 else other_process
        for _ in range(4):
            async with chosen.write() as connection:
                found = await connection.execute(text("SELECT count(*) FROM bookmarks"))
                count = found.scalar_one()
                await connection.execute(
                    text(
                        "INSERT INTO bookmarks (user_id, paper_id, version, created_at) "
                        "VALUES (:user, :paper, 1, '2026-01-01 00:00:00')"
                    ),
                    {"user": number, "paper": str(count)},
                )

    await asyncio.gather(*(write(number) for number in range(50)))
    async with database.read() as connection:
        rows = (await connection.execute(text("SELECT paper_id FROM bookmarks"))).scalars().all()
    # Each writer saw the writes of all before it: no read inside a write was stale.
    assert sorted(int(row) for row in rows) == list(range(200))
    await other_process.close()
    await database.close()


async def test_pragmas_are_what_is_promised(tmp_path: Path) -> None:
    database = await Database.open(url_of(tmp_path / "p.db"))
    for opened in (database.read, database.write):
        async with opened() as connection:
            found = {
                name: (await connection.exec_driver_sql(f"PRAGMA {name}")).scalar_one()
                for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
            }
        assert found == {
            "journal_mode": "wal",
            "synchronous": 2,
            "foreign_keys": 1,
            "busy_timeout": 30_000,
        }
    await database.close()


async def test_a_reader_sees_a_consistent_state_while_a_write_goes_on(tmp_path: Path) -> None:
    database = await Database.open(url_of(tmp_path / "p.db"))
    insert = text(
        "INSERT INTO bookmarks (user_id, paper_id, version, created_at) "
        "VALUES (1, 'a', 1, '2026-01-01 00:00:00')"
    )
    count = text("SELECT count(*) FROM bookmarks")
    async with database.write() as writing:
        await writing.execute(insert)
        async with database.read() as reading:
            assert (await reading.execute(count)).scalar_one() == 0
    async with database.read() as reading:
        assert (await reading.execute(count)).scalar_one() == 1
    await database.close()


async def test_what_is_read_at_once_is_one_state(tmp_path: Path) -> None:
    url = url_of(tmp_path / "p.db")
    database = await Database.open(url)
    others = sqlite3.connect(tmp_path / "p.db", isolation_level=None, check_same_thread=False)

    def counted(connection: sqlite3.Connection) -> list[int]:
        counts: list[int] = []
        for number in (1, 2):
            counts += connection.execute("SELECT count(*) FROM people").fetchone()
            others.execute("INSERT INTO people VALUES (?, 'en', '2026-01-01 00:00:00')", [number])
        return counts

    with closing(others):
        assert await database.read_at_once(counted) == [0, 0]
    async with database.read() as connection:
        found = await connection.exec_driver_sql("SELECT count(*) FROM people")
        assert found.scalar_one() == 2
    await database.close()


async def test_a_read_at_once_that_fails_or_is_canceled_holds_nobody_up(tmp_path: Path) -> None:
    database = await Database.open(url_of(tmp_path / "p.db"))
    begun, go_on = threading.Event(), threading.Event()

    def slow(connection: sqlite3.Connection) -> None:
        begun.set()
        assert go_on.wait(timeout=10)
        connection.execute("SELECT count(*) FROM people").fetchone()

    for _ in range(6):  # more than there are connections
        with pytest.raises(DBAPIError, match="no such table"):
            await database.read_at_once(lambda connection: connection.execute("SELECT * FROM no"))
        task = asyncio.create_task(database.read_at_once(slow))
        assert await asyncio.to_thread(begun.wait, 10)
        task.cancel()
        go_on.set()
        await asyncio.gather(task, return_exceptions=True)
        assert task.cancelled()
        begun.clear()
        go_on.clear()
    async with asyncio.timeout(10), database.write() as connection:
        await connection.exec_driver_sql("DELETE FROM people")
    await database.close()


async def test_a_text_that_cannot_be_read_is_told_as_an_error_of_the_database(
    tmp_path: Path,
) -> None:
    database = await Database.open(url_of(tmp_path / "p.db"))
    broken = "SELECT cast(x'ff41' AS TEXT)"  # Python's module tells this without a code of SQLite
    with pytest.raises(DBAPIError, match="UTF-8"):
        await database.read_at_once(lambda connection: connection.execute(broken).fetchall())
    async with database.read() as connection:
        with pytest.raises(DBAPIError, match="UTF-8"):
            await connection.exec_driver_sql(broken)
    assert await database.read_at_once(lambda connection: connection.execute("SELECT 1").fetchall())
    await database.close()


async def test_damage_that_is_read_at_once_is_told_as_damage(tmp_path: Path) -> None:
    path = tmp_path / "p.db"
    await (await Database.open(url_of(path))).close()
    with closing(sqlite3.connect(path)) as connection:
        root = "SELECT rootpage FROM sqlite_schema WHERE name = 'people'"
        [page] = connection.execute(root).fetchone()
        [size] = connection.execute("PRAGMA page_size").fetchone()
    with path.open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\xff" * size)
    database = Database(url_of(path))
    with pytest.raises(StoreError, match=r"p\.db is damaged .*restore the last backup"):
        await database.read_at_once(lambda connection: connection.execute("SELECT * FROM people"))
    await database.close()


async def test_an_error_takes_the_whole_write_back(tmp_path: Path) -> None:
    database = await Database.open(url_of(tmp_path / "p.db"))

    async def fail_after_writing() -> None:
        async with database.write() as connection:
            await connection.execute(
                text(
                    "INSERT INTO bookmarks (user_id, paper_id, version, created_at) "
                    "VALUES (1, 'a', 1, '2026-01-01 00:00:00')"
                )
            )
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail_after_writing()
    async with database.read() as connection:
        found = await connection.execute(text("SELECT count(*) FROM bookmarks"))
        assert found.scalar_one() == 0
    await database.close()


def test_migrations_build_the_schema_that_the_code_describes(tmp_path: Path) -> None:
    path = tmp_path / "p.db"
    assert migrate(path, tmp_path / "backups") is None
    engine = create_engine(f"sqlite:///{path}")
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_object": _ours})
        difference = compare_metadata(context, metadata)
    engine.dispose()
    assert difference == []


def test_the_first_schema_is_migrated_with_what_it_holds(tmp_path: Path) -> None:
    path = tmp_path / "p.db"
    _migrated_to(path, "0001")
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(
            "INSERT INTO bookmarks VALUES (1, '2606.00001', 1, '2026-01-01 00:00:00')"
        )
        connection.execute(
            "INSERT INTO subscriptions VALUES (7, 1, 2, 3, '{}', '09:00', 'UTC', 5, 'messages', "
            "'silent', 'active', NULL, 0, '{}', '2026-01-01 00:00:00', '2026-01-01 00:00:00')"
        )
    assert migrate(path, tmp_path / "backups") is not None
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT * FROM bookmarks").fetchall() == [
            (1, "2606.00001", 1, "2026-01-01 00:00:00", "")
        ]
        assert connection.execute("SELECT id, language FROM subscriptions").fetchall() == [
            (7, "en")
        ]


def test_findings_that_were_texts_become_findings(tmp_path: Path) -> None:
    path = tmp_path / "p.db"
    _migrated_to(path, "0002")
    told = ["A formula is missing or was changed.", "A number was added.", "Unheard of."]
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(
            "INSERT INTO papers (paper_id, version, title, abstract, authors, categories, "
            "primary_category, withdrawn, first_seen_at) "
            "VALUES ('2606.00001', 1, 'T', 'A.', '[]', '[]', 'cs.CL', 0, '2026-01-01 00:00:00')"
        )
        connection.execute(
            "INSERT INTO summaries VALUES ('2606.00001', 1, 'en', 'extractive', "
            "'{\"tldr\": \"A.\"}', '2026-01-01 00:00:00')"
        )
        for language, findings in (("ja", json.dumps(told)), ("ko", "[]")):
            connection.execute(
                "INSERT INTO translations VALUES ('2606.00001', 1, ?, 'memory', '', "
                "'[\"T\", \"\"]', '[]', 'fail', ?, '2026-01-01 00:00:00')",
                (language, findings),
            )
    migrate(path, tmp_path / "backups")
    with closing(sqlite3.connect(path)) as connection:
        kept = dict(connection.execute("SELECT language, findings FROM translations").fetchall())
        judged = connection.execute("SELECT verdict, findings FROM summaries").fetchall()
    assert json.loads(kept["ja"]) == [
        {"kind": "formula-changed", "severity": "major", "source": "", "target": ""},
        {"kind": "number-extra", "severity": "minor", "source": "", "target": ""},
    ]
    assert json.loads(kept["ko"]) == []
    assert judged == [("pass", "[]")]


def test_a_newer_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "p.db"
    migrate(path, tmp_path / "backups")
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StoreError, match="newer Paperboy"):
        migrate(path, tmp_path / "backups")


def test_an_older_database_is_backed_up_before_it_is_migrated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "p.db"
    migrate(path, tmp_path / "backups")
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(
            "INSERT INTO bookmarks (user_id, paper_id, version, created_at) "
            "VALUES (1, '2606.00001', 1, '2026-01-01 00:00:00')"
        )
    scripts = tmp_path / "migrations"
    _with_one_more_migration(scripts)
    monkeypatch.setattr("bot.store.migrate.SCRIPTS", scripts)
    saved = migrate(path, tmp_path / "backups")
    assert saved is not None
    with closing(sqlite3.connect(saved)) as copy:
        assert copy.execute("SELECT paper_id FROM bookmarks").fetchall() == [("2606.00001",)]
        assert copy.execute("SELECT version_num FROM alembic_version").fetchall() == [("0005",)]
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT paper_id FROM bookmarks").fetchone() == ("2606.00001",)
        assert connection.execute("SELECT * FROM added").fetchall() == []


def test_a_migration_that_fails_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "p.db"
    migrate(path, tmp_path / "backups")
    scripts = tmp_path / "migrations"
    _with_one_more_migration(scripts, "raise RuntimeError('halfway')")
    monkeypatch.setattr("bot.store.migrate.SCRIPTS", scripts)
    with pytest.raises(RuntimeError, match="halfway"):
        migrate(path, tmp_path / "backups")
    with closing(sqlite3.connect(path)) as connection:
        tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}
    assert "bookmarks" in tables
    assert "added" not in tables


async def test_a_file_that_is_no_database_is_refused_with_its_name(tmp_path: Path) -> None:
    path = tmp_path / "p.db"
    path.write_bytes(b"not a database at all" * 100)
    with pytest.raises(StoreError, match=r"p\.db cannot be opened"):
        await Database.open(url_of(path))


def _ours(_: object, name: str | None, kind: str, *__: object) -> bool:
    """Leaves out the tables of FTS5, which SQLAlchemy does not know."""
    return kind != "table" or re.fullmatch(r"search_index(_\w+)?", name or "") is None


def _migrated_to(path: Path, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
    engine.dispose()


def _with_one_more_migration(scripts: Path, then: str = "") -> None:
    ours = Path(__file__).parents[2] / "bot" / "store" / "migrations"
    (scripts / "versions").mkdir(parents=True)
    for file in [ours / "env.py", *(ours / "versions").glob("*.py")]:
        (scripts / file.relative_to(ours)).write_text(file.read_text())
    (scripts / "versions" / "schema_9999.py").write_text(
        "import sqlalchemy as sa\nfrom alembic import op\n"
        "revision = '9999'\ndown_revision = '0005'\nbranch_labels = None\ndepends_on = None\n"
        "def upgrade():\n"
        "    op.create_table('added', sa.Column('id', sa.Integer, primary_key=True))\n"
        f"    {then}\n"
    )


async def test_a_new_file_is_in_wal_mode_before_anybody_uses_it(tmp_path: Path) -> None:
    path = tmp_path / "paperboy.db"
    database = await Database.open(f"sqlite+aiosqlite:///{path}")
    await database.close()
    assert path.read_bytes()[18:20] == b"\x02\x02"  # https://sqlite.org/fileformat.html, 1.3.3


async def test_a_write_that_is_canceled_holds_nobody_up(tmp_path: Path) -> None:
    # Where exactly it is canceled decides: about every hundredth one held the file, until its
    # connection was closed with nothing open.
    url = url_of(tmp_path / "p.db")
    database, other_process = await Database.open(url), await Database.open(url)
    insert = "INSERT OR REPLACE INTO people VALUES (1, 'en', '2026-01-01 00:00:00')"

    async def write(by: Database) -> None:
        async with by.write() as connection:
            await connection.exec_driver_sql(insert)
            await connection.exec_driver_sql("SELECT count(*) FROM people")

    moments = random.Random(0)
    for _ in range(200):
        task = asyncio.create_task(write(database))
        for _ in range(moments.randrange(12)):
            await asyncio.sleep(moments.choice([0, 0, 0.0003, 0.001]))
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        async with asyncio.timeout(10):
            await write(other_process)
            await write(database)
    async with database.read() as connection:
        found = await connection.exec_driver_sql("SELECT count(*) FROM people")
        assert found.scalar_one() == 1
    await other_process.close()
    await database.close()
