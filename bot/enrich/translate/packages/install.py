"""Packages into the models' folder and out of it: whole or not at all, also when it is killed.

What is not finished lies in `.incoming` of the same folder, where nobody looks for models; a
model comes and goes by one rename.
"""

import hashlib
import json
import os
import shutil
from collections.abc import Generator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from bot.enrich.translate.local_models import (
    MANIFEST,
    InstalledModel,
    InstalledModels,
    read_json,
    read_model,
)
from bot.enrich.translate.local_process import ModelProcess
from bot.enrich.translate.packages.archive import SOURCE, unpack
from bot.errors import AlreadyRunning, NotFound, SourceGarbled, StoreError
from bot.languages import ENGLISH, LANGUAGES, language_of
from bot.lock import FolderLock

TRIAL = "The model is small."
"""What a model has to translate before it is installed."""

_INCOMING = ".incoming"
_KEPT = (".part", ".part.json", ".lock")


@contextmanager
def incoming(folder: Path) -> Generator[Path]:
    """The place for what is not finished, for one command at a time.

    What an earlier one left is removed, but for downloads that can be taken up. Raises
    StoreError.
    """
    place = folder / _INCOMING
    lock = FolderLock(place)
    try:
        lock.acquire()
    except AlreadyRunning:
        raise AlreadyRunning(f"Another command is changing the models in {folder}.") from None
    try:
        for left in place.iterdir():
            if not left.name.endswith(_KEPT):
                _remove(left)
        yield place
    finally:
        lock.release()


async def install(
    archive: Path,
    language: str,
    folder: Path,
    place: Path,
    *,
    origin: str,
    now: datetime,
    process: ModelProcess,
) -> InstalledModel:
    """Check a package and install it; models that it replaces go afterwards.

    `place` is `incoming`'s, `origin` tells where the package comes from. Raises SourceGarbled or
    SourceUnavailable for a package that is none or does not translate into `language`, and
    StoreError if the folder cannot be written.
    """
    try:
        unpacked = place / "unpacked"
        unpack(archive, unpacked)
        model = read_model(unpacked)
        if model is None or model.languages != (language,):
            metadata = read_json(unpacked / "metadata.json")
            pair = [_plain(str(metadata.get(key))[:20]) for key in ("from_code", "to_code")]
            raise SourceGarbled(SOURCE, f"it translates from {pair[0]} into {pair[1]}")
        await _try(model, language, process)
        manifest = {
            "language": language,
            "version": model.version,
            "source": origin,
            "sha256": _digest(archive),
            "installed": now.isoformat(timespec="seconds"),
        }
        with (unpacked / MANIFEST).open("x", encoding="utf-8") as file:
            file.write(json.dumps(manifest, indent=2) + "\n")
            file.flush()
            os.fsync(file.fileno())
        for directory in (unpacked / "model", unpacked):
            _sync(directory)
        older = _only(folder, language)
        final = _free_name(folder, f"en_{language}-{_plain(model.version)}")
        unpacked.rename(final)
        _sync(folder)
        for one in older:
            _take_away(one.folder, place)
    except OSError as error:
        raise StoreError(f"The model cannot be put into {folder}: {error}") from error
    installed = read_model(final)
    if installed is None:
        raise StoreError(f"{final} was changed by somebody else just now.")
    return installed


def remove(name: str, folder: Path, place: Path) -> list[InstalledModel]:
    """Remove the models of a language (a code or an English name), or the one in the folder `name`.

    A model of many languages goes by its name only. Raises NotFound, with what there is, and
    StoreError.
    """
    models = InstalledModels(folder).all()
    called = (
        code
        for code, one in LANGUAGES.items()
        if one.name_in(ENGLISH).casefold() == name.casefold()
    )
    language = language_of(name) or next(called, name)
    chosen = [one for one in models if one.folder.name == name] or _only(folder, language)
    if not chosen:
        many = [one.folder.name for one in models if language in one.languages]
        if many:
            raise NotFound(f"{name} is one of the languages of {many[0]}; remove it by that name.")
        known = ", ".join(one.folder.name if one.many else one.languages[0] for one in models)
        raise NotFound(f"No model for {name!r} is installed; {known or 'none at all'} is.")
    try:
        for one in chosen:
            _take_away(one.folder, place)
    except OSError as error:
        raise StoreError(f"{folder} cannot be changed: {error}") from error
    return chosen


def size_of(folder: Path) -> int:
    """The bytes of all files in a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


async def _try(model: InstalledModel, language: str, process: ModelProcess) -> None:
    (said,) = await process.ask(model.request([TRIAL], language, [model]))
    if not said or not any(letter.isalpha() for letter in said):
        raise SourceGarbled(SOURCE, "its model does not translate a simple sentence")


def _only(folder: Path, language: str) -> list[InstalledModel]:
    models = InstalledModels(folder).all()
    return [one for one in models if not one.many and one.languages == (language,)]


def _free_name(folder: Path, name: str) -> Path:
    number = 1
    while (final := folder / (name if number == 1 else f"{name}_{number}")).exists():
        number += 1
    return final


def _plain(version: str) -> str:
    return "".join(c if c.isascii() and (c.isalnum() or c in ".-") else "_" for c in version) or "0"


def _digest(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _take_away(model: Path, place: Path) -> None:
    """Out of sight by a rename, so that nobody meets half a model; then away."""
    out = _free_name(place, "removed")
    model.rename(out)
    _sync(model.parent)
    _remove(out)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _sync(folder: Path) -> None:
    """Have a folder's names on the disk, where the system can be asked for that."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
