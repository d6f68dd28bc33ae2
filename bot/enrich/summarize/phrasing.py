"""Rewording a sentence so that it stands alone: only by leaving things out, never by adding."""

import re

_OPENERS = re.compile(
    r"""^\W{0,2}(?:
      (?:objectives?|background|motivation|context|introduction|purpose|aims?|methods?|methodology|
         materials?\ and\ methods|approach|results?|findings|conclusions?|significance|discussion|
         (?:main\ )?contributions?|problem|summary|design|data|abstract|tl;?dr)
         (?:\s*(?:and|&|/)\s*\w+)?\s*(?:[:.]|\s[-–—])\s+
      |(?:\(?(?:\d{1,2}|[ivx]{1,4}|[a-e])[).]|[•●▪*–-])\s+
      |in\ (?:this|the\ present|our)\ (?:\w+\ )?(?:paper|work|article|study|letter|report|thesis|
         manuscript|survey|research|contribution|note|chapter|talk|review)\b,?\s+
         (?=(?:we|i|the|a|an|our|it|two|three|several)\b)
      |(?:here|herein|in\ this\ (?:context|setting|regard|light|direction)|in\ light\ of\ this|
         against\ this\ back(?:drop|ground)|with\ this\ in\ mind|
         to\ (?:this|that|these)\ (?:end|aim|goal)s?|for\ this\ (?:purpose|reason)|to\ do\ so|
         to\ achieve\ this(?:\ goal)?)\b,?\s+
         (?=(?:we|i|this|our|the|a|an)\b)
      |to\ (?:address|tackle|overcome|bridge|mitigate|fill|solve|resolve|remedy|alleviate|close|
         answer|handle|meet|counter|explore|investigate|study|test|achieve|circumvent|combat)[ ]
         (?:this|these|that|those|the\ above|such|both|all)\b[^,.;:]{0,60},\s+
      |(?:motivated|inspired|guided|driven|prompted|informed|enabled)\ by\ (?:this|these|that|
         the\ above)\b[^,.;:]{0,50},\s+
      |(?:building|based|drawing|relying)\ (?:up)?on\ (?:this|these|that|the\ above)
         \b[^,.;:]{0,50},\s+
      |(?:however|moreover|furthermore|additionally|in\ addition|besides|therefore|thus|hence|
         consequently|accordingly|as\ a\ (?:result|consequence)|finally|lastly|last|specifically|
         in\ particular|notably|importantly|interestingly|surprisingly|remarkably|crucially|
         critically|strikingly|overall|in\ (?:summary|conclusion|short|sum)|to\ summarize|
         first(?:ly)?|second(?:ly)?|third(?:ly)?|next|then|meanwhile|nevertheless|nonetheless|
         unfortunately|also|more\ (?:specifically|precisely|importantly|concretely|generally)|
         most\ (?:importantly|notably)|concretely|in\ fact|indeed|in\ turn|similarly|likewise|
         conversely|in\ contrast|by\ contrast|on\ the\ other\ hand|at\ the\ same\ time|
         in\ response|further|still|again|as\ such|in\ doing\ so|taken\ together|together),\s+
      |(?:but|and|yet|so)\b,?\s+(?!far\b|much\b|many\b|that\b|called\b|[\w-]+\s+[^,]{0,40},)
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_ACTOR_OPENER = re.compile(
    r"^(we|i|this (?:paper|work|article|study)) (?:also|then|further(?:more)?|additionally|"
    r"therefore|thus|hence|next|here|first|finally) (?=[a-z])",
    re.IGNORECASE,
)
_FIRST_WORD = re.compile(r"^[a-z]+(?:-[a-z]{2,}\w*)*(?=[\s,;)]|:\s|-[A-Z])")
_ASIDE = re.compile(r"\s*\((?!i{1,3}\)|\d\))([^()]*)\)")
# What may be left out is detail. Contrast is not: "but", "although", "while", "without" change
# what the rest means.
_CUT = re.compile(
    r"""(?:,\s+(?=(?:which|thereby|thus|hence|where|enabling|leading|resulting|
        allowing|making|providing|offering|achieving|demonstrating|showing|highlighting|suggesting|
        ensuring|including|such\ as|as\ well\ as|especially|particularly|yielding|
        outperforming|reducing|improving|even|with|using|based|by|
        outperform|revealing|indicating|opening|paving|eliminating|avoiding|preserving|capturing|
        producing|establishing|underscoring|supporting|facilitating|requiring|surpassing|rendering|
        compared|given|and\ (?:then|we|thus|show|demonstrate|propose|
        provide|prove|find|evaluate|analyze|discuss|also|introduce|report|is|are|can|it|that|
        use|apply|achieves?|outperforms?|improves?))\b)
      |;\s+|\s+(?:–|—|--)\s+|:\s+(?=\(?(?:1|i|a)\)))""",
    re.VERBOSE,
)
_SUBORDINATE = re.compile(
    r"^(?:while|although|though|when|whenever|if|since|because|despite|given|by|to|for|in|with|as|"
    r"unlike|using|based|after|before|from|at|under|on|over|across|through|whereas|motivated|"
    r"inspired|building|beyond|among|without|leveraging|drawing|rather|instead|between)\b",
    re.IGNORECASE,
)
_PREDICATE = re.compile(
    r"\b(?:is|are|was|were|can|cannot|could|may|might|must|should|will|would|has|have|had|does|do|"
    r"propose|present|introduce|show|find|prove|develop|study|investigate|provide|demonstrate|"
    r"describe|achieve|report|derive|establish|analy[sz]e|consider|explore|design|address|"
    r"examine|construct|obtain|reveal|outperform|improve|enable|suggest|use|give|argue|make|"
    r"evaluate|formulate|release|offer|extend|compare|observe|measure|yield|require|remain|"
    r"rel(?:y|ies)|allow|reduce|indicate|combine|lead|support|generate|produce|focus(?:es)?)"
    r"(?:s|d|ed)?\b",
    re.IGNORECASE,
)
_DANGLING = re.compile(
    r"\b(?:and|or|of|the|a|an|to|in|for|with|by|that|which|is|are|as|on|at|from|both|between|we|"
    r"either|not|only|but|its|their|our|than|such|e\.g\.|i\.e\.)$",
    re.IGNORECASE,
)
_PAIRS = ("()", "[]", "{}", "“”", "⟨⟩")
_LIST_NUMBER = re.compile(r"\((?:\d|[a-e]|i{1,3}|iv|v)\)|\b\d\)")
_MIN_HEAD = 10
_REACH = 1200  # characters in which a place to cut is looked for


def standalone(sentence: str) -> str:
    """A sentence without the words that tie it to the one before: "To this end, we show ..."."""
    text = " ".join(sentence.split())
    for _ in range(4):
        shorter = _OPENERS.sub("", text, count=1)
        if shorter == text or len(shorter.split()) < 3:
            break
        text = shorter
    text = _ACTOR_OPENER.sub(r"\1 ", text)
    return _ended(_capitalized(text))


def fitted(sentence: str, words: int) -> str:
    """A standalone sentence in at most `words` words, if whole clauses can be left out for it."""
    text = sentence
    if len(text.split()) > words:
        text = _ASIDE.sub(_lesser_aside, text)
    count = len(text.split())
    if count <= words:
        return text
    cuts = [(text[: cut.start()], text[cut.start() :]) for cut in _CUT.finditer(text, 0, _REACH)]
    sound = [head for head, rest in cuts if _sound(head) and not _amid_list(head, rest)]
    fitting = [head for head in sound if len(head.split()) <= words]
    if fitting:
        return _ended(max(fitting, key=len))
    return _ended(min(sound, key=len)) if sound else text


def _lesser_aside(found: re.Match[str]) -> str:
    """Parentheses go if they hold more than an abbreviation; those are needed later."""
    inside = found.group(1)
    brief = len(inside.split()) <= 2 and not re.match(r"e\.g|i\.e|see|cf|Fig|Sec|Tab", inside)
    return found.group() if brief else ""


def _sound(head: str) -> bool:
    """Whether the beginning of a sentence is a sentence."""
    if len(head.split()) < _MIN_HEAD or _DANGLING.search(head.rstrip(" ,")):
        return False
    if any(head.count(pair[0]) != head.count(pair[1]) for pair in _PAIRS) or head.count('"') % 2:
        return False
    main = head
    if _SUBORDINATE.match(head):
        comma = head.find(", ")
        if comma < 0:
            return False
        main = head[comma + 2 :]
        if _SUBORDINATE.match(main):
            return False
    return len(main.split()) >= 6 and _PREDICATE.search(main) is not None


def _amid_list(head: str, rest: str) -> bool:
    """Whether a cut falls between the items of a list: "name X, define Y, | and explain Z"."""
    if _LIST_NUMBER.search(head) and _LIST_NUMBER.search(rest):
        return True
    last_item = head.rsplit(", ", 1)[1:] if ", " in head else []
    return rest.startswith(", and ") and bool(last_item) and len(last_item[0].split()) < 7


def _capitalized(text: str) -> str:
    first = _FIRST_WORD.match(text)
    return text[0].upper() + text[1:] if first else text


def _ended(text: str) -> str:
    bare = text.rstrip(" ,;:–—-")
    closing = bare.rstrip("\"'”’)]")
    if closing.endswith((".", "!", "?", "…", "。", "！", "？")):
        return bare
    return bare + "." if bare else text
