"""`python -m bench [GROUP …]`: measure, print a table, and exit with 0 if every target is met."""

import asyncio
import importlib
import json
import os
import platform
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import click
import psutil
from rich.console import Console
from rich.table import Table

from bench.archive import FOLDER
from bench.figures import Figure, verdict
from bot.logs import configure

GROUPS = (
    *("startup", "summaries", "checks", "planning", "delivery", "interactions", "exports"),
    *("search", "related", "finding", "related_quality"),
)
_MODULES = {"related_quality": "csfcube"}
_GROUP_S = 300.0
# The first of these makes the archive of 200,000 papers that the others use too.
_ARCHIVE_S = 1500.0
_WITH_ARCHIVE = frozenset({"search", "related", "finding"})
_MARKS = {True: "[green]ok[/]", False: "[red]missed[/]", None: ""}


@click.command()
@click.argument("groups", nargs=-1, type=click.Choice(GROUPS))
@click.option("--only", type=click.Choice(GROUPS), hidden=True, help="Measure here; print JSON.")
def main(groups: tuple[str, ...], only: str | None) -> None:
    """Measure all figures, or those of the named groups; some twenty minutes for all."""
    if only is not None:
        configure("ERROR", "console")
        module = importlib.import_module(f"bench.{_MODULES.get(only, only)}")
        print(json.dumps(asyncio.run(module.run())))
        return
    console = Console(highlight=False)
    console.print(machine())
    started = time.monotonic()
    figures: list[Figure] = []
    failed: list[str] = []
    with TemporaryDirectory(prefix="paperboy-bench-") as folder:
        for group in groups or GROUPS:
            console.print(f"Measuring {group} …")
            found = _measure(group, folder)
            if found is None:
                failed.append(group)
            else:
                figures += found
    table = Table("Figure", "Value", "Condition", "", show_lines=True)
    for figure in figures:
        table.add_row(*figure, _MARKS[verdict(figure)])
    console.print(table)
    console.print(f"{time.monotonic() - started:.0f} s in all")
    for group in failed:
        console.print(f"[red]{group} could not be measured[/]; its error stands above")
    sys.exit(bool(failed) or any(verdict(figure) is False for figure in figures))


def machine() -> str:
    """The machine and software that is measured on."""
    memory = psutil.virtual_memory().total / 2**30
    return (
        f"{_processor()}, {psutil.cpu_count()} cores, {memory:.0f} GiB of memory, "
        f"Python {platform.python_version()}, {platform.system()} {platform.release()}"
    )


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    if info.is_file():
        for line in info.read_text("utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _measure(group: str, folder: str) -> list[Figure] | None:
    """A group's figures, measured in a process of its own; None if that failed."""
    command = [sys.executable, "-m", "bench", "--only", group]
    environment = {**os.environ, FOLDER: folder}
    limit = _ARCHIVE_S if group in _WITH_ARCHIVE else _GROUP_S
    try:
        done = subprocess.run(
            command, stdout=subprocess.PIPE, check=True, timeout=limit, env=environment
        )
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
        return None
    return [(name, value, condition) for name, value, condition in json.loads(done.stdout)]


if __name__ == "__main__":
    main()
