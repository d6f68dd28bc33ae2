"""Author names: taken apart, and compared the way people write them."""

import re
from dataclasses import dataclass
from functools import lru_cache

from bot.text.latex import to_unicode
from bot.text.tokens import fold

_SUFFIXES = frozenset({"jr", "sr", "ii", "iii", "iv", "phd", "md"})
_PARTICLES = frozenset(
    [
        "van", "von", "vom", "der", "den", "ter", "ten", "zu", "zum", "zur", "de", "da", "do",
        "dos", "das", "del", "della", "dello", "di", "du", "des", "la", "le", "las", "los", "el",
        "al", "af", "av", "bin", "ibn", "ben", "bint", "y", "e", "'t", "st", "saint", "san", "dal",
    ]
)  # fmt: skip
_GROUP = re.compile(
    r"\b(?:collaborations?|consortium|consortia|team|group|project|initiative|network|alliance|"
    r"experiment|task force|working group)\b",
    re.IGNORECASE,
)
_GROUP_WORDS = re.compile(r"^the\s+|^on behalf of\s+|^for\s+", re.IGNORECASE)
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\U00020000-\U0003ffff]")
_ASIDE = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_PIECE = re.compile(r"[\s.\-]+")


@dataclass(frozen=True, slots=True)
class AuthorName:
    """A person's (or collaboration's) name.

    `surname` and `given` are as written, `suffix` is such as "Jr." or "III". A collaboration,
    a single name and an undivided Chinese, Japanese or Korean name have only a surname. The
    keys are folded, cut at spaces, dots and hyphens, for comparing; `core` is the surname
    without its particles (Beethoven of van Beethoven).
    """

    surname: str
    given: tuple[str, ...] = ()
    suffix: str = ""
    collaboration: bool = False
    surname_key: tuple[str, ...] = ()
    core: tuple[str, ...] = ()
    given_key: tuple[str, ...] = ()

    @staticmethod
    def parse(text: str) -> "AuthorName":
        """Take a name apart: `José García`, `García, José`, `J.-P. Serre`, LaTeX or not."""
        return _parse(text)


def matches(wanted: str | AuthorName, actual: str | AuthorName) -> bool:
    """Whether the author `actual` may be the `wanted` one.

    Case and accents do not count. An initial stands for every given name that begins with it,
    on either side; missing middle names are tolerated; a wanted surname alone matches everyone
    who bears it. `José García` is neither `Juan García` nor `Jorge Garcia`.
    """
    want = _parse(wanted) if isinstance(wanted, str) else wanted
    have = _parse(actual) if isinstance(actual, str) else actual
    if not want.surname_key or not have.surname_key:
        return False
    if want.collaboration or have.collaboration:
        return not want.given_key and want.core == have.core
    for want_given, have_given in _alignments(want, have):
        if not want_given or (have_given and _given_agree(want_given, have_given)):
            return True
    return False


@lru_cache(maxsize=65536)
def _parse(text: str) -> AuthorName:
    name = " ".join(_ASIDE.sub(" ", to_unicode(text)).split()).strip(" ,;")
    if not name:
        return AuthorName("")
    if _GROUP.search(name) and "," not in name:
        core = _pieces(_GROUP.sub(" ", _GROUP_WORDS.sub("", name))) or _pieces(name)
        return AuthorName(name, (), "", True, _pieces(name), core, ())
    if _CJK.search(name):
        return _cjk(name)
    surname, given, suffix = _comma(name) if "," in name else _plain(name)
    key = _pieces(" ".join(surname))
    core = key
    while len(core) > 1 and core[0] in _PARTICLES:
        core = core[1:]
    return AuthorName(
        " ".join(surname), tuple(given), suffix, False, key, core, _given_pieces(given, surname)
    )


def _comma(name: str) -> tuple[list[str], list[str], str]:
    parts = [part.strip() for part in name.split(",") if part.strip()]
    suffix = next((part for part in parts[1:] if _is_suffix(part)), "")
    parts = [parts[0], *(part for part in parts[1:] if not _is_suffix(part))]
    if len(parts) == 1:
        surname, given, own = _plain(parts[0])
        return surname, given, suffix or own
    surname = parts[0].split()
    if len(surname) > 1 and _is_suffix(surname[-1]):
        suffix = surname.pop()
    given = " ".join(parts[1:]).split()
    # "Beethoven, Ludwig van": the particle belongs to the surname.
    trailing: list[str] = []
    while len(given) > 1 and given[-1] in _PARTICLES:
        trailing.insert(0, given.pop())
    return trailing + surname, given, suffix


def _plain(name: str) -> tuple[list[str], list[str], str]:
    tokens = name.replace(".", ". ").replace(". -", ".-").split()
    suffix = ""
    if len(tokens) > 2 and _is_suffix(tokens[-1]):
        suffix = tokens.pop()
    for at, token in enumerate(tokens[:-1]):
        low = fold(token)
        titled = at > 0 and len(token) > 1 and not token.isupper() and low not in {"e", "y", "ben"}
        if low in _PARTICLES and (token.islower() or titled):
            return tokens[at:], tokens[:at], suffix
    return tokens[-1:], tokens[:-1], suffix


def _cjk(name: str) -> AuthorName:
    parts = name.replace("・", " ").replace("·", " ").replace(",", " ").split()
    if len(parts) == 1:
        key = (fold(name),)
        return AuthorName(name, (), "", False, key, key, ())
    key = (fold(parts[0]),)
    rest = tuple(fold(part) for part in parts[1:])
    return AuthorName(parts[0], tuple(parts[1:]), "", False, key, key, rest)


def _is_suffix(token: str) -> bool:
    return fold(token).replace(".", "") in _SUFFIXES and not token.islower()


def _pieces(text: str) -> tuple[str, ...]:
    return tuple(piece for piece in _PIECE.split(fold(text).replace("'", "")) if piece)


def _given_pieces(given: list[str], surname: list[str]) -> tuple[str, ...]:
    shouting = all(token.isupper() for token in surname)
    pieces: list[str] = []
    for token in given:
        bare = token.replace(".", "")
        # "JP Serre": initials run together.
        if bare.isupper() and 2 <= len(bare) <= 3 and bare.isalpha() and not shouting:
            pieces += list(fold(bare))
        else:
            pieces += _pieces(token)
    return tuple(pieces)


def _alignments(
    want: AuthorName, have: AuthorName
) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Pairs of given names to compare, one for each way in which the surnames agree."""
    ways: list[tuple[tuple[str, ...], tuple[str, ...]]] = []
    if want.core == have.core or want.surname_key == have.surname_key:
        ways.append((want.given_key, have.given_key))
    for longer, shorter, swapped in ((want, have, True), (have, want, False)):
        # A surname of several words may have been taken for middle names: García Márquez.
        key = shorter.surname_key
        whole = longer.given_key + longer.surname_key
        if len(key) > len(longer.surname_key) and whole[-len(key) :] == key:
            rest = whole[: -len(key)]
            ways.append((rest, shorter.given_key) if swapped else (shorter.given_key, rest))
    whole, known = want.given_key + want.surname_key, have.given_key + have.surname_key
    if want.given_key and len(known) > len(whole) and known[-len(whole) :] == whole:
        ways.append(((), ()))  # Antonio García of José Antonio García
    if _CJK.search(have.surname) and _CJK.search(want.surname):
        joined = "".join(want.surname_key + want.given_key)
        undivided = not want.given_key and not have.given_key
        same = joined == "".join(have.surname_key + have.given_key)
        # An undivided name begins with the surname.
        if same or (undivided and have.surname_key[0].startswith(joined)):
            ways.append(((), ()))
    return ways


def _given_agree(want: tuple[str, ...], have: tuple[str, ...]) -> bool:
    if "".join(want) == "".join(have):
        return True
    if not _agree(want[0], have[0]):
        # Jean-Pierre and Jeanpierre.
        joined_want, joined_have = "".join(want[:2]), "".join(have[:2])
        return joined_want == have[0] or joined_have == want[0]
    shorter, longer = sorted((want[1:], have[1:]), key=len)
    rest = iter(longer)
    return all(any(_agree(one, other) for other in rest) for one in shorter)


def _agree(one: str, other: str) -> bool:
    return one == other or (min(len(one), len(other)) == 1 and one[0] == other[0])
