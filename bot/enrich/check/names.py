"""Names, acronyms, model and dataset names: kept as written, or known in translation. Pure.

Only words that no language spells its own way are looked at strictly: acronyms and words with an
inner capital or a digit (`LLM`, `ImageNet`, `GPT-4`). Ordinary capitalized words (`Bayesian`, the
names of people and places) may be transliterated; a letter that such a word lost is found.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence

from bot.enrich.check.acronyms import HEADINGS, written_out
from bot.enrich.check.name_errors import Counts, lost_letters, nearest
from bot.enrich.check.name_tokens import Known, Token, fold, is_strict, tokens
from bot.enrich.check.side import Side
from bot.enrich.check.spans import major, minor, words_of
from bot.models import Finding, FindingKind
from bot.text.latex import to_unicode

LATIN_LANGUAGES = words_of("en de fr es it pt pt-BR pl tr id vi nl sv cs da fi no hu ro hr lt")
"""The languages of `bot.languages` that are written in Latin letters."""

_WORD = re.compile(r"[^\W\d_]+")
_INITIALS = re.compile(r"[^\W\d_][^\W_]*")
_SKIPPED = words_of("a an and at by for from in of on or the to with via using de la du des y")
# Words of computing that translations write in Latin letters for an English word of another form.
_ORDINARY = words_of(
    "ai app api bug cpu gpu id it ip iot ok pc pdf sota top token web vs wifi url e.g i.e et "
    "al github arxiv email pca phd nlp ml dl rl llm qa"
)
_FIELDS = words_of("phd nlp ml dl rl llm qa pca gpu cpu iot")
_DECADE = re.compile(r"(\d{2,4})er(?:[-\s]?[Jj]ahren?)?$")
_NUMBERED = re.compile(r"[A-Za-z-]{2,30}\d{1,3}")
_COUNTERS = frozenset("枚台基個つ本人種件張张块塊颗顆个개대장")
_UNITS = words_of("KB MB GB TB PB KiB MiB GiB Hz kHz MHz GHz")
_DIMENSION = re.compile(r"[1-4][dD]")
_HAN = re.compile("[\u3400-\u9fff\u3041-\u30fa]")
_MOST = 400


def name_findings(
    needed: Side, known: Side, target: Side, language: str, *, summary: bool = False
) -> list[Finding]:
    """What became of the names: those of `needed` must be in `target`, all others in `known`."""
    source = tokens(known.bare)[:_MOST]
    told = tokens(target.bare)[:_MOST]
    allowed = Known(source, known.bare)
    if "\\" in known.raw or "$" in known.raw:
        # Accents and indices are often written out: `Poincar\\'e`, `$E_6$`.
        plain = unicodedata.normalize("NFKC", to_unicode(known.raw))
        allowed.add(tokens(plain)[:_MOST], plain)
    there = Known(told, target.bare)
    found, replaced = _strangers(
        source, told, allowed=allowed, there=there, known=known, target=target, language=language
    )
    found += _other_case(source, told, allowed, language)
    if not summary:
        found += _missing(needed, there, target, language, replaced)
    return found


def _strangers(
    source: Sequence[Token],
    told: Sequence[Token],
    *,
    allowed: Known,
    there: Known,
    known: Side,
    target: Side,
    language: str,
) -> tuple[list[Finding], set[str]]:
    """Names that the source does not have, and the source's names that they stand for."""
    found: list[Finding] = []
    replaced: set[str] = set()
    initials: str | None = None
    seen: set[str] = set()
    cut = known.bare.rstrip()
    before = ""
    counts = Counts.of(source, told)
    for word in told:
        joined, before = before + word.folded, word.folded
        if word.text in seen or allowed.has(word.text) or joined in allowed.folded:
            continue
        seen.add(word.text)
        if source and source[-1].end == len(cut) and word.folded.startswith(source[-1].folded):
            continue
        strict = word.strict
        latin = language in LATIN_LANGUAGES
        if len(word.folded) < 2 or (latin and not strict and not lost_letters(word, source, there)):
            continue
        if _DIMENSION.fullmatch(word.text) and _dimensions(word.text, known.raw):
            continue
        if _in_raw(word.text, known.raw) or _written_otherwise(word, known.raw):
            continue
        if not latin and _counted(word, allowed, target.bare):
            continue
        if latin and word.text.isupper() and len(word.text) > 6:
            continue
        if any(word.text in written_out(one.folded, language) for one in source):
            continue
        near = nearest(word, source, there, latin=latin, counts=counts)
        if initials is None:
            initials = _initials(known.bare)
        introduced = near is None or (
            near.text in there.exact
            and not counts.fewer(near.folded)
            and target.bare[word.start - 1 : word.start] in {"(", "["}
        )
        if introduced and (
            _stands_for(word.text, initials)
            or _introduced(word, target.bare, language)
            or (strict and _part_of(word.text, source))
        ):
            continue
        if near is not None:
            replaced.add(near.folded)
            found.append(major(FindingKind.NAME_CHANGED, near.text, word.text))
            continue
        if strict and word.folded in _ORDINARY and not _instead(word, source, counts):
            continue
        if not strict and _wedged(word, target.bare, source):
            found.append(major(FindingKind.GARBAGE, "", target.bare[word.start - 1 : word.end + 1]))
        if strict or (not latin and _foreign(word, source)):
            found.append(major(FindingKind.NAME_EXTRA, "", word.text))
    return found, replaced


def _written_otherwise(word: Token, source: str) -> bool:
    """Whether a word is what languages write for a sign of English: `US-Dollar`, `1990er-Jahre`."""
    if word.text.startswith(("US-", "USD")) or word.text == "US":
        return "$" in source or "dollar" in source.lower()
    decade = _DECADE.match(word.text)
    return decade is not None and f"{decade[1]}s" in source.replace("'", "")


def _counted(word: Token, allowed: Known, target: str) -> bool:
    """Whether a name runs into a number and its counter, as in GPU1枚."""
    return (
        _NUMBERED.fullmatch(word.text) is not None
        and allowed.has(word.text.rstrip("0123456789"))
        and target[word.end : word.end + 1] in _COUNTERS
    )


def _foreign(word: Token, source: Iterable[Token]) -> bool:
    """Whether a capitalized word in a text of another script is no form of any of the source."""
    stem = word.folded[:4]
    return (
        len(stem) == 4
        and word.text[0].isupper()
        and not any(one.folded.startswith(stem) or stem in one.folded for one in source)
    )


def _instead(word: Token, source: Iterable[Token], counts: Counts) -> bool:
    """Whether a field's acronym stands where another one of the source is gone."""
    return word.folded in _FIELDS and any(
        one.text.isupper() and one.strict and counts.fewer(one.folded) for one in source
    )


def _wedged(word: Token, text: str, source: Iterable[Token]) -> bool:
    """Whether Latin letters stand between Chinese characters without a space."""
    stem = word.folded[:4]
    formed = len(stem) == 4 and any(one.folded.startswith(stem) for one in source)
    if not word.text.islower() or formed:
        return False
    around = text[max(0, word.start - 1) : word.start], text[word.end : word.end + 1]
    return word.folded not in _ORDINARY and all(_HAN.match(one) for one in around)


def _dimensions(word: str, source: str) -> bool:
    """Whether a source speaks of as many dimensions in words."""
    spelled = ("one", "two", "three", "four")[int(word[0]) - 1]
    return re.search(rf"\b(?:{spelled}|{word[0]})[ -]?dimension", source, re.IGNORECASE) is not None


def _in_raw(word: str, raw: str) -> bool:
    """Whether a word stands in the source within a formula, an address or a command."""
    return re.search(rf"(?<![A-Za-z0-9]){re.escape(word)}s?(?![A-Za-z0-9])", raw) is not None


def _initials(text: str) -> str:
    """The first letters of all words, one after another."""
    return "".join(word[0] for word in _INITIALS.findall(text)).lower()


def _stands_for(acronym: str, initials: str) -> bool:
    """Whether an acronym's letters begin words of the source that follow one another."""
    letters = "".join(sign for sign in fold(acronym) if sign.isalpha())
    capitals = sum(sign.isupper() for sign in acronym)
    return len(letters) > 1 and 2 * capitals > len(letters) and letters in initials


def _part_of(word: str, source: Iterable[Token]) -> bool:
    """Whether a word is what a longer one ends in: `RNA` of `lncRNA`, `TNG` of `IllustrisTNG`."""
    return len(word) > 2 and any(
        one.text.endswith(word)
        and len(one.text) - len(word) > 2
        and one.text[-len(word) - 1].islower()
        for one in source
    )


def _introduced(word: Token, target: str, language: str) -> bool:
    """Whether a text in Latin letters introduces an acronym of its own for words before it."""
    if language not in LATIN_LANGUAGES:
        return False
    before = target[max(0, word.start - 120) : word.start]
    words = [one for one in _WORD.findall(before) if one.lower() not in _SKIPPED]
    letters = "".join(one[0] for one in words[-2 * len(word.text) :]).lower()
    return word.text.isupper() and word.text.lower() in letters


def _other_case(
    source: Iterable[Token], told: Iterable[Token], allowed: Known, language: str
) -> list[Finding]:
    by_fold = {one.folded: one.text for one in source if one.strict}
    found: dict[str, Finding] = {}
    for word in told:
        right = by_fold.get(word.folded)
        if right is None or word.text in allowed.exact or word.folded in found:
            continue
        letters = [sign for sign in right if sign.isalnum()]
        written = [sign for sign in word.text if sign.isalnum()]
        if letters == written or "".join(letters).rstrip("s") == "".join(written).rstrip("s"):
            continue
        if any(word.text == part for one in allowed.exact for part in re.split(r"[-/]", one)):
            continue
        if word.text.lower() == right.lower() or language:
            found[word.folded] = minor(FindingKind.NAME_CASE, right, word.text)
    return list(found.values())


def _missing(
    needed: Side, there: Known, target: Side, language: str, replaced: set[str]
) -> list[Finding]:
    """Names of the source that the translation does not have."""
    found: dict[str, Finding] = {}
    low = target.raw.lower()
    squeezed = re.sub(r"[\W_]", "", low)
    for word in tokens(needed.bare)[:_MOST]:
        if not word.strict or word.folded in found or word.folded in replaced:
            continue
        if there.has(word.text) or word.text in _UNITS:  # units are the numbers' matter
            continue
        if word.text.lower() in HEADINGS or (word.text.isupper() and len(word.text) > 9):
            continue
        parts = [part for part in re.split(r"[-/\u2010\u2011_+&.]", word.text) if is_strict(part)]
        lost = [part for part in parts or [word.text] if not _told(part, there, low, language)]
        if not lost or fold(word.text) in squeezed or all(fold(one) in replaced for one in lost):
            continue
        if _told(word.text, there, low, language):
            continue
        found[word.folded] = minor(FindingKind.NAME_MISSING, word.text)
    return list(found.values())


def _told(part: str, there: Known, low: str, language: str) -> bool:
    folded = fold(part)
    if folded in there.folded or there.has(part):
        return True
    return any(one.lower() in low for one in written_out(folded, language))
