"""Whether Discord would take a message of components, and whether its texts are left whole."""

import re
from collections import Counter
from collections.abc import Sequence
from typing import Any

from discord import ui
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy
from openapi import OpenApi
from ui_samples import check, walk

from bot.i18n import t
from bot.models import Card, Role
from bot.text.clusters import boundaries
from bot.text.latex import to_unicode
from bot.ui.card_origin import is_extracted
from bot.ui.cards import ROLE_MARKS
from bot.ui.paper_facts import author_names, title_text
from bot.ui.words import safe

LANGUAGES = ("en", "ja", "zh-CN")
_BUTTON = 2
_MENTION = re.compile(r"@(?:everyone|here)|<(?:[@#:/]|a:|t:|id:)", re.IGNORECASE)
_BIDI = set("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
# A masked link as Discord reads it: nothing in its text ends it before its time.
_MASKED = re.compile(r"(?<!\\)\[((?:\\.|[^\\\[\]])+)\]\((https?://[^\s()<>]+(?:\([^\s()]*\))*)\)")
_SHOWN = re.compile(r"<https?://[^<>\s]+>")
_WIDE = re.compile(r"[\u3000-\u30ff\u3400-\u9fff\uac00-\ud7af\uff00-\uffef]")
_MESSAGES = "/channels/{channel_id}/messages"


def valid(view: ui.LayoutView) -> str:
    """Assert that a view keeps all of Discord's limits and pings nobody; returns its text."""
    said = check(view)
    every = list(walk(view.to_components()))
    buttons = [component for component in every if component["type"] == _BUTTON]
    ids = Counter(button["custom_id"] for button in buttons if "custom_id" in button)
    assert max(ids.values(), default=0) <= 1
    assert all(0 < len(button.get("label", "x")) <= 80 for button in buttons)
    assert all(len(button.get("url", "")) <= 512 for button in buttons)
    assert _MENTION.search(said) is None
    assert not _BIDI & set(said)
    # No address begins a link but those that stand in a whole one.
    rest = _SHOWN.sub("", _MASKED.sub("", said))
    assert re.search(r"(?<!\\)\]\(", rest) is None
    assert re.search(r"https?://", rest, re.IGNORECASE) is None
    return said


def officially_valid(view: ui.LayoutView, description: OpenApi | None) -> None:
    """Assert that a message of the view fits Discord's own description, where there is one."""
    if description is None:
        return
    body: dict[str, Any] = {"components": view.to_components(), "flags": 1 << 15, "nonce": "a"}
    assert description.validate_request("POST", _MESSAGES, body) == []


def cut_well(shown: str, whole: str) -> bool:
    """Whether a text is all of `whole`, or its beginning to a word's end (if it has words)."""
    if shown == whole:
        return True
    kept = shown.removesuffix("…")
    if kept == shown or not whole.startswith(kept):
        return False
    if len(kept) not in boundaries(whole) or (len(kept) - len(kept.rstrip("\\"))) % 2:
        return False
    after = whole[len(kept) :].lstrip(',;:-–—(/“‘\\"')
    one_word = not re.search(r"\s", kept) or _WIDE.search(whole)
    return bool(after[:1].isspace() or not after or one_word)


def whole_parts(card: Card, said: str) -> None:
    """Assert that a card's text holds only whole takeaways and authors, its title cut well."""
    paper = card.paper
    withdrawn = "## ⛔ {}\n".format(t("WITHDRAWN"))
    first = said.removeprefix(withdrawn).splitlines()[0]
    title = _MASKED.fullmatch(first.removeprefix("### "))
    assert title is not None
    bare = re.sub(r"https?://", "", paper.title, flags=re.IGNORECASE)
    assert cut_well(title[1], title_text(bare, 100_000))
    assert title[2] == paper.abs_url
    names = author_names(paper, 5)
    if names:
        lines = said.splitlines()
        assert any(", ".join(names[:n]) in lines for n in range(1, len(names) + 1))
    told = [line for line in said.splitlines() if line.startswith(_STARTS)]
    latex = not is_extracted(card.summary)
    given = [
        f"- {ROLE_MARKS[takeaway.role]} {safe(readable, 100_000)}"
        for takeaway in card.summary.text.takeaways
        for readable in [to_unicode(takeaway.text) if latex else takeaway.text]
    ]
    assert [line for line in dict.fromkeys(given) if line in told] == told


_STARTS = tuple(f"- {ROLE_MARKS[role]} " for role in Role)

_FRAGMENTS: Sequence[str] = (
    "@everyone ", "@here", "<@&123>", "<@1>", "<#1>", "<t:0:R>", "</ban:1>", "<:a:1>", "<id:guide>",
    "](https://evil.example) ", "[x](https://evil.example)", "https://evil.example/a_b_c) ",
    "https://user:pw@evil.example/", "discord.gg/abc ", "<https://a.example", "http://" + "h" * 600,
    "# head\n", "> quote\n", "- list\n", "1. one\n", "```code", "`a`", "**b**", "||s||", "~~x~~",
    "\\", "\\\\", "*", "_", "[", "]", "(", ")", "\r\n", "\t", "\x00", "\x1b[31m",
    "\u202e", "\u2066", "\u2069", "\u200b", "\u200d", "\ufeff", "\u2800", "\u3164", "\U000e0041",
    "a" + "\u0301" * 40, "Z" + "\u0337\u0353\u0311" * 30, "\u0301" * 9, "हिन्दी ", "ไทย", "العربية ",
    "👨‍👩‍👧‍👦", "🏳️‍🌈", "🇯🇵", "🇨", "👍🏽", "1️⃣", "漢字かな", "论文标题", "한국어 ", "ﷺ", "é", "ﬁ",
    r"$\alpha^{2}$", r"\href{x}{y}", r"\frac{" * 40, "{" * 60, "$" * 31, r"\textbf{\textit{",
    "^" * 40, r"\begin{array}", r"\verb|x|", "x_{" * 30, r"\mathcal{O}(n^{n^{n^n}})", "%",
    "&amp;", "<b>", "word ", "Word. ",
    "12 pages, 3 figures, accepted at ICML 2026 ", "withdrawn by the author ",
    "https://github.com/a/b ", "x" * 90, "https://x.github.io/(y)",
)  # fmt: skip


def _repeated(parts: list[str], times: int) -> str:
    return "".join(parts) * times


hostile_texts: SearchStrategy[str] = st.one_of(
    st.text(max_size=200),
    st.builds(
        _repeated,
        st.lists(st.sampled_from(_FRAGMENTS), max_size=8),
        st.sampled_from((1, 1, 1, 2, 7, 60)),
    ),
    st.sampled_from(("word " * 4000, "x" * 20_000, "漢字" * 10_000, "👨‍👩‍👧‍👦" * 700, "*" * 5000)),
)
"""Texts of which each tries to break a message in its own way."""
