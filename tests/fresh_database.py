"""New databases without a tenth of a second of migrations each: copies of one made once."""

import tempfile
from functools import cache
from pathlib import Path

from bot.store.migrate import migrate


def fresh_database(path: Path) -> None:
    """Put an empty database of the present schema there, unless one is there already."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(_empty())


@cache
def _empty() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / "made.db"
        migrate(made, Path(folder) / "backups")
        return made.read_bytes()
