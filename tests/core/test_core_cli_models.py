"""`paperboy models`, as an operator without any key meets it."""

import asyncio
import os
import pty
import shutil
import signal
import sys
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
from cli_stage import ROOT, Ran, bare_environment, ended, paperboy, start
from local_models import argos_folder, packed

from bot.clock import SystemClock
from bot.enrich.translate.local import LocalTranslator
from bot.exits import Exit
from sandbox.arxiv.faults import FaultRule
from sandbox.providers.argos_index import ArgosIndex


@pytest.fixture(scope="session")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("package")
    return packed(argos_folder(folder), folder / "translate-en_ja-1_1.argosmodel")


@pytest.fixture
async def server(archive: Path) -> AsyncGenerator[ArgosIndex]:
    async with ArgosIndex() as made:
        for code, version in (("ja", "1.1"), ("zh", "1.9")):
            made.offer(code, version, await asyncio.to_thread(archive.read_bytes))
        yield made
        assert not made.unused_faults()


def _size(file: Path) -> int:
    return file.stat().st_size


class _Operator:
    def __init__(self, folder: Path, server: ArgosIndex) -> None:
        self.folder = folder
        self.models = folder / "models"
        self.environ = bare_environment(folder, models_index=server.index)

    async def models_command(self, *arguments: str, **settings: str) -> Ran:
        given = {f"PAPERBOY_{name.upper()}": value for name, value in settings.items()}
        return await paperboy(self.environ | given, "models", *arguments)


@pytest.fixture
def operator(tmp_path: Path, server: ArgosIndex) -> _Operator:
    return _Operator(tmp_path / "data", server)


async def test_one_command_gives_a_translator_and_one_takes_it_away(
    operator: _Operator, server: ArgosIndex
) -> None:
    assert "No models are installed" in (await operator.models_command("list")).out
    translator = LocalTranslator(operator.models, 1, SystemClock())
    ran = await operator.models_command("add", "ja")
    assert (ran.code, ran.err) == (Exit.OK, "")
    assert f"Downloading {server.url}/translate-en_ja-1_1.argosmodel" in ran.out
    assert "Installed: English to Japanese, version 1.1, " in ran.out
    assert "Papers are translated into Japanese by it, also by a bot that is running." in ran.out
    assert await translator.translate(["Cats sleep."], "ja", glossary={}) == ["猫 眠る."]
    await translator.aclose()

    listed = await operator.models_command("list", "--available")
    assert "en_ja-1.1  Japanese (ja)  1.1" in listed.out
    assert f"{server.url}/translate-en_ja-1_1.argosmodel" in listed.out
    lines = [line.split() for line in listed.out.splitlines()]
    assert ["ja", "Japanese", "1.1", "installed"] in lines
    assert ["zh-CN", "Simplified", "Chinese", "1.9"] in lines

    removed = await operator.models_command("remove", "japanese")
    assert removed.out == "Removed: en_ja-1.1 (Japanese (ja)).\n"
    again = await operator.models_command("remove", "ja")
    assert again.code == Exit.UNEXPECTED
    assert again.err == "paperboy: No model for 'ja' is installed; none at all is.\n"


@pytest.mark.parametrize("typed", ["ja", "JA", "Japanese", "日本語"])
async def test_a_package_that_is_here_needs_no_network(
    operator: _Operator, server: ArgosIndex, archive: Path, typed: str
) -> None:
    await server.stop()
    ran = await operator.models_command("add", typed, "--file", str(archive))
    assert (ran.code, ran.err) == (Exit.OK, "")
    assert archive.name in (await operator.models_command("list")).out


async def test_a_language_that_the_index_lacks_is_named_with_what_to_do(
    operator: _Operator,
) -> None:
    ran = await operator.models_command("add", "lt")
    assert ran.code == Exit.UNEXPECTED
    assert "has no model from English into Lithuanian (lt). It has: ja, zh-CN." in ran.err
    for way in ("--file", "PAPERBOY_DEEPL_KEY", "PAPERBOY_LIBRETRANSLATE_URL", "PAPERBOY_CHAT_URL"):
        assert way in ran.err
    wrong = await operator.models_command("add", "klingon")
    assert wrong.code == Exit.USAGE
    assert "'klingon' is not a language to translate into; these are: ja, " in wrong.err
    assert (await operator.models_command("add", "en")).code == Exit.USAGE


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"deepl_key": "k"}, "still translated by DeepL (PAPERBOY_DEEPL_KEY is set)"),
        ({"translator": "none"}, "still translated by nobody (PAPERBOY_TRANSLATOR=none)"),
        ({"translator": "local", "deepl_key": "k"}, "Papers are translated into Japanese by it"),
    ],
)
async def test_it_says_who_translates_and_what_to_set(
    operator: _Operator, archive: Path, settings: dict[str, str], said: str
) -> None:
    ran = await operator.models_command("add", "ja", "--file", str(archive), **settings)
    assert ran.code == Exit.OK
    assert said in ran.out
    assert ("PAPERBOY_TRANSLATOR=local" in ran.out) == ("still" in said)


async def test_a_download_that_breaks_off_goes_on_with_the_next_command(
    operator: _Operator, server: ArgosIndex, archive: Path
) -> None:
    half = _size(archive) // 2
    gone = FaultRule("argosmodel", 4, status=404)
    server.set_faults([FaultRule("argosmodel", truncate=half, drop=True), gone])
    ran = await operator.models_command("add", "ja")
    assert ran.code == Exit.UNEXPECTED
    assert "is not there (HTTP 404)" in ran.err
    assert "What came is kept: the same command goes on there." in ran.out
    server.set_faults([])
    ran = await operator.models_command("add", "ja")
    assert ran.code == Exit.OK
    assert server.asked_for_ranges() == ["", f"bytes={half}-", f"bytes={half}-"]


async def test_ctrl_c_keeps_what_came(
    operator: _Operator, server: ArgosIndex, archive: Path
) -> None:
    half = _size(archive) // 2
    hang = FaultRule("argosmodel", hang=True)
    server.set_faults([FaultRule("argosmodel", truncate=half, drop=True), hang])
    process = await start(operator.environ, "models", "add", "ja")
    while len(server.asked) < 3:
        server.arrived.clear()
        await asyncio.wait_for(server.arrived.wait(), 20)
    process.send_signal(signal.SIGINT)
    ran = await ended(process)
    assert ran.code == Exit.UNEXPECTED
    assert ran.err == "paperboy: Stopped. The same command goes on where this one ended.\n"
    assert (await operator.models_command("add", "ja")).code == Exit.OK
    assert server.asked_for_ranges()[-1] == f"bytes={half}-"


@pytest.mark.parametrize(
    ("rule", "problem"),
    [
        (FaultRule("index", body=b"<html>"), "the index of models: "),
        (FaultRule("index", status=404), "the index of models: "),
        (FaultRule("argosmodel", body=b"<html>"), "the download: what came is not a package"),
        (FaultRule("argosmodel", truncate=5000), "the package: it is not a zip archive"),
    ],
)
async def test_what_cannot_be_used_is_said_in_a_sentence(
    operator: _Operator, server: ArgosIndex, rule: FaultRule, problem: str
) -> None:
    server.set_faults([rule])
    ran = await operator.models_command("add", "ja")
    assert ran.code == Exit.UNEXPECTED
    assert problem in ran.err
    assert len(ran.err.splitlines()) == 1
    assert "Traceback" not in ran.said
    assert (await operator.models_command("add", "ja")).code == Exit.OK


async def test_an_index_that_is_away_says_what_to_do(
    operator: _Operator, server: ArgosIndex
) -> None:
    server.set_faults([FaultRule("index", times=None, status=404)])
    for command in (("add", "ja"), ("list", "--available")):
        ran = await operator.models_command(*command)
        assert ran.code == Exit.UNEXPECTED
        assert len(ran.err.splitlines()) == 1
        assert "PAPERBOY_MODELS_INDEX" in ran.out
        assert "--file" in ran.out


async def test_a_package_of_another_pair_is_refused(operator: _Operator, archive: Path) -> None:
    ran = await operator.models_command("add", "zh-CN")  # the server has Japanese under its name
    assert ran.code == Exit.UNEXPECTED
    assert "the package: it translates from en into ja" in ran.err
    listed = await operator.models_command("list")
    assert "No models are installed" in listed.out


async def test_wrong_usage_and_a_folder_that_cannot_be_written(
    operator: _Operator, archive: Path
) -> None:
    both = ("--file", str(archive), "--index", "http://127.0.0.1/")
    assert (await operator.models_command("add", "ja", *both)).code == Exit.USAGE
    assert (await operator.models_command("add", "ja", "--index", "x")).code == Exit.USAGE
    operator.folder.write_text("a file")
    ran = await operator.models_command("add", "ja", "--file", str(archive))
    assert ran.code == Exit.DATABASE
    assert "Traceback" not in ran.said


async def test_a_terminal_shows_a_progress_bar(operator: _Operator) -> None:
    master, terminal = pty.openpty()
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "bot", "models", "add", "ja"),
        cwd=ROOT,
        env=operator.environ | {"TERM": "xterm", "COLUMNS": "100"},
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
    )
    os.close(terminal)
    said = bytearray()
    try:
        while chunk := await asyncio.to_thread(os.read, master, 4096):
            said += chunk
    except OSError:  # the other end was closed: all was read
        pass
    finally:
        os.close(master)
    assert await asyncio.wait_for(process.wait(), 30) == Exit.OK
    assert "━" in said.decode()
    assert "Installed: English to Japanese" in said.decode()


async def test_without_the_packages_it_says_how_to_get_them(
    operator: _Operator, archive: Path, tmp_path: Path
) -> None:
    hiding = tmp_path / "hiding"
    hiding.mkdir()
    (hiding / "sitecustomize.py").write_text(
        "import importlib.util as util\n"
        "found = util.find_spec\n"
        "util.find_spec = lambda name, package=None: (\n"
        "    None if name == 'ctranslate2' else found(name, package))\n"
    )
    environ = operator.environ | {"PYTHONPATH": str(hiding)}
    for arguments in (["add", "ja", "--file", str(archive)], ["list"]):
        ran = await paperboy(environ, "models", *arguments)
        assert "-m pip install 'paperboy[local]'" in ran.said
        assert ran.code == (Exit.OK if arguments == ["list"] else Exit.UNEXPECTED)
    shutil.rmtree(hiding)
