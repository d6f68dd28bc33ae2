"""Fixtures for the sandbox's tests."""

from collections.abc import AsyncIterator

import pytest
from rest_server import RestServer, running_rest_server


@pytest.fixture
async def rest() -> AsyncIterator[RestServer]:
    """A served REST interface with a small world, rate limits off."""
    async with running_rest_server() as server:
        yield server
