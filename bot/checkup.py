"""`paperboy check`: each thing the bot needs, its verdict, and what to do."""

import asyncio
import os
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import discord
import httpx
from rich.console import Console
from sqlalchemy.exc import DBAPIError

from bot.checkup_findings import Finding, Verdict
from bot.checkup_providers import provider_findings
from bot.client import use_api
from bot.errors import AlreadyRunning, SettingsError, SourceError, SourceGarbled, StoreError
from bot.exits import Exit
from bot.lock import FolderLock
from bot.models import Subscription, SubscriptionState
from bot.settings import Settings
from bot.sources.bundle import ArxivSources
from bot.store.database import Database, file_of
from bot.store.search_index import SearchIndex
from bot.store.subscriptions import SubscriptionStore
from bot.ui.permissions import missing_permissions

_TIMEOUT_S = 15.0
_CLOCK_SLACK_S = 30.0
# Any paper serves to see whether the API answers; this one has been there since 2007.
_KNOWN_PAPER = "0704.0001"
_KNOWN_CATEGORY = "cs.CL"


_COLORS = {Verdict.OK: "green", Verdict.WARNING: "yellow", Verdict.FAILED: "red"}


async def checkup(settings: Settings, console: Console) -> Exit:
    """Run all checks and print each as it ends. Returns OK unless one failed."""
    failed = False
    async for finding in _findings(settings):
        failed |= finding.verdict is Verdict.FAILED
        console.print(f"{finding.verdict:<8}", style=_COLORS[finding.verdict], end="")
        console.print(f"{finding.subject:<12}", end=" ")
        console.print(finding.detail, markup=False, soft_wrap=True)
    return Exit.UNEXPECTED if failed else Exit.OK


async def _findings(settings: Settings) -> AsyncIterator[Finding]:
    yield await asyncio.to_thread(_data_folder, settings)
    database, subscriptions = await _database(settings)
    yield database
    async for finding in _discord(settings, subscriptions):
        yield finding
    async for finding in _sources(settings):
        yield finding
    async for finding in provider_findings(settings):
        yield finding
    yield await _clock(settings)


def _data_folder(settings: Settings) -> Finding:
    folder = settings.data_dir
    lock = FolderLock(folder)
    try:
        lock.acquire()
    except AlreadyRunning:
        return Finding("data folder", Verdict.OK, f"{folder} is in use by a running Paperboy.")
    except StoreError as error:
        return Finding("data folder", Verdict.FAILED, str(error))
    lock.release()
    return Finding("data folder", Verdict.OK, f"{folder} can be written.")


async def _database(settings: Settings) -> tuple[Finding, list[Subscription]]:
    path = file_of(settings.database)
    if not path.exists():
        detail = f"{path} is not there yet; the first run makes it."
        return Finding("database", Verdict.OK, detail), []
    try:
        problem = await asyncio.to_thread(_integrity, os.fspath(path))
        if problem:
            detail = f"{path} is damaged ({problem}); restore the last backup."
            return Finding("database", Verdict.FAILED, detail), []
        database = await Database.open(settings.database, backups=settings.data_dir / "backups")
        try:
            subscriptions = await SubscriptionStore(database).all()
            searchable = await SearchIndex(database).check()
        finally:
            await database.close()
    except StoreError as error:
        return Finding("database", Verdict.FAILED, str(error)), []
    except DBAPIError as error:
        detail = f"{path} cannot be read and written ({error.orig}). Is another program using it?"
        return Finding("database", Verdict.FAILED, detail), []
    except sqlite3.Error as error:
        detail = f"{path} cannot be read ({error}); restore the last backup."
        return Finding("database", Verdict.FAILED, detail), []
    active = sum(s.state is SubscriptionState.ACTIVE for s in subscriptions)
    detail = f"{path} is sound: {len(subscriptions)} subscriptions, {active} active."
    if not searchable:
        detail += (
            " But its search index was damaged: the running bot makes it anew, "
            "and searches find little until it has."
        )
        return Finding("database", Verdict.WARNING, detail), subscriptions
    return Finding("database", Verdict.OK, detail), subscriptions


def _integrity(path: str) -> str | None:
    with closing(sqlite3.connect(path, timeout=_TIMEOUT_S)) as connection:
        (answer,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    return None if answer == "ok" else " ".join(str(answer).split())


async def _discord(settings: Settings, subscriptions: list[Subscription]) -> AsyncIterator[Finding]:
    try:
        token = settings.token()
    except SettingsError as error:
        yield Finding("token", Verdict.FAILED, str(error))
        return
    use_api(settings.discord_api_base)
    client = discord.Client(intents=discord.Intents(guilds=True))  # it warns without
    try:
        async with asyncio.timeout(_TIMEOUT_S):
            await client.login(token)
    except discord.LoginFailure:
        detail = (
            "Discord refuses the token; copy it anew from the Bot page of the developer portal "
            "into PAPERBOY_DISCORD_TOKEN."
        )
        yield Finding("token", Verdict.FAILED, detail)
        await client.close()
        return
    except (TimeoutError, OSError, discord.DiscordException) as error:
        detail = f"{settings.discord_api_base} does not answer ({error!r}); check the network."
        yield Finding("discord", Verdict.FAILED, detail)
        await client.close()
        return
    try:
        yield Finding("token", Verdict.OK, f"It belongs to {client.user}.")
        by_guild: dict[int, list[Subscription]] = {}
        for subscription in subscriptions:
            by_guild.setdefault(subscription.draft.guild_id, []).append(subscription)
        for guild_id, of_guild in by_guild.items():
            async for finding in _permissions(client, guild_id, of_guild, settings):
                yield finding
    finally:
        await client.close()


async def _permissions(
    client: discord.Client, guild_id: int, subscriptions: list[Subscription], settings: Settings
) -> AsyncIterator[Finding]:
    try:
        async with asyncio.timeout(_TIMEOUT_S):
            guild = await client.fetch_guild(guild_id)
            me = await guild.fetch_member(client.user.id if client.user else 0)
            channels = {channel.id: channel for channel in await guild.fetch_channels()}
    except discord.HTTPException as error:
        detail = f"Server {guild_id} cannot be read ({error.text}); was the bot removed from it?"
        yield Finding("permissions", Verdict.WARNING, detail)
        return
    except (TimeoutError, OSError):
        yield Finding("permissions", Verdict.WARNING, f"Server {guild_id} does not answer.")
        return
    for subscription in subscriptions:
        name = f"subscription {subscription.id} in {guild.name}"
        channel = channels.get(subscription.draft.channel_id)
        if not isinstance(channel, discord.TextChannel):
            detail = f"{name}: its channel is gone; remove it, and subscribe another channel."
            yield Finding("permissions", Verdict.FAILED, detail)
            continue
        missing = missing_permissions(
            channel, me, subscription.draft.layout, hint=settings.bookmark_hint
        )
        if missing:
            detail = f"{name}: grant {', '.join(missing)} in #{channel.name}."
            yield Finding("permissions", Verdict.FAILED, detail)
        elif subscription.state is SubscriptionState.BROKEN:
            detail = f"{name} was stopped: {subscription.problem} Resume it with /subscriptions."
            yield Finding("permissions", Verdict.WARNING, detail)
        else:
            yield Finding("permissions", Verdict.OK, f"{name}: #{channel.name} has all it needs.")


async def _sources(settings: Settings) -> AsyncIterator[Finding]:
    # One try each, and a limiter of its own: a failing check must not slow a running bot down.
    sources = ArxivSources.open(settings, attempts=1, shared=False)
    try:
        for name, address, ask in (
            ("arXiv feed", settings.arxiv_feed_url, _ask_feed),
            ("arXiv API", settings.arxiv_api_url, _ask_api),
            ("arXiv OAI", settings.arxiv_oai_url, _ask_oai),
        ):
            try:
                yield Finding(name, Verdict.OK, await ask(sources, address))
            except SourceError as error:
                detail = f"{address}: {error}. Digests wait for it; nothing is lost."
                yield Finding(name, Verdict.FAILED, detail)
    finally:
        await sources.close()


async def _ask_feed(sources: ArxivSources, _: str) -> str:
    batch = await sources.feed.fetch(_KNOWN_CATEGORY)
    if batch is None:
        return "It answers."
    return f"{_KNOWN_CATEGORY} of {batch.day} holds {len(batch.entries)} papers."


async def _ask_api(sources: ArxivSources, _: str) -> str:
    await sources.api.papers([_KNOWN_PAPER])
    return "It answers."


async def _ask_oai(sources: ArxivSources, address: str) -> str:
    answer = await sources.http.get("arXiv OAI-PMH", address, params={"verb": "Identify"})
    if b"<Identify>" not in answer.body:
        raise SourceGarbled("arXiv OAI-PMH", "the answer is not that of an OAI-PMH server")
    return "It answers."


async def _clock(settings: Settings) -> Finding:
    try:
        async with httpx.AsyncClient(timeout=_TIMEOUT_S) as client:
            before = datetime.now(UTC)
            answer = await client.get(f"{settings.discord_api_base}/gateway")
        theirs = parsedate_to_datetime(answer.headers["Date"])
    except (httpx.HTTPError, KeyError, ValueError) as error:
        return Finding("clock", Verdict.WARNING, f"It could not be compared ({error!r}).")
    skew = (before - theirs).total_seconds()
    if abs(skew) > _CLOCK_SLACK_S:
        detail = f"It differs from Discord's by {skew:.0f} s; turn on time synchronization (NTP)."
        return Finding("clock", Verdict.FAILED, detail)
    return Finding("clock", Verdict.OK, f"It agrees with Discord's within {abs(skew) + 1:.0f} s.")
