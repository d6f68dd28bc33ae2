"""`lab summarize` by the embedded summarizer."""

from pathlib import Path

import pytest
from lab_stage import PAPER, environment, is_empty, lab, lines

from bot.enrich.summarize.extractive import ExtractiveSummarizer
from bot.exits import Exit
from bot.models import Role
from bot.text.sentences import sentence_texts

_GERMAN = (
    "Wir untersuchen den Schlaf von Katzen in vierzehn Haushalten. "
    "Unsere Kamera zählt jedes Nickerchen, ohne das Tier dabei zu wecken. "
    "Die Ergebnisse zeigen, dass Katzen fast den ganzen Tag schlafen."
)
_JAPANESE = "本論文では猫の睡眠を調べる。カメラは猫を起こさずに昼寝を数える。結果は良好である。"


async def test_summaries_are_the_embedded_summarizers(tmp_path: Path) -> None:
    records = [PAPER, {**PAPER, "id": 2, "more": [1]}, {"id": 3, "abstract": PAPER["abstract"]}]
    ran = await lab(environment(tmp_path), "summarize", given=lines(records))
    assert (ran.code, ran.err) == (Exit.OK, "")
    expected = ExtractiveSummarizer().summarize(PAPER["title"], PAPER["abstract"])
    assert ran.answers[0] == {
        "id": PAPER["id"],
        "tldr": expected.tldr,
        "takeaways": [
            {"text": one.text, "role": one.role.value, "sentence": one.sentence}
            for one in expected.takeaways
        ],
        "provider": "extractive",
        "language": "en",
    }
    assert ran.answers[1] == {**ran.answers[0], "id": 2}
    assert ran.answers[2]["tldr"]
    sentences = sentence_texts(PAPER["abstract"])
    for answer in ran.answers:
        assert len(answer["takeaways"]) >= 2
        for one in answer["takeaways"]:
            assert one["role"] in {role.value for role in Role}
            assert 0 <= one["sentence"] < len(sentences)
    assert is_empty(tmp_path)  # no database, no folder


@pytest.mark.parametrize(
    ("abstract", "language"),
    [("", "en"), (" \n ", "en"), ("Cats sleep.", "en"), (_GERMAN, "und"), (_JAPANESE, "und")],
)
async def test_abstracts_of_all_kinds(tmp_path: Path, abstract: str, language: str) -> None:
    record = {"id": 1, "title": "", "abstract": abstract}
    ran = await lab(environment(tmp_path), "summarize", given=lines([record, PAPER]))
    assert ran.code == Exit.OK
    assert [answer["id"] for answer in ran.answers] == [1, PAPER["id"]]
    answer = ran.answers[0]
    assert answer["language"] == language
    assert bool(answer["tldr"]) == bool(abstract.strip())
    if not abstract.strip():
        assert answer["takeaways"] == []
    if language == "und":
        assert answer["tldr"] in abstract


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        (b"nonsense", "it is not JSON"),
        (b'["list"]', "it is not an object"),
        (b'{"id": 2, "title": "No abstract"}', '"abstract" is missing'),
        (b'{"id": 2, "abstract": ["text"]}', '"abstract" is not a text'),
        (b'{"id": 2, "abstract": "", "title": null}', '"title" is not a text'),
        (b'{"abstract": "No id."}', '"id" is missing'),
    ],
)
async def test_a_wrong_line_ends_it_after_what_came_before(
    tmp_path: Path, line: bytes, problem: str
) -> None:
    given = lines([PAPER]) + b"\n" + line + b"\n" + lines([PAPER])
    ran = await lab(environment(tmp_path), "summarize", given=given)
    assert ran.code == Exit.USAGE
    assert [answer["id"] for answer in ran.answers] == [PAPER["id"]]
    assert ran.err.startswith(f"paperboy lab: line 3: {problem}")
    assert ran.err.count("\n") == 1


@pytest.mark.parametrize(
    ("language", "problem"),
    [("tlh", "'tlh' is not a language"), ("ja", "PAPERBOY_SUMMARIZER=model")],
)
async def test_a_language_that_it_does_not_write_is_refused(
    tmp_path: Path, language: str, problem: str
) -> None:
    ran = await lab(environment(tmp_path), "summarize", "--language", language)
    assert (ran.code, ran.out) == (Exit.USAGE, "")
    assert problem in ran.err


async def test_english_may_be_said_in_any_form(tmp_path: Path) -> None:
    ran = await lab(environment(tmp_path), "summarize", "--language", "en_US", given=lines([PAPER]))
    assert (ran.code, len(ran.answers)) == (Exit.OK, 1)


async def test_a_wrong_setting_is_named(tmp_path: Path) -> None:
    ran = await lab(environment(tmp_path, summarizer="magic"), "summarize", given=lines([PAPER]))
    assert (ran.code, ran.out) == (Exit.SETTINGS, "")
    assert "PAPERBOY_SUMMARIZER" in ran.err


async def test_hostile_abstracts_are_summarized_in_time(tmp_path: Path) -> None:
    hostile = ["$" * 50_000, "(" * 50_000, "We show that " * 15_000, "a. " * 60_000, "\x00\ud800"]
    records = [{"id": at, "title": text, "abstract": text} for at, text in enumerate(hostile)]
    ran = await lab(environment(tmp_path), "summarize", given=lines([*records, PAPER]))
    assert ran.code == Exit.OK
    assert [answer["id"] for answer in ran.answers] == [*range(len(hostile)), PAPER["id"]]
