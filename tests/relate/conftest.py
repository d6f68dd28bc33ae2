"""The fixture of the tests of related papers."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
from relate_stage import RelateStage, opened


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncGenerator[RelateStage]:
    """An empty archive with its index."""
    async with opened(tmp_path) as made:
        yield made
