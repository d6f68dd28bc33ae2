"""The translation models in the data folder, as they are found there.

A model is a folder: one of Argos Translate's packages (`metadata.json`, `model/`,
`sentencepiece.model`), a Marian model converted for CTranslate2 (`source.spm`, `target.spm`; its
name or a `metadata.json` tells the languages) or an NLLB model, which speaks many languages.
"""

import json
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from bot.languages import ENGLISH, LANGUAGES

ARGOS: Mapping[str, str] = {
    "zh-CN": "zh",
    "zh-TW": "zt",
    "pt-BR": "pb",
    "no": "nb",
}
"""Argos's codes of languages where they are not those of `bot.languages`."""

NLLB: Mapping[str, str] = {
    "ja": "jpn_Jpan",
    "zh-CN": "zho_Hans",
    "zh-TW": "zho_Hant",
    "ko": "kor_Hang",
    "de": "deu_Latn",
    "fr": "fra_Latn",
    "es": "spa_Latn",
    "it": "ita_Latn",
    "pt": "por_Latn",
    "pt-BR": "por_Latn",
    "ru": "rus_Cyrl",
    "uk": "ukr_Cyrl",
    "pl": "pol_Latn",
    "tr": "tur_Latn",
    "hi": "hin_Deva",
    "id": "ind_Latn",
    "vi": "vie_Latn",
    "th": "tha_Thai",
    "ar": "arb_Arab",
    "he": "heb_Hebr",
    "nl": "nld_Latn",
    "sv": "swe_Latn",
    "el": "ell_Grek",
    "cs": "ces_Latn",
    "fa": "pes_Arab",
    "da": "dan_Latn",
    "fi": "fin_Latn",
    "no": "nob_Latn",
    "hu": "hun_Latn",
    "ro": "ron_Latn",
    "bg": "bul_Cyrl",
    "hr": "hrv_Latn",
    "lt": "lit_Latn",
}
"""The tokens by which NLLB models name languages (FLORES-200's codes)."""

MANIFEST = "paperboy.json"
"""What an installed package came from, in its folder."""

_NLLB_ENGLISH = "eng_Latn"
_END = "</s>"
_NO_SPACES = frozenset({"ja", "zh-CN", "zh-TW", "th"})
_PAIR = re.compile(r"(?:^|[-_.])en[-_]([A-Za-z]{2,3})(?:$|[-_.])")
_VERSION = re.compile(r"[A-Za-z0-9_.+-]{1,40}")
_NUMBER = re.compile(r"[0-9]+")
_VOCABULARIES = ("shared_vocabulary", "source_vocabulary")
_PIECES = ("sentencepiece.model", "sentencepiece.bpe.model", "spm.model")
_LARGEST_JSON = 1 << 20
_LARGEST_VOCABULARY = 64 << 20
_NEAR = 64 << 10


@dataclass(frozen=True, slots=True)
class InstalledModel:
    """A model's folder, what it speaks, and the files that a worker needs.

    `languages` are codes of `bot.languages`; `version` is empty where none is told. `source` and
    `target` are the SentencePiece models, which may be the same.
    """

    folder: Path
    weights: Path
    source: Path
    target: Path
    languages: tuple[str, ...]
    version: str = ""
    prefix: str = ""
    many: bool = False
    adds_end: bool = True

    @property
    def key(self) -> str:
        """Another one for other weights. Raises OSError if they were removed meanwhile."""
        stat = (self.weights / "model.bin").stat()
        return f"{self.folder.name}|{stat.st_ino}|{stat.st_mtime_ns}|{stat.st_size}"

    def told(self, installed: Iterable["InstalledModel"]) -> dict[str, Any]:
        """What a worker is told of it. Raises OSError if it was removed meanwhile."""
        return {
            "key": self.key,
            "installed": [one.key for one in installed],
            "folder": str(self.weights),
            "source": str(self.source),
            "target": str(self.target),
            "before": [_NLLB_ENGLISH] if self.many else [],
            "after": [] if self.adds_end else [_END],
        }

    def request(
        self,
        sentences: Sequence[str],
        language: str,
        installed: Iterable["InstalledModel"],
        *,
        guard: bool = False,
    ) -> dict[str, Any]:
        """A worker's request (see `local_worker`). Raises OSError as `told`."""
        name = NLLB[language] if self.many else self.prefix
        return {
            "model": self.told(installed),
            "prefix": [name] if name else [],
            "joint": "" if language in _NO_SPACES else " ",
            "sentences": list(sentences),
            "guard": guard,
        }


class InstalledModels:
    """The models in a folder. It looks again at every question, and reads only what changed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._known: dict[str, tuple[tuple[int, ...], InstalledModel | None]] = {}

    def all(self) -> list[InstalledModel]:
        """All models: those of one language before those of many, newer before older ones."""
        known: dict[str, tuple[tuple[int, ...], InstalledModel | None]] = {}
        for name, seen in self._folders():
            before = self._known.get(name)
            if before is not None and before[0] == seen:
                known[name] = before
            else:
                known[name] = (seen, read_model(self._folder / name))
        self._known = known
        found = [
            model for _, (_, model) in sorted(known.items(), reverse=True) if model is not None
        ]
        found.sort(key=lambda model: version_key(model.version), reverse=True)
        return sorted(found, key=lambda model: model.many)

    def of(self, language: str) -> InstalledModel | None:
        """The model that translates from English into a language."""
        return next((model for model in self.all() if language in model.languages), None)

    def _folders(self) -> list[tuple[str, tuple[int, ...]]]:
        found: list[tuple[str, tuple[int, ...]]] = []
        try:
            with os.scandir(self._folder) as entries:
                for entry in entries:
                    if not entry.name.startswith(".") and entry.is_dir():
                        stat = entry.stat()
                        found.append((entry.name, (stat.st_ino, stat.st_mtime_ns, *_inner(entry))))
        except OSError:
            return []
        return found


def _inner(entry: os.DirEntry[str]) -> tuple[int, ...]:
    try:
        return (os.stat(Path(entry.path) / "model").st_mtime_ns,)  # noqa: PTH116 - as scandir has it
    except OSError:
        return ()


def version_key(version: str) -> tuple[int, ...]:
    """By what versions are compared: 1.10 comes after 1.9, and any after none."""
    return tuple(int(number[:9]) for number in _NUMBER.findall(version)[:8])


def language_of_argos(code: str) -> str | None:
    """The code of `bot.languages` for one of Argos's; None if we do not know the language."""
    for language, argos in ARGOS.items():
        if argos == code.casefold():
            return language
    known = code if code in LANGUAGES else code.casefold()
    return known if known in LANGUAGES else None


def read_model(folder: Path) -> InstalledModel | None:
    """The model in a folder; None if it is not one that translates from English."""
    weights = next((f for f in (folder / "model", folder) if (f / "model.bin").is_file()), None)
    if weights is None:
        return None
    pieces = _pieces(folder, weights)
    vocabulary = _vocabulary(weights)
    if pieces is None or vocabulary is None:
        return None
    adds_end = read_json(weights / "config.json").get("add_source_eos") is True
    english = vocabulary.find(_NLLB_ENGLISH.encode())
    if english >= 0:
        # All languages stand together, among 250,000 pieces.
        around = vocabulary[max(0, english - _NEAR) : english + _NEAR]
        spoken = tuple(code for code, name in NLLB.items() if name.encode() in around)
        return InstalledModel(folder, weights, *pieces, spoken, many=True, adds_end=adds_end)
    metadata = read_json(folder / "metadata.json")
    named = _PAIR.search(folder.name)
    to = metadata.get("to_code") if metadata else named and named[1]
    language = language_of_argos(to) if isinstance(to, str) else None
    if language in {None, ENGLISH} or metadata.get("from_code", ENGLISH) != ENGLISH:
        return None
    prefix, version = metadata.get("target_prefix"), metadata.get("package_version")
    return InstalledModel(
        folder,
        weights,
        *pieces,
        (cast("str", language),),
        version=version if isinstance(version, str) and _VERSION.fullmatch(version) else "",
        prefix=prefix if isinstance(prefix, str) else "",
        # OpenNMT's models (Argos's) want no end; Marian's do, and some add it themselves.
        adds_end=adds_end or not pieces[0].name.endswith(".spm"),
    )


def read_json(path: Path) -> dict[str, Any]:
    """A small JSON file's object; empty if there is none."""
    try:
        if path.stat().st_size > _LARGEST_JSON:
            return {}
        value: object = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def _pieces(folder: Path, weights: Path) -> tuple[Path, Path] | None:
    """The SentencePiece models of the source and of the target."""
    for place in (folder, weights):
        source, target = place / "source.spm", place / "target.spm"
        if source.is_file():
            return source, target if target.is_file() else source
        named = [place / name for name in _PIECES if (place / name).is_file()]
        found = named or sorted(place.glob("*.model"))
        if found:
            return found[0], found[0]
    return None


def _vocabulary(weights: Path) -> bytes | None:
    for name in _VOCABULARIES:
        for ending in (".json", ".txt"):
            path = weights / (name + ending)
            try:
                if path.stat().st_size <= _LARGEST_VOCABULARY:
                    return path.read_bytes()
            except OSError:
                continue
    return None
