"""What a call is going to cost, before it is made: guesses by the settings' prices."""

import math
from dataclasses import dataclass

from bot.settings import Settings

# A token is about four characters of English; the numbering and the JSON around it cost some more.
# Japanese and Chinese take about a token a character, and half as many characters.
_IN_PER_CHARACTER, _OUT_PER_CHARACTER = 1 / 3, 1 / 2
_PROMPT, _SUMMARY = 500, 350


@dataclass(frozen=True, slots=True)
class Price:
    """In millionths of a US dollar: of a character that is sent, of a call, and of each text that
    is wanted besides."""

    character: float = 0
    call: float = 0
    text: float = 0

    def of(self, characters: int, texts: int = 0) -> int:
        """What a call is expected to cost."""
        return math.ceil(self.character * characters + self.call + self.text * texts)


def translation_price(settings: Settings, kind: str) -> Price:
    """The price of translations by a kind of provider. A dollar for a million characters is a
    millionth of a dollar for one."""
    if kind == "deepl":
        return Price(character=settings.deepl_price)
    if kind == "model":
        into, out = settings.chat_price_in, settings.chat_price_out
        character = _IN_PER_CHARACTER * into + _OUT_PER_CHARACTER * out
        return Price(character=character, call=_PROMPT * into)
    return Price()


def summary_price(settings: Settings) -> Price:
    """The price of a model's summaries."""
    into, out = settings.chat_price_in, settings.chat_price_out
    return Price(character=_IN_PER_CHARACTER * into, call=_PROMPT * into, text=_SUMMARY * out)
