"""What readers are told of translations and their providers."""

from bot.enrich.translate.memory import MemoryTranslator
from bot.i18n import mark, t
from bot.languages import LANGUAGES
from bot.models import FindingKind, Translation

# Names that are words and not a service's own.
_WORDS = {MemoryTranslator.name: mark("translation memory")}


def provider_name(name: str) -> str:
    """A provider's stored name as people read it."""
    return t(_WORDS[name]) if name in _WORDS else name


def why_not_shown(made: Translation) -> str:
    """A sentence on a translation that failed, for readers."""
    known = LANGUAGES.get(made.language)
    language = known.name if known else made.language
    if any(one.kind is FindingKind.NOTHING for one in made.findings):
        return t(
            "{provider} has no translation of this paper into {language}.",
            provider=provider_name(made.provider),
            language=language,
        )
    return t(
        "The translation into {language} did not pass my checks, so I do not show it.",
        language=language,
    )


def why_refused() -> str:
    """A sentence on a provider that refuses the operator's key or account, for readers."""
    return t(
        "The translation service does not serve me just now, so there is no translation. Whoever "
        "runs this bot finds the reason in its log."
    )
