"""The definition of an application command at registration.

Rules: Discord's "Application Commands".
"""

from typing import Any

from sandbox.discord.localizations import parse_localizations
from sandbox.discord.validate import Form, Problems
from sandbox.discord.validate_options import parse_labels, parse_options

Json = dict[str, Any]

CHAT_INPUT, USER, MESSAGE = 1, 2, 3
MAX_CHARACTERS = 8000


def parse_command(body: object, problems: Problems, path: tuple[str | int, ...] = ()) -> Json:
    """A command's definition, normalized, without ids; what is wrong goes to `problems`."""
    form = Form(body, problems, path)
    kind = form.choice("type", (CHAT_INPUT, USER, MESSAGE)) or CHAT_INPUT
    if kind == CHAT_INPUT:
        definition = {"type": kind, **parse_labels(form, named_like_command=True)}
        options = parse_options(form)
        if options:
            definition["options"] = options
        if count_characters(definition) > MAX_CHARACTERS:
            message = f"Command exceeds maximum size ({MAX_CHARACTERS})"
            form.wrong(None, "APPLICATION_COMMAND_TOO_LARGE", message)
    else:
        definition = _menu_definition(form, kind)
    permissions = form.integer("default_member_permissions", least=0, most=(1 << 63) - 1)
    contexts = _set_of(form, "contexts", (0, 1, 2))
    allowed_in_dms = form.boolean("dm_permission", default=True)
    return definition | {
        "default_member_permissions": None if permissions is None else str(permissions),
        "dm_permission": allowed_in_dms if contexts is None else 1 in contexts,
        "contexts": contexts,
        "integration_types": _set_of(form, "integration_types", (0, 1)) or [0, 1],
        "nsfw": form.boolean("nsfw"),
    }


def _menu_definition(form: Form, kind: int) -> Json:
    name = form.text("name", least=1, most=32, required=True) or ""
    if name and not name.strip():
        form.wrong("name", "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid")
    if form.value.get("description"):
        code = "APPLICATION_COMMAND_CONTEXT_MENU_DESCRIPTION_NOT_ALLOWED"
        form.wrong("description", code, "Context menu commands cannot have description")
    if form.value.get("options"):
        code = "APPLICATION_COMMAND_CONTEXT_MENU_OPTIONS_NOT_ALLOWED"
        form.wrong("options", code, "Context menu commands cannot have options")
    return {
        "type": kind,
        "name": name.strip(),
        "name_localizations": parse_localizations(form, "name_localizations", most=32),
        "description": "",
        "description_localizations": None,
    }


def _set_of(form: Form, name: str, allowed: tuple[int, ...]) -> list[int] | None:
    if form.value.get(name) is None:
        return None
    items = form.list_of(name, least=1)
    if any(item not in allowed for item in items) or len(set(items)) < len(items):
        listed = ", ".join(str(item) for item in allowed)
        form.wrong(name, "BASE_TYPE_CHOICES", f"Values must be different ones of ({listed}).")
        return None
    return items


def count_characters(item: Json) -> int:
    """Characters of names, descriptions and values; of a localized text the longest counts."""
    total = 0
    for field in ("name", "description"):
        localized: dict[str, str] = item.get(f"{field}_localizations") or {}
        total += max(len(text) for text in (item.get(field) or "", *localized.values()))
    if isinstance(item.get("value"), str):
        total += len(item["value"])
    nested = (*item.get("options", ()), *item.get("choices", ()))
    return total + sum(count_characters(inner) for inner in nested)
