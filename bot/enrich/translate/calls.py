"""Asking a translation provider: within the budget, in bounded time, not while it rests."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext

from bot.enrich.prices import Price
from bot.enrich.rest import Rest
from bot.errors import AnswerLost, SourceError, SourceGarbled
from bot.models import Finding, Purpose
from bot.protocols import Allowance, Clock, Translator

_NO_TERMS: Mapping[str, str] = {}
# Calls for digests at the same time, and for readers: who asks does not wait for the digests.
_AT_ONCE = 4


class TranslatorCalls:
    """A translator behind its allowance and its rest.

    `longest` bounds a call in seconds, whatever the provider does; its own timeouts are shorter.
    """

    def __init__(
        self,
        translator: Translator,
        allowance: Allowance,
        clock: Clock,
        *,
        price: Price | None = None,
        longest: float = 300.0,
    ) -> None:
        self.translator = translator
        self.rest = Rest("translations", clock)
        self._allowance = allowance
        self._price = price or Price()
        self._longest = longest
        self._turns = {purpose: asyncio.Semaphore(_AT_ONCE) for purpose in Purpose}

    async def ask(
        self,
        texts: Sequence[str],
        language: str,
        purpose: Purpose,
        *,
        glossary: Mapping[str, str] = _NO_TERMS,
        context: str = "",
        remarks: Sequence[Finding] = (),
        patient: bool = False,
    ) -> list[str]:
        """The texts' translations in their order, an empty one where the provider gave none.

        `patient` asks also a provider that failed lately. Raises BudgetSpent and SourceError.
        """
        self.rest.check(patient=patient)
        async with self._turns[purpose], self._reserved(texts, purpose):
            self.rest.check(patient=patient)
            try:
                targets = await self._call(texts, language, glossary, context, remarks)
            except SourceError as error:
                self.rest.failed(error)
                raise
            self.rest.went_well()
        return targets

    async def _call(
        self,
        texts: Sequence[str],
        language: str,
        glossary: Mapping[str, str],
        context: str,
        remarks: Sequence[Finding],
    ) -> list[str]:
        name = self.translator.name
        try:
            async with asyncio.timeout(self._longest):
                targets = await self.translator.translate(
                    texts, language, glossary=glossary, context=context, remarks=remarks
                )
        except TimeoutError as error:
            raise AnswerLost(name, f"no answer within {self._longest:.0f} s") from error
        if len(targets) != len(texts):
            raise SourceGarbled(name, f"{len(targets)} translations of {len(texts)} sentences")
        return [" ".join(target.split()) for target in targets]

    def _reserved(
        self, texts: Sequence[str], purpose: Purpose
    ) -> AbstractAsyncContextManager[None]:
        if not self.translator.paid:
            return nullcontext()
        characters = sum(map(len, texts))
        return self._allowance.ask(purpose, characters=characters, cost=self._price.of(characters))
