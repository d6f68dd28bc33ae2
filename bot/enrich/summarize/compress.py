"""Shorter forms of a sentence: what grammar lets go, and nothing whose loss misleads.

Only whole phrases at the sentence's own level go, never part of a bracket, quotation or address:
openers ("To this end,"), means and purposes before "we", "We show that", asides, clauses at the
end. Contrast, conditions and hedges stay: a phrase that has one is not left out.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from bot.enrich.summarize.clauses import WE
from bot.enrich.summarize.cuts import LIMITS, MIN_WORDS, places
from bot.enrich.summarize.phrasing import capitalized, ended, standalone

_MOST = 20  # forms of one sentence
_REACH = 1200  # characters in which places to cut are looked for

# Each is as long as what it hides, so positions in the masked text are positions in the text.
_HIDDEN = re.compile(
    r"“[^“”]{0,400}”|\"[^\"]{0,400}\"|\[[^\[\]]{0,300}\]|\{[^{}]{0,300}\}|⟨[^⟨⟩]{0,300}⟩"
    r"|(?:https?://|www\.)[^\s]+"
)
_BRACKET = re.compile(r"[()]")

_DOES = (
    r"(?:propose|present|introduce|develop|describe|devise|design|study|investigate|provide|"
    r"analy[sz]e|consider|explore|formulate|derive|examine|construct|build|offer|give|create|"
    r"establish|release|report|revisit|address|extend|aim|compare|evaluate)(?:s|d|ed)?\b"
)
# Means, purpose and motive before the main clause: the main clause is true without them.
_MEANS = re.compile(
    r"(?:by|to|in\ order\ to|using|through|via|towards?|based\ (?:up)?on|building\ (?:up)?on|"
    r"motivated\ by|inspired\ by|leveraging|drawing\ (?:up)?on|combining|"
    r"as\ (?:a|an)\ (?:first|next|further)\ step)\b[^;:]{3,240}?,\ (?:in\ this\ (?:paper|work|"
    r"article|study|letter)\ |here\ )?(?=" + WE + ")",
    re.IGNORECASE | re.VERBOSE,
)
# What others do before "we propose": a background, not a condition of the proposal.
_BACKDROP = re.compile(
    r"(?:while|under\ the\ (?:key\ )?observation\ that|in\ light\ of|in\ view\ of|considering|"
    r"although|though|despite|whereas|since|as|because|given|unlike|rather\ than|"
    r"instead\ of|in\ contrast\ (?:to|with)|beyond|contrary\ to|compared\ (?:to|with))\b"
    r"[^;:]{3,240}?,\ (?:in\ this\ (?:paper|work|article|study|letter)\ |here\ )?"
    r"(?=we\ (?:\w+ly\ |here\ |therefore\ |thus\ |instead\ )?" + _DOES + ")",
    re.IGNORECASE | re.VERBOSE,
)
_POINTS_BACK = re.compile(
    r"\b(?:it|its|doing|both|each|they|them|their|these|those|such(?!\ as)|do\ so|"
    r"this(?!\ (?:paper|work|article|"
    r"study|letter|note)))\b",
    re.IGNORECASE | re.VERBOSE,
)
# "We show that X": X is what the paper says. Only verbs that vouch for it.
_ATTRIBUTION = re.compile(
    r"(?:we|i|(?:(?:our|extensive|these|the|experimental|"
    r"empirical)\ (?:\w+\ ){0,2})?(?:experiments?|results?|evaluations?|analys[ie]s|"
    r"findings)(?:\ (?:on|across|over)\ [^,;:.]{3,60})?)\ "
    r"(?:also\ |further\ |then\ |\w+ly\ |first\ |finally\ )?"
    r"(?:show|demonstrate|prove|find|observe|establish|confirm|reveal|verify|discover)(?:s|d|"
    r"ed)?\ "
    r"(?:\w+ly\ )?that\ ",
    re.IGNORECASE | re.VERBOSE,
)
_SECOND_CLAIM = re.compile(
    r"\band\ (?:that|how|why|to)\b|,\ that\b"
    r"|\band\ (?:also\ |then\ |further\ |\w+ly\ )?(?:show|demonstrate|prove|find|observe|propose|"
    r"present|introduce|provide|give|discuss|establish|develop|use|apply|derive|analy[sz]e|"
    r"evaluate|study|investigate|identify|illustrate|compare|extend|describe|explain|suggest|"
    r"characteri[sz]e|obtain|validate|verify|explore|offer|argue|report|explicitly|compute)\b",
    re.VERBOSE,
)

_ASIDE = re.compile(r"\s*\([^()]*\)")
_CITED = re.compile(
    r"\(?\s*(?:see|cf|e\.g|i\.e|fig|sec|tab|ref|eq|appendix|arxiv)\b|[^()]*\b(?:et al|(?:19|"
    r"20)\d\d)\b",
    re.IGNORECASE,
)
_DASHED = re.compile(r"\s*[—–]\s*[^—–;:,]{3,120}\s*[—–]\s*(?=[a-z])")
_AMID = re.compile(
    r",\s(?:which|for\ example|for\ instance|in\ particular|however|therefore|in\ turn|moreover|"
    r"e\.g\.|i\.e\.|such\ as|including)\b[^,;:()—–]{0,90},\s"
    r"(?=(?:is|are|was|were|can|has|have|will|does|we|achieves?|outperforms?|improves?|reduces?|"
    r"provides?|allows?|enables?|remains?|yields?|shows?|requires?|often)\b)",
    re.VERBOSE,
)
_LIST_MARK = re.compile(r"\((?:\d|[a-h]|i{1,3}|iv|v)\)")
_CAPITALS = re.compile(r"[A-Z]")
_IN_FORMULA_BEFORE = re.compile(
    r"(?:^|[\s(])(?:\S|log|ln|exp|sin|cos|tan|max|min|det|dim)$|[=<>≤≥+−∼~×^_]$"
)
_IN_FORMULA_AFTER = re.compile(r"\s?[=<>≤≥+−∼~×^_/∈⊂⁰¹²³⁴-⁹₀-₉-]")
_SPACES = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Form:
    """A sentence as it may be shown: `kept` is the share of the standalone sentence's characters.

    `opener`, `aside` and `tail` tell what was left out of it.
    """

    text: str
    kept: float
    opener: bool = False
    aside: bool = False
    tail: bool = False


@lru_cache(maxsize=64)
def forms(sentence: str) -> tuple[Form, ...]:
    """The standalone sentence first, then its shorter forms, none twice.

    All are whole sentences that end with a mark. Linear in the sentence's length.
    """
    whole = standalone(sentence)
    found: dict[str, Form] = {whole: Form(whole, 1.0)}
    if len(whole.split()) < MIN_WORDS:
        return tuple(found.values())
    for opener, start in _starts(whole):
        text = capitalized(whole[start:])
        for aside, body in _without_asides(text):
            for tail, end in (
                (False, len(body)),
                *((True, at) for at in places(masked(body[:_REACH]))),
            ):
                shown = ended(body[:end])
                if shown in found:
                    continue
                if len(shown.split()) < MIN_WORDS:
                    continue
                found[shown] = Form(shown, len(shown) / len(whole), opener, aside, tail)
                if len(found) >= _MOST:
                    return tuple(found.values())
    return tuple(found.values())


def masked(text: str) -> str:
    """`text` at the same length, with what brackets, quotations and addresses hold hidden."""
    if not ({'"', "“", "[", "{", "⟨", "("} & set(text) or "://" in text or "www." in text):
        return text
    text = _HIDDEN.sub(lambda found: "·" * len(found.group()), text)
    if "(" not in text:
        return text
    pieces: list[str] = []
    opened: list[int] = []
    at = 0
    for sign in _BRACKET.finditer(text):
        if sign.group() == "(":
            opened.append(sign.start())
        elif opened:
            start = opened.pop()
            if not opened and not _LIST_MARK.match(text, start):
                pieces += [text[at : start + 1], "·" * (sign.start() - start - 1)]
                at = sign.start()
    return "".join([*pieces, text[at:]])


def _starts(text: str) -> Iterator[tuple[bool, int]]:
    """Where the sentence may begin: itself first, then behind what may be left out."""
    yield False, 0
    hidden = masked(text[:_REACH])
    for pattern in (_MEANS, _BACKDROP):
        found = pattern.match(hidden)
        if found is None:
            continue
        left, rest = hidden[: found.end()], hidden[found.end() :]
        backdrop = pattern is _BACKDROP
        if (backdrop or not LIMITS.search(left)) and not _POINTS_BACK.search(rest):
            yield True, found.end()
    found = _ATTRIBUTION.match(hidden)
    if found is not None:
        rest = hidden[found.end() :]
        early = " ".join(rest.split(maxsplit=6)[:6])
        if not _POINTS_BACK.search(early) and not _SECOND_CLAIM.search(rest):
            yield True, found.end()


def _without_asides(text: str) -> Iterator[tuple[bool, str]]:
    """The text, then without asides. References to the literature always go."""
    bare = uncited(text)
    yield bare != text, bare
    shorter = _DASHED.sub(_unlimited, bare) if "—" in bare or "–" in bare else bare
    if "(" in shorter:
        early = bare[:_REACH]
        shorter = _ASIDE.sub(
            lambda found: found.group() if _is_needed(found, early) else "", shorter
        )
    if shorter.count(",") > 1:
        shorter = _AMID.sub(_unlimited, shorter)
    if shorter != bare:
        yield True, _SPACES.sub(" ", shorter)


def uncited(text: str) -> str:
    """`text` without references in parentheses, to the literature or to the paper's own figures."""
    if "(" not in text:
        return text
    return _ASIDE.sub(lambda found: "" if _is_citation(found.group()) else found.group(), text)


def _unlimited(found: re.Match[str]) -> str:
    """What a phrase amid the sentence leaves: itself if it limits what the rest says."""
    return found.group() if LIMITS.search(found.group()) else " "


def _is_citation(aside: str) -> bool:
    inside = aside.strip()[1:-1]
    return (
        len(inside) < 200
        and bool(_CITED.match(inside))
        and not any(sign in inside for sign in "=<>≤≥%")
    )


def _is_needed(found: re.Match[str], text: str) -> bool:
    """What belongs to a formula or a word stays, and so do abbreviations that are used later."""
    aside = found.group()
    inside = aside.strip()[1:-1]
    around = found.string[max(0, found.start() - 6) : found.start()]
    return (
        _IN_FORMULA_BEFORE.search(around) is not None
        or _IN_FORMULA_AFTER.match(found.string, found.end()) is not None
        or not aside[:1].isspace()
        or len(inside) < 2
        or (" " not in inside and len(_CAPITALS.findall(inside)) < 2)
        or any(sign in inside for sign in "=<>≤≥∈")
        or (" " not in inside and text.count(inside) > 1)
        or LIMITS.search(inside) is not None
    )
