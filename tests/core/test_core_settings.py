"""Settings: what is accepted, and that a refusal names variable, problem and example."""

import re
from pathlib import Path

import pytest

from bot.errors import SettingsError
from bot.settings import EXAMPLES, Settings, load


def loaded(**given: str) -> Settings:
    return load({f"PAPERBOY_{name.upper()}": value for name, value in given.items()}, None)


def test_defaults_reach_discord_and_arxiv_themselves() -> None:
    settings = loaded()
    assert settings.discord_api_base == "https://discord.com/api/v10"
    assert settings.arxiv_feed_url == "https://rss.arxiv.org/rss"
    assert settings.arxiv_interval == 3.0
    assert settings.database == "sqlite+aiosqlite:///data/paperboy.db"


def test_every_setting_has_a_working_example() -> None:
    assert EXAMPLES.keys() == Settings.model_fields.keys()
    providers = {"chat_url", "chat_model", "deepl_key", "libretranslate_url", "embeddings_model"}
    given = {name: EXAMPLES[name] for name in providers}
    for name, example in EXAMPLES.items():
        assert getattr(loaded(**(given | {name: example})), name) is not None


@pytest.mark.parametrize(
    ("chosen", "missing"),
    [
        ({"summarizer": "model"}, "chat_url"),
        ({"chat_url": "http://127.0.0.1/v1"}, "chat_model"),
        ({"translator": "deepl"}, "deepl_key"),
        ({"translator": "libretranslate"}, "libretranslate_url"),
        ({"translator": "memory"}, "translation_memory"),
        ({"embeddings_url": "http://127.0.0.1/v1"}, "embeddings_model"),
    ],
)
def test_a_provider_that_lacks_its_settings_is_told_at_the_start(
    chosen: dict[str, str], missing: str
) -> None:
    with pytest.raises(SettingsError) as caught:
        loaded(**chosen)
    assert caught.value.variable == f"PAPERBOY_{missing.upper()}"


@pytest.mark.parametrize(
    ("name", "value", "problem"),
    [
        ("arxiv_feed_url", "rss.arxiv.org", "not an http or https address"),
        ("arxiv_interval", "1", "3 s between requests"),
        ("log_level", "LOUD", "'LOUD' cannot be used"),
        ("log_format", "xml", "'xml' cannot be used"),
        ("owner_ids", "12,abc", "cannot be used"),
        ("database_url", "postgresql://x/y", "only a SQLite file"),
        ("database_url", "sqlite+aiosqlite://", "only a SQLite file"),
        ("poll_interval", "soon", "'soon' cannot be used"),
        ("max_subscriptions", "0", "'0' cannot be used"),
        ("discord_token", "Bot abc def", "bare bot token"),
    ],
)
def test_a_wrong_value_is_named_with_an_example(name: str, value: str, problem: str) -> None:
    with pytest.raises(SettingsError) as caught:
        loaded(**{name: value})
    assert caught.value.variable == f"PAPERBOY_{name.upper()}"
    assert problem in str(caught.value)
    assert f"Example: PAPERBOY_{name.upper()}=" in str(caught.value)


def test_a_misspelled_variable_is_named_with_the_meant_one() -> None:
    with pytest.raises(SettingsError) as caught:
        loaded(discord_tokn="x")
    assert caught.value.variable == "PAPERBOY_DISCORD_TOKN"
    assert "did you mean PAPERBOY_DISCORD_TOKEN" in str(caught.value)
    assert f"Example: PAPERBOY_DISCORD_TOKEN={EXAMPLES['discord_token']}" in str(caught.value)


def test_a_variable_like_none_that_there_is_gets_no_example() -> None:
    with pytest.raises(SettingsError) as caught:
        loaded(zzz="x")
    assert str(caught.value) == "PAPERBOY_ZZZ: there is no such setting."
    assert caught.value.example is None


def test_every_setting_is_documented_with_its_default() -> None:
    table = (Path(__file__).parents[2] / "docs" / "operating.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `PAPERBOY_(\w+)` \| (?:`(.*?)`)? *\| \S", table, re.MULTILINE)
    documented = {name.lower(): default for name, default in rows}
    assert documented.keys() == Settings.model_fields.keys()
    settings = loaded()
    assert documented.pop("database_url").replace("DATA_DIR", "data") == settings.database
    for name, default in documented.items():
        actual = getattr(settings, name)
        if default:
            assert getattr(loaded(**{name: default}), name) == actual, name
        else:
            assert not actual, name


def test_a_wrong_token_is_not_repeated() -> None:
    with pytest.raises(SettingsError) as caught:
        loaded(discord_token="Bot secret-value")
    assert "secret-value" not in str(caught.value)


def test_a_missing_token_says_where_to_find_it() -> None:
    with pytest.raises(SettingsError, match="developer portal"):
        loaded().token()


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("PAPERBOY_LOG_LEVEL=debug\nPAPERBOY_DATA_DIR=elsewhere\nOTHER=1\n")
    settings = load({"PAPERBOY_LOG_LEVEL": "error"}, file)
    assert settings.log_level == "ERROR"
    assert settings.data_dir == Path("elsewhere")


def test_owner_ids_are_a_list_in_any_usual_form() -> None:
    assert loaded(owner_ids="1, 2;3").owner_ids == (1, 2, 3)


def test_a_local_arxiv_may_be_asked_without_pauses() -> None:
    local = "http://127.0.0.1:1"
    settings = loaded(
        arxiv_feed_url=local, arxiv_api_url=local, arxiv_oai_url=local, arxiv_interval="0"
    )
    assert settings.arxiv_interval == 0
