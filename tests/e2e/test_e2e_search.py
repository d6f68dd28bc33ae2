"""`/search` as a reader meets it: results, pages, hints and advice."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from commands_stage import CommandsStage, commands_stage
from search_stage import numbered, store, translate
from sqlalchemy import delete, update

from bot.store.schema import lists
from sandbox.discord.sightings import SeenMessage


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[CommandsStage]:
    async with commands_stage(tmp_path) as made:
        yield made


async def _search(stage: CommandsStage, query: str, **options: object) -> SeenMessage:
    return await stage.run("search", by=stage.reader, options={"query": query, **options})


def _numbers(message: SeenMessage) -> list[int]:
    """The numbers of the zebra papers on a page, from top to bottom."""
    parts = message.text.split("[Zebra paper ")[1:]
    return [int(part[:3]) for part in parts]


async def test_a_paper_that_only_arxiv_has(stage: CommandsStage) -> None:
    found = await _search(stage, "witness attributions")
    assert "🔎 1 paper\n" in found.text
    assert "“witness” · “attributions” · best match first" in found.text
    assert "**1.** [A Good Lawyer Needs No Witness" in found.text
    assert "Noor Haddad-Vermeulen" in found.text
    assert " 2026 · cs.LG · on arXiv" in found.text
    again = await _search(stage, "witness attributions")
    assert "· in my archive and on arXiv" in again.text


async def test_a_title_that_was_typed_stands_first(stage: CommandsStage) -> None:
    await store(stage, *(numbered(number, f"A good lawyer, {number}") for number in range(1, 9)))
    found = await _search(stage, "A good lawyer needs no witness")
    assert "**1.** [A Good Lawyer Needs No Witness" in found.text


async def test_both_are_merged_and_the_archive_comes_first(stage: CommandsStage) -> None:
    await store(stage, numbered(1, "Zebra paper 001: a witness"))
    found = await _search(stage, "witness")
    assert "2 papers" in found.text
    archive, arxiv = found.text.split("**2.** ")
    assert "Zebra paper 001" in archive
    assert "· in my archive" in archive
    assert "A Good Lawyer" in arxiv
    assert "· on arXiv" in arxiv
    only = await _search(stage, "witness", **{"in": "arxiv"})
    assert "Zebra" not in only.text
    assert "A Good Lawyer" in only.text


async def test_the_same_question_goes_to_arxiv_once_a_day(stage: CommandsStage) -> None:
    for query in ("witness", "Witness", "witness"):
        assert "A Good Lawyer" in (await _search(stage, query)).text
    assert stage.arxiv.stats.requests["api"] == 1
    await stage.stop()
    await stage.start()
    assert "A Good Lawyer" in (await _search(stage, "WITNESS")).text
    assert stage.arxiv.stats.requests["api"] == 1
    stage.clock.advance(timedelta(hours=25))
    await _search(stage, "witness")
    assert stage.arxiv.stats.requests["api"] == 2


async def test_all_pages_there_and_back(stage: CommandsStage) -> None:
    await store(stage, *(numbered(number) for number in range(1, 24)))
    page = await _search(stage, "zebra", **{"in": "archive"})
    assert "23 papers" in page.text
    assert page.buttons[-6:] == ["⏮", "◀", "1 / 5", "▶", "⏭", "Search arXiv too"]
    assert page.buttons.count("Open") == 5
    seen = _numbers(page)
    for number in range(2, 6):
        page = await stage.press(page, "▶", by=stage.reader)
        assert f"{number} / 5" in page.buttons
        seen += _numbers(page)
    assert seen == list(range(23, 0, -1))
    assert "**23.** [Zebra paper 001]" in page.text
    assert _numbers(await stage.press(page, "◀", by=stage.reader)) == [8, 7, 6, 5, 4]
    first = await stage.press(page, "⏮", by=stage.reader)
    assert _numbers(first) == [23, 22, 21, 20, 19]
    last = await stage.press(first, "⏭", by=stage.reader)
    assert _numbers(last) == [3, 2, 1]
    assert last.id == first.id == page.id


async def test_pages_and_cards_after_a_restart(stage: CommandsStage) -> None:
    await store(stage, *(numbered(number) for number in range(1, 8)))
    page = await _search(stage, "zebra", **{"in": "archive"})
    await stage.stop()
    await stage.start()
    page = await stage.press(page, "▶", by=stage.reader)
    assert _numbers(page) == [2, 1]
    outcome = await stage.reader.press(page, custom_id="pb1:open:2606.00002v1")
    assert outcome.ephemeral
    assert "Zebra paper 002" in outcome.text
    assert "Zebra paper 001" not in outcome.text


async def test_a_list_that_expired_says_so(stage: CommandsStage) -> None:
    await store(stage, *(numbered(number) for number in range(1, 8)))
    page = await _search(stage, "zebra", **{"in": "archive"})
    async with stage.core.database.write() as connection:
        await connection.execute(delete(lists))
    told = await stage.press(page, "▶", by=stage.reader)
    assert told.text == "This list has expired. Run the command again."


async def test_somebody_elses_list_is_not_turned(stage: CommandsStage) -> None:
    await store(stage, *(numbered(number) for number in range(1, 8)))
    page = await _search(stage, "zebra", **{"in": "archive"})
    async with stage.core.database.write() as connection:
        await connection.execute(update(lists).values(user_id=stage.admin_id))
    told = await stage.press(page, "▶", by=stage.reader)
    assert "This list is somebody else's" in told.text
    assert "Zebra" not in told.text


async def test_more_than_a_hundred_are_the_first_hundred(stage: CommandsStage) -> None:
    await store(stage, *(numbered(number) for number in range(1, 131)))
    page = await _search(stage, "zebra", **{"in": "archive"})
    assert "The first 100 papers" in page.text
    last = await stage.press(page, "⏭", by=stage.reader)
    assert _numbers(last) == [35, 34, 33, 32, 31]
    assert "20 / 20" in last.buttons


async def test_options_narrow_and_sort(stage: CommandsStage) -> None:
    now = stage.clock.now()
    await store(
        stage,
        numbered(1, published=now.replace(year=2024)),
        numbered(2, published=now.replace(year=2025), categories=("cs.LG",)),
        numbered(3, authors=("Cleo Ray",), published=now),
    )
    here = {"in": "archive"}
    assert _numbers(await _search(stage, "zebra", since="2025", **here)) == [3, 2]
    assert _numbers(await _search(stage, "zebra", author="A. Nunez", **here)) == [2, 1]
    assert _numbers(await _search(stage, "zebra", category="cs.LG", **here)) == [2]
    assert _numbers(await _search(stage, "zebra", category="cs.CV, cs.LG", **here)) == [2]
    found = await _search(stage, "zebra since:1y", sort="newest", **here)
    assert _numbers(found) == [3, 2]
    assert "since Tuesday 17 June 2025 · newest first" in found.text
    choices = await stage.reader.autocomplete(
        "search", "category", "computation and l", channel=stage.channel_id
    )
    assert choices == [{"name": "cs.CL Computation and Language", "value": "cs.CL"}]


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"query": "x", "category": "cs.XX"}, "“cs.XX” is not an arXiv category. Did you mean"),
        ({"query": "x", "since": "@everyone"}, "is no date. Write `since` like 2026"),
        ({"query": "-x"}, "That only says what to leave out"),
        ({"query": "…"}, "There is no word in that to search for"),
        ({"query": '"“…'}, "There is no word in that to search for"),
        ({"query": "x", "author": "…<@>", "in": "arxiv"}, "is no name. Write `author`"),
        ({"query": "au:"}, "Nothing stands after `au:`"),
        ({"query": "*"}, "A `*` alone finds nothing"),
    ],
)
async def test_what_cannot_be_searched(
    stage: CommandsStage, options: dict[str, object], sentence: str
) -> None:
    told = await stage.run("search", by=stage.reader, options=options)
    assert sentence in told.text
    assert "@everyone" not in told.text


async def test_hints_stand_under_the_heading(stage: CommandsStage) -> None:
    await store(stage, numbered(1, "Zebra paper 001 foo:bar"))
    found = await _search(stage, 'zebra foo:bar "unclosed')
    assert "🔎 Nothing found" in found.text
    found = await _search(stage, "zebra foo:bar cat:cs.ZZ")
    heading, rest = found.text.split("**1.**", 1)
    assert "There is no field `foo:`, so I searched for it as a word." in heading
    assert "“cs.ZZ” is not an arXiv category." in heading
    assert "Zebra paper 001" in rest


async def test_nothing_found_says_what_to_loosen(stage: CommandsStage) -> None:
    await store(stage, *(numbered(number) for number in range(1, 4)))
    found = await _search(stage, "zebra quagga cat:cs.CL", **{"in": "archive"})
    assert "🔎 Nothing found in my archive" in found.text
    assert "- “quagga”: 3 papers" in found.text
    assert "“zebra”:" not in found.text
    assert found.buttons == ["Search arXiv too"]
    asked = await stage.press(found, "Search arXiv too", by=stage.reader)
    assert "🔎 Nothing found\n" in asked.text
    assert asked.buttons == []
    nothing = await _search(stage, "quagga", **{"in": "archive"})
    assert "Try fewer or more general words" in nothing.text


async def test_two_words_that_nothing_has_are_told_together(stage: CommandsStage) -> None:
    await store(stage, numbered(1), numbered(2))
    found = await _search(stage, "zebra quagga okapi cat:cs.CL", **{"in": "archive"})
    assert "- “quagga” · “okapi”: 2 papers" in found.text
    assert "zebra”: " not in found.text
    nothing = await _search(stage, "quagga okapi", **{"in": "archive"})
    assert "Try fewer or more general words" in nothing.text


async def test_searching_arxiv_afterwards_adds_to_the_list(stage: CommandsStage) -> None:
    await store(stage, numbered(1, "Zebra paper 001: a witness"))
    found = await _search(stage, "witness", **{"in": "archive"})
    assert "1 paper\n" in found.text
    more = await stage.press(found, "Search arXiv too", by=stage.reader)
    assert more.id == found.id
    assert "2 papers" in more.text
    assert "A Good Lawyer" in more.text
    assert more.buttons == ["Open", "Open"]


async def test_japanese_and_chinese_find_translations(stage: CommandsStage) -> None:
    one, other = numbered(1), numbered(2)
    await store(stage, one, other, numbered(3))
    await translate(stage, one, "ja", "シマウマの量子計算", ["縞模様を扱う。"])
    await translate(stage, other, "zh-CN", "斑马的图神经网络", ["我们研究条纹。"])
    for query, number in (("量子", 1), ("「量子計算」 縞模様", 1), ("神经 条纹", 2)):
        found = await _search(stage, query)
        assert _numbers(found) == [number], query
        assert "arXiv itself was not asked: it can be searched in English only." in found.text
    assert "Nothing found" in (await _search(stage, "量子 条纹")).text


HOSTILE = (
    "%",
    "%%__\\\\",
    "_ze_bra_",
    "' OR 1=1 --",
    '"; DROP TABLE papers; --',
    '"zebra" OR NEAR(zebra papers, 5) AND {title abstract}: ^zebra* - NOT',
    "zebra* OR (title:zebra) + rank MATCH 'zebra'",
    "\\",
    '"""“”「',
    " ".join(["word"] * 10 + [f"w{n}" for n in range(290)]),
    "zebra " * 660 + "the very end",
    "x" * 4000,
    "😀 zebra 🦓",
    "🦓🧪👨‍👩‍👧",
    "ze\u200bbra \x1b[31m \u202egnitirw",
    "ze\x00bra",
    "z̷̢̧̛̖̪̗͓͙̳̭̀̀̋̏̕e̸b̵̡r̶a̷",
    "التعلم العميق",
    "למידה עמוקה",
    "(((((ti:((zebra",
    'zebra" ANDNOT all:"x',
    "cat:" + "cs.CL," * 200,
    "@everyone <@&1> [x](https://evil.example)",
    "-" * 500,
    "--zebra",
    "ti: au: abs: zebra",
    "zebra cat:cs.C* au:* since:x until:0 id:q foo:bar",
    "𝔷𝔢𝔟𝔯𝔞",
    "a" * 2000,
    " ".join(f"{letter}*" for letter in "abcdefghijklmnopqrstuvwxyz"),
    "ze* pa* ab*",
)


async def test_whatever_is_typed_is_answered(stage: CommandsStage) -> None:
    await store(stage, numbered(1))
    for query in HOSTILE:
        answer = await _search(stage, query)
        assert "Something went wrong" not in answer.text, query
        assert "did not answer as it should" not in answer.text, query
        assert "@everyone" not in answer.text, query
        assert "<@&1>" not in answer.text, query
        assert "](https://evil" not in answer.text, query
    assert "1 paper" in (await _search(stage, "zebra", **{"in": "archive"})).text


NO_WORD = "There is no word in that to search for. Give me a few words of the topic."
ONLY_NOT = "That only says what to leave out. Add a word that the papers should have."
FEWER = "Try fewer or more general words, or look at how they are spelled."
NO_OR = "⚠️ There is no OR: all words must be found. Search for each word by itself."
CUT = "⚠️ Only the first 2,000 characters were read."
NO_PARTNER = "⚠️ A quotation mark has no partner, so I searched for the words one by one."
NO_GROUPS = "⚠️ Parentheses do not group words: all words must be found"
FOUND = "[Zebra paper 001]("


@pytest.mark.parametrize(
    ("queries", "said"),
    [
        # Nothing to search for: that is the whole answer.
        (
            (" ", "🦓🧪👨\u200d👩\u200d👧", "%", "%%__\\\\", "\\", '"""“”「', "-" * 500, "\x00"),
            NO_WORD,
        ),
        (("-zebra", "--zebra", "NOT zebra", "-cat:cs.CL"), ONLY_NOT),
        # Something to search for, and a sentence on the rest.
        (("x" * 4000, "zebra quagga " * 300), CUT),
        (("x" * 4000, "x" * 1900), FEWER),
        (("zebra " * 660,), (CUT, "# 🔎 1 paper", "-# “zebra” · best", FOUND)),
        ((" ".join(f"w{n}" for n in range(300)),), "⚠️ Only the first 32 words and phrases"),
        (
            ('"; DROP TABLE papers; --',),
            (NO_PARTNER, "“DROP” · “TABLE” · “papers”", "one of these out"),
        ),
        (("zebra UNION OR SELECT", "zebra* OR paper MATCH 'zebra'"), NO_OR),
        (('"zebra" OR NEAR(zebra papers, 5) AND {title abstract}: ^zebra* - NOT',), NO_OR),
        (("(ti:zebra OR au:nunez)",), (NO_OR, NO_GROUPS, "“zebra” in the title · by nunez", FOUND)),
        (("(((((ti:((zebra",), (NO_GROUPS, "-# “zebra” in the title", FOUND)),
        (('zebra" ANDNOT x',), NO_PARTNER),
        (("title:zebra rowid:5",), "⚠️ There is no field `rowid:`, so I searched for it as a word."),
        (("التعلم العميق", "\u202eלמידה עמוקה"), (FEWER, "it can be searched in English only.")),
        # What is not a letter or a digit does no harm.
        (("ze\x00bra", "\x00zebra\x00"), (FOUND, "-# “zebra” · best match first")),
        (("😀 zebra 🦓", "\u202ezebra\u202c \u200f", "ze\u200bbra", "zebra; --", "zebra'"), FOUND),
    ],
)
async def test_what_is_odd_is_told_in_a_sentence_or_does_no_harm(
    stage: CommandsStage, queries: tuple[str, ...], said: str | tuple[str, ...]
) -> None:
    await store(stage, numbered(1))
    for query in queries:
        answer = (await _search(stage, query)).text
        for sentence in (said,) if isinstance(said, str) else said:
            assert sentence in answer, query
        if said in {NO_WORD, ONLY_NOT}:
            assert answer == said, query
        # No sign that turns or hides text comes back.
        assert not {"\x00", "\u202e", "\u200f", "\u200b"} & set(answer), query


@pytest.mark.parametrize(
    ("locale", "sentences"),
    [
        (
            "ja",
            {
                "🦓": "検索できる語がありません。テーマを表す語をいくつか入力してください。",
                "-zebra": "除外する条件しかありません。論文に含まれるべき語を加えてください。",
                "x" * 4000: "最初の2,000文字だけで検索しました。",
                "zebra OR quagga": "ORは使えず、すべての語を含む論文だけを探します。",
                "(ti:zebra au:nunez)": "括弧で語をまとめることはできません。",
                'zebra "quagga': "引用符",
                "עמוקה": "arXivの検索は英語のみのため",
                "id:2606.99999": "arXiv IDを確認するか",
            },
        ),
        (
            "zh-CN",
            {
                "🦓": "这里没有可搜索的词。请输入几个与主题有关的词。",
                "-zebra": "这里只有要排除的词。请再加一个论文中应有的词。",
                "x" * 4000: "只读取了前 2,000 个字符。",
                "zebra OR quagga": "不支持 OR：所有词都必须出现。请分别搜索每个词。",
                "(ti:zebra au:nunez)": "括号不能把词组合在一起",
                'zebra "quagga': "引号",
                "עמוקה": "没有查询 arXiv：它只支持英文搜索。",
                "id:2606.99999": "请检查 arXiv 编号",
            },
        ),
    ],
)
async def test_what_is_odd_is_told_in_the_readers_language(
    stage: CommandsStage, locale: str, sentences: dict[str, str]
) -> None:
    await stage.reader.set_locale(locale)
    for query, sentence in sentences.items():
        assert sentence in (await _search(stage, query)).text, query


async def test_arabic_and_hebrew_words_find_papers(stage: CommandsStage) -> None:
    one, other = numbered(1), numbered(2)
    await store(stage, one, other)
    await translate(stage, one, "ar", "التعلم العميق للحمار", ["نحن ندرس الخطوط."])
    await translate(stage, other, "he", "למידה עמוקה של זברות", ["אנו חוקרים פסים."])
    for query, number in (("التعلم العميق", 1), ("עמוקה פסים", 2)):
        found = await _search(stage, query)
        assert _numbers(found) == [number], query
        assert "arXiv itself was not asked" in found.text


async def test_did_you_mean_searches_in_place(stage: CommandsStage) -> None:
    await store(stage, *(numbered(number) for number in range(1, 8)))
    found = await _search(stage, 'zebrra "paper 003"')
    assert "🔎 Nothing found" in found.text
    assert "Did you mean “zebra” · “paper 003”?" in found.text
    assert 'Search for zebra "paper 003"' in found.buttons
    assert found.text.index("Did you mean") < found.text.index("leave one of these out")
    meant = await stage.press(found, 'Search for zebra "paper 003"', by=stage.reader)
    assert meant.id == found.id
    assert _numbers(meant) == [3]
    assert "“zebra” · “paper 003” · best match first" in meant.text
    assert "Did you mean" not in meant.text


async def test_identifiers_and_links(stage: CommandsStage) -> None:
    await store(stage, numbered(1))
    found = await _search(stage, "2606.00001 https://arxiv.org/abs/2606.90021v1")
    assert "2 papers" in found.text
    assert "Zebra paper 001" in found.text
    assert "A Good Lawyer" in found.text


async def test_an_identifier_that_no_paper_has(stage: CommandsStage) -> None:
    for where, heading in (("both", "🔎 Nothing found\n"), ("archive", "Nothing found in my")):
        said = await _search(stage, "id:2606.99999", **{"in": where})
        assert heading in said.text
        assert "Check the arXiv id, or search for words of the title instead." in said.text


async def test_in_direct_messages_and_where_only_the_person_has_the_app(
    stage: CommandsStage,
) -> None:
    await store(stage, *(numbered(number) for number in range(1, 8)))
    direct = await stage.reader.open_dm(stage.application.id)
    await stage.reader.install(stage.application.id)
    elsewhere = stage.world.servers.create(stage.reader_id, "Elsewhere").id
    room = stage.world.rooms.create(elsewhere, "general").id
    group = await stage.reader.open_group_dm(stage.admin_id)
    for at in (direct, room, group):
        page = await stage.run("search", by=stage.reader, at=at, query="zebra")
        assert "7 papers" in page.text
        assert _numbers(await stage.press(page, "▶", by=stage.reader)) == [2, 1]


async def test_an_unknown_category_alone_is_named(stage: CommandsStage) -> None:
    said = await stage.run("search", by=stage.reader, query="cat:cs.CLL")
    assert "cs.CLL" in said.text
    assert "no word" not in said.text
