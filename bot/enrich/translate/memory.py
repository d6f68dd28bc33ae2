"""A translation memory: sentences that were translated before, in files, used as a provider."""

import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, cast

from bot.errors import SettingsError
from bot.i18n import ENGLISH, locale
from bot.languages import LANGUAGES
from bot.models import Finding
from bot.settings import EXAMPLES, PREFIX
from bot.text.terms import TermIndex
from bot.text.tokens import spans, stem

_VARIABLE = "translation_memory"


class MemoryTranslator:
    """The translations of all files `*.jsonl` of a folder. Each line is an object:

    `{"about": …}` (the first line, may be left out) tells readers what these translations are: a
    text, or texts by the bot's languages (`{"en": …, "ja": …}`);
    `{"language", "source", "target"}` is a sentence or a title, as `bot.text.sentences` splits
    abstracts;
    `{"language", "term", "translation"}` is how a term was translated in them, so that a server's
    glossary can put its own word in its place.

    Reads the files when it is made. Raises SettingsError with the file and line that is wrong.
    """

    name = "translation memory"
    paid = False

    def __init__(self, folder: Path) -> None:
        self._about: dict[str, str] = {}
        self._sentences: dict[tuple[str, str], str] = {}
        self._terms: dict[str, dict[str, str]] = {}
        files = sorted(folder.glob("*.jsonl"))
        if not files:
            raise _wrong(f"{folder} is not a folder with files *.jsonl")
        for file in files:
            self._read(file)
        self._languages = {language for language, _ in self._sentences}

    @property
    def label(self) -> str:
        return self._about.get(locale()) or self._about.get(ENGLISH, "")

    def offers(self, language: str) -> bool:
        return language in self._languages

    async def translate(
        self,
        sentences: Sequence[str],
        language: str,
        *,
        glossary: Mapping[str, str],
        context: str = "",
        remarks: Sequence[Finding] = (),
    ) -> list[str]:
        del context, remarks  # what is known is known
        return [self._translated(sentence, language, glossary) for sentence in sentences]

    async def aclose(self) -> None:
        """Nothing is open."""

    def _translated(self, sentence: str, language: str, glossary: Mapping[str, str]) -> str:
        target = self._sentences.get((language, _normal(sentence)), "")
        own = self._terms.get(language, {})
        known = {term: own[_key(term)] for term in glossary if _key(term) in own}
        if not target or not known:
            return target
        said = TermIndex(sentence)
        changes = {known[term]: glossary[term] for term in known if term in said}
        if not changes:
            return target
        # All at once, the longest first: no replacement is replaced again.
        longest = sorted(changes, key=len, reverse=True)
        pattern = re.compile("|".join(re.escape(word) for word in longest))
        return pattern.sub(lambda found: changes[found.group()], target)

    def _read(self, file: Path) -> None:
        try:
            lines = file.read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise _wrong(f"{file} cannot be read ({error})") from error
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                self._take(json.loads(line))
            except ValueError as error:
                raise _wrong(f"{file}, line {number}: {error}") from error

    def _take(self, entry: object) -> None:
        """Take in a line's object. Raises ValueError."""
        if not isinstance(entry, dict):
            raise ValueError("not an object")
        values = cast("dict[str, Any]", entry)
        if "about" in values:
            about = values["about"]
            told = cast("dict[str, Any]", about) if isinstance(about, dict) else {ENGLISH: about}
            self._about |= {name: _text(told, name) for name in told}
            return
        language = _text(values, "language")
        if language not in LANGUAGES:
            raise ValueError(f"{language!r} is not a language; {', '.join(LANGUAGES)} are")
        if "term" in values:
            terms = self._terms.setdefault(language, {})
            terms[_key(_text(values, "term"))] = _text(values, "translation")
        else:
            source = _normal(_text(values, "source"))
            self._sentences[language, source] = _text(values, "target")


def _normal(text: str) -> str:
    """A sentence as it is looked up: spaces and forms of characters make no difference."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def _text(values: Mapping[str, Any], name: str) -> str:
    text = values.get(name)
    if not isinstance(text, str) or not text.strip():
        raise ValueError(f"{name!r} is not a text")
    return text.strip()


def _wrong(problem: str) -> SettingsError:
    return SettingsError(PREFIX + _VARIABLE.upper(), problem, EXAMPLES[_VARIABLE])


def _key(term: str) -> str:
    """The same for a term's singular and plural."""
    return " ".join(stem(token) for _, _, token in spans(term))
