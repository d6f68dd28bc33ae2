"""Related papers: asking for them, and the list in pages, each with why it is there."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import structlog

from bot.errors import SourceError, SourceUnavailable
from bot.i18n import commas, listed, number, t, tn
from bot.models import Paper, RelatedPaper
from bot.services import Services
from bot.services.relating import merged
from bot.store.lists import StoredList
from bot.ui import custom_ids
from bot.ui.answers import answer
from bot.ui.panels import note, page_count
from bot.ui.paper_facts import author_name, linked
from bot.ui.paper_lists import PAGE_SIZE, ListEntry, list_view
from bot.ui.posted_buttons import PostedButton
from bot.ui.presses import Interaction, patiently, services_of
from bot.ui.related_state import KIND, Entry, RelatedState, Service, entries
from bot.ui.views import PostedView
from bot.ui.words import moment, safe

log = structlog.get_logger(__name__)

# So long the archive's papers wait for the recommended ones before they are shown alone.
_TOGETHER_S = 1.5
_TITLE, _TERM = 150, 40
_TOO_MANY = 429
# Whose data is shown is said with a link: https://www.semanticscholar.org/product/api/license
_SITES = {"Semantic Scholar": "https://www.semanticscholar.org"}

Asking = asyncio.Task[list[RelatedPaper]]


async def show_related(interaction: Interaction, paper: Paper) -> None:
    """Answer with the papers like this one, privately.

    While the service that recommends papers is slow the archive's are shown, and the same message
    is changed when the service has answered, failed, or taken longer than `reader_patience`.
    """
    services = services_of(interaction)
    asking = _asking(services, paper)
    key = ""
    try:
        began = asyncio.get_running_loop().time()
        first, local = await patiently(
            interaction,
            _first(services, interaction.user.id, paper, asking),
            source=t("My archive"),
            retry=custom_ids.related(paper, custom_ids.NO_KEY),
        )
        key = first.key
        state = RelatedState.of(first.state)
        await answer(interaction, await _page(services, first.key, state, 0))
        if asking is None or state.service is not Service.ASKING:
            return
        spent = asyncio.get_running_loop().time() - began
        await asyncio.wait({asking}, timeout=services.settings.reader_patience - spent)
        if interaction.client.is_closed():
            return
        state = _settled(state, local, asking)
        await services.lists.change(first.key, state.values())
        page = services.related.pages_shown.get(first.key, 0)
        await answer(interaction, await _page(services, first.key, state, page))
    finally:
        services.related.pages_shown.pop(key, None)
        await _ended(asking)


async def related_view(interaction: Interaction, paper: Paper) -> PostedView:
    """The first page of the papers like this one, with what is recommended soon; the list is kept
    for its other pages."""
    services = services_of(interaction)
    asking = _asking(services, paper)
    try:
        kept, local = await _first(services, interaction.user.id, paper, asking)
        state = RelatedState.of(kept.state)
        if asking is not None and state.service is Service.ASKING:
            services.related.pages_shown.pop(kept.key, None)
            state = _settled(state, local, asking)
            await services.lists.change(kept.key, state.values())
        return await _page(services, kept.key, state, 0)
    finally:
        await _ended(asking)


async def related_page(interaction: Interaction, stored: StoredList, page: int) -> PostedView:
    """A page of a list that was kept; one too far is the last one."""
    services = services_of(interaction)
    state = RelatedState.of(stored.state)
    if state.service is Service.ASKING:
        if stored.key in services.related.pages_shown:
            services.related.pages_shown[stored.key] = page
        # Read after that: who settles the list writes it first and looks for the page then.
        stored = await services.lists.get(stored.key) or stored
        state = RelatedState.of(stored.state)
        if state.service is Service.ASKING and stored.key not in services.related.pages_shown:
            state = replace(state, service=Service.SLOW)  # the bot was restarted meanwhile
    return await _page(services, stored.key, state, page)


class RelatedButton(PostedButton, template=custom_ids.RELATED):
    """Shows privately which papers are like the card's."""

    doing = "related papers"

    async def press(self, interaction: Interaction) -> None:
        wanted = self.found["paper"], int(self.found["version"])
        paper = await patiently(
            interaction,
            services_of(interaction).papers.get(*wanted),
            source="arXiv",
            retry=self.found.string,
        )
        await show_related(interaction, paper)


def _asking(services: Services, paper: Paper) -> Asking | None:
    if not services.related.source:
        return None
    return asyncio.create_task(services.related.recommended(paper), name=f"related: {paper.id}")


async def _ended(asking: Asking | None) -> None:
    """Wait no longer. What the service was asked goes on, and is kept for the next reader."""
    if asking is not None:
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)


async def _first(
    services: Services, user_id: int, paper: Paper, asking: Asking | None
) -> tuple[StoredList, list[RelatedPaper]]:
    """What can be shown soon, kept as a list; and what the archive has."""
    began = asyncio.get_running_loop().time()
    local = await services.related.related(paper)
    few = await services.related.few()
    source = services.related.source
    state = RelatedState(paper.id, paper.version, entries(local), few, source=source)
    if asking is not None:
        together = min(_TOGETHER_S, services.settings.reader_patience / 2)
        spent = asyncio.get_running_loop().time() - began
        await asyncio.wait({asking}, timeout=max(0.0, together - spent))
        if asking.done():
            state = _settled(state, local, asking)
        else:
            state = replace(state, service=Service.ASKING)
    kept = await services.lists.keep(user_id, KIND, state.values(), services.clock.now())
    if state.service is Service.ASKING:
        services.related.pages_shown[kept.key] = 0
    return kept, local


def _settled(state: RelatedState, local: Sequence[RelatedPaper], asking: Asking) -> RelatedState:
    """The state after the service has answered or failed, or was waited for long enough."""
    if not asking.done():
        log.warning("source_slow", source=state.source, doing="related papers")
        return replace(state, service=Service.SLOW)
    try:
        recommended = asking.result()
    except SourceError as error:
        log.warning("source_failed", doing="related papers", error=str(error))
        return replace(state, service=Service.BUSY if _is_busy(error) else Service.FAILED)
    return replace(state, found=entries(merged(local, recommended)), service=Service.ANSWERED)


def _is_busy(error: SourceError) -> bool:
    """Whether the service takes no more questions just now, or the bot keeps to its limit."""
    if not isinstance(error, SourceUnavailable):
        return False
    return error.status == _TOO_MANY or error.retry_after is not None


async def _page(services: Services, key: str, state: RelatedState, page: int) -> PostedView:
    paper = await services.papers.get(state.paper_id, state.version)
    page = min(page, page_count(len(state.found), PAGE_SIZE) - 1)
    shown = state.found[page * PAGE_SIZE : (page + 1) * PAGE_SIZE]
    papers = {entry.paper_id: await services.papers.get(entry.paper_id) for entry in shown}

    def made() -> PostedView:
        if not state.found:
            return _none(paper, state)
        return list_view(
            t("**Papers like** {title}", title=linked(paper.title, paper.abs_url, _TITLE)),
            [
                ListEntry(papers[entry.paper_id], why(papers[entry.paper_id], entry))
                for entry in shown
            ],
            page,
            len(state.found),
            lambda target, place: custom_ids.list_page(key, target, place),
            footer=_remarks(state),
        )

    # On a thread, because hostile titles take tens of milliseconds to be made safe.
    return await asyncio.to_thread(made)


def _none(paper: Paper, state: RelatedState) -> PostedView:
    said = t(
        "I found nothing like {title} in my archive. `/search` looks at arXiv too.",
        title=linked(paper.title, paper.abs_url, _TITLE),
    )
    return note("\n".join(part for part in (said, _remarks(state)) if part))


def _remarks(state: RelatedState) -> str:
    """The lines in small print under the list."""
    lines: list[str] = []
    if state.few is not None:
        lines.append(_too_few(state.few))
    source = safe(state.source, _TERM)
    match state.service:
        case Service.ASKING:
            lines.append(t("⏳ Still asking {source} what it recommends…", source=source))
        case Service.SLOW:
            lines.append(t("{source} has not answered yet. Ask again in a while.", source=source))
        case Service.FAILED:
            lines.append(
                t(
                    "{source} did not answer as it should, so this is what my archive has.",
                    source=source,
                )
            )
        case Service.BUSY:
            lines.append(
                t(
                    "{source} takes no more questions for a while, so this is what my archive has.",
                    source=source,
                )
            )
        case Service.ANSWERED if not state.recommended:
            lines.append(t("{source} recommends nothing for this paper yet.", source=source))
        case _:
            pass
    if state.recommended:
        site = _SITES.get(state.source)
        lines.append(t("With data from {source}", source=f"[{source}]({site})" if site else source))
    return "\n".join(f"-# {line}" for line in lines)


def _too_few(held: int) -> str:
    return tn(
        "My archive holds only {n} paper so far, so there is little to compare with.",
        "My archive holds only {n} papers so far, so there is little to compare with.",
        held,
    )


def why(paper: Paper, entry: Entry) -> tuple[str, ...]:
    """The lines about why a paper is in the list."""
    score = t("Likeness {score} of 100", score=number(entry.score))
    about = [score, paper.primary_category, _day(paper.published)]
    lines = [" · ".join(part for part in about if part)]
    if source := safe(entry.source, _TERM):
        lines.append(t("Recommended by {source}", source=source))
    if terms := [safe(term, _TERM) for term in entry.terms]:
        lines.append(t("Both are about: {terms}", terms=commas(terms)))
    if authors := [name for author in entry.authors if (name := author_name(author))]:
        lines.append(t("Both are by {authors}", authors=listed(authors)))
    if resources := [safe(resource, _TERM) for resource in entry.resources]:
        lines.append(t("Both name {resources}", resources=listed(resources)))
    return tuple(lines)


def _day(instant: datetime | None) -> str:
    return moment(instant, "D") if instant is not None else ""
