"""The options of a slash command, with their subcommands and choices.

Rules: Discord's "Application Commands", option structure.
"""

import unicodedata
from typing import Any

from sandbox.discord.localizations import parse_localizations
from sandbox.discord.validate import Form, Problems

Json = dict[str, Any]

SUB_COMMAND, SUB_COMMAND_GROUP, STRING, INTEGER, BOOLEAN, USER = 1, 2, 3, 4, 5, 6
CHANNEL, ROLE, MENTIONABLE, NUMBER, ATTACHMENT = 7, 8, 9, 10, 11

MAX_OPTIONS = 25
MAX_CHOICES = 25
_PARAMETERS = tuple(range(STRING, ATTACHMENT + 1))
_WITH_CHOICES = (STRING, INTEGER, NUMBER)
_WIDEST = 2**53
_CHANNEL_TYPES = (0, 1, 2, 3, 4, 5, 10, 11, 12, 13, 14, 15, 16)
# Devanagari and Thai, whose vowel signs are neither letters nor numbers.
_EXTRA_BLOCKS = ((0x0900, 0x097F), (0xA8E0, 0xA8FF), (0x0E00, 0x0E7F))


def is_command_name(name: str) -> bool:
    """Whether `name` may be that of a slash command or an option: no spaces, no capitals."""
    return 1 <= len(name) <= 32 and all(_is_name_character(character) for character in name)


def _is_name_character(character: str) -> bool:
    if character in "-_'":
        return True
    point = ord(character)
    if any(first <= point <= last for first, last in _EXTRA_BLOCKS):
        return True
    return unicodedata.category(character)[0] in "LN" and character.lower() == character


def parse_options(form: Form) -> list[Json]:
    """The options of a command, normalized."""
    return _options(form, (SUB_COMMAND, SUB_COMMAND_GROUP, *_PARAMETERS))


def _options(form: Form, allowed: tuple[int, ...]) -> list[Json]:
    parsed: list[Json] = []
    names: set[str] = set()
    optional_seen = False
    for item in form.forms("options", most=MAX_OPTIONS):
        option = _option(item, allowed)
        if option is None:
            continue
        if option["name"] in names:
            code = "APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS"
            item.wrong("name", code, "Option name already exists")
        names.add(option["name"])
        if option.get("required"):
            if optional_seen:
                code = "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID"
                message = "Required options must be placed before non-required options"
                item.wrong(None, code, message)
        else:
            optional_seen = True
        parsed.append(option)
    _check_localized_names(form, parsed)
    nested = [option["type"] in (SUB_COMMAND, SUB_COMMAND_GROUP) for option in parsed]
    if any(nested) and not all(nested):
        code = "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID"
        message = (
            "Sub-command and sub-command group option types are mutually exclusive to all other "
            "types"
        )
        form.wrong("options", code, message)
    return parsed


def _check_localized_names(form: Form, options: list[Json]) -> None:
    # Distinct from all other options' own names, and from their names in the same language.
    used: set[tuple[str, str]] = set()
    for index, option in enumerate(options):
        others = {other["name"] for other in options if other is not option}
        localized: dict[str, str] = option["name_localizations"] or {}
        for locale, name in localized.items():
            if name in others or (locale, name) in used:
                path = (*form.path, "options", index, "name_localizations", locale)
                code = "APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS"
                form.problems.add(path, code, "Option name already exists")
            used.add((locale, name))


def _option(form: Form, allowed: tuple[int, ...]) -> Json | None:
    kind = form.choice("type", allowed, required=True)
    option = parse_labels(form, named_like_command=True)
    if kind is None:
        return None
    option = {"type": kind, **option}
    if kind == SUB_COMMAND:
        option["options"] = _options(form, _PARAMETERS)
    elif kind == SUB_COMMAND_GROUP:
        option["options"] = _options(form, (SUB_COMMAND,))
    else:
        if form.boolean("required"):
            option["required"] = True
        _add_parameter_rules(form, option, kind)
    return option


def parse_labels(form: Form, *, named_like_command: bool) -> Json:
    """Name and description with their localizations."""
    name = form.text("name", least=1, most=32, required=True) or ""
    is_valid = is_command_name if named_like_command else None
    if name and is_valid is not None and not is_valid(name):
        form.wrong("name", "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid")
    return {
        "name": name,
        "name_localizations": parse_localizations(
            form, "name_localizations", most=32, is_valid=is_valid
        ),
        "description": form.text("description", least=1, most=100, required=True) or "",
        "description_localizations": parse_localizations(
            form, "description_localizations", most=100
        ),
    }


def _add_parameter_rules(form: Form, option: Json, kind: int) -> None:
    autocomplete = form.boolean("autocomplete")
    choices = _choices(form, kind) if kind in _WITH_CHOICES else []
    if choices:
        option["choices"] = choices
    if autocomplete:
        if kind not in _WITH_CHOICES or choices:
            code = "APPLICATION_COMMAND_OPTION_AUTOCOMPLETE_INVALID"
            message = "Autocomplete is not allowed on this option"
            form.wrong("autocomplete", code, message)
        option["autocomplete"] = True
    if kind == STRING:
        _add_bounds(
            form,
            option,
            ("min_length", form.integer("min_length", least=0, most=6000)),
            ("max_length", form.integer("max_length", least=1, most=6000)),
        )
    elif kind == INTEGER:
        _add_bounds(
            form,
            option,
            ("min_value", form.integer("min_value", least=1 - _WIDEST, most=_WIDEST - 1)),
            ("max_value", form.integer("max_value", least=1 - _WIDEST, most=_WIDEST - 1)),
        )
    elif kind == NUMBER:
        _add_bounds(
            form,
            option,
            ("min_value", form.number("min_value")),
            ("max_value", form.number("max_value")),
        )
    elif kind == CHANNEL and (types := form.list_of("channel_types")):
        if any(item not in _CHANNEL_TYPES for item in types):
            form.wrong("channel_types", "BASE_TYPE_CHOICES", "Not a channel type.")
        option["channel_types"] = types


def _add_bounds(
    form: Form, option: Json, low: tuple[str, float | None], high: tuple[str, float | None]
) -> None:
    for name, value in (low, high):
        if value is not None:
            option[name] = value
    if low[1] is not None and high[1] is not None and low[1] > high[1]:
        code = "APPLICATION_COMMAND_OPTION_MIN_MAX_INVALID"
        form.wrong(low[0], code, "The minimum must not be above the maximum")


def _choices(form: Form, kind: int) -> list[Json]:
    choices: list[Json] = []
    for item in form.forms("choices", most=MAX_CHOICES):
        choice: Json = {
            "name": item.text("name", least=1, most=100, required=True),
            "name_localizations": parse_localizations(item, "name_localizations", most=100),
            "value": read_choice_value(item, kind),
        }
        choices.append(choice)
    for field in ("name", "value"):
        if len({choice[field] for choice in choices}) < len(choices):
            code = "APPLICATION_COMMAND_OPTIONS_CHOICE_NAME_EXISTS"
            form.wrong("choices", code, f"Option choice {field} already exists")
    return choices


def read_choice_value(form: Form, kind: int) -> str | float | None:
    """The `value` of a choice for an option of the type `kind`."""
    if kind == STRING:
        value = form.value.get("value")
        if value is not None and not isinstance(value, str):
            message = "Could not interpret value as string."
            form.wrong("value", "STRING_TYPE_CONVERT", message)
            return None
        return form.text("value", least=1, most=100, required=True)
    if kind == INTEGER:
        return form.integer("value", least=1 - _WIDEST, most=_WIDEST - 1, required=True)
    if form.value.get("value") is None:
        form.wrong("value", "BASE_TYPE_REQUIRED", "This field is required")
    return form.number("value")


def parse_autocomplete_choices(body: object, kind: int) -> list[Json]:
    """The choices that an autocomplete answer offers for an option of the type `kind`.

    Raises 50035 for more than 25, or for names or values out of bounds.
    """
    problems = Problems()
    form = Form(body, problems)
    choices: list[Json] = []
    for item in form.forms("choices", most=MAX_CHOICES, required=False):
        name = item.text("name", least=1, most=100, required=True)
        choices.append({"name": name, "value": read_choice_value(item, kind)})
    problems.raise_if_any()
    return choices
