"""Discord's locales, and the dictionaries of names and descriptions that go by them."""

from collections.abc import Callable
from typing import Any, cast

from sandbox.discord.validate import Form

# Source: Discord's API reference, "Locales"; ar and he are in its OpenAPI description too.
LOCALES = frozenset(
    (
        "ar", "bg", "cs", "da", "de", "el", "en-GB", "en-US", "es-419", "es-ES", "fi", "fr",
        "he", "hi", "hr", "hu", "id", "it", "ja", "ko", "lt", "nl", "no", "pl", "pt-BR",
        "ro", "ru", "sv-SE", "th", "tr", "uk", "vi", "zh-CN", "zh-TW",
    )
)  # fmt: skip


# Source: Discord's "Application Commands", Locale fallbacks.
_FALLBACKS = {"en-US": "en-GB", "en-GB": "en-US", "es-419": "es-ES"}

Json = dict[str, Any]
_FIELDS = ("name", "description")


def shown(item: Json, field: str, locale: str) -> str:
    """The `name` or `description` of a command, option or choice in the person's language."""
    texts: dict[str, str] = item.get(f"{field}_localizations") or {}
    return texts.get(locale) or texts.get(_FALLBACKS.get(locale, "")) or item[field]


def as_shown(item: Json, locale: str) -> Json:
    """The definition with `shown_name` and `shown_description` at each of its levels."""
    added: Json = {
        f"shown_{field}": shown(item, field, locale) for field in _FIELDS if field in item
    }
    for name in ("options", "choices"):
        if name in item:
            added[name] = [as_shown(inner, locale) for inner in item[name]]
    return {**item, **added}


def parse_localizations(
    form: Form, name: str, *, most: int, is_valid: Callable[[str], bool] | None = None
) -> dict[str, str] | None:
    """The dictionary under `name`: known locales, texts of 1 to `most` characters.

    `is_valid` is what else each text must fulfil.
    """
    value = form.value.get(name)
    if value is None:
        return None
    if not isinstance(value, dict):
        form.wrong(name, "DICT_TYPE_CONVERT", "Only dictionaries may be used in a DictType")
        return None
    texts = Form(cast("dict[str, object]", value), form.problems, (*form.path, name))
    parsed: dict[str, str] = {}
    for locale in texts.value:
        if locale not in LOCALES:
            texts.wrong(locale, "BASE_TYPE_CHOICES", "The key is not a known locale.")
            continue
        text = texts.text(locale, least=1, most=most, required=True)
        if text is None:
            continue
        if is_valid is not None and not is_valid(text):
            texts.wrong(locale, "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid")
        parsed[locale] = text
    return parsed or None
