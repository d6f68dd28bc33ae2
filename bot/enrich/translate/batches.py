"""Texts in requests of a bearable size; what was answered is not asked for again."""

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable, Sequence

from bot.enrich.tokens import packed
from bot.errors import SourceUnavailable

Send = Callable[[list[str]], Awaitable[list[str]]]
"""One request: translations in the texts' order. Raises SourceError."""

# What calls that failed half-way had been told; about a hundred abstracts.
_MOST_LEFT = 2000


class Batches:
    """`most` texts a request, that are `room` together by `size`. `too_large` tells whether an
    error means that a request was larger than the service takes: then it is sent in halves."""

    def __init__(
        self,
        *,
        most: int,
        room: int,
        size: Callable[[str], int],
        too_large: Callable[[SourceUnavailable], bool],
    ) -> None:
        self._most = most
        self._room = room
        self._size = size
        self._too_large = too_large
        self._left: OrderedDict[tuple[Hashable, str], str] = OrderedDict()

    async def ask(
        self, texts: Sequence[str], send: Send, *, kind: Hashable, reserved: int = 0
    ) -> list[str]:
        """The texts' translations, an empty text for one that is too large by itself.

        Answers from before an error are kept for the next call of the same `kind`, so that they
        are not paid for twice. `reserved` of the room is taken by other things. Raises what `send`
        raises.
        """
        done: dict[str, str] = {}
        for text in texts:
            left = self._left.pop((kind, text), None)
            if left is not None:
                done[text] = left
        try:
            wanted = [text for text in dict.fromkeys(texts) if text not in done]
            sizes, room = {text: self._size(text) for text in wanted}, self._room - reserved
            fitting = [text for text in wanted if sizes[text] <= room]
            for group in packed([sizes[text] for text in fitting], room, self._most):
                done |= await self._sent(fitting[group.start : group.stop], send, done)
        except BaseException:  # also when nobody waits any longer
            for text, answer in done.items():
                self._left[kind, text] = answer
            while len(self._left) > _MOST_LEFT:
                self._left.popitem(last=False)
            raise
        return [done.get(text, "") for text in texts]

    async def _sent(self, batch: list[str], send: Send, done: dict[str, str]) -> dict[str, str]:
        try:
            return dict(zip(batch, await send(batch), strict=True))
        except SourceUnavailable as error:
            if not self._too_large(error):
                raise
        if len(batch) == 1:
            return {batch[0]: ""}
        half = len(batch) // 2
        done |= await self._sent(batch[:half], send, done)
        return await self._sent(batch[half:], send, done)
