"""When Discord made something, by its id."""

from datetime import UTC, datetime, timedelta

_DISCORD_EPOCH_MS = 1_420_070_400_000


def moment_of(snowflake: int) -> datetime:
    """When Discord made an id (reference: "Snowflakes"), a second earlier to be safe."""
    milliseconds = (snowflake >> 22) + _DISCORD_EPOCH_MS
    return datetime.fromtimestamp(milliseconds / 1000, UTC) - timedelta(seconds=1)
