"""Sentences that break off, and lengths that cannot be right for one sentence. Pure."""

import re

from bot.enrich.check.alignment import ratio, weight
from bot.enrich.check.sentences import CLOSERS, is_ended
from bot.enrich.check.spans import major, minor
from bot.models import Finding, FindingKind

_NO_STOPS = frozenset({"th"})
_DANGLING = re.compile(
    r"(?:[,，、（(\[【《「『“:：—–-]|\b(?:the|of|and|to|und|der|die|das|et|de|la|le|y|el|los|il|und)"
    r"|[的和与與或及之在将將把被對从从])$"
)
_BRACKETS = {"(": ")", "【": "】", "「": "」", "『": "』", "《": "》", "“": "”"}
_WIDE_BRACKETS = str.maketrans("（）", "()")


def length_findings(source: str, target: str, language: str) -> list[Finding]:
    """A translation of one sentence that is far too short or too long for it."""
    before = weight(source, language, target=False)
    after = weight(target, language, target=True)
    expected = before * ratio(language)
    if before >= 50 and after < 0.42 * expected:
        return [major(FindingKind.TRUNCATED, source, target)]
    if after > 60 * ratio(language) and after > 2.4 * expected + 20 * ratio(language):
        return [major(FindingKind.SENTENCE_EXTRA, source, target)]
    return []


def end_findings(source: str, target: str, language: str, *, whole: bool) -> list[Finding]:
    """A translation that breaks off. `whole`: of several sentences, which do not end in a noun."""
    source, target = source.strip(), target.strip()
    if not source or not target:
        return []
    found = _open_bracket(source, target)
    if not is_ended(source) or language in _NO_STOPS or is_ended(target):
        return found
    bare = target.rstrip(CLOSERS)
    if found or whole or _DANGLING.search(bare) or _DANGLING.search(target):
        return [major(FindingKind.TRUNCATED, source[-200:], target[-200:])]
    expected = weight(source, language, target=False) * ratio(language)
    if expected > 40 * ratio(language) and weight(target, language, target=True) < 0.6 * expected:
        return [major(FindingKind.TRUNCATED, source[-200:], target[-200:])]
    return [minor(FindingKind.TRUNCATED, source[-200:], target[-200:])]


def break_findings(text: str, language: str) -> list[Finding]:
    """A text of its own that breaks off: on a comma, a bracket, a small word, with an ellipsis."""
    text = text.strip()
    if is_ended(text) and not text.endswith(("...", "…")):
        return []
    made = major if _DANGLING.search(text.rstrip(".… ")) else minor
    return [made(FindingKind.TRUNCATED, "", text[-200:])] if language not in _NO_STOPS else []


def _open_bracket(source: str, target: str) -> list[Finding]:
    """A bracket or quotation mark that is opened and not closed, where the source closes all."""
    for opened, closed in _BRACKETS.items():
        before, after = source, target
        if opened == "(":
            before, after = before.translate(_WIDE_BRACKETS), after.translate(_WIDE_BRACKETS)
        if opened == "“" and "„" in after:
            continue  # German and Polish close with it
        more = after.count(opened) - after.count(closed)
        if more > 0 and before.count(opened) <= before.count(closed):
            at = after.rfind(opened)
            return [minor(FindingKind.TRUNCATED, "", target[at : at + 100])]
    return []
