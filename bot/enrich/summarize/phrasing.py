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
      |(?:from|with|on|by|using|through|under|based\ on|across)[ ]
         (?:this|these|that|those|the\ above)\b[^,.;:]{0,40},?\s+(?=we\b)
      |(?:by|in)\ doing\ (?:so|this)\b,?\s+(?=\w)
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
         in\ response|as\ can\ be\ seen|ultimately|especially|further|still|again|as\ such|
         in\ doing\ so|taken\ together|together),\s+
      |(?:but|and|yet|so)\b,?\s+(?!far\b|much\b|many\b|that\b|called\b|[\w-]+\s+[^,]{0,40},)
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_ACTOR_OPENER = re.compile(
    r"^(we|i|this (?:paper|work|article|study)) (?:also|then|further(?:more)?|additionally|"
    r"therefore|thus|hence|next|here|first|finally) (?=[a-z])",
    re.IGNORECASE,
)
_FIRST_WORD = re.compile(r"^(?:a|[a-z]{2,})(?:-[a-z]{2,}\w*)*(?=[\s,;)]|:\s|-[A-Z])")


def standalone(sentence: str) -> str:
    """A sentence without the words that tie it to the one before: "To this end, we show ..."."""
    text = " ".join(sentence.split())
    for _ in range(4):
        opener = _OPENERS.match(text)
        if opener is None or len(text[opener.end() :].split()) < 3:
            break
        text = text[opener.end() :]
    actor = _ACTOR_OPENER.match(text)
    if actor is not None:
        text = f"{actor.group(1)} {text[actor.end() :]}"
    return ended(capitalized(text))


def capitalized(text: str) -> str:
    """With a capital first letter, unless the first word is a name or a formula."""
    first = _FIRST_WORD.match(text)
    return text[0].upper() + text[1:] if first else text


def ended(text: str) -> str:
    """With a mark at the end."""
    bare = text.rstrip(" ,;:–—-")
    closing = bare.rstrip("\"'”’)]")
    if closing.endswith((".", "!", "?", "…", "。", "！", "？")):
        return bare
    return bare + "." if bare else text
