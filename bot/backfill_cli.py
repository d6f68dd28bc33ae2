"""`paperboy backfill`: papers of past years for the archive."""

import asyncio
import sys
from collections.abc import Callable, Coroutine
from datetime import date
from typing import Any, NoReturn, TypeVar

import click
from rich.console import Console

from bot.errors import AlreadyRunning, BadInput, PaperboyError, SettingsError, StoreError
from bot.exits import Exit
from bot.settings import Settings

T = TypeVar("T")

_errors = Console(stderr=True, highlight=False, soft_wrap=True)


def _day(_context: click.Context, _option: click.Parameter, typed: str | None) -> date | None:
    if typed is None:
        return None
    try:
        return date.fromisoformat(typed)
    except ValueError:
        raise click.BadParameter(f"{typed[:40]!r} is not a day such as 2025-01-31") from None


@click.command()
@click.option(
    "--category",
    "categories",
    multiple=True,
    help="A category, cross-lists included (cs.CL); may be given several times.",
)
@click.option(
    "--since", callback=_day, metavar="DAY", help="The first day of submission, as 2025-01-31."
)
@click.option(
    "--until",
    callback=_day,
    metavar="DAY",
    help="The last day of submission; without it, until now.",
)
@click.option("--status", is_flag=True, help="Show how far all backfills are, and do nothing.")
@click.pass_obj
def backfill(
    settings: Callable[[], Settings],
    categories: tuple[str, ...],
    since: date | None,
    until: date | None,
    status: bool,
) -> None:
    """Fill the archive with papers of past years, for searches and related papers.

    All papers of the categories that were first submitted since a day come from arXiv over
    OAI-PMH, one request every three seconds, also beside a bot that is running. Nothing of it is
    ever announced. Whatever ended it, the same command goes on where it was; given again later,
    it asks for what has changed since.
    """
    from bot.backfill_commands import Wanted, fill, show  # noqa: PLC0415 - the help goes without
    from bot.sources.taxonomy import parse_categories  # noqa: PLC0415 - as above

    if status and (since is not None or until is not None):
        raise click.UsageError("--status goes with --category only")
    if not status and (not categories or since is None):
        raise click.UsageError(
            "--category and --since are needed, for example: --category cs.CL --since 2025-01-01"
        )
    try:
        ids = parse_categories(" ".join(categories)) if categories else ()
    except BadInput as error:
        _end(str(error), Exit.USAGE)
    out = Console(highlight=False, soft_wrap=True)
    if since is None:
        _run(show(settings(), ids, out))
    else:
        sys.exit(_run(fill(settings(), Wanted(ids, since, until), out, _errors)))


def _run(work: Coroutine[Any, Any, T]) -> T:
    try:
        return asyncio.run(work)
    except KeyboardInterrupt:
        sys.exit(Exit.INTERRUPTED)
    except BadInput as error:
        _end(str(error), Exit.USAGE)
    except SettingsError as error:
        _end(str(error), Exit.SETTINGS)
    except PaperboyError as error:
        code = Exit.UNEXPECTED
        if isinstance(error, StoreError):
            code = Exit.ALREADY_RUNNING if isinstance(error, AlreadyRunning) else Exit.DATABASE
        _end(str(error), code)


def _end(sentence: str, code: Exit) -> NoReturn:
    _errors.print(f"paperboy: {sentence}", markup=False, soft_wrap=True)
    sys.exit(code)
