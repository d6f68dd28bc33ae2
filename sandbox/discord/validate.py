"""Reading JSON bodies field by field, collecting what is wrong into Discord's error tree."""

import re
from collections.abc import Collection, Iterator
from typing import Any, cast
from urllib.parse import urlsplit

from sandbox.discord import errors

Path = tuple[str | int, ...]
Json = dict[str, Any]


class Problems:
    """The field errors of one request; the tree has a `_errors` list at each wrong field."""

    def __init__(self) -> None:
        self._tree: Json = {}

    def __bool__(self) -> bool:
        return bool(self._tree)

    def add(self, path: Path, code: str, message: str) -> None:
        """Note that the field at `path` is wrong."""
        node = self._tree
        for step in path:
            node = node.setdefault(str(step), {})
        node.setdefault("_errors", []).append({"code": code, "message": message})

    def raise_if_any(self) -> None:
        """Raise 50035 with everything that was noted, if anything was."""
        if self._tree:
            raise errors.invalid_form(self._tree)


def parse_snowflake(value: object) -> int | None:
    """The id that `value` (a string or integer) stands for, or None if it is none."""
    text = str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
    if not text.isascii() or not text.isdigit() or len(text) > 20 or int(text) >= 1 << 64:
        return None
    return int(text)


def is_web_address(text: str, schemes: Collection[str] = ("http", "https")) -> bool:
    """Whether `text` is an address with one of `schemes` and a host."""
    if not text or re.search(r"\s", text):
        return False
    try:
        parts = urlsplit(text)
        host = parts.hostname
    except ValueError:
        return False
    return parts.scheme.lower() in schemes and bool(host or parts.scheme == "discord")


class Form:
    """An object of a body, with readers for its fields.

    A reader gives the value in its type, or None (or the empty thing) where the field is absent,
    null or wrong; what is wrong goes to `problems`.
    """

    def __init__(self, value: object, problems: Problems, path: Path = ()) -> None:
        self.problems = problems
        self.path = path
        self.value: Json = {}
        if isinstance(value, dict):
            self.value = cast("Json", value)
        else:
            problems.add(path, "DICT_TYPE_CONVERT", "Only dictionaries may be used in a DictType")

    def __contains__(self, name: str) -> bool:
        return name in self.value

    def wrong(self, name: str | None, code: str, message: str) -> None:
        """Note a problem of the field `name`, or of the object itself if None."""
        self.problems.add(self.path if name is None else (*self.path, name), code, message)

    def _present(self, name: str, required: bool) -> Any:
        value = self.value.get(name)
        if value is None and required:
            self.wrong(name, "BASE_TYPE_REQUIRED", "This field is required")
        return value

    def text(
        self, name: str, *, least: int = 0, most: int | None = None, required: bool = False
    ) -> str | None:
        """A string of `least` to `most` characters."""
        value = self._present(name, required)
        if value is None:
            return None
        if isinstance(value, int) and not isinstance(value, bool):
            value = str(value)
        if not isinstance(value, str):
            self.wrong(name, "STRING_TYPE_CONVERT", "Could not interpret value as string.")
            return None
        if not least <= len(value) <= (len(value) if most is None else most):
            self._length(name, least, most)
            return None
        return value

    def _length(self, name: str, least: int, most: int | None) -> None:
        if most is None:
            self.wrong(name, "BASE_TYPE_MIN_LENGTH", f"Must be {least} or more in length.")
        elif least == 0:
            self.wrong(name, "BASE_TYPE_MAX_LENGTH", f"Must be {most} or fewer in length.")
        else:
            message = f"Must be between {least} and {most} in length."
            self.wrong(name, "BASE_TYPE_BAD_LENGTH", message)

    def integer(
        self,
        name: str,
        *,
        least: int | None = None,
        most: int | None = None,
        required: bool = False,
    ) -> int | None:
        """An integer from `least` to `most`; digits in a string count as one."""
        value = self._present(name, required)
        if value is None:
            return None
        if isinstance(value, str) and re.fullmatch(r"-?[0-9]{1,20}", value):
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int):
            self.wrong(name, "NUMBER_TYPE_COERCE", f'Value "{value}" is not int.')
            return None
        if least is not None and value < least:
            message = f"int value should be greater than or equal to {least}."
            self.wrong(name, "NUMBER_TYPE_MIN", message)
            return None
        if most is not None and value > most:
            message = f"int value should be less than or equal to {most}."
            self.wrong(name, "NUMBER_TYPE_MAX", message)
            return None
        return value

    def number(self, name: str) -> float | None:
        """A number."""
        value = self.value.get(name)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float):
            self.wrong(name, "NUMBER_TYPE_COERCE", f'Value "{value}" is not float.')
            return None
        return value

    def boolean(self, name: str, *, default: bool = False) -> bool:
        """True or false, `default` if absent."""
        value = self.value.get(name)
        if value is None:
            return default
        if not isinstance(value, bool):
            self.wrong(name, "BOOLEAN_TYPE_CONVERT", "Must be either true or false.")
            return default
        return value

    def choice(self, name: str, allowed: Collection[Any], *, required: bool = False) -> Any:
        """One of `allowed`."""
        value = self._present(name, required)
        if value is None:
            return None
        if isinstance(value, list | dict | bool) or value not in allowed:
            listed = ", ".join(repr(item) for item in allowed)
            self.wrong(name, "BASE_TYPE_CHOICES", f"Value must be one of ({listed}).")
            return None
        return value

    def snowflake(self, name: str, *, required: bool = False) -> int | None:
        """An id."""
        value = self._present(name, required)
        if value is None:
            return None
        parsed = parse_snowflake(value)
        if parsed is None:
            self.wrong(name, "NUMBER_TYPE_COERCE", f'Value "{value}" is not snowflake.')
        return parsed

    def list_of(
        self, name: str, *, least: int = 0, most: int | None = None, required: bool = False
    ) -> list[Any]:
        """A list of `least` to `most` items."""
        value = self._present(name, required)
        if value is None:
            return []
        if not isinstance(value, list):
            self.wrong(name, "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType")
            return []
        items = cast("list[Any]", value)
        if not least <= len(items) <= (len(items) if most is None else most):
            self._length(name, least, most)
            return []
        return items

    def forms(
        self, name: str, *, least: int = 0, most: int | None = None, required: bool = False
    ) -> Iterator["Form"]:
        """The objects in a list, each with its place in the error tree."""
        items = self.list_of(name, least=least, most=most, required=required)
        for index, item in enumerate(items):
            yield Form(item, self.problems, (*self.path, name, index))

    def form(self, name: str, *, required: bool = False) -> "Form | None":
        """An object."""
        value = self._present(name, required)
        return None if value is None else Form(value, self.problems, (*self.path, name))

    def address(
        self,
        name: str,
        *,
        most: int = 2048,
        schemes: Collection[str] = ("http", "https"),
        required: bool = False,
    ) -> str | None:
        """A web address with one of `schemes`."""
        value = self.text(name, most=most, required=required)
        if not value:
            return value
        scheme = value.split(":", 1)[0].lower()
        if scheme not in schemes:
            listed = ", ".join(repr(item) for item in schemes)
            message = f'Scheme "{scheme}" is not supported. Scheme must be one of ({listed}).'
            self.wrong(name, "URL_TYPE_INVALID_SCHEME", message)
            return None
        if scheme in ("http", "https") and not is_web_address(value):
            self.wrong(name, "URL_TYPE_INVALID_URL", "Not a well formed URL.")
            return None
        return value
