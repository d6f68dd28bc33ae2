"""LaTeX as it stands in arXiv's metadata, made readable as plain Unicode."""

import re

from bot.text.latex_reader import LatexReader
from bot.text.latex_scanner import TooDeepError

# Choices that each begin with a certain sign are looked for twice as quickly as a set and a choice.
_SIGNS = (*"\\$^_~{`", "--")
_CONTROLS = [chr(code) for code in (*range(0x20), *range(0x7F, 0xA0))]
_LATEX = re.compile("|".join(map(re.escape, _SIGNS)))
_TRIGGER = re.compile("|".join(map(re.escape, (*_SIGNS, *_CONTROLS))))
_LINES = re.compile(r"[^\S\n\r]*[\n\r\t\v\f\x1c-\x1f\x85]\s*")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_SPACES = re.compile(r" {2,}")
_SPACE_BEFORE_STOP = re.compile(r" +([,.;:)](?=[\s)]|$))")
_MAX_GROWTH = 3
_MAX_PASSES = 4


def _one_line(text: str) -> str:
    if not _CONTROL.search(text):  # line breaks are control characters too
        return text.strip()
    return _CONTROL.sub("", _LINES.sub(" ", text)).strip()


def to_unicode(text: str) -> str:
    r"""`text` with its LaTeX written in Unicode: `$10^{-3}\,M_\odot$` becomes `10⁻³ M⊙`.

    Text without LaTeX comes back as it is (money, `C#`, names_with_underscores). Line breaks
    become spaces and control characters go. Reading the result once more changes nothing: the
    text is read until it is stable, and what never becomes stable, grows over threefold or is
    nested too deep is returned as it was written, on one line.
    """
    if not _TRIGGER.search(text):
        return text
    raw = _one_line(text)
    current = raw
    for _ in range(_MAX_PASSES):
        if not _LATEX.search(current):
            return current
        try:
            read = LatexReader(current).read()
        except TooDeepError:
            return raw
        if read == current:
            return current
        current = _one_line(_SPACE_BEFORE_STOP.sub(r"\1", _SPACES.sub(" ", read)))
        if len(current) > _MAX_GROWTH * len(raw):
            return raw
    return raw
