"""Asking services that lose placeholders, and in requests that fail half-way."""

import pytest

from bot.enrich.translate.asking import translated
from bot.enrich.translate.batches import Batches
from bot.enrich.translate.protect import TOKENS
from bot.errors import SourceError, SourceUnavailable


class Service:
    """Answers what it has been told to, and remembers what it was asked."""

    def __init__(self, *answers: list[str] | SourceError) -> None:
        self.answers = list(answers)
        self.asked: list[list[str]] = []

    async def __call__(self, texts: list[str]) -> list[str]:
        self.asked.append(texts)
        answer = self.answers.pop(0)
        if isinstance(answer, SourceError):
            raise answer
        return answer


async def test_a_lost_placeholder_is_asked_for_without_it() -> None:
    service = Service(["ohne", "X1 bleibt"], ["Lass GPT-4 sein, mit $a$"])
    said = await translated(["Let GPT-4 be $a$", "$b$ stays"], TOKENS, service)
    assert said == ["Lass GPT-4 sein, mit $a$", "$b$ bleibt"]
    assert service.asked == [["Let X1 be X2", "X1 stays"], ["Let GPT-4 be $a$"]]


async def test_only_the_kind_that_was_lost_goes_unprotected() -> None:
    service = Service(["Lass X2 sein"], ["Lass GPT4 sein, X1"])
    assert await translated(["Let GPT-4 be $a$"], TOKENS, service) == ["Lass GPT4 sein, $a$"]
    assert service.asked[1] == ["Let GPT-4 be X1"]


@pytest.mark.parametrize("second", ["Lass $ a $ sein", "", "nichts"])
async def test_a_formula_that_does_not_survive_is_no_translation(second: str) -> None:
    service = Service(["Lass sein"], [second])
    assert await translated(["Let $a$ be"], TOKENS, service) == [""]


async def test_an_error_of_the_second_question_loses_only_its_texts() -> None:
    service = Service(["ohne", "gut"], SourceUnavailable("S", "down"))
    assert await translated(["Let $a$ be", "good"], TOKENS, service) == ["", "gut"]


async def test_an_error_of_the_first_is_told() -> None:
    with pytest.raises(SourceUnavailable):
        await translated(["Let it be"], TOKENS, Service(SourceUnavailable("S", "down")))


async def test_an_empty_answer_is_not_asked_for_again() -> None:
    service = Service([" "])
    assert await translated(["Let $a$ be"], TOKENS, service) == [""]


async def test_an_answer_of_many_times_the_length_is_none() -> None:
    service = Service(["gut " * 200, "ja"])
    assert await translated(["good", "yes"], TOKENS, service) == ["", "ja"]


def batches(most: int = 2, room: int = 100) -> Batches:
    return Batches(most=most, room=room, size=len, too_large=lambda error: error.status == 413)


async def test_what_was_answered_before_an_error_is_not_asked_again() -> None:
    service = Service(["A", "B"], SourceUnavailable("S", "down"), ["C", "D"], ["A"])
    asking = batches()
    with pytest.raises(SourceUnavailable):
        await asking.ask(["a", "b", "c", "d"], service, kind=1)
    assert await asking.ask(["a", "b", "c", "d"], service, kind=1) == ["A", "B", "C", "D"]
    assert service.asked == [["a", "b"], ["c", "d"], ["c", "d"]]
    assert await asking.ask(["a"], service, kind=1) == ["A"]  # kept for one call only


async def test_answers_of_another_kind_are_not_taken() -> None:
    service = Service(["A", "B"], SourceUnavailable("S", "down"), ["Z"])
    asking = batches()
    with pytest.raises(SourceUnavailable):
        await asking.ask(["a", "b", "c"], service, kind="ja")
    assert await asking.ask(["a"], service, kind="de") == ["Z"]


async def test_too_large_requests_are_halved() -> None:
    large = SourceUnavailable("S", "too large", status=413)
    service = Service(large, ["A"], large)
    assert await batches().ask(["a", "b"], service, kind=1) == ["A", ""]
    assert service.asked == [["a", "b"], ["a"], ["b"]]


async def test_requests_are_no_larger_than_wanted() -> None:
    service = Service(["A" * 6, "B" * 6], ["C" * 6])
    said = await batches(most=9, room=17).ask(
        ["a" * 6, "b" * 6, "c" * 6, "d" * 20], service, kind=1, reserved=3
    )
    assert said == ["A" * 6, "B" * 6, "C" * 6, ""]


async def test_what_is_kept_of_failed_calls_is_bounded() -> None:
    asking = batches(most=1500, room=10**6)
    for round_ in range(2):
        many = [f"{round_} {number}" for number in range(1500)]
        service = Service(many, SourceUnavailable("S", "down"))
        with pytest.raises(SourceUnavailable):
            await asking.ask([*many, "one more"], service, kind=1)
    last = Service(["first"])  # the oldest 1,000 are given up
    assert await asking.ask(["0 0", "1 1499"], last, kind=1) == ["first", "1 1499"]
