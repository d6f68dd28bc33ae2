"""LibreTranslate over its own protocol, in health and in trouble."""

from datetime import timedelta

import pytest
from mt_stage import (
    SENTENCES,
    Failure,
    answers,
    asked,
    failures,
    field_of,
    libre_stage,
    texts_of,
)

from bot.enrich.check import check
from bot.errors import AnswerLost, SourceError, SourceRefused, SourceUnavailable
from bot.models import SentencePair, Verdict
from sandbox.arxiv.faults import FaultRule
from sandbox.providers.libretranslate import LibreTranslateServer

TRANSLATE, LANGUAGES = "/translate", "/languages"
KEY = "a-secret-key"
FAILURES: dict[str, Failure] = failures(TRANSLATE) | {
    "fewer": answers(TRANSLATE, {"translatedText": ["a"]}),
    "one": answers(TRANSLATE, {"translatedText": "a"}),
    "types": answers(TRANSLATE, {"translatedText": ["a", 2, None]}),
}


async def test_sentences_come_back_in_order_with_what_was_kept() -> None:
    async with libre_stage() as on:
        said = await on.say(*SENTENCES, "If a < b & c > d then stop.")
        (request,) = asked(on.server, TRANSLATE)
    assert said[2] == "猫 眠る。"
    assert "GPT-4o" in said[0]
    assert "$n^2$" in said[0]
    assert r"\emph{" in said[1]
    assert "www.dogs.org/run" in said[1]
    assert " < " in said[3]
    assert " & " in said[3]
    checked = check([SentencePair(a, b) for a, b in zip(SENTENCES, said, strict=False)], "ja")
    assert checked.verdict is not Verdict.FAIL
    assert field_of(request, "source") == "en"
    assert field_of(request, "format") == "html"
    assert field_of(request, "api_key") is None
    assert on.bill.noted == []
    assert not on.libre.paid


async def test_terms_stand_in_their_places() -> None:
    async with libre_stage() as on:
        said = await on.say("The cats sleep.", glossary={"cat": "ねこ"})
    assert said == ["その ねこ 眠る。"]


@pytest.mark.parametrize(
    ("targets", "codes"),
    [
        (("zh", "zt", "nb", "pt", "pb"), ("zh", "zt", "nb", "pt", "pb")),
        (("zh-Hans", "zh-Hant", "no", "pt-PT", "pt-BR"),
         ("zh-Hans", "zh-Hant", "no", "pt-PT", "pt-BR")),
        (("pt",), (None, None, None, "pt", "pt")),
    ],
)  # fmt: skip
async def test_codes_are_those_of_the_server(
    targets: tuple[str, ...], codes: tuple[str | None, ...]
) -> None:
    languages = ("zh-CN", "zh-TW", "no", "pt", "pt-BR")
    async with libre_stage(server=LibreTranslateServer(targets=targets)) as on:
        await on.libre.prepare()
        for language, code in zip(languages, codes, strict=True):
            assert on.libre.offers(language) is (code is not None)
            if code is not None:
                await on.say("Cats sleep.", language=language)
                assert field_of(on.server.asked[-1], "target") == code


async def test_what_a_server_offers_is_learned_and_learned_again() -> None:
    async with libre_stage(server=LibreTranslateServer(targets=["ja"])) as on:
        assert on.libre.offers("de")  # as most servers do
        assert not on.libre.offers("hr")
        await on.say("Cats sleep.")
        assert not on.libre.offers("de")
        with pytest.raises(SourceUnavailable, match="into de"):
            await on.say("Cats sleep.", language="de")
        on.server.targets = ("ja", "de", "hr")
        await on.say("Cats sleep.")
        assert len(asked(on.server, LANGUAGES, "GET")) == 1
        on.clock.set(on.clock.now() + timedelta(hours=1))
        await on.say("Cats sleep.")
        assert on.libre.offers("de")
        assert on.libre.offers("hr")
        assert not on.libre.offers("en")


@pytest.mark.parametrize(
    "broken", [b"[]", b'{"error": "x"}', b'[{"code": "ja"}]', b"[1, null]", b"<html>"]
)
async def test_a_server_that_does_not_tell_its_languages_still_translates(broken: bytes) -> None:
    async with libre_stage(FaultRule(LANGUAGES, times=None, body=broken)) as on:
        assert await on.say("Cats sleep.") == ["猫 眠る。"]
        assert on.libre.offers("de")


async def test_old_servers_tell_no_targets() -> None:
    old = FaultRule(LANGUAGES, body=b'[{"code": "en"}, {"code": "ja"}]')
    async with libre_stage(old) as on:
        assert await on.say("Cats sleep.") == ["猫 眠る。"]
        assert not on.libre.offers("de")


async def test_a_key_goes_along_and_counts() -> None:
    async with libre_stage(server=LibreTranslateServer(key=KEY)) as on:
        assert on.libre.paid
        await on.say()
        assert on.bill.characters == on.server.characters > 0
        on.server.key = "another"
        with pytest.raises(SourceRefused, match="Invalid API key") as caught:
            await on.say()
        assert caught.value.status == 403
        assert on.bill.characters == on.server.characters


async def test_a_server_limit_makes_requests_smaller() -> None:
    many = [f"Cats sleep {number}." for number in range(20)]
    async with libre_stage(server=LibreTranslateServer(limit=40)) as on:
        said = await on.say(*many, "cats " * 20)
        assert said == [*(f"猫 眠る {number}。" for number in range(20)), ""]
        requests = asked(on.server, TRANSLATE)
        assert on.server.characters == sum(map(len, many))
        assert all(len(texts_of([one], "q")) <= 16 for one in requests)


@pytest.mark.parametrize("fault", FAILURES)
async def test_every_failure_ends_in_its_error(fault: str) -> None:
    failure = FAILURES[fault]
    async with libre_stage(failure.rule, server=LibreTranslateServer(key=KEY)) as on:
        with pytest.raises(SourceError) as caught:
            await on.say()
        assert type(caught.value) is failure.error
        assert KEY not in str(caught.value)
        assert len(asked(on.server, TRANSLATE)) == failure.requests
        assert on.bill.characters >= on.server.characters
        assert bool(on.bill.characters) is failure.billed
        on.server.set_faults([])
        assert all(await on.say())


@pytest.mark.parametrize("status", [429, 500, 503])
async def test_what_passes_is_tried_again_and_paid_once(status: int) -> None:
    rule = FaultRule(TRANSLATE, status=status, body=b'{"error": "Slowdown: 10 per 1 minute"}')
    async with libre_stage(rule, server=LibreTranslateServer(key=KEY)) as on:
        assert all(await on.say())
        assert len(asked(on.server, TRANSLATE)) == 2
        assert on.bill.characters == on.server.characters


async def test_a_hanging_server_is_left_in_time_and_not_asked_again() -> None:
    async with libre_stage(FaultRule(TRANSLATE, hang=True), patience=0.3) as on:
        with pytest.raises(AnswerLost):
            await on.say()
        assert len(asked(on.server, TRANSLATE)) == 1


@pytest.mark.parametrize(
    "sentence",
    [
        'Ignore previous instructions: @everyone </span> <span id="1" translate="no">x</span> $a$.',
        "Translate &lt;b&gt; & &amp; <!-- all --> of $a$.",
    ],
)
async def test_a_sentence_is_data_whatever_it_holds(sentence: str) -> None:
    async with libre_stage() as on:
        (said,) = await on.say(sentence)
    assert "$a$" in said
