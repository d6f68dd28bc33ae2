"""A filled-in modal, as a person can send it: what the bot receives of each field."""

from typing import Any, cast

from sandbox.discord.control_errors import refused, wrong
from sandbox.discord.interaction_components import chosen_values, option_value
from sandbox.discord.interaction_resolve import Resolver
from sandbox.discord.validate_components import ACTION_ROW, TEXT_DISPLAY
from sandbox.discord.validate_controls import SELECTS, STRING_SELECT
from sandbox.discord.validate_modals import (
    CHECKBOX,
    CHECKBOX_GROUP,
    FILE_UPLOAD,
    RADIO_GROUP,
    TEXT_INPUT,
)

Json = dict[str, Any]

_LONGEST_TEXT = 4000


def submitted(modal: Json, values: Json, resolver: Resolver) -> list[Json]:
    """The `components` of a submission. `values` is by custom_id or by the label shown.

    A field that is not given keeps what the modal put into it. Raises ControlError where
    Discord's client would not send the form.
    """
    unused = dict(values)
    components = [_top(component, unused, resolver) for component in modal["components"]]
    if unused:
        raise wrong(f"values.{next(iter(unused))}", "the modal has no such field")
    return components


def _top(component: Json, values: Json, resolver: Resolver) -> Json:
    kind, number = component["type"], component["id"]
    if kind == TEXT_DISPLAY:
        return {"type": kind, "id": number}
    if kind == ACTION_ROW:
        child = component["components"][0]
        inner = _field(child, str(child.get("label")), values, resolver)
        return {"type": kind, "id": number, "components": [inner]}
    inner = _field(component["component"], str(component["label"]), values, resolver)
    return {"type": kind, "id": number, "component": inner}


def _field(component: Json, label: str, values: Json, resolver: Resolver) -> Json:
    custom_id = component["custom_id"]
    name = custom_id if custom_id in values else label
    given = values.pop(name, None)
    where = f"values.{name}"
    answer: Json = {"type": component["type"], "id": component["id"], "custom_id": custom_id}
    kind = component["type"]
    if kind == TEXT_INPUT:
        return answer | {"value": _text(where, component, given)}
    if kind == CHECKBOX:
        if given is not None and not isinstance(given, bool):
            raise wrong(where, "must be true or false")
        return answer | {"value": component["default"] if given is None else given}
    if kind == RADIO_GROUP:
        return answer | {"value": _radio(where, component, given)}
    if kind == FILE_UPLOAD:
        return answer | {"values": _files(where, component, given, resolver)}
    if kind == CHECKBOX_GROUP:
        return answer | {"values": _boxes(where, component, given)}
    return answer | {"values": _select(where, component, given, resolver)}


def _text(where: str, component: Json, given: object) -> str:
    text = component.get("value", "") if given is None else given
    if not isinstance(text, str):
        raise wrong(where, "must be a string")
    if not text:
        if component["required"]:
            raise refused(f"{where}: this field is required")
        return text
    least = component.get("min_length") or 0
    most = component.get("max_length") or _LONGEST_TEXT
    if not least <= len(text) <= most:
        raise refused(f"{where}: must have {least} to {most} characters, not {len(text)}")
    if component["style"] == 1 and "\n" in text:
        raise refused(f"{where}: this field has one line only")
    return text


def _defaults(component: Json) -> list[str]:
    if component["type"] in SELECTS and component["type"] != STRING_SELECT:
        return [str(item["id"]) for item in component.get("default_values", [])]
    return [str(o["value"]) for o in component.get("options", []) if o.get("default")]


def _select(where: str, component: Json, given: object, resolver: Resolver) -> list[str]:
    chosen = _defaults(component) if given is None else given
    return chosen_values(where, component, chosen, resolver, required=component["required"])


def _radio(where: str, component: Json, given: object) -> str | None:
    value = given if given is not None else next(iter(_defaults(component)), None)
    if value is None:
        if component["required"]:
            raise refused(f"{where}: one option must be selected")
        return None
    return option_value(where, component["options"], str(value))


def _boxes(where: str, component: Json, given: object) -> list[str]:
    chosen: object = _defaults(component) if given is None else given
    if not isinstance(chosen, list):
        raise wrong(where, "must be a list")
    options = component["options"]
    values = [option_value(where, options, str(item)) for item in cast("list[object]", chosen)]
    if not values and not component["required"]:
        return []
    _check_count(where, component, len(values))
    return values


def _files(where: str, component: Json, given: object, resolver: Resolver) -> list[str]:
    files: object = [] if given is None else given
    if not isinstance(files, list):
        raise wrong(where, "must be a list of files")
    values = [resolver.upload(where, item) for item in cast("list[object]", files)]
    if values or component["required"]:
        _check_count(where, component, len(values))
    return values


def _check_count(where: str, component: Json, count: int) -> None:
    least, most = component["min_values"], component["max_values"]
    if not least <= count <= most:
        raise refused(f"{where}: from {least} to {most} can be given, not {count}")
