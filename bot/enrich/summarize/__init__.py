"""Summaries: the embedded summarizer, and a model where the settings choose one.

A new provider is a module of this package with a class that keeps to `Summarizer`, its settings,
and its lines here (see docs/extending.md).
"""

from bot.enrich.chat import ChatClient
from bot.enrich.summarize.model import ModelSummarizer
from bot.protocols import Clock, Meter
from bot.settings import Settings


def open_summarizer(
    settings: Settings, clock: Clock, meter: Meter, chat: ChatClient | None = None
) -> ModelSummarizer | None:
    """The model that the settings choose; None where the embedded summarizer is all.

    `chat` is its endpoint, if that is open already. Reads certificates: call on a thread.
    """
    if settings.summarizer != "model":
        return None
    return ModelSummarizer(chat or ChatClient.of(settings, clock, meter))
