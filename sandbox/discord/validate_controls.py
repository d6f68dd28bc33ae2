"""Buttons and select menus: what a person can press or choose from.

Rules: Discord's component reference.
"""

import re
from typing import Any

from sandbox.discord.validate import Form

Json = dict[str, Any]

BUTTON = 2
STRING_SELECT = 3
USER_SELECT = 5
ROLE_SELECT = 6
MENTIONABLE_SELECT = 7
CHANNEL_SELECT = 8
SELECTS = (STRING_SELECT, USER_SELECT, ROLE_SELECT, MENTIONABLE_SELECT, CHANNEL_SELECT)

_LINK, _PREMIUM = 5, 6
_CHANNEL_TYPES = (0, 1, 2, 3, 4, 5, 10, 11, 12, 13, 14, 15, 16)
_DEFAULTS_OF = {
    USER_SELECT: ("user",),
    ROLE_SELECT: ("role",),
    MENTIONABLE_SELECT: ("user", "role"),
    CHANNEL_SELECT: ("channel",),
}


_PICTURE = (
    "(?:[\U0001f000-\U0001f1e5\U0001f200-\U0001faff\u2190-\u2bff\u3030\u303d\u3297\u3299"
    "\u00a9\u00ae\u203c\u2049\u2122\u2139]"
    "[\ufe0f\U0001f3fb-\U0001f3ff]?[\U000e0020-\U000e007f]*)"
)
_EMOJI = re.compile(
    f"{_PICTURE}(?:\u200d{_PICTURE})*"  # one picture, or several joined into one
    "|[\U0001f1e6-\U0001f1ff]{2}"  # a flag
    "|[0-9#*]\ufe0f?\u20e3"  # a keycap
)


def is_unicode_emoji(text: str) -> bool:
    """Whether `text` has the form of one Unicode emoji.

    The sandbox goes by the grammar and by blocks of characters, not by the published emoji list,
    which would have to follow every Unicode version.
    """
    return len(text) <= 32 and _EMOJI.fullmatch(text) is not None


def parse_emoji(form: Form | None) -> Json | None:
    """The emoji of a button or an option, normalized."""
    if form is None:
        return None
    name = form.text("name", most=32)
    emoji_id = form.snowflake("id")
    if emoji_id is not None:
        emoji: Json = {"id": str(emoji_id), "name": name or "_"}
        return emoji | ({"animated": True} if form.boolean("animated") else {})
    if name is None:
        form.wrong("name", "BASE_TYPE_REQUIRED", "This field is required")
        return None
    if not is_unicode_emoji(name):
        form.wrong("name", "COMPONENT_INVALID_EMOJI", "Invalid emoji")
        return None
    return {"name": name}


def parse_button(form: Form) -> Json:
    """A button, normalized."""
    style = form.choice("style", (1, 2, 3, 4, _LINK, _PREMIUM), required=True)
    button: Json = {"type": BUTTON, "style": style}
    label = form.text("label", most=80)
    emoji = parse_emoji(form.form("emoji"))
    url = form.address("url", most=512, schemes=("http", "https", "discord"))
    custom_id = form.text("custom_id", least=1, most=100)
    sku_id = form.snowflake("sku_id")
    if style == _LINK:
        if "url" not in form or form.value["url"] is None:
            form.wrong("url", "BASE_TYPE_REQUIRED", "A url is required for link buttons")
        if custom_id is not None:
            message = "A custom id and url cannot both be specified"
            form.wrong("custom_id", "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE", message)
    elif style == _PREMIUM:
        form.snowflake("sku_id", required=True)
    elif style is not None:
        if form.value.get("custom_id") is None:
            message = "A custom id is required"
            form.wrong("custom_id", "BUTTON_COMPONENT_CUSTOM_ID_REQUIRED", message)
        if form.value.get("url") is not None:
            message = "A url is for link buttons only"
            form.wrong("url", "BUTTON_COMPONENT_INVALID_URL", message)
    has_face = bool(label) or emoji is not None
    if style is not None and style != _PREMIUM and not has_face and "emoji" not in form:
        form.wrong("label", "BASE_TYPE_REQUIRED", "A label or an emoji is required")
    optional: Json = {
        "custom_id": custom_id,
        "label": label or None,
        "emoji": emoji,
        "url": url,
        "sku_id": None if sku_id is None else str(sku_id),
    }
    button |= {key: value for key, value in optional.items() if value is not None}
    if form.boolean("disabled"):
        button["disabled"] = True
    return button


def parse_select(form: Form, kind: int, *, in_modal: bool = False) -> Json:
    """A select menu of the type `kind`, normalized. Only in a modal may it be `required`."""
    select: Json = {
        "type": kind,
        "custom_id": form.text("custom_id", least=1, most=100, required=True),
    }
    placeholder = form.text("placeholder", most=150)
    if placeholder is not None:
        select["placeholder"] = placeholder
    low = form.integer("min_values", least=0, most=25)
    high = form.integer("max_values", least=1, most=25)
    select["min_values"] = 1 if low is None else low
    select["max_values"] = 1 if high is None else high
    if select["min_values"] > select["max_values"]:
        message = "Min values must not be greater than max values"
        form.wrong("min_values", "COMPONENT_SELECT_MIN_ABOVE_MAX", message)
    if kind == STRING_SELECT:
        select["options"] = _options(form, select["max_values"], select["min_values"])
    else:
        _default_values(form, select, kind)
    if kind == CHANNEL_SELECT and (types := form.list_of("channel_types")):
        for index, item in enumerate(types):
            if item not in _CHANNEL_TYPES:
                listed = ", ".join(str(allowed) for allowed in _CHANNEL_TYPES)
                message = f"Value must be one of ({listed})."
                path = (*form.path, "channel_types", index)
                form.problems.add(path, "BASE_TYPE_CHOICES", message)
        select["channel_types"] = types
    if in_modal:
        select["required"] = form.boolean("required", default=True)
    elif form.boolean("disabled"):
        select["disabled"] = True
    return select


def _options(form: Form, most: int, least: int) -> list[Json]:
    options: list[Json] = []
    seen: set[str] = set()
    for item in form.forms("options", least=1, most=25, required=True):
        value = item.text("value", least=1, most=100, required=True)
        option: Json = {"label": item.text("label", least=1, most=100, required=True)}
        option["value"] = value
        if description := item.text("description", most=100):
            option["description"] = description
        if emoji := parse_emoji(item.form("emoji")):
            option["emoji"] = emoji
        if item.boolean("default"):
            option["default"] = True
        if value in seen:
            message = "The specified option value is already used"
            item.wrong("value", "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED", message)
        seen.add(value or "")
        options.append(option)
    if sum("default" in option for option in options) > most:
        message = "More options are default than can be chosen"
        form.wrong("options", "SELECT_COMPONENT_TOO_MANY_DEFAULT_VALUES", message)
    if options and len(options) < least:
        message = "Fewer options than must be chosen"
        form.wrong("options", "SELECT_COMPONENT_TOO_FEW_OPTIONS", message)
    return options


def _default_values(form: Form, select: Json, kind: int) -> None:
    values: list[Json] = []
    for item in form.forms("default_values", most=25):
        target = item.snowflake("id", required=True)
        label = item.choice("type", _DEFAULTS_OF[kind], required=True)
        values.append({"id": str(target), "type": label})
    if not values:
        return
    select["default_values"] = values
    if not select["min_values"] <= len(values) <= select["max_values"]:
        message = "The number of default values must be between min_values and max_values"
        form.wrong("default_values", "SELECT_COMPONENT_DEFAULT_VALUES_LENGTH", message)
