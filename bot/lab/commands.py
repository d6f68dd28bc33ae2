"""The commands of `paperboy lab`."""

import asyncio
import io
import os
import sys
from collections.abc import AsyncGenerator, Callable, Generator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, aclosing, contextmanager
from typing import BinaryIO, NoReturn, Protocol, TextIO, cast

import click
from rich.console import Console

from bot.errors import PaperboyError, SettingsError
from bot.exits import Exit
from bot.lab.lines import Batches, LineError, Output, Record, count_lines, plain_records
from bot.lab.streams import open_input
from bot.languages import ENGLISH, LANGUAGES, language_of
from bot.logs import configure
from bot.settings import Settings

# So many papers are given to a service together.
_AT_ONCE = 16

_errors = Console(stderr=True, highlight=False)
_source = click.argument(
    "source", type=click.Path(exists=True, dir_okay=False, allow_dash=True), default="-"
)


@click.group()
def lab() -> None:
    """Judge summaries, checks, translations, search and related papers on your own data.

    Each command reads JSON lines from a file or from standard input and writes one line for
    each to standard output, as soon as it is done. A line that cannot be read ends the command
    with exit code 2 and is named; unknown fields are ignored. See docs/lab.md.
    """


@lab.command()
@_source
@click.option("--language", default=ENGLISH, show_default=True, help="The summaries' language.")
@click.pass_obj
def summarize(settings: Callable[[], Settings], source: str, language: str) -> None:
    """{"id", "title", "abstract"} to {"id", "tldr", "takeaways", "provider", …}.

    By the summarizer that PAPERBOY_SUMMARIZER chooses, checked as a digest's are; `takeaways`
    have "text", "role" and the number of the "sentence" that they rest on, from 0.
    """
    code = language_of(language)
    if code is None:
        raise click.UsageError(f"{language!r} is not a language; known are {', '.join(LANGUAGES)}")
    chosen = settings()
    with _exits():
        if chosen.summarizer != "extractive":
            from bot.lab.summaries import Summarizing  # noqa: PLC0415 - no command loads all

            opened = Summarizing.open(chosen, code)
            asyncio.run(_in_batches(source, "Summarizing", opened))
            return
        if code != ENGLISH:
            raise click.UsageError(
                "the embedded summarizer takes an abstract's own sentences; "
                "PAPERBOY_SUMMARIZER=model writes in other languages"
            )
        from bot.lab.extracts import extract  # noqa: PLC0415 - as above

        _one_by_one(source, "Summarizing", extract)


@lab.command()
@_source
def check(source: str) -> None:
    """{"id", "source", "target", "language", "kind"} to {"id", "verdict", "findings"}.

    `kind` is "translation" or "summary"; `findings` have "kind", "severity", "source", "target".
    """
    with _exits():
        from bot.lab.checks import check_record  # noqa: PLC0415 - as above

        _one_by_one(source, "Checking", check_record)


@lab.command()
@_source
@click.pass_obj
def translate(settings: Callable[[], Settings], source: str) -> None:
    """{"id", "title", "abstract", "language"} to sentence pairs, verdict and provider.

    By the provider that PAPERBOY_TRANSLATOR chooses, checked and tried once more as for readers;
    one that fails the checks is written too, with its verdict.
    """
    chosen = settings()
    with _exits():
        from bot.lab.translations import Translating  # noqa: PLC0415 - as above

        asyncio.run(_in_batches(source, "Translating", Translating.open(chosen)))


@lab.command()
@_source
def latex(source: str) -> None:
    """Lines of text in, the same lines with their LaTeX as Unicode out."""
    with _exits(), open_input(source) as stream:
        from bot.text.latex import to_unicode  # noqa: PLC0415 - as above

        out = _out()
        for number, line in enumerate(stream, 1):
            try:
                text = line.decode("utf-8-sig" if number == 1 else "utf-8")
            except UnicodeDecodeError:
                raise LineError(number, "it is not UTF-8") from None
            out.write(to_unicode(text.rstrip("\r\n")) + "\n")
            out.flush()


_archive = click.option(
    "--archive",
    required=True,
    type=click.Path(exists=True, dir_okay=False),
    metavar="FILE",
    help='Papers to look in: {"id", "title", "abstract"} a line; packed with gzip or not.',
)
_queries = click.option(
    "--queries",
    type=click.Path(exists=True, dir_okay=False, allow_dash=True),
    metavar="FILE",
    default="-",
    show_default=True,
    help="What is asked; standard input for -.",
)
_limit = click.option(
    "--limit",
    type=click.IntRange(1, 1000),
    default=25,
    show_default=True,
    help="The most papers to list.",
)


@lab.command()
@_archive
@_queries
@_limit
def related(archive: str, queries: str, limit: int) -> None:
    """{"id"} and perhaps {"candidates"} to {"id", "related"}.

    The papers of the archive that are most like the one with that id, by text alone, as /related
    ranks them: each with "id", "score" (0 to 100) and "why" ("terms", "authors", "resources").
    With "candidates" (ids) all of these are ranked, and no others. Ids that the archive does not
    have are named in "unknown".
    """
    with _exits():
        from bot.lab.related import Relating  # noqa: PLC0415 - as above

        configure("ERROR", "console")  # an unconfigured log would go among the answers
        asyncio.run(_in_batches(queries, "Comparing", Relating.open(archive, limit)))


@lab.command()
@_archive
@_queries
@_limit
@click.option("--newest", is_flag=True, help="The newest papers first, instead of the best.")
def search(archive: str, queries: str, limit: int, newest: bool) -> None:
    """{"query"} to {"query", "results"}.

    What /search finds in the archive, in the same grammar, without asking arXiv: each result with
    "id" and "score" (higher is better); "hints" tell what of a query could not be read.
    """
    with _exits():
        from bot.lab.searching import Searching  # noqa: PLC0415 - as above

        configure("ERROR", "console")
        opened = Searching.open(archive, limit, newest=newest)
        asyncio.run(_in_batches(queries, "Searching", opened))


class Worker(Protocol):
    """Answers records, several at a time."""

    def answers(self, records: Sequence[Record]) -> AsyncGenerator[Mapping[str, object]]:
        """The answers in the records' order, each when it is there. Raises LineError after the
        answers to the records before that line, or another PaperboyError."""
        ...


def _one_by_one(source: str, doing: str, answer: Callable[[Record], Mapping[str, object]]) -> None:
    with open_input(source) as stream, Output(_out(), doing, count_lines(source)) as output:
        for record in plain_records(stream):
            output.write(answer(record))


async def _in_batches(source: str, doing: str, opened: AbstractAsyncContextManager[Worker]) -> None:
    async with AsyncExitStack() as closing:
        worker = await closing.enter_async_context(opened)
        batches = Batches(open_input(source), _AT_ONCE)
        closing.callback(batches.stop)
        total = await asyncio.to_thread(count_lines, source)
        output = closing.enter_context(Output(_out(), doing, total))
        while records := await asyncio.to_thread(batches.next):
            async with aclosing(worker.answers(records)) as answers:
                async for answer in answers:
                    output.write(answer)


def _out() -> TextIO:
    """Standard output, in UTF-8 whatever the terminal's language is."""
    out: object = sys.stdout
    if isinstance(out, io.TextIOWrapper):
        cast("io.TextIOWrapper[BinaryIO]", out).reconfigure(encoding="utf-8", newline="\n")
    return sys.stdout


@contextmanager
def _exits() -> Generator[None]:
    """Around a command's work: what goes wrong is one line and an exit code."""
    try:
        yield
    except BrokenPipeError:
        # Whoever read the answers has had enough. What is left goes nowhere, also at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except KeyboardInterrupt:
        sys.exit(Exit.INTERRUPTED)
    except LineError as error:
        _fail(error, Exit.USAGE)
    except SettingsError as error:
        _fail(error, Exit.SETTINGS)
    except (PaperboyError, OSError) as error:
        _fail(error, Exit.UNEXPECTED)


def _fail(error: Exception, code: Exit) -> NoReturn:
    _errors.print(f"paperboy lab: {error}", markup=False, soft_wrap=True)
    sys.exit(code)
