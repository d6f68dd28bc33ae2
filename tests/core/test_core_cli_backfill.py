"""`paperboy backfill`, as an operator meets it."""

import asyncio
import json
import re
import signal
import sqlite3
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
from backfill_stage import record, repeats, requests_in, wanted
from cli_stage import bare_environment, ended, start
from click.testing import CliRunner
from rich.console import Console

from bot import __version__
from bot.__main__ import main
from bot.backfill_commands import Wanted, fill, show
from bot.errors import AlreadyRunning, BadInput
from bot.exits import Exit
from bot.lock import FolderLock
from bot.settings import Settings, load
from sandbox.arxiv.app import ArxivSandbox
from sandbox.arxiv.faults import FaultRule, Faults
from sandbox.arxiv.papers import PaperFile
from sandbox.clock import SandboxClock


def _recent() -> list[dict[str, object]]:
    """A paper for each day of the last ten weeks; the older half was replaced last week."""
    today = datetime.now(UTC).date()
    found: list[dict[str, object]] = []
    for number in range(70):
        submitted = today - timedelta(days=70 - number)
        found.append(record(number, submitted, submitted + timedelta(days=1)))
        if number % 2 and number < 35:
            day = today - timedelta(days=3 + number % 4)
            kind = {"version": 2, "announce_type": "replace"}
            updated = f"{day - timedelta(days=1)}T10:00:00Z"
            found.append(record(number, submitted, day, **kind, updated=updated))
    return found


class _Watched(Faults):
    """Rules that also tell of the request with a certain number."""

    def __init__(self) -> None:
        super().__init__()
        self.seen = 0
        self.wanted = 0
        self.there = asyncio.Event()

    def take(self, path: str) -> FaultRule | None:
        self.seen += 1
        if self.seen >= self.wanted:
            self.there.set()
        return super().take(path)

    async def request(self, number: int) -> None:
        """Wait until the sandbox has begun to answer so many requests."""
        self.wanted = number
        if self.seen < number:
            self.there.clear()
            await asyncio.wait_for(self.there.wait(), 30)


@dataclass
class Operator:
    """An operator with a data folder, and an arXiv."""

    arxiv: ArxivSandbox
    folder: Path
    faults: _Watched
    log: Path

    @property
    def since(self) -> date:
        return datetime.now(UTC).date() - timedelta(days=60)

    @property
    def environ(self) -> dict[str, str]:
        return bare_environment(
            self.folder,
            arxiv_api_url=self.arxiv.api_url,
            arxiv_feed_url=self.arxiv.feed_url,
            arxiv_oai_url=self.arxiv.oai_url,
            arxiv_interval="0",
            contact="mailto:olga@example.org",
        )

    @property
    def settings(self) -> Settings:
        return load(self.environ, None)

    async def fill(
        self, *, terminal: bool = False, since: date | None = None, until: date | None = None
    ) -> tuple[Exit, str, str]:
        """Fill the archive in this process: the exit code, and what was said to whom."""
        out, errors = StringIO(), StringIO()
        asked = Wanted(("cs.CL",), since or self.since, until)
        code = await fill(
            self.settings,
            asked,
            Console(file=out, soft_wrap=True, highlight=False),
            Console(file=errors, soft_wrap=True, force_terminal=terminal, width=130),
        )
        return code, out.getvalue(), errors.getvalue()

    async def status(self) -> str:
        out = StringIO()
        await show(self.settings, (), Console(file=out, soft_wrap=True, highlight=False))
        return out.getvalue()

    def archive(self) -> dict[str, int]:
        """The papers in the database with their latest versions."""
        with closing(sqlite3.connect(self.folder / "paperboy.db")) as connection:
            query = "SELECT paper_id, max(version) FROM papers GROUP BY paper_id"
            return dict(connection.execute(query).fetchall())

    def wanted(self) -> dict[str, int]:
        return wanted(_recent(), since=self.since)


@asynccontextmanager
async def _operator(folder: Path) -> AsyncGenerator[Operator]:
    log = folder / "arxiv.jsonl"
    papers = PaperFile.from_records(_recent())
    arxiv = ArxivSandbox(papers, SandboxClock(), record=log, oai_page_size=5)
    faults = _Watched()
    arxiv._serving.faults = faults  # pyright: ignore[reportPrivateUsage]
    await arxiv.start()
    try:
        yield Operator(arxiv, folder / "data", faults, log)
    finally:
        await arxiv.stop()


@pytest.fixture
async def operator(tmp_path: Path) -> AsyncGenerator[Operator]:
    async with _operator(tmp_path) as made:
        yield made


async def test_killed_at_any_request_it_goes_on_and_brings_every_paper_once(
    operator: Operator,
) -> None:
    command = ["backfill", "--category", "cs.CL", "--since", operator.since.isoformat()]
    for number, hang in ((2, True), (7, False)):
        rules = [FaultRule("oai", 1, hang=True)] if hang else []
        operator.arxiv.set_faults([FaultRule("oai", number - operator.faults.seen - 1), *rules])
        process = await start(operator.environ, *command)
        await operator.faults.request(number)
        process.kill()
        await process.communicate()
    operator.arxiv.set_faults([])
    code, out, _ = await operator.fill()
    assert (code, "is complete" in out) == (Exit.OK, True)
    assert operator.archive() == operator.wanted()
    log = await asyncio.to_thread(operator.log.read_text)
    # A page that was asked for when the process died is asked for again, and no other.
    asked = requests_in(log)
    assert repeats(asked) == 2
    assert len(asked) - len({tuple(sorted(one.items())) for one in asked}) <= 2


async def test_ctrl_c_says_how_far_it_is_and_how_to_go_on(operator: Operator) -> None:
    operator.arxiv.set_faults([FaultRule("oai", 3), FaultRule("oai", 1, hang=True)])
    since = operator.since.isoformat()
    command = ["backfill", "--category", "cs.CL", "--category", "cs.LG", "--since", since]
    process = await start(operator.environ, *command)
    await operator.faults.request(4)
    process.send_signal(signal.SIGINT)
    ran = await ended(process)
    assert ran.code == Exit.INTERRUPTED
    last = ran.err.splitlines()[-1]
    assert last.startswith("paperboy: Stopped. cs.CL is read up to the changes of ")
    assert last.endswith(f"To go on: paperboy {' '.join(command)}")
    assert "Traceback" not in ran.said
    assert "read up to the changes of" in await operator.status()
    operator.arxiv.set_faults([])
    assert (await operator.fill())[0] is Exit.OK
    assert operator.archive() == operator.wanted()


async def test_it_is_told_in_lines_and_the_second_time_what_has_changed(
    operator: Operator,
) -> None:
    assert "No backfill was begun yet." in await operator.status()
    code, out, errors = await operator.fill()
    count = len(operator.wanted())
    assert code is Exit.OK
    assert out.startswith(
        f"cs.CL is complete: every paper first submitted since {operator.since} is here "
        f"({count} new, "
    )
    (line,) = errors.splitlines()  # one a minute
    assert line.startswith("cs.CL, changes of ")
    assert line.endswith(" left")
    code, out, _ = await operator.fill()
    assert "what has changed since is read (0 new, " in out
    status = await operator.status()
    assert status.startswith(f"cs.CL, submitted since {operator.since}: complete on ")
    assert f"({count} papers added, " in status


async def test_what_came_is_in_both_indexes_and_arxiv_knew_whom_to_ask(operator: Operator) -> None:
    await operator.fill()
    log = await asyncio.to_thread(operator.log.read_text)
    agents = {json.loads(one)["request"]["headers"]["User-Agent"] for one in log.splitlines()}
    assert agents == {f"Paperboy/{__version__} (+mailto:olga@example.org)"}
    stats = operator.arxiv.stats
    assert (stats.connections, stats.concurrent) == (1, 1)
    with closing(sqlite3.connect(operator.folder / "paperboy.db")) as connection:
        (waiting,) = connection.execute("SELECT count(*) FROM index_queue").fetchone()
        (features,) = connection.execute("SELECT count(*) FROM features").fetchone()
    assert (waiting, features) == (0, len(operator.wanted()))


async def test_a_terminal_sees_a_bar(operator: Operator) -> None:
    code, out, errors = await operator.fill(terminal=True)
    assert code is Exit.OK
    assert "is complete" in out
    assert "━" in errors
    assert "new papers, 3 requests, at least 1 s left" in errors
    assert "Indexing …" in errors


async def test_a_failing_arxiv_is_told_in_a_sentence_with_how_to_go_on(
    operator: Operator,
) -> None:
    operator.arxiv.set_faults([FaultRule("oai", None, status=500)])
    code, out, errors = await operator.fill()
    assert (code, out) == (Exit.UNEXPECTED, "")
    command = f"paperboy backfill --category cs.CL --since {operator.since}"
    assert errors.splitlines()[-1] == (
        "paperboy: arXiv OAI-PMH: it refused the request (HTTP 500). Nothing was read yet. "
        f"To go on: {command}"
    )
    assert "Trying again in " in errors
    await operator.arxiv.stop()
    code, _, errors = await operator.fill()
    assert code is Exit.UNEXPECTED
    assert "the request failed" in errors.splitlines()[-1]


async def test_a_later_run_counts_what_earlier_ones_have_read(operator: Operator) -> None:
    operator.arxiv.set_faults([FaultRule("oai", 4), FaultRule("oai", None, status=500)])
    _, _, errors = await operator.fill()
    said = errors.splitlines()[-1]
    assert "(HTTP 500). cs.CL is read up to the changes of " in said
    operator.arxiv.set_faults([FaultRule("oai", None, status=500)])
    _, _, errors = await operator.fill()
    # The share of the list under way is estimated anew.
    again = re.sub(r"\d+% of all", "…", errors.splitlines()[-1])
    assert again == re.sub(r"\d+% of all", "…", said)
    operator.arxiv.set_faults([])
    _, _, errors = await operator.fill(terminal=True)
    shares = [int(share) for share in re.findall(r"(\d+)% ", errors)]
    (before,) = re.findall(r"\((\d+)% of all\)", said)
    assert shares[0] >= int(before) > 0
    assert shares == sorted(shares)
    # What is complete stays so while it is looked through for changes.
    _, _, errors = await operator.fill(terminal=True)
    assert {int(share) for share in re.findall(r"(\d+)% ", errors)} <= {99, 100}


async def test_a_database_that_cannot_be_written_is_told_in_a_sentence(operator: Operator) -> None:
    await operator.fill(until=operator.since)
    with closing(sqlite3.connect(operator.folder / "paperboy.db")) as connection:
        connection.execute(
            "CREATE TRIGGER full BEFORE INSERT ON papers "
            "BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END"
        )
        connection.commit()
    code, _, errors = await operator.fill()
    assert code is Exit.DATABASE
    database = operator.folder / "paperboy.db"
    start = f"paperboy: The database {database} cannot be used: database or disk is full. "
    assert errors.splitlines()[-1].startswith(start)


async def test_a_second_backfill_is_refused_while_the_first_is_at_work(operator: Operator) -> None:
    first = FolderLock(operator.folder, "backfill.lock")
    await asyncio.to_thread(first.acquire)
    with pytest.raises(AlreadyRunning, match="Another backfill"):
        await operator.fill()
    first.release()
    # A running bot is no hindrance.
    bot = FolderLock(operator.folder)
    bot.acquire()
    assert (await operator.fill())[0] is Exit.OK
    bot.release()


async def test_days_without_papers_are_refused(operator: Operator) -> None:
    tomorrow = datetime.now(UTC).date() + timedelta(days=2)
    for days, said in (
        ({"since": tomorrow}, "is in the future"),
        ({"since": date(1990, 12, 31)}, "before arXiv began"),
        ({"since": date(2026, 1, 2), "until": date(2026, 1, 1)}, "is before --since 2026-01-02"),
    ):
        with pytest.raises(BadInput, match=said):
            await operator.fill(since=days["since"], until=days.get("until"))
    assert operator.faults.seen == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--category", "cs.CX", "--since", "2025-01-01"], "“cs.CX” is not an arXiv category. Did"),
        (["--category", "cs", "--since", "2025-01-01"], "cs is a whole archive"),
        (["--category", "cs.CL", "--since", "spring"], "'spring' is not a day such as"),
        (["--category", "cs.CL", "--since", "2025-02-30"], "is not a day such as 2025-01-31"),
        (["--category", "cs.CL"], "--category and --since are needed"),
        (["--since", "2025-01-01"], "--category and --since are needed"),
        (["--status", "--since", "2025-01-01"], "--status goes with --category only"),
        (["--category", "cs.CL", "--since", "2990-01-01"], "is in the future"),
    ],
)
def test_wrong_usage_is_told_and_has_its_exit_code(
    tmp_path: Path,
    arguments: list[str],
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    runner = CliRunner()
    ran = runner.invoke(main, ["backfill", *arguments], env={"PAPERBOY_DATA_DIR": str(tmp_path)})
    assert ran.exit_code == Exit.USAGE
    assert said in " ".join((ran.output + capsys.readouterr().err).split())
