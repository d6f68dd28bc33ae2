"""What of OpenAI's protocol a server takes, found out by what it refuses.

Servers differ: DeepSeek knows `json_object` but no schema, LM Studio the opposite, OpenAI's
reasoning models want `max_completion_tokens` and no `temperature`, some models' templates have no
system message. Such refusals cost nothing and come once: the form that works is remembered.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.errors import SourceUnavailable


class Format(StrEnum):
    """How the answer's shape is asked for. TEXT relies on the instructions alone."""

    SCHEMA = "json_schema"
    JSON = "json_object"
    TEXT = "text"


THOUGHTS, _MORE_THOUGHTS = 4096, 16_384
_PATH, _VERSIONED = "/chat/completions", "/v1/chat/completions"
_FORM_STATUSES = frozenset({400, 404, 405, 415, 422, 500, 501})
# A prompt that is too long is no question of form, although these errors name `max_tokens`.
_TOO_LONG = ("context length", "context window", "context size", "maximum context")
_FORMAT = (
    "response_format", "response format", "json_schema", "json schema", "json_object",
    "structured output", "structured_output", "grammar", "guided", "invalid schema",
    "additionalproperties",
)  # fmt: skip
# Models differ in how long an answer may be at most; this many tokens are enough for all tasks.
_MOST_ANSWERED, _LEAST_ANSWERED = 8192, 1024
_TOO_MUCH = ("too large", "at most", "valid range", "less than", "maximum")
_UNKNOWN = ("unsupported", "not support", "unrecognized", "unknown", "not permitted", "extra")


@dataclass(frozen=True, slots=True)
class Form:
    """How a request is written. `limit` is the field for the longest answer, empty for none, and
    `most` what it may hold at most."""

    path: str = _PATH
    format: Format = Format.SCHEMA
    limit: str = "max_tokens"
    most: int = _MOST_ANSWERED
    temperature: bool = True
    system: bool = True

    @property
    def thoughts(self) -> int:
        """How many tokens a model may think, which counts as answer."""
        return _MORE_THOUGHTS if self.limit == "max_completion_tokens" else THOUGHTS

    def body(
        self, model: str, system: str, user: str, schema: Mapping[str, object], limit: int
    ) -> dict[str, object]:
        """The request's JSON, for an answer of at most `limit` tokens that keeps to `schema`."""
        if self.system:
            messages = [{"role": "system", "content": system}, {"role": "user", "content": user}]
        else:
            messages = [{"role": "user", "content": f"{system}\n\n{user}"}]
        body: dict[str, object] = {"model": model, "messages": messages, "stream": False}
        if self.limit:
            body[self.limit] = min(limit, self.most)
        if self.temperature:
            body["temperature"] = 0
        if self.format is Format.SCHEMA:
            body["response_format"] = {
                "type": "json_schema",
                "json_schema": {"name": "answer", "strict": True, "schema": schema},
            }
        elif self.format is Format.JSON:
            body["response_format"] = {"type": "json_object"}
        return body

    def after(self, error: SourceUnavailable, *, versioned: bool) -> "Form | None":
        """The form to try after a refusal; None if the refusal is not about the form.

        `versioned` tells whether the base address ends with a version (`/v1`) already.
        """
        said = error.problem.casefold()
        if error.status not in _FORM_STATUSES or any(word in said for word in _TOO_LONG):
            return None
        if any(word in said for word in _FORMAT):
            if self.format is Format.TEXT:
                return None
            lower = Format.JSON if self.format is Format.SCHEMA else Format.TEXT
            return replace(self, format=lower)
        if self.limit and self.limit in said and any(word in said for word in _TOO_MUCH):
            lower = self.most // 2
            return replace(self, most=lower) if lower >= _LEAST_ANSWERED else None
        if "max_completion_tokens" in said and self.limit == "max_tokens":
            most = _MOST_ANSWERED + _MORE_THOUGHTS
            return replace(self, limit="max_completion_tokens", most=most)
        if self.limit and self.limit in said and any(word in said for word in _UNKNOWN):
            return replace(self, limit="")
        if self.temperature and "temperature" in said:
            return replace(self, temperature=False)
        if self.system and "system" in said and ("role" in said or "message" in said):
            return replace(self, system=False)
        if error.status in {404, 405} and self.path == _PATH and not versioned:
            about_model = "model" in said.removeprefix("it does not know the address or the model")
            return None if about_model else replace(self, path=_VERSIONED)
        return None
