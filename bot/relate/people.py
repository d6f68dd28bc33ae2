"""Who has written both of two papers. Pure."""

import re

from bot.models import Paper
from bot.text.latex import to_unicode
from bot.text.names import AuthorName, matches
from bot.text.tokens import fold

_MOST = 100
_SHOWN = 5
_PART = re.compile(r"[^\W\d_]{2,}")


class Authors:
    """The authors of one paper, to be looked for in others."""

    def __init__(self, paper: Paper) -> None:
        self._parts = _parts(*paper.authors[:_MOST])
        self._by_surname: dict[tuple[str, ...], list[AuthorName]] = {}
        for author in paper.authors[:_MOST]:
            name = AuthorName.parse(author)
            self._by_surname.setdefault(_key(name), []).append(name)

    def shared(self, other: Paper) -> tuple[str, ...]:
        """Who seems to have written both, as the other paper names them; a few at most.

        Initials stand for names that begin with them; a surname alone is nobody.
        """
        # Nearly always nobody; taking names apart is slow.
        if self._parts.isdisjoint(_parts(*other.authors[:_MOST])):
            return ()
        shared: list[str] = []
        for author in other.authors[:_MOST]:
            if self._parts.isdisjoint(_parts(author)):
                continue
            name = AuthorName.parse(author)
            if any(_same(name, known) for known in self._by_surname.get(_key(name), ())):
                shared.append(author)
        return tuple(shared[:_SHOWN])


def _parts(*names: str) -> set[str]:
    """The parts of names but the initials."""
    return set(_PART.findall(fold(to_unicode("; ".join(names)))))


def _same(one: AuthorName, other: AuthorName) -> bool:
    named = one.collaboration or bool(one.given and other.given)
    return named and matches(one, other)


def _key(name: AuthorName) -> tuple[str, ...]:
    return () if name.collaboration else name.surname_key
