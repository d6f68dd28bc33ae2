"""`paperboy check` on the services that summarize and translate."""

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from cli_stage import CliStage, Ran, cli_stage

from sandbox.arxiv.faults import FaultRule
from sandbox.providers.chat import ChatSandbox
from sandbox.providers.deepl import DeepLServer
from sandbox.providers.libretranslate import LibreTranslateServer


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncGenerator[CliStage]:
    async with cli_stage(tmp_path) as made:
        made.environ.pop("PAPERBOY_TRANSLATION_MEMORY", None)
        yield made


def _line(ran: Ran, subject: str) -> str:
    (line,) = [line for line in ran.out.splitlines() if line[8:20].strip() == subject]
    return " ".join(line.split())


async def test_without_any_service_nothing_is_said_of_them(stage: CliStage) -> None:
    ran = await stage.run("check")
    assert ran.code == 0, ran.said
    assert not any(name in ran.out for name in ("translator", "summaries", "budget"))


async def test_services_that_answer_and_a_budget_that_is_missing(stage: CliStage) -> None:
    async with ChatSandbox(key="sk-test") as chat, DeepLServer() as deepl:
        deepl.characters = 1234
        stage.environ |= {
            "PAPERBOY_SUMMARIZER": "model",
            "PAPERBOY_CHAT_URL": f"{chat.url}/v1",
            "PAPERBOY_CHAT_MODEL": "tiny",
            "PAPERBOY_CHAT_KEY": "sk-test",
            "PAPERBOY_DEEPL_KEY": deepl.key,
            "PAPERBOY_DEEPL_URL": deepl.url,
        }
        ran = await stage.run("check")
        assert ran.code == 0, ran.said
        assert _line(ran, "summaries") == "ok summaries tiny answers."
        assert "1,234 of 500,000 characters are used" in _line(ran, "translator")
        assert _line(ran, "budget").startswith("warning budget tiny may cost money")
        assert deepl.characters == 1234
        limited = await stage.run("check", budget_cost="1")
        assert "budget" not in limited.out
        assert "sk-test" not in ran.said + limited.said


@pytest.mark.parametrize("status", [401, 402, 404])
async def test_services_that_do_not_answer_are_named_with_what_to_do(
    stage: CliStage, status: int
) -> None:
    async with AsyncExitStack() as closing:
        chat = await closing.enter_async_context(ChatSandbox(key="sk-test"))
        libre = await closing.enter_async_context(LibreTranslateServer())
        for server in (chat, libre):
            server.set_faults([FaultRule(".", times=None, status=status, body=b"{}")])
        stage.environ |= {
            "PAPERBOY_SUMMARIZER": "model",
            "PAPERBOY_CHAT_URL": f"{chat.url}/v1",
            "PAPERBOY_CHAT_MODEL": "tiny",
            "PAPERBOY_LIBRETRANSLATE_URL": libre.url,
        }
        ran = await stage.run("check")
        assert ran.code == 1
        assert _line(ran, "summaries").startswith("failed summaries")
        assert "Look at PAPERBOY_CHAT_URL, PAPERBOY_CHAT_KEY" in _line(ran, "summaries")
        assert "Summaries are extracted meanwhile." in _line(ran, "summaries")
        assert "Look at PAPERBOY_LIBRETRANSLATE_URL" in _line(ran, "translator")
        assert ("and at the account" in _line(ran, "summaries")) is (status != 404)
        assert "Traceback" not in ran.said


async def test_models_of_this_machine_that_are_chosen_but_not_there(stage: CliStage) -> None:
    ran = await stage.run("check", translator="local")
    assert ran.code == 1
    assert "`paperboy models add LANGUAGE`" in _line(ran, "translator")


async def test_a_memory_that_cannot_be_read(stage: CliStage, tmp_path: Path) -> None:
    ran = await stage.run("check", translation_memory=str(tmp_path / "nowhere"))
    assert ran.code == 1
    assert "PAPERBOY_TRANSLATION_MEMORY" in _line(ran, "translator")
