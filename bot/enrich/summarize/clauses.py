"""Clauses: whether a piece of English has its verb."""

import re

COMPLEMENT = re.compile(
    r"\b(?:show|demonstrate|prove|find|observe|establish|confirm|reveal|verify|discover|argue|"
    r"suggest|indicate|claim|conjecture|ensure|out|conclude|know|imply|hypothesi[sz]e|believe|"
    r"assume|"
    r"found|evidence|fact|idea|insight|observation|hypothesis|guarantee|so|such|note|"
    r"means?|posit|state|report)(?:s|d|ed|ing)?\ (?:\w+ly\ )?that\ |\b(?:whether|how|why|if)\ ",
    re.VERBOSE,
)
FINITE = re.compile(
    r"\s(?:is|are|was|were|can|cannot|could|may|might|must|should|will|would|has|have|had|does|do|"
    r"\w+(?:i[sz]es|ates|ows|ends|ains|ieves|uces|oves|orms|eeds|ields|ires|ives|akes|elps|uires|"
    r"ables|ifies|eases)|outperform|improve|achieve|learn|yield|exist|lead|"
    r"depend|remain|become|provide|require|reduce|perform|exhibit|suffer|fail|converge)s?\b"
)
WE = r"(?:we|our|i|this\ (?:paper|work|article|study|letter|note))\b"
ACTS = re.compile(WE + r"\ (?:\w+ly\ )?[a-z]+\ ", re.IGNORECASE | re.VERBOSE)
SUBORDINATE = re.compile(
    r"(?:while|although|though|when|whenever|if|since|because|despite|given|by|to|for|in|with|as|"
    r"unlike|using|based|after|before|from|at|under|on|over|across|through|whereas|motivated|"
    r"inspired|building|beyond|among|without|leveraging|drawing|rather|instead|between)\b",
    re.IGNORECASE,
)
PREDICATE = re.compile(
    r"\b(?:is|are|was|were|can|cannot|could|may|might|must|should|will|would|has|have|had|does|do|"
    r"propose|present|introduce|show|find|prove|develop|study|investigate|provide|demonstrate|"
    r"describe|achieve|report|derive|establish|analy[sz]e|consider|explore|design|address|"
    r"examine|construct|obtain|reveal|outperform|improve|enable|suggest|use|give|argue|make|"
    r"evaluate|formulate|release|offer|extend|compare|observe|measure|yield|require|remain|"
    r"rel(?:y|ies)|allow|reduce|indicate|combine|lead|support|generate|produce|focus(?:es)?|"
    r"highlight|embed|comprise|contain|maintain|coordinate|convert|confirm|reach(?:es)?|"
    r"surpass(?:es)?|rank|appl(?:y|ies)|learn|process(?:es)?|identif(?:y|ies)|annotate|resolve|"
    r"select|capture|encode|predict|exceed|underscore|integrate|employ|leverage|remove|replace|"
    r"introduce|transform|enhance|preserve|outline|depend|suffer|struggle|attain|decompose|"
    r"emphasi[sz]e|expose|translate|assign|operate|exhibit|adapt|deliver|ensure|align|"
    r"generali[sz]e|optimi[sz]e|utili[sz]e|incorporate|discover|aggregate|extract)"
    r"(?:s|d|ed)?\b",
    re.IGNORECASE,
)
_RELATIVIZER = re.compile(r"\s(?:that|which|who|whose|where|when)\s")


def has_predicate(text: str) -> bool:
    """Whether a clause has its verb, besides one of "rules that experts apply"."""
    verb = PREDICATE.search(text)
    if verb is None:
        return False
    relative = _RELATIVIZER.search(text, 0, verb.start())
    return relative is None or PREDICATE.search(text, verb.end()) is not None


def is_clause(text: str) -> bool:
    """Whether what follows "show that" has its verb."""
    if SUBORDINATE.match(text):
        comma = text.find(", ")
        text = text[comma + 2 :] if comma >= 0 else ""
    return FINITE.search(text) is not None
