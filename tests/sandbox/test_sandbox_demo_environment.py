"""What the demo's bot takes over from the caller's environment."""

import pytest

from sandbox.demo_environment import provider_settings


def test_only_who_summarizes_and_translates(monkeypatch: pytest.MonkeyPatch) -> None:
    given = {
        "PAPERBOY_SUMMARIZER": "model",
        "PAPERBOY_CHAT_URL": "http://127.0.0.1:9/v1",
        "PAPERBOY_EMBEDDINGS_URL": "http://127.0.0.1:9/v1",
        "PAPERBOY_BUDGET_COST": "1",
    }
    others = {"PAPERBOY_DISCORD_TOKEN": "secret", "PAPERBOY_DATA_DIR": "/data", "CHAT_URL": "x"}
    for name, value in (given | others).items():
        monkeypatch.setenv(name, value)
    assert provider_settings() == given
