"""A person's bookmarks as they see them."""

from collections.abc import Sequence

from bot.models import Bookmark, Paper
from bot.ui.panels import CustomId, note, page_buttons, page_count, panel
from bot.ui.paper_facts import linked
from bot.ui.views import PostedView
from bot.ui.words import count, fit, moment

PAGE_SIZE = 10
_ROOM_FOR_LIST = 3_500
_TITLE_LIMIT = 180


def bookmarks_view(
    entries: Sequence[tuple[Bookmark, Paper]], number: int, total: int, custom_id: CustomId
) -> PostedView:
    """Page `number` (from 0) of a person's bookmarks, the newest first."""
    if not total:
        return note(
            "You have no bookmarks yet. React with 🔖 to a paper, or press its Bookmark button."
        )
    pages = page_count(total, PAGE_SIZE)
    lines = [
        f"{place}. {linked(paper.title, paper.abs_url, _TITLE_LIMIT)}\n"
        f"-# {paper.versioned_id} · {moment(bookmark.created_at, 'D')}"
        for place, (bookmark, paper) in enumerate(entries, number * PAGE_SIZE + 1)
    ]
    heading = f"### {count(total, 'bookmark')}"
    if pages > 1:
        heading += f"\n-# Page {number + 1} of {pages}"
    return panel([heading, fit(lines, _ROOM_FOR_LIST)], [page_buttons(custom_id, number, pages)])
