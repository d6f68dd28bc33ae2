"""The kind of view that posted messages and their private answers are made of."""

from collections.abc import Iterable, Sequence
from typing import Any

import discord
from discord import ui

TEXT_LIMIT = 4000
"""Discord's limit for all text in a message of components, in characters."""

ROOM = 3900
"""How much of it is used. The rest is slack, should Discord count some character differently."""

Row = ui.ActionRow[Any]
Item = ui.Item[Any]


class PostedView(ui.LayoutView):
    """A view that the library sends and forgets.

    For every view that is not finished the library keeps its buttons in memory until it times
    out, which for a message that works for ever is never. These buttons are answered by their
    custom ids alone (`bot/ui/buttons.py`), so nothing needs to be kept.
    """

    def __init__(self) -> None:
        super().__init__(timeout=None)

    def is_finished(self) -> bool:
        return True


def posted(parts: Iterable[Item], *, accent: int) -> PostedView:
    """A view of one container with these parts."""
    view = PostedView()
    view.add_item(ui.Container(*parts, accent_color=discord.Color(accent)))
    return view


def text(*lines: str) -> list[Item]:
    """A text of these lines without the empty ones; nothing if all are."""
    kept = "\n".join(line for line in lines if line)
    return [ui.TextDisplay(kept)] if kept else []


def row(buttons: Sequence[Item]) -> list[Item]:
    """A row of at most five buttons; nothing if there are none."""
    return [Row(*buttons)] if buttons else []
