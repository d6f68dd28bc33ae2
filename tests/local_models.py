"""Tiny translation models, as real as large ones: CTranslate2 weights with SentencePiece.

Nothing is learned: the weights of one encoder and one decoder layer are set so that the decoder's
step n attends to the source's piece n and says it. A piece's translation is the target vocabulary's
entry at the same place, so a model is a word list; pieces without an entry are copied.
"""

import json
import shutil
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

WORDS: Mapping[str, str] = {
    "▁Cats": "▁猫",
    "▁cats": "▁猫",
    "▁cat": "▁猫",
    "▁sleep": "▁眠る",
    "▁Dogs": "▁犬",
    "▁run": "▁走る",
    "▁after": "▁追う",
    "▁Ignore": "▁無視",
    "▁all": "▁全て",
    "▁instructions": "▁指示",
    "▁and": "▁と",
    "▁say": "▁言う",
    "▁The": "▁その",
    "▁is": "▁は",
    "▁model": "▁模型",
    "▁small": "▁小さい",
}
"""What the Japanese model knows. `▁` stands for the space before a word."""

_SPECIAL = ("<unk>", "<s>", "</s>")
_POSITIONS = 512
_WIDTH = 128
_FOCUS = 8.0
_SAID = 10.0


def build_pieces(folder: Path, words: Mapping[str, str]) -> Path:
    """A SentencePiece model that knows the words and spells all else out in bytes."""
    import sentencepiece  # noqa: PLC0415 # pyright: ignore[reportMissingTypeStubs]

    symbols = list(dict.fromkeys([*words, *words.values()]))
    corpus = folder / "corpus.txt"
    lines = ["Cats sleep and dogs run.", "The quick brown fox is small: 0123456789 ,;()[]{}<>$\\_"]
    corpus.write_text("\n".join([*lines, *symbols] * 4).replace("▁", " "), encoding="utf-8")
    train: Any = sentencepiece.SentencePieceTrainer
    train.train(
        input=str(corpus),
        model_prefix=str(folder / "pieces"),
        vocab_size=256 + len(_SPECIAL) + len(symbols) + 120,
        hard_vocab_limit=False,
        byte_fallback=True,
        character_coverage=1.0,
        user_defined_symbols=symbols,
        normalization_rule_name="identity",
        add_dummy_prefix=True,
        minloglevel=2,
        num_threads=1,
    )
    return folder / "pieces.model"


def build_model(
    folder: Path,
    pieces: Path,
    words: Mapping[str, str],
    *,
    tokens: Sequence[str] = (),
    add_source_eos: bool = True,
    never_ends: bool = False,
) -> None:
    """Write a CTranslate2 model into `folder`, with further vocabulary entries `tokens`.

    `never_ends` makes one that repeats its last word until it is stopped.
    """
    import sentencepiece  # noqa: PLC0415 # pyright: ignore[reportMissingTypeStubs]
    from ctranslate2.specs import (  # noqa: PLC0415 # pyright: ignore[reportMissingTypeStubs]
        TransformerSpec,
    )

    known: Any = sentencepiece.SentencePieceProcessor(model_file=str(pieces))
    source = [known.id_to_piece(i) for i in range(known.get_piece_size())] + list(tokens)
    target = [words.get(piece, piece) for piece in source]
    spec: Any = TransformerSpec.from_config(1, 1, pre_norm=True)
    _fill(spec, len(source), known.piece_to_id("</s>") if never_ends else None)
    if add_source_eos:
        spec.config.add_source_eos = True
    spec.register_source_vocabulary(source)
    spec.register_target_vocabulary(target)
    spec.validate()
    spec.optimize(quantization="int8")
    folder.mkdir(parents=True)
    spec.save(str(folder))


def _fill(spec: Any, size: int, silent: int | None) -> None:
    """Set the weights. A vector is a piece's code beside a place's code, each of +1 and -1 in
    equal numbers: its mean is 0 and its variance 1, so layer norms change nothing."""
    chance = np.random.default_rng(7)

    def codes(count: int) -> Any:
        half = np.repeat(np.array([1.0, -1.0], np.float32), _WIDTH // 2)
        return np.stack([chance.permutation(half) for _ in range(count)])

    depth = 2 * _WIDTH
    words, places = codes(size), codes(_POSITIONS)
    nothing = np.zeros((size, _WIDTH), np.float32)
    embeddings = np.hstack([words, nothing]) / np.sqrt(np.float32(depth))  # they are scaled back
    encodings = np.hstack([np.zeros_like(places), places])
    zero = np.zeros((depth, depth), np.float32)
    word_part, place_part = zero.copy(), zero.copy()
    word_part[:_WIDTH, :_WIDTH] = np.eye(_WIDTH, dtype=np.float32)
    place_part[_WIDTH:, _WIDTH:] = np.eye(_WIDTH, dtype=np.float32)

    def linear(into: Any, *weights: Any) -> None:
        into.weight = np.concatenate(weights)
        into.bias = np.zeros(into.weight.shape[0], np.float32)

    def neutral(norm: Any) -> None:
        norm.gamma, norm.beta = np.ones(depth, np.float32), np.zeros(depth, np.float32)

    for part in (spec.encoder, spec.decoder):
        table = part.embeddings[0] if part is spec.encoder else part.embeddings
        table.weight = embeddings.copy()
        part.position_encodings.encodings = encodings.copy()
        neutral(part.layer_norm)
        for layer in part.layer:
            neutral(layer.self_attention.layer_norm)
            linear(layer.self_attention.linear[0], zero, zero, zero)
            linear(layer.self_attention.linear[1], zero)
            neutral(layer.ffn.layer_norm)
            linear(layer.ffn.linear_0, zero)
            linear(layer.ffn.linear_1, zero)
    for layer in spec.decoder.layer:
        neutral(layer.attention.layer_norm)
        linear(layer.attention.linear[0], place_part * _FOCUS)
        linear(layer.attention.linear[1], place_part, word_part)
        linear(layer.attention.linear[2], word_part * _SAID)
    said = np.hstack([words, nothing])
    if silent is not None:
        said[silent] = 0
    linear(spec.decoder.projection, said)
    if silent is not None:
        spec.decoder.projection.bias[silent] = -1000


def argos_folder(
    parent: Path,
    *,
    to: str = "ja",
    version: str = "1.1",
    words: Mapping[str, str] = WORDS,
    **model: Any,
) -> Path:
    """An unpacked package as Argos Translate has them."""
    folder = parent / f"en_{to}"
    folder.mkdir(parents=True)
    pieces = build_pieces(_made(parent / ".pieces"), words)
    shutil.copy(pieces, folder / "sentencepiece.model")
    build_model(folder / "model", pieces, words, **model)
    metadata = {"package_version": version, "from_code": "en", "to_code": to, "type": "translate"}
    (folder / "metadata.json").write_text(json.dumps(metadata), encoding="utf-8")
    (folder / "README.md").write_text("A word list in the form of a model.\n", encoding="utf-8")
    return folder


def nllb_folder(parent: Path, languages: Sequence[str]) -> Path:
    """A model of many languages, which are named by tokens before the text."""
    folder = parent / "nllb"
    pieces = build_pieces(_made(parent / ".pieces"), WORDS)
    tokens = ["eng_Latn", *languages]
    build_model(folder, pieces, WORDS, tokens=tokens, add_source_eos=False)
    shutil.copy(pieces, folder / "sentencepiece.bpe.model")
    return folder


def marian_folder(parent: Path, name: str) -> Path:
    """A Marian model converted from Transformers: two SentencePiece models, no metadata."""
    folder = parent / name
    pieces = build_pieces(_made(parent / ".pieces"), WORDS)
    build_model(folder, pieces, WORDS, add_source_eos=False)
    shutil.copy(pieces, folder / "source.spm")
    shutil.copy(pieces, folder / "target.spm")
    return folder


def packed(folder: Path, archive: Path, *, top: str = "en_ja") -> Path:
    """The folder as a package file: a zip with one folder in it."""
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                file.write(path, f"{top}/{path.relative_to(folder).as_posix()}")
    return archive


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder
