"""Pressing a button or choosing in a select menu of a message, as a person can."""

from collections.abc import Iterable
from typing import Any, cast

from sandbox.discord.control_errors import missing, refused, wrong
from sandbox.discord.interaction_resolve import Resolver
from sandbox.discord.validate_components import walk
from sandbox.discord.validate_controls import (
    BUTTON,
    CHANNEL_SELECT,
    ROLE_SELECT,
    SELECTS,
    STRING_SELECT,
    USER_SELECT,
)

Json = dict[str, Any]

_LINK, _PREMIUM = 5, 6


def button_in(components: Iterable[Json], *, custom_id: str | None, label: str | None) -> Json:
    """The button with that id or label (or emoji); it must be one that can be pressed."""
    buttons = [component for component in walk(components) if component["type"] == BUTTON]
    found = _only(buttons, "button", custom_id=custom_id, label=label)
    if found["style"] == _LINK:
        raise refused(f"this button is a link to {found['url']}; it reaches no bot")
    if found["style"] == _PREMIUM:
        raise refused("this button leads to a purchase; it reaches no bot")
    if found.get("disabled"):
        raise refused("this button is disabled")
    return found


def select_in(components: Iterable[Json], *, custom_id: str | None, label: str | None) -> Json:
    """The select menu with that id or placeholder; None and None mean the only one."""
    menus = [component for component in walk(components) if component["type"] in SELECTS]
    found = _only(menus, "select menu", custom_id=custom_id, label=label)
    if found.get("disabled"):
        raise refused("this select menu is disabled")
    return found


def _only(components: list[Json], kind: str, *, custom_id: str | None, label: str | None) -> Json:
    chosen = [
        component
        for component in components
        if (custom_id is None or component.get("custom_id") == custom_id)
        and (label is None or label in _faces(component))
    ]
    if not chosen:
        there = ", ".join(
            repr(c.get("custom_id") or c.get("label") or c.get("url")) for c in components
        )
        raise missing(f"the message has no such {kind} (it has: {there or 'none'})")
    if len(chosen) > 1:
        raise refused(f"the message has {len(chosen)} such {kind}s: give a custom_id")
    return chosen[0]


def _faces(component: Json) -> tuple[str, ...]:
    emoji: Json = component.get("emoji") or {}
    shown = (component.get("label"), emoji.get("name"), component.get("placeholder"))
    both = f"{emoji.get('name') or ''} {component.get('label') or ''}".strip()
    return (*(str(text) for text in shown if text), both)


def chosen_values(
    field: str, select: Json, given: object, resolver: Resolver, *, required: bool = True
) -> list[str]:
    """The values of a select menu for what a person chose: values, visible labels or ids."""
    if not isinstance(given, list):
        raise wrong(field, "must be a list")
    items = list(dict.fromkeys(str(item) for item in cast("list[object]", given)))
    least, most = select["min_values"], select["max_values"]
    if not items and not required:
        return []
    if not least <= len(items) <= most:
        raise refused(f"{field}: from {least} to {most} can be chosen, not {len(items)}")
    kind = select["type"]
    if kind == STRING_SELECT:
        return [option_value(field, select["options"], item) for item in items]
    if kind == USER_SELECT:
        return [resolver.user(field, item) for item in items]
    if kind == ROLE_SELECT:
        return [resolver.role(field, item) for item in items]
    if kind == CHANNEL_SELECT:
        return [resolver.channel(field, item, select.get("channel_types")) for item in items]
    return [resolver.mentionable(field, item) for item in items]


def option_value(field: str, options: list[Json], given: str) -> str:
    """The value of the option with this value or label."""
    for key in ("value", "label"):
        for option in options:
            if option[key] == given:
                return str(option["value"])
    listed = ", ".join(str(option["label"]) for option in options)
    raise wrong(field, f"{given!r} is none of the options: {listed}")
