"""The sandbox's chat endpoint keeps to OpenAI's protocol, asked by hand."""

from collections.abc import AsyncGenerator
from typing import Any

import httpx
import pytest

from sandbox.arxiv.faults import FaultRule
from sandbox.providers.chat import ChatSandbox, Manner
from sandbox.providers.schema import mismatch, strict_problem

STRICT = {
    "type": "object",
    "properties": {"a": {"type": "array", "items": {"type": "integer"}}, "b": {"type": "string"}},
    "required": ["a", "b"],
    "additionalProperties": False,
}


@pytest.fixture
async def server() -> AsyncGenerator[ChatSandbox]:
    async with ChatSandbox(key="sk-1", refuses=["json_object"]) as sandbox:
        yield sandbox


async def ask(server: ChatSandbox, key: str = "sk-1", **changes: Any) -> httpx.Response:
    messages = [{"role": "user", "content": '{"sentences": {"1": "Cats sleep."}}'}]
    body = {"model": "tiny", "messages": messages} | changes
    async with httpx.AsyncClient() as client:
        return await client.post(
            f"{server.url}/v1/chat/completions",
            json=body,
            headers={"Authorization": f"Bearer {key}"},
        )


async def test_a_completion_has_openais_shape(server: ChatSandbox) -> None:
    said = (await ask(server)).json()
    assert (said["object"], said["model"]) == ("chat.completion", "tiny")
    (choice,) = said["choices"]
    assert choice["finish_reason"] == "stop"
    assert choice["message"]["role"] == "assistant"
    assert choice["message"]["content"] == (
        '{"translations": [{"sentence": 1, "text": "Cats sleep."}]}'
    )
    usage = said["usage"]
    assert usage["total_tokens"] == usage["prompt_tokens"] + usage["completion_tokens"]
    async with httpx.AsyncClient() as client:
        models = (await client.get(f"{server.url}/v1/models")).json()
        assert [model["id"] for model in models["data"]] == ["tiny"]
        assert (await client.get(f"{server.url}/elsewhere")).status_code == 404


@pytest.mark.parametrize(
    ("changes", "status", "said"),
    [
        ({"key": "sk-2"}, 401, "API key"),
        ({"model": "other"}, 404, "does not exist"),
        ({"messages": []}, 400, "messages"),
        ({"response_format": {"type": "json_object"}}, 400, "response_format"),
        (
            {"response_format": {"type": "json_schema", "json_schema": {"schema": {"type": 1}}}},
            400,
            "Invalid schema",
        ),
        (
            {"response_format": {"type": "json_schema", "json_schema": {"schema": STRICT}}},
            500,
            "broke its schema",
        ),
    ],
)
async def test_what_is_refused_is_told_in_openais_shape(
    server: ChatSandbox, changes: dict[str, Any], status: int, said: str
) -> None:
    answer = await ask(server, **changes)
    assert answer.status_code == status
    assert said in answer.json()["error"]["message"]
    assert server.answered == 0


async def test_manners_and_faults_are_used_once(server: ChatSandbox) -> None:
    server.manners.append(Manner.CUT)
    server.set_faults([FaultRule("/v1", status=503, headers={"Retry-After": "2"})])
    broken = await ask(server)
    assert (broken.status_code, broken.headers["Retry-After"]) == (503, "2")
    assert server.unused_faults() == []
    reasons = [(await ask(server)).json()["choices"][0]["finish_reason"] for _ in range(2)]
    assert reasons == ["length", "stop"]
    assert (len(server.asked), server.answered) == (3, 2)


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ({"a": [1], "b": "x"}, ""),
        ({"a": [True], "b": "x"}, "$.a[0] is no integer"),
        ({"a": [1]}, "$ has other properties"),
        ({"a": {}, "b": "x"}, "$.a is no array"),
        ([], "$ is no object"),
    ],
)
def test_values_are_held_against_their_schema(value: object, problem: str) -> None:
    assert mismatch(value, STRICT).startswith(problem)
    assert bool(mismatch(value, STRICT)) == bool(problem)


def test_strict_modes_want_closed_schemas() -> None:
    assert strict_problem(STRICT) == ""
    assert "additionalProperties" in strict_problem({**STRICT, "additionalProperties": True})
    assert "required" in strict_problem({**STRICT, "required": ["a"]})
    assert strict_problem({"type": "array"}) == "a schema is an object"
