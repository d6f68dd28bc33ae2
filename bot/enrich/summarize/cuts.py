"""Where a sentence may end early and still be a whole sentence that does not mislead."""

import re
from collections.abc import Iterator

from bot.enrich.summarize.clauses import (
    ACTS,
    COMPLEMENT,
    FINITE,
    PREDICATE,
    SUBORDINATE,
    has_predicate,
    is_clause,
)
from bot.enrich.summarize.porter import WORD

MIN_WORDS = 7  # a form with fewer says too little; sentences this short stay as they are
_LEAST = 2 * MIN_WORDS  # characters that so many words need
_NEAR = 60  # characters before a place that tell whether it may be cut there

# "while reducing cost": a further good, no condition and no contrast.
_KEEPING = (
    r"(?:achiev|allow|attain|avoid|cutt|deliver|enabl|enhanc|ensur|exhibit|generat|improv|increas|"
    r"keep|maintain|minimi[sz]|offer|outperform|preserv|produc|provid|reach|reduc|requir|retain|"
    r"retriev|sav|show|support|surpass|us|yield|demonstrat|serv)ing\b"
)
_STILL = (
    r"(?:(?:simultaneously|significantly|substantially|also|largely|still|consistently|"
    r"effectively|greatly|further|even|fully|better)\s)?"
)
# Where a sentence may end early. What follows is detail of what went before.
_CUT = re.compile(
    r"""(?=[,;:\s—])(?:,\s+(?=(?:which|thereby|thus|hence|where|enabling|leading|resulting|
        allowing|making|providing|offering|achieving|demonstrating|showing|highlighting|suggesting|
        ensuring|including|such\ as|as\ well\ as|especially|particularly|in\ particular|yielding|
        outperforming|reducing|improving|even|with|using|based|by|thanks|via|whose|to|consisting|
        composed|along|together|inspired|
        motivated|called|named|termed|dubbed|developed|built|designed|specifically|so\ that|
        outperform|revealing|indicating|opening|paving|eliminating|avoiding|preserving|capturing|
        producing|establishing|underscoring|supporting|facilitating|requiring|surpassing|rendering|
        in\ order\ to|compared|given|and\ (?:then|we|thus|show|demonstrate|propose|
        provide|prove|find|evaluate|analyze|discuss|also|introduce|report|it|that|
        use|apply|achieves?|outperforms?|improves?))\b)
      |,?\s+(?=while\s"""
    + _STILL
    + _KEEPING
    + r""")
      |,\s+(?=(?:then|reaching|attaining|spanning|covering|ranging|exposing|generating|modulating|
        constructed|created|intended|derived|obtained|exceeding|maintaining|serving|bringing|
        helping|supported|followed|raising|driving|treating|turning|giving|combining|compressing|
        across|over|
        and\s(?:\w+ly\s)?(?:is|are|was|were|has|have|can|will|refines?|ranks?|supports?|reduces?|
        enables?|allows?|generali[sz]es?|reveals?|requires?|surpass(?:es)?|reach(?:es)?|
        maintains?|exposes?|evaluate|design|develop|train|compare|release|offer|recommends?|
        regulates?|serves?|synthesizes?|generates?|derive|establish|identify|present))\b)
      |\s+(?=(?:and|to\sfurther)\s(?:\w+ly\s)?(?:evaluate|provide|develop|propose|introduce|design|
        analy[sz]e|compare|test|release|discuss|present|derive|establish|identify|underscore|
        highlight|enhance|improve|describe|outline|advance)\s(?!and\b|or\b))
      |\s+(?=(?:on|across)\s[A-Z][^,;:]{1,60},\s[^;:]{2,160}\sand\s[^,;:]{2,60}$)
      |,\s+(?=e\.g\.|i\.e\.|a\.k\.a\.)
      |;\s+|\s+(?:–|—|--|---)\s+|(?<=[a-z])—(?=[a-z])|:\s+
      |\s+(?=(?:in\ order\ to|thereby|thus\ \w+ing|using|via|based\ (?:up)?on|thanks\ to|
      so\ as\ to|
         with\ (?:the|an?)\ (?:\w+\ )?(?:aim|goal|purpose|objective|focus|emphasis)\ (?:of|on)|
         by\ (?:\w+ly\ )?(?!being)\w+ing|
         and\ (?:also\ |then\ |further\ |\w+ly\ )?(?:(?:show|demonstrate|find|prove|argue|observe)\
           (?:that|how|its|their|our|the)|
           (?:evaluate|test|apply|validate|verify|illustrate)\ (?:it|its|them|our|the\ proposed|
           this)
         ))\b))""",
    re.VERBOSE,
)
# "We propose a model | that ...": true without the rest, though it says less.
_RELATIVE = re.compile(
    r"\s+(?=that:\s|(?:that|which|where|in\ which|composed\ of|consisting\ of)\s)|,\s+(?=(?:an?|"
    r"the\ first)\s)"
    r"|\s+(?=(?:in\ order\ )?to\s(?:\w+ly\s)?(?:improve|learn|generate|predict|solve|address|"
    r"reduce|"
    r"enable|provide|handle|optimize|estimate|model|make|produce|achieve|obtain|identify|detect|"
    r"evaluate|capture|simulate|determine|incorporate|extract|help|support|guide|study|encourage|"
    r"control|ensure|exploit|preserve|adapt|assign|combine|integrate|mitigate|overcome|tackle|"
    r"allow|facilitate|quantify|measure|characterize|understand|enhance|explore|avoid)\s)",
    re.VERBOSE,
)
# "a method to", but "allows us to", "aims to", "the ability to".
_BOUND = re.compile(
    r"\b(?:allow|enabl|requir|encourag|forc|help|caus|aim|train|learn|us|ability|able|attempt|"
    r"need|how|"
    r"capab|effort|possib|tend|fail|serv|lead|appl|necess|suffic|desir|seek|try|tri|difficult|"
    r"easy|hard|challeng|want|decid|guarant|know|shown?|prov(?:en|ed?)|design|potential|intend|"
    r"enough|too|first)\w*(?:\s+[\w-]+){0,4}$",
    re.IGNORECASE,
)
# What is not left out even of an offer's description.
_DENIALS = re.compile(
    r"\b(?:only if|unless|not|but|cannot|fails?|however|although)\b", re.IGNORECASE
)
# "is obtained | by folding": the participle needs it.
_MANNER = re.compile(r"\s(?:by|using|via|based|thanks|to)\b")
OFFERS = re.compile(
    r"(?:we|this\ (?:paper|work|article|study|letter|note))\ (?:\w+ly\ |also\ |here\ |then\ )?"
    r"(?:propose|present|introduce|develop|describe|devise|design|provide|build|construct|create)"
    r"(?:s|d|ed)?\b",
    re.IGNORECASE | re.VERBOSE,
)
# What is not left out: it limits, denies or turns what the rest says.
LIMITS = re.compile(
    r"\b(?:if|unless|only|but|however|although|though|except|provided\ that|assuming|whereas|"
    r"despite|cannot|neither|nor|never|may|might|could|perhaps|possibly|under|when|whenever|"
    r"while|up\ to|at\ least|at\ most|whether|limited\ to|fails?|without)\b(?!(?<=while)\ "
    + _STILL
    + _KEEPING
    + r")"
    r"|\bnot\b(?!\ only)",
    re.IGNORECASE | re.VERBOSE,
)
# One of these is in every match of it: looked for first, as that is quick.
_LIMIT_WORDS = frozenset(
    [
        "if",
        "unless",
        "only",
        "but",
        "however",
        "although",
        "though",
        "except",
        "provided",
        "assuming",
        "whereas",
        "despite",
        "cannot",
        "neither",
        "nor",
        "never",
        "may",
        "might",
        "could",
        "perhaps",
        "possibly",
        "under",
        "when",
        "whenever",
        "while",
        "up",
        "least",
        "most",
        "whether",
        "limited",
        "fail",
        "fails",
        "without",
        "not",
    ]
)
# A clause at the end that only adds to what went before.
_ADDS = re.compile(
    r",?\s(?:thereby\s|thus\s|while\s)?(?:\w+ly\s)?(?:enabling|allowing|achieving|yielding|demonstrating|"
    r"showing|improving|reducing|surpassing|outperforming|leading|resulting|highlighting|"
    r"suggesting|indicating|revealing|underscoring|exceeding|reaching|attaining|providing|"
    r"offering|making|ensuring|exposing|maintaining|preserving|generating|keeping|requiring|"
    r"supporting|avoiding|eliminating|establishing|confirming|bringing|raising|which)\s|"
    r"\sand\s(?:evaluate|provide|develop|introduce|design|analy[sz]e|compare|release|discuss|"
    r"present|derive|establish|highlight|underscore)\s"
)
_PARTICIPLE = re.compile(r",\s(?!which)")
# What may stand in such a clause without touching the rest.
_TURNS = re.compile(
    r"[,;]|\b(?:but|yet|although|though|however|whereas|unless|except|provided|assuming|if|only|"
    r"despite)\b"
)
# "to build | and evaluate models"
_HALF = re.compile(
    r"\b(?:to|can|will|that|which|could|may|should|must|help|helps|not|we)\s(?:\w+ly\s)?\w+$|"
    r"\b(?:design|develop|build|train|create|test|compare|analy[sz]e|understand|improve|study|"
    r"evaluate|generate|define|measure|\w+ly)$"
)
_UNFINISHED = re.compile(
    r"\b(?:and|or|of|the|a|an|to|in|for|with|by|that|which|is|are|as|on|at|from|both|between|we|"
    r"either|not|only|but|its|their|our|than|such|e\.g\.|i\.e\.|follows|following|namely|ways|"
    r"be|been|has|have|can|was|were|into|via|using|when|where|if|this|these|those|further|more|"
    r"question|questions|steps|stages|one|all|obtained|achieved|done|performed|realized|so|"
    r"find|see|show|demonstrate|prove|observe|argue|note|out|however|empirically|experimentally|"
    r"theoretically|analytically|achieves?|provides?|includes?|requires?|"
    r"offers?|yields?|proposes?|introduces?|presents?|contains?|comprises?|involves?|suggests?|"
    r"reveals?|"
    r"shows|finds|defines?|considers?|"
    r"largely|mainly|primarily|mostly|partly|simply|solely|"
    r"especially|particularly|entirely|purely|merely|barely|hardly|scarcely|rarely|while\s+\w+|\w+ly\s+\w+s|we|it|they|whether|how|why|while)$",
    re.IGNORECASE,
)
# "We propose X, a novel framework | that ...": the rest is what tells.
_BARE_KIND = re.compile(
    r"(?:, an?|(?:propose|present|introduce|develop|design)s? an?)\s(?:[\w-]+\s){0,2}"
    r"(?:framework|method|approach|model|system|strategy|pipeline|algorithm|technique|architecture|scheme|mechanism)$"
)
_CONNECTED = re.compile(r"\b(?:both|either|neither|not\ only|from|between|first)\b", re.VERBOSE)
_LIST_NUMBER = re.compile(r"\((?:\d|[a-e]|i{1,3}|iv|v)\)|(?<![\w(])(?:\d|i{1,3}|[a-c])\)|\bfirst\b")
_PERCENT = re.compile(r"\d\.\d|\d\s?%|[\d)]$")
_DASH = re.compile(r"\s+(?:–|—|--|---)\s")
# The last of several sentences in one, or of the numbered items of a list.
_ITEM = re.compile(r"; |\(\d\) ")
_BEGINS_LIST = re.compile(r"(?:\sthat)?:\s+(?:\(?(?:1|i|a)\)|first\b)", re.IGNORECASE)
_SIGN = re.compile(r"[()\[\]{}“”⟨⟩\"]")
_PAIRS = ("()", "[]", "{}", "“”", "⟨⟩")


def places(hidden: str) -> Iterator[int]:
    """Where a masked text may be cut off, latest first."""
    cuts = [found.start() for found in _CUT.finditer(hidden)]
    sound: set[int] = set()
    if cuts:  # a limit before all of them matters to none
        last_limit = -1
        if not _LIMIT_WORDS.isdisjoint(WORD.findall(hidden[cuts[0] :].lower())):
            for found in LIMITS.finditer(hidden, cuts[0]):
                last_limit = found.start()
        sound = {place for place in cuts if place > last_limit or _only_adds(hidden[place:])}
    if OFFERS.match(hidden):
        last_denial = max((found.start() for found in _DENIALS.finditer(hidden)), default=-1)
        for found in _RELATIVE.finditer(hidden):
            purpose = "to " in hidden[found.end() : found.end() + 12]
            before = hidden[max(0, found.start() - _NEAR) : found.start()]
            if found.start() > last_denial and not (purpose and _BOUND.search(before)):
                sound.add(found.start())
    for place in sorted(sound, reverse=True):
        if place < _LEAST:
            break
        head, rest = hidden[:place], hidden[place:]
        if head.endswith("ed") and _MANNER.match(rest):
            continue
        if _BARE_KIND.search(head[-_NEAR:]) and not _BEGINS_LIST.match(rest):
            continue
        if _DASH.match(rest) and _DASH.search(head):  # between two dashes
            continue
        named = rest.startswith((" on ", " across "))
        if named and (FINITE.search(rest) or _PERCENT.search(rest) or _PERCENT.search(head[-8:])):
            continue
        if rest.startswith((" and ", " to further ")) and _HALF.search(head):
            continue
        two_sentences = (
            _is_balanced(head)
            and rest.startswith("; ")
            and ":" not in head
            and not rest.startswith("; and")
        )
        clause = _PARTICIPLE.match(rest) is not None and _only_adds(rest)
        if (two_sentences or _is_sound(head, verb_is_there=clause)) and not _amid_list(head, rest):
            yield place


def _only_adds(rest: str) -> bool:
    """Whether the end of a sentence is one clause more, whose own limits concern it alone."""
    adds = _ADDS.match(rest)
    return adds is not None and not _TURNS.search(rest, adds.end())


def _is_sound(head: str, *, verb_is_there: bool) -> bool:
    """Whether the beginning of a sentence is one; `verb_is_there` if it cannot be in the end."""
    if len(head.split()) < MIN_WORDS or _UNFINISHED.search(head[-_NEAR:].rstrip(" ,")):
        return False
    if not _is_balanced(head):
        return False
    main = head
    if SUBORDINATE.match(head):
        comma = head.find(", ")
        if comma < 0:
            return False
        main = head[comma + 2 :]
        if SUBORDINATE.match(main):
            return False
    if verb_is_there:
        return len(main.split()) > 3
    if len(main.split()) < 4 or not (ACTS.match(main) or has_predicate(main)):
        return False
    item = _ITEM.split(main)[-1]
    if item is not main and not (PREDICATE.search(item) or FINITE.search(" " + item)):
        return False
    claims = [found.end() for found in COMPLEMENT.finditer(main)]
    return not claims or is_clause(main[claims[-1] :])


def _is_balanced(head: str) -> bool:
    return not _SIGN.search(head) or (
        all(head.count(pair[0]) == head.count(pair[1]) for pair in _PAIRS)
        and head.count('"') % 2 == 0
    )


def _amid_list(head: str, rest: str) -> bool:
    """Whether a cut falls between the items of a list: "name X, define Y, | and explain Z"."""
    if _LIST_NUMBER.search(rest):
        whole_list = _BEGINS_LIST.match(rest) and not _LIST_NUMBER.search(head)
        return not (whole_list and OFFERS.match(head))
    last_item = head.rsplit(", ", 1)[1:] if ", " in head else []
    listed = bool(last_item) and len(last_item[0].split()) < 7
    if listed and (rest.startswith((", and ", " and ")) or re.match(r",\s\w+ing\b", rest)):
        return True
    last = None if _PARTICIPLE.match(rest) and _only_adds(rest) else _CONNECTED.search(head[-60:])
    return last is not None and " and " not in head[-60:][last.end() :] and " and " in rest[:80]
