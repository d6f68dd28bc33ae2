"""Making untrusted text safe to show on Discord.

Facts about Discord's markdown are in its help page "Markdown Text 101" and its developer
documentation "Message Formatting": mentions, timestamps and custom emoji are written in angle
brackets, `@everyone` and `@here` are found anywhere in a text, links in `<>` show no preview.
"""

import re
import unicodedata

from bot.text.clusters import ZWJ, boundaries, is_emoji

ZWSP = "\u200b"
_MAX_MARKS = 4

# Anything but letters, punctuation and mathematical signs that always are what they look like.
_SUSPECT = re.compile(
    r"[^\x20-\x7e\u00a1-\u00ac\u00ae-\u02ff\u0391-\u03a1\u03a3-\u0482\u2010-\u2027\u2030-\u205e"
    r"\u2100-\u218b\u2190-\u23ff\u3041-\u3096\u309b-\u30fa\u4e00-\u9fff]"
)
_JOINERS = frozenset({ZWJ, "\u200c"})
_BLANKS = frozenset("\u115f\u1160\u3164\uffa0\u2800\u034f\u17b4\u17b5")
_URL = re.compile(r"https?://(?=[A-Za-z0-9])(?:(?![<>\"'`|*\\^{}])[!-~])+")
_SPECIAL = re.compile(r"[\\*_~`|\[\]<>]")
_LINE_START = re.compile(r"^(?:[#\-+]|\d+(?=[.)](?:\s|$)))")
_PING = re.compile(r"@(?=everyone|here)", re.IGNORECASE)
_MENTION = re.compile(r"\\<(?=[@#:/]|\w{1,10}:)")
_INVITE = re.compile(
    r"(discord)(?=(?:\.gg|\.com/invite|app\.com/invite|\.me|\.io|\.li))", re.IGNORECASE
)
_SCHEME = re.compile(r"(https?:)//")
_ATOM = re.compile(
    r"\[(?:\\.|[^\]\\\[]){0,300}\]\([^)\s]{0,500}\)|<[^<>\s]*>|https?://\S+|\\.|\s+|[^\s\\<\[]+|.",
    re.DOTALL,
)
_WIDE = re.compile(r"[\u3000-\u30ff\u3400-\u9fff\uac00-\ud7af\uff00-\uffef]")
_LONGEST_CLUSTER = 64
_DANGLING = " \t\n,;:-–—(/“‘"


def plain(text: str) -> str:
    """`text` on one line, without characters that hide, reorder or pile up.

    Control characters, bidirectional controls and isolates, zero-width and blank-looking
    characters, private-use and unassigned ones go. A zero-width joiner stays inside emoji and
    in Indic and Arabic words, a non-joiner in those words; of a pile of combining marks the
    first four stay.
    """
    if _SUSPECT.search(text) is None:
        return " ".join(text.split())
    visible = _SUSPECT.sub(_visible, text)
    kept: list[str] = []
    marks = 0
    for at, sign in enumerate(visible):
        if sign in _JOINERS and not _joins(visible[at - 1 : at], sign, visible[at + 1 : at + 2]):
            continue
        marks = marks + 1 if unicodedata.category(sign) in {"Mn", "Me"} else 0
        if marks <= _MAX_MARKS:
            kept.append(sign)
    return " ".join("".join(kept).split())


def _visible(found: re.Match[str]) -> str:
    sign = found.group()
    if sign.isspace() or sign in _BLANKS:
        return " "
    hidden = unicodedata.category(sign)[0] == "C" and sign not in _JOINERS
    return "" if hidden else sign


def _joins(before: str, joiner: str, after: str) -> bool:
    if not before or not after:
        return False
    if joiner == ZWJ and is_emoji(after):
        return is_emoji(before) or "\U0001f3fb" <= before <= "\U0001f3ff"
    # Scripts whose letters take another shape beside a joiner: Arabic, Syriac, Indic, Khmer.
    return all(
        "\u0600" <= sign <= "\u0dff" or "\u1780" <= sign <= "\u18aa" for sign in before + after
    )


def markdown(text: str) -> str:
    """`text` as it is, on one line, for a place where Discord reads markdown.

    It is made `plain`, all of markdown is escaped, nobody can be pinged, no mention, timestamp,
    emoji or masked link comes about. Bare web addresses stay links, in angle brackets so that
    they show no preview; addresses with credentials and invitations to servers do not.
    """
    clean = plain(text)
    written: list[str] = []
    at = 0
    for link in _URL.finditer(clean):
        address = _without_tail(link.group())
        if "@" in address or "." not in address or _INVITE.search(address):
            continue
        written.append(_escape(clean[at : link.start()]))
        written.append(f"<{address}>")
        at = link.start() + len(address)
    written.append(_escape(clean[at:]))
    return _LINE_START.sub(_guard_start, "".join(written))


def _without_tail(address: str) -> str:
    """An address without the punctuation of the sentence around it."""
    while address:
        last = address[-1]
        unopened = last in ")]" and address.count(last) > address.count("(["[")]".index(last)])
        if not unopened and last not in ".,;:!?_~":
            break
        address = address[:-1]
    return address


def _guard_start(found: re.Match[str]) -> str:
    start = found.group()
    return start + "\\" if start.isdigit() else "\\" + start


def _escape(text: str) -> str:
    escaped = _SPECIAL.sub(r"\\\g<0>", text)
    if "<" in escaped:
        escaped = _MENTION.sub(r"\\<" + ZWSP, escaped)
    if "@" in escaped:
        escaped = _PING.sub("@" + ZWSP, escaped)
    escaped = _INVITE.sub(r"\1" + ZWSP, escaped)
    return _SCHEME.sub(rf"\1{ZWSP}//", escaped) if "//" in escaped else escaped


def shorten(text: str, limit: int) -> str:
    """`text` in at most `limit` characters, ending with "…" if something was left out.

    Cut between words, never inside a link (bare, in angle brackets or masked), an escape or a
    grapheme cluster. Only text without a space in reach (Chinese, Japanese, a single long word)
    is cut between clusters.
    """
    if len(text) <= limit:
        return text
    if limit <= 0:
        return ""
    room = limit - 1
    end = 0  # the last place between words
    for atom in _ATOM.finditer(text):
        if atom.group().isspace():
            end = atom.start()
        if atom.end() > room:
            if end == 0 or _WIDE.search(atom.group()):
                end = max(end, _cut(text, atom.group(), atom.start(), room))
            break
    whole = [at for at in boundaries(text[: limit + _LONGEST_CLUSTER]) if at <= end]
    kept = text[: whole[-1]].rstrip(_DANGLING)
    if (len(kept) - len(kept.rstrip("\\"))) % 2:
        kept = kept[:-1]  # half of an escape whose sign was stripped
    return kept + "…"


def _cut(text: str, atom: str, start: int, room: int) -> int:
    """The last place to cut within an atom that may be broken; its start if it may not."""
    if atom[0] in "<\\" or atom.startswith(("http://", "https://")) or "](" in atom:
        return start
    places = [at for at in boundaries(text[: room + _LONGEST_CLUSTER]) if start <= at <= room]
    between = [at for at in places if _WIDE.search(text[at - 1 : at + 1])]
    return max(between or places, default=start)
