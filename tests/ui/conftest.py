"""Fixtures for the tests of what the bot shows and how it posts."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
from ui_stage import UiStage, staged


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncGenerator[UiStage]:
    """The bot in a sandbox, without commands."""
    async with staged(tmp_path / "data") as made:
        yield made


@pytest.fixture
async def commanded(tmp_path: Path) -> AsyncGenerator[UiStage]:
    """The bot in a sandbox, with the commands of `ui_commands`."""
    async with staged(tmp_path / "data", ("ui_commands",)) as made:
        yield made
