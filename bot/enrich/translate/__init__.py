"""Translation: the providers, by the settings that choose them.

A new provider is a module of this package with a class that keeps to `Translator`, its settings,
and its lines here (see docs/extending.md).
"""

from bot.enrich.chat import ChatClient
from bot.enrich.translate.chat import ChatTranslator
from bot.enrich.translate.deepl import DeepLTranslator
from bot.enrich.translate.libretranslate import LibreTranslator
from bot.enrich.translate.local import LocalTranslator
from bot.enrich.translate.memory import MemoryTranslator
from bot.protocols import Clock, Meter, Translator
from bot.settings import PREFIX, Settings

SETTING = PREFIX + "TRANSLATOR"
"""The variable that an operator would set first."""


def translator_kind(settings: Settings) -> str:
    """The kind of provider that the settings choose: one of the setting's, never `auto`."""
    if settings.translator != "auto":
        return settings.translator
    if settings.translation_memory is not None:
        return "memory"
    if settings.deepl_key is not None:
        return "deepl"
    if settings.libretranslate_url:
        return "libretranslate"
    return "model" if settings.chat_url else "local"


def open_translator(
    settings: Settings, clock: Clock, meter: Meter, chat: ChatClient | None = None
) -> Translator | None:
    """The provider that the settings choose; None if they choose none.

    `chat` is a model's endpoint, if that is open already. Reads files: call on a thread. Raises
    SettingsError.
    """
    match translator_kind(settings):
        case "memory" if settings.translation_memory is not None:
            return MemoryTranslator(settings.translation_memory)
        case "deepl":
            return DeepLTranslator.of(settings, clock, meter)
        case "libretranslate":
            return LibreTranslator.of(settings, clock, meter)
        case "model":
            return ChatTranslator(chat or ChatClient.of(settings, clock, meter))
        case "local":
            return LocalTranslator(settings.models, settings.model_threads, clock)
        case _:
            return None
