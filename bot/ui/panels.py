"""Private panels: texts and rows of controls in one container, always within Discord's limits."""

import math
from collections.abc import Sequence
from typing import Any, Protocol

import discord
from discord import ui

from bot.i18n import t
from bot.text.safety import shorten
from bot.ui.views import ROOM, Item, PostedView, Row, posted

INK = 0x4F6D8F  # the quiet accent of the bot's own panels
GOOD = 0x3F8F5F
WARNING = 0xC08A2B
DANGER = 0xB4443C


class CustomId(Protocol):
    """Makes the custom id of a control from what it does and, if need be, with what."""

    def __call__(self, action: str, value: str = "") -> str: ...


def panel(
    blocks: Sequence[str], rows: Sequence[Sequence[Item]] = (), *, accent: int = INK
) -> PostedView:
    """A panel of text blocks with lines between them, and rows of controls below.

    Blocks that are empty are left out; what passes Discord's limit of text is cut from the end.
    """
    parts: list[Item] = []
    left = ROOM
    for block in blocks:
        text = shorten(block.strip(), left)
        if not text:
            continue
        if parts:
            parts.append(ui.Separator())
        parts.append(ui.TextDisplay(text))
        left -= len(text)
    parts += [Row(*row) for row in rows if row]
    return posted(parts, accent=accent)


def note(text: str, *, accent: int = INK) -> PostedView:
    """A panel that only says something."""
    return panel([text], accent=accent)


def button(
    label: str,
    custom_id: str,
    style: discord.ButtonStyle = discord.ButtonStyle.secondary,
    *,
    disabled: bool = False,
    emoji: str | None = None,
) -> ui.Button[Any]:
    """A button that a session or a persistent template answers."""
    return ui.Button(label=label, custom_id=custom_id, style=style, disabled=disabled, emoji=emoji)


def page_count(total: int, size: int) -> int:
    """How many pages `total` things take; an empty list has one."""
    return max(1, math.ceil(total / size))


def page_buttons(custom_id: CustomId, number: int, pages: int) -> list[Item]:
    """Previous and next for page `number` (from 0), or nothing if there is one page only."""
    if pages <= 1:
        return []
    return [
        button(t("◀ Previous"), custom_id("page", str(number - 1)), disabled=number <= 0),
        button(t("Next ▶"), custom_id("page", str(number + 1)), disabled=number >= pages - 1),
    ]
