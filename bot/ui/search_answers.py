"""Answering a search: what the archive has at once, what arXiv finds when it comes."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

import structlog
from discord import ui

from bot.errors import BadInput, SourceError
from bot.models import Paper
from bot.services import Services
from bot.services.arxiv_searching import ArxivResults
from bot.services.search_lists import Hit, Search, Where, grown, settled
from bot.services.searching import MOST_FROM_ARCHIVE
from bot.store.lists import StoredList
from bot.ui.answers import answer, update
from bot.ui.paper_lists import PAGE_SIZE
from bot.ui.presses import Interaction, in_time, services_of
from bot.ui.search_state import KIND, Arxiv, SearchState
from bot.ui.search_views import hits_of_page, search_view
from bot.ui.views import PostedView

log = structlog.get_logger(__name__)

# So long the archive's results wait for arXiv's before they are shown alone, and the last known
# page for what may come after it.
_TOGETHER_S = 1.5
# Long enough for an answer of arXiv's that is in the store.
_STORED_S = 0.1
# arXiv is asked for its next results when the reader comes so near to the end of those known.
_AHEAD = 2 * PAGE_SIZE

Asking = asyncio.Task[ArxivResults]
Show = Callable[[Interaction, ui.LayoutView], Awaitable[None]]


async def answer_search(interaction: Interaction, search: Search, hints: tuple[str, ...]) -> None:
    """Answer with a list in pages, privately.

    While arXiv is slow the archive's results are shown, and the same message is changed when arXiv
    has answered, failed, or taken longer than the setting `reader_patience`.
    """
    await _search(interaction, SearchState(search, hints=hints), None)


async def search_corrected(interaction: Interaction, stored: StoredList) -> None:
    """Search for what was meant, in the place of a search that found little or nothing."""
    state = SearchState.of(stored.state)
    corrected = state.corrected or state.search.query  # pressed twice
    await _search(interaction, SearchState(replace(state.search, query=corrected)), stored)


async def search_page(interaction: Interaction, stored: StoredList, page: int) -> PostedView:
    """A page of a search, for its page buttons. Asks arXiv for more where its results end."""
    services = services_of(interaction)
    async with services.search.lock(stored.key):
        stored = await services.lists.get(stored.key) or stored
        before = state = SearchState.of(stored.state)
        if state.arxiv is not Arxiv.ASKING:
            state = await _continued(services, state, page)
        elif stored.key in services.search.pages_shown:
            services.search.pages_shown[stored.key] = page
        else:  # the bot was restarted meanwhile
            state = replace(state, arxiv=Arxiv.SLOW)
        state = state.shown(hits_of_page(state, page)[0])
        if state != before:
            await services.lists.change(stored.key, state.values())
    return await _page(services, stored.key, state, page)


async def ask_again(interaction: Interaction, stored: StoredList, page: int) -> PostedView:
    """Ask arXiv (again) for a search's results, or for its next ones, and show them too.

    Raises BadInput, SourceUnavailable or SourceGarbled.
    """
    services = services_of(interaction)
    async with services.search.lock(stored.key):
        stored = await services.lists.get(stored.key) or stored
        state = SearchState.of(stored.state)
        if state.search.where is Where.ARCHIVE:
            state = replace(state, search=replace(state.search, where=Where.BOTH))
        if state.arxiv is Arxiv.ANSWERED:  # pressed twice
            state = await _continued(services, state, page)
        elif services.search.answerable(state.search.query):
            start = state.next_start or 0
            state = await _with_arxiv(state, await services.search.arxiv(state.search, start))
        else:
            state = replace(state, arxiv=Arxiv.ENGLISH_ONLY)
        state = await _advised(services, state)
        state = state.shown(hits_of_page(state, page)[0])
        await services.lists.change(stored.key, state.values())
    return await _page(services, stored.key, state, page)


async def _search(interaction: Interaction, state: SearchState, stored: StoredList | None) -> None:
    """Run a search and show it in a new message, or in place of the list `stored`."""
    services = services_of(interaction)
    show: Show = update if stored else answer
    search = state.search
    asks = search.where is not Where.ARCHIVE and services.search.answerable(search.query)
    asking: Asking | None = None
    edits, key = stored is not None, ""
    try:
        state = await in_time(interaction, _with_archive(services, state), edits=edits)
        began = asyncio.get_running_loop().time()
        if asks:  # now, because what arXiv finds is in the archive at once
            asking = asyncio.create_task(services.search.arxiv(search))
        first = _first(services, interaction.user.id, state, asking, stored)
        key, state = await in_time(interaction, first, edits=edits)
        await show(interaction, await _page(services, key, state, 0))
        if asking is None or state.arxiv is not Arxiv.ASKING:
            return
        spent = asyncio.get_running_loop().time() - began
        await asyncio.wait({asking}, timeout=services.settings.reader_patience - spent)
        if interaction.client.is_closed():
            return
        async with services.search.lock(key):
            kept = await services.lists.get(key)
            state = SearchState.of(kept.state) if kept else state
            page = services.search.pages_shown.pop(key, 0)
            state = await _settled(services, state, asking)
            state = state.shown(hits_of_page(state, page)[0])
            await services.lists.change(key, state.values())
        await show(interaction, await _page(services, key, state, page))
    finally:
        services.search.pages_shown.pop(key, None)
        if asking is not None:
            asking.cancel()
            await asyncio.gather(asking, return_exceptions=True)


async def _with_archive(services: Services, state: SearchState) -> SearchState:
    if state.search.where is Where.ARXIV:
        return state
    local = await services.search.archive(state.search)
    return replace(
        state,
        hits=await _grown(state, local[:MOST_FROM_ARCHIVE], Where.ARCHIVE),
        cut=len(local) > MOST_FROM_ARCHIVE,
        unread=await services.search.unread(),
    )


async def _first(
    services: Services,
    user_id: int,
    state: SearchState,
    asking: Asking | None,
    stored: StoredList | None,
) -> tuple[str, SearchState]:
    """What can be shown soon, kept as a list; and the list's key."""
    if asking is not None:
        await asyncio.wait({asking}, timeout=_TOGETHER_S)
        if asking.done():
            state = await _settled(services, state, asking)
        else:
            state = replace(state, arxiv=Arxiv.ASKING)
    else:
        if state.search.where is not Where.ARCHIVE:
            state = replace(state, arxiv=Arxiv.ENGLISH_ONLY)
        state = await _advised(services, state)
    state = state.shown(0)
    if stored is not None:
        key = stored.key
        async with services.search.lock(key):
            await services.lists.change(key, state.values())
    else:
        now = services.clock.now()
        key = (await services.lists.keep(user_id, KIND, state.values(), now)).key
    if state.arxiv is Arxiv.ASKING:
        services.search.pages_shown[key] = 0
    return key, state


async def _continued(services: Services, state: SearchState, page: int) -> SearchState:
    """With arXiv's next results if the reader comes near to where they belong.

    Only who turns to the last page waits for them; otherwise they are there at a later page.
    """
    if state.next_start is None or state.arxiv is Arxiv.MORE_FAILED:
        return state  # a button asks again
    end = (page + 1) * PAGE_SIZE
    if end + _AHEAD < settled(state.hits):
        return replace(state, arxiv=Arxiv.ANSWERED)
    is_last = end >= len(state.hits)
    asking = asyncio.create_task(services.search.arxiv(state.search, state.next_start))
    try:
        await asyncio.wait({asking}, timeout=_TOGETHER_S if is_last else _STORED_S)
        if not asking.done():
            return replace(state, arxiv=Arxiv.MORE_SLOW) if is_last else state
        return await _with_arxiv(state, asking.result())
    except (SourceError, BadInput) as error:
        log.warning("source_failed", doing="more of a search", error=str(error))
        return replace(state, arxiv=Arxiv.MORE_FAILED)
    finally:
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)


async def _settled(services: Services, state: SearchState, asking: Asking) -> SearchState:
    """The state after arXiv has answered or failed, or was waited for long enough."""
    if not asking.done():
        log.warning("source_slow", source="arXiv", doing="search")
        return await _advised(services, replace(state, arxiv=Arxiv.SLOW))
    try:
        results = asking.result()
    except (SourceError, BadInput) as error:
        log.warning("source_failed", doing="search", error=str(error))
        return await _advised(services, replace(state, arxiv=Arxiv.FAILED))
    return await _advised(services, await _with_arxiv(state, results))


async def _with_arxiv(state: SearchState, results: ArxivResults) -> SearchState:
    start = state.next_start or 0
    hits = await _grown(state, results.papers, Where.ARXIV, start)
    return replace(
        state,
        hits=hits,
        next_start=results.next_start,
        cut=state.cut or results.cut,
        arxiv=Arxiv.ANSWERED,
    )


async def _grown(
    state: SearchState, papers: list[Paper] | tuple[Paper, ...], where: Where, start: int = 0
) -> tuple[Hit, ...]:
    # On a thread, because hostile titles take tens of milliseconds to be read.
    return await asyncio.to_thread(
        grown, state.search, state.hits, papers, where, start=start, seen=state.seen
    )


async def _advised(services: Services, state: SearchState) -> SearchState:
    """With what may have been meant if little was found, and what to leave out if nothing was."""
    corrected = await services.search.corrected(state.search, len(state.hits))
    state = replace(state, corrected=corrected, loosenings=())
    if state.hits or state.search.where is Where.ARXIV:
        return state
    found = await services.search.loosenings(state.search.query)
    return replace(state, loosenings=tuple(found))


async def _page(services: Services, key: str, state: SearchState, page: int) -> PostedView:
    page, hits = hits_of_page(state, page)
    papers = await services.search.latest(hits)
    # On a thread, because hostile titles take tens of milliseconds to be made safe.
    return await asyncio.to_thread(search_view, state, key, page, papers)
