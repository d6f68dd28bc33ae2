"""Errors as translation models make them, put into a clean Chinese translation by program.

Each kind is a function of a random generator and a `Clean` pair; it gives the spoiled translation,
or None where there is nothing to spoil. What a pair becomes depends on the seed alone.
"""

import random
import re
from collections.abc import Mapping, Sequence

from bench.spoiling import (
    Clean,
    Spoil,
    acronym_letter,
    acronym_lost,
    acronym_other,
    apart,
    brace,
    digit,
    formula_changed,
    formula_dropped,
    magnitude,
    name_lost,
    number_dropped,
    percent,
    pick,
    point,
    unit,
    url_case,
    url_cut,
    url_dropped,
    version,
)
from bot.enrich.check.sentences import is_ended, split_sentences
from bot.models import FindingKind as Kind

_HAN = re.compile(r"[\u4e00-\u9fff]{4,}")
_LIST_MARK = re.compile(r"[（(][1-9][)）]|(?<![A-Za-z0-9.^_{(（])[1-9][)）]")
_FOREIGN = (
    "本研究では、提案した手法が従来の方法よりも優れていることを実験によって示した。",
    "우리는 제안된 방법이 기존 방법보다 더 나은 성능을 보인다는 것을 실험을 통해 확인하였다.",
    "Мы показываем, что предложенный метод превосходит существующие подходы на всех задачах.",
    "Wir zeigen in Experimenten, dass unser Verfahren die bisherigen Methoden deutlich übertrifft.",
)
_CHAT = (
    "好的，以下是翻译：",
    "Sure, here is the translation:\n",
    "以下是该摘要的中文翻译：\n\n",
    "当然可以！下面是译文：\n",
    "Here is the translated text:\n\n",
    "翻译结果：",
)
_REFUSALS = (
    "很抱歉，我无法翻译这段内容。",
    "作为一个AI语言模型，我无法提供该文本的翻译。",
    "I'm sorry, but I cannot assist with that request.",
    "As an AI language model, I cannot translate this text.",
)
_ENTITIES = ("&amp;", "&quot;", "&#39;", "&lt;", "&nbsp;")
_SYLLABLES = ("xing", "shuju", "fang", "asdf", "moxing", "qu", "wang", "jing", "tion", "de")


def _sentences(clean: Clean, *, whole: bool = True) -> list[str]:
    """The translation's sentences; none where the source has not as many or, for `whole`, is cut
    short."""
    told, said = split_sentences(clean.target), split_sentences(clean.source)
    return told if len(told) == len(said) > 2 and (not whole or is_ended(clean.source)) else []


def _dropped(where: str) -> Spoil:
    def drop(rng: random.Random, clean: Clean) -> str | None:
        told = _sentences(clean, whole=where == "last")
        if not told:
            return None
        last = len(told) - 1
        at = {"first": 0, "last": last}.get(where, rng.randrange(1, max(2, last)))
        return "".join(told[:at] + told[at + 1 :])

    return drop


def _half_merged(rng: random.Random, clean: Clean) -> str | None:
    """Two sentences become one that says the first half of each."""
    told = _sentences(clean)
    if not told:
        return None
    at = rng.randrange(len(told) - 1)
    one, other = told[at], told[at + 1]
    merged = one[: len(one) // 2] + "，" + other[: len(other) // 2] + "。"
    return "".join([*told[:at], merged, *told[at + 2 :]])


def _repeated(rng: random.Random, clean: Clean) -> str | None:
    told = split_sentences(clean.target)
    at = rng.randrange(len(told))
    return "".join([*told[: at + 1], told[at], *told[at + 1 :]]) if len(told) > 1 else None


def _invented(rng: random.Random, clean: Clean) -> str | None:
    told, others = _sentences(clean), split_sentences(clean.other)
    if not told or not others:
        return None
    at = rng.randrange(1, len(told) + 1)
    return "".join([*told[:at], max(others, key=len), *told[at:]])


def _garbage(rng: random.Random, clean: Clean) -> str | None:
    one = pick(rng, list(_HAN.finditer(clean.target)))
    if one is None:
        return None
    at = one.start() + rng.randrange(1, len(one.group()) - 1)
    return clean.target[:at] + rng.choice(_SYLLABLES) + clean.target[at + rng.randrange(2) :]


def _foreign(rng: random.Random, clean: Clean) -> str | None:
    told = split_sentences(clean.target)
    told[rng.randrange(len(told))] = rng.choice(_FOREIGN)
    return "".join(told)


def _left_over(rng: random.Random, clean: Clean) -> str | None:
    told, said = _sentences(clean), split_sentences(clean.source)
    if not told:
        return None
    at = rng.randrange(len(told))
    told[at] = " ".join(said[at].split()) + " "
    return "".join(told)


def _truncated(rng: random.Random, clean: Clean) -> str | None:
    told = _sentences(clean)
    if not told:
        return None
    at = rng.randrange(1, len(told))
    return "".join([*told[:at], told[at][: len(told[at]) // 2]])


def _loop(rng: random.Random, clean: Clean) -> str | None:
    one = pick(rng, list(_HAN.finditer(clean.target)))
    if one is None:
        return None
    phrase = one.group()[:8] + rng.choice(("", "，"))
    return clean.target[: one.start()] + phrase * rng.randrange(3, 12) + clean.target[one.end() :]


def _item_dropped(rng: random.Random, clean: Clean) -> str | None:
    found = list(_LIST_MARK.finditer(clean.target))
    if (
        len(found) < 2
        or not _sentences(clean)
        or len(_LIST_MARK.findall(clean.source)) != len(found)
    ):
        return None
    at = rng.randrange(1, len(found))
    end = (
        found[at + 1].start() if at + 1 < len(found) else clean.target.find("。", found[at].start())
    )
    return clean.target[: found[at].start()] + clean.target[end:] if end > 0 else None


def _opening(words: Sequence[str]) -> Spoil:
    return lambda rng, clean: rng.choice(words) + clean.target


def _anywhere(words: Sequence[str]) -> Spoil:
    def put(rng: random.Random, clean: Clean) -> str | None:
        one = pick(rng, list(_HAN.finditer(clean.target)))
        return one and clean.target[: one.end()] + rng.choice(words) + clean.target[one.end() :]

    return put


def _other_paper(_: random.Random, clean: Clean) -> str | None:
    return clean.other


NUMBERS = frozenset(
    {Kind.NUMBER_MISSING, Kind.NUMBER_CHANGED, Kind.NUMBER_EXTRA, Kind.UNIT_CHANGED}
)
NAMES = frozenset({Kind.NAME_CHANGED, Kind.NAME_EXTRA, Kind.NAME_MISSING})
FORMULAS = frozenset({Kind.FORMULA_CHANGED, Kind.FORMULA_MISSING})
URLS = frozenset({Kind.URL_CHANGED, Kind.URL_MISSING})
LEFT_OUT = (
    frozenset({Kind.SENTENCE_MISSING, Kind.SENTENCE_MERGED, Kind.TRUNCATED, Kind.ENUMERATION})
    | NUMBERS
    | NAMES
)
ADDED = frozenset({Kind.SENTENCE_EXTRA, Kind.REPETITION, Kind.SUBJECT}) | NUMBERS | NAMES
FOREIGN = frozenset({Kind.LANGUAGE, Kind.SCRIPT, Kind.LEFT_OVER}) | ADDED
BROKEN = frozenset({Kind.GARBAGE, Kind.NAME_EXTRA, Kind.NAME_CHANGED, Kind.SCRIPT})

KINDS: Mapping[str, tuple[Spoil, frozenset[Kind]]] = {
    "a digit changed": (digit, NUMBERS | frozenset({Kind.NAME_CHANGED, Kind.NAME_EXTRA})),
    "a decimal point lost": (point, NUMBERS),
    "magnitude changed": (magnitude, NUMBERS),
    "unit changed": (unit, NUMBERS),
    "percent sign dropped": (percent, NUMBERS),
    "number dropped": (number_dropped, NUMBERS),
    "first sentence dropped": (_dropped("first"), LEFT_OUT),
    "sentence in the middle dropped": (_dropped("middle"), LEFT_OUT),
    "last sentence dropped": (_dropped("last"), LEFT_OUT),
    "two sentences made one, halves lost": (_half_merged, LEFT_OUT),
    "sentence repeated": (_repeated, ADDED),
    "sentence invented": (_invented, ADDED),
    "letter of an acronym changed": (acronym_letter, NAMES),
    "letter of an acronym lost": (acronym_lost, NAMES),
    "acronym from nowhere": (acronym_other, NAMES),
    "letter of a name lost": (name_lost, NAMES),
    "version of a model changed": (version, NAMES | NUMBERS),
    "brace of a formula dropped": (brace, FORMULAS),
    "formula pulled apart": (apart, FORMULAS),
    "formula dropped": (formula_dropped, FORMULAS),
    "symbol of a formula changed": (formula_changed, FORMULAS),
    "case of an address changed": (url_case, URLS),
    "address cut": (url_cut, URLS),
    "address dropped": (url_dropped, URLS),
    "Latin letters in a Chinese word": (_garbage, BROKEN),
    "sentence in a fourth language": (_foreign, FOREIGN | LEFT_OUT),
    "English sentence left over": (_left_over, FOREIGN | LEFT_OUT),
    "broken off in a sentence": (_truncated, LEFT_OUT),
    "phrase in a loop": (_loop, frozenset({Kind.REPETITION})),
    "item of a list dropped": (_item_dropped, LEFT_OUT),
    "chat before the translation": (_opening(_CHAT), ADDED),
    "refusal before the translation": (_opening(_REFUSALS), ADDED),
    "HTML entity": (_anywhere(_ENTITIES), BROKEN),
    "broken character": (_anywhere(("\ufffd", "\ufffd\ufffd", "\x0f", "\ue123")), BROKEN),
    "placeholder left": (_anywhere(("⟦0⟧", "{{1}}", "__MATH_0__", "[URL_1]")), BROKEN),
    "another paper's translation": (_other_paper, LEFT_OUT | ADDED | FORMULAS | URLS),
}
"""What is done by kind, and the kinds of findings that would tell it."""
