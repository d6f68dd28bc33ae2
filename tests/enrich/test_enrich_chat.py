"""The chat endpoint: what servers take, what their answers look like, what is counted."""

import asyncio
import json
from dataclasses import replace
from pathlib import Path

import pytest
from chat_stage import chatting, memory, task

from bot.enrich.chat import ChatClient
from bot.errors import AnswerLost, SourceError, SourceGarbled, SourceRefused, SourceUnavailable
from bot.models import Usage
from sandbox.arxiv.faults import FaultRule
from sandbox.providers.chat import Manner

GOOD = {"translations": [{"sentence": 1, "text": "Cats sleep."}]}
KEY = "sk-very-secret"


async def failure(chat: ChatClient) -> SourceError:
    with pytest.raises(SourceError) as caught:
        await chat.ask(task())
    assert KEY not in str(caught.value)
    return caught.value


async def test_a_task_is_answered_and_paid_for() -> None:
    async with chatting(key=KEY, server_key=KEY, price_in="0.5", price_out="2") as on:
        assert await on.chat.ask(task()) == GOOD
        (body,) = on.bodies
        ((provider, usage),) = on.meter.usages
    assert on.chat.paid
    assert provider == on.chat.name == "tiny"
    assert usage.characters == len("Cats sleep.")
    assert usage.cost == round(usage.tokens_in * 0.5 + usage.tokens_out * 2) > 0
    assert (body["model"], body["temperature"], body["stream"]) == ("tiny", 0, False)
    assert body["response_format"]["type"] == "json_schema"
    assert 0 < body["max_tokens"] < 8192
    assert json.loads(body["messages"][1]["content"]) == {"sentences": {"1": "Cats sleep."}}


async def test_an_endpoint_without_key_and_price_is_free() -> None:
    async with chatting() as on:
        assert await on.chat.ask(task()) == GOOD
        assert not on.chat.paid
        assert "Authorization" not in on.server.asked[0].headers
        assert on.meter.usages[0][1].cost == 0


@pytest.mark.parametrize(
    ("base", "bases"),
    [
        ("/v1", ["/v1"]),
        ("/v1/", ["/v1"]),
        ("/v1/chat/completions", ["/v1"]),
        ("", [""]),
        ("", ["/v1"]),
        ("/openai", ["/openai/v1"]),
        ("/api/v4", ["/api/v4"]),
    ],
)
async def test_the_address_may_have_a_version_or_not(base: str, bases: list[str]) -> None:
    async with chatting(base=base, bases=bases) as on:
        assert await on.chat.ask(task()) == GOOD
        asked = len(on.server.asked)
        await on.chat.ask(task())
        assert len(on.server.asked) == asked + 1
        assert asked <= 2
        assert len(on.meter.usages) == 2


@pytest.mark.parametrize(
    ("refuses", "requests"),
    [
        (["json_schema"], 2),
        (["json_object", "json_schema"], 3),
        (["response_format"], 3),
        (["max_tokens"], 2),
        (["temperature"], 2),
        (["system"], 2),
        (["response_format", "max_tokens", "temperature", "system"], 6),
    ],
)
async def test_what_a_server_does_not_take_is_found_out_once(
    refuses: list[str], requests: int
) -> None:
    async with chatting(refuses=refuses) as on:
        assert await on.chat.ask(task()) == GOOD
        assert len(on.server.asked) == requests
        assert await on.chat.ask(task()) == GOOD
        assert len(on.server.asked) == requests + 1
        last = on.bodies[-1]
        assert on.server.answered == len(on.meter.usages) == 2
    assert ("max_completion_tokens" in last) == ("max_tokens" in refuses)
    assert ("temperature" in last) == ("temperature" not in refuses)
    assert (last["messages"][0]["role"] == "system") == ("system" not in refuses)
    if "response_format" in refuses:
        assert "response_format" not in last


async def test_requests_at_the_same_time_find_out_together() -> None:
    async with chatting(refuses=["response_format", "temperature"], concurrency="8") as on:
        assert await asyncio.gather(*(on.chat.ask(task()) for _ in range(8))) == [GOOD] * 8
        assert len(on.server.asked) <= 8 * 4
        assert on.server.answered == len(on.meter.usages) == 8
        await on.chat.ask(task())
        assert "temperature" not in on.bodies[-1]
        assert "response_format" not in on.bodies[-1]


async def test_a_prompt_that_is_too_long_changes_no_form() -> None:
    said = (
        b'{"error": {"message": "\'max_tokens\' or \'max_completion_tokens\' is too large: 9. This '
        b"model's maximum context length is 8 tokens.\"}}"
    )
    async with chatting() as on:
        on.server.set_faults([FaultRule("/", status=400, body=said)])
        assert (await failure(on.chat)).status == 400
        assert len(on.server.asked) == 1
        await on.chat.ask(task())
        assert "max_tokens" in on.bodies[-1]


async def test_a_limit_that_is_too_large_is_lowered_until_it_is_taken() -> None:
    said = b'{"error": {"message": "Invalid max_tokens value, the valid range is [1, 4096]"}}'
    async with chatting(window="100000") as on:
        on.server.set_faults([FaultRule("/", status=400, body=said)])
        assert await on.chat.ask(replace(task(), answer_tokens=4000)) == GOOD
        await on.chat.ask(replace(task(), answer_tokens=4000))
        assert [body["max_tokens"] for body in on.bodies] == [8192, 4096, 4096]
        on.server.set_faults([FaultRule("/", status=400, body=said, times=None)])
        assert (await failure(on.chat)).status == 400
        assert len(on.server.asked) < 8


async def test_a_model_that_is_not_there_is_told() -> None:
    async with chatting(model="other", base="") as on:
        assert (await failure(on.chat)).status == 404
    async with chatting(model="other") as on:
        error = await failure(on.chat)
        assert len(on.server.asked) == 1
    assert "'other' does not exist" in error.problem


async def test_lm_studios_unknown_path_is_found_out_too() -> None:
    said = b'{"error": "Unexpected endpoint or method. (POST /chat/completions)"}'
    async with chatting(base="") as on:
        on.server.set_faults([FaultRule("^/chat", status=200, body=said)])
        assert await on.chat.ask(task()) == GOOD
        assert len(on.meter.usages) == 1


@pytest.mark.parametrize(
    "manner",
    [Manner.FENCED, Manner.THINKING, Manner.THINKING_UNOPENED, Manner.PARTS],
)
async def test_the_answer_is_found_however_it_comes(manner: Manner) -> None:
    async with chatting() as on:
        on.server.manners.append(manner)
        assert await on.chat.ask(task()) == GOOD


@pytest.mark.parametrize(
    ("manner", "problem"),
    [
        (Manner.CUT, "cut at its limit"),
        (Manner.FILTERED, "content filter"),
        (Manner.DECLINED, "declined: I can't help"),
        (Manner.SORRY, "no JSON in the answer: I'm sorry"),
        (Manner.NO_CHOICES, "another shape"),
        (Manner.NO_CONTENT, "empty"),
    ],
)
async def test_answers_without_use_are_paid_once_and_not_asked_again(
    manner: Manner, problem: str
) -> None:
    async with chatting() as on:
        on.server.manners.append(manner)
        error = await failure(on.chat)
        assert len(on.server.asked) == on.server.answered == len(on.meter.usages) == 1
        assert on.meter.usages[0][1].tokens_in > 0
    assert isinstance(error, SourceGarbled)
    assert problem in error.problem


async def test_an_error_with_200_is_an_error_and_not_billed() -> None:
    async with chatting() as on:
        on.server.manners.append(Manner.ERROR_WITH_200)
        error = await failure(on.chat)
        assert isinstance(error, SourceUnavailable)
        assert (len(on.server.asked), on.meter.usages) == (1, [])
    assert "Model unloaded." in error.problem


@pytest.mark.parametrize(
    ("rule", "error", "requests"),
    [
        (FaultRule("/", times=None, status=401), SourceRefused, 1),
        (FaultRule("/", times=None, status=402), SourceRefused, 1),
        (FaultRule("/", times=None, status=429), SourceUnavailable, 3),
        (
            FaultRule("/", times=None, status=429, headers={"Retry-After": "5"}),
            SourceUnavailable,
            3,
        ),
        (
            FaultRule("/", times=None, status=429, headers={"Retry-After": "900"}),
            SourceUnavailable,
            1,
        ),
        (FaultRule("/", times=None, status=500), SourceUnavailable, 3),
        (FaultRule("/", times=None, status=503), SourceUnavailable, 3),
        (FaultRule("/", times=None, body=b"<html>Sign in</html>"), SourceGarbled, 1),
    ],
)
async def test_what_was_not_answered_costs_nothing(
    rule: FaultRule, error: type[SourceError], requests: int
) -> None:
    async with chatting(price_in="1") as on:
        on.server.set_faults([rule])
        assert type(await failure(on.chat)) is error
        assert (len(on.server.asked), on.meter.usages) == (requests, [])
        on.server.set_faults([])
        assert await on.chat.ask(task()) == GOOD


@pytest.mark.parametrize(
    ("rule", "error"),
    [
        (FaultRule("/", times=None, hang=True), AnswerLost),
        (FaultRule("/", times=None, drop=True), AnswerLost),
        (FaultRule("/", times=None, drop=True, truncate=40), AnswerLost),
        (FaultRule("/", times=None, truncate=40), SourceGarbled),
        (FaultRule("/", times=None, body=b"["), SourceGarbled),
        (FaultRule("/", times=None, body=b"[1, 2]"), SourceGarbled),
        (FaultRule("/", times=None, body=b'{"choices": 7}'), SourceGarbled),
        (FaultRule("/", times=None, body=b'{"choices": [{"message": []}]}'), SourceGarbled),
        (FaultRule("/", times=None, status=200, body=b""), SourceGarbled),
        (FaultRule("/", times=None, body=b'"' + b"x" * (10 * 2**20) + b'"'), SourceGarbled),
    ],
    ids=["hanging", "cut", "cut midway", "half", "invalid", "list", "number", "list 2", "empty",
         "10 MB"],
)  # fmt: skip
async def test_what_may_have_been_billed_is_counted_and_not_asked_again(
    rule: FaultRule, error: type[SourceError]
) -> None:
    async with chatting(timeout="0.5", price_in="1") as on:
        on.server.set_faults([rule])
        assert type(await failure(on.chat)) is error
        assert len(on.server.asked) == len(on.meter.usages) == 1
        assert on.meter.usages[0][1].cost > 0


@pytest.mark.parametrize("usage", [None, {"prompt_tokens": -1}, {"prompt_tokens": "7"}, [], 10**12])
async def test_without_a_usage_tokens_are_guessed(usage: object) -> None:
    answer = {"choices": [{"message": {"content": json.dumps(GOOD)}}], "usage": usage}
    async with chatting() as on:
        on.server.set_faults([FaultRule("/", body=json.dumps(answer).encode())])
        assert await on.chat.ask(task()) == GOOD
        ((_, guessed),) = on.meter.usages
        assert await on.chat.ask(task()) == GOOD
        told = on.meter.usages[1][1]
    assert isinstance(guessed, Usage)
    assert told.tokens_in <= guessed.tokens_in < 5 * told.tokens_in + 100
    assert told.tokens_out <= guessed.tokens_out


async def test_what_nobody_waits_for_any_longer_is_counted() -> None:
    async with chatting() as on:
        on.server.set_faults([FaultRule("/", hang=True)])
        waiting = asyncio.create_task(on.chat.ask(task()))
        await on.server.arrived.wait()
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        assert waiting.cancelled()
        ((_, usage),) = on.meter.usages
    assert usage.tokens_in > 0


async def test_an_error_may_be_nested_as_deeply_as_json_may() -> None:
    async with chatting() as on:
        for depth in range(900, 1000):
            # From this size on it is read on a thread, whose stack has more room than the loop's.
            body = b'{"error": {"a": ' + b"[" * depth + b"]" * depth + b"}}" + b" " * 40_000
            on.server.set_faults([FaultRule("/", body=body)])
            assert isinstance(await failure(on.chat), SourceError)


async def test_a_japanese_answer_arrives_whole(tmp_path: Path) -> None:
    async with chatting(memory(tmp_path)) as on:
        said = await on.chat.ask(task())
    assert said == {"translations": [{"sentence": 1, "text": "猫は眠る。"}]}
