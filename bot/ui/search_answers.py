"""Answering a search: what the archive has at once, what arXiv finds when it comes."""

import asyncio
from dataclasses import replace

import structlog

from bot.errors import BadInput, SourceError
from bot.models import Paper
from bot.services import Services
from bot.services.searching import Search, Where, merged
from bot.store.lists import StoredList
from bot.ui.answers import answer
from bot.ui.presses import Interaction, in_time, services_of
from bot.ui.search_state import KIND, Arxiv, SearchState
from bot.ui.search_views import hits_of_page, search_view
from bot.ui.views import PostedView

log = structlog.get_logger(__name__)

# So long the archive's results wait for arXiv's before they are shown alone.
_TOGETHER_S = 1.5

Asking = asyncio.Task[list[Paper]]


async def answer_search(interaction: Interaction, search: Search, hints: tuple[str, ...]) -> None:
    """Answer with a list in pages, privately.

    While arXiv is slow the archive's results are shown, and the same message is changed when arXiv
    has answered, failed, or taken longer than the setting `reader_patience`.
    """
    services = services_of(interaction)
    asks = search.where is not Where.ARCHIVE and services.search.answerable(search.query)
    asking = asyncio.create_task(services.search.arxiv(search)) if asks else None
    key = ""
    try:
        began = asyncio.get_running_loop().time()
        first, local = await in_time(
            interaction, _first(services, interaction.user.id, search, hints, asking)
        )
        key = first.key
        state = SearchState.of(first.state)
        await answer(interaction, await _page(services, first, state, 0))
        if asking is None or state.arxiv is not Arxiv.ASKING:
            return
        spent = asyncio.get_running_loop().time() - began
        await asyncio.wait({asking}, timeout=services.settings.reader_patience - spent)
        if interaction.client.is_closed():
            return
        state = await _settled(services, state, local, asking)
        await services.lists.change(first.key, state.values())
        page = services.search.pages_shown.get(first.key, 0)
        await answer(interaction, await _page(services, first, state, page))
    finally:
        services.search.pages_shown.pop(key, None)
        if asking is not None:
            asking.cancel()
            await asyncio.gather(asking, return_exceptions=True)


async def search_page(interaction: Interaction, stored: StoredList, page: int) -> PostedView:
    """A page of a search, for its page buttons."""
    services = services_of(interaction)
    state = SearchState.of(stored.state)
    if state.arxiv is Arxiv.ASKING:
        if stored.key in services.search.pages_shown:
            services.search.pages_shown[stored.key] = page
        else:  # the bot was restarted meanwhile
            state = replace(state, arxiv=Arxiv.SLOW)
    return await _page(services, stored, state, page)


async def ask_again(interaction: Interaction, stored: StoredList, page: int) -> PostedView:
    """Ask arXiv (again) for a search, and show both results.

    Raises BadInput, SourceUnavailable or SourceGarbled.
    """
    services = services_of(interaction)
    state = SearchState.of(stored.state)
    search = state.search
    if search.where is Where.ARCHIVE:
        search = replace(search, where=Where.BOTH)
    remote = await services.search.arxiv(search)
    local = [] if search.where is Where.ARXIV else await services.search.archive(search)
    answerable = services.search.answerable(search.query)
    state = replace(
        state,
        search=search,
        hits=merged(search, local, remote),
        arxiv=Arxiv.ANSWERED if answerable else Arxiv.ENGLISH_ONLY,
    )
    await services.lists.change(stored.key, state.values())
    return await _page(services, stored, state, page)


async def _first(
    services: Services,
    user_id: int,
    search: Search,
    hints: tuple[str, ...],
    asking: Asking | None,
) -> tuple[StoredList, list[Paper]]:
    """What can be shown soon, kept as a list; and what the archive has."""
    local = [] if search.where is Where.ARXIV else await services.search.archive(search)
    state = SearchState(search, merged(search, local, ()), hints=hints)
    if asking is not None:
        await asyncio.wait({asking}, timeout=_TOGETHER_S)
        if asking.done():
            state = await _settled(services, state, local, asking)
        else:
            state = replace(state, arxiv=Arxiv.ASKING)
    else:
        if search.where is not Where.ARCHIVE:
            state = replace(state, arxiv=Arxiv.ENGLISH_ONLY)
        state = await _loosened(services, state)
    kept = await services.lists.keep(user_id, KIND, state.values(), services.clock.now())
    if state.arxiv is Arxiv.ASKING:
        services.search.pages_shown[kept.key] = 0
    return kept, local


async def _settled(
    services: Services, state: SearchState, local: list[Paper], asking: Asking
) -> SearchState:
    """The state after arXiv has answered or failed, or was waited for long enough."""
    if not asking.done():
        log.warning("source_slow", source="arXiv", doing="search")
        return await _loosened(services, replace(state, arxiv=Arxiv.SLOW))
    try:
        remote = asking.result()
    except (SourceError, BadInput) as error:
        log.warning("source_failed", doing="search", error=str(error))
        return await _loosened(services, replace(state, arxiv=Arxiv.FAILED))
    hits = merged(state.search, local, remote)
    return await _loosened(services, replace(state, hits=hits, arxiv=Arxiv.ANSWERED))


async def _loosened(services: Services, state: SearchState) -> SearchState:
    """With advice on what to leave out, if nothing was found."""
    if state.hits or state.search.where is Where.ARXIV:
        return state
    found = await services.search.loosenings(state.search.query)
    return replace(state, loosenings=tuple(found))


async def _page(
    services: Services, stored: StoredList, state: SearchState, page: int
) -> PostedView:
    page, hits = hits_of_page(state, page)
    papers = await services.search.latest(hits)
    # On a thread, because hostile titles take tens of milliseconds to be made safe.
    return await asyncio.to_thread(search_view, state, stored.key, page, papers)
