"""A server's terms at DeepL: glossaries made once, found again, given up in time."""

import asyncio

import pytest
from mt_stage import asked, deepl_client, deepl_stage, field_of

from sandbox.arxiv.faults import FaultRule
from sandbox.providers.deepl import DeepLServer

GLOSSARIES, TRANSLATE = "/v2/glossaries", "/v2/translate"
TERMS = {"cat": "ねこ", "dog": "いぬ"}


async def test_a_glossary_is_made_once_and_used() -> None:
    async with deepl_stage() as on:
        assert await on.say("Cats sleep.", glossary=TERMS) == ["ねこ 眠る。"]
        again = dict(reversed(TERMS.items()))
        assert await on.say("Dogs run.", glossary=again) == ["いぬ 走る。"]
        assert len(asked(on.server, GLOSSARIES)) == 1
        (made,) = on.server.glossaries.values()
        assert made.entries == TERMS
        assert await on.say("Cats sleep.", glossary={}) == ["猫 眠る。"]


async def test_it_is_found_after_a_restart() -> None:
    async with deepl_stage() as on:
        await on.say("Cats sleep.", glossary=TERMS)
        later = deepl_client(on.server, on.clock, on.bill)
        said = await later.translate(["Cats sleep."], "ja", glossary=TERMS)
        await later.aclose()
        assert said == ["ねこ 眠る。"]
        assert len(on.server.glossaries) == 1


async def test_other_terms_and_languages_are_other_glossaries() -> None:
    async with deepl_stage() as on:
        await on.say("Cats sleep.", glossary=TERMS)
        await on.say("Cats sleep.", glossary={"cat": "猫ちゃん"})
        await on.say("Cats sleep.", glossary=TERMS, language="zh-TW")
        await on.say("Cats sleep.", glossary=TERMS, language="zh-CN")  # one for all of Chinese
        assert sorted(one.target for one in on.server.glossaries.values()) == ["ja", "ja", "zh"]


async def test_a_language_without_glossaries_gets_the_terms_in_their_places() -> None:
    async with deepl_stage() as on:
        (said,) = await on.say("Cats sleep.", glossary={"cat": "แมว"}, language="th")
        assert said.startswith("แมว ")
        assert not on.server.glossaries


async def test_entries_are_cleaned() -> None:
    terms = {"a\tb": "x\ny", "cat\u0007": "ねこ", "": "leer", "c": " ", "d" * 2000: "e"}
    async with deepl_stage() as on:
        await on.say("Cats sleep.", glossary=terms)
        (made,) = on.server.glossaries.values()
    assert made.entries == {"a b": "x y", "cat": "ねこ"}


async def test_the_oldest_of_ours_makes_room() -> None:
    async with deepl_stage(server=DeepLServer(most_glossaries=3)) as on:
        other = on.server.add_glossary("my own", "de", {"a": "b"})
        for number in range(4):
            said = await on.say("Cats sleep.", glossary={"cat": f"ねこ{number}"})
            assert said == [f"ねこ{number} 眠る。"]
        left = [one.entries for one in on.server.glossaries.values()]
        assert other in on.server.glossaries
    assert left == [{"a": "b"}, {"cat": "ねこ2"}, {"cat": "ねこ3"}]


async def test_an_account_full_of_others_still_gets_the_terms() -> None:
    async with deepl_stage(server=DeepLServer(most_glossaries=1)) as on:
        on.server.add_glossary("my own", "de", {"a": "b"})
        assert await on.say("Cats sleep.", glossary=TERMS) == ["ねこ 眠る。"]
        before = len(asked(on.server, GLOSSARIES))
        assert await on.say("Dogs sleep.", glossary=TERMS) == ["いぬ 眠る。"]
        assert len(asked(on.server, GLOSSARIES)) == before == 1  # it is left alone for a while
        assert len(on.server.glossaries) == 1


async def test_a_glossary_that_somebody_deleted_is_made_anew() -> None:
    async with deepl_stage() as on:
        await on.say("Cats sleep.", glossary=TERMS)
        on.server.glossaries.clear()
        assert await on.say("Cats sleep.", glossary=TERMS) == ["ねこ 眠る。"]
        assert on.bill.characters == on.server.characters
        await on.say("Cats sleep.", glossary=TERMS)
        assert len(on.server.glossaries) == 1


async def test_failing_glossaries_do_not_keep_translations_back() -> None:
    broken = FaultRule(GLOSSARIES, times=None, status=500)
    async with deepl_stage(broken) as on:
        assert await on.say("Cats sleep.", glossary=TERMS) == ["ねこ 眠る。"]
        assert len(asked(on.server, TRANSLATE)) == 1
    odd = FaultRule(GLOSSARIES, times=None, body=b'{"glossaries": [1, {"name": 2}, null]}')
    async with deepl_stage(odd) as on:
        assert await on.say("Cats sleep.", glossary=TERMS) == ["ねこ 眠る。"]


async def test_a_glossary_that_is_not_ready_is_not_used_yet() -> None:
    made = b'{"glossary_id": "1-2", "name": "paperboy x", "ready": false}'
    async with deepl_stage() as on:
        on.server.set_faults(
            [
                FaultRule(GLOSSARIES, body=b'{"glossaries": []}'),
                FaultRule(GLOSSARIES, body=made),
            ]
        )
        assert await on.say("Cats sleep.", glossary=TERMS) == ["ねこ 眠る。"]
        (request,) = asked(on.server, TRANSLATE)
        assert field_of(request, "glossary_id") is None
        # It is looked for in the list the next time.
        await on.say("Cats sleep.", glossary=TERMS)
        assert len(asked(on.server, GLOSSARIES, "GET")) == 2


@pytest.mark.parametrize("status", [404, 500])
async def test_making_room_may_fail(status: int) -> None:
    async with deepl_stage(server=DeepLServer(most_glossaries=1)) as on:
        await on.say("Cats sleep.", glossary=TERMS)
        on.server.set_faults([FaultRule(f"{GLOSSARIES}/", times=None, status=status)])
        # Gone already, or not to be deleted now: the terms are applied in either case.
        said = await on.say("Cats sleep.", glossary={"cat": "猫ちゃん"})
        assert said == ["猫ちゃん 眠る。"]
        assert await on.say("Cats sleep.", glossary=TERMS) == ["ねこ 眠る。"]


async def test_a_glossary_in_use_is_not_deleted() -> None:
    async with deepl_stage(server=DeepLServer(most_glossaries=1)) as on:
        await on.say("Cats sleep.", glossary=TERMS)
        on.server.set_faults([FaultRule(TRANSLATE, delay=0.2)])
        slow = asyncio.create_task(on.say("Dogs sleep.", glossary=TERMS))
        while len(asked(on.server, TRANSLATE)) < 2:
            on.server.arrived.clear()
            await on.server.arrived.wait()
        assert await on.say("Cats sleep.", glossary={"cat": "猫ちゃん"}) == ["猫ちゃん 眠る。"]
        assert await slow == ["いぬ 眠る。"]
        assert not [one for one in on.server.asked if one.method == "DELETE"]
