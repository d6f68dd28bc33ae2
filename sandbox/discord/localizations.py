"""Discord's locales, and the dictionaries of names and descriptions that go by them."""

from collections.abc import Callable
from typing import cast

from sandbox.discord.validate import Form

# Source: Discord's API reference, "Locales"; ar and he are in its OpenAPI description too.
LOCALES = frozenset(
    (
        "ar", "bg", "cs", "da", "de", "el", "en-GB", "en-US", "es-419", "es-ES", "fi", "fr",
        "he", "hi", "hr", "hu", "id", "it", "ja", "ko", "lt", "nl", "no", "pl", "pt-BR",
        "ro", "ru", "sv-SE", "th", "tr", "uk", "vi", "zh-CN", "zh-TW",
    )
)  # fmt: skip


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
