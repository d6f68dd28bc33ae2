"""The process in which local models run: native code that crashes or hangs takes nothing with it.

Started by its path, so it imports nothing of the bot. It reads requests from its input and writes
answers to its output, one JSON object a line, in their order:

    {"model": {…}, "prefix": […], "joint": "…", "sentences": […], "guard": bool}
    {"texts": [… or null for one that it could not do]}  or  {"error": "…"}

It ends when its input ends, also in the middle of a sentence.
"""

import contextlib
import json
import os
import queue
import re
import sys
import threading
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from typing import Any

_BEAM = 3
_MOST_LOADED = 4
_LONGEST_PART = 180
"""In pieces: models are trained on sentences, and lose the end of what is longer."""
_LONGEST_SENTENCE = 4000
_LONGEST_WORD = 400
_LONGEST_ANSWER = 800
_BATCH_PIECES = 1024
_CLAUSE_END = re.compile(r"(?<=[,;:)–—])\s+")
_LONGEST_PERIOD = 12


class Model:
    """A model in memory with its pieces.

    `told` says where its files are, and which tokens it wants before and after a source. Raises
    RuntimeError, ValueError or OSError for files that are no model.
    """

    def __init__(self, told: dict[str, Any], threads: int) -> None:
        import ctranslate2  # noqa: PLC0415 # pyright: ignore[reportMissingTypeStubs]
        import sentencepiece  # noqa: PLC0415 # pyright: ignore[reportMissingTypeStubs]

        self._before: list[str] = told["before"]
        self._after: list[str] = told["after"]
        self._source: Any = sentencepiece.SentencePieceProcessor(model_file=told["source"])
        self._target: Any = sentencepiece.SentencePieceProcessor(model_file=told["target"])
        native: Any = ctranslate2
        self._model: Any = native.Translator(
            told["folder"],
            device="cpu",
            compute_type="int8",
            inter_threads=1,
            intra_threads=threads,
        )

    def translate(
        self, sentences: Sequence[str], prefix: list[str], joint: str, *, guard: bool
    ) -> list[str | None]:
        """Their translations, None where the model came to no end.

        `prefix` begins every target (it names a language), `joint` stands between the parts of
        a long sentence, `guard` forbids repetition at once.
        """
        parts = [self._parts(sentence) for sentence in sentences]
        flat = [pieces for one in parts for pieces in one or []]
        said = self._said(flat, prefix, guard=guard)
        if not guard:  # what repeats itself gets a second try that forbids it
            bad = [i for i, one in enumerate(said) if one is None]
            again = self._said([flat[i] for i in bad], prefix, guard=True)
            for i, one in zip(bad, again, strict=True):
                said[i] = one
        answers = iter(said)
        texts: list[str | None] = []
        for one in parts:
            mine = [next(answers) for _ in one or []]
            whole = [text for text in mine if text is not None]
            texts.append(joint.join(whole) if mine and len(whole) == len(mine) else None)
        return texts

    def _parts(self, sentence: str) -> list[list[str]] | None:
        """The pieces of a sentence, of its clauses if it is long; None if it is no sentence."""
        pieces: list[str] = self._source.encode(sentence, out_type=str)
        if len(pieces) <= _LONGEST_PART:
            return [pieces] if pieces else None
        if len(pieces) > _LONGEST_SENTENCE:
            return None
        parts: list[list[str]] = [[]]
        for text in self._pieces_of_clauses(sentence):
            if len(text) > _LONGEST_WORD:
                return None
            if len(parts[-1]) + len(text) > _LONGEST_PART and parts[-1]:
                parts.append([])
            parts[-1].extend(text)
        return parts

    def _pieces_of_clauses(self, sentence: str) -> Iterator[list[str]]:
        for clause in _CLAUSE_END.split(sentence):
            pieces: list[str] = self._source.encode(clause, out_type=str)
            if len(pieces) <= _LONGEST_PART:
                yield pieces
            else:
                yield from (self._source.encode(word, out_type=str) for word in clause.split())

    def _said(
        self, sources: list[list[str]], prefix: list[str], *, guard: bool
    ) -> list[str | None]:
        if not sources:
            return []
        longest = max(map(len, sources))
        most = min(_LONGEST_ANSWER, longest * 5 // 2 + 32) + len(prefix)
        results = self._model.translate_batch(
            [[*self._before, *source, *self._after] for source in sources],
            target_prefix=[prefix] * len(sources) if prefix else None,
            beam_size=_BEAM,
            max_batch_size=_BATCH_PIECES,
            batch_type="tokens",
            max_input_length=0,  # nothing is cut off silently
            max_decoding_length=most,
            replace_unknowns=True,
            no_repeat_ngram_size=4 if guard else 0,
            repetition_penalty=1.1 if guard else 1,
        )
        said: list[str | None] = []
        for source, result in zip(sources, results, strict=True):
            pieces: list[str] = result.hypotheses[0]
            if pieces[: len(prefix)] == prefix:
                pieces = pieces[len(prefix) :]
            ended = len(pieces) + len(prefix) < most
            fine = ended and (not loops(pieces) or loops(source))
            said.append(self._text(pieces) if fine else None)
        return said

    def _text(self, pieces: list[str]) -> str:
        text: str = self._target.decode(pieces)
        return " ".join(text.replace("▁", " ").split())


def loops(pieces: Sequence[str]) -> bool:
    """Whether up to twelve pieces are said four times in a row (single ones eight times)."""
    for period in range(1, _LONGEST_PERIOD + 1):
        enough, run = max(3 * period, 7), 0
        for i in range(period, len(pieces)):
            run = run + 1 if pieces[i] == pieces[i - period] else 0
            if run >= enough:
                return True
    return False


class Models:
    """The models in memory: those used last, and none that was removed or replaced."""

    def __init__(self, threads: int) -> None:
        self._threads = threads
        self._loaded: OrderedDict[str, Model] = OrderedDict()

    def get(self, told: dict[str, Any]) -> Model:
        for key in set(self._loaded) - set(told["installed"]):
            del self._loaded[key]
        key: str = told["key"]
        if key not in self._loaded:
            while len(self._loaded) >= _MOST_LOADED:
                self._loaded.popitem(last=False)
            self._loaded[key] = Model(told, self._threads)
        self._loaded.move_to_end(key)
        return self._loaded[key]


def answer(models: Models, request: dict[str, Any]) -> dict[str, Any]:
    """The answer to a request; whatever goes wrong is told in it."""
    try:
        model = models.get(request["model"])
        texts = model.translate(
            request["sentences"], request["prefix"], request["joint"], guard=request["guard"]
        )
    except ImportError as error:
        return {"error": f"the packages ctranslate2 and sentencepiece do not work here: {error}"}
    except Exception as error:  # noqa: BLE001 - native code raises what it likes
        told = " ".join(f"{type(error).__name__}: {error}".split())[:500]
        return {"error": "".join(c if c.isprintable() else "?" for c in told)}
    return {"texts": texts}


def main(threads: int) -> None:
    """Answer until the input ends."""
    # What native code prints must not get between the answers.
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    with contextlib.suppress(AttributeError, OSError):
        os.nice(5)  # whoever presses a button of the bot goes first
    requests: queue.SimpleQueue[str] = queue.SimpleQueue()

    def read() -> None:
        for line in sys.stdin:
            requests.put(line)
        os._exit(0)

    threading.Thread(target=read, daemon=True).start()
    models = Models(threads)
    while True:
        request = json.loads(requests.get())
        out.write(json.dumps(answer(models, request)) + "\n")
        out.flush()


if __name__ == "__main__":
    main(int(sys.argv[1]))
