"""How a search looks: its pages, and what it says when nothing was found."""

from collections.abc import Mapping, Sequence
from functools import partial

from bot.i18n import commas, long_day, mark, number, t, tn
from bot.models import Paper
from bot.services.search_lists import Hit, Where
from bot.text.query import Query, Term
from bot.text.safety import plain, shorten
from bot.ui import custom_ids
from bot.ui.panels import WARNING, button, page_count, panel
from bot.ui.paper_lists import PAGE_SIZE, ListEntry, list_view
from bot.ui.search_state import Arxiv, SearchState
from bot.ui.views import Item, PostedView
from bot.ui.words import safe

_TERM = 60
_QUERY = 300
_MOST_LOOSENINGS = 5
_LABEL = 80
# An engine need not count further.
_COUNTED = 1000

_FOUND = {
    Where.ARCHIVE: mark("in my archive"),
    Where.ARXIV: mark("on arXiv"),
    Where.BOTH: mark("in my archive and on arXiv"),
}
_ARXIV = {
    Arxiv.UNASKED: "",
    Arxiv.ANSWERED: "",
    Arxiv.ENGLISH_ONLY: mark("arXiv itself was not asked: it can be searched in English only."),
    Arxiv.ASKING: mark("⏳ Still asking arXiv… What it finds is added to this message."),
    Arxiv.SLOW: mark("arXiv is slow just now, so this is what my archive has."),
    Arxiv.FAILED: mark("arXiv did not answer as it should, so this is what my archive has."),
    Arxiv.MORE_SLOW: mark(
        "arXiv has not sent its further results yet. Ask it for more in a moment."
    ),
    Arxiv.MORE_FAILED: mark("arXiv did not answer as it should when I asked it for more."),
}
_ONLY_ARXIV = _ARXIV | {
    Arxiv.ASKING: mark("⏳ Still asking arXiv… What it finds comes into this message."),
    Arxiv.SLOW: mark("arXiv is slow just now. Ask it again in a while."),
    Arxiv.FAILED: mark("arXiv did not answer as it should. Ask it again in a while."),
}
_NOTHING = {
    Arxiv.UNASKED: mark("Nothing found in my archive"),
    Arxiv.ENGLISH_ONLY: mark("Nothing found in my archive"),
    Arxiv.ASKING: mark("Nothing in my archive so far"),
    Arxiv.SLOW: mark("Nothing found in my archive"),
    Arxiv.FAILED: mark("Nothing found in my archive"),
    Arxiv.ANSWERED: mark("Nothing found"),
    Arxiv.MORE_SLOW: mark("Nothing found"),
    Arxiv.MORE_FAILED: mark("Nothing found"),
}
_NOTHING_ON_ARXIV = {
    Arxiv.UNASKED: mark("arXiv was not asked"),
    Arxiv.ENGLISH_ONLY: mark("arXiv was not asked"),
    Arxiv.ASKING: mark("Nothing from arXiv so far"),
    Arxiv.SLOW: mark("Nothing from arXiv so far"),
    Arxiv.FAILED: mark("Nothing from arXiv so far"),
    Arxiv.ANSWERED: mark("Nothing found on arXiv"),
    Arxiv.MORE_SLOW: mark("Nothing found on arXiv"),
    Arxiv.MORE_FAILED: mark("Nothing found on arXiv"),
}
_FIELDS = {
    ("", False): mark("“{text}”"),
    ("", True): mark("without “{text}”"),
    ("ti", False): mark("“{text}” in the title"),
    ("ti", True): mark("without “{text}” in the title"),
    ("abs", False): mark("“{text}” in the abstract"),
    ("abs", True): mark("without “{text}” in the abstract"),
    ("co", False): mark("“{text}” in the comment"),
    ("co", True): mark("without “{text}” in the comment"),
    ("au", False): mark("by {text}"),
    ("au", True): mark("not by {text}"),
}


def hits_of_page(state: SearchState, page: int) -> tuple[int, tuple[Hit, ...]]:
    """The page nearest to `page` (from 0) that there is, and what stands on it."""
    page = min(max(page, 0), page_count(len(state.hits), PAGE_SIZE) - 1)
    return page, state.hits[page * PAGE_SIZE : (page + 1) * PAGE_SIZE]


def search_view(state: SearchState, key: str, page: int, papers: Mapping[str, Paper]) -> PostedView:
    """A page of a search; `papers` are those of `hits_of_page`, `key` is the list's."""
    if not state.hits:
        return _nothing_view(state, key)
    page, hits = hits_of_page(state, page)
    entries = [
        ListEntry(papers[hit.paper_id], _notes(papers[hit.paper_id], hit))
        for hit in hits
        if hit.paper_id in papers
    ]
    return list_view(
        _heading(state),
        entries,
        page,
        len(state.hits),
        partial(custom_ids.list_page, key),
        remarks=state.hints,
        footer="\n".join(line for line in (_meant(state), _status(state)) if line),
        extra=_extra(state, key, page),
    )


def _heading(state: SearchState) -> str:
    found = len(state.hits)
    if state.next_start is not None:
        count = t("More than {n} papers", n=number(found))
    elif state.cut:
        count = t("The first {n} papers", n=number(found))
    else:
        count = tn("{n} paper", "{n} papers", found)
    order = t("newest first") if state.search.by_date else t("best match first")
    return f"### 🔎 {count}\n-# {_searched(state)} · {order}"


def _status(state: SearchState) -> str:
    """How it stands with arXiv and the archive; empty if there is nothing to say."""
    status = (_ONLY_ARXIV if state.search.where is Where.ARXIV else _ARXIV)[state.arxiv]
    lines = [f"-# {t(status)}"] if status else []
    if state.unread:
        unread = tn(
            "I am still indexing {n} paper; results may be incomplete.",
            "I am still indexing {n} papers; results may be incomplete.",
            state.unread,
        )
        lines.append(f"-# {unread}")
    return "\n".join(lines)


def _meant(state: SearchState) -> str:
    """What may have been meant; empty if that is what was typed."""
    if state.corrected is None:
        return ""
    return t("Did you mean {query}?", query=shorten(query_in_words(state.corrected), 150))


def _searched(state: SearchState) -> str:
    return shorten(query_in_words(state.search.query), _QUERY)


def _notes(paper: Paper, hit: Hit) -> tuple[str, ...]:
    parts = [
        long_day(paper.published.date()) if paper.published else "",
        safe(paper.primary_category, 40),
        t("**withdrawn**") if paper.withdrawn else "",
        t(_FOUND[hit.where]),
    ]
    return (" · ".join(part for part in parts if part),)


def _extra(state: SearchState, key: str, page: int) -> Sequence[Item]:
    """The buttons that search for what was meant, and that ask arXiv where it has not answered."""
    buttons: list[Item] = []
    if state.corrected is not None:
        written = plain(state.corrected.written())
        room = _LABEL - len(t("Search for {query}", query=""))
        label = t("Search for {query}", query=shorten(written, room))
        buttons.append(button(label, custom_ids.list_page(key, 0, custom_ids.CORRECTED)))
    again = custom_ids.list_page(key, page, custom_ids.RETRY)
    if state.arxiv in {Arxiv.SLOW, Arxiv.FAILED}:
        buttons.append(button(t("Ask arXiv again"), again))
    elif state.arxiv in {Arxiv.MORE_SLOW, Arxiv.MORE_FAILED}:
        buttons.append(button(t("Ask arXiv for more"), again))
    elif state.arxiv is Arxiv.UNASKED:
        buttons.append(button(t("Search arXiv too"), again))
    return buttons


def _nothing_view(state: SearchState, key: str) -> PostedView:
    titles = _NOTHING_ON_ARXIV if state.search.where is Where.ARXIV else _NOTHING
    top = [
        f"### 🔎 {t(titles[state.arxiv])}\n-# {_searched(state)}",
        *(f"-# ⚠️ {hint}" for hint in state.hints),
    ]
    advises = state.arxiv is not Arxiv.ASKING and (
        state.search.where is not Where.ARXIV or state.arxiv is Arxiv.ANSWERED
    )
    lines = _loosening_lines(state) if advises else []
    blocks = ["\n".join(top), _meant(state), "\n".join(lines), _status(state)]
    return panel(blocks, [_extra(state, key, 0)], accent=WARNING)


def _loosening_lines(state: SearchState) -> list[str]:
    if not state.loosenings and state.search.query.ids:
        return [t("Check the arXiv id, or search for words of the title instead.")]
    if not state.loosenings:
        return [t("Try fewer or more general words, or look at how they are spelled.")]
    lines = [t("If you leave one of these out, my archive has:")]
    for one in state.loosenings[:_MOST_LOOSENINGS]:
        if one.papers >= _COUNTED:
            papers = t("{n} papers or more", n=number(one.papers))
        else:
            papers = tn("{n} paper", "{n} papers", one.papers)
        condition = shorten(query_in_words(one.condition), 100)
        lines.append("- " + t("{condition}: {papers}", condition=condition, papers=papers))
    return lines


def query_in_words(query: Query) -> str:
    """`“retrieval” · by Garcia · cs.CL or cs.LG · since Thursday 18 June 2026`, for a message."""
    parts = [_term(term) for term in query.terms]
    if query.categories:
        parts.append(commas([safe(category, 40) for category in query.categories]))
    parts += [
        t("not in {category}", category=safe(category, 40)) for category in query.without_categories
    ]
    parts += [f"arXiv:{safe(paper_id, 40)}" for paper_id in query.ids]
    if query.since:
        parts.append(t("since {day}", day=long_day(query.since)))
    if query.until:
        parts.append(t("until {day}", day=long_day(query.until)))
    return " · ".join(parts)


def _term(term: Term) -> str:
    return t(_FIELDS[term.field, term.negated], text=safe(term.text, _TERM))
