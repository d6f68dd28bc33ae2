"""Logs: no secret in them, whatever way it comes, in both forms."""

import json
import logging
from collections.abc import Iterator

import httpx
import pytest
import structlog

from bot.logs import Redactor, configure, incident_id

# Of a token's form, and of nobody's bot: the first part is "123456789012345678" in base64.
TOKEN = "MTIzNDU2Nzg5MDEyMzQ1Njc4.GabcdE.ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijkl"
KNOWN = "demo-token-of-no-value"
INTERACTION = "https://discord.test/api/v10/webhooks/123/aW50ZXJhY3Rpb24/messages/@original"
CALLBACK = "/api/v10/interactions/456/c2VjcmV0/callback"


@pytest.fixture(autouse=True)
def logging_as_before() -> Iterator[None]:
    """Take back what `configure` does to the process."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    quiet = ("discord", "httpx", "httpcore", "aiosqlite", "alembic", "sqlalchemy", "arxiv")
    levels = {name: logging.getLogger(name).level for name in quiet}
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    for name, before in levels.items():
        logging.getLogger(name).setLevel(before)
    structlog.reset_defaults()


@pytest.fixture(params=["console", "json"])
def style(request: pytest.FixtureRequest) -> str:
    return request.param


def assert_clean(text: str) -> None:
    assert "[secret]" in text
    for secret in (TOKEN, KNOWN, "aW50ZXJhY3Rpb24", "c2VjcmV0"):
        assert secret not in text


@pytest.mark.parametrize(
    "value",
    [
        f"token {TOKEN}.",
        f"Bot {KNOWN}",
        f"PATCH {INTERACTION}",
        f"POST {CALLBACK} failed",
        {"Authorization": f"Bot {TOKEN}"},
        ["one", (KNOWN,)],
        httpx.URL(INTERACTION),
        ValueError(f"bad {TOKEN}"),
        f"Bot {TOKEN}".encode(),
    ],
    ids=["token", "known", "webhook", "callback", "dict", "list", "url", "exception", "bytes"],
)
def test_secrets_are_taken_out_of_fields(
    style: str, value: object, capsys: pytest.CaptureFixture[str]
) -> None:
    configure("INFO", style, [KNOWN])
    structlog.get_logger("bot.test").info("something", value=value, place="here")
    shown = capsys.readouterr().err
    assert_clean(shown)
    assert "something" in shown
    assert "here" in shown


def test_secrets_are_taken_out_of_exceptions(
    style: str, capsys: pytest.CaptureFixture[str]
) -> None:
    configure("INFO", style, [KNOWN])
    try:
        try:
            raise KeyError(f"{KNOWN} {TOKEN}")
        except KeyError as error:
            raise RuntimeError(f"at {INTERACTION}") from error
    except RuntimeError:
        structlog.get_logger("bot.test").exception("failed", incident="0badcafe")
    shown = capsys.readouterr().err
    assert_clean(shown)
    assert "RuntimeError" in shown
    assert "KeyError" in shown
    assert "0badcafe" in shown


def test_secrets_are_taken_out_of_the_libraries_records(
    style: str, capsys: pytest.CaptureFixture[str]
) -> None:
    configure("INFO", style, [KNOWN])
    library = logging.getLogger("discord.http")
    library.warning("We are being rate limited. %s %s with %r", "POST", CALLBACK, TOKEN)
    try:
        raise OSError(f"connection with {KNOWN} to {INTERACTION}")
    except OSError:
        library.exception("Attempting a reconnect as %s", KNOWN)
    shown = capsys.readouterr().err
    assert_clean(shown)
    assert "We are being rate limited. POST" in shown
    assert "Attempting a reconnect" in shown
    assert "OSError" in shown


def test_what_is_no_secret_stays(capsys: pytest.CaptureFixture[str]) -> None:
    configure("INFO", "json")
    structlog.get_logger("bot.test").info(
        "posted",
        channel=1511700981409120256,
        path="/channels/1/messages/2",
        paper="2606.01234v1",
        title="量子 “x” <b>",
        nothing=None,
        list=[1, 2],
    )
    line = json.loads(capsys.readouterr().err)
    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "event": "posted",
        "level": "info",
        "logger": "bot.test",
        "channel": 1511700981409120256,
        "path": "/channels/1/messages/2",
        "paper": "2606.01234v1",
        "title": "量子 “x” <b>",
        "nothing": None,
        "list": [1, 2],
    }


def test_each_record_is_one_line_of_json(capsys: pytest.CaptureFixture[str]) -> None:
    configure("INFO", "json")
    try:
        raise ValueError("a\nb")
    except ValueError:
        structlog.get_logger("bot.test").exception("failed\nhere")
    logging.getLogger("other").warning("x\ny")
    lines = capsys.readouterr().err.splitlines()
    assert [json.loads(line)["event"] for line in lines] == ["failed\nhere", "x\ny"]


def test_the_level_counts_and_libraries_are_quieter(capsys: pytest.CaptureFixture[str]) -> None:
    configure("INFO", "json")
    structlog.get_logger("bot.test").debug("too much")
    logging.getLogger("httpx").info("HTTP Request: GET /")
    logging.getLogger("discord.gateway").info("Shard connected")
    assert capsys.readouterr().err == ""
    configure("ERROR", "json")
    logging.getLogger("httpx").warning("slow")
    assert capsys.readouterr().err == ""


def test_an_empty_secret_hides_nothing() -> None:
    assert Redactor(["", "x-y"]).text("a x-y b") == "a [secret] b"


def test_incident_ids_are_short_and_differ() -> None:
    ids = {incident_id() for _ in range(50)}
    assert len(ids) == 50
    assert all(len(made) == 8 and made.isalnum() for made in ids)
