"""Package files: zip archives from elsewhere, looked at before anything of them is written."""

import errno
import os
import re
import stat
import zipfile
import zlib
from collections.abc import Collection, Generator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from bot.errors import SourceGarbled

SOURCE = "the package"

LARGEST_UNPACKED = 4 << 30
"""In bytes, all files together."""

_MOST_ENTRIES = 5000
_MOST_RATIO = 100
_RATIO_FROM = 1 << 20
_CHUNK = 1 << 20
_DRIVE = re.compile(r"[A-Za-z]:")
_KINDS = frozenset({0, stat.S_IFREG, stat.S_IFDIR})
_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_VOCABULARIES = ("shared_vocabulary", "source_vocabulary")
_ENCRYPTED = 0x1


def unpack(archive: Path, folder: Path, *, largest: int = LARGEST_UNPACKED) -> None:
    """Unpack a package's model into `folder`, which is made; everything else stays out.

    Files are flushed to the disk. Raises SourceGarbled for what is no package, names a place
    outside of its folder, or would grow past `largest` bytes; OSError for a full disk.
    """
    with _zip_errors(), zipfile.ZipFile(archive) as file:
        wanted = _wanted(file.infolist(), largest)
        folder.mkdir(parents=True)
        for name, entry in wanted.items():
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            with file.open(entry) as source, target.open("xb") as out:
                while chunk := source.read(_CHUNK):
                    out.write(chunk)
                out.flush()
                os.fsync(out.fileno())
            target.chmod(0o644)


def _wanted(entries: list[zipfile.ZipInfo], largest: int) -> dict[str, zipfile.ZipInfo]:
    """The files of the model, by their path in the package. Raises SourceGarbled."""
    if len(entries) > _MOST_ENTRIES:
        raise SourceGarbled(SOURCE, f"it holds {len(entries)} files")
    files: dict[str, zipfile.ZipInfo] = {}
    for entry in entries:
        _look_at(entry)
        if entry.is_dir():
            continue
        if entry.filename in files:
            raise SourceGarbled(SOURCE, f"it holds {entry.filename!r} twice")
        files[entry.filename] = entry
    unpacked = sum(entry.file_size for entry in files.values())
    if unpacked > largest:
        raise SourceGarbled(SOURCE, f"it would take up {unpacked:,} bytes when unpacked")
    tops = [PurePosixPath(name).parent for name in files if name.split("/")[-1] == "metadata.json"]
    if not tops:
        raise SourceGarbled(SOURCE, "metadata.json is missing")
    top = min(tops, key=lambda path: len(path.parts))
    inside = {
        PurePosixPath(name).relative_to(top).as_posix(): entry
        for name, entry in files.items()
        if PurePosixPath(name).is_relative_to(top)
    }
    wanted = {name: entry for name, entry in inside.items() if _is_part(name)}
    _complete(wanted)
    return wanted


def _look_at(entry: zipfile.ZipInfo) -> None:
    """Raise SourceGarbled for an entry that no honest package has."""
    # As the archive has it: `filename` was already made harmless on some systems.
    for name in (entry.orig_filename, entry.filename):
        parts = name.split("/")
        bad = name.startswith("/") or "\\" in name or "\0" in name or _DRIVE.match(name)
        if not name or bad or ".." in parts or "." in parts or "" in parts[:-1]:
            raise SourceGarbled(SOURCE, f"it names a place outside of its folder: {name[:80]!r}")
    if stat.S_IFMT(entry.external_attr >> 16) not in _KINDS:
        raise SourceGarbled(SOURCE, f"{entry.filename[:80]!r} in it is a link, not a file")
    if entry.flag_bits & _ENCRYPTED:
        raise SourceGarbled(SOURCE, "it is encrypted")
    if entry.compress_type not in _METHODS:
        raise SourceGarbled(SOURCE, f"{entry.filename[:80]!r} in it is packed in an unusual way")
    if entry.file_size > _MOST_RATIO * entry.compress_size + _RATIO_FROM:
        raise SourceGarbled(SOURCE, f"{entry.filename[:80]!r} in it is a zip bomb")


def _is_part(name: str) -> bool:
    """Whether a file belongs to the model. Argos's packages hold Stanza's models too, for torch."""
    folder, _, file = name.rpartition("/")
    if folder == "model":
        return True
    return not folder and (
        file in {"metadata.json", "README.md", "LICENSE"} or file.endswith((".model", ".spm"))
    )


def _complete(names: Collection[str]) -> None:
    if "model/model.bin" not in names:
        raise SourceGarbled(SOURCE, "model/model.bin is missing")
    vocabularies = {f"model/{name}{end}" for name in _VOCABULARIES for end in (".json", ".txt")}
    if vocabularies.isdisjoint(names):
        raise SourceGarbled(SOURCE, "the model's vocabulary is missing")
    pieces = [name for name in names if name.endswith((".model", ".spm"))]
    if pieces == ["bpe.model"]:
        raise SourceGarbled(SOURCE, "its model needs subword-nmt; only SentencePiece is supported")
    if not pieces:
        raise SourceGarbled(SOURCE, "sentencepiece.model is missing")


@contextmanager
def _zip_errors() -> Generator[None]:
    """Translate what zipfile raises about a file that is damaged or no zip at all."""
    try:
        yield
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        told = " ".join(str(error).split())[:200]
        raise SourceGarbled(SOURCE, f"it is not a zip archive, or a damaged one ({told})") from None
    except (ValueError, OSError) as error:
        if isinstance(error, OSError) and error.errno != errno.EINVAL:
            raise
        # Offsets that point nowhere.
        raise SourceGarbled(SOURCE, f"it is damaged ({error})") from None
