"""Finding words and phrases in a text, whatever their hyphens, accents and plurals."""

from bot.text.tokens import spans, stem


class TermIndex:
    """One text, ready to be asked for many terms."""

    def __init__(self, text: str) -> None:
        self._ends: dict[str, list[tuple[int, int]]] = {}
        for start, end, token in spans(text):
            self._ends.setdefault(stem(token), []).append((start, end))

    def count(self, term: str) -> int:
        """How often a word or phrase occurs; its words must follow one another.

        A hyphenated term is found as its parts and as one word (`words` tells how).
        """
        return max((self._chained(way) for way in _readings(term)), default=0)

    def __contains__(self, term: str) -> bool:
        return self.count(term) > 0

    def _chained(self, tokens: tuple[str, ...]) -> int:
        first = self._ends.get(tokens[0])
        if first is None:
            return 0
        ends = [end for _, end in first]
        for token in tokens[1:]:
            places = self._ends.get(token)
            if places is None:
                return 0
            reached = set(ends)
            ends = [end for start, end in places if start in reached]
        return len(set(ends))


def _readings(term: str) -> list[tuple[str, ...]]:
    """The token sequences that a term stands for: in parts, and with its compounds joined."""
    found = spans(term)
    parts = tuple(stem(token) for start, end, token in found if end - start == 1)
    joined: list[str] = []
    reached = 0
    widest = sorted(found, key=lambda span: (span[0], -span[1]))
    for start, end, token in widest:
        if start >= reached:
            joined.append(stem(token))
            reached = end
    readings = [way for way in (parts, tuple(joined)) if way]
    return list(dict.fromkeys(readings))
