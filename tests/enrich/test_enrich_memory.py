"""The translation memory: its files, what it finds, and a server's terms in it."""

import json
from pathlib import Path

import pytest

from bot.enrich.translate.memory import MemoryTranslator
from bot.errors import SettingsError
from bot.i18n import speaking

SENTENCE = {
    "language": "ja",
    "source": "Large language models\n are large.",
    "target": "LLMは大きい。",
}
TERM = {"language": "ja", "term": "large language model", "translation": "LLM"}


def _write(folder: Path, *lines: object, name: str = "a.jsonl") -> Path:
    text = "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines)
    (folder / name).write_text(text, encoding="utf-8")
    return folder


async def test_sentences_are_found_whatever_their_spaces(tmp_path: Path) -> None:
    memory = MemoryTranslator(_write(tmp_path, SENTENCE, "", TERM))
    asked = ["  Large language models are  large.", "Unknown."]
    assert await memory.translate(asked, "ja", glossary={}) == ["LLMは大きい。", ""]
    assert await memory.translate(asked, "zh-CN", glossary={}) == ["", ""]
    assert [memory.offers(code) for code in ("ja", "zh-CN", "en")] == [True, False, False]


async def test_a_servers_term_takes_the_place_of_its_own(tmp_path: Path) -> None:
    other = {"language": "ja", "source": "It uses an LLM.", "target": "LLMを使う。"}
    memory = MemoryTranslator(_write(tmp_path, SENTENCE, TERM, other))
    glossary = {"Large Language Model": "大規模言語モデル", "cat": "猫"}
    said = await memory.translate([SENTENCE["source"], "It uses an LLM."], "ja", glossary=glossary)
    assert said == ["大規模言語モデルは大きい。", "LLMを使う。"]


async def test_singular_and_plural_are_the_same_term(tmp_path: Path) -> None:
    memory = MemoryTranslator(_write(tmp_path, SENTENCE, TERM))
    glossary = {"large language models": "大規模言語モデル"}
    said = await memory.translate([SENTENCE["source"]], "ja", glossary=glossary)
    assert said == ["大規模言語モデルは大きい。"]


async def test_terms_within_terms_are_replaced_once(tmp_path: Path) -> None:
    lines = (
        {"language": "ja", "source": "A model and a language model.", "target": "型と言語型。"},
        {"language": "ja", "term": "model", "translation": "型"},
        {"language": "ja", "term": "language model", "translation": "言語型"},
    )
    memory = MemoryTranslator(_write(tmp_path, *lines))
    glossary = {"model": "言語型", "language model": "型"}
    said = await memory.translate(["A model and a language model."], "ja", glossary=glossary)
    assert said == ["言語型と型。"]


def test_it_says_what_it_is_in_the_readers_language(tmp_path: Path) -> None:
    plain = MemoryTranslator(_write(tmp_path, {"about": "Made for a test."}, SENTENCE))
    assert plain.label == "Made for a test."
    both = MemoryTranslator(
        _write(tmp_path, {"about": {"en": "Made.", "ja": "作った。"}}, SENTENCE)
    )
    assert both.label == "Made."
    with speaking("ja"):
        assert both.label == "作った。"
    with speaking("zh-CN"):
        assert both.label == "Made."
    assert MemoryTranslator(_write(tmp_path, SENTENCE)).label == ""


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("{", "line 2: Expecting"),
        ("[]", "line 2: not an object"),
        ({"language": "xx", "source": "a", "target": "b"}, "line 2: 'xx' is not a language"),
        ({"language": "ja", "source": "a"}, "line 2: 'target' is not a text"),
        ({"language": "ja", "source": " ", "target": "b"}, "line 2: 'source' is not a text"),
        ({"language": "ja", "term": "a"}, "line 2: 'translation' is not a text"),
        ({"about": 7}, "line 2: 'en' is not a text"),
        ({"source": "a", "target": "b"}, "line 2: 'language' is not a text"),
    ],
)
def test_what_is_wrong_is_told_with_file_and_line(
    tmp_path: Path, line: object, problem: str
) -> None:
    folder = _write(tmp_path, SENTENCE, line)
    with pytest.raises(SettingsError) as error:
        MemoryTranslator(folder)
    assert error.value.variable == "PAPERBOY_TRANSLATION_MEMORY"
    assert f"a.jsonl, {problem}" in error.value.problem


def test_a_folder_without_files_or_with_a_broken_one(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(SettingsError, match=r"not a folder with files \*\.jsonl"):
            MemoryTranslator(folder)
    (tmp_path / "b.jsonl").write_bytes(b"\xff\xfe")
    with pytest.raises(SettingsError, match=r"b\.jsonl cannot be read"):
        MemoryTranslator(tmp_path)
