"""Finding JSON in what models write, and guessing tokens."""

import gzip
import json
import time
from contextlib import suppress
from pathlib import Path

import pytest

from bot.enrich.chat_json import commands_in, find_json
from bot.enrich.tokens import answer_tokens, characters_for, estimate_tokens, packed
from bot.languages import LANGUAGES

ITEM = {"papers": [{"text": 'a } ] " \\ b'}]}
WRITTEN = json.dumps(ITEM)


@pytest.mark.parametrize(
    "text",
    [
        WRITTEN,
        f"  {WRITTEN}\n",
        f"```json\n{WRITTEN}\n```",
        f"Here {{you}} are: {WRITTEN} I hope {{this}} helps.",
        f"The set [a, b] is {WRITTEN}",
        f'<think>\nMaybe {{"papers": []}}?\n</think>\n{WRITTEN}',
        f'Maybe {{"papers": []}}?\n</think>\n{WRITTEN}',
        f'{WRITTEN}\n{{"papers": []}}',
    ],
)
def test_json_is_found(text: str) -> None:
    assert find_json(text) == ITEM


@pytest.mark.parametrize(
    "text",
    ["", "no", "{", "[[[", '{"a": ', '<think>{"a": 1}', "{a: 1}", '"a"', "7", '{"a": "b'],
)
def test_what_is_no_json_is_told(text: str) -> None:
    with pytest.raises(ValueError):
        find_json(text)


def test_an_answer_may_speak_of_thoughts() -> None:
    said = {"text": "Tokens such as </think> end what <think> begins."}
    assert find_json(json.dumps(said)) == said


def test_of_a_cut_list_the_complete_items_are_kept() -> None:
    items = [{"sentence": at, "text": f'{at} {{["'} for at in range(5)]
    written = json.dumps({"translations": items})
    for end in range(written.index('"sentence": 4'), len(written) - 2):
        assert find_json(written[:end]) == {"translations": items[:4]}
    assert find_json(json.dumps(items)[:-3]) == items[:4]


def test_latex_that_was_not_escaped_is_read_as_what_was_asked() -> None:
    asked = r"$\alpha\beta\nu\frac{1}{2}\tau\rho\upsilon\_$ 50\% \(x\)"
    commands = commands_in(json.dumps({"1": asked}))
    assert {"alpha", "beta", "nu", "frac", "tau", "rho", "upsilon"} <= commands
    assert find_json(f'{{"text": "{asked}"}}', commands) == {"text": asked}
    assert find_json(json.dumps({"text": asked}), commands) == {"text": asked}


def test_line_breaks_stay_line_breaks() -> None:
    said = {"text": 'two\nlines\tand "more" \u732b / é'}
    for written in (json.dumps(said), json.dumps(said, ensure_ascii=False)):
        assert find_json(written, ["nu"]) == said
    assert find_json('{"text": "a\nb"}') == {"text": "a\nb"}
    assert find_json(r'{"text": "\ud800 x"}') == {"text": "\ufffd x"}


@pytest.mark.parametrize(
    "text",
    [
        "{" * 200_000,
        '{"' * 100_000,
        '[{"a": "' + '\\"' * 100_000,
        '["' + "\\" * 199_999,
        "<think>" * 30_000,
        "{ " * 100_000,
        '{"a": [' + '{"b": 1},' * 22_000,
        '{"a": "' + "\\frac" * 40_000 + '"}',
    ],
    ids=range(8),
)
def test_hostile_answers_are_read_quickly(text: str) -> None:
    start = time.process_time()
    with suppress(ValueError):
        find_json(text, ["frac"])
    assert time.process_time() - start < 1.0


def test_a_guess_of_tokens_is_on_the_high_side_but_not_absurd() -> None:
    english = "We present a method that improves the accuracy of large language models. " * 10
    # 13 words and a stop are 14 tokens with every common tokenizer.
    assert 140 <= estimate_tokens(english) <= 240
    assert 8 <= estimate_tokens("私は猫を飼っている。") <= 20
    assert estimate_tokens("") == 0
    assert estimate_tokens(r"$\frac{1}{2}$") >= 8
    assert estimate_tokens("a" * 7) == 2


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_room_for_its_answer(language: str) -> None:
    assert answer_tokens(100, language) >= 200
    assert characters_for(30, language) in {0, 90}


def test_the_guess_covers_real_translations(shared_data: Path) -> None:
    with gzip.open(shared_data / "translation" / "en-zh-llm-1500.jsonl.gz", "rt") as lines:
        pairs = [json.loads(line) for line in lines]
    short = sum(
        answer_tokens(estimate_tokens(pair["abstract"]), "zh-CN")
        < estimate_tokens(pair["abstract_zh"])
        for pair in pairs
    )
    assert short <= 0.005 * len(pairs)


@pytest.mark.parametrize(
    ("costs", "groups"),
    [
        ([], []),
        ([5], [[0]]),
        ([50], [[0]]),
        ([5, 5, 5], [[0, 1], [2]]),
        ([11, 1, 1], [[0], [1, 2]]),
        ([1, 11, 1], [[0], [1], [2]]),
        ([1] * 7, [[0, 1, 2], [3, 4, 5], [6]]),
    ],
)
def test_neighbors_go_together_as_there_is_room(costs: list[int], groups: list[list[int]]) -> None:
    assert [list(group) for group in packed(costs, 10, 3)] == groups
