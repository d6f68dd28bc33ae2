"""How many tokens a text may be, without the model's tokenizer, and how many texts fit a window.

Guesses on the high side: a prompt that is too long is refused or, by some servers, silently cut.
Pure.
"""

import math
import re
from collections.abc import Sequence

_WORDS = re.compile(r"[A-Za-z ]+")
# English is 4 to 5 characters a token with every tokenizer of the last years; names and rare
# words take more tokens. Digits and signs of LaTeX are often a token each.
_CHARACTERS_A_TOKEN = 3.5
# Outside ASCII the bytes of UTF-8 count: a Chinese character (3 bytes) is 0.7 to 1.5 tokens, a
# Thai or Hindi one up to 1.5, an accented or Cyrillic letter (2 bytes) up to 1.
_BYTES_A_TOKEN = 2

_COMPACT = frozenset({"ja", "zh-CN", "zh-TW", "ko"})
_HEAVY = frozenset({"hi", "th"})
_LATIN = frozenset(
    "en de fr es it pt pt-BR pl tr id vi nl sv cs da fi no hu ro hr lt".split()  # noqa: SIM905
)


def estimate_tokens(text: str) -> int:
    """At most about how many tokens `text` is; 0 for nothing. Linear in its length."""
    words = sum(map(len, _WORDS.findall(text)))
    if text.isascii():
        signs, wide = len(text) - words, 0
    else:
        plain = sum(map(str.isascii, text))
        signs = plain - words
        wide = len(text.encode("utf-8", "replace")) - plain
    return math.ceil(words / _CHARACTERS_A_TOKEN + signs + wide / _BYTES_A_TOKEN)


def answer_tokens(tokens: int, language: str) -> int:
    """At most about how many tokens an English text of `tokens` becomes in `language`."""
    if language in _LATIN:
        return 2 * tokens
    return (5 if language in _HEAVY else 3) * tokens


def characters_for(words: int, language: str) -> int:
    """How many characters so many English words are about in a language without spaces; 0 for a
    language that is counted in words."""
    return 3 * words if language in _COMPACT or language == "th" else 0


def packed(costs: Sequence[int], room: int, most: int) -> list[range]:
    """Neighbors put together so that each group's costs sum up to `room` and it has at most
    `most`; what is larger by itself is a group of its own."""
    groups: list[range] = []
    start = held = 0
    for at, cost in enumerate(costs):
        if at > start and (held + cost > room or at - start >= most):
            groups.append(range(start, at))
            start, held = at, 0
        held += cost
    return [*groups, range(start, len(costs))] if costs else []
