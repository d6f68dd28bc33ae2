"""Related papers: asking for them, and the list in pages, each with why it is there."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from bot.i18n import commas, listed, number, t, tn
from bot.models import Paper, RelatedPaper
from bot.store.lists import StoredList
from bot.ui import custom_ids
from bot.ui.answers import answer
from bot.ui.panels import note, page_count
from bot.ui.paper_facts import author_name, linked
from bot.ui.paper_lists import PAGE_SIZE, ListEntry, list_view
from bot.ui.posted_buttons import PostedButton
from bot.ui.presses import Interaction, patiently, services_of
from bot.ui.views import PostedView
from bot.ui.words import moment, safe

KIND = "related"
_TITLE, _TERM = 150, 40


async def show_related(interaction: Interaction, paper: Paper) -> None:
    """Answer with the papers like this one, privately."""
    view = await patiently(
        interaction,
        related_view(interaction, paper),
        source=t("My archive"),
        retry=custom_ids.related(paper, custom_ids.NO_KEY),
    )
    await answer(interaction, view)


async def related_view(interaction: Interaction, paper: Paper) -> PostedView:
    """The first page of the papers like this one; the list is kept for its other pages."""
    services = services_of(interaction)
    found = await services.related.related(paper)
    few = await services.related.few()
    if not found:
        return _none(paper, few)
    state = {
        "id": paper.id,
        "version": paper.version,
        "few": few,
        "found": [_entry_values(related) for related in found],
    }
    kept = await services.lists.keep(interaction.user.id, KIND, state, services.clock.now())
    return await related_page(interaction, kept, 0)


async def related_page(interaction: Interaction, stored: StoredList, page: int) -> PostedView:
    """A page of a list that was kept; one too far is the last one."""
    services = services_of(interaction)
    found: Sequence[Mapping[str, Any]] = stored.state["found"]
    page = min(page, page_count(len(found), PAGE_SIZE) - 1)
    shown = found[page * PAGE_SIZE : (page + 1) * PAGE_SIZE]
    paper = await services.papers.get(stored.state["id"], stored.state["version"])
    papers = {values["id"]: await services.papers.get(values["id"]) for values in shown}
    few: int | None = stored.state["few"]

    def made() -> PostedView:
        return list_view(
            t("**Papers like** {title}", title=linked(paper.title, paper.abs_url, _TITLE)),
            [ListEntry(papers[v["id"]], _why(papers[v["id"]], v)) for v in shown],
            page,
            len(found),
            lambda target, place: custom_ids.list_page(stored.key, target, place),
            footer=f"-# {_too_few(few)}" if few is not None else "",
        )

    # On a thread, because hostile titles take tens of milliseconds to be made safe.
    return await asyncio.to_thread(made)


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


def _none(paper: Paper, few: int | None) -> PostedView:
    said = t(
        "I found nothing like {title} among the newest papers of my archive. "
        "`/search` looks at arXiv too.",
        title=linked(paper.title, paper.abs_url, _TITLE),
    )
    return note(f"{said}\n-# {_too_few(few)}" if few is not None else said)


def _too_few(held: int) -> str:
    return tn(
        "My archive holds only {n} paper so far, so there is little to compare with.",
        "My archive holds only {n} papers so far, so there is little to compare with.",
        held,
    )


def _entry_values(related: RelatedPaper) -> dict[str, Any]:
    return {
        "id": related.paper.id,
        "score": related.score,
        "terms": list(related.terms),
        "authors": list(related.authors),
        "source": related.source,
    }


def _why(paper: Paper, values: Mapping[str, Any]) -> tuple[str, ...]:
    """The lines about why a paper is in the list."""
    score = t("Likeness {score} of 100", score=number(values["score"]))
    about = [score, paper.primary_category, moment(paper.published, "D") if paper.published else ""]
    lines = [" · ".join(part for part in about if part)]
    if terms := [safe(term, _TERM) for term in values["terms"]]:
        lines.append(t("Both are about: {terms}", terms=commas(terms)))
    if authors := [name for author in values["authors"] if (name := author_name(author))]:
        lines.append(t("Both are by {authors}", authors=listed(authors)))
    if source := safe(values["source"], _TERM):
        lines.append(t("Recommended by {source}", source=source))
    return tuple(lines)
