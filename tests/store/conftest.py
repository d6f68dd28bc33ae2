"""The fixture of the store's tests."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
from store_stage import StoreStage, opened


@pytest.fixture
async def store(tmp_path: Path) -> AsyncGenerator[StoreStage]:
    """All stores over a new database."""
    async with opened(tmp_path) as made:
        yield made
