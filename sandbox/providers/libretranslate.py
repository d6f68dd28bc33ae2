"""LibreTranslate on loopback: `/translate` and `/languages`, as strict as the real one.

https://docs.libretranslate.com, and its `app.py` for what the documentation leaves open.
"""

import html
import re
from collections.abc import Collection
from typing import Any, cast

from sandbox.providers.serving import Asked, LoopbackServer, Told
from sandbox.providers.wordwise import translate

USUAL = (
    "ar", "cs", "de", "el", "es", "fr", "ja", "ko", "nb", "pt", "ru", "uk", "zh-Hans", "zh-Hant",
)  # fmt: skip
"""Codes into which a server translates unless told otherwise."""

# Elements without elements in them, which are all that is needed here.
_ELEMENT = re.compile(r"(<(?P<tag>[a-z]+)(?P<attributes>[^<>]*)>[^<]*</(?P=tag)>)")


class LibreTranslateServer(LoopbackServer):
    """A server with these `targets` from English. `characters` are those of the texts that were
    translated; `limit` is how many a request may have. With a `key`, requests need it."""

    def __init__(
        self, key: str = "", *, targets: Collection[str] = USUAL, limit: int | None = None
    ) -> None:
        super().__init__(self._served)
        self.key = key
        self.targets = tuple(targets)
        self.limit = limit
        self.characters = 0

    def _served(self, asked: Asked) -> Told:
        match asked.method, asked.path:
            case "GET", "/languages":
                english = {"code": "en", "name": "English", "targets": ["en", *self.targets]}
                others = [
                    {"code": code, "name": code, "targets": ["en", code]} for code in self.targets
                ]
                return Told([english, *others])
            case "POST", "/translate":
                return self._translated(asked)
            case _:
                return _error(404, "Not Found")

    def _translated(self, asked: Asked) -> Told:
        given = asked.body
        if not isinstance(given, dict):
            return _error(400, "Invalid JSON format")
        body = cast("dict[str, Any]", given)
        if self.key and body.get("api_key") != self.key:
            return _error(403, "Invalid API key")
        for name in ("q", "source", "target"):
            if not body.get(name):
                return _error(400, f"Invalid request: missing {name} parameter")
        texts: object = body["q"]
        if not isinstance(texts, list) or not all(
            isinstance(text, str) for text in cast("list[object]", texts)
        ):
            return _error(400, "Invalid request: q is no list of texts")
        sources = cast("list[str]", texts)
        if body["source"] != "en" or body["target"] not in self.targets:
            return _error(400, f"{body['target']} is not supported")
        if body.get("format", "text") not in {"text", "html"}:
            return _error(400, f"{body['format']} format is not supported")
        count = sum(map(len, sources))
        if self.limit is not None and count > self.limit:
            problem = f"request ({count}) exceeds text limit ({self.limit})"
            return _error(400, f"Invalid request: {problem}")
        self.characters += count
        of = _of_html if body.get("format") == "html" else translate
        # The real one unescapes the whole, elements and all.
        return Told(
            {"translatedText": [html.unescape(of(source, body["target"])) for source in sources]}
        )


def _error(status: int, problem: str) -> Told:
    return Told({"error": problem}, status)


def _of_html(source: str, target: str) -> str:
    said: list[str] = []
    at = 0
    text = " ".join(source.split())
    for found in _ELEMENT.finditer(text):
        said.append(_of_text(text[at : found.start()], target))
        kept = 'translate="no"' in found["attributes"]
        said.append(found.group() if kept else _of_element(found, target))
        at = found.end()
    return "".join([*said, _of_text(text[at:], target)])


def _of_element(found: re.Match[str], target: str) -> str:
    opening, _, rest = found.group().partition(">")
    inside, _, closing = rest.rpartition("</")
    return f"{opening}>{_of_text(inside, target)}</{closing}"


def _of_text(text: str, target: str) -> str:
    return html.escape(translate(html.unescape(text), target), quote=False)
