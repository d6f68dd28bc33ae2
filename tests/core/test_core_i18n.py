"""Texts, counts, dates and lists in the language being spoken."""

import asyncio
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from bot import i18n
from bot.errors import BotLacksPermission, PermanentDeliveryError
from bot.i18n import (
    clauses,
    commas,
    kept,
    listed,
    long_day,
    plain_day,
    said,
    short_day,
    speaking,
    t,
    tc,
    tn,
)

DAY = date(2026, 6, 18)
_CATALOG = """\
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"

msgid "Removed {title}."
msgstr "「{title}」を削除しました。"

msgid "{n} sheet"
msgid_plural "{n} sheets"
msgstr[0] "{n}枚"

msgctxt "menu"
msgid "Post"
msgstr "投稿する"

msgid "Send Messages"
msgstr "メッセージを送信"

msgid "I lack {names} in channel {number}."
msgstr "チャンネル{number}で権限がありません: {names}"

msgid "{n} leaf"
msgid_plural "{n} leaves"
msgstr[0] ""
"""


@pytest.fixture
def japanese(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A small catalog of our own in the place of the real one."""
    (tmp_path / "ja.po").write_text(_CATALOG, encoding="utf-8")
    monkeypatch.setattr(i18n, "CATALOGS", tmp_path)
    i18n._catalog.cache_clear()  # pyright: ignore[reportPrivateUsage]
    with speaking("ja"):
        yield
    i18n._catalog.cache_clear()  # pyright: ignore[reportPrivateUsage]


def test_english_is_the_key_itself() -> None:
    assert t("Removed {title}.", title="{x}") == "Removed {x}."
    assert t("100 % {plain}") == "100 % {plain}"
    assert [tn("{n} sheet", "{n} sheets", n) for n in (0, 1, 1200)] == [
        "0 sheets", "1 sheet", "1,200 sheets",
    ]  # fmt: skip
    assert tc("menu", "Post") == "Post"


@pytest.mark.usefixtures("japanese")
def test_the_catalog_speaks() -> None:
    assert t("Removed {title}.", title="量子") == "「量子」を削除しました。"
    assert tn("{n} sheet", "{n} sheets", 1200) == "1,200枚"
    assert tc("menu", "Post") == "投稿する"
    assert t("Post") == "Post"  # without its context it is another text
    assert t("Not there") == "Not there"
    assert [tn("{n} leaf", "{n} leaves", n) for n in (1, 2)] == ["1 leaf", "2 leaves"]


@pytest.mark.usefixtures("japanese")
def test_a_kept_text_is_said_in_the_language_of_its_reader() -> None:
    stored = kept("I lack {names} in channel {number}.", names=["Send Messages", "Fly"], number=7)
    assert said(stored) == "チャンネル7で権限がありません: メッセージを送信、Fly"
    error = PermanentDeliveryError(stored)
    assert error.problem == stored
    assert str(error) == "I lack Send Messages, Fly in channel 7."
    with speaking("en"):
        assert said(stored) == str(error)
    assert said(kept("Send Messages")) == "メッセージを送信"
    assert said("An old {problem} as it was stored.") == "An old {problem} as it was stored."
    assert "メッセージを送信" in str(BotLacksPermission("#papers", ["Send Messages"]))


@pytest.mark.parametrize(
    ("tag", "name"),
    [
        (None, "en"), ("", "en"), ("en-GB", "en"), ("ja", "ja"), ("ja-JP", "ja"),
        ("zh-CN", "zh-CN"),
        ("zh", "zh-CN"), ("zh_Hans", "zh-CN"), ("zh-TW", "en"), ("zh-Hant-HK", "en"), ("de", "en"),
        ("jam", "en"),
    ],
)  # fmt: skip
def test_which_language_is_spoken(tag: str | None, name: str) -> None:
    with speaking(tag):
        assert i18n.locale() == name


async def test_threads_and_tasks_speak_what_their_beginner_spoke() -> None:
    with speaking("ja"):
        task = asyncio.create_task(asyncio.to_thread(i18n.locale))
    assert i18n.locale() == "en"
    assert await task == "ja"


def test_dates_and_lists_of_each_language() -> None:
    assert (long_day(DAY), short_day(DAY)) == ("Thursday 18 June 2026", "Thu 18 Jun")
    assert plain_day(DAY) == "18 Jun 2026"
    assert [listed(["a", "b", "c"][:n]) for n in range(4)] == ["", "a", "a and b", "a, b and c"]
    assert listed(["a", "b", "c"], last="or") == "a, b or c"
    assert commas(["a", "b", "c"]) == "a, b, c"
    with speaking("ja"):
        assert (long_day(DAY), short_day(DAY)) == ("2026年6月18日(木)", "6月18日(木)")
        assert (listed(["a", "b", "c"]), commas(["a", "b"])) == ("a、b、c", "a、b")
        assert listed(["a", "b"], last="or") == "aまたはb"
    with speaking("zh-CN"):
        assert (long_day(DAY), short_day(DAY)) == ("2026年6月18日星期四", "6月18日周四")
        assert (listed(["a", "b", "c"]), plain_day(DAY)) == ("a、b 和 c", "2026年6月18日")


def test_lists_have_the_languages_own_commas_and_spaces() -> None:
    parts = ["cs.LG", "cs.CL", "视觉"]
    with speaking("zh-CN"):
        assert listed(["cs.LG", "cs.CL"]) == "cs.LG 和 cs.CL"
        assert listed(["cs.LG", "cs.CL"], last="or") == "cs.LG 或 cs.CL"
        assert listed(["语言", "视觉"]) == "语言和视觉"
        assert commas(parts) == "cs.LG、cs.CL、视觉"
        assert clauses(parts) == "cs.LG，cs.CL，视觉"
    with speaking("ja"):
        assert clauses(parts) == "cs.LG、cs.CL、视觉"
    assert clauses(parts) == "cs.LG, cs.CL, 视觉"
