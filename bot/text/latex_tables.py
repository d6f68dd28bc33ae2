"""What LaTeX macros stand for. pylatexenc brings most of the symbols; here is what it lacks."""

import unicodedata
from functools import cache
from importlib import import_module
from typing import Any

# Imported by name because the package has no type hints.
_latex2text: Any = import_module("pylatexenc.latex2text")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_SYMBOLS = {
    "deg": "°", "degree": "°", "bigstar": "★", "checkmark": "✓",
    "thicksim": "∼", "thickapprox": "≈",
    "neg": "¬", "lnot": "¬", "land": "∧", "lor": "∨", "bot": "⊥", "gets": "←", "iff": "⟺",
    "implies": "⟹", "impliedby": "⟸", "prime": "′", "bullet": "•", "cdot": "·", "cdotp": "·",
    "ast": "*", "colon": ":", "copyright": "©", "Box": "□", "lbrack": "[", "rbrack": "]",
    "vert": "|", "Vert": "‖", "mid": "|", "textmu": "μ", "percent": "%", "textperthousand": "‰",
    "textdegree": "°", "textunderscore": "_", "textasciicircum": "^", "textasciitilde": "~",
    "slash": "/", "hslash": "ℏ", "Im": "Im", "Re": "Re", "sun": "⊙", "farcs": "″", "arcsec": "″",
    "arcmin": "′", "TeX": "TeX", "LaTeX": "LaTeX", "eg": "e.g.", "ie": "i.e.", "etc": "etc.",
    "mod": "mod", "bmod": "mod", "dag": "†", "ddag": "‡", "S": "§", "P": "¶", "pounds": "£",
    "euro": "€", "texttimes": "×", "llbracket": "⟦", "rrbracket": "⟧", "triangle": "△",
    "blacksquare": "■", "lozenge": "◊", "diamondsuit": "♢", "surd": "√", "textquotedbl": '"',
    "textless": "<", "textgreater": ">", "textbar": "|", "lbrace": "{", "rbrace": "}",
    "guillemotleft": "«", "guillemotright": "»", "textellipsis": "…", "dotsc": "…", "dotsb": "⋯",
    "textasciigrave": "`", "textvisiblespace": "␣", "nobreakspace": " ", "space": " ",
    "quad": " ", "qquad": " ", "enspace": " ", "thinspace": " ", "backslash": "\\",
    "texttrademark": "™", "trademark": "™", "textregistered": "®", "Letter": "✉", "dh": "ð",
}  # fmt: skip

OPERATORS = _words(
    "arccos arccosh arcsin arcsinh arctan arctanh arg argmax argmin cos cosh cot coth csc deg det "
    "dim exp gcd hom inf ker lg lim liminf limsup ln log max min mod bmod Pr sec sin sinh sup tan "
    "tanh"
) - {"deg"}

# Macros that leave nothing behind: sizes, font switches, delimiters' sizes, layout.
SILENT = _words(
    "left right middle big Big bigg Bigg bigl bigr Bigl Bigr biggl biggr Biggl Biggr bigm Bigm "
    "displaystyle textstyle scriptstyle scriptscriptstyle limits nolimits rm bf it tt sc sf sl em "
    "rmfamily sffamily ttfamily bfseries mdseries itshape slshape scshape upshape normalfont "
    "tiny scriptsize footnotesize small normalsize large Large LARGE huge Huge centering noindent "
    "indent newline linebreak par smallskip medskip bigskip xspace protect relax allowbreak "
    "nonumber hfill vfill newpage maketitle boldmath unboldmath hline selectfont null strut "
    "break sloppy raggedright mathstrut displaybreak notag mathbin mathrel mathop mathord"
)

# Letters that stand as macros inside words: the space after them is TeX's, not the author's.
LETTERS = _words("o O l L ss SS ae AE oe OE aa AA i j dh DH th TH dj DJ ng NG")

ACCENTS = {
    "'": "\u0301", "`": "\u0300", "^": "\u0302", '"': "\u0308", "~": "\u0303", "=": "\u0304",
    ".": "\u0307", "u": "\u0306", "v": "\u030c", "H": "\u030b", "c": "\u0327", "k": "\u0328",
    "r": "\u030a", "d": "\u0323", "b": "\u0331", "t": "\u0361",
}  # fmt: skip

MATH_ACCENTS = {
    "hat": "\u0302", "widehat": "\u0302", "bar": "\u0304", "overline": "\u0305",
    "tilde": "\u0303", "widetilde": "\u0303", "vec": "\u20d7", "overrightarrow": "\u20d7",
    "dot": "\u0307", "ddot": "\u0308", "check": "\u030c", "breve": "\u0306", "acute": "\u0301",
    "grave": "\u0300", "mathring": "\u030a",
}  # fmt: skip

STYLES = {
    "mathbb": "doublestruck", "Bbb": "doublestruck", "mathds": "doublestruck",
    "mathcal": "script", "mathscr": "script", "cal": "script", "mathfrak": "fraktur",
    "frak": "fraktur", "mathbf": "bold", "boldsymbol": "bold", "bm": "bold", "bold": "bold",
}  # fmt: skip

MATH_ENVIRONMENTS = _words(
    "equation align gather multline eqnarray displaymath math array matrix pmatrix bmatrix "
    "vmatrix smallmatrix cases split aligned gathered alignat subequations dmath"
)

SUPERSCRIPTS = dict(
    zip(
        "0123456789+-−=()abcdefghijklmnoprstuvwxyzABDEGHIJKLMNOPRTUVWβγδθφχ",
        "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᴬᴮᴰᴱᴳᴴᴵᴶᴷᴸᴹᴺᴼᴾᴿᵀᵁⱽᵂᵝᵞᵟᶿᵠᵡ",
        strict=True,
    )
)
SUBSCRIPTS = dict(
    zip(
        "0123456789+-−=()aehijklmnoprstuvxβγρφχ",
        "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓᵦᵧᵨᵩᵪ",
        strict=True,
    )
)
# Scripts that are written on the line: 45^\circ is 45°, M_\odot is M⊙.
RAISED = {"∘": "°", "°": "°", "′": "′", "′′": "″", "″": "″", "†": "†", "‡": "‡", "*": "*",
          "⋆": "⋆", "⊤": "ᵀ", "∗": "*", "⊥": "^⊥", "−": "⁻", "™": "™", "®": "®",
          "•": "•"}  # fmt: skip
LOWERED = {"⊙": "⊙", "⊕": "⊕", "⋆": "⋆", "★": "★"}

ELEMENTS = _words(
    "H He Li Be B C N O F Ne Na Mg Al Si P S Cl Ar K Ca Sc Ti V Cr Mn Fe Co Ni Cu Zn Ga Ge As Se "
    "Br Kr Rb Sr Y Zr Nb Mo Tc Ru Rh Pd Ag Cd In Sn Sb Te I Xe Cs Ba La Ce Pr Nd Sm Eu Gd Tb Dy "
    "Ho Er Tm Yb Lu Hf Ta W Re Os Ir Pt Au Hg Tl Pb Bi Th U Pu"
)


@cache
def symbols() -> dict[str, str]:
    """Macro name (without backslash) to the text that stands for it, on one line."""
    table: dict[str, str] = {}
    for spec in _latex2text.get_default_latex_context_db().iter_macro_specs():
        text: object = spec.simplify_repl
        if (
            isinstance(text, str)
            and text.strip()
            and not any(sign in text for sign in "%<\n")
            and unicodedata.category(text[0]) not in {"Cf", "Mn", "Zs"}
        ):
            table.setdefault(spec.macroname, unicodedata.normalize("NFC", text))
    table.pop("today", None)  # the day of reading is not what the author wrote
    table.pop("id", None)
    return {**table, **{name: name for name in OPERATORS}, **_SYMBOLS}


_INFIX = frozenset("±∓×÷·∘•∪∩∧∨∖∈∉∊∋∌∍∝∣∤∥∦|→←↔⇒⇔⟹⟺⟶⟵↦")
_NOT_INFIX = frozenset("⊤⊥⋮⋯⋰⋱⊙")


def is_infix(symbol: str) -> bool:
    """Whether a symbol stands between two operands (relations, arrows, binary operators), so
    that a space on its left asks for one on its right."""
    return symbol not in _NOT_INFIX and (
        symbol in _INFIX or "∼" <= symbol <= "⋿" or "⩀" <= symbol <= "⫿"
    )


def compose(base: str, mark: str) -> str:
    """`base` with a combining mark on its first letter, composed where Unicode has the letter."""
    head = {"ı": "i", "ȷ": "j"}.get(base[0], base[0])
    return unicodedata.normalize("NFC", head + mark) + base[1:]


def styled(text: str, style: str) -> str:
    """`text` in Unicode's letters of a style: doublestruck, script, fraktur or bold."""
    return _latex2text.fmt_math_text_style(text, style)
