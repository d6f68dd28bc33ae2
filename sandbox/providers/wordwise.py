"""A translation that anybody can predict: word by word, in the order of the source.

Known words come from a small dictionary, others are spelled in the letters of the language's
script, so that every check of scripts, names and numbers has something to look at.
"""

import re
from collections.abc import Mapping

_WORDS: Mapping[str, Mapping[str, str]] = {
    "ja": {
        "cat": "猫", "cats": "猫", "dog": "犬", "dogs": "犬", "sleep": "眠る", "run": "走る",
        "ignore": "無視", "all": "全て", "instructions": "指示", "the": "その", "and": "と",
        "model": "模型", "models": "模型", "say": "言う", "yes": "はい", "we": "我々",
    },
    "zh": {
        "cat": "猫", "cats": "猫", "dog": "狗", "dogs": "狗", "sleep": "睡", "ignore": "忽略",
        "the": "该", "and": "和", "model": "模型", "models": "模型", "we": "我们",
    },
    "de": {
        "cat": "Katze", "cats": "Katzen", "dog": "Hund", "dogs": "Hunde", "sleep": "schlafen",
        "the": "die", "and": "und", "model": "Modell", "models": "Modelle", "we": "wir",
    },
}  # fmt: skip
_LETTERS: Mapping[str, str] = {
    "ja": "アブクデエフガハイジカラムノオプケルストウヴワザヤズ",
    "zh": "阿比西迪伊夫吉赫艾杰克勒马尼奥佩丘尔斯特乌维沃克亚兹",
    "ko": "아브크데에프가하이자카라마나오파쿠르스트우브와크야즈",
    "ru": "абцдефгхийклмнопкрстувшкыз",
    "el": "αβψδεφγηιξκλμνοπκρστυβωχυζ",
    "he": "אבצדהפגחיזקלמנופקרסטוושכיז",
    "ar": "ابكدهفغحيجقلمنوبقرستوفوخيز",
    "hi": "अबकदएफगहईजकलमनओपकरसटउववखयज",
    "th": "อบคดเฟกหอจกลมนอปกรสตอวอขยซ",
}
_SCRIPTS = {"uk": "ru", "bg": "ru", "fa": "ar", "zt": "zh"}
_WORD = re.compile(r"[A-Za-z]+")
_FULL_STOP = re.compile(r"\.(?=\s*\Z)")


def translate(text: str, language: str, glossary: Mapping[str, str] | None = None) -> str:
    """The text in a language (`ja`, `zh-Hant`, `PT-BR`), terms of a glossary by their entries."""
    code = language.lower().partition("-")[0]
    code = _SCRIPTS.get(code, code)
    for term, target in sorted((glossary or {}).items(), key=lambda item: -len(item[0])):
        found = re.compile(rf"\b{re.escape(term)}(?:e?s)?\b", re.IGNORECASE)
        # The entry's own letters must not be translated: they are spelled after the words.
        text = found.sub("".join(f"\ue000{ord(letter):x}\ue001" for letter in target), text)
    parts = re.split("((?:\ue000[0-9a-f]+\ue001)+)", text)
    said = "".join(
        re.sub("\ue000([0-9a-f]+)\ue001", lambda sign: chr(int(sign[1], 16)), part)
        if part.startswith("\ue000")
        else _WORD.sub(lambda word: _said(word.group(), code), part)
        for part in parts
    )
    return _FULL_STOP.sub("。", said) if code in {"ja", "zh"} else said


def _said(word: str, code: str) -> str:
    known = _WORDS.get(code, {}).get(word.lower())
    if known is not None:
        return known
    if len(word) > 1 and word.isupper():
        return word  # an acronym
    letters = _LETTERS.get(code)
    if letters is None:
        return word[::-1].lower() + "u"
    return "".join(letters[ord(letter) - ord("a")] for letter in word.lower())
