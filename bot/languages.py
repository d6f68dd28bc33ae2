"""The languages that people read papers in: their codes, flags and names.

Codes are Discord's where it has one (`zh-CN`, `pt-BR`), else ISO 639-1's.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from babel import Locale

from bot.i18n import cldr
from bot.text.tokens import fold


@dataclass(frozen=True, slots=True)
class Language:
    """A language: `code`, its name in itself, the flags that ask for it, its CLDR locale."""

    code: str
    own_name: str
    flags: tuple[str, ...]
    cldr: str

    @property
    def name(self) -> str:
        """Its name in the language being spoken."""
        return self.name_in(cldr())

    def name_in(self, locale: str) -> str:
        """Its name in a language that Babel knows: `Simplified Chinese`, `簡体中文`."""
        known = cast("Mapping[str, str]", Locale.parse(locale).languages)
        return (
            known.get(self.cldr)
            or Locale.parse(self.cldr).get_display_name(locale)
            or self.own_name
        )


def _language(code: str, own_name: str, flags: str, cldr_name: str = "") -> Language:
    return Language(code, own_name, tuple(flags.split()), cldr_name or code)


ENGLISH = "en"
"""The language of arXiv's titles and abstracts, which are never translated into it."""

LANGUAGES: Mapping[str, Language] = {
    language.code: language
    for language in (
        _language(ENGLISH, "English", "🇬🇧 🇺🇸 🇦🇺 🇨🇦 🇮🇪 🇳🇿"),
        _language("ja", "日本語", "🇯🇵"),
        _language("zh-CN", "简体中文", "🇨🇳 🇸🇬", "zh_Hans"),
        _language("zh-TW", "繁體中文", "🇹🇼 🇭🇰 🇲🇴", "zh_Hant"),
        _language("ko", "한국어", "🇰🇷"),
        _language("de", "Deutsch", "🇩🇪 🇦🇹"),
        _language("fr", "Français", "🇫🇷"),
        _language("es", "Español", "🇪🇸 🇲🇽 🇦🇷 🇨🇴 🇨🇱 🇵🇪"),
        _language("it", "Italiano", "🇮🇹"),
        _language("pt", "Português", "🇵🇹"),
        _language("pt-BR", "Português (Brasil)", "🇧🇷", "pt_BR"),
        _language("ru", "Русский", "🇷🇺"),
        _language("uk", "Українська", "🇺🇦"),
        _language("pl", "Polski", "🇵🇱"),
        _language("tr", "Türkçe", "🇹🇷"),
        _language("hi", "हिन्दी", "🇮🇳"),
        _language("id", "Bahasa Indonesia", "🇮🇩"),
        _language("vi", "Tiếng Việt", "🇻🇳"),
        _language("th", "ไทย", "🇹🇭"),
        _language("ar", "العربية", "🇸🇦 🇪🇬 🇦🇪 🇲🇦"),
        _language("he", "עברית", "🇮🇱"),
        _language("nl", "Nederlands", "🇳🇱"),
        _language("sv", "Svenska", "🇸🇪"),
        _language("el", "Ελληνικά", "🇬🇷"),
        _language("cs", "Čeština", "🇨🇿"),
        _language("fa", "فارسی", "🇮🇷"),
        _language("da", "Dansk", "🇩🇰"),
        _language("fi", "Suomi", "🇫🇮"),
        _language("no", "Norsk", "🇳🇴", "nb"),
        _language("hu", "Magyar", "🇭🇺"),
        _language("ro", "Română", "🇷🇴"),
        _language("bg", "Български", "🇧🇬"),
        _language("hr", "Hrvatski", "🇭🇷"),
        _language("lt", "Lietuvių", "🇱🇹"),
    )
}
"""All of them by code. The order is the one in which they are offered."""

BY_FLAG: Mapping[str, str] = {
    flag: language.code for language in LANGUAGES.values() for flag in language.flags
}
"""The language that a flag reaction asks for."""


def language_of(tag: str | None) -> str | None:
    """The code of the language nearest to a tag such as Discord's `es-419`; None if unknown."""
    if not tag:
        return None
    wanted = tag.replace("_", "-")
    for code in LANGUAGES:
        if code.casefold() == wanted.casefold():
            return code
    first, _, rest = wanted.casefold().partition("-")
    if first == "zh":
        return "zh-TW" if {"tw", "hk", "mo", "hant"} & set(rest.split("-")) else "zh-CN"
    return first if first in LANGUAGES else None


def find_languages(typed: str, limit: int = 25) -> list[Language]:
    """Languages whose code or name (own, English, or spoken) holds every word that was typed.

    Those that begin with it come first.
    """
    wanted = fold(typed.strip())
    begins: list[Language] = []
    holds: list[Language] = []
    for language in LANGUAGES.values():
        english = language.name_in("en")
        names = [fold(name) for name in (language.code, language.own_name, english, language.name)]
        if any(name.startswith(wanted) for name in names):
            begins.append(language)
        elif any(all(word in name for word in wanted.split()) for name in names):
            holds.append(language)
    return [*begins, *holds][:limit]
