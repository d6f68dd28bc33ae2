"""How each LaTeX macro with arguments is read; macros that stand for one symbol are a table."""

import re
import unicodedata
from collections.abc import Callable
from typing import Protocol

from bot.text.latex_tables import MATH_ACCENTS, STYLES, compose, styled


class Reader(Protocol):
    """What a macro may ask of the text that follows it."""

    def argument(self, *, math: bool | None = None) -> str:
        """The next argument as readable text; empty at the end. `math` None keeps the mode."""
        ...

    def raw_group(self) -> str | None:
        """The next {group} as written, or None if no group follows."""
        ...

    def optional(self) -> str | None:
        """The next [argument] as written, if there is one."""
        ...


Macro = Callable[[Reader], str]

_ESCAPED = re.compile(r"\\([%_#&$~{}^\-])")
_COMPOUND = re.compile(r"[\s+\-*/=<>±·×∓−]")


def unescape(code: str) -> str:
    """A URL or code as it was meant, without LaTeX's escapes."""
    return _ESCAPED.sub(r"\1", code).strip()


def _atom(text: str) -> str:
    """`text` in parentheses if it would not read as one operand beside a slash."""
    text = text.strip()
    closed = text.startswith("(") and text.endswith(")") and text.count("(") == 1
    return text if closed or not _COMPOUND.search(text.lstrip("-−")) else f"({text})"


def _fraction(reader: Reader) -> str:
    above, below = reader.argument(), reader.argument()
    return f"{_atom(above)}/{_atom(below)}" if below else above


def _root(reader: Reader) -> str:
    degree = reader.optional()
    sign = {"3": "∛", "4": "∜"}.get(degree or "", f"^({degree})√" if degree else "√")
    inside = reader.argument().strip()
    bare = len(inside) == 1 or inside.isdigit()
    return sign + (inside if bare else f"({inside})")


def _binomial(reader: Reader) -> str:
    return f"({reader.argument()} choose {reader.argument()})"


def _accent(mark: str) -> Macro:
    def read(reader: Reader) -> str:
        inside = reader.argument()
        single = len(inside) == 1 and (inside.isalnum() or inside == "ℓ")
        return compose(inside, mark) if single else inside

    return read


def _styled(style: str) -> Macro:
    def read(reader: Reader) -> str:
        inside = reader.argument(math=True)
        # Bold words are unreadable in many fonts; a bold letter is a vector or a matrix.
        if style == "bold" and len(inside) != 1:
            return inside
        return styled(inside, style)

    return read


def _code(reader: Reader) -> str:
    raw = reader.raw_group()
    return reader.argument(math=False) if raw is None else unescape(raw)


def _link(reader: Reader) -> str:
    url = unescape(reader.raw_group() or "")
    label = reader.argument(math=False).strip()
    if not label or label in url or url in label:
        return url if url.startswith(("http", "www", "ftp")) or not label else label
    return f"{label} ({url})" if url.startswith(("http", "www", "ftp")) else label


def _citation(reader: Reader) -> str:
    while reader.optional() is not None:
        pass
    keys = (reader.raw_group() or "").strip()
    return f"[{keys}]" if keys else ""


def _dropped(count: int, leaves: str = "") -> Macro:
    def read(reader: Reader) -> str:
        reader.optional()
        for _ in range(count):
            reader.raw_group()
        return leaves

    return read


def _last_of(count: int) -> Macro:
    def read(reader: Reader) -> str:
        for _ in range(count - 1):
            reader.optional()
            reader.raw_group()
        return reader.argument()

    return read


def _around(before: str, after: str, *, math: bool | None = None) -> Macro:
    def read(reader: Reader) -> str:
        reader.optional()
        inside = reader.argument(math=math)
        return f"{before}{inside}{after}" if inside else ""

    return read


def _plain_title(reader: Reader) -> str:
    rich, plain = reader.argument(math=False), reader.argument(math=False)
    return plain or rich


def _spaced(count: int) -> Macro:
    def read(reader: Reader) -> str:
        reader.optional()
        return " ".join(filter(None, (reader.argument(math=True) for _ in range(count))))

    return read


def _character(reader: Reader) -> str:
    raw = (reader.raw_group() or "").strip().lower()
    try:
        sign = chr(int(raw.lstrip("ux+"), 16)) if raw.startswith(("x", "u")) else chr(int(raw))
    except (ValueError, OverflowError):
        return ""
    return "" if unicodedata.category(sign).startswith("C") else sign


def _negated(reader: Reader) -> str:
    sign = reader.argument(math=True).strip()
    return compose(sign, "\u0338") if sign else ""


def _table() -> dict[str, Macro]:
    table: dict[str, Macro] = {
        "sqrt": _root,
        "binom": _binomial,
        "href": _link,
        "url": _code,
        "path": _code,
        "nolinkurl": _code,
        "hyperlink": _last_of(2),
        "textcolor": _last_of(2),
        "colorbox": _last_of(2),
        "raisebox": _last_of(2),
        "scalebox": _last_of(2),
        "stackrel": _last_of(2),
        "overset": _last_of(2),
        "underset": _last_of(2),
        "resizebox": _last_of(3),
        "fcolorbox": _last_of(3),
        "texorpdfstring": _plain_title,
        "footnote": _around(" (", ")", math=False),
        "thanks": _dropped(1),
        "label": _dropped(1),
        "color": _dropped(1),
        "phantom": _dropped(1),
        "vspace": _dropped(1, " "),
        "hspace": _dropped(1, " "),
        "pmod": _around(" (mod ", ")", math=True),
        "abs": _around("|", "|", math=True),
        "norm": _around("‖", "‖", math=True),
        "bra": _around("⟨", "|", math=True),
        "ket": _around("|", "⟩", math=True),
        "braket": _around("⟨", "⟩", math=True),
        "SI": _spaced(2),
        "qty": _spaced(2),
        "ion": _spaced(2),
        "unicode": _character,
        "not": _negated,
    }
    table.update(dict.fromkeys(("frac", "dfrac", "tfrac", "sfrac", "nicefrac", "cfrac"), _fraction))
    cites = "cite citep citet citealp citealt citeauthor citeyear parencite textcite nocite ref"
    table.update(dict.fromkeys(f"{cites} eqref cref Cref autoref".split(), _citation))
    table.update({name: _accent(mark) for name, mark in MATH_ACCENTS.items()})
    table.update({name: _styled(style) for name, style in STYLES.items()})
    return table


MACROS = _table()
