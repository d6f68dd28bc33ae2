"""DeepL on loopback: `/v2/translate`, `/v2/usage` and `/v2/glossaries`, as strict as the real one.

https://developers.deepl.com/api-reference
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast
from xml.etree import ElementTree

from sandbox.providers.serving import Asked, LoopbackServer, Told
from sandbox.providers.wordwise import translate

TARGETS = frozenset(
    {
        "AR", "BG", "CS", "DA", "DE", "EL", "EN-GB", "EN-US", "ES", "ES-419", "ET", "FI", "FR",
        "HE", "HU", "ID", "IT", "JA", "KO", "LT", "LV", "NB", "NL", "PL", "PT-BR", "PT-PT", "RO",
        "RU", "SK", "SL", "SV", "TH", "TR", "UK", "VI", "ZH", "ZH-HANS", "ZH-HANT",
    }
)  # fmt: skip
"""Codes that every account may translate into."""
NEW_TARGETS = frozenset({"FA", "HI", "HR"})
"""Those for which a request must say that it wants new languages."""

_GLOSSARY_CODES = {code.lower().partition("-")[0] for code in TARGETS} - {"th"}
_MOST_TEXTS = 50
_LARGEST_REQUEST = 128 * 1024
_LONGEST_ENTRY = 1024
_KNOWN = frozenset(
    {
        "text", "source_lang", "target_lang", "context", "split_sentences", "preserve_formatting",
        "formality", "glossary_id", "tag_handling", "tag_handling_version", "outline_detection",
        "non_splitting_tags", "splitting_tags", "ignore_tags", "show_billed_characters",
        "model_type", "enable_beta_languages",
    }
)  # fmt: skip
_MODELS = {"quality_optimized", "prefer_quality_optimized", "latency_optimized"}


class _RefusedError(Exception):
    def __init__(self, status: int, message: str, detail: str = "") -> None:
        self.told = Told({"message": message} | ({"detail": detail} if detail else {}), status)
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class _Glossary:
    name: str
    target: str
    entries: Mapping[str, str]
    created: int

    def told(self, id_: str) -> dict[str, object]:
        seconds = f"{self.created // 60:02d}:{self.created % 60:02d}"
        return {
            "glossary_id": id_,
            "ready": True,
            "name": self.name,
            "source_lang": "en",
            "target_lang": self.target,
            "creation_time": f"2026-06-18T12:{seconds}.000000Z",
            "entry_count": len(self.entries),
        }


class DeepLServer(LoopbackServer):
    """One account. `characters` are those billed so far, code points of the texts as they came;
    `glossaries` are the account's by id."""

    def __init__(
        self,
        key: str = "11111111-2222-3333-4444-555555555555:fx",
        *,
        quota: int = 500_000,
        most_glossaries: int = 1000,
    ) -> None:
        super().__init__(self._served)
        self.key = key
        self.quota = quota
        self.most_glossaries = most_glossaries
        self.characters = 0
        self.glossaries: dict[str, _Glossary] = {}
        self._made = 0

    def add_glossary(self, name: str, target: str, entries: Mapping[str, str]) -> str:
        """Make a glossary as another program with the same key would; returns its id."""
        id_ = str(uuid.uuid5(uuid.NAMESPACE_URL, f"{self.url}/{self._made}"))
        self.glossaries[id_] = _Glossary(name, target, entries, self._made)
        self._made += 1
        return id_

    def _served(self, asked: Asked) -> Told:
        try:
            self._admit(asked)
            match asked.method, asked.path.split("/")[1:]:
                case "POST", ["v2", "translate"]:
                    return Told(self._translated(_object(asked)))
                case "GET", ["v2", "usage"]:
                    return Told({"character_count": self.characters, "character_limit": self.quota})
                case "GET", ["v2", "glossaries"]:
                    found = [one.told(id_) for id_, one in self.glossaries.items()]
                    return Told({"glossaries": found})
                case "POST", ["v2", "glossaries"]:
                    return Told(self._new_glossary(_object(asked)), 201)
                case "DELETE", ["v2", "glossaries", id_]:
                    self._glossary(id_)
                    del self.glossaries[id_]
                    return Told(b"", 204)
                case _:
                    raise _RefusedError(404, "Not found")
        except _RefusedError as refused:
            return refused.told

    def _admit(self, asked: Asked) -> None:
        if not asked.headers.get("User-Agent"):
            raise _RefusedError(400, "User-Agent header missing.")
        if asked.headers.get("Authorization") != f"DeepL-Auth-Key {self.key}":
            raise _RefusedError(403, "Authorization failure, check auth_key")
        if int(asked.headers.get("Content-Length", "0")) > _LARGEST_REQUEST:
            raise _RefusedError(413, "Request Entity Too Large")

    def _translated(self, body: Mapping[str, Any]) -> dict[str, object]:
        texts: object = body.get("text")
        if not isinstance(texts, list) or not texts:
            raise _RefusedError(400, "Parameter 'text' not specified.")
        texts = cast("list[object]", texts)
        if len(texts) > _MOST_TEXTS:
            raise _RefusedError(400, "Too many texts in request.")
        if not all(isinstance(text, str) and text.strip() for text in texts):
            raise _RefusedError(400, "Value for 'text' not supported.")
        sources = cast("list[str]", texts)
        target = self._checked_parameters(body)
        entries: Mapping[str, str] = {}
        if "glossary_id" in body:
            glossary = self._glossary(str(body["glossary_id"]))
            if glossary.target != target.lower().partition("-")[0]:
                raise _RefusedError(400, "Glossary does not match the language pair.")
            entries = glossary.entries
        billed = [len(source) for source in sources]
        if self.characters + sum(billed) > self.quota:
            raise _RefusedError(456, "Quota Exceeded")
        ignored = frozenset(body.get("ignore_tags", ()))
        xml = "tag_handling" in body
        said = [
            _of_xml(source, target, entries, ignored) if xml else translate(source, target, entries)
            for source in sources
        ]
        self.characters += sum(billed)
        show = body.get("show_billed_characters") is True
        return {
            "translations": [
                {"detected_source_language": "EN", "text": text}
                | ({"billed_characters": count} if show else {})
                for text, count in zip(said, billed, strict=True)
            ]
        }

    def _checked_parameters(self, body: Mapping[str, Any]) -> str:
        unknown = set(body) - _KNOWN
        if unknown:
            raise _RefusedError(400, f"Parameter '{min(unknown)}' not supported.")
        target = body.get("target_lang")
        new = body.get("enable_beta_languages") is True
        if not isinstance(target, str) or target not in TARGETS | (NEW_TARGETS if new else set()):
            raise _RefusedError(400, "Value for 'target_lang' not supported.")
        if body.get("source_lang", "EN") != "EN":
            raise _RefusedError(400, "Value for 'source_lang' not supported.")
        if "glossary_id" in body and "source_lang" not in body:
            raise _RefusedError(400, "Use of a glossary requires the source_lang parameter.")
        if body.get("split_sentences", "1") not in {"0", "1", "nonewlines"}:
            raise _RefusedError(400, "Value for 'split_sentences' not supported.")
        if body.get("tag_handling", "xml") not in {"xml", "html"}:
            raise _RefusedError(400, "Value for 'tag_handling' not supported.")
        if body.get("model_type", "quality_optimized") not in _MODELS:
            raise _RefusedError(400, "Value for 'model_type' not supported.")
        if not isinstance(body.get("context", ""), str):
            raise _RefusedError(400, "Value for 'context' not supported.")
        return target

    def _glossary(self, id_: str) -> _Glossary:
        if id_ not in self.glossaries:
            raise _RefusedError(404, "Glossary not found")
        return self.glossaries[id_]

    def _new_glossary(self, body: Mapping[str, Any]) -> dict[str, object]:
        name, target, lines = body.get("name"), body.get("target_lang"), body.get("entries")
        if not isinstance(name, str) or not name or len(name.encode()) > _LONGEST_ENTRY:
            raise _RefusedError(400, "Missing or invalid argument: name")
        if body.get("source_lang") != "en" or target not in _GLOSSARY_CODES - {"en"}:
            raise _RefusedError(400, "Unsupported glossary source and target language pair")
        if body.get("entries_format") != "tsv" or not isinstance(lines, str) or not lines:
            raise _RefusedError(400, "Missing or invalid argument: entries")
        if len(self.glossaries) >= self.most_glossaries:
            raise _RefusedError(456, "Quota exceeded", "The maximum of glossaries is reached.")
        id_ = self.add_glossary(name, str(target), _entries(lines))
        return self.glossaries[id_].told(id_)


def _object(asked: Asked) -> Mapping[str, Any]:
    if asked.headers.get("Content-Type", "").partition(";")[0] != "application/json":
        raise _RefusedError(415, "Unsupported media type")
    body = asked.body
    if not isinstance(body, dict):
        raise _RefusedError(400, "Bad request. Reason: body is no JSON object")
    return cast("dict[str, Any]", body)


def _entries(lines: str) -> dict[str, str]:
    entries: dict[str, str] = {}
    for number, line in enumerate(lines.split("\n")):
        source, tab, target = line.partition("\t")
        problem = ""
        if not tab:
            problem = "misses tab separator"
        elif "\t" in target or not source.strip() or not target.strip():
            problem = "has not two phrases"
        elif source in entries:
            problem = "duplicates another key"
        elif max(len(source.encode()), len(target.encode())) > _LONGEST_ENTRY:
            problem = "is too long"
        elif any(ord(letter) < 32 or 0x7F <= ord(letter) < 0xA0 for letter in source + target):
            problem = "has control characters"
        if problem:
            raise _RefusedError(
                400, "Invalid glossary entries provided", f"Key with the index {number} {problem}"
            )
        entries[source] = target
    return entries


def _of_xml(text: str, target: str, entries: Mapping[str, str], ignored: frozenset[str]) -> str:
    try:
        root = ElementTree.fromstring(f"<r>{text}</r>")  # noqa: S314 - on loopback, for tests
    except ElementTree.ParseError as error:
        raise _RefusedError(400, "Tag handling parsing failed, please check input.") from error
    _walk(root, target, entries, ignored)
    return ElementTree.tostring(root, encoding="unicode", short_empty_elements=False)[3:-4]


def _walk(
    element: ElementTree.Element, target: str, entries: Mapping[str, str], ignored: frozenset[str]
) -> None:
    if element.text and element.tag not in ignored:
        element.text = translate(element.text, target, entries)
    for child in element:
        _walk(child, target, entries, ignored)
        if child.tail:
            child.tail = translate(child.tail, target, entries)
