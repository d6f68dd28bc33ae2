"""A server that speaks OpenAI's embeddings protocol, with the ways in which real ones fail.

POST  /v1/embeddings
"""

import hashlib
import math
import re
from collections import deque
from collections.abc import Sequence
from enum import StrEnum
from typing import Any, cast

from sandbox.providers.serving import Asked, LoopbackServer, Told

_MOST_TEXTS = 2048
_CHARACTERS_A_TOKEN = 4
_WORD = re.compile(r"\w{3,}")
_PARAMETERS = frozenset({"model", "input", "encoding_format", "dimensions", "user"})


class Manner(StrEnum):
    """How an answer comes, other than as it should."""

    SHUFFLED = "in another order, told by `index`"
    UNNUMBERED = "without `index`"
    ONE_LESS = "with a vector too few"
    TWICE = "with one `index` twice"
    NOT_A_NUMBER = "with NaN in a vector"
    ZEROS = "with a vector of zeros"
    OTHER_LENGTH = "with one vector shorter than the others"
    ALL_SHORTER = "with vectors shorter than before"
    TEXTS = "with texts in place of numbers"
    ENCODED = "in base64, which nobody asked for"
    NO_DATA = "without data"
    OTHER_TOP = "as a list at the top"
    ERROR_WITH_200 = "as an error with status 200"


class EmbeddingsServer(LoopbackServer):
    """An endpoint with one model, to which texts are alike that have words in common.

    `length` is its vectors'. `key` is what it wants as a bearer token, empty for none. `manners`
    are those of the next answers; what follows is as it should be. `embedded` counts texts.
    """

    def __init__(
        self, *, name: str = "tiny-embed", length: int = 64, key: str = "", counts: bool = True
    ) -> None:
        super().__init__(self._answered_to)
        self.manners: deque[Manner] = deque()
        self.length = length
        self.embedded = 0
        self._name = name
        self._key = key
        self._counts = counts

    def _answered_to(self, asked: Asked) -> Told:
        if (asked.method, asked.path) != ("POST", "/v1/embeddings"):
            return _error(404, "Not Found")
        if self._key and asked.headers.get("Authorization") != f"Bearer {self._key}":
            return _error(401, "Incorrect API key provided.")
        body = cast("dict[str, Any]", asked.body or {})
        given: object = body.get("input")
        texts = cast("list[object]", given) if isinstance(given, list) else []
        if body.get("model") != self._name:
            return _error(404, f"The model '{body.get('model')}' does not exist")
        if unknown := body.keys() - _PARAMETERS:
            return _error(400, f"Unrecognized request argument: {sorted(unknown)}")
        if body.get("encoding_format", "float") != "float":
            return _error(400, "Only the encoding format 'float' is supported")
        if not 1 <= len(texts) <= _MOST_TEXTS or not all(
            isinstance(text, str) and text for text in texts
        ):
            return _error(400, "'$.input' is invalid")
        return self._embeddings(cast("list[str]", texts))

    def _embeddings(self, texts: Sequence[str]) -> Told:
        self.embedded += len(texts)
        manner = self.manners.popleft() if self.manners else None
        if manner is Manner.ERROR_WITH_200:
            return Told({"error": {"message": "Model unloaded.", "type": "server_error"}})
        data: list[dict[str, object]] = [
            {"object": "embedding", "index": at, "embedding": vector_of(text, self.length)}
            for at, text in enumerate(texts)
        ]
        told: dict[str, object] = {
            "object": "list",
            "data": _spoiled(data, manner),
            "model": self._name,
        }
        if self._counts:
            tokens = sum(map(len, texts)) // _CHARACTERS_A_TOKEN
            told["usage"] = {"prompt_tokens": tokens, "total_tokens": tokens}
        if manner is Manner.NO_DATA:
            del told["data"]
        return Told([told] if manner is Manner.OTHER_TOP else told)


def vector_of(text: str, length: int) -> list[float]:
    """The sum of the directions of a text's words, of unit length."""
    values = [1e-3] * length
    for word in set(_WORD.findall(text.lower())):
        digest = hashlib.sha256(word.encode()).digest()
        for at in range(0, len(digest), 4):
            place = int.from_bytes(digest[at : at + 2], "big") % length
            values[place] += 1.0 if digest[at + 2] % 2 else -1.0
    size = math.hypot(*values)
    return [value / size for value in values]


def _spoiled(data: list[dict[str, object]], manner: Manner | None) -> list[dict[str, object]]:
    vector = cast("list[float]", data[-1]["embedding"])
    last: dict[Manner, object] = {
        Manner.NOT_A_NUMBER: [math.nan, *vector[1:]],
        Manner.ZEROS: [0.0] * len(vector),
        Manner.OTHER_LENGTH: vector[1:],
        Manner.TEXTS: [str(value) for value in vector],
        Manner.ENCODED: "zczMPWZmZj8=",
    }
    match manner:
        case Manner.SHUFFLED:
            return data[::-1]
        case Manner.UNNUMBERED:
            return [{"embedding": one["embedding"]} for one in data]
        case Manner.ONE_LESS:
            return data[:-1]
        case Manner.TWICE:
            return [{**one, "index": 0} for one in data]
        case Manner.ALL_SHORTER:
            return [{**one, "embedding": cast("list[float]", one["embedding"])[1:]} for one in data]
        case None:
            return data
        case _:
            return [*data[:-1], {**data[-1], "embedding": last.get(manner, vector)}]


def _error(status: int, message: str) -> Told:
    error = {"message": message, "type": "invalid_request_error", "param": None, "code": None}
    return Told({"error": error}, status)
