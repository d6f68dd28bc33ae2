"""The languages that people read in: their codes, flags and names."""

import discord
import pytest

from bot.i18n import speaking
from bot.languages import BY_FLAG, LANGUAGES, find_languages, language_of

FLAGS = "🇯🇵 🇨🇳 🇹🇼 🇰🇷 🇩🇪 🇫🇷 🇪🇸 🇮🇹 🇵🇹 🇧🇷 🇷🇺 🇺🇦 🇵🇱 🇹🇷 🇮🇳 🇮🇩 🇻🇳 🇹🇭 🇸🇦 🇮🇱 🇳🇱 🇸🇪 🇬🇷 🇨🇿 🇮🇷"


def test_every_flag_asks_for_one_language() -> None:
    assert set(FLAGS.split()) <= set(BY_FLAG)
    flags = [flag for language in LANGUAGES.values() for flag in language.flags]
    assert len(flags) == len(set(flags))
    assert BY_FLAG["🇹🇼"] == "zh-TW"
    assert BY_FLAG["🇧🇷"] == "pt-BR"


def test_every_language_of_discord_is_known() -> None:
    for locale in discord.Locale:
        assert language_of(locale.value) in LANGUAGES, locale


@pytest.mark.parametrize(
    ("tag", "code"),
    [
        ("ja", "ja"),
        ("zh-CN", "zh-CN"),
        ("zh_Hant_TW", "zh-TW"),
        ("zh-HK", "zh-TW"),
        ("zh", "zh-CN"),
        ("es-419", "es"),
        ("PT-br", "pt-BR"),
        ("en-GB", "en"),
        ("tlh", None),
        ("", None),
        (None, None),
    ],
)
def test_the_nearest_language_of_a_tag(tag: str | None, code: str | None) -> None:
    assert language_of(tag) == code


@pytest.mark.parametrize("typed", ["ja", "japan", "日本", "JAPANESE"])
def test_a_language_is_found_by_its_names(typed: str) -> None:
    assert find_languages(typed)[0].code == "ja"


def test_names_are_those_of_the_language_being_spoken() -> None:
    assert LANGUAGES["de"].name == "German"
    with speaking("ja"):
        assert LANGUAGES["de"].name == "ドイツ語"
        assert find_languages("ドイツ")[0].code == "de"
    with speaking("zh-CN"):
        assert LANGUAGES["zh-TW"].name == "繁体中文"


def test_no_more_are_offered_than_discord_shows() -> None:
    assert len(find_languages("")) == 25
    assert find_languages("klingon") == []
