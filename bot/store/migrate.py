"""Bringing a database file to the present schema, after a backup of it. Runs in a thread."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import structlog
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, event
from sqlalchemy.engine import Engine
from sqlalchemy.pool import NullPool

from bot.errors import StoreError

SCRIPTS = Path(__file__).parent / "migrations"

log = structlog.get_logger(__name__)


def migrate(path: Path, backups: Path) -> Path | None:
    """Apply the migrations that `path` lacks; returns the backup's path if one was made.

    Raises StoreError if the file is of a newer Paperboy than this one.
    """
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    script = ScriptDirectory.from_config(config)
    engine = create_engine(f"sqlite:///{path}", poolclass=NullPool)
    one_transaction(engine)
    try:
        with engine.connect() as connection:
            current = MigrationContext.configure(connection).get_current_revision()
        # By one connection: of several that switch a new file to it at once, all but one fail.
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("PRAGMA journal_mode = WAL")
        head = script.get_current_head()
        if current == head:
            return None
        if current is not None and current not in {r.revision for r in script.walk_revisions()}:
            raise StoreError(
                f"The database {path} was written by a newer Paperboy (schema {current}); "
                "run that version, or restore a backup made before it."
            )
        saved = _backup(path, backups, current) if current is not None else None
        with engine.begin() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
        log.info("database_migrated", since=current, to=head, backup=str(saved) if saved else None)
        return saved
    finally:
        engine.dispose()


def one_transaction(engine: Engine) -> None:
    """Make schema changes part of the transaction: a migration happens whole or not at all.

    The driver would otherwise begin none before DDL.
    """

    @event.listens_for(engine, "connect")
    def configure(connection: Any, _record: Any) -> None:  # pyright: ignore[reportUnusedFunction] - called by the event
        connection.isolation_level = None

    @event.listens_for(engine, "begin")
    def start(connection: Any) -> None:  # pyright: ignore[reportUnusedFunction] - called by the event
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def _backup(path: Path, folder: Path, revision: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S")
    target = folder / f"{path.stem}-schema-{revision}-{stamp}.db"
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(target)) as copy:
        source.backup(copy)
    return target
