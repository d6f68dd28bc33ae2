r"""Formulas must come through byte for byte; a line break counts as a space. Pure.

What reads the same but is written otherwise (`$10\times$` as `10倍`, `$\alpha$` as `α`) is minor,
and so are other spaces within a formula, unless they pull a command apart (`\ alpha`).
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.enrich.check.side import Side
from bot.enrich.check.spans import major, minor
from bot.models import Finding, FindingKind
from bot.text.latex import to_unicode

_COMMAND = re.compile(r"\\[A-Za-z]+")
_APART = re.compile(r"(?<!\\)\\ {1,3}(?:[A-Za-z]{2,20})")
_DOLLAR = re.compile(r"(?<!\\)\$")
_WORDY = re.compile(
    r"\\(?:text\w*|emph|mathbf|mathrm|mathit|mathtt|mathsf|textsc)\b|(?<![\\A-Za-z])[A-Za-z]{4,}"
)
_LETTER_ALONE = re.compile(r"(?<![\\A-Za-z])[A-Za-z](?![A-Za-z])")
_OPERATOR = re.compile(r"[=<>^_]|\\(?:in|to|le|ge|leq|geq|times|frac|sum|log|approx|sim)\b")
_SIGNS = re.compile(
    r"[^A-Za-z0-9\\]*|\\unicode\{x?[0-9A-Fa-f]+\}|\^?\{?\\circ\}?"
    r"|\\(?:times|sim|simeq|approx|pm|mp|cdot|dots|ldots|cdots|to|rightarrow|leftrightarrow|degree|%"
    r"|leq?|geq?|ll|gg|sharp|star|dagger|checkmark|mu|textendash|textemdash|&|#)"
)
# Lone symbols, which a sentence may do without.
_LONE = re.compile(r"[A-Za-z](?:,[A-Za-z])?")
_NEAR = 0.6


def formula_findings(needed: Side, known: Side, target: Side) -> list[Finding]:
    """What became of the formulas: `needed` is what must be in `target`, `known` all that may."""
    kept, written = _keys(needed.formulas), _keys(target.formulas)
    allowed = _keys(known.formulas)
    found = list(_pulled_apart(known, target))
    new = {key: one for key, one in written.items() if key not in allowed}
    prose: _Prose | None = None
    for key, formula in kept.items():
        if key in written or key in target.raw:
            continue
        prose = prose or _Prose.of(target.bare)
        same = next((other for other in written if _same(key, other)), None)
        near = None if same is not None else _nearest(key, new)
        if same is not None:
            new.pop(same, None)
            found.append(minor(FindingKind.FORMULA_CHANGED, formula, written[same]))
        elif near is not None:
            mild = is_wordy(formula) and _balanced(near) and not _lost_backslash(near, formula)
            made = minor if mild else major
            found.append(made(FindingKind.FORMULA_CHANGED, formula, new.pop(near)))
        elif prose.has(formula) or _is_sign(formula):
            found.append(minor(FindingKind.FORMULA_CHANGED, formula))
        elif is_wordy(formula):
            found.append(minor(FindingKind.FORMULA_MISSING, formula))
        else:
            made = minor if _LONE.fullmatch(_squeeze(_inside(formula))) else major
            found.append(made(FindingKind.FORMULA_MISSING, formula))
    return found + _invented(new, known)


def dropped_formulas(sides: Sequence[tuple[Side, Side]]) -> list[Finding]:
    """Formulas that stand elsewhere in the text, but not in the sentence they belong to."""
    if not any(source.formulas for source, _ in sides):
        return []
    before = Counter(_key(one) for source, _ in sides for one in source.formulas)
    after = Counter(_key(one) for _, target in sides for one in target.formulas)
    found: list[Finding] = []
    for source, target in sides:
        for formula in dict.fromkeys(source.formulas):
            key = _key(formula)
            if not 0 < after[key] < before[key] or key in target.raw or _is_sign(formula):
                continue
            inside = _squeeze(_inside(formula))
            part = len(inside) > 1 and inside in _squeeze(target.raw)
            if part or any(_same(key, other) for other in target.formulas):
                continue
            if target.raw.strip() and not _Prose.of(target.bare).has(formula):
                made = minor if _LONE.fullmatch(inside) else major
                found.append(made(FindingKind.FORMULA_MISSING, formula, target.raw))
    return found


@dataclass(frozen=True, slots=True)
class _Prose:
    """What a text says outside of its formulas: as it is, and as Unicode would write it."""

    raw: str
    plain: str

    @staticmethod
    def of(bare: str) -> "_Prose":
        return _Prose(_squeeze(bare), _plain(bare))

    def has(self, formula: str) -> bool:
        """Whether a formula is written out here."""
        inside, read = _squeeze(_inside(formula)), _plain(formula)
        if (len(inside) > 3 and inside in self.raw) or (len(read) > 3 and read in self.plain):
            return True
        if read and re.search(rf"(?<![A-Za-z0-9]){re.escape(read)}(?![A-Za-z0-9])", self.plain):
            return True
        # A quantity: its number may stand with another unit or sign, which is not our matter.
        numbers = re.findall(r"\d+(?:\.\d+)?", inside)
        if _LETTER_ALONE.search(inside):
            return False
        return bool(numbers) and all(
            re.search(rf"(?<![\d.]){re.escape(one)}(?![\d.]*\d)", self.raw) for one in numbers
        )


def is_wordy(formula: str) -> bool:
    """Whether a formula is only words in another face, which may be translated."""
    inside = _inside(formula).strip()
    return bool(_WORDY.search(inside)) and not _OPERATOR.search(inside)


def _is_sign(formula: str) -> bool:
    """Whether a formula is a lone sign (`$\\times$`), which a text may as well put into words."""
    return _SIGNS.fullmatch(_inside(formula).strip()) is not None


def without_matched(known: Side, target: Side) -> tuple[str, str]:
    """Both texts for the comparison of numbers: a formula that came through is left out, any other
    is read as prose (`$10\\times$` as `10×`)."""
    same = _keys(known.formulas).keys() & _keys(target.formulas).keys()
    return _readable(known, same), _readable(target, same)


def _readable(side: Side, same: set[str]) -> str:
    text = side.raw
    for whole in side.addresses:
        text = text.replace(whole, " ", 1)
    for formula in side.formulas:
        read = " " if _key(formula) in same else f" {to_unicode(formula)} "
        text = text.replace(formula, read, 1)
    return text


def _pulled_apart(known: Side, target: Side) -> Iterator[Finding]:
    if "\\ " in target.raw:
        for one in _APART.finditer(target.raw):
            if one.group() not in known.raw:
                span = target.raw[max(0, one.start() - 20) : one.end() + 20]
                yield major(FindingKind.FORMULA_CHANGED, "", span)
                break
    signs = [one.start() for one in _DOLLAR.finditer(target.bare)]
    money = signs and target.raw[signs[-1] + 1 : signs[-1] + 2].isdigit()
    if len(signs) % 2 and not money and not len(_DOLLAR.findall(known.bare)) % 2:
        span = target.raw[max(0, signs[-1] - 30) : signs[-1] + 30]
        yield major(FindingKind.FORMULA_CHANGED, "", span)


def _invented(new: dict[str, str], known: Side) -> list[Finding]:
    """Formulas that the source does not have; words and quantities of it may have become some."""
    found: list[Finding] = []
    prose: _Prose | None = None
    for formula in new.values():
        prose = prose or _Prose.of(known.raw)
        inside = _squeeze(_inside(formula))
        if any(_lost_backslash(formula, one) for one in known.formulas):
            found.append(major(FindingKind.FORMULA_CHANGED, "", formula))
            continue
        plain = _is_sign(formula) or is_wordy(formula) or not any(one.isalpha() for one in inside)
        if plain and _balanced(formula):
            continue
        if _balanced(formula) and (prose.has(formula) or (len(inside) > 2 and inside in prose.raw)):
            found.append(minor(FindingKind.FORMULA_CHANGED, "", formula))
        else:
            found.append(major(FindingKind.FORMULA_CHANGED, "", formula))
    return found


def _lost_backslash(new: str, old: str) -> bool:
    """Whether a formula is another one without some of its backslashes: `$delta$`."""
    fewer = new.count("\\") < old.count("\\")
    return fewer and _squeeze(new).replace("\\", "") == _squeeze(old).replace("\\", "")


def _keys(formulas: Sequence[str]) -> dict[str, str]:
    return {_key(one): one for one in formulas}


def _key(formula: str) -> str:
    return " ".join(formula.split())


def _squeeze(text: str) -> str:
    return "".join(text.split())


def _inside(formula: str) -> str:
    return formula.removeprefix("\\(").removesuffix("\\)").strip("$")


def _same(one: str, other: str) -> bool:
    """Whether two formulas differ in spaces, delimiters or needless braces only."""
    if _squeeze(_inside(one)) == _squeeze(_inside(other)):
        return _COMMAND.findall(one) == _COMMAND.findall(other)
    if not (_balanced(one) and _balanced(other)):
        return False
    if _commands(one) != _commands(other):
        return False
    return _plain(one).strip("()") == _plain(other).strip("()")


def _commands(formula: str) -> list[str]:
    return [one for one in _COMMAND.findall(formula) if one not in {"\\left", "\\right"}]


def _balanced(formula: str) -> bool:
    bare = formula.replace("\\{", "").replace("\\}", "")
    return bare.count("{") == bare.count("}")


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", _squeeze(to_unicode(text)))


def _nearest(key: str, new: dict[str, str]) -> str | None:
    """The key of the new formula most like this one, if one is like it."""
    best, most = None, _NEAR
    grams = _grams(key)
    for other in new:
        others = _grams(other)
        share = 2 * sum((grams & others).values()) / max(1, grams.total() + others.total())
        if share >= most:
            best, most = other, share
    return best


def _grams(text: str) -> Counter[str]:
    squeezed = _squeeze(text)[:300]
    return Counter(squeezed[at : at + 2] for at in range(len(squeezed) - 1))
