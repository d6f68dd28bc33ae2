"""arXiv's categories: finding them, reading what people type, and telling them from other terms."""

import difflib
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from bot.errors import BadInput
from bot.i18n import commas, listed, t
from bot.sources.taxonomy_data import ALIASES, ARCHIVES, CLOSED_ARCHIVES, SUBJECT_CLASSES

__all__ = [
    "ALIASES",
    "CATEGORIES",
    "Category",
    "canonical",
    "find",
    "is_category",
    "keep_categories",
    "oai_set",
    "parse_categories",
]

# OAI's first level of sets. Archives outside of physics are their own group.
_PHYSICS = "Physics"
# The shape of a category that arXiv may add after this table was written.
_SUFFIX = re.compile(r"[A-Z]{2}|[a-z]+(-[a-z]+)?")


@dataclass(frozen=True, slots=True)
class Category:
    """One category: `cs.CL`, "Computation and Language", of the archive `cs` in a group."""

    id: str
    name: str
    archive: str
    archive_name: str
    group: str


def _load() -> Mapping[str, Category]:
    found: dict[str, Category] = {}
    for archive, (group, name) in ARCHIVES.items():
        lines = [line.strip() for line in SUBJECT_CLASSES.get(archive, "").strip().splitlines()]
        if not lines:
            found[archive] = Category(archive, name, archive, name, group)
        for line in lines:
            suffix, _, title = line.partition(" ")
            id_ = f"{archive}.{suffix}"
            found[id_] = Category(id_, title, archive, name, group)
    return MappingProxyType(found)


CATEGORIES: Mapping[str, Category] = _load()
"""Every category by its id, aliases included."""


def _fold(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(c for c in decomposed if not unicodedata.combining(c)).casefold()


_BY_FOLDED = {_fold(id_): id_ for id_ in CATEGORIES}
_WORDS = {
    id_: tuple(re.findall(r"\w+", _fold(f"{category.name} {category.archive_name}")))
    for id_, category in CATEGORIES.items()
}


def canonical(category: str) -> str:
    """arXiv's preferred name of a category: `math.IT` is `cs.IT`; others stay as they are."""
    return ALIASES.get(category, category)


def is_category(term: str) -> bool:
    """Whether a term is one of arXiv's categories rather than an ACM or MSC class.

    True also for archives that old papers have as their category (`astro-ph`), for closed ones,
    and for a subject class of a known archive that is newer than this table.
    """
    if term in CATEGORIES or term in ARCHIVES or term in CLOSED_ARCHIVES:
        return True
    archive, dot, suffix = term.partition(".")
    return bool(dot) and archive in SUBJECT_CLASSES and _SUFFIX.fullmatch(suffix) is not None


def keep_categories(terms: Iterable[str]) -> tuple[str, ...]:
    """The terms that are categories, each once, in their order."""
    return tuple(dict.fromkeys(term for term in terms if is_category(term)))


def oai_set(category: str) -> str:
    """The OAI set of a category: `cs:cs:CL`, `physics:hep-th`, `physics:astro-ph:GA`.

    Raises BadInput for what is no category.
    """
    known = CATEGORIES.get(category)
    if known is None:
        raise BadInput(_unknown(category))
    top = "physics" if known.group == _PHYSICS else known.archive
    return ":".join((top, *category.split(".", 1)))


_LONGEST_TYPED = 100


def find(text: str, limit: int = 25) -> list[Category]:
    """Categories for autocomplete: by the id's beginning, then by the words of the name.

    Case and accents do not matter; the order is the same for the same text. A word matches by
    its beginning, and all words of the text must match. An empty text gives the first ones.
    """
    wanted = _fold(text.strip()[:_LONGEST_TYPED])
    words = re.findall(r"\w+", wanted)
    by_id = [id_ for folded, id_ in _BY_FOLDED.items() if folded.startswith(wanted)]
    # "cl" should find cs.CL, though its id begins with the archive.
    by_suffix = [
        id_ for folded, id_ in _BY_FOLDED.items() if folded.partition(".")[2].startswith(wanted)
    ]
    by_name = [
        id_
        for id_, names in _WORDS.items()
        if words and all(any(name.startswith(word) for name in names) for word in words)
    ]
    by_name.sort(key=lambda id_: _farness(_fold(CATEGORIES[id_].name), wanted, words))
    ordered = dict.fromkeys([*by_id, *by_suffix, *by_name])
    return [CATEGORIES[id_] for id_ in list(ordered)[:limit]]


def _farness(name: str, wanted: str, words: list[str]) -> tuple[bool, bool]:
    """Whole words of the category's own name come first, then the beginnings of names."""
    return not set(words) <= set(re.findall(r"\w+", name)), not name.startswith(wanted)


def parse_categories(text: str) -> tuple[str, ...]:
    """The categories that a person typed, separated by commas, semicolons, "+" or spaces.

    Case does not matter; aliases and closed archives become the category that stands for them
    now. Raises BadInput that names an unknown one with its nearest neighbors, or a whole archive.
    """
    found: dict[str, None] = {}
    for part in re.split(r"[\s,;+]+", text.strip()):
        if not part:
            continue
        folded = _fold(part)
        id_ = _BY_FOLDED.get(folded) or CLOSED_ARCHIVES.get(folded)
        if id_ is None:
            raise BadInput(_whole_archive(folded) if folded in ARCHIVES else _unknown(part))
        found[canonical(id_)] = None
    if not found:
        raise BadInput(t("No category was given. Name at least one, for example cs.CL."))
    return tuple(found)


def _whole_archive(archive: str) -> str:
    examples = [id_ for id_, known in CATEGORIES.items() if known.archive == archive][:3]
    return t(
        "{archive} is a whole archive, whose feed is cut off at 2,000 papers. "
        "Choose categories in it, for example {examples}.",
        archive=archive,
        examples=commas(examples),
    )


def _unknown(part: str) -> str:
    shown = "".join(c if c.isprintable() else "?" for c in part)
    shown = shown if len(shown) <= 40 else shown[:39] + "…"
    folded = _fold(part)[:40]
    ids = difflib.get_close_matches(folded, _BY_FOLDED, n=3, cutoff=0.6)
    near = [_BY_FOLDED[id_] for id_ in ids] or [known.id for known in find(part[:40], 3)]
    if near:
        return t(
            "“{typed}” is not an arXiv category. Did you mean {nearest}?",
            typed=shown,
            nearest=listed(near, last="or"),
        )
    return t("“{typed}” is not an arXiv category; cs.CL and hep-th are, for example.", typed=shown)
