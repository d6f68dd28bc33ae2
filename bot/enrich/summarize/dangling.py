"""What a sentence says only together with the one before: references without a referent.

The rule by which takeaways are chosen, and by which `bench` counts those that do not stand alone.
"""

import re

_SELF = (
    r"(?:paper|work|article|study|letter|note|thesis|report|survey|review|tutorial|manuscript|"
    r"chapter|dissertation|monograph|talk|contribution|research|project|essay|position\ paper)s?\b"
)
_FIRST = re.compile(
    r"""\W{0,3}(?:
      (?:it|its|they|them|their|he|she)\b
      |(?:this|these|those|such)\b(?!\ (?:\w+\ )?"""
    + _SELF
    + r""")
      |(?:the\ (?:latter|former|above|aforementioned|two|same|others?)|each\ of\ which|both\ of)\b
      |both\b(?!\ (?:[\w-]+\ ){1,4}and\b)
      |(?:however|moreover|furthermore|additionally|therefore|thus|hence|consequently|
          accordingly|nevertheless|nonetheless|conversely|instead|likewise|similarly|otherwise|
          meanwhile|also|then|finally|specifically|secondly|thirdly|lastly|besides)\b(?!-)
      |(?:as\ (?:a\ (?:result|consequence)|such)|in\ (?:turn|contrast|addition|particular)
          |by\ (?:contrast|doing\ so|doing\ this)|in\ doing\ so|to\ do\ so|for\ (?:example|
          instance)
          |on\ the\ other\ hand)\b(?!\ to\b)
    )""",
    re.IGNORECASE | re.VERBOSE,
)
# "It is known that": this pronoun stands for nothing.
_EXPLETIVE = re.compile(
    r"\W{0,3}it\ (?:is|was|has\ been|can\ be|may\ be|remains|turns\ out|follows|becomes|appears|"
    r"seems)\b"
    r"[^,;:.]{0,60}?\b(?:that|to|how|whether|why|if)\b",
    re.IGNORECASE | re.VERBOSE,
)
# "To address these issues, we ...": an opening phrase that points back.
_OPENING = re.compile(
    r"(?:to|by|for|with|in|on|under|based|using|motivated|inspired|building|given|from|through|"
    r"at|beyond|against|despite|unlike|within|among|as|across|via|over|like|after|before|during)\b"
    r"[^,;:.]{0,40}?\b"
    r"(?:this|these|those|such(?!\ as)|them|it|both)\b(?!\ (?:\w+\ )?"
    + _SELF
    + r")[^,;:]{0,60}(?:,|\ we\b)",
    re.IGNORECASE | re.VERBOSE,
)
# "We close this gap", "a method for these problems": troubles that the text has not named.
_DEMONSTRATIVE = re.compile(r" (?:th(?:is|[eo]se)|such|both) ")
_TROUBLE = re.compile(
    r"(?:we|i|this\ (?:paper|work|article|study)|our|the|[A-Z][\w-]+)\b[^,;:]{0,200}?,?\ "
    r"(?:this|these|those|both|all\ these|such(?!\ as))\ (?:[\w-]+\ )?"
    r"(?:gap|issue|problem|challenge|limitation|shortcoming|question|mechanism|trade-?off|need|"
    r"concern|failure|obstacle|bottleneck|dichotomy|weakness|drawback|tension|phenomenon|"
    r"phenomena|requirement|assumption|hypothesis|intuition|observation|insight|difficult(?:y|"
    r"ies)|deficienc(?:y|ies)|discrepanc(?:y|ies)|vulnerabilit(?:y|ies)|ambiguity|confound)(?:s|"
    r"es)?\b",
    re.IGNORECASE | re.VERBOSE,
)
# "The representations are then ...": it goes on from the sentence before.
_GOES_ON = re.compile(
    r"(?:the|a|an|each)\ (?:[\w-]+\ ){1,4}(?:(?:is|are|was|were|can|will)\ (?:then|therefore|thus|"
    r"also|further|subsequently|next)|then|therefore|also|thus|subsequently)\ ",
    re.IGNORECASE | re.VERBOSE,
)
# "We show that it is faster."
_SUBJECT = re.compile(
    r"(?:we|i|results?|experiments?|(?:our|the|extensive)\ (?:\w+\ ){0,2}\w+)\ (?:\w+ly\ |"
    r"also\ |then\ )?"
    r"(?:show|demonstrate|prove|find|observe|establish|confirm|reveal|verify|argue|apply|evaluate|"
    r"test|use|validate|bridge|address|replace|repair|tackle|fill|close|overcome|solve|resolve|answer|mitigate|"
    r"define|formali[sz]e|exploit|leverage|reali[sz]e|alleviate|examine|explore|study|"
    r"accomplish|illustrate|call|name|refer\ to|achieve|do|compare|extend|demonstrated|"
    r"showed|found)s?\ (?:\w+ly\ )?(?:that\ )?(?:it|its|they|them|their|these|those|this|"
    r"such(?!\ as))\b"
    r"(?!\ (?:\w+\ )?" + _SELF + ")",
    re.IGNORECASE | re.VERBOSE,
)


def dangles(text: str) -> bool:
    """Whether a text points to something outside it.

    It does if it begins with a pronoun or a demonstrative ("It", "These", "This method"; not
    "This paper", nor "It is known that"), with a connective ("However", "As a result"), with a
    phrase that has a demonstrative ("To address these issues,"), if that is the object or the
    subject of its first verb ("We show that it is faster"), if its first clause names a trouble by
    a demonstrative alone ("We close this gap") or goes on from another ("The pages are then
    folded"). Linear in the text's length.
    """
    if _EXPLETIVE.match(text):
        return False
    return bool(
        _FIRST.match(text)
        or _OPENING.match(text)
        or _SUBJECT.match(text)
        or _GOES_ON.match(text)
        or (_DEMONSTRATIVE.search(text) and _TROUBLE.match(text))
    )
