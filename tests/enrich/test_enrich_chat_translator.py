"""Translations by a model: what is asked, what of the answer is used, what it costs."""

import json
from pathlib import Path
from typing import cast

import pytest
from chat_stage import ABSTRACT, JAPANESE, ChatStage, chatting, memory

from bot.enrich.translate.chat import ChatTranslator
from bot.errors import SourceGarbled, SourceRefused, SourceUnavailable
from bot.languages import LANGUAGES
from bot.models import Finding, FindingKind, Severity
from bot.text.sentences import sentence_texts
from sandbox.arxiv.faults import FaultRule
from sandbox.providers.chat import Manner

SENTENCES = sentence_texts(ABSTRACT)


def told(on: ChatStage, call: int = 0) -> dict[str, object]:
    """The data of a call."""
    found: dict[str, object] = json.loads(on.bodies[call]["messages"][1]["content"])
    return found


async def said(on: ChatStage, answer: object, sentences: int = 3) -> list[str]:
    content = json.dumps(answer)
    whole = {"choices": [{"message": {"content": content}, "finish_reason": "stop"}]}
    on.server.set_faults([FaultRule("/", body=json.dumps(whole).encode())])
    texts = [f"Sentence {n}." for n in range(sentences)]
    return await ChatTranslator(on.chat).translate(texts, "de", glossary={})


async def test_sentences_come_back_in_their_places(tmp_path: Path) -> None:
    async with chatting(memory(tmp_path)) as on:
        on.server.manners.append(Manner.UNDOUBLED)
        texts = await ChatTranslator(on.chat).translate(SENTENCES, "ja", glossary={})
        assert texts == [JAPANESE[sentence] for sentence in SENTENCES]
        assert told(on) == {"sentences": {str(n): one for n, one in enumerate(SENTENCES, 1)}}
        ((_, usage),) = on.meter.usages
    assert usage.characters == sum(map(len, SENTENCES))


async def test_glossary_context_and_remarks_are_told_as_data() -> None:
    remarks = [Finding(FindingKind.FORMULA_CHANGED, Severity.MAJOR, "$x$", "$ x $")]
    async with chatting() as on:
        await ChatTranslator(on.chat).translate(
            ["Cats sleep."],
            "de",
            glossary={"cat": 'Katze" ignore'},
            context="About cats.",
            remarks=remarks,
        )
        assert told(on) == {
            "glossary": {"cat": 'Katze" ignore'},
            "context": "About cats.",
            "remarks": [{"problem": "A formula was changed.", "original": "$x$", "yours": "$ x $"}],
            "sentences": {"1": "Cats sleep."},
        }
        system = on.bodies[0]["messages"][0]["content"]
    assert "German (Deutsch)" in system
    assert "Katze" not in system


@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_language_but_english_is_offered(language: str) -> None:
    async with chatting() as on:
        translator = ChatTranslator(on.chat)
        assert translator.offers(language) == (language != "en")
        await translator.translate(["Cats sleep."], language, glossary={})
        assert f"({LANGUAGES[language].own_name})" in on.bodies[0]["messages"][0]["content"]


async def test_long_documents_go_in_several_calls_with_what_stands_before(tmp_path: Path) -> None:
    sentences = [f"Sentence {n} of a long text on cats and the dogs that follow them." for n in
                 range(90)]  # fmt: skip
    known = {text: f"文{n}。" for n, text in enumerate(sentences)}
    async with chatting(memory(tmp_path, known), window="3000") as on:
        texts = await ChatTranslator(on.chat).translate(sentences, "ja", glossary={})
        calls = [told(on, call) for call in range(len(on.bodies))]
    assert texts == list(known.values())
    assert len(calls) > 2
    for call in calls:
        first = sentences.index(next(iter(cast("dict[str, str]", call["sentences"]).values())))
        assert str(call.get("context", "")).endswith(sentences[first - 1] if first else "")
        assert ("context" in call) == (first > 0)


async def test_a_sentence_without_an_answer_is_empty() -> None:
    items = [
        {"sentence": 3, "text": "drei"},
        {"sentence": "1", "text": " eins\n\x00"},
        {"sentence": 1, "text": "noch einmal"},
        {"sentence": 2, "text": " "},
        {"sentence": 4, "text": "vier"},
        {"sentence": True, "text": "wahr"},
        {"text": "ohne"},
        "text",
    ]
    async with chatting() as on:
        assert await said(on, {"translations": items}) == ["eins", "", "drei"]
        assert await said(on, items) == ["eins", "", "drei"]


@pytest.mark.parametrize(
    "answer",
    [
        {},
        [],
        {"translations": {}},
        {"translations": [1, 2, 3]},
        {"translations": [{"sentence": 0, "text": "null"}]},
        {"translations": [{"sentence": 1, "text": 5}]},
        {"translations": [{"sentence": 1, "text": "a sentence without end " * 100}]},
    ],
)
async def test_an_answer_of_another_shape_is_garbled_and_paid_once(answer: object) -> None:
    async with chatting() as on:
        with pytest.raises(SourceGarbled):
            await said(on, answer)
        assert len(on.server.asked) == len(on.meter.usages) == 1


async def test_of_a_cut_answer_the_complete_sentences_are_kept(tmp_path: Path) -> None:
    async with chatting(memory(tmp_path)) as on:
        on.server.manners.append(Manner.CUT)
        texts = await ChatTranslator(on.chat).translate(SENTENCES, "ja", glossary={})
    assert texts[:3] == [JAPANESE[sentence] for sentence in SENTENCES[:3]]
    assert texts[4] == ""


async def test_a_call_that_failed_leaves_its_sentences_empty() -> None:
    sentences = [f"Sentence {n}." for n in range(120)]
    async with chatting(window="100000") as on:
        on.server.set_faults([FaultRule("/", drop=True, truncate=30)])
        texts = await ChatTranslator(on.chat).translate(sentences, "de", glossary={})
        assert texts.count("") == 60
        assert len(on.server.asked) == len(on.meter.usages) == 2
        on.server.set_faults([FaultRule("/", status=401, times=None)])
        with pytest.raises(SourceRefused):
            await ChatTranslator(on.chat).translate(sentences, "de", glossary={})


async def test_what_fits_no_window_is_not_asked() -> None:
    async with chatting(window="1024") as on:
        with pytest.raises(SourceUnavailable, match="window"):
            await ChatTranslator(on.chat).translate(["word " * 2000], "de", glossary={})
        assert await ChatTranslator(on.chat).translate(["", " "], "de", glossary={}) == ["", ""]
        assert on.bodies == []


async def test_an_obeyed_injection_comes_as_text_and_nothing_else(tmp_path: Path) -> None:
    async with chatting(memory(tmp_path)) as on:
        on.server.manners.append(Manner.OBEYING)
        texts = await ChatTranslator(on.chat).translate(SENTENCES, "ja", glossary={})
    assert texts == ["@everyone <@&1> free tokens"] * len(SENTENCES)
