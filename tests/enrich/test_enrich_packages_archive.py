"""Package files from elsewhere: what is unpacked of them, and what is refused."""

import random
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.enrich.translate.packages.archive import unpack
from bot.errors import SourceGarbled

GOOD = {
    "metadata.json": b'{"from_code": "en", "to_code": "ja"}',
    "README.md": b"About it",
    "model/model.bin": bytes(1000),
    "model/config.json": b"{}",
    "model/shared_vocabulary.json": b"[]",
    "sentencepiece.model": b"pieces",
}


def _packed(
    folder: Path,
    files: dict[str, bytes],
    *,
    top: str = "en_ja/",
    method: int = zipfile.ZIP_DEFLATED,
) -> Path:
    archive = folder / "package.argosmodel"
    with zipfile.ZipFile(archive, "w", method) as file:
        for name, content in files.items():
            file.writestr(top + name, content)
    return archive


def _unpacked(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.mark.parametrize("top", ["", "en_ja/", "packages/translate-en_ja-1_1/"])
def test_the_model_is_unpacked_and_nothing_else(tmp_path: Path, top: str) -> None:
    more = {"stanza/en/tokenize/ewt.pt": bytes(5000), "stanza/resources.json": b"{}"}
    archive = _packed(tmp_path, {**GOOD, **more}, top=top)
    unpack(archive, tmp_path / "out")
    assert _unpacked(tmp_path / "out") == GOOD


@pytest.mark.parametrize(
    "name",
    [
        "../evil",
        "model/../../evil",
        "/etc/evil",
        "C:/evil",
        "c:evil",
        "model\\..\\..\\evil",
        "\\\\host\\evil",
        "./evil",
        "model//evil",
    ],
)
def test_a_name_outside_of_its_folder_is_refused(tmp_path: Path, name: str) -> None:
    archive = _packed(tmp_path, {**GOOD, name: b"evil"}, top="")
    with pytest.raises(SourceGarbled, match="outside of its folder"):
        unpack(archive, tmp_path / "out")
    assert not (tmp_path / "out").exists()
    assert not [path for path in tmp_path.rglob("*") if "evil" in path.name]


def _with_entry(change: Callable[[zipfile.ZipInfo], None]) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        archive = _packed(folder, GOOD)
        entry = zipfile.ZipInfo("en_ja/model/more.bin")
        entry.compress_type = zipfile.ZIP_DEFLATED
        change(entry)
        with zipfile.ZipFile(archive, "a") as file:
            file.writestr(entry, b"/etc/passwd")
        return archive

    return make


def _links(entry: zipfile.ZipInfo) -> None:
    entry.create_system = 3
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16


def _is_a_device(entry: zipfile.ZipInfo) -> None:
    entry.create_system = 3
    entry.external_attr = (stat.S_IFCHR | 0o666) << 16


def _is_packed_unusually(entry: zipfile.ZipInfo) -> None:
    entry.compress_type = zipfile.ZIP_LZMA


def _bomb(folder: Path) -> Path:
    return _packed(folder, {**GOOD, "model/model.bin": bytes(30_000_000)})


def _encrypted(folder: Path) -> Path:
    archive = _packed(folder, GOOD)
    data = bytearray(archive.read_bytes())
    place = data.find(b"PK\x01\x02")
    while place >= 0:
        data[place + 8] |= 1
        place = data.find(b"PK\x01\x02", place + 4)
    archive.write_bytes(data)
    return archive


def _crowd(folder: Path) -> Path:
    return _packed(folder, GOOD | {f"model/{number}": b"" for number in range(6000)})


@pytest.mark.parametrize(
    ("make", "problem"),
    [
        (_with_entry(_links), "is a link"),
        (_with_entry(_is_a_device), "is a link"),
        (_with_entry(_is_packed_unusually), "unusual way"),
        (_bomb, "zip bomb"),
        (_encrypted, "encrypted"),
        (_crowd, "6006 files"),
    ],
)
def test_a_hostile_archive_is_refused_before_anything_is_written(
    tmp_path: Path, make: Callable[[Path], Path], problem: str
) -> None:
    with pytest.raises(SourceGarbled, match=problem):
        unpack(make(tmp_path), tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_an_archive_that_would_fill_the_disk_is_refused(tmp_path: Path) -> None:
    noise = random.Random(1).randbytes(200_000)
    archive = _packed(tmp_path, {**GOOD, "model/model.bin": noise})
    with pytest.raises(SourceGarbled, match="bytes when unpacked"):
        unpack(archive, tmp_path / "out", largest=100_000)


def test_a_doubled_name_is_refused(tmp_path: Path) -> None:
    archive = _packed(tmp_path, GOOD)
    with zipfile.ZipFile(archive, "a") as file, pytest.warns(UserWarning, match="Duplicate"):
        file.writestr("en_ja/model/model.bin", b"another one")
    with pytest.raises(SourceGarbled, match="twice"):
        unpack(archive, tmp_path / "out")


@pytest.mark.parametrize(
    ("missing", "problem"),
    [
        ("metadata.json", r"metadata\.json is missing"),
        ("model/model.bin", r"model/model\.bin is missing"),
        ("model/shared_vocabulary.json", "vocabulary is missing"),
        ("sentencepiece.model", r"sentencepiece\.model is missing"),
    ],
)
def test_what_is_missing_is_named(tmp_path: Path, missing: str, problem: str) -> None:
    files = {name: content for name, content in GOOD.items() if name != missing}
    with pytest.raises(SourceGarbled, match=problem):
        unpack(_packed(tmp_path, files), tmp_path / "out")


def test_models_without_sentencepiece_are_named_as_such(tmp_path: Path) -> None:
    files = {name: content for name, content in GOOD.items() if name != "sentencepiece.model"}
    with pytest.raises(SourceGarbled, match="only SentencePiece"):
        unpack(_packed(tmp_path, {**files, "bpe.model": b"#version"}), tmp_path / "out")


def test_a_damaged_archive_is_an_error_wherever_it_is_damaged(tmp_path: Path) -> None:
    noise = random.Random(2)
    files = {**GOOD, "model/model.bin": noise.randbytes(3000)}
    whole = _packed(tmp_path, files, method=zipfile.ZIP_STORED).read_bytes()
    broken = tmp_path / "broken"
    for number in range(400):
        data = bytearray(whole)
        if number % 3 == 0:
            del data[noise.randrange(len(data)) :]
        elif number % 3 == 1:  # in the list of files at the end: places and sizes without sense
            at = noise.randrange(len(data) - 400, len(data) - 4)
            data[at : at + 4] = b"\xff" * 4
        else:
            for _ in range(1 + number % 7):
                data[noise.randrange(len(data))] = noise.randrange(256)
        broken.write_bytes(data)
        out = tmp_path / f"out{number}"
        try:
            unpack(broken, out)
        except SourceGarbled:
            continue
        # Then only what is not looked at was hit: the contents have checksums.
        assert set(_unpacked(out).values()) <= set(files.values())


@pytest.mark.parametrize("content", [b"", b"<html>", b"PK\x03\x04", b"PK\x05\x06" + bytes(18)])
def test_what_is_no_archive_is_refused(tmp_path: Path, content: bytes) -> None:
    archive = tmp_path / "package.argosmodel"
    archive.write_bytes(content)
    with pytest.raises(SourceGarbled):
        unpack(archive, tmp_path / "out")
