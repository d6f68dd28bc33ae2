"""Where a text holds what machine translation must not touch. Pure and linear in its length."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.text.latex_reader import is_math
from bot.text.term_places import term_places


class Protection(StrEnum):
    """What is protected: formulas and LaTeX, addresses, code (names with underscores, files,
    versions, control characters), names with digits, citations, terms of a glossary."""

    FORMULA = "formula"
    ADDRESS = "address"
    CODE = "code"
    NAME = "name"
    CITATION = "citation"
    TERM = "term"


EVERYTHING = frozenset(Protection)


@dataclass(frozen=True, slots=True)
class Span:
    """`text[start:end]`; `translation` is what stands for a term afterwards. What `opens` is the
    beginning of a command around prose that follows, what `closes` its end."""

    start: int
    end: int
    protection: Protection
    translation: str | None = None
    opens: bool = False
    closes: bool = False


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# All repetitions are bounded or possessive, and stop at the sign with which they begin.
_VERBATIM = r"(?:(?![<>\"'`])[!-~])"
_BRACED = r"\{(?:[^{}]|\{[^{}]{0,100}+\}){0,200}+\}"
_PART = r"[A-Za-z0-9]{1,40}+(?:\.\d{1,6}+){0,3}+"
_HOSTS = "com|org|net|io|ai|edu|gov|dev|app|co|uk|de|cn|jp|fr|ch|eu|info|me|ly|be"
_FILES = (
    "py|jsonl?|csv|tsv|txt|md|cpp|hpp|ya?ml|toml|tex|pdf|html|xml|ipynb|sh|zip|tar|gz|npz|pt|onnx"
    "|wav|mp[34]|png|jpe?g"
)
# Neither XML nor JSON in UTF-8 can hold these: they are protected always.
_UNSENDABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_YEAR = r"(?:19|20)\d\d[a-z]?"
_PATTERNS: tuple[tuple[Protection, str], ...] = (
    (Protection.FORMULA, r"(?<!\\)\$\$(?:[^$\\]|\\.){1,1500}+\$\$"),
    (Protection.FORMULA, r"(?<!\\)\$(?P<inside>(?:[^$\\]|\\.){1,400}+)\$"),
    (Protection.FORMULA, r"\\\((?:[^\\]|\\(?![()\[\]])){1,800}+\\\)"),
    (Protection.FORMULA, r"\\\[(?:[^\\]|\\(?![()\[\]])){1,1500}+\\\]"),
    (
        Protection.FORMULA,
        (
            r"\\begin\{(?P<env>[A-Za-z]{1,20}\*?)\}"
            r"(?:[^\\]|\\(?!begin\{|end\{)){0,2000}+\\end\{(?P=env)\}"
        ),
    ),
    (
        Protection.FORMULA,
        (
            r"\\(?P<command>[A-Za-z]{1,40}+)\*?(?:\[[^\[\]{}]{0,200}+\]){0,3}+"
            r"(?:\{(?:[^{}\\]|\\.|\{[^{}]{0,200}+\}){0,500}+\}){0,4}+"
        ),
    ),
    (Protection.FORMULA, r"\\[^A-Za-z\s](?:\{[^{}]{0,20}+\})?|\\(?=\s|\Z)"),
    (Protection.FORMULA, r"\{\\[^{}\s]{1,30}+\}"),
    (Protection.FORMULA, rf"(?<=[\w)\]}}])(?:\^(?:{_BRACED}|[-+]?\w{{1,40}}+)|_{_BRACED})"),
    (Protection.ADDRESS, rf"(?:https?://|ftp://|www\.){_VERBATIM}+"),
    (Protection.ADDRESS, r"(?<![\w.+-])[\w.+-]{1,64}+@[\w-]{1,63}+(?:\.[\w-]{1,63}+){1,4}+"),
    (
        Protection.ADDRESS,
        (
            rf"(?<![\w.@-])(?:[A-Za-z0-9-]{{1,40}}+\.){{1,4}}(?:{_HOSTS})"
            rf"(?:/{_VERBATIM}*|(?![\w.-]))"
        ),
    ),
    (Protection.ADDRESS, rf"(?:(?i:doi):\s?)?\b10\.\d{{4,9}}/{_VERBATIM}+"),
    (Protection.CODE, r"(?<!`)`[^`'\n]{1,200}+`(?!`)"),
    (Protection.CODE, r"(?<![^\W_])_{0,2}[^\W_]{1,60}+(?:_{1,2}[^\W_]{1,60}+){1,20}+_{0,2}"),
    (Protection.CODE, rf"(?<![\w.-])[\w-]{{1,60}}+\.(?:{_FILES})(?![\w-])"),
    (
        Protection.CODE,
        (
            r"(?i:arXiv):\s?(?:[a-z-]{1,12}(?:\.[A-Z]{2})?/\d{7}|\d{4}\.\d{4,5})(?:v\d{1,3})?"
            r"|(?<![\w.])\d{4}\.\d{5}(?:v\d{1,3})?(?!\w)"
        ),
    ),
    (
        Protection.CODE,
        r"(?<![\w.])(?:v\d{1,5}+(?:\.\d{1,5}+){0,4}+|\d{1,5}+(?:\.\d{1,5}+){2,4}+)(?!\w)",
    ),
    (Protection.CODE, r"&#?\w{1,10};?"),
    (Protection.CODE, rf"{_UNSENDABLE.pattern}{{1,100}}+"),
    (
        Protection.NAME,
        rf"(?<![\w\\/-])(?=[A-Za-z][A-Za-z/-]{{0,40}}\d){_PART}(?:[-/]{_PART}){{0,8}}+",
    ),
    (
        Protection.CITATION,
        (
            r"\[\d{1,3}(?:\s?[,;–-]\s?\d{1,3}){0,30}+\]"
            rf"|\((?=[^()]{{0,300}}{_YEAR}\))[^()]{{1,320}}+\)"
        ),
    ),
)
_SCAN = re.compile(
    "|".join(f"(?P<p{number}>{pattern})" for number, (_, pattern) in enumerate(_PATTERNS)),
    re.DOTALL,
)
_BY_GROUP = {f"p{number}": protection for number, (protection, _) in enumerate(_PATTERNS)}

# What these hold is prose: it is translated between two placeholders.
_OF_PROSE = _words(
    "emph textbf textit textrm textsf textsc textsl textup textmd underline uline text mbox "
    "textcolor href footnote"
)
_AFTER_ADDRESS = ".,;:!?)]}"
_NO_NAMES = _words(
    "type top phase stage level class grade step tier part group order rank layer section figure "
    "fig table day week month year version task experiment study chapter question track round "
    "case model method algorithm equation theorem lemma topic cluster"
)
_CITED = re.compile(
    r"(?:(?:see|cf\.|e\.g\.)[, ]{1,2})?[A-ZÀ-Þ][\w.'’-]{0,40}(?: [\w.'’-]{1,40}){0,3}"
    r"(?: (?:and|&) [A-ZÀ-Þ][\w.'’-]{0,40})?(?:,? et al\.?,?|,) (?:19|20)\d\d[a-z]?"
)
_WEAKER_THAN_TERMS = frozenset({Protection.CODE, Protection.NAME})
_ATTACHED = re.compile(r"[A-Za-z0-9\u00c0-\u024f\u0370-\u03ff\d]")
_JOINTS = frozenset("-–/=~^_+")


def protected_spans(
    text: str,
    terms: Mapping[str, str],
    protections: Collection[Protection] = EVERYTHING,
    imitation: re.Pattern[str] | None = None,
) -> list[Span]:
    """What of a text is protected, in its order, without overlaps.

    Letters and digits that touch a span belong to it (`$k$NN`, `3$\\times$`), and spans that touch
    are one. A term wins over code and names, and is not looked for in the rest. `imitation` finds
    what would pass for a placeholder, and is protected always.
    """
    found = [
        span
        for span in _scanned(text)
        if span.protection in protections or _UNSENDABLE.match(text, span.start)
    ]
    if imitation is not None:
        found += [Span(*one.span(), Protection.CODE) for one in imitation.finditer(text)]
    if terms and Protection.TERM in protections:
        placed = [
            Span(start, end, Protection.TERM, terms[term])
            for start, end, term in term_places(text, terms)
        ]
        weaker = [span for span in found if span.protection in _WEAKER_THAN_TERMS]
        stronger = [span for span in found if span.protection not in _WEAKER_THAN_TERMS]
        placed = _outside(placed, stronger)
        found = stronger + placed + _outside(weaker, placed)
    return _joined(text, found)


def _scanned(text: str) -> Iterator[Span]:
    at = 0
    closing: list[int] = []  # braces of commands around prose
    while found := _SCAN.search(text, at):
        start, end = found.span()
        while closing and closing[-1] < start:
            yield Span(closing[-1], closing.pop() + 1, Protection.FORMULA, closes=True)
        # The outer group is closed last.
        protection = _BY_GROUP[found.lastgroup or ""]
        at = start + 1
        if found["inside"] is not None and not is_math(found["inside"], text[end : end + 1]):
            continue
        if found["command"] in _OF_PROSE:
            opening = _before_prose(found.group())
            if opening:
                yield Span(start, start + opening, protection, opens=True)
                closing.append(end - 1)
                at = start + opening
                continue
        end = start + _length(found.group(), protection)
        if end > start:
            yield Span(start, end, protection)
            at = end
    while closing:
        yield Span(closing[-1], closing.pop() + 1, Protection.FORMULA, closes=True)


def _before_prose(command: str) -> int:
    """How much of a command stands before the prose of its last argument; 0 without prose."""
    depth = 0
    for at in range(len(command) - 1, -1, -1):
        depth += (command[at] == "}") - (command[at] == "{")
        if depth == 0:
            # A single word is a name, or a part of one: \\textbf{M}ethod.
            return at + 1 if len(command[at + 1 : -1].split()) > 1 else 0
    return 0


def _length(found: str, protection: Protection) -> int:
    """How much of what a pattern found is protected; 0 for nothing."""
    if protection is Protection.ADDRESS:
        return len(found.rstrip(_AFTER_ADDRESS))
    if protection is Protection.NAME:
        return _length_of_name(found)
    if protection is Protection.CITATION and found[0] == "(":
        cited = all(_CITED.fullmatch(part.strip()) for part in found[1:-1].split(";"))
        return len(found) if cited else 0
    return len(found)


def _length_of_name(found: str) -> int:
    """Of `GPT-4-based` the `GPT-4`; nothing of `top-5` and `Type-2`."""
    parts = re.split(r"(?<=[-/])", found)
    while parts and not any(letter.isdigit() for letter in parts[-1]):
        if any(letter.isupper() for letter in parts[-1]):
            break  # Llama-3-Instruct
        parts.pop()
    name = "".join(parts).rstrip("-/")
    words = [part.rstrip("-/") for part in parts]
    mixed = any(word[:1].isalpha() and not word.isalpha() for word in words) or any(
        word[:1].isdigit() and not word.replace(".", "").isdigit() for word in words[1:]
    )
    capitals = any(letter.isupper() for letter in words[0][1:]) if words else False
    ordinary = bool(words) and words[0].lower() in _NO_NAMES
    proper = bool(words) and words[0][:1].isupper() and not ordinary
    return len(name) if mixed or capitals or (proper and len(words) > 1) else 0


def _outside(spans: list[Span], others: list[Span]) -> list[Span]:
    """The spans that overlap none of the others."""
    kept: list[Span] = []
    ends = sorted(others, key=lambda span: span.start)
    at = 0
    reached = 0  # of the others that begin before this span's end
    for span in sorted(spans, key=lambda span: span.end):
        while at < len(ends) and ends[at].start < span.end:
            reached = max(reached, ends[at].end)
            at += 1
        if reached <= span.start:
            kept.append(span)
    return kept


def _joined(text: str, spans: list[Span]) -> list[Span]:
    """The spans in order, with the letters that touch them, those that meet made one."""
    ordered = sorted(spans, key=lambda span: (span.start, span.end))
    made: list[Span] = []
    for number, span in enumerate(ordered):
        start, end = span.start, span.end
        if span.protection is not Protection.TERM:
            before = made[-1].end if made else 0
            after = ordered[number + 1].start if number + 1 < len(ordered) else len(text)
            while not span.closes and start > before and _attached(text, start - 1):
                start -= 1
            while not span.opens and end < after and _attached(text, end):
                end += 1
        last = made[-1] if made else None
        if last is not None and _meet(text, last, start, span):
            kinds = {last.protection, span.protection}
            whole = Protection.FORMULA if Protection.FORMULA in kinds else last.protection
            if whole is Protection.TERM:
                whole = span.protection
            opens = span.opens if end >= last.end else last.opens
            made[-1] = Span(last.start, max(end, last.end), whole, opens=opens, closes=last.closes)
        else:
            made.append(replace(span, start=start, end=end))
    return made


def _attached(text: str, at: int) -> bool:
    """Whether the sign there belongs to what it touches: a letter, a digit, a decimal point."""
    if _ATTACHED.match(text, at):
        return True
    around = text[max(at - 1, 0) : at + 2]
    return len(around) == 3 and around[1] in ".," and around[0].isdigit() and around[2].isdigit()


def _meet(text: str, last: Span, start: int, span: Span) -> bool:
    if start <= last.end:
        return True
    return (
        start == last.end + 1
        and text[last.end] in _JOINTS
        and Protection.TERM not in {last.protection, span.protection}
    )
