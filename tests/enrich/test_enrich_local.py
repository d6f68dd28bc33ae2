"""Local models: what they translate, and how they follow their folder."""

import shutil
import time
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
from local_models import WORDS, argos_folder, build_model, build_pieces, marian_folder, nllb_folder

from bot.clock import SystemClock
from bot.enrich.translate import local
from bot.enrich.translate.local import LocalTranslator
from bot.enrich.translate.local_models import NLLB, InstalledModels, version_key
from bot.errors import SourceGarbled, SourceUnavailable
from bot.languages import ENGLISH, LANGUAGES
from bot.models import Finding, FindingKind, Severity


@pytest.fixture(scope="session")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A package into Japanese, built once; tests copy it."""
    return argos_folder(tmp_path_factory.mktemp("argos"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "models"
    made.mkdir()
    return made


@pytest.fixture
async def translator(folder: Path) -> AsyncGenerator[LocalTranslator]:
    made = LocalTranslator(folder, 1, SystemClock())
    yield made
    await made.aclose()


def _offered(translator: LocalTranslator) -> set[str]:
    return {code for code in LANGUAGES if translator.offers(code)}


def test_every_language_has_its_token_in_models_of_many_languages() -> None:
    assert set(NLLB) == set(LANGUAGES) - {ENGLISH}


async def test_it_offers_what_is_in_the_folder_at_that_moment(
    translator: LocalTranslator, folder: Path, package: Path
) -> None:
    assert _offered(translator) == set()
    shutil.copytree(package, folder / ".incoming" / "en_ja")
    (folder / "notes.txt").write_text("not a model")
    (folder / "empty").mkdir()
    assert _offered(translator) == set()
    (folder / ".incoming" / "en_ja").rename(folder / "en_ja")
    assert _offered(translator) == {"ja"}
    shutil.rmtree(folder / "en_ja")
    assert _offered(translator) == set()
    assert not LocalTranslator(folder / "nowhere", 1, SystemClock()).offers("ja")


@pytest.mark.parametrize(
    ("name", "metadata", "language"),
    [
        ("any", '{"from_code": "en", "to_code": "zh"}', "zh-CN"),
        ("any", '{"from_code": "en", "to_code": "zt"}', "zh-TW"),
        ("any", '{"from_code": "en", "to_code": "pb"}', "pt-BR"),
        ("any", '{"from_code": "en", "to_code": "nb"}', "no"),
        ("any", '{"from_code": "de", "to_code": "ja"}', None),
        ("any", '{"from_code": "en", "to_code": "tlh"}', None),
        ("any", '{"from_code": "en", "to_code": ["ja"]}', None),
        ("any", "[" * 50_000, None),
        ("opus-mt-en-de", "", "de"),
        ("de-en", "", None),
        ("any", "", None),
    ],
)
def test_a_models_language_is_that_of_its_metadata_or_name(
    folder: Path, package: Path, name: str, metadata: str, language: str | None
) -> None:
    shutil.copytree(package, folder / name)
    (folder / name / "metadata.json").unlink()
    if metadata:
        (folder / name / "metadata.json").write_text(metadata)
    found = [code for model in InstalledModels(folder).all() for code in model.languages]
    assert found == ([language] if language else [])


async def test_models_of_every_style_translate(translator: LocalTranslator, folder: Path) -> None:
    argos_folder(folder, to="zh")
    nllb_folder(folder, ["jpn_Jpan", "zho_Hans"])
    marian_folder(folder, "opus-mt-en-fr")
    assert _offered(translator) == {"ja", "zh-CN", "fr"}
    for language in ("zh-CN", "ja", "fr", "ja"):
        said = await translator.translate(
            ["Cats sleep.", "The model is small.", ""], language, glossary={}
        )
        assert said == ["猫 眠る.", "その 模型 は 小さい.", ""]


def test_the_newest_model_of_a_language_is_used(folder: Path, package: Path) -> None:
    for version in ("1.9", "1.10", "1.2"):
        shutil.copytree(package, folder / f"v{version}")
        metadata = f'{{"from_code": "en", "to_code": "ja", "package_version": "{version}"}}'
        (folder / f"v{version}" / "metadata.json").write_text(metadata)
    nllb_folder(folder, ["jpn_Jpan"])
    found = InstalledModels(folder).of("ja")
    assert found is not None
    assert found.version == "1.10"
    assert version_key("9" * 500) > version_key("1.10") > version_key("1.9.1") > version_key("")


async def test_a_replaced_model_is_loaded_anew(
    translator: LocalTranslator, folder: Path, package: Path
) -> None:
    shutil.copytree(package, folder / "en_ja")
    assert await translator.translate(["Cats sleep."], "ja", glossary={}) == ["猫 眠る."]
    other = argos_folder(folder / ".incoming", words={"▁Cats": "▁ネコ"})
    shutil.rmtree(folder / "en_ja")
    other.rename(folder / "en_ja")
    assert await translator.translate(["Cats sleep."], "ja", glossary={}) == ["ネコ sleep."]
    shutil.rmtree(folder / "en_ja")
    with pytest.raises(SourceUnavailable, match="no model for ja is installed"):
        await translator.translate(["Cats sleep."], "ja", glossary={})


async def test_formulas_and_terms_are_put_back_as_they_were(
    translator: LocalTranslator, folder: Path, package: Path
) -> None:
    shutil.copytree(package, folder / "en_ja")
    formula = r"$\mathcal{O}(n \log n)$"
    sentences = [f"Cats run after {formula} and https://x.org/A?b=1.", formula, "cats"]
    said = await translator.translate(sentences, "ja", glossary={"cat": "ねこ"})
    assert said == [f"ねこ 走る 追う {formula} と https://x.org/A?b=1.", formula, "ねこ"]


async def test_what_a_model_loses_is_sent_in_its_own_form(
    translator: LocalTranslator, folder: Path
) -> None:
    argos_folder(folder, words={**WORDS, "X": "Y"})  # placeholders are X1, X2 …
    said = await translator.translate(
        ["Cats run after $x$ cats.", "Dogs sleep."], "ja", glossary={}
    )
    assert said == ["猫 走る 追う $x$ 猫.", "犬 眠る."]


async def test_long_sentences_are_translated_in_parts_and_whole(
    translator: LocalTranslator, folder: Path, package: Path
) -> None:
    shutil.copytree(package, folder / "en_ja")
    clauses = [f"Cats run after all {number} cats" for number in range(10, 80)]
    for joint in (", ", " and "):  # with and without marks at which to divide
        (said,) = await translator.translate([joint.join(clauses) + "."], "ja", glossary={})
        for number in range(10, 80):
            assert f"全て {number} 猫" in said
        assert said.endswith("猫.")
    endless = ["x" * 3_000, "x" * 9_000, "cats " * 30_000]
    assert await translator.translate(endless, "ja", glossary={}) == ["", "", ""]


async def test_a_model_that_comes_to_no_end_gives_nothing(
    translator: LocalTranslator, folder: Path
) -> None:
    argos_folder(folder, never_ends=True)
    assert await translator.translate(["Cats sleep."], "ja", glossary={}) == [""]


async def test_repetition_that_the_checks_found_is_forbidden(
    translator: LocalTranslator, folder: Path, package: Path
) -> None:
    shutil.copytree(package, folder / "en_ja")
    sentence = "Cats run after cats and Cats run after cats."
    (plain,) = await translator.translate([sentence], "ja", glossary={})
    assert plain == "猫 走る 追う 猫 と 猫 走る 追う 猫."
    remark = Finding(FindingKind.REPETITION, Severity.MAJOR, "", "猫 走る 追う 猫")
    (guarded,) = await translator.translate([sentence], "ja", glossary={}, remarks=[remark])
    assert guarded != plain


@pytest.mark.parametrize("name", ["model.bin", "target_vocabulary.json", "config.json"])
async def test_a_damaged_model_is_an_error_and_nothing_worse(
    translator: LocalTranslator, folder: Path, package: Path, name: str
) -> None:
    shutil.copytree(package, folder / "en_ja")
    (folder / "en_ja" / "model" / name).write_bytes(b"\x00garbage" * 100)
    with pytest.raises((SourceGarbled, SourceUnavailable)) as caught:
        await translator.translate(["Cats sleep."], "ja", glossary={})
    assert str(caught.value).startswith("local model: ")
    assert len(str(caught.value)) < 600


async def test_without_its_packages_it_offers_nothing(
    folder: Path, package: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(package, folder / "en_ja")
    monkeypatch.setattr(local, "_PACKAGES", ("ctranslate2", "a_package_that_nobody_has"))
    translator = LocalTranslator(folder, 1, SystemClock())
    assert _offered(translator) == set()
    with pytest.raises(SourceUnavailable):
        await translator.translate(["Cats sleep."], "ja", glossary={})
    await translator.aclose()


def test_looking_at_the_folder_is_cheap(folder: Path, package: Path) -> None:
    for number in range(10):
        shutil.copytree(package, folder / f"en_ja-{number}")
    translator = LocalTranslator(folder, 1, SystemClock())
    assert translator.offers("ja")
    started = time.perf_counter()
    for _ in range(34):
        translator.offers("lt")
    assert time.perf_counter() - started < 0.25  # 34 languages are asked for at once


def test_the_tiny_models_are_int8(tmp_path: Path) -> None:
    pieces = build_pieces(tmp_path, WORDS)
    build_model(tmp_path / "model", pieces, WORDS)
    assert (tmp_path / "model" / "model.bin").stat().st_size < 2_000_000
