"""Translation: the providers, by the setting that chooses them.

A new provider is a module of this package with a class that keeps to `Translator`, its settings,
and its lines here (see docs/extending.md).
"""

from bot.enrich.translate.memory import MemoryTranslator
from bot.protocols import Translator
from bot.settings import PREFIX, Settings

SETTING = PREFIX + "TRANSLATION_MEMORY"
"""The variable that an operator would set first."""


def open_translator(settings: Settings) -> Translator | None:
    """The provider that the settings choose; None if they choose none.

    Reads files: call on a thread. Raises SettingsError.
    """
    if settings.translation_memory is not None:
        return MemoryTranslator(settings.translation_memory)
    return None
