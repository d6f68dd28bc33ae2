"""What machine translation must not touch is sent as placeholders and put back byte for byte.

Formulas and LaTeX, addresses, code and names with digits, citations, and the terms of a glossary
for services that know none. `bot/enrich/translate/protected_spans.py` finds them. Pure.
"""

import html
import re
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Protocol

from bot.enrich.translate.protected_spans import EVERYTHING, Protection, protected_spans

# Digits as Japanese, Arabic and Persian models may write them; `int` reads them all.
_DIGIT = "[0-9\uff10-\uff19\u0660-\u0669\u06f0-\u06f9]"
# What XML 1.0 cannot hold; such signs are protected, so nothing is lost.
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# Languages may say a thing twice; a model that loops says it more often.
_MOST_REPEATED = 2
_LETTER = re.compile(r"[^\W\d_]")


class Form(Protocol):
    """How placeholders are written for a service."""

    @property
    def pattern(self) -> re.Pattern[str]:
        """Finds a placeholder in a translation; group 1 is its number, counted from 1."""
        ...

    @property
    def imitation(self) -> re.Pattern[str] | None:
        """Finds in a source what would pass for a placeholder; None if nothing can."""
        ...

    @property
    def spaced(self) -> bool:
        """Whether a placeholder that touches words needs a space between."""
        ...

    def write(self, number: int, of: int, text: str) -> str:
        """The placeholder with this number, `of` so many, for a text."""
        ...

    def plain(self, text: str) -> str:
        """Text that is to be translated, as this form writes it."""
        ...

    def read(self, text: str) -> str:
        """The reverse of `plain`."""
        ...


class Markup:
    """Placeholders as elements, all other text escaped: `<x id="1">…</x>`.

    With `shown` the element holds the protected text itself, so that the service knows what it
    is; otherwise a short token, for services that translate the text without its elements and
    look for the content afterwards.
    """

    imitation = None  # what looks like an element is escaped
    spaced = False

    def __init__(self, tag: str, attributes: str = "", *, shown: bool) -> None:
        self._opening = f'<{tag} id="{{}}"{attributes}>'
        self._closing = f"</{tag}>"
        self._shown = shown
        # Atomic and possessive: an answer may hold any number of ids in an element without end.
        self.pattern = re.compile(
            rf"(?><{tag}\s[^<>]*?\bid\s?=\s?[\"']?({_DIGIT}{{1,5}}))[^<>]*+>"
            rf"(?:(?<=/>)|[^<]*+<\s?/\s?{tag}\s?>)",
            re.IGNORECASE,
        )

    def write(self, number: int, of: int, text: str) -> str:
        # Tokens of the same length: none is the beginning of another.
        inside = text if self._shown else f"X{number:0{len(str(of))}d}"
        return self._opening.format(number) + self.plain(inside) + self._closing

    def plain(self, text: str) -> str:
        return html.escape(_NOT_XML.sub("?", text), quote=False)

    def read(self, text: str) -> str:
        return html.unescape(text)


class Tokens:
    """Placeholders as bare tokens such as `X1`, for models that know no markup.

    `template` has `{}` for the number. A token is found again whatever happened to its case, to
    the spaces in it and to the width of its characters.
    """

    spaced = True

    def __init__(self, template: str = "X{}") -> None:
        before, after = template.split("{}")
        if not (before + after).strip():
            raise ValueError("a placeholder needs more than its number")
        self._template = template
        edge = r"(?<![A-Za-z0-9])" if before[:1].isalnum() else ""
        body = rf"{_loosely(before)}({_DIGIT}{{1,5}}){_loosely(after, after=True)}"
        self.pattern = re.compile(rf"{edge}{body}(?!{_DIGIT})", re.IGNORECASE)
        self.imitation = self.pattern

    def write(self, number: int, of: int, text: str) -> str:
        del of, text
        return self._template.format(number)

    def plain(self, text: str) -> str:
        return text

    def read(self, text: str) -> str:
        return text


def _loosely(letters: str, *, after: bool = False) -> str:
    """A pattern for the letters with a space or hyphen between them, in either width."""
    wide = [f"[{re.escape(c + chr(ord(c) + 0xFEE0))}]" if "!" <= c <= "~" else re.escape(c)
            for c in letters]  # fmt: skip
    gap = "[ \u00a0\u3000-]?"
    return "".join(gap + sign if after else sign + gap for sign in wide)


XML = Markup("x", shown=True)
"""For DeepL: `tag_handling` xml with `x` among its `ignore_tags`."""

HTML = Markup("span", ' translate="no"', shown=False)
"""For LibreTranslate: `format` html. Its models see the token and not the element."""

TOKENS = Tokens()
"""For models that get the bare text."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A placeholder's text: what stood in the source and what `stands` in its place afterwards
    (the same, but for a glossary's term). A space was added between what `opens` or `closes` a
    command around prose and that prose."""

    protection: Protection
    source: str
    stands: str
    opens: bool = False
    closes: bool = False


@dataclass(frozen=True, slots=True)
class Protected:
    """A source as it is sent: `text` with placeholders for `kept`, in their order."""

    text: str
    kept: tuple[Kept, ...]
    form: Form
    has_words: bool
    """Whether anything but placeholders is there to be translated."""


@dataclass(frozen=True, slots=True)
class Restored:
    """A translation with everything put back; `lost` are the protections whose placeholders are
    missing or were repeated without end."""

    text: str
    lost: frozenset[Protection]


def protect(
    text: str,
    form: Form = TOKENS,
    *,
    terms: Mapping[str, str] | None = None,
    protections: Collection[Protection] = EVERYTHING,
) -> Protected:
    """The text with placeholders. `terms` are a glossary's, with their translations.

    Without terms `restore(it.text, it).text == text`, whatever the text is.
    """
    spans = protected_spans(text, terms or {}, protections, form.imitation)
    sent: list[str] = []
    kept: list[Kept] = []
    reached = 0
    has_words = False
    for number, span in enumerate(spans, 1):
        between, source = text[reached : span.start], text[span.start : span.end]
        has_words = has_words or _LETTER.search(between) is not None
        opens, closes = form.spaced and span.opens, form.spaced and span.closes
        placeholder = " " * closes + form.write(number, len(spans), source) + " " * opens
        sent += [form.plain(between), placeholder]
        stands = source if span.translation is None else span.translation
        kept.append(Kept(span.protection, source, stands, opens, closes))
        reached = span.end
    sent.append(form.plain(text[reached:]))
    has_words = has_words or _LETTER.search(text, reached) is not None
    return Protected("".join(sent), tuple(kept), form, has_words)


def restore(translated: str, protected: Protected) -> Restored:
    """Put back what was kept. Raises nothing, whatever came back."""
    form, kept = protected.form, protected.kept
    out: list[str] = []
    seen: Counter[int] = Counter()
    reached = 0
    for found in form.pattern.finditer(translated):
        number = int(found[1])
        if not 1 <= number <= len(kept):
            continue
        one, start = kept[number - 1], found.start()
        if one.closes and start > reached and translated[start - 1] == " ":
            start -= 1
        out += [form.read(translated[reached:start]), one.stands]
        seen[number] += 1
        reached = found.end()
        if one.opens and translated[reached : reached + 1] == " ":
            reached += 1
    out.append(form.read(translated[reached:]))
    lost = {
        one.protection
        for number, one in enumerate(kept, 1)
        if not 1 <= seen[number] <= _MOST_REPEATED
    }
    return Restored("".join(out), frozenset(lost))
