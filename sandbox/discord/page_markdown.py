"""Discord's markdown as HTML, as far as bots use it. Everything else is escaped text.

Source: Discord's API reference, "Message Formatting", and its help page on markdown.
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from html import escape
from typing import Protocol

_DEEPEST = 6
_SPECIAL = re.compile(r"[\\`|*_~\[<@h]")
_ESCAPED = re.compile(r"\\([^\w\s]|_)")
_TIMESTAMP = re.compile(r"<t:(-?\d{1,13})(?::([tTdDfFR]))?>")
_MENTION = re.compile(r"<(@!?|@&|#)(\d{1,20})>")
_COMMAND = re.compile(r"</([\w\- ]{1,100}):\d{1,20}>")
_CUSTOM_EMOJI = re.compile(r"<a?:(\w{2,32}):\d{1,20}>")
_BRACKETED_LINK = re.compile(r"<(https?://[^\s<>]+)>")
_BARE_LINK = re.compile(r"https?://[^\s<>\"']+")
# Discord's client shows where such an address leads to.
_MESSAGE_LINK = re.compile(r"https://discord\.com/channels/\d{1,20}/(\d{1,20})/\d{1,20}")
_MASKED_LINK = re.compile(
    r"\[([^\[\]\n]{1,1000})\]\(<?(https?://[^\s<>()]+(?:\([^\s<>()]*\))?)>?\)"
)
_HEADING = re.compile(r"(#{1,3}) +(.+)")
_ITEM = re.compile(r"( *)(?:[-*]|(\d{1,9})\.) +(.+)")
# Longer delimiters first: `**` before `*`.
_PAIRS = (
    ("||", "<span class=spoiler tabindex=0>", "</span>"),
    ("**", "<strong>", "</strong>"),
    ("__", "<u>", "</u>"),
    ("~~", "<s>", "</s>"),
    ("*", "<em>", "</em>"),
    ("_", "<em>", "</em>"),
)
_STYLES = {
    "t": "%H:%M",
    "T": "%H:%M:%S",
    "d": "%d/%m/%Y",
    "D": "%d %B %Y",
    "f": "%d %B %Y %H:%M",
    "F": "%A, %d %B %Y %H:%M",
}


class Names(Protocol):
    """Names for the ids in mentions, and the present for relative times."""

    def user(self, user_id: int) -> str:
        """What the user is called."""
        ...

    def role(self, role_id: int) -> str:
        """What the role is called."""
        ...

    def channel(self, channel_id: int) -> str:
        """What the channel is called."""
        ...

    def now(self) -> datetime:
        """The present instant."""
        ...


def render(text: str, names: Names) -> str:
    """`text` as safe HTML: headings, lists, quotes, code blocks and inline formatting."""
    blocks: list[str] = []
    for index, part in enumerate(text.split("```")):
        # Every second part stands between fences, if the closing one is there.
        if index % 2 == 1 and text.count("```") > index:
            blocks.append(f"<pre><code>{escape(_without_language(part))}</code></pre>")
        elif part.strip("\n"):
            lead = "```" if index % 2 == 1 else ""
            blocks.append(_lines(lead + part.strip("\n"), names))
    return "".join(blocks)


def _without_language(code: str) -> str:
    first, newline, rest = code.partition("\n")
    return (rest if newline and re.fullmatch(r"[\w+\-#]*", first) else code).strip("\n")


def _lines(text: str, names: Names) -> str:
    out: list[str] = []
    plain: list[str] = []
    lines = text.split("\n")
    position = 0

    def flush() -> None:
        if plain:
            out.append(f"<p>{'<br>'.join(_inline(line, names) for line in plain)}</p>")
            plain.clear()

    while position < len(lines):
        line = lines[position]
        if line.startswith(">>> "):
            flush()
            rest = "\n".join([line[4:], *lines[position + 1 :]])
            out.append(f"<blockquote>{_lines(rest, names)}</blockquote>")
            break
        taken, block = _block(lines, position, names)
        if taken:
            flush()
            out.append(block)
            position += taken
        else:
            plain.append(line)
            position += 1
    flush()
    return "".join(out)


def _block(lines: list[str], position: int, names: Names) -> tuple[int, str]:
    line = lines[position]
    heading = _HEADING.fullmatch(line)
    if heading:
        level = len(heading[1]) + 2
        return 1, f"<h{level}>{_inline(heading[2], names)}</h{level}>"
    if line.startswith("-# "):
        return 1, f"<p class=small>{_inline(line[3:], names)}</p>"
    if line.startswith("> "):
        quoted = _run(lines, position, lambda each: each.startswith("> "))
        inner = "<br>".join(_inline(each[2:], names) for each in quoted)
        return len(quoted), f"<blockquote>{inner}</blockquote>"
    if _ITEM.fullmatch(line):
        items = _run(lines, position, lambda each: _ITEM.fullmatch(each) is not None)
        return len(items), _list(items, names)
    return 0, ""


def _run(lines: list[str], start: int, belongs: Callable[[str], bool]) -> list[str]:
    end = start
    while end < len(lines) and belongs(lines[end]):
        end += 1
    return lines[start:end]


def _list(items: list[str], names: Names) -> str:
    rows: list[str] = []
    for item in items:
        found = _ITEM.fullmatch(item)
        if found is None:
            continue
        depth = min(len(found[1]) // 2, 3)
        mark = f"{found[2]}." if found[2] else "•"
        rows.append(f"<li class=depth{depth}><b>{mark}</b> {_inline(found[3], names)}</li>")
    return f"<ul>{''.join(rows)}</ul>"


def _inline(text: str, names: Names, depth: int = 0) -> str:
    out: list[str] = []
    position = 0
    while position < len(text):
        special = _SPECIAL.search(text, position)
        start = len(text) if special is None else special.start()
        out.append(escape(text[position:start]))
        if special is None:
            break
        length, html = _token(text, start, names, depth)
        out.append(html if length else escape(text[start]))
        position = start + max(length, 1)
    return "".join(out)


def _token(text: str, at: int, names: Names, depth: int) -> tuple[int, str]:
    """What stands at `at`: its length and HTML, or length 0 for an ordinary character."""
    char = text[at]
    if char == "\\" and (found := _ESCAPED.match(text, at)):
        return 2, escape(found[1])
    if char == "`":
        return _code(text, at)
    if char == "[" and (found := _MASKED_LINK.match(text, at)):
        return len(found[0]), _link(found[2], _inline(found[1], names, depth + 1))
    if char == "h" and (found := _BARE_LINK.match(text, at)):
        address = found[0].rstrip(".,;:!?)")
        there = _MESSAGE_LINK.fullmatch(address)
        shown = f"#{names.channel(int(there[1]))} › 💬" if there else address
        return len(address), _link(address, escape(shown))
    if char == "<":
        return _angled(text, at, names)
    if char == "@":
        for word in ("@everyone", "@here"):
            if text.startswith(word, at):
                return len(word), f"<span class=mention>{word}</span>"
        return 0, ""
    return _paired(text, at, names, depth)


def _code(text: str, at: int) -> tuple[int, str]:
    fence = "``" if text.startswith("``", at) else "`"
    end = text.find(fence, at + len(fence))
    if end <= at + len(fence):
        return 0, ""
    return end + len(fence) - at, f"<code>{escape(text[at + len(fence) : end])}</code>"


def _paired(text: str, at: int, names: Names, depth: int) -> tuple[int, str]:
    if depth >= _DEEPEST:
        return 0, ""
    for mark, opening, closing in _PAIRS:
        if not text.startswith(mark, at):
            continue
        start = at + len(mark)
        end = text.find(mark, start)
        if mark == "**" and end != -1 and text.startswith("***", end):
            end += 1  # `**a *b***` closes the inner one first
        if end <= start:
            continue
        inside_word = mark == "_" and text[end + 1 : end + 2].isalnum()
        starred = mark == "*" and (text[start].isspace() or text[end - 1].isspace())
        if inside_word or starred or (mark == "_" and at > 0 and text[at - 1].isalnum()):
            continue
        return end + len(mark) - at, opening + _inline(text[start:end], names, depth + 1) + closing
    return 0, ""


def _link(address: str, shown: str) -> str:
    return f'<a href="{escape(address)}" rel="noopener noreferrer nofollow">{shown}</a>'


def _angled(text: str, at: int, names: Names) -> tuple[int, str]:
    if found := _TIMESTAMP.match(text, at):
        return len(found[0]), timestamp_html(int(found[1]), found[2] or "f", names.now())
    if found := _MENTION.match(text, at):
        kind, number = found[1], int(found[2])
        if kind == "#":
            shown = "#" + names.channel(number)
        else:
            shown = "@" + (names.role(number) if kind == "@&" else names.user(number))
        return len(found[0]), f"<span class=mention>{escape(shown)}</span>"
    if found := _COMMAND.match(text, at):
        return len(found[0]), f"<span class=mention>/{escape(found[1])}</span>"
    if found := _CUSTOM_EMOJI.match(text, at):
        return len(found[0]), f":{escape(found[1])}:"
    if found := _BRACKETED_LINK.match(text, at):
        return len(found[0]), _link(found[1], escape(found[1]))
    return 0, ""


def timestamp_html(seconds: int, style: str, now: datetime) -> str:
    """A Discord timestamp, in UTC; style R is relative to `now`."""
    try:
        instant = datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, ValueError, OSError):
        return "<time>Invalid date</time>"
    shown = _relative(instant - now) if style == "R" else instant.strftime(_STYLES[style])
    full = instant.strftime("%A, %d %B %Y %H:%M UTC")
    return f'<time datetime="{instant.isoformat()}" title="{full}">{shown}</time>'


def _relative(distance: timedelta) -> str:
    seconds = abs(distance.total_seconds())
    for unit, size in (("day", 86_400), ("hour", 3600), ("minute", 60), ("second", 1)):
        count = int(seconds // size)
        if count or unit == "second":
            amount = f"{count} {unit}{'' if count == 1 else 's'}"
            return f"in {amount}" if distance > timedelta(0) else f"{amount} ago"
    return "now"
