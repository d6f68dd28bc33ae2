"""What is asked of a provider: a paper's title and sentences, bounded in length."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

from bot.models import Paper
from bot.store.translations import Version
from bot.text.sentences import sentence_texts
from bot.text.terms import TermIndex

# Of 33,000 papers the longest abstract has 3,488 characters. What is longer is not paid for.
_LONGEST_ABSTRACT, _LONGEST_TITLE = 6_000, 1_000


@dataclass(frozen=True, slots=True)
class Work:
    """A paper's texts as they are to be translated, with the server's terms that occur in them."""

    paper: Paper
    title: str
    sentences: tuple[str, ...]
    glossary: Mapping[str, str]
    key: Version


def work_of(paper: Paper, terms: Mapping[str, str]) -> Work:
    """The work that a paper is, where a server has these terms. Takes milliseconds."""
    title = _cut(" ".join(paper.title.split()), _LONGEST_TITLE)
    abstract = _cut(paper.abstract, _LONGEST_ABSTRACT)
    said = TermIndex(f"{title}\n{abstract}") if terms else None
    applied = {term: terms[term] for term in terms if said is not None and term in said}
    written = json.dumps(applied, ensure_ascii=False, sort_keys=True)
    digest = hashlib.sha256(written.encode()).hexdigest()[:32] if applied else ""
    sentences = tuple(sentence_texts(abstract))
    return Work(paper, title, sentences, applied, (paper.id, paper.version, digest))


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else (text[:most].rsplit(maxsplit=1) or [""])[0]
