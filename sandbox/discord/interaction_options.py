"""Options of a slash command as a person fills them in, checked as Discord's client does.

Source: Discord's "Application Commands", Application Command Option Structure.
"""

from collections.abc import Callable
from typing import Any, cast

from sandbox.discord.control_errors import refused, wrong
from sandbox.discord.interaction_resolve import Resolver
from sandbox.discord.localizations import shown

Json = dict[str, Any]

SUB_COMMAND, SUB_COMMAND_GROUP, STRING, INTEGER, BOOLEAN = 1, 2, 3, 4, 5
USER, CHANNEL, ROLE, MENTIONABLE, NUMBER, ATTACHMENT = 6, 7, 8, 9, 10, 11

_LONGEST_STRING = 6000
_LARGEST_NUMBER = 2**53


def descend(
    command: Json, path: list[str], locale: str
) -> tuple[list[Json], Callable[[list[Json]], list[Json]]]:
    """Follow the words after the command's name to the options that are filled in.

    A word is a subcommand's own name, or what a person whose language is `locale` sees.

    Gives those options' definitions, and a function that wraps filled-in options into the
    subcommands on the way.
    """
    definitions: list[Json] = command.get("options") or []
    steps: list[tuple[str, int]] = []
    for word in path:
        found = next(
            (
                d
                for d in definitions
                if word in _names(d, locale) and d["type"] in (SUB_COMMAND, SUB_COMMAND_GROUP)
            ),
            None,
        )
        if found is None:
            raise wrong("command", f"there is no subcommand {word!r}")
        steps.append((str(found["name"]), int(found["type"])))
        definitions = found.get("options") or []
    if any(d["type"] in (SUB_COMMAND, SUB_COMMAND_GROUP) for d in definitions):
        listed = ", ".join(str(d["name"]) for d in definitions)
        raise wrong("command", f"a subcommand is needed, one of: {listed}")

    def wrap(options: list[Json]) -> list[Json]:
        for name, kind in reversed(steps):
            options = [{"name": name, "type": kind, "options": options}]
        return options

    return definitions, wrap


def fill_in(definitions: list[Json], given: Json, resolver: Resolver) -> list[Json]:
    """The options of a command that is run: all checks apply."""
    given = _by_own_names(definitions, given, resolver.locale)
    filled: list[Json] = []
    for definition in definitions:
        name = definition["name"]
        if name in given:
            value = _value(definition, given[name], resolver)
            filled.append({"name": name, "type": definition["type"], "value": value})
        elif definition.get("required"):
            raise refused(f"the option {name!r} is required")
    return filled


def fill_in_partly(
    definitions: list[Json], given: Json, focused: str, resolver: Resolver
) -> list[Json]:
    """The options while a person is still typing in `focused`: nothing is required yet."""
    given = _by_own_names(definitions, given, resolver.locale)
    definition = next((d for d in definitions if focused in _names(d, resolver.locale)), None)
    if definition is None:
        raise wrong("focused", f"there is no option {focused!r}")
    if not definition.get("autocomplete"):
        raise refused(f"the option {focused!r} does not offer autocomplete")
    filled: list[Json] = []
    for each in definitions:
        name, kind = each["name"], each["type"]
        if each is definition:
            typed = str(given.get(name, ""))[:_LONGEST_STRING]
            filled.append({"name": name, "type": kind, "value": typed, "focused": True})
        elif name in given:
            value = _value(each, given[name], resolver)
            filled.append({"name": name, "type": kind, "value": value})
    return filled


def _names(item: Json, locale: str) -> tuple[str, str]:
    return str(item["name"]), shown(item, "name", locale)


def _by_own_names(definitions: list[Json], given: Json, locale: str) -> Json:
    own = {shown(d, "name", locale): str(d["name"]) for d in definitions}
    own |= {name: name for name in (str(d["name"]) for d in definitions)}
    for name in given:
        if name not in own:
            listed = ", ".join(str(d["name"]) for d in definitions) or "none"
            raise wrong(f"options.{name}", f"the command has no such option (it has: {listed})")
    return {own[name]: value for name, value in given.items()}


def _value(definition: Json, given: object, resolver: Resolver) -> object:
    field = f"options.{definition['name']}"
    kind = definition["type"]
    if definition.get("choices"):
        return _choice(field, definition, given, resolver.locale)
    if kind == STRING:
        return _string(field, definition, given)
    if kind in (INTEGER, NUMBER):
        return _number(field, definition, given)
    if kind == BOOLEAN:
        if not isinstance(given, bool):
            raise wrong(field, "must be true or false")
        return given
    if kind == ATTACHMENT:
        return resolver.upload(field, given)
    if kind == CHANNEL:
        return resolver.channel(field, given, definition.get("channel_types"))
    if kind == ROLE:
        return resolver.role(field, given)
    if kind == USER:
        return resolver.user(field, given)
    return resolver.mentionable(field, given)


def _choice(field: str, definition: Json, given: object, locale: str) -> object:
    for choice in cast("list[Json]", definition["choices"]):
        # A person chooses by the name they see; a test may give the value.
        if given in _names(choice, locale) or (
            given == choice["value"] and type(given) is type(choice["value"])
        ):
            return choice["value"]
    listed = ", ".join(str(choice["name"]) for choice in definition["choices"])
    raise wrong(field, f"must be one of the choices: {listed}")


def _string(field: str, definition: Json, given: object) -> str:
    if not isinstance(given, str):
        raise wrong(field, "must be a string")
    least = max(1, definition.get("min_length") or 0)
    most = definition.get("max_length") or _LONGEST_STRING
    if not least <= len(given) <= most:
        raise wrong(field, f"must have {least} to {most} characters")
    return given


def _number(field: str, definition: Json, given: object) -> int | float:
    whole = definition["type"] == INTEGER
    if isinstance(given, bool) or not isinstance(given, int if whole else int | float):
        raise wrong(field, "must be a whole number" if whole else "must be a number")
    number = given
    least = definition.get("min_value")
    most = definition.get("max_value")
    if not -_LARGEST_NUMBER <= number <= _LARGEST_NUMBER:
        raise wrong(field, "must be between -2^53 and 2^53")
    if least is not None and number < least:
        raise wrong(field, f"must be at least {least}")
    if most is not None and number > most:
        raise wrong(field, f"must be at most {most}")
    return number
