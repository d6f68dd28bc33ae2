"""Providers at rest: how long, from whom, and when they are asked again."""

from datetime import timedelta

import pytest
from structlog.testing import capture_logs
from translate_samples import NOW

from bot.enrich.rest import Rest, Useless
from bot.errors import AnswerLost, SourceError, SourceGarbled, SourceRefused, SourceUnavailable
from sandbox.clock import SandboxClock


@pytest.fixture
def clock() -> SandboxClock:
    return SandboxClock(NOW)


def _resting(rest: Rest, *, patient: bool = False) -> type[SourceError] | None:
    try:
        rest.check(patient=patient)
    except SourceError as error:
        return type(error)
    return None


def test_who_refuses_is_left_alone_by_everybody(clock: SandboxClock) -> None:
    rest = Rest("translations", clock)
    with capture_logs() as logs:
        rest.failed(SourceRefused("DeepL", "wrong key", status=403))
    assert [(entry["event"], entry["log_level"]) for entry in logs] == [
        ("provider_refuses", "error")
    ]
    assert _resting(rest, patient=True) is SourceRefused
    clock.advance(timedelta(minutes=14))
    assert _resting(rest, patient=True) is SourceRefused
    clock.advance(timedelta(minutes=1))
    assert _resting(rest, patient=True) is None
    assert rest.trouble is not None  # until it has answered
    rest.went_well()
    assert rest.trouble is None


def test_who_fails_rests_longer_each_time_but_not_from_who_insists(clock: SandboxClock) -> None:
    rest = Rest("summaries", clock)
    first = clock.now()
    rests: list[float] = []
    for _ in range(8):
        rest.failed(AnswerLost("model", "no answer within 60 s"))
        assert _resting(rest) is AnswerLost
        assert _resting(rest, patient=True) is None
        assert rest.trouble is not None
        rests.append(round((rest.trouble.until - clock.now()).total_seconds()))
        clock.set(rest.trouble.until)
        assert _resting(rest) is None
    assert rests == [30, 60, 120, 240, 480, 900, 900, 900]
    assert rest.trouble is not None
    assert abs(rest.trouble.since - first) < timedelta(seconds=5)
    rest.went_well()
    rest.failed(SourceUnavailable("model", "overloaded", status=503))
    clock.advance(timedelta(seconds=31))
    assert _resting(rest) is None


def test_the_servers_own_wish_is_followed_within_reason(clock: SandboxClock) -> None:
    rest = Rest("summaries", clock)
    rest.failed(SourceUnavailable("model", "slow down", status=429, retry_after=600))
    clock.advance(timedelta(seconds=599))
    assert _resting(rest) is SourceUnavailable
    rest.failed(SourceUnavailable("model", "slow down", status=429, retry_after=1e9))
    clock.advance(timedelta(seconds=3601))
    assert _resting(rest) is None


def test_while_it_rests_it_is_told_how_long_the_server_wants_to_be_left_alone(
    clock: SandboxClock,
) -> None:
    rest = Rest("summaries", clock)
    rest.failed(SourceUnavailable("model", "slow down", status=429, retry_after=600))
    clock.advance(timedelta(seconds=200))
    with pytest.raises(SourceUnavailable) as raised:
        rest.check(patient=False)
    assert raised.value.status == 429
    assert raised.value.retry_after == pytest.approx(400, abs=5)


@pytest.mark.parametrize(
    ("error", "rest_s"),
    [
        (SourceUnavailable("model", "overloaded", status=503), 30),
        (SourceUnavailable("model", "slow down", status=429, retry_after=600), 600),
        (SourceRefused("model", "wrong key", status=403), 900),
    ],
)
def test_a_clock_that_is_set_back_makes_no_rest_longer(
    clock: SandboxClock, error: SourceError, rest_s: float
) -> None:
    rest = Rest("summaries", clock)
    rest.failed(error)
    clock.set(clock.now() - timedelta(hours=5))
    assert _resting(rest) is type(error)
    clock.advance(timedelta(seconds=rest_s + 1))
    assert _resting(rest) is None


def test_one_answer_of_nonsense_is_no_reason_to_rest(clock: SandboxClock) -> None:
    rest = Rest("summaries", clock)
    for resting in (None, None, SourceGarbled):
        rest.failed(SourceGarbled("model", "no JSON"))
        assert _resting(rest) is resting


def test_what_was_no_use_twice_is_left_for_the_day(clock: SandboxClock) -> None:
    useless: Useless[str] = Useless(clock)
    useless.note(["a", "b"])
    useless.note(["a"])
    assert useless.given_up("a")
    assert not useless.given_up("b")
    clock.advance(timedelta(days=1))
    assert not useless.given_up("a")
