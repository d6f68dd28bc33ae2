"""The environment of the demo's bot."""

import os
import re
from pathlib import Path

from sandbox.arxiv.app import ArxivSandbox
from sandbox.discord.app import DiscordSandbox

# What the demo's bot translates with: our own translations of the invented sample papers.
_TRANSLATIONS = Path(__file__).parent / "arxiv" / "translations"
_PROVIDERS = re.compile(
    "PAPERBOY_(?:SUMMARIZER|TRANSLATOR|CHAT_|DEEPL_|LIBRETRANSLATE_|EMBEDDINGS_|BUDGET_"
    "|DIGEST_MODEL_WAIT|STALL_MONITOR)"
)


def provider_settings() -> dict[str, str]:
    """Of the caller's settings, those that say who summarizes, translates and embeds, and within
    what."""
    return {k: v for k, v in os.environ.items() if _PROVIDERS.match(k)}


def bot_environment(
    discord: DiscordSandbox, arxiv: ArxivSandbox, folder: Path, token: str, scholar: str = ""
) -> dict[str, str]:
    """The environment that points the bot at the sandboxes and their clock.

    `scholar` is the address of a Semantic Scholar; without one, none is asked.
    """
    kept = {k: v for k, v in os.environ.items() if not k.startswith("PAPERBOY_")}
    if _TRANSLATIONS.is_dir():
        kept["PAPERBOY_TRANSLATION_MEMORY"] = str(_TRANSLATIONS)
    if scholar:
        kept["PAPERBOY_SEMANTIC_SCHOLAR_URL"] = scholar
    else:
        kept["PAPERBOY_SEMANTIC_SCHOLAR"] = "false"
    return kept | {
        "PAPERBOY_DISCORD_TOKEN": token,
        "PAPERBOY_DISCORD_API_BASE": discord.api_base,
        "PAPERBOY_ARXIV_API_URL": arxiv.api_url,
        "PAPERBOY_ARXIV_FEED_URL": arxiv.feed_url,
        "PAPERBOY_ARXIV_OAI_URL": arxiv.oai_url,
        "PAPERBOY_ARXIV_INTERVAL": "0",
        "PAPERBOY_CLOCK_URL": f"{discord.url}/control/clock",
        "PAPERBOY_DATA_DIR": str(folder / "data"),
        "PAPERBOY_LOG_FORMAT": "json",
    }
