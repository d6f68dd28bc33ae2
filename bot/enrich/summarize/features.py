"""What can be seen of a sentence without understanding it."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

from bot.enrich.summarize import cues
from bot.enrich.summarize.cues import WORD, Cue, meaning, read
from bot.text.tokens import fold

_LABEL = re.compile(
    r"\W{0,2}(background|objectives?|purpose|aims?|motivation|context|introduction|problem|"
    r"methods?|"
    r"methodology|materials and methods|approach|results?|findings|conclusions?|significance)"
    r"\s*[:.]\s"
)
_CONTENT = re.compile(r"[^\W\d_][^\W_]+")
_NOTHING = frozenset([""])
_CONTRIBUTES = Cue.DOES | Cue.ACTOR
_CONCLUDES = Cue.FINDS | Cue.FINDER
_NUMBER = re.compile(r"(?<![\w.])\d[\d,.]*\s?(?:%|×|x\b|\w+)?")


@dataclass(frozen=True, slots=True)
class Features:
    """One sentence of an abstract. Shares run from 0 to 1, flags are 0 or 1.

    `place` is its position (0 the first, 1 the last), `length` its words, `title` the share of
    the title's content words that it holds, `central` the share of its own content words that
    other sentences hold too, `new` the share that no earlier one held. The flags tell which
    cues of this module it has; `leaning` sentences begin by pointing to the one before;
    `own` ones speak of the authors; `after_turn` follows a sentence with an obstacle, `first_we`
    is the first contribution; `label` is the heading before the sentence in a structured
    abstract ("methods"), or empty; `low` is the sentence in lower case, `stems` its words in order
    as ROUGE stems them, `cues` the `Cue` bits of all of them.
    """

    place: float
    length: int
    title: float
    central: float
    new: float
    contribution: float
    strong: float
    finding: float
    gain: float
    obstacle: float
    background: float
    leaning: float
    resource: float
    filler: float
    numbers: float
    question: float
    own: float
    after_turn: float
    low: str
    label: str
    first_we: float
    content: frozenset[str]
    stems: list[str]
    cues: int


def content_words(text: str) -> frozenset[str]:
    """The stems of a text that carry meaning."""
    return frozenset(map(meaning, _CONTENT.findall(fold(text)))) - _NOTHING


def extract(title: str, sentences: Sequence[str]) -> list[Features]:
    """The features of every sentence of an abstract, read together."""
    lowered = [sentence.lower() for sentence in sentences]
    readings = [[read(word) for word in WORD.findall(low)] for low in lowered]
    contents = [
        frozenset([said for _, said, _ in reading]) - _NOTHING
        if low.isascii()
        else content_words(sentence)
        for sentence, low, reading in zip(sentences, lowered, readings, strict=True)
    ]
    holders = Counter(chain.from_iterable(contents))
    wanted = content_words(title)
    held: set[str] = set()
    found: list[Features] = []
    turned = contributed = False
    for at, (sentence, low, reading, content) in enumerate(
        zip(sentences, lowered, readings, contents, strict=True)
    ):
        hints = 0
        for hint, _, _ in reading:
            hints |= hint
        contribution = hints & _CONTRIBUTES == _CONTRIBUTES and (
            cues.CONTRIBUTION.search(low) is not None
        )
        label = _LABEL.match(low)
        obstacle = _has(hints, Cue.OBSTACLE_WORD, Cue.OBSTACLE, cues.OBSTACLE, low)
        numbers = len(_NUMBER.findall(low)) if hints & Cue.DIGIT or not low.isascii() else 0
        size = len(content) or 1
        found.append(
            Features(
                place=at / max(1, len(sentences) - 1),
                length=len(sentence.split()),
                title=len(content & wanted) / (len(wanted) or 1),
                central=len([1 for word in content if holders[word] > 1]) / size,
                new=len(content - held) / size,
                contribution=contribution,
                strong=contribution and cues.STRONG.search(low) is not None,
                finding=hints & _CONCLUDES == _CONCLUDES and cues.FINDING.search(low) is not None,
                gain=_has(hints, Cue.GAIN_WORD, Cue.GAIN, cues.GAIN, low),
                obstacle=obstacle,
                background=cues.BACKGROUND.match(low) is not None,
                leaning=cues.LEANING.match(low) is not None,
                resource=hints & Cue.RESOURCE != 0 and cues.RESOURCE.search(low) is not None,
                filler=hints & Cue.FILLER != 0 and cues.FILLER.search(low) is not None,
                numbers=min(1.0, numbers / 2),
                question=sentence.rstrip().endswith("?"),
                own=_has(hints, Cue.OWN_WORD, Cue.OWN, cues.OWN, low),
                after_turn=turned,
                low=low,
                label=label.group(1) if label else "",
                first_we=contribution and not contributed,
                content=content,
                stems=[stem for _, _, stem in reading],
                cues=hints,
            )
        )
        held |= content
        turned = obstacle
        contributed = contributed or contribution
    return found


def _has(hints: int, word: int, part: int, pattern: re.Pattern[str], low: str) -> bool:
    """Whether a sentence has a cue: a word that is one, or some with a word that may be part."""
    return hints & word != 0 or (hints & part != 0 and pattern.search(low) is not None)
