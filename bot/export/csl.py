"""Bookmarks as CSL-JSON, which Zotero, Pandoc and citeproc read.

https://github.com/citation-style-language/schema/blob/master/schemas/input/csl-data.json
"""

import json
from typing import Any

from bot.export.citations import Citation, lines_of, readable
from bot.text.names import AuthorName


def csl_item(one: Citation) -> str:
    """An item as JSON on one line. The person's note is `note`."""
    return json.dumps(_item(one), ensure_ascii=False)


def _item(one: Citation) -> dict[str, Any]:
    paper, journal = one.paper, one.journal
    item: dict[str, Any] = {
        "id": one.key,
        "type": "article-journal" if one.is_published else "article",
        "title": one.title,
        "author": [_name(author) for author in one.authors],
        "issued": {"date-parts": [list(one.issued)]},
        "number": f"arXiv:{paper.id}",
        "URL": one.url,
        "abstract": readable(paper.abstract),
        "note": "\n".join(lines_of(one.bookmark.note)),
    }
    if one.is_published:
        # A number would be taken for the journal's issue.
        del item["number"]
        item["archive"] = "arXiv"
        item["archive_location"] = paper.id
        item["DOI"] = one.doi
    else:
        item |= {"genre": "preprint", "publisher": "arXiv"}
    if journal is not None:
        item |= {
            "container-title": journal.name,
            "volume": journal.volume,
            "issue": journal.number,
            "page": journal.pages,
        }
    if paper.withdrawn:
        item["status"] = "withdrawn"
    return {name: value for name, value in item.items() if value}


def _name(author: AuthorName) -> dict[str, str]:
    if not author.given:
        return {"literal": author.surname}
    name = {"family": author.surname, "given": " ".join(author.given)}
    return name | {"suffix": author.suffix} if author.suffix else name
