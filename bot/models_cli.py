"""`paperboy models …`: translation models on this machine, for operators without a key."""

import asyncio
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, NoReturn

import click
from rich.console import Console

from bot.errors import AlreadyRunning, PaperboyError, StoreError
from bot.exits import Exit
from bot.languages import ENGLISH, LANGUAGES, find_languages, language_of
from bot.settings import Settings

_errors = Console(stderr=True, highlight=False)


@click.group()
def models() -> None:
    """Translation models on this machine: free, offline, without a key.

    They come from the index of Argos Translate (PAPERBOY_MODELS_INDEX), one for each language,
    and lie in `models` of the data folder. A running bot takes up what is added and removed.
    """


@models.command("list")
@click.option("--available", is_flag=True, help="Also what the index offers.")
@click.pass_obj
def list_models(settings: Callable[[], Settings], available: bool) -> None:
    """Show the models that are installed, with their sizes and versions."""
    from bot.models_commands import show  # noqa: PLC0415 - the help goes without

    _run(show(settings(), _console(), available=available))


@models.command()
@click.argument("language")
@click.option(
    "--file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A package (.argosmodel) that is here already, instead of one from the index.",
)
@click.option("--index", metavar="URL", help="Another index than PAPERBOY_MODELS_INDEX.")
@click.pass_obj
def add(
    settings: Callable[[], Settings], language: str, file: Path | None, index: str | None
) -> None:
    """Install the model that translates from English into LANGUAGE (ja, zh-TW, German, …).

    A download that breaks off, or that Ctrl-C stops, goes on where it ended when the command is
    given again. The package is checked and has to translate a sentence before it is installed.
    """
    from bot.models_commands import add as add_model  # noqa: PLC0415 - the help goes without

    if file is not None and index is not None:
        raise click.UsageError("--file needs no --index")
    if index is not None and not index.startswith(("http://", "https://")):
        raise click.UsageError(f"{index!r} is not an http or https address")
    _run(add_model(settings(), _console(), _language(language), file=file, index=index))


@models.command("remove")
@click.argument("name", metavar="LANGUAGE")
@click.pass_obj
def remove_model(settings: Callable[[], Settings], name: str) -> None:
    """Remove the model of LANGUAGE, or the one in the folder of that name."""
    from bot.models_commands import take_away  # noqa: PLC0415 - the help goes without

    _run(take_away(settings(), _console(), name))


def _language(typed: str) -> str:
    """The code of a language that was typed as a code or a name. Raises click.UsageError."""
    code = language_of(typed)
    if code is None:
        near = find_languages(typed, 1)
        code = near[0].code if near and len(typed) > 2 else None
    if code is None or code == ENGLISH:
        known = ", ".join(known for known in LANGUAGES if known != ENGLISH)
        raise click.UsageError(f"{typed!r} is not a language to translate into; these are: {known}")
    return code


def _console() -> Console:
    return Console(highlight=False, soft_wrap=True)


def _run(work: Coroutine[Any, Any, None]) -> None:
    try:
        asyncio.run(work)
    except KeyboardInterrupt:
        _end("Stopped. The same command goes on where this one ended.", Exit.UNEXPECTED)
    except PaperboyError as error:
        code = Exit.UNEXPECTED
        if isinstance(error, StoreError):
            code = Exit.ALREADY_RUNNING if isinstance(error, AlreadyRunning) else Exit.DATABASE
        _end(str(error), code)


def _end(sentence: str, code: Exit) -> NoReturn:
    _errors.print(f"paperboy: {sentence}", markup=False, soft_wrap=True)
    sys.exit(code)
