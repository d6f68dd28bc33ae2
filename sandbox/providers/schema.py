"""The part of JSON Schema that structured outputs take, and what strict modes demand of it."""

from collections.abc import Mapping
from typing import Any, cast

_TYPES: Mapping[str, type | tuple[type, ...]] = {
    "object": dict,
    "array": list,
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
}


def strict_problem(schema: object) -> str:
    """What OpenAI's strict mode would refuse a schema for; empty if it takes it.

    https://platform.openai.com/docs/guides/structured-outputs#supported-schemas
    """
    if not isinstance(schema, dict):
        return "a schema is an object"
    rules = cast("dict[str, Any]", schema)
    if rules.get("type") not in _TYPES:
        return f"unknown type {rules.get('type')!r}"
    if rules["type"] == "array":
        return strict_problem(rules.get("items"))
    if rules["type"] != "object":
        return ""
    properties = cast("dict[str, object]", rules.get("properties", {}))
    if rules.get("additionalProperties") is not False:
        return "'additionalProperties' is required to be supplied and to be false"
    if set(rules.get("required", [])) != set(properties):
        return "'required' is required to include every key in properties"
    return next((said for one in properties.values() if (said := strict_problem(one))), "")


def mismatch(value: object, schema: Mapping[str, Any], path: str = "$") -> str:
    """Where a value does not keep to a schema that `strict_problem` takes; empty if it does."""
    wanted = _TYPES[schema["type"]]
    if not isinstance(value, wanted) or (isinstance(value, bool) and schema["type"] != "boolean"):
        return f"{path} is no {schema['type']}"
    if "enum" in schema and value not in schema["enum"]:
        return f"{path} is not among {schema['enum']}"
    if isinstance(value, list):
        items = enumerate(cast("list[object]", value))
        found = (mismatch(one, schema["items"], f"{path}[{at}]") for at, one in items)
        return next((said for said in found if said), "")
    if isinstance(value, dict):
        given = cast("dict[str, object]", value)
        if set(given) != set(schema["properties"]):
            return f"{path} has other properties than {sorted(schema['properties'])}"
        found = (mismatch(one, schema["properties"][key], f"{path}.{key}")
                 for key, one in given.items())  # fmt: skip
        return next((said for said in found if said), "")
    return ""
