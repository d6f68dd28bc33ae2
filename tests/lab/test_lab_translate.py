"""`lab translate` by a translation memory and by a service on loopback."""

import asyncio
import signal
from pathlib import Path

import pytest
from lab_stage import (
    ROOT,
    answered,
    ended,
    environment,
    is_empty,
    lab,
    lines,
    sample_paper,
    started,
)
from local_models import argos_folder

from bot.exits import Exit
from bot.text.sentences import sentence_texts
from sandbox.arxiv.faults import FaultRule
from sandbox.providers.libretranslate import LibreTranslateServer

_MEMORY = {"translation_memory": str(ROOT / "sandbox/arxiv/translations")}
_CATS = {
    "id": "cats",
    "title": "Cats",
    "abstract": "The cats sleep. The dogs run.",
    "language": "ja",
}


async def test_papers_become_sentence_pairs(tmp_path: Path) -> None:
    paper = sample_paper()
    forms = {"ja": "ja", "ja-JP": "ja", "zh": "zh-CN", "zh_Hans": "zh-CN", "zh-CN": "zh-CN"}
    records = [{**paper, "id": form, "language": form, "more": 1} for form in forms]
    ran = await lab(environment(tmp_path, **_MEMORY), "translate", given=lines(records))
    assert (ran.code, ran.err) == (Exit.OK, "")
    assert {answer["id"]: answer["language"] for answer in ran.answers} == forms
    for answer in ran.answers:
        assert set(answer) == {
            *("id", "language", "provider", "verdict", "findings", "title", "sentences")
        }
        assert answer["provider"] == "translation memory"
        assert answer["verdict"] in {"pass", "warn"}
        assert answer["title"]["source"] == paper["title"]
        assert answer["title"]["target"] not in {"", paper["title"]}
        pairs = answer["sentences"]
        assert [pair["source"] for pair in pairs] == sentence_texts(paper["abstract"])
        assert all(pair["target"] for pair in pairs)
    assert is_empty(tmp_path)


async def test_what_is_missing_in_a_record(tmp_path: Path) -> None:
    paper = sample_paper()
    records = [
        {"id": 1, "abstract": paper["abstract"], "language": "ja"},
        {"id": 2, "title": paper["title"], "abstract": "", "language": "ja"},
        {"id": 3, "abstract": " ", "language": "ja"},
        {"id": 4, "title": "Unheard Of", "abstract": "Nobody ever said so.", "language": "ja"},
    ]
    ran = await lab(environment(tmp_path, **_MEMORY), "translate", given=lines(records))
    assert ran.code == Exit.OK
    untitled, bare, empty, unknown = ran.answers
    assert untitled["title"] is None
    assert untitled["sentences"]
    assert bare["title"]["target"]
    assert bare["sentences"] == empty["sentences"] == empty["findings"] == []
    assert empty["verdict"] == "pass"
    assert unknown["verdict"] == "fail"
    assert [one["kind"] for one in unknown["findings"]] == ["nothing"]
    assert unknown["sentences"] == [{"source": "Nobody ever said so.", "target": ""}]


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"language": "ko"}, "translation memory does not offer 'ko'; it offers ja, zh-CN"),
        ({"language": "tlh"}, "\"language\" is 'tlh'; known are"),
        ({"language": None}, '"language" is not a text'),
        ({"title": 7}, '"title" is not a text'),
    ],
)
async def test_a_wrong_record_ends_it_after_what_came_before(
    tmp_path: Path, change: dict[str, object], problem: str
) -> None:
    records = [{**_CATS, "id": at} for at in range(2)]
    given = lines([*records, {**_CATS, **change}, _CATS])
    ran = await lab(environment(tmp_path, **_MEMORY), "translate", given=given)
    assert (ran.code, [answer["id"] for answer in ran.answers]) == (Exit.USAGE, [0, 1])
    assert ran.err.startswith(f"paperboy lab: line 3: {problem}")


async def test_without_a_provider_it_says_what_to_set(tmp_path: Path) -> None:
    ran = await lab(environment(tmp_path, translator="none"), "translate", given=lines([_CATS]))
    assert (ran.code, ran.out) == (Exit.SETTINGS, "")
    assert "PAPERBOY_TRANSLATOR" in ran.err
    assert ran.err.count("\n") == 1
    ran = await lab(environment(tmp_path), "translate", given=lines([_CATS]))  # no local model
    assert (ran.code, ran.out) == (Exit.SETTINGS, "")
    memory = environment(tmp_path, translation_memory=str(tmp_path / "nowhere"))
    ran = await lab(memory, "translate", given=lines([_CATS]))
    assert (ran.code, ran.out) == (Exit.SETTINGS, "")
    assert "PAPERBOY_TRANSLATION_MEMORY" in ran.err


async def test_a_server_says_itself_what_it_offers(tmp_path: Path) -> None:
    async with LibreTranslateServer(targets=("de", "zh-Hans")) as server:
        environ = environment(tmp_path, libretranslate_url=server.url)
        given = lines([{**_CATS, "language": "zh"}, _CATS])
        ran = await lab(environ, "translate", given=given)
    assert (ran.code, [answer["language"] for answer in ran.answers]) == (Exit.USAGE, ["zh-CN"])
    problem = "line 2: LibreTranslate does not offer 'ja'; it offers zh-CN, de"
    assert ran.err == f"paperboy lab: {problem}\n"


async def test_a_service_that_fails_for_one_record_does_not_end_it(tmp_path: Path) -> None:
    async with LibreTranslateServer() as server:
        environ = environment(tmp_path, libretranslate_url=server.url)
        async with started(environ, "translate") as process:
            assert (await answered(process, _CATS))["provider"] == "LibreTranslate"
            server.set_faults([FaultRule("/translate", status=400, body=b"{}")])
            failed = await answered(process, {**_CATS, "id": 2})
            after = await answered(process, {**_CATS, "id": 3})
            assert process.stdin is not None
            process.stdin.close()
            ran = await ended(process)
    assert ran.code == Exit.OK
    assert (failed["id"], failed["verdict"], failed["findings"]) == (2, "fail", [])
    assert failed["error"].startswith("LibreTranslate: ")
    assert failed["sentences"][0] == {"source": "The cats sleep.", "target": ""}
    assert after["id"] == 3
    assert "error" not in after
    assert "猫" in after["sentences"][0]["target"]


async def test_a_refused_key_is_told_in_every_answer(tmp_path: Path) -> None:
    async with LibreTranslateServer("right") as server:
        environ = environment(
            tmp_path, libretranslate_url=server.url, libretranslate_key="wrong-key-5512"
        )
        given = lines([{**_CATS, "id": at} for at in range(40)])
        ran = await lab(environ, "translate", given=given)
        asked = [one for one in server.asked if one.path == "/translate"]
    assert (ran.code, [answer["id"] for answer in ran.answers]) == (Exit.OK, [*range(40)]), ran.err
    assert all(answer["verdict"] == "fail" and answer["error"] for answer in ran.answers)
    assert "wrong-key-5512" not in ran.out + ran.err
    assert len(asked) <= 4  # those at the same time; then it is left alone


async def test_ctrl_c_ends_a_call_that_hangs(tmp_path: Path) -> None:
    async with LibreTranslateServer() as server:
        environ = environment(tmp_path, libretranslate_url=server.url)
        async with started(environ, "translate") as process:
            first = await answered(process, _CATS)
            server.set_faults([FaultRule("/translate", hang=True)])
            server.arrived.clear()
            assert process.stdin is not None
            process.stdin.write(lines([{**_CATS, "id": 2}]))
            await asyncio.wait_for(server.arrived.wait(), 30)
            process.send_signal(signal.SIGINT)
            ran = await ended(process)
    assert first["id"] == "cats"
    assert (ran.code, ran.out, ran.err) == (Exit.INTERRUPTED, "", "")


async def test_a_model_on_this_machine(tmp_path: Path) -> None:
    models = tmp_path / "models"
    argos_folder(models)
    async with started(environment(tmp_path), "translate") as process:
        answer = await answered(process, _CATS)
        process.send_signal(signal.SIGINT)
        ran = await ended(process)
    assert answer["sentences"][0]["target"] != ""
    assert (ran.code, ran.out, ran.err) == (Exit.INTERRUPTED, "", "")
