"""Semantic Scholar's recommendations on loopback, as strict as the real service.

GET  /recommendations/v1/papers/forpaper/ARXIV:{id}?fields=…&limit=…&from=recent|all-cs

https://api.semanticscholar.org/api-docs/recommendations
"""

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence

from sandbox.arxiv.papers import PaperFile
from sandbox.arxiv.records import PaperVersion
from sandbox.clock import SandboxClock
from sandbox.providers.serving import Asked, LoopbackServer, Told

_PATH = re.compile(r"/recommendations/v1/papers/forpaper/(?P<id>.+)")
_PARAMETERS = frozenset({"fields", "limit", "from"})
_FIELDS = frozenset(
    {
        "paperId", "corpusId", "externalIds", "url", "title", "abstract", "venue", "year",
        "referenceCount", "citationCount", "isOpenAccess", "openAccessPdf", "fieldsOfStudy",
        "s2FieldsOfStudy", "publicationTypes", "publicationDate", "journal", "authors",
    }
)  # fmt: skip
_POOLS = frozenset({"recent", "all-cs"})
_MOST, _USUAL = 500, 100
_ALIKE, _COMPARED = 5, 400
_WORD = re.compile(r"[a-z]{4,}")

Recommend = Callable[[str], Sequence[Mapping[str, str]] | None]
"""For an arXiv id the external ids of the papers that are recommended; None for an unknown one."""


class SemanticScholarServer(LoopbackServer):
    """A server that recommends what `recommend` says. With a `key`, requests need it.

    Without a key it answers `most` requests, if that is given, and then says 429. `extra` are
    entries that stand at the end of every answer, whatever they are.
    """

    def __init__(self, recommend: Recommend, *, key: str = "", most: int | None = None) -> None:
        super().__init__(self._answered_to)
        self.key = key
        self.most = most
        self.extra: list[object] = []
        self._recommend = recommend

    @classmethod
    def of(
        cls, recommended: Mapping[str, Sequence[str]], *, key: str = ""
    ) -> "SemanticScholarServer":
        """A server that knows these papers, by their arXiv ids, and recommends these for them."""

        def recommend(paper_id: str) -> Sequence[Mapping[str, str]] | None:
            found = recommended.get(paper_id)
            return None if found is None else [{"ArXiv": one} for one in found]

        return cls(recommend, key=key)

    def _answered_to(self, asked: Asked) -> Told:
        if self.key and asked.headers.get("x-api-key") != self.key:
            return Told({"message": "Forbidden"}, 403)
        if not self.key and self.most is not None and len(self.asked) > self.most:
            said = "Too Many Requests. Please wait and try again or apply for a key."
            return Told({"message": said, "code": "429"}, 429)
        found = _PATH.fullmatch(asked.path)
        if found is None:
            return Told({"message": "Missing Authentication Token"}, 404)
        problem = _problem(asked)
        if problem:
            return Told({"error": problem}, 400)
        kind, _, paper_id = found["id"].partition(":")
        others = self._recommend(paper_id) if kind == "ARXIV" else None
        if others is None:
            return Told({"error": f"Paper with id {found['id']} not found"}, 404)
        fields = asked.query.get("fields", "paperId").split(",")
        papers = [_paper(one, fields) for one in others]
        limit = int(asked.query.get("limit", _USUAL))
        return Told({"recommendedPapers": [*papers[:limit], *self.extra]})


def recommending(file: PaperFile, clock: SandboxClock) -> SemanticScholarServer:
    """A server that has read the papers of a file which were announced by now.

    It recommends those with a common category whose words are the most alike, and each time a paper
    that is not on arXiv.
    """
    words: dict[str, frozenset[str]] = {}

    def words_of(paper: PaperVersion) -> frozenset[str]:
        if paper.id not in words:
            words[paper.id] = frozenset(_WORD.findall(f"{paper.title} {paper.abstract}".lower()))
        return words[paper.id]

    def recommend(paper_id: str) -> Sequence[Mapping[str, str]] | None:
        today = clock.now().date()
        paper = file.find(paper_id, today)
        if paper is None:
            return None
        own = words_of(paper)
        same = [
            one
            for one in file.latest(today)
            if one.id != paper_id and not set(one.categories).isdisjoint(paper.categories)
        ][-_COMPARED:]
        same.sort(key=lambda one: -len(own & words_of(one)) / len(own | words_of(one)))
        return [{"DOI": "10.1000/182"}, *({"ArXiv": one.id} for one in same[:_ALIKE])]

    return SemanticScholarServer(recommend)


def _problem(asked: Asked) -> str:
    """What is wrong with a request; empty for nothing."""
    if asked.method != "GET":
        return "Method not allowed"
    if unknown := asked.query.keys() - _PARAMETERS:
        return f"Unrecognized parameters: {sorted(unknown)}"
    if unknown := set(asked.query.get("fields", "paperId").split(",")) - _FIELDS:
        return f"Unrecognized or unsupported fields: {sorted(unknown)}"
    if asked.query.get("from", "recent") not in _POOLS:
        return f"Invalid value for 'from': {asked.query['from']}"
    limit = asked.query.get("limit", str(_USUAL))
    if not limit.isdecimal() or not 1 <= int(limit) <= _MOST:
        return f"Invalid value for 'limit': {limit}"
    return ""


def _paper(ids: Mapping[str, str], fields: Sequence[str]) -> dict[str, object]:
    number = hashlib.sha1(repr(sorted(ids.items())).encode(), usedforsecurity=False).hexdigest()
    external = {**ids, "CorpusId": int(number[:7], 16)}
    known: dict[str, object] = {"paperId": number, "externalIds": external}
    return {name: known.get(name) for name in dict.fromkeys(["paperId", *fields])}
