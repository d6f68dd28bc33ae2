"""Installation: whole or not at all, checked by a sentence, also when it is killed."""

import asyncio
import hashlib
import json
import sys
from collections.abc import AsyncGenerator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from local_models import argos_folder, nllb_folder, packed

from bot.clock import SystemClock
from bot.enrich.translate.local import LocalTranslator
from bot.enrich.translate.local_models import MANIFEST, InstalledModel, InstalledModels, read_json
from bot.enrich.translate.local_process import ModelProcess
from bot.enrich.translate.packages.install import incoming, install, remove, size_of
from bot.errors import AlreadyRunning, NotFound, SourceGarbled, SourceUnavailable, StoreError

NOW = datetime(2026, 6, 18, 12, 0, tzinfo=UTC)
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("package")
    return packed(argos_folder(folder), folder / "en_ja.argosmodel")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data" / "models"


@pytest.fixture
async def process() -> AsyncGenerator[ModelProcess]:
    made = ModelProcess(1, SystemClock())
    yield made
    await made.aclose()


async def _install(
    archive: Path, folder: Path, process: ModelProcess, language: str = "ja"
) -> InstalledModel:
    with incoming(folder) as place:
        return await install(
            archive, language, folder, place, origin="https://x", now=NOW, process=process
        )


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def _names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def _left(folder: Path) -> list[str]:
    return [name for name in _names(folder / ".incoming") if name != "paperboy.lock"]


async def test_a_package_is_installed_with_what_it_came_from(
    archive: Path, folder: Path, process: ModelProcess
) -> None:
    model = await _install(archive, folder, process)
    assert (model.languages, model.version) == (("ja",), "1.1")
    assert _names(folder) == [".incoming", "en_ja-1.1"]
    assert _left(folder) == []
    assert read_json(model.folder / MANIFEST) == {
        "language": "ja",
        "version": "1.1",
        "source": "https://x",
        "sha256": _digest(archive),
        "installed": "2026-06-18T12:00:00+00:00",
    }
    assert size_of(model.folder) > (model.folder / "model" / "model.bin").stat().st_size


async def test_a_running_bot_offers_it_at_once_and_no_more_when_it_is_removed(
    archive: Path, folder: Path, process: ModelProcess
) -> None:
    translator = LocalTranslator(folder, 1, SystemClock())
    try:
        assert not translator.offers("ja")
        await _install(archive, folder, process)
        assert translator.offers("ja")
        assert await translator.translate(["Cats sleep."], "ja", glossary={}) == ["猫 眠る."]
        with incoming(folder) as place:
            (gone,) = remove("ja", folder, place)
        assert not gone.folder.exists()
        assert _left(folder) == []
        assert not translator.offers("ja")
    finally:
        await translator.aclose()


async def test_a_newer_package_takes_the_place_of_the_older(
    archive: Path, folder: Path, process: ModelProcess, tmp_path: Path
) -> None:
    await _install(archive, folder, process)
    again = await _install(archive, folder, process)
    assert _names(folder) == [".incoming", "en_ja-1.1_2"]
    assert InstalledModels(folder).of("ja") == again
    newer = packed(argos_folder(tmp_path / "new", version="1.2"), tmp_path / "new.argosmodel")
    await _install(newer, folder, process)
    assert _names(folder) == [".incoming", "en_ja-1.2"]


async def test_a_package_of_another_language_is_refused(
    archive: Path, folder: Path, process: ModelProcess
) -> None:
    with pytest.raises(SourceGarbled, match="it translates from en into ja"):
        await _install(archive, folder, process, "ko")
    assert _names(folder) == [".incoming"]


@pytest.mark.parametrize("damage", ["weights", "pieces", "silence"])
async def test_a_model_that_does_not_translate_is_refused(
    folder: Path, process: ModelProcess, tmp_path: Path, damage: str
) -> None:
    package = argos_folder(tmp_path / "made", never_ends=damage == "silence")
    if damage == "weights":
        weights = package / "model" / "model.bin"
        weights.write_bytes(weights.read_bytes()[:5000])
    elif damage == "pieces":
        (package / "sentencepiece.model").write_bytes(b"no pieces")
    broken = packed(package, tmp_path / "broken.argosmodel")
    with pytest.raises((SourceGarbled, SourceUnavailable)):
        await _install(broken, folder, process)
    assert _names(folder) == [".incoming"]
    with incoming(folder):
        assert _left(folder) == []


async def test_the_older_model_stays_when_the_newer_is_refused(
    archive: Path, folder: Path, process: ModelProcess, tmp_path: Path
) -> None:
    kept = await _install(archive, folder, process)
    (tmp_path / "bad").write_bytes(b"<html>")
    with pytest.raises(SourceGarbled):
        await _install(tmp_path / "bad", folder, process)
    assert InstalledModels(folder).of("ja") == kept


# A process that forks children; each ends itself with SIGKILL one change of the folder later.
_KILLED = """
import asyncio, hashlib, json, os, pathlib, signal, sys
from datetime import UTC, datetime
from bot.clock import SystemClock
from bot.enrich.translate.local_models import InstalledModels
from bot.enrich.translate.local_process import ModelProcess
from bot.enrich.translate.packages.install import incoming, install

archive, folder, left = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), 0

def watch(event, args):
    global left
    changes = event in {"os.rename", "os.mkdir", "os.remove", "os.rmdir", "os.chmod"}
    if event == "open":
        changes = isinstance(args[1], str) and ("w" in args[1] or "x" in args[1])
    if changes and str(folder) in str(args[0]):
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)

async def run():
    process = ModelProcess(1, SystemClock())
    with incoming(folder) as place:
        sys.addaudithook(watch)
        await install(archive, "ja", folder, place, origin="", now=datetime.now(UTC),
                      process=process)
    await process.aclose()

for left in range(100):
    child = os.fork()
    if child == 0:
        asyncio.run(run())
        os._exit(0)
    status = os.waitpid(child, 0)[1]
    model = InstalledModels(folder).of("ja")
    files = sorted(path for path in model.folder.rglob("*") if path.is_file())
    content = {str(path.relative_to(model.folder)): path.read_bytes() for path in files}
    content.pop("paperboy.json")
    print(json.dumps([model.version, hashlib.sha256(repr(content).encode()).hexdigest()]))
    if status == 0:
        break
"""


async def test_a_kill_at_any_step_leaves_the_old_or_the_new_model_and_never_half_of_one(
    archive: Path, folder: Path, process: ModelProcess, tmp_path: Path
) -> None:
    new = packed(argos_folder(tmp_path / "new", version="1.2"), tmp_path / "new.argosmodel")
    await _install(archive, folder, process)
    command = [sys.executable, "-c", _KILLED, str(new), str(folder)]
    driver = await asyncio.create_subprocess_exec(
        *command, cwd=ROOT, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    out, err = await asyncio.wait_for(driver.communicate(), 60)
    assert driver.returncode == 0, err.decode()
    found: list[tuple[str, str]] = [tuple(json.loads(line)) for line in out.splitlines()]
    assert 20 < len(found) < 100
    assert [version for version, _ in found] == sorted(version for version, _ in found)
    assert len(set(found)) == 2  # the old one or the new one, with all that is theirs
    assert found[0][0] == "1.1"
    assert found[-2][0] == found[-1][0] == "1.2"
    # What the killed ones left is gone.
    assert _names(folder)[0] == ".incoming"
    assert len(_names(folder)) == 2
    assert _left(folder) == []


def test_one_command_at_a_time(folder: Path) -> None:
    with incoming(folder), pytest.raises(AlreadyRunning, match="Another command"), incoming(folder):
        pass


def test_a_download_that_can_be_taken_up_stays(folder: Path) -> None:
    with incoming(folder) as place:
        for name in ("en_ja-1.1.part", "en_ja-1.1.part.json", "rubbish"):
            (place / name).write_text("{}")
        (place / "unpacked" / "model").mkdir(parents=True)
    with incoming(folder):
        assert _left(folder) == ["en_ja-1.1.part", "en_ja-1.1.part.json"]


def test_a_folder_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "models").write_text("a file")
    with pytest.raises(StoreError), incoming(tmp_path / "models"):
        pass


def test_what_cannot_be_removed_is_said_with_what_there_is(folder: Path, tmp_path: Path) -> None:
    folder.mkdir(parents=True)
    with incoming(folder) as place:
        with pytest.raises(NotFound, match="none at all"):
            remove("ja", folder, place)
        argos_folder(folder, to="zh")
        nllb_folder(folder, ["jpn_Jpan", "deu_Latn"])
        with pytest.raises(NotFound, match="zh-CN, nllb is"):
            remove("ko", folder, place)
        with pytest.raises(NotFound, match="one of the languages of nllb"):
            remove("ja", folder, place)
        with pytest.raises(NotFound):
            remove("../models", folder, place)
        assert [one.folder.name for one in remove("nllb", folder, place)] == ["nllb"]
        assert [one.folder.name for one in remove("zh", folder, place)] == ["en_zh"]
        assert InstalledModels(folder).all() == []
    assert _left(folder) == []
