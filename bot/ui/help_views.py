"""The answers of `/help` and `/about`."""

import discord
from discord import ui

from bot.i18n import t
from bot.ui.panels import panel
from bot.ui.views import Item, PostedView


def help_view() -> PostedView:
    """What one can do, by task."""
    return panel(
        [
            t(
                "### Paperboy brings each day's new arXiv papers to Discord\n"
                "Every paper has a card: what it says in one sentence, its key takeaways, and "
                "buttons that work for ever."
            ),
            t(
                "**Read a paper**\n"
                "**Abstract**, **Translate** and **Related** under a card answer only you. "
                "`/paper` opens the card of any arXiv id, link or title. Right-click a message "
                "with an arXiv link, then *Apps*, for the same."
            ),
            t(
                "**Find papers**\n"
                '`/search query: diffusion "protein folding" -survey au:García cat:cs.* '
                "since:2026-01` looks in all I have seen and in arXiv itself. `/related` finds "
                "papers like one that you know."
            ),
            t(
                "**Read in your language**\n"
                "`/translate` shows title and abstract sentence by sentence; `/language` sets "
                "yours. React with a flag such as 🇯🇵 or 🇩🇪 to a card, and the translation comes "
                "into its thread."
            ),
            t(
                "**Keep papers**\n"
                "React with 🔖 or press **Bookmark**. `/bookmarks list`, `search` and `note` are "
                "for you alone; `/bookmarks export` gives BibTeX, RIS, CSL-JSON, CSV or Markdown. "
                "👍 and 👎 count for the channel; `/why` shows them."
            ),
            t(
                "**Bring papers to a channel** (needs Manage Channels)\n"
                "`/subscribe` shows what your rules would have posted before anything is saved. "
                "`/subscriptions` edits, pauses and removes; `/digest preview`, `now` and "
                "`history` look at digests; `/why` tells which rule posted or skipped a paper. "
                "`/glossary` fixes translations of terms (needs Manage Server)."
            ),
            t(
                "**Your data, and the rest**\n"
                "`/privacy export` and `/privacy delete` are about everything I hold about you. "
                "`/status` tells what arXiv announced last, `/about` who made this."
            ),
        ]
    )


def about_view(version: str) -> PostedView:
    """What this is, whom it thanks, and under which license it comes."""
    link: Item = ui.Button(label=t("arXiv"), url="https://arxiv.org")
    license_: Item = ui.Button(
        label=t("MIT license"),
        url="https://opensource.org/license/mit",
        style=discord.ButtonStyle.link,
    )
    return panel(
        [
            t(
                "### Paperboy {version}\n"
                "A self-hosted bot that brings arXiv to Discord. It is open source under the MIT "
                "license, and everything it keeps stays with whoever runs it.",
                version=version,
            ),
            t(
                "Thank you to arXiv for use of its open access interoperability. This product "
                "was not reviewed or approved by, nor does it necessarily express or reflect the "
                "policies or opinions of, arXiv."
            ),
            t(
                "Titles and abstracts are arXiv's descriptive metadata (CC0). Papers belong to "
                "their authors; each card names its license where arXiv tells it and links to "
                "the paper at arXiv. Summaries and translations are made by programs, and each "
                "says by which."
            ),
        ],
        [[link, license_]],
    )
