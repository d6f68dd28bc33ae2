"""The command line: `paperboy …`, the same as `python -m bot …`."""

import asyncio
import atexit
import gc
import importlib
import os
import sys
import threading
from pathlib import Path
from typing import NoReturn

import click
from rich.console import Console

from bot import __version__
from bot.errors import AlreadyRunning, PaperboyError, SettingsError, StoreError
from bot.exits import Exit
from bot.logs import configure
from bot.settings import Settings, load

_errors = Console(stderr=True, highlight=False)
_GROUPS = {"backfill": "bot.backfill_cli", "lab": "bot.lab.commands", "models": "bot.models_cli"}


class _Commands(click.Group):
    """The commands, where those of large groups are loaded when they are asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted([*super().list_commands(ctx), *_GROUPS])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _GROUPS:
            return super().get_command(ctx, cmd_name)
        group: click.Command = getattr(importlib.import_module(_GROUPS[cmd_name]), cmd_name)
        return group


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="paperboy")
@click.pass_context
def main(context: click.Context) -> None:
    """Paperboy brings each day's arXiv papers to Discord channels.

    Settings come from the environment and from .env (PAPERBOY_DISCORD_TOKEN and others; see
    docs/operating.md). Exit codes: 0 done, 1 unexpected error, 2 wrong usage, 3 wrong setting,
    4 Discord refused the token, 5 database or data folder unusable, 6 already running.
    """
    context.obj = _settings
    # What is there at the end goes with the process. The interpreter would look through all of it
    # for garbage first, which is a sixth of the time of a short command.
    atexit.register(gc.freeze)


@main.command()
def run() -> None:
    """Run the bot until it gets SIGTERM or Ctrl-C."""
    settings = _settings()
    from bot.app import App  # noqa: PLC0415 - Discord's library is slow to load; other commands go without

    try:
        sys.exit(asyncio.run(App(settings, on_stop=_end_at_the_latest).run()))
    except PaperboyError as error:
        _fail(error)


@main.command()
def check() -> None:
    """Check token, permissions, database, sources and clock, and say what to do."""
    settings = _settings()
    configure("ERROR", settings.log_format, settings.secrets)  # the report tells it all once
    from bot.checkup import checkup  # noqa: PLC0415 - as above

    sys.exit(asyncio.run(checkup(settings, Console(highlight=False, soft_wrap=True))))


@main.command()
@click.option(
    "--preview",
    "subscription_id",
    type=click.IntRange(min=1),
    required=True,
    metavar="SUBSCRIPTION",
    help="Show what the next digest of this subscription (its number) would hold; post nothing.",
)
def digest(subscription_id: int) -> None:
    """Look at digests from the command line."""
    settings = _settings()
    from bot.preview import preview  # noqa: PLC0415 - as above

    try:
        asyncio.run(preview(settings, subscription_id, Console(highlight=False, soft_wrap=True)))
    except PaperboyError as error:
        _fail(error)


@main.command()
def health() -> None:
    """Exit with 0 if the bot on this data folder is alive and connected, else with 1."""
    from bot.health import is_healthy  # noqa: PLC0415 - as above

    sys.exit(Exit.OK if is_healthy(_settings().data_dir) else Exit.UNEXPECTED)


@main.command()
@click.option("--once", is_flag=True, help="Replay without waiting, verify, and exit.")
@click.option(
    "--papers",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A JSONL file of papers (plain or .gz) to announce, instead of arXiv or the sample.",
)
@click.option(
    "--days",
    type=click.IntRange(1, 366),
    default=None,
    help="How many announcement days to replay (with --once; by default all in the file).",
)
@click.option(
    "--kills",
    type=click.IntRange(0, 50),
    default=0,
    show_default=True,
    help="Kill the bot with SIGKILL this many times in the middle (with --once).",
)
@click.option(
    "--record",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Append every request to the sandbox's Discord, with its answer and without tokens, to "
    "this JSONL file (those to its arXiv to a file beside it).",
)
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="The page's port.")
def demo(  # noqa: PLR0917 - click passes them by name
    once: bool,
    papers: Path | None,
    days: int | None,
    kills: int,
    record: Path | None,
    port: int,
) -> None:
    """The whole product on this machine, without a Discord account."""
    from sandbox.demo import Choices, run_demo  # noqa: PLC0415 - the bot itself runs without the sandbox

    if (days is not None or kills) and not once:
        raise click.UsageError("--days and --kills go with --once")
    chosen = Choices(papers=papers, days=days, kills=kills, port=port, record=record)
    sys.exit(run_demo(chosen, once=once))


def _end_at_the_latest(code: Exit) -> None:
    """End the process in nine seconds, whatever hangs: `docker stop` kills it after ten.

    By then all is saved and closed; a thread that waits for a name server may still be there.
    """
    timer = threading.Timer(9.0, os._exit, (int(code),))
    timer.daemon = True
    timer.start()


def _settings() -> Settings:
    try:
        settings = load(os.environ)
    except SettingsError as error:
        _fail(error)
    configure(settings.log_level, settings.log_format, settings.secrets)
    return settings


def _fail(error: PaperboyError) -> NoReturn:
    code = Exit.UNEXPECTED
    if isinstance(error, SettingsError):
        code = Exit.SETTINGS
    elif isinstance(error, StoreError):
        code = Exit.ALREADY_RUNNING if isinstance(error, AlreadyRunning) else Exit.DATABASE
    _errors.print(f"paperboy: {error}", markup=False, soft_wrap=True)
    sys.exit(code)


if __name__ == "__main__":
    main()
