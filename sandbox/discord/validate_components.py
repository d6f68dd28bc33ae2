"""The component tree of a message: which component may stand where, and the totals.

Rules: Discord's component reference and "Using Message Components".
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from sandbox.discord.validate import Form, Problems
from sandbox.discord.validate_controls import BUTTON, SELECTS, parse_button, parse_select

Json = dict[str, Any]

ACTION_ROW = 1
SECTION = 9
TEXT_DISPLAY = 10
THUMBNAIL = 11
MEDIA_GALLERY = 12
FILE = 13
SEPARATOR = 14
CONTAINER = 17

MAX_COMPONENTS = 40
MAX_TEXT = 4000
MAX_ROWS = 5

_TOP_V1 = (ACTION_ROW,)
_TOP_V2 = (ACTION_ROW, SECTION, TEXT_DISPLAY, MEDIA_GALLERY, FILE, SEPARATOR, CONTAINER)
_IN_CONTAINER = (ACTION_ROW, SECTION, TEXT_DISPLAY, MEDIA_GALLERY, FILE, SEPARATOR)


def parse_components(body: Form, *, v2: bool) -> list[Json]:
    """The components of a message body, normalized, each with its `id`.

    `v2` says whether the message has the IS_COMPONENTS_V2 flag. Media that point to an
    `attachment://` name are resolved when the message is made (`resolve_media`).
    """
    allowed = _TOP_V2 if v2 else _TOP_V1
    most = MAX_COMPONENTS if v2 else MAX_ROWS
    parsed = [_component(form, allowed) for form in body.forms("components", most=most)]
    components = [component for component in parsed if component is not None]
    check_tree(components, body.problems, (*body.path, "components"), v2=v2)
    return components


def walk(components: Iterable[Json]) -> Iterator[Json]:
    """Every component of a normalized tree, parents before their children."""
    for component in components:
        yield component
        yield from walk(component.get("components", ()))
        for name in ("accessory", "component"):
            if name in component:
                yield from walk((component[name],))


def check_tree(
    components: list[Json], problems: Problems, path: tuple[str | int, ...], *, v2: bool
) -> None:
    """Check totals and uniqueness over the tree and give each component without an id one."""
    every = list(walk(components))
    if v2 and len(every) > MAX_COMPONENTS:
        message = f"The total number of components exceeds the maximum ({MAX_COMPONENTS})"
        problems.add(path, "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED", message)
    text = sum(len(c.get("content") or "") for c in every if c["type"] == TEXT_DISPLAY)
    if text > MAX_TEXT:
        message = f"Total displayable text size exceeds maximum ({MAX_TEXT})"
        problems.add(path, "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED", message)
    custom_ids = Counter(c["custom_id"] for c in every if c.get("custom_id"))
    if any(count > 1 for count in custom_ids.values()):
        message = "Component custom id cannot be duplicated"
        problems.add(path, "COMPONENT_CUSTOM_ID_DUPLICATED", message)
    taken = Counter(c["id"] for c in every if c["id"])
    if any(count > 1 for count in taken.values()):
        problems.add(path, "COMPONENT_ID_DUPLICATED", "Component id cannot be duplicated")
    following = 1
    for component in every:
        if not component["id"]:
            while following in taken:
                following += 1
            component["id"] = following
            following += 1


def _component(form: Form, allowed: tuple[int, ...]) -> Json | None:
    kind = form.choice("type", allowed, required=True)
    if kind is None:
        return None
    number = form.integer("id", least=0, most=2**31 - 1)
    parsed = parse_select(form, kind) if kind in SELECTS else _PARSERS[kind](form)
    return {"type": kind, "id": number or 0, **parsed}


def _children(
    form: Form, allowed: tuple[int, ...], *, least: int = 1, most: int = MAX_COMPONENTS
) -> list[Json]:
    forms = form.forms("components", least=least, most=most, required=True)
    parsed = [_component(child, allowed) for child in forms]
    return [child for child in parsed if child is not None]


def _action_row(form: Form) -> Json:
    children = _children(form, (BUTTON, *SELECTS), most=5)
    if len(children) > 1 and any(child["type"] in SELECTS for child in children):
        message = "The specified component exceeds the maximum width"
        form.wrong("components", "COMPONENT_LAYOUT_WIDTH_EXCEEDED", message)
    return {"components": children}


def _section(form: Form) -> Json:
    section: Json = {"components": _children(form, (TEXT_DISPLAY,), most=3)}
    accessory = form.form("accessory", required=True)
    if accessory is not None:
        parsed = _component(accessory, (BUTTON, THUMBNAIL))
        if parsed is not None:
            section["accessory"] = parsed
    return section


def _text_display(form: Form) -> Json:
    return {"content": form.text("content", least=1, most=MAX_TEXT, required=True)}


def _media(form: Form, name: str, schemes: tuple[str, ...]) -> Json:
    media = form.form(name, required=True)
    url = media and media.address("url", schemes=schemes, required=True)
    return {"url": url or ""}


def _described(form: Form, name: str) -> Json:
    return {
        name: _media(form, name, ("http", "https", "attachment")),
        "description": form.text("description", most=1024),
        "spoiler": form.boolean("spoiler"),
    }


def _thumbnail(form: Form) -> Json:
    return _described(form, "media")


def _media_gallery(form: Form) -> Json:
    items = form.forms("items", least=1, most=10, required=True)
    return {"items": [_described(item, "media") for item in items]}


def _file(form: Form) -> Json:
    return {
        "file": _media(form, "file", ("attachment",)),
        "name": None,
        "size": None,
        "spoiler": form.boolean("spoiler"),
    }


def _separator(form: Form) -> Json:
    spacing = form.choice("spacing", (1, 2))
    return {"spacing": spacing or 1, "divider": form.boolean("divider", default=True)}


def _container(form: Form) -> Json:
    return {
        "accent_color": form.integer("accent_color", least=0, most=0xFFFFFF),
        "spoiler": form.boolean("spoiler"),
        "components": _children(form, _IN_CONTAINER),
    }


_PARSERS: dict[int, Callable[[Form], Json]] = {
    ACTION_ROW: _action_row,
    BUTTON: parse_button,
    SECTION: _section,
    TEXT_DISPLAY: _text_display,
    THUMBNAIL: _thumbnail,
    MEDIA_GALLERY: _media_gallery,
    FILE: _file,
    SEPARATOR: _separator,
    CONTAINER: _container,
}
