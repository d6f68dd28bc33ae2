"""Translation on this machine: CTranslate2 models with SentencePiece, without a key or a network.

`paperboy models add` puts models into the folder, also while the bot runs.
"""

import asyncio
import importlib.util
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from bot.enrich.tokens import packed
from bot.enrich.translate.local_models import InstalledModel, InstalledModels
from bot.enrich.translate.local_process import SOURCE, ModelProcess
from bot.enrich.translate.protect import TOKENS, Protected, protect, restore
from bot.enrich.translate.protected_spans import EVERYTHING, Protection
from bot.errors import SourceUnavailable
from bot.i18n import t
from bot.models import Finding, FindingKind
from bot.protocols import Clock

_PACKAGES = ("ctranslate2", "sentencepiece")
# What is under way when somebody stops waiting is finished: not much at a time.
_BATCH = 4
_BATCH_CHARACTERS = 1200
# No sentence is as long as that; five abstracts are.
_LONGEST = 10_000


def packages_installed() -> bool:
    """Whether what the models run on is installed: the extra `local`."""
    return all(importlib.util.find_spec(name) for name in _PACKAGES)


class LocalTranslator:
    """The models in a folder, in a worker process with so many threads for a sentence.

    Made on a thread, as it reads files. Formulas, addresses, names and a server's terms are sent
    as placeholders; where a model loses them, the sentence is translated once more with what was
    lost in its own form.
    """

    name = SOURCE
    paid = False

    def __init__(
        self, folder: Path, threads: int, clock: Clock, *, process: ModelProcess | None = None
    ) -> None:
        self._models = InstalledModels(folder)
        self._models.all()  # the vocabularies of many models take a while to read
        self._process = process or ModelProcess(threads, clock)
        self._able = packages_installed()

    @property
    def label(self) -> str:
        return t(
            "A small model on the bot's own machine translated this; "
            "it errs more often than large ones do."
        )

    def offers(self, language: str) -> bool:
        return self._able and self._models.of(language) is not None

    async def translate(
        self,
        sentences: Sequence[str],
        language: str,
        *,
        glossary: Mapping[str, str],
        context: str = "",
        remarks: Sequence[Finding] = (),
    ) -> list[str]:
        del context  # these models see one sentence at a time
        model = self._models.of(language)
        if model is None or not self._able:
            raise SourceUnavailable(SOURCE, f"no model for {language} is installed")
        guard = any(one.kind is FindingKind.REPETITION for one in remarks)

        async def tried(
            texts: Sequence[str], protections: Collection[Protection]
        ) -> tuple[list[str], list[frozenset[Protection]]]:
            sent = await asyncio.to_thread(
                lambda: [
                    protect(
                        text if len(text) <= _LONGEST else "",
                        TOKENS,
                        terms=glossary,
                        protections=protections,
                    )
                    for text in texts
                ]
            )
            said = await self._said(model, sent, language, guard=guard)
            return await asyncio.to_thread(_restored, said, sent)

        texts, lost = await tried(sentences, EVERYTHING)
        for missed in sorted({one for one in lost if one}, key=sorted):
            again = [i for i, one in enumerate(lost) if one == missed]
            second, still = await tried([sentences[i] for i in again], EVERYTHING - missed)
            for i, text, missing in zip(again, second, still, strict=True):
                texts[i] = "" if missing else text
        return texts

    async def aclose(self) -> None:
        await self._process.aclose()

    async def _said(
        self, model: InstalledModel, sent: Sequence[Protected], language: str, *, guard: bool
    ) -> list[str | None]:
        """What the model says, in order; None where it came to no end."""
        # Without words there is nothing to translate: a formula, or one of the server's terms.
        said: list[str | None] = [None if one.has_words else one.text for one in sent]
        places = [i for i, one in enumerate(sent) if one.has_words]
        lengths = [len(sent[i].text) for i in places]
        for group in packed(lengths, _BATCH_CHARACTERS, _BATCH):
            batch = places[group.start : group.stop]
            try:
                request = model.request(
                    [sent[i].text for i in batch], language, self._models.all(), guard=guard
                )
            except OSError:
                raise SourceUnavailable(SOURCE, "its model was removed meanwhile") from None
            for i, text in zip(batch, await self._process.ask(request), strict=True):
                said[i] = text
        return said


def _restored(
    said: Sequence[str | None], sent: Sequence[Protected]
) -> tuple[list[str], list[frozenset[Protection]]]:
    texts: list[str] = []
    lost: list[frozenset[Protection]] = []
    for text, protected in zip(said, sent, strict=True):
        if not text:  # the model came to no end: another try with less protected is no better
            texts.append("")
            lost.append(frozenset())
            continue
        restored = restore(text, protected)
        texts.append(restored.text)
        lost.append(restored.lost)
    return texts, lost
