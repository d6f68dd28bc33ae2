"""A server that speaks OpenAI's chat protocol, with the ways in which real ones differ and fail.

POST  /v1/chat/completions
GET   /v1/models
"""

import json
from collections import deque
from collections.abc import Callable, Collection, Mapping
from enum import StrEnum
from typing import Any, cast

from sandbox.providers.chat_model import RuleModel
from sandbox.providers.schema import mismatch, strict_problem
from sandbox.providers.serving import Asked, LoopbackServer, Told

_CREATED = 1_780_000_000
_CHARACTERS_A_TOKEN = 4


class Manner(StrEnum):
    """How an answer comes, other than as it should."""

    FENCED = "in a code fence, with prose around it"
    THINKING = "after thoughts"
    THINKING_UNOPENED = "after thoughts whose beginning the template has eaten"
    PARTS = "as a list of parts"
    UNDOUBLED = "with the backslashes of LaTeX not doubled"
    CUT = "cut at its limit of tokens"
    FILTERED = "stopped by a content filter"
    DECLINED = "as a refusal"
    SORRY = "as prose that refuses"
    NO_CHOICES = "without choices"
    NO_CONTENT = "without content"
    OTHER_SHAPE = "as JSON of another shape"
    OTHER_TOP = "as a list at the top"
    OBEYING = "with each text in the hands of whoever wrote the abstract"
    ERROR_WITH_200 = "as an error with status 200"


class ChatSandbox(LoopbackServer):
    """An endpoint with one model.

    `key`: what it wants as a bearer token, empty for none. `refuses`: what of the protocol it
    does not take, among `json_schema`, `json_object`, `response_format`, `max_tokens`,
    `temperature`, `system`. `counts`: whether it tells the usage. `bases`: the addresses' paths
    that it has. `manners`: those of the next answers; what follows is as it should be.
    `answered` counts the answers that a provider would bill.
    """

    def __init__(
        self,
        model: RuleModel | None = None,
        *,
        name: str = "tiny",
        key: str = "",
        refuses: Collection[str] = (),
        counts: bool = True,
        bases: Collection[str] = ("/v1",),
    ) -> None:
        super().__init__(self._chat)
        self.manners: deque[Manner] = deque()
        self.answered = 0
        self._model = model or RuleModel()
        self._name = name
        self._key = key
        self._refuses = frozenset(refuses)
        self._counts = counts
        self._bases = tuple(bases)

    async def _chat(self, asked: Asked) -> Told:
        if asked.path in {f"{base}/models" for base in self._bases}:
            models = [{"id": self._name, "object": "model", "owned_by": "sandbox"}]
            return Told({"object": "list", "data": models})
        if asked.path not in {f"{base}/chat/completions" for base in self._bases}:
            return _error(404, "Not Found")
        if self._key and asked.headers.get("Authorization") != f"Bearer {self._key}":
            return _error(401, "Incorrect API key provided.", code="invalid_api_key")
        body = cast("dict[str, Any]", asked.body or {})
        refusal = self._refusal(body)
        if refusal is not None:
            return refusal
        return await self._completion(body)

    def _refusal(self, body: Mapping[str, Any]) -> Told | None:
        if body.get("model") != self._name:
            return _error(404, f"The model '{body.get('model')}' does not exist", param="model")
        messages = body.get("messages")
        if not isinstance(messages, list) or not messages:
            return _error(400, "'messages' is a required property", param="messages")
        kind = body.get("response_format", {}).get("type", "")
        if kind and {"response_format", kind} & self._refuses:
            return _error(400, "This response_format type is unavailable now")
        schema = body.get("response_format", {}).get("json_schema", {}).get("schema")
        problem = strict_problem(schema) if schema is not None else ""
        if problem:
            return _error(400, f"Invalid schema for response_format: {problem}")
        if "max_tokens" in self._refuses and "max_tokens" in body:
            return _error(
                400,
                "Unsupported parameter: 'max_tokens' is not supported with this model. "
                "Use 'max_completion_tokens' instead.",
                param="max_tokens",
            )
        if "temperature" in self._refuses and body.get("temperature", 1) != 1:
            return _error(400, "Unsupported value: 'temperature'", param="temperature")
        roles = [message["role"] for message in cast("list[dict[str, str]]", messages)]
        if "system" in self._refuses and "system" in roles:
            return _error(400, "System role not supported")
        return None

    async def _completion(self, body: Mapping[str, Any]) -> Told:
        messages = cast("list[dict[str, str]]", body["messages"])
        data = _data(messages[-1]["content"])
        said = await self._model.answer(messages[0]["content"], data)
        if said is None:
            said = {"answer": "Hello! How can I help you today?"}
        schema = body.get("response_format", {}).get("json_schema", {}).get("schema")
        if schema is not None and (problem := mismatch(said, schema)):
            return _error(500, f"the model broke its schema: {problem}")
        self.answered += 1
        manner = self.manners.popleft() if self.manners else None
        if manner is Manner.ERROR_WITH_200:
            return Told({"error": {"message": "Model unloaded.", "type": "server_error"}})
        message, finish = _spoken(said, manner)
        written = str(message.get("content") or "")
        choice = {"index": 0, "message": message, "finish_reason": finish, "logprobs": None}
        told: dict[str, object] = {
            "id": f"chatcmpl-{self.answered}",
            "object": "chat.completion",
            "created": _CREATED,
            "model": self._name,
            "choices": [] if manner is Manner.NO_CHOICES else [choice],
        }
        if self._counts:
            tokens_in = sum(len(one["content"]) for one in messages) // _CHARACTERS_A_TOKEN
            tokens_out = len(written) // _CHARACTERS_A_TOKEN
            told["usage"] = {
                "prompt_tokens": tokens_in,
                "completion_tokens": tokens_out,
                "total_tokens": tokens_in + tokens_out,
            }
        return Told(told)


def _data(message: str) -> Mapping[str, object]:
    """The JSON of a user message, which may follow the instructions in one text."""
    try:
        found: object = json.loads(message.rpartition("\n\n")[2])
    except ValueError:
        return {}
    return cast("dict[str, object]", found) if isinstance(found, dict) else {}


def _spoken(said: object, manner: Manner | None) -> tuple[dict[str, object], str]:
    """The message and why it ended."""
    text = json.dumps(said, ensure_ascii=False)
    message: dict[str, object] = {"role": "assistant", "refusal": None}
    match manner:
        case Manner.CUT:
            return {**message, "content": text[: len(text) * 3 // 4]}, "length"
        case Manner.FILTERED:
            return {**message, "content": None}, "content_filter"
        case Manner.DECLINED:
            return {**message, "content": None, "refusal": "I can't help with that."}, "stop"
        case Manner.PARTS:
            parts = [{"type": "text", "text": half} for half in (text[:9], text[9:])]
            return {**message, "content": parts}, "stop"
        case _:
            return {**message, "content": _WORDS.get(manner, str)(text)}, "stop"


def _thinking(text: str) -> str:
    return 'a sentence is {"text": "?"}, so I write\n</think>\n\n' + text


def _obeying(text: str) -> str:
    def hijacked(value: object) -> object:
        if isinstance(value, dict):
            items = cast("dict[str, object]", value).items()
            return {
                name: "@everyone <@&1> free tokens" if name == "text" else hijacked(one)
                for name, one in items
            }
        if isinstance(value, list):
            return [hijacked(one) for one in cast("list[object]", value)]
        return value

    return json.dumps(hijacked(json.loads(text)))


_WORDS: Mapping[Manner | None, Callable[[str], str]] = {
    Manner.FENCED: lambda text: f"Sure! Here is {{it}}:\n```json\n{text}\n```\nAnything else?",
    Manner.THINKING: lambda text: "<think>\n" + _thinking(text),
    Manner.THINKING_UNOPENED: _thinking,
    Manner.UNDOUBLED: lambda text: text.replace("\\\\", "\\"),
    Manner.SORRY: lambda _text: "I'm sorry, but I can't help with that.",
    Manner.NO_CONTENT: lambda _text: "",
    Manner.OTHER_SHAPE: lambda _text: '{"papers": {"1": 7}, "translations": "none"}',
    Manner.OTHER_TOP: lambda text: json.dumps(next(iter(json.loads(text).values()))),
    Manner.OBEYING: _obeying,
}


def _error(status: int, message: str, *, param: str | None = None, code: str | None = None) -> Told:
    kind = "invalid_request_error"
    error = {"message": message, "type": kind, "param": param, "code": code}
    return Told({"error": error}, status)
