"""Invented papers and the translation memory that the tests of translations use."""

import json
from collections.abc import Mapping
from pathlib import Path

from commands_stage import CommandsStage

from bot.models import Paper

PAPER = Paper(
    "2606.00042",
    1,
    "Sparse Retrieval with $O(n^2)$ Comparisons",
    "Retrieval with large language models is slow. We train a 3B model on 1,200 documents. "
    "It keeps $O(n^2)$ comparisons, see https://example.org/code. It is 70% faster.",
    ("Ana Núñez",),
    ("cs.IR",),
    "cs.IR",
)
UNKNOWN = Paper(
    "2606.00043",
    1,
    "Untold Stories",
    "Nobody has translated this.",
    ("Bo Li",),
    ("cs.CL",),
    "cs.CL",
)
ABOUT = "Translations of invented papers."
TITLE_JA = "$O(n^2)$ 回の比較による疎な検索"
JAPANESE = {
    PAPER.title: TITLE_JA,
    "Retrieval with large language models is slow.": "大規模言語モデルを用いた検索は遅い。",
    "We train a 3B model on 1,200 documents.": "30億パラメータのモデルを1200件の文書で訓練する。",
    "It keeps $O(n^2)$ comparisons, see https://example.org/code.": (
        "比較は $O(n^2)$ 回のままである(https://example.org/code を参照)。"
    ),
    "It is 70% faster.": "70%高速になる。",
}
# The magnitude is wrong: 3B is 30亿.
CHINESE = {
    PAPER.title: "只需 $O(n^2)$ 次比较的稀疏检索",
    "We train a 3B model on 1,200 documents.": "我们在1200篇文档上训练了一个3亿参数的模型。",
}


def write_memory(folder: Path) -> Path:
    """A translation memory: all of `PAPER` into Japanese, a wrong part of it into Chinese."""
    folder.mkdir(exist_ok=True)
    lines: list[Mapping[str, object]] = [{"about": {"en": ABOUT, "ja": "架空の論文の翻訳です。"}}]
    for language, known in (("ja", JAPANESE), ("zh-CN", CHINESE)):
        lines += [
            {"language": language, "source": source, "target": target}
            for source, target in known.items()
        ]
    lines.append(
        {"language": "ja", "term": "large language model", "translation": "大規模言語モデル"}
    )
    text = "\n".join(json.dumps(line, ensure_ascii=False) for line in lines)
    (folder / "papers.jsonl").write_text(text, encoding="utf-8")
    return folder


async def store_papers(stage: CommandsStage) -> None:
    """Put the invented papers into the archive."""
    await stage.core.papers.enrich([PAPER, UNKNOWN], stage.clock.now())
