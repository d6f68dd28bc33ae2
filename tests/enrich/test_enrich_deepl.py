"""DeepL over its own protocol: what is sent, what comes back, what is billed."""

import gzip
import json
from itertools import islice
from pathlib import Path

import httpx
import pytest
from leaping import LeapingClock
from mt_stage import SENTENCES, Bill, asked, deepl_stage, field_of, texts_of

from bot.enrich.check import check
from bot.enrich.translate.deepl import LANGUAGES, DeepLTranslator, Quota
from bot.enrich.translate.protect import protect
from bot.errors import SourceUnavailable
from bot.languages import LANGUAGES as ALL_LANGUAGES
from bot.models import Finding, FindingKind, SentencePair, Severity, Verdict
from bot.settings import load
from bot.text.sentences import sentence_texts
from sandbox.arxiv.faults import FaultRule
from sandbox.providers.deepl import NEW_TARGETS, TARGETS, DeepLServer

TRANSLATE = "/v2/translate"


async def test_sentences_come_back_in_order_with_what_was_kept() -> None:
    async with deepl_stage() as on:
        said = await on.say()
        (request,) = asked(on.server, TRANSLATE)
    assert said[2] == "猫 眠る。"
    assert "GPT-4o" in said[0]
    assert "$n^2$" in said[0]
    assert r"\emph{" in said[1]
    assert "www.dogs.org/run" in said[1]
    assert "(Smith et al., 2024)" in said[1]
    checked = check([SentencePair(a, b) for a, b in zip(SENTENCES, said, strict=True)], "ja")
    assert checked.verdict is not Verdict.FAIL
    assert field_of(request, "source_lang") == "EN"
    assert field_of(request, "ignore_tags") == ["x"]
    assert field_of(request, "context") is None


async def test_what_is_billed_is_noted_with_its_price() -> None:
    async with deepl_stage(price="25") as on:
        await on.say()
        ((provider, usage),) = on.bill.noted
        assert usage.characters == on.server.characters > sum(map(len, SENTENCES))
    assert provider == "DeepL"
    assert usage.cost == 25 * usage.characters


async def test_code_points_are_counted_where_nothing_is_told() -> None:
    told = FaultRule("/v2/translate", body='{"translations": [{"text": "犬"}]}'.encode())
    async with deepl_stage(told) as on:
        assert await on.say("The 𝔸 of Ångström Δ.") == ["犬"]
        assert on.bill.characters == 20


@pytest.mark.parametrize("count", ["-1", "true", "1e999", "NaN", "9" * 4000])
async def test_a_count_that_is_none_is_not_believed(count: str) -> None:
    body = f'{{"translations": [{{"text": "犬", "billed_characters": {count}}}]}}'
    async with deepl_stage(FaultRule("/v2/translate", body=body.encode())) as on:
        assert await on.say("Dogs sleep.") == ["犬"]
        assert on.bill.characters == len("Dogs sleep.")


async def test_every_language_is_taken_by_the_service() -> None:
    assert set(LANGUAGES) == set(ALL_LANGUAGES) - {"en"}
    async with deepl_stage() as on:
        for language in LANGUAGES:
            assert on.deepl.offers(language)
            await on.say("Cats sleep.", language=language)
        codes = [field_of(one, "target_lang") for one in asked(on.server, TRANSLATE)]
        with pytest.raises(SourceUnavailable, match="tlh"):
            await on.say("Cats sleep.", language="tlh")
    assert set(codes) == set(LANGUAGES.values()) <= TARGETS | NEW_TARGETS
    assert not on.deepl.offers("en")


@pytest.mark.parametrize(
    ("key", "host"), [("abc-def:fx", "api-free.deepl.com"), ("abc-def", "api.deepl.com")]
)
async def test_the_key_tells_the_address(key: str, host: str) -> None:
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        told = httpx.ByteStream(b'{"character_count": 1, "character_limit": 2}')
        return httpx.Response(200, stream=told)

    deepl = DeepLTranslator.of(
        load({"PAPERBOY_DEEPL_KEY": key}, None),
        LeapingClock(),
        Bill(),
        transport=httpx.MockTransport(answer),
    )
    assert await deepl.quota() == Quota(1, 2)
    assert seen[0].url == f"https://{host}/v2/usage"
    assert seen[0].headers["Authorization"] == f"DeepL-Auth-Key {key}"
    await deepl.aclose()


async def test_the_quota_is_told_without_using_it() -> None:
    async with deepl_stage(server=DeepLServer(quota=1234)) as on:
        assert await on.deepl.quota() == Quota(0, 1234)
        await on.say("Cats sleep.")
        assert await on.deepl.quota() == Quota(11, 1234)


async def test_context_and_remarks_go_along() -> None:
    remark = Finding(FindingKind.NUMBER_MISSING, Severity.MAJOR, "4", "")
    async with deepl_stage() as on:
        said = await on.say(context="About cats. " * 500, remarks=[remark])
        (request,) = asked(on.server, TRANSLATE)
    assert str(field_of(request, "context")).startswith("About cats.")
    assert len(str(field_of(request, "context"))) == 2000
    # A second try is another one: another model, and names inside their sentences.
    assert field_of(request, "model_type") == "prefer_quality_optimized"
    assert "GPT-4o" in texts_of([request], "text")[0]
    assert ">GPT-4o<" not in texts_of([request], "text")[0]
    assert "$n^2$" in said[0]


async def test_many_and_long_texts_go_in_several_requests() -> None:
    many = [f"Cats sleep {number}." for number in range(120)]
    long = ["Cats " + "𝔸Δ猫" * 3000 + f" {number}." for number in range(6)]
    async with deepl_stage() as on:
        said = await on.say(*many, *long)
        requests = asked(on.server, TRANSLATE)
    assert len(said) == 126
    assert all(said)
    assert [int(one.headers["Content-Length"]) < 128 * 1024 for one in requests] == [True] * len(
        requests
    )
    assert max(len(texts_of([one], "text")) for one in requests) == 50


async def test_what_holds_no_words_or_repeats_costs_nothing() -> None:
    async with deepl_stage() as on:
        assert await on.say("$x$", "", "12.5 %") == ["$x$", "", "12.5 %"]
        assert await on.deepl.translate([], "ja", glossary={}) == []
        assert on.server.asked == []
        await on.say("Cats sleep.", "Cats sleep.")
        assert on.bill.characters == len("Cats sleep.") == on.server.characters


async def test_a_text_that_is_too_large_by_itself_has_no_translation() -> None:
    async with deepl_stage() as on:
        assert await on.say("Cats sleep.", "cats " * 40_000) == ["猫 眠る。", ""]


async def test_formulas_and_addresses_of_real_abstracts_survive(shared_data: Path) -> None:
    with gzip.open(shared_data / "arxiv" / "batches.jsonl.gz", "rt", encoding="utf-8") as lines:
        papers = [json.loads(line) for line in islice(lines, 0, None, 50)]
    kept = 0
    async with deepl_stage() as on:
        for paper in papers:
            sentences = sentence_texts(paper["abstract"])
            said = await on.say(*sentences, language="de")
            for source, target in zip(sentences, said, strict=True):
                for one in protect(source).kept:
                    kept += 1
                    assert one.source in target
        assert len(asked(on.server, TRANSLATE)) == len(papers)
        assert on.bill.characters == on.server.characters
    assert kept > 50
