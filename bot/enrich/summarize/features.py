"""What can be seen of a sentence without understanding it."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from bot.text.tokens import fold, stem

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
    r"define|survey|review|compute|characteri[sz]e|evaluate|compare|demonstrate|show|find|found|built|"
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
    r"lastly|consequently|therefore|thus|hence|specifically|in particular|for example|for instance|"
    r"further|the latter|the former|as a result|on the other hand|in contrast|conversely)\b"
    r"(?!\s+(?:paper|work|article|study|letter|thesis|report|survey|review|tutorial)\b)",
)
RESOURCE = re.compile(
    r"https?://|\b(?:code|source code|implementation|data|dataset|datasets|models?|weights|"
    r"benchmark|checkpoints?|demo|videos?|project page|software|package|library|catalogs?|"
    r"scripts?|materials?)\b[^.]{0,60}\b(?:is|are|will be|can be|at|been)\b[^.]{0,30}"
    r"\b(?:available|released?|open-?sourced?|accessed|found|downloaded|https?)\b"
    r"|\b(?:we|to)\s+(?:\w+ly\s+)?(?:release|open-?source|publish|share)\b[^.]{0,120}\b(?:code|data\w*|"
    r"models?|weights|benchmark|software|library|toolkit|corpus)\b|\bopen-?source(?:d)?\b",
)
FILLER = re.compile(
    r"\b(?:the (?:paper|rest|remainder) (?:is|of)[^.]{0,120}organi[sz]ed|"
    r"we (?:also )?(?:discuss|conclude|end|close)\b|future (?:work|research|direction)|"
    r"implications? (?:of|for)|avenues?|"
    r"pave\w* the way|we hope|comments? (?:are )?welcome|open problems?|further research)\b",
)
_LABEL = re.compile(
    r"\W{0,2}(background|objectives?|purpose|aims?|motivation|context|introduction|problem|methods?|"
    r"methodology|materials and methods|approach|results?|findings|conclusions?|significance)"
    r"\s*[:.]\s"
)
_OWN = re.compile(r"\b(?:we|our|us|this (?:paper|work|article|study))\b")
_CONTENT = re.compile(r"[^\W\d_][^\W_]+")
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
    abstract ("methods"), or empty.
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
    label: str
    first_we: float
    content: frozenset[str]


def content_words(text: str) -> frozenset[str]:
    """The stems of a text that carry meaning."""
    return frozenset(map(stem, _CONTENT.findall(fold(text)))) - _STOP_STEMS


def extract(title: str, sentences: Sequence[str]) -> list[Features]:
    """The features of every sentence of an abstract, read together."""
    contents = [content_words(sentence) for sentence in sentences]
    holders = Counter(word for content in contents for word in content)
    wanted = content_words(title)
    held: set[str] = set()
    found: list[Features] = []
    turned = contributed = False
    for at, (sentence, content) in enumerate(zip(sentences, contents, strict=True)):
        low = sentence.lower()
        contribution = CONTRIBUTION.search(low) is not None
        label = _LABEL.match(low)
        obstacle = OBSTACLE.search(low) is not None
        size = len(content) or 1
        found.append(
            Features(
                place=at / max(1, len(sentences) - 1),
                length=len(sentence.split()),
                title=len(content & wanted) / (len(wanted) or 1),
                central=sum(holders[word] > 1 for word in content) / size,
                new=len(content - held) / size,
                contribution=contribution,
                strong=STRONG.search(low) is not None,
                finding=FINDING.search(low) is not None,
                gain=GAIN.search(low) is not None,
                obstacle=obstacle,
                background=BACKGROUND.search(low) is not None,
                leaning=LEANING.search(low) is not None,
                resource=RESOURCE.search(low) is not None,
                filler=FILLER.search(low) is not None,
                numbers=min(1.0, len(_NUMBER.findall(sentence)) / 2),
                question=sentence.rstrip().endswith("?"),
                own=_OWN.search(low) is not None,
                after_turn=turned,
                label=label.group(1) if label else "",
                first_we=contribution and not contributed,
                content=content,
            )
        )
        held |= content
        turned = obstacle
        contributed = contributed or contribution
    return found
