"""Summaries: the embedded summarizer, and a model where the settings choose one.

A new provider is a module of this package with a class that keeps to `Summarizer`, its settings,
and its lines here (see docs/extending.md).
"""

from bot.enrich.chat import ChatClient
from bot.enrich.summarize.model import ModelSummarizer
from bot.protocols import Clock, Meter
from bot.settings import Settings


class ChosenModel(ModelSummarizer):
    """The model of the settings, with connections of its own."""

    def __init__(self, chat: ChatClient) -> None:
        super().__init__(chat)
        self._own = chat

    async def aclose(self) -> None:
        """Close the connections."""
        await self._own.aclose()


def open_summarizer(settings: Settings, clock: Clock, meter: Meter) -> ChosenModel | None:
    """The model that the settings choose; None where the embedded summarizer is all.

    Reads certificates: call on a thread.
    """
    if settings.summarizer != "model":
        return None
    return ChosenModel(ChatClient.of(settings, clock, meter))
