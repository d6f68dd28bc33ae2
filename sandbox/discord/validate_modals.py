"""The modal that a bot opens: what may be in it, as Discord's component reference says."""

from typing import Any

from sandbox.discord.validate import Form, Problems
from sandbox.discord.validate_components import ACTION_ROW, MAX_TEXT, TEXT_DISPLAY, check_tree
from sandbox.discord.validate_controls import SELECTS, parse_select

Json = dict[str, Any]

TEXT_INPUT = 4
LABEL = 18
FILE_UPLOAD = 19
RADIO_GROUP = 21
CHECKBOX_GROUP = 22
CHECKBOX = 23

_IN_LABEL = (TEXT_INPUT, *SELECTS, FILE_UPLOAD, RADIO_GROUP, CHECKBOX_GROUP, CHECKBOX)


def parse_modal(body: object) -> Json:
    """The modal, normalized, each component with its `id`. Raises 50035."""
    problems = Problems()
    form = Form(body, problems, ("data",))
    components = [
        parsed
        for item in form.forms("components", least=1, most=5, required=True)
        if (parsed := _top(item)) is not None
    ]
    modal: Json = {
        "custom_id": form.text("custom_id", least=1, most=100, required=True),
        "title": form.text("title", least=1, most=45, required=True),
        "components": components,
    }
    check_tree(components, problems, ("data", "components"), v2=True)
    problems.raise_if_any()
    return modal


def _top(form: Form) -> Json | None:
    kind = form.choice("type", (ACTION_ROW, TEXT_DISPLAY, LABEL), required=True)
    if kind is None:
        return None
    component: Json = {"type": kind, "id": _number(form)}
    if kind == TEXT_DISPLAY:
        return component | {"content": form.text("content", least=1, most=MAX_TEXT, required=True)}
    if kind == ACTION_ROW:
        children = form.forms("components", least=1, most=1, required=True)
        parsed = [_child(child, (TEXT_INPUT,), labeled=False) for child in children]
        return component | {"components": [child for child in parsed if child is not None]}
    component["label"] = form.text("label", least=1, most=45, required=True)
    if (description := form.text("description", most=100)) is not None:
        component["description"] = description
    child = form.form("component", required=True)
    inner = None if child is None else _child(child, _IN_LABEL, labeled=True)
    return component if inner is None else component | {"component": inner}


def _number(form: Form) -> int:
    return form.integer("id", least=0, most=2**31 - 1) or 0


def _child(form: Form, allowed: tuple[int, ...], *, labeled: bool) -> Json | None:
    kind = form.choice("type", allowed, required=True)
    if kind is None:
        return None
    if kind in SELECTS:
        component = parse_select(form, kind, in_modal=True)
        if form.boolean("disabled"):
            form.wrong("disabled", "COMPONENT_DISABLED_IN_MODAL", "Cannot be disabled in a modal")
    elif kind == TEXT_INPUT:
        component = _text_input(form, labeled=labeled)
    else:
        component = _box(form, kind)
    if component.get("required") and form.value.get("min_values") == 0:
        message = "A required component needs at least one value"
        form.wrong("min_values", "COMPONENT_REQUIRED_WITHOUT_VALUES", message)
    return {"type": kind, "id": _number(form), **component}


def _text_input(form: Form, *, labeled: bool) -> Json:
    field: Json = {
        "custom_id": form.text("custom_id", least=1, most=100, required=True),
        "style": form.choice("style", (1, 2), required=True),
        "required": form.boolean("required", default=True),
    }
    least = form.integer("min_length", least=0, most=4000)
    most = form.integer("max_length", least=1, most=4000)
    optional: Json = {
        # Within a Label the text input's own label is ignored; without one it is needed.
        "label": None if labeled else form.text("label", least=1, most=45, required=True),
        "min_length": least,
        "max_length": most,
        "placeholder": form.text("placeholder", most=100),
        "value": form.text("value", most=4000),
    }
    if least is not None and most is not None and least > most:
        message = "min_length must not be greater than max_length"
        form.wrong("min_length", "TEXT_INPUT_MIN_ABOVE_MAX", message)
    return field | {key: value for key, value in optional.items() if value is not None}


def _box(form: Form, kind: int) -> Json:
    box: Json = {"custom_id": form.text("custom_id", least=1, most=100, required=True)}
    if kind == CHECKBOX:
        return box | {"default": form.boolean("default")}
    box["required"] = form.boolean("required", default=True)
    if kind == FILE_UPLOAD:
        return box | _range(form, 10, 1)
    options = [_option(item) for item in _option_forms(form, kind)]
    values = [option["value"] for option in options]
    if len(set(values)) != len(values):
        message = "The specified option value is already used"
        form.wrong("options", "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED", message)
    box["options"] = options
    return box | (_range(form, 10, len(options)) if kind == CHECKBOX_GROUP else {})


def _option_forms(form: Form, kind: int) -> list[Form]:
    least = 2 if kind == RADIO_GROUP else 1
    return list(form.forms("options", least=least, most=10, required=True))


def _range(form: Form, limit: int, default_most: int) -> Json:
    low = form.integer("min_values", least=0, most=limit)
    high = form.integer("max_values", least=1, most=limit)
    values = {
        "min_values": 1 if low is None else low,
        "max_values": max(1, default_most) if high is None else high,
    }
    if values["min_values"] > values["max_values"]:
        message = "Min values must not be greater than max values"
        form.wrong("min_values", "COMPONENT_SELECT_MIN_ABOVE_MAX", message)
    return values


def _option(form: Form) -> Json:
    option: Json = {
        "value": form.text("value", least=1, most=100, required=True),
        "label": form.text("label", least=1, most=100, required=True),
    }
    if description := form.text("description", most=100):
        option["description"] = description
    if form.boolean("default"):
        option["default"] = True
    return option
