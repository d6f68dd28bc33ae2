"""The connection to Discord: events in, nothing of our own logic."""

import asyncio
from typing import Any

import aiohttp
import discord
import structlog
import yarl
from discord.ext import commands
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot.logs import incident_id
from bot.services import Services
from bot.services.reacting import Reaction, asked_by
from bot.settings import EXAMPLES, Settings
from bot.tree import PaperboyTree
from bot.ui.buttons import POSTED_BUTTONS
from bot.ui.command_sync import CommandSync
from bot.ui.command_texts import CommandTexts
from bot.ui.reactions import ReactionQueue
from bot.ui.unanswered import end_politely, is_known

log = structlog.get_logger(__name__)

COGS = (
    "cogs.subscribe",
    "cogs.subscriptions",
    "cogs.digest",
    "cogs.papers",
    "cogs.menus",
    "cogs.translate",
    "cogs.glossary",
    "cogs.search",
    "cogs.bookmarks",
    "cogs.why",
    "cogs.info",
    "cogs.privacy",
)
"""The modules of commands, in the order in which they are loaded."""


def use_api(base: str) -> None:
    """Send all requests to the API at `base`, Discord's own or a compatible server's.

    The gateway's address comes from that server. Addresses of pictures stay as they are.
    """
    Route.BASE = base


def intents() -> discord.Intents:
    """What the bot hears of: servers and channels, and reactions there and in direct messages."""
    return discord.Intents(guilds=True, guild_reactions=True, dm_reactions=True)


class PaperboyClient(commands.AutoShardedBot):
    """The bot as Discord sees it. Keeps neither messages nor members in memory.

    `services` are used by commands and buttons. `ready` is set once Discord has told of all
    servers, `new_session` each time that it begins a session anew and tells nothing of what was
    before; whoever waits for that clears it. `guild_ready_timeout` is for how many seconds after
    connecting the library waits for more servers to come in.
    """

    def __init__(
        self,
        *,
        settings: Settings,
        services: Services,
        guild_ready_timeout: float = 2.0,
        extensions: tuple[str, ...] = COGS,
    ) -> None:
        use_api(settings.discord_api_base)
        # Nothing is ever said aloud here, so missing voice libraries are no news.
        discord.VoiceClient.warn_nacl = False
        discord.VoiceClient.warn_dave = False
        # Without `max_ratelimit_timeout`: with it, the library refuses a request whose bucket's
        # window ends later than that, also while the bucket has requests left.
        super().__init__(
            command_prefix=commands.when_mentioned,
            help_command=None,
            tree_cls=PaperboyTree,
            intents=intents(),
            allowed_mentions=discord.AllowedMentions.none(),
            max_messages=None,
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            guild_ready_timeout=guild_ready_timeout,
        )
        self.settings = settings
        self.services = services
        self.ready = asyncio.Event()
        self.new_session = asyncio.Event()
        self._to_load = extensions
        self.reactions = ReactionQueue(services.reactions.reacted)
        self._farewells: set[asyncio.Task[None]] = set()

    @property
    def connected(self) -> bool:
        """Whether every shard is connected and ready."""
        return (
            not self.is_closed()
            and self.is_ready()
            and bool(self.shards)
            and not any(shard.is_closed() for shard in self.shards.values())
        )

    async def setup_hook(self) -> None:
        """Before the gateway: load the commands, know the buttons, register what changed."""
        if self.settings.discord_api_base != EXAMPLES["discord_api_base"]:
            # After an invalid session the library identifies at its default gateway, Discord's.
            _, gateway, _ = await self.http.get_bot_gateway()
            DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(gateway)
        self.reactions.start()
        self.add_dynamic_items(*POSTED_BUTTONS)
        for extension in self._to_load:
            await self.load_extension(extension)
        await self.tree.set_translator(CommandTexts())
        sync = CommandSync(self.tree, self.settings.data_dir, self.settings.discord_api_base)
        try:
            await sync.run(self.application_id or 0)
        except (discord.DiscordException, aiohttp.ClientError, OSError, TimeoutError):
            # Digests and buttons work without: better a bot with the commands of yesterday.
            log.exception("commands_not_registered", incident=incident_id())

    def dispatch(self, event_name: str, /, *args: Any, **kwargs: Any) -> None:
        # Here, and not in a listener, because here it is still to be seen who answers.
        if event_name == "interaction" and not is_known(self, args[0]):
            farewell = asyncio.create_task(end_politely(args[0]), name="expired")
            self._farewells.add(farewell)
            farewell.add_done_callback(self._farewells.discard)
        super().dispatch(event_name, *args, **kwargs)

    async def on_ready(self) -> None:
        # Also servers with an outage are in the list, so who is not in it has removed the bot.
        # First, so that nothing is posted into them.
        try:
            await self.services.departures.present([guild.id for guild in self.guilds])
        finally:
            self.ready.set()
            self.new_session.set()

    async def on_guild_join(self, guild: discord.Guild) -> None:
        log.info("server_joined", guild=guild.id, members=guild.member_count)
        await self.services.departures.joined(guild.id)

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        # The library calls this for removals only; an outage is `on_guild_unavailable`.
        log.info("server_left", guild=guild.id)
        await self.services.departures.left(guild.id)

    async def on_message(self, message: discord.Message, /) -> None:
        """Nothing is done with messages: all commands are slash commands."""

    async def on_raw_reaction_add(self, payload: discord.RawReactionActionEvent) -> None:
        is_bots = payload.member is not None and payload.member.bot
        # Who wrote the message is told for additions only, and saves a look into the database.
        own_id = self.user.id if self.user is not None else None
        is_others = payload.message_author_id not in {None, own_id}
        if not is_bots and not is_others:
            self._reacted(payload, added=True)

    async def on_raw_reaction_remove(self, payload: discord.RawReactionActionEvent) -> None:
        self._reacted(payload, added=False)

    def _reacted(self, payload: discord.RawReactionActionEvent, *, added: bool) -> None:
        # Nothing is awaited before this point, so events come here in the order of arrival.
        is_own = self.user is not None and payload.user_id == self.user.id
        asks = asked_by(payload.emoji.name) if payload.emoji.id is None else None
        if asks is None or is_own:
            return
        # Removals do not tell whether it was another bot's: there is nothing of its to remove.
        channel = self.get_channel(payload.channel_id)
        parent_id = channel.parent_id if isinstance(channel, discord.Thread) else None
        self.reactions.put(
            Reaction(payload.user_id, payload.message_id, asks, added, parent_id=parent_id)
        )

    async def on_error(self, event_method: str, /, *args: Any, **kwargs: Any) -> None:
        del args, kwargs  # they may hold what people wrote
        log.exception("event_failed", incident=incident_id(), event=event_method)

    async def close(self) -> None:
        """Finish what has arrived, and disconnect. May be called twice."""
        await self.reactions.settle()
        await super().close()
        await self.reactions.close()
        await asyncio.gather(*self._farewells, return_exceptions=True)
