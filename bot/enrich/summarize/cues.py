"""The cues of a sentence, and which of its words may be part of one.

The patterns are slow where they do not match. Of every word it is remembered which cues it can be
part of, so that most sentences need none of them.
"""

import re
from collections.abc import Sequence
from functools import lru_cache

from bot.enrich.summarize import porter
from bot.text.tokens import stem

WORD = porter.WORD

STOP_WORDS = frozenset(
    [
        "a", "about", "also", "although", "an", "and", "are", "as", "at", "be", "because", "been",
        "between", "both", "but", "by", "can", "could", "do", "does", "each", "for", "from", "has",
        "have", "how", "however", "in", "into", "is", "it", "its", "may", "more", "most", "no",
        "not", "of", "on", "one", "or", "other", "our", "over", "paper", "propose", "s", "show",
        "such", "than", "that", "the", "their", "them", "then", "there", "these", "they", "this",
        "those", "through", "to", "under", "use", "using", "via", "was", "we", "were", "what",
        "when", "where", "which", "while", "will", "with", "within", "work", "without", "new",
        "present", "study", "method", "approach", "model", "result",
    ]
)  # fmt: skip
_STOP_STEMS = frozenset(stem(word) for word in STOP_WORDS)

# All cues are looked for in the lower-cased sentence.

# "We propose X": the sentence in which authors say what the paper is.
CONTRIBUTION = re.compile(
    r"\b(?:we|this (?:paper|work|article|study|letter|thesis|report)|(?:the|our) (?:present )?"
    r"(?:paper|work|article|study)|i)\s+(?:\w+ly\s+|also\s+|then\s+|here\s+|first\s+)?"
    r"(?:propose|present|introduce|develop|describe|design|devise|build|construct|formulate|"
    r"investigate|study|studies|examine|explore|address|tackle|analy[sz]e|consider|prove|provide|"
    r"establish|derive|revisit|report|release|offer|argue|suggest|aim|extend|generali[sz]e|create|"
    r"define|survey|review|compute|characteri[sz]e|evaluate|compare|demonstrate|show|find|found|"
    r"built|"
    r"studied)(?:s|d|ed|n)?\b"
    r"|\bis (?:proposed|presented|introduced|developed|studied|investigated)\b",
)
STRONG = re.compile(
    r"\b(?:we|this (?:paper|work|article|study)|i)\s+(?:\w+ly\s+|also\s+|then\s+|here\s+)?"
    r"(?:propose|present|introduce|develop|describe|devise|design)(?:s|d|ed)?\b",
)
FINDING = re.compile(
    r"\b(?:we|results?|experiments?|evaluations?|analys[ie]s|simulations?|findings?|it|this|"
    r"observations?|data|which|study|model|method|approach|framework)\s+(?:\w+\s+){0,4}?"
    r"(?:show|find|found|demonstrate|reveal|observe|indicate|suggest|confirm|conclude|prove|"
    r"obtain|detect|discover|establish|achieve|outperform|yield|improve|reduce|surpass|"
    r"exceed|attain|reach|verify|validate)(?:s|d|ed)?\b",
)
GAIN = re.compile(
    r"\b(?:outperform\w*|state[- ]of[- ]the[- ]art|sota|improv\w+|better than|surpass\w*|superior|"
    r"significant(?:ly)?|gains?|speed-?ups?|faster|effective(?:ness)?|efficien\w+|accura\w+|"
    r"competitive|reduc\w+|achiev\w+|exceed\w*|consistently|robust\w*)\b",
)
OBSTACLE = re.compile(
    r"\b(?:however|but|yet|despite|although|challeng\w+|difficult\w*|problem\w*|lack\w*|limit\w+|"
    r"unfortunately|fail\w*|suffer\w*|remain\w*|unclear|unknown|poorly|gap|hinder\w*|struggle\w*|"
    r"expensive|costly|bottleneck|under-?explored|overlook\w*|little|few|cannot|prohibitive\w*|"
    r"open question|neglect\w*|insufficient\w*|scarc\w+)\b",
)
BACKGROUND = re.compile(
    r"^(?:\W*)(?:recent\w*|traditional\w*|existing|previous|prior|many|most|current\w*|despite|"
    r"while|although|however|in recent years|over the (?:last|past)|modern|typical\w*|"
    r"conventional\w*|understanding|deep (?:neural|learning)|"
    r"the (?:ability|problem|task|success))\b",
)
LEANING = re.compile(
    r"^\W*(?:this|these|those|such|it|they|its|their|he|both|here|instead|similarly|likewise|"
    r"moreover|furthermore|additionally|in addition|also|then|second(?:ly)?|third(?:ly)?|finally|"
    r"lastly|consequently|therefore|thus|hence|specifically|in particular|for example|"
    r"for instance|"
    r"further|the latter|the former|as a result|on the other hand|in contrast|conversely)\b"
    r"(?!\s+(?:paper|work|article|study|letter|thesis|report|survey|review|tutorial)\b)",
)
RESOURCE = re.compile(
    r"https?://|\b(?:code|source code|implementation|data|dataset|datasets|models?|weights|"
    r"benchmark|checkpoints?|demo|videos?|project page|software|package|library|catalogs?|"
    r"scripts?|materials?)\b[^.]{0,60}\b(?:is|are|will be|can be|at|been)\b[^.]{0,30}"
    r"\b(?:available|released?|open-?sourced?|accessed|found\s+(?:at|on|here|under)|downloaded|"
    r"https?)\b"
    r"|\b(?:we|to)\s+(?:\w+ly\s+)?(?:release|open-?source|publish|share)\b[^.]{0,120}\b(?:code|"
    r"data\w*|"
    r"models?|weights|benchmark|software|library|toolkit|corpus)\b|\b(?:is|are|be|been|we|"
    r"fully)\s+open-?sourced?\b"
    r"|\bopen-?sourced?\s+(?:implementation|code|library|package|software|release|toolkit|tool)\b",
)
FILLER = re.compile(
    r"\b(?:the (?:paper|rest|remainder) (?:is|of)[^.]{0,120}organi[sz]ed|"
    r"we (?:also )?(?:discuss|conclude|end|close)\b|future (?:work|research|direction)|"
    r"implications? (?:of|for)|avenues?|"
    r"pave\w* the way|we hope|comments? (?:are )?welcome|open problems?|further research)\b",
)
OWN = re.compile(r"\b(?:we|our|us|this (?:paper|work|article|study))\b")


class Cue:
    """What a word can be part of, as bits. Those named `..._WORD` are the cue by themselves.

    Plain integers, as `enum.Flag` takes too long for every word.
    """

    DOES = 1 << 0
    ACTOR = 1 << 1
    FINDS = 1 << 2
    FINDER = 1 << 3
    GAIN_WORD = 1 << 4
    GAIN = 1 << 5
    OBSTACLE_WORD = 1 << 6
    OBSTACLE = 1 << 7
    RESOURCE = 1 << 8
    FILLER = 1 << 9
    OWN_WORD = 1 << 10
    OWN = 1 << 11
    DIGIT = 1 << 12
    DOING = 1 << 13
    OUTCOME = 1 << 14


def _words(text: str, *endings: str) -> list[str]:
    """Each word of `text`, bare and with each ending."""
    return [word + ending for word in text.split() for ending in ("", *endings)]


# `features` looks for a cue where all that it needs is there. Whole words first.
_WORDS: dict[int, Sequence[str]] = {
    Cue.DOES: _words(
        "propose present introduce develop describe design devise build construct formulate "
        "investigate study studies examine explore address tackle analyze analyse consider prove "
        "provide establish derive revisit report release offer argue suggest aim extend "
        "generalize generalise create define survey review compute characterize characterise "
        "evaluate compare demonstrate show find found built studied",
        "s", "d", "ed", "n",
    ),
    Cue.ACTOR: ["we", "i", "is", "paper", "work", "article", "study", "letter", "thesis", "report"],
    Cue.FINDS: _words(
        "show find found demonstrate reveal observe indicate suggest confirm conclude prove obtain "
        "detect discover establish achieve outperform yield improve reduce surpass exceed attain "
        "reach verify validate",
        "s", "d", "ed",
    ),
    Cue.FINDER: _words(
        "we result results experiment experiments evaluation evaluations analysis analyses "
        "simulation simulations finding findings it this observation observations data which "
        "study model method approach framework",
    ),
    Cue.GAIN_WORD: _words(
        "sota superior significant significantly gain gains speedup speedups faster effective "
        "effectiveness competitive consistently",
    ),
    Cue.GAIN: ["state", "better", "speed"],
    Cue.OBSTACLE_WORD: _words(
        "however but yet despite although unfortunately unclear unknown poorly gap expensive "
        "costly bottleneck underexplored little few cannot",
    ),
    Cue.OBSTACLE: ["open", "under"],
    Cue.FILLER: _words(
        "organized organised discuss conclude end close future implication implications "
        "avenue avenues hope comment comments open further",
    ),
    Cue.DOING: _words(
        "we i contain contains comprise comprises comprising consist consists includes "
        "composed based constructed designed built trained collected conducted performed "
        "evaluated assessed recruited recorded applied employed introduced developed "
        "implemented formulated modeled modelled used discussed described considered examined "
        "taken",
    ),
    Cue.OUTCOME: _words(
        "show shows showed shown showing find finds finding findings found improves improved "
        "improving reduces reduced increases increased reaches reached results result "
        "compared prove proves proved lower higher better",
    ),
    Cue.OWN_WORD: ["we", "our", "us"],
    Cue.OWN: ["this"],
}  # fmt: skip
# The beginning of a word, and how many letters must follow.
_BEGINNINGS: tuple[tuple[int, str, int], ...] = (
    *((Cue.GAIN_WORD, start, 0) for start in ("outperform", "surpass", "exceed", "robust")),
    *((Cue.GAIN_WORD, start, 1) for start in ("improv", "efficien", "accura", "reduc", "achiev")),
    *(
        (Cue.OBSTACLE_WORD, start, 0)
        for start in (
            "challeng", "difficult", "problem", "lack", "fail", "suffer", "remain", "hinder",
            "struggle", "overlook", "prohibitive", "neglect", "insufficient",
        )
    ),
    *((Cue.OBSTACLE_WORD, start, 1) for start in ("limit", "scarc")),
    (Cue.FILLER, "pave", 0),
    *(
        (Cue.OUTCOME, start, 0)
        for start in (
            "demonstrat", "reveal", "achiev", "outperform", "surpass", "yield", "attain", "exceed",
            "obtain", "confirm", "indicat", "suggest",
        )
    ),
)  # fmt: skip
_ANY_BEGINNING = tuple(start for _, start, _ in _BEGINNINGS)
_RESOURCE_PART = re.compile("http|avail|open|releas|access|found|download|publish|share")
_CUES: dict[str, int] = {}
for _cue, _list in _WORDS.items():
    for _word in _list:
        _CUES[_word] = _CUES.get(_word, 0) | _cue


def _cues(word: str) -> int:
    found = _CUES.get(word, 0)
    if word.startswith(_ANY_BEGINNING):
        for cue, start, more in _BEGINNINGS:
            if word.startswith(start) and len(word) >= len(start) + more:
                found |= cue
    if _RESOURCE_PART.search(word):
        found |= Cue.RESOURCE
    return found if word.isalpha() else found | Cue.DIGIT


@lru_cache(maxsize=65536)
def meaning(word: str) -> str:
    """The stem of a folded word that carries meaning, or nothing."""
    found = stem(word)
    return "" if found in _STOP_STEMS else found


@lru_cache(maxsize=65536)
def read(word: str) -> tuple[int, str, str]:
    """Of a run of a-z and 0-9: its cues, its `meaning`, its stem as ROUGE has it.

    What carries meaning begins with a letter and has two.
    """
    letters = word.lstrip("0123456789")
    said = meaning(letters) if len(letters) > 1 else ""
    return _cues(word), said, porter.stem(word) if len(word) > 3 else word
