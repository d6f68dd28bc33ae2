"""The bookmarks that are offered while a person types."""

from collections.abc import Sequence

from discord.app_commands import Choice

from bot.export.citations import Entry
from bot.ui.words import title_in_list

MOST_CHOICES = 25
_LONGEST = 100


def bookmark_choices(entries: Sequence[Entry]) -> list[Choice[str]]:
    """Choices with the papers' titles, the papers' ids behind them."""
    return [
        Choice(name=title_in_list(paper.title, _LONGEST), value=paper.id)
        for _, paper in entries[:MOST_CHOICES]
    ]
