"""A channel's language and an admin's own, as both are met in Discord."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from commands_stage import CommandsStage, commands_stage

from bot import i18n
from bot.i18n import kept
from bot.services.notices import stopped_notice
from sandbox.discord.sightings import SeenMessage

_HEAD = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n\n'
_TEXTS = {
    "Edit": "編集",
    "More settings": "その他の設定",
    "Saved.": "保存しました。",
    "I lack {names} there.": "権限がありません: {names}。",
    "Send Messages": "メッセージを送信",
    "This server has no subscriptions. Begin with `/subscribe`.": "購読はありません。",
    "“{typed}” is not a time of day; write it like 09:00 or 17:30.": "「{typed}」は"
    "時刻ではありません。",
    "I had to stop subscription {number} for {channel}: {problem}\\n"  # as catalogs write it
    "Then resume it with `/subscriptions`.": "購読{number}を{channel}で停止しました。{problem}",
}


@pytest.fixture(autouse=True)
def catalog(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Catalogs of our own, so that the real ones may say it as they like."""
    folder = tmp_path / "catalogs"
    folder.mkdir()
    texts = "\n".join(f'msgid "{text}"\nmsgstr "{said}"\n' for text, said in _TEXTS.items())
    (folder / "ja.po").write_text(_HEAD + texts, encoding="utf-8")
    (folder / "zh-CN.po").write_text(_HEAD, encoding="utf-8")
    monkeypatch.setattr(i18n, "CATALOGS", folder)
    i18n._catalog.cache_clear()  # pyright: ignore[reportPrivateUsage]
    yield
    i18n._catalog.cache_clear()  # pyright: ignore[reportPrivateUsage]


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[CommandsStage]:
    async with commands_stage(tmp_path / "data") as made:
        yield made


async def _settings(stage: CommandsStage, number: int) -> SeenMessage:
    detail = await stage.choose(await stage.run("subscriptions"), number, ":open")
    return await stage.press(detail, "More settings")


async def test_a_channels_language_is_chosen_shown_and_spoken(stage: CommandsStage) -> None:
    choices = await stage.admin.autocomplete(
        "subscribe", "language", "日本", channel=stage.channel_id, options={"categories": "cs.LG"}
    )
    assert [choice["value"] for choice in choices] == ["ja"]
    preview = await stage.run("subscribe", categories="cs.LG", language="ja")
    assert "in Japanese" in preview.text
    assert "papers stay in English" in preview.text  # no translation service is set up
    done = await stage.press(preview, "Subscribe")
    assert "in Japanese" in done.text
    (stored,) = await stage.subscriptions()
    assert stored.draft.language == "ja"
    await stage.announce("cs.LG")
    digest = await stage.core.services.digests.post_now(stored)
    assert digest is not None
    assert digest.language == "ja"
    header = (await stage.posts(1))[0]
    assert "2026年6月17日(水)" in header.text


async def test_without_the_option_it_is_the_servers_language(stage: CommandsStage) -> None:
    assert (await stage.subscribe()).draft.language == "en"
    for locale, language in (("ja", "ja"), ("es-419", "es"), ("pt-BR", "pt-BR")):
        stage.world.guild(stage.guild_id).locale = locale
        assert (await stage.subscribe("cs.CL")).draft.language == language


async def test_a_language_that_is_none_is_refused_in_a_sentence(stage: CommandsStage) -> None:
    outcome = await stage.run("subscribe", categories="cs.LG", language="Klingon")
    assert "I do not know the language “Klingon”" in outcome.text
    outcome = await stage.run("subscribe", categories="cs.LG", language="Chinese")
    assert "“Chinese” may be several languages" in outcome.text
    assert await stage.subscriptions() == []


async def test_the_language_is_changed_by_menu_and_by_name(stage: CommandsStage) -> None:
    made = await stage.subscribe()
    settings = await _settings(stage, made.id)
    settings = await stage.choose(settings, "de", ":set:language")
    assert "Saved." in settings.text
    assert (await stage.subscriptions())[0].draft.language == "de"
    # The menu has no room for every language; the others are typed.
    custom_id = next(known for known in settings.custom_ids if known.endswith(":set:language"))
    opened = await stage.admin.select(settings, ["other"], custom_id=custom_id)
    assert opened.modal is not None
    saved = await stage.submit(opened, {"Language": "lietuvių"})
    assert "Saved." in saved.text
    assert (await stage.subscriptions())[0].draft.language == "lt"
    opened = await stage.admin.select(settings, ["other"], custom_id=custom_id)
    refused = await stage.submit(opened, {"Language": "Elvish"})
    assert "I do not know the language “Elvish”" in refused.text
    assert "in Lithuanian" in refused.text
    assert (await stage.subscriptions())[0].draft.language == "lt"


async def test_an_admin_reads_their_own_language(stage: CommandsStage) -> None:
    await stage.admin.set_locale("ja")
    assert (await stage.run("subscriptions")).text == "購読はありません。"
    refused = await stage.run("subscribe", categories="cs.LG", time="25:99")
    assert refused.text == "「25:99」は時刻ではありません。"
    await stage.admin.set_locale("en-GB")
    assert "no subscriptions" in (await stage.run("subscriptions")).text


async def test_dialogs_and_forms_speak_it_too(stage: CommandsStage) -> None:
    made = await stage.subscribe()
    await stage.admin.set_locale("ja")
    detail = await stage.choose(await stage.run("subscriptions"), made.id, ":open")
    edited = await stage.fill(detail, "編集", {"Papers in a digest": "7"})
    assert "保存しました。" in edited.text
    assert "その他の設定" in edited.buttons
    refused = await stage.fill(edited, "編集", {"Time and time zone": "noon-ish"})
    assert "「noon-ish」は時刻ではありません。" in refused.text


async def test_a_stored_problem_is_read_in_the_readers_language(stage: CommandsStage) -> None:
    made = await stage.subscribe()
    await stage.announce("cs.LG")
    await stage.core.planner.plan([made])
    problem = kept("I lack {names} there.", names=["Send Messages"])
    assert await stage.core.outbox.block(made.id, problem)
    assert "⚠️ I lack Send Messages there." in (await stage.run("subscriptions")).text
    await stage.admin.set_locale("ja")
    shown = await stage.run("subscriptions")
    assert "⚠️ 権限がありません: メッセージを送信。" in shown.text

    # Whoever made it is told in the language that they read in, else in the channel's.
    readers = stage.core.services.readers
    told = await stopped_notice(made, problem, readers)
    assert told.startswith(
        f"I had to stop subscription {made.id} for <#{stage.channel_id}>: I lack"
    )
    await readers.set_language(stage.admin_id, "ja")
    told = await stopped_notice(made, problem, readers)
    assert told.startswith(f"購読{made.id}を<#{stage.channel_id}>で停止しました。権限がありません")
