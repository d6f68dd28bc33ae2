"""`/subscribe`: from rules to a subscription, with a back-test in between."""

import asyncio
from collections.abc import Sequence
from datetime import time

import discord
from discord import app_commands
from discord.app_commands import AppCommandChannel, Choice
from discord.ext import commands

from bot.client import PaperboyClient
from bot.errors import BadInput
from bot.i18n import ENGLISH, t
from bot.languages import language_of
from bot.models import Include, Layout, QuietDays, Rules, SubscriptionDraft
from bot.services import SubscriptionInfo
from bot.ui.admins import ensure_postable, guild_of
from bot.ui.answers import Interaction
from bot.ui.completions import category_choices, timezone_choices
from bot.ui.permissions import require_manage_channels
from bot.ui.readers import chosen_language, language_choices
from bot.ui.sessions import Sessions
from bot.ui.subscribe_dialog import SubscribeDialog
from bot.ui.subscription_form import MOST_PAPERS, SubscriptionTexts, split_time

_LONGEST_TEXT = 2_000
_TARGETS = [discord.ChannelType.text, discord.ChannelType.news]


class TargetChannel(app_commands.Transformer):
    """A text or announcement channel, with the person's permissions in it."""

    @property
    def type(self) -> discord.AppCommandOptionType:
        return discord.AppCommandOptionType.channel

    @property
    def channel_types(self) -> list[discord.ChannelType]:
        return _TARGETS

    async def transform(
        self, interaction: Interaction, value: AppCommandChannel, /
    ) -> AppCommandChannel:
        del interaction
        return value


class Subscribe(commands.Cog):
    """Making subscriptions."""

    def __init__(self, bot: PaperboyClient) -> None:
        self._services = bot.services
        self.sessions = Sessions("subscribe", "subscribe", bot.services.clock)

    async def cog_load(self) -> None:
        # The time zones are read from files once: not while somebody is typing.
        await asyncio.to_thread(timezone_choices, "+0", self._services.clock.now())

    @app_commands.command(description="Bring the new arXiv papers of your choice to a channel")
    @app_commands.describe(
        categories="arXiv categories, separated by commas: cs.CL, cs.LG",
        channel="Where to post; here if you leave it out",
        keywords='Words and "phrases"; a paper with any of them matches',
        authors="Names, separated by commas; José García also finds J. Garcia",
        exclude="Words and phrases that a paper must not have",
        time="When to post, for example 09:00 or 17:30; 09:00 if you leave it out",
        timezone="For example Europe/Berlin; else that of the newest subscription here, or UTC",
        language="What the channel reads, for example Japanese; this server's if you leave it out",
        max_papers="How many papers a digest shows at most; 5 if you leave it out",
        include="Which announcements count; only new papers if you leave it out",
        layout="How a digest looks in the channel",
        quiet_days="What to do on days without a matching paper",
    )
    @app_commands.choices(
        include=[
            Choice(name="New papers only", value=Include.NEW.value),
            Choice(name="New and cross-lists", value=Include.CROSS.value),
            Choice(name="New, cross-lists and replacements", value=Include.REPLACEMENTS.value),
        ],
        layout=[
            Choice(name="One message a paper", value=Layout.MESSAGES.value),
            Choice(name="Papers in a thread", value=Layout.THREAD.value),
        ],
        quiet_days=[
            Choice(name="Say nothing", value=QuietDays.SILENT.value),
            Choice(name="Post one line", value=QuietDays.LINE.value),
        ],
    )
    @app_commands.guild_only()
    @app_commands.allowed_installs(guilds=True)
    @app_commands.default_permissions(manage_channels=True)
    async def subscribe(  # noqa: PLR0917 - the library passes a command's options by name
        self,
        interaction: Interaction,
        categories: app_commands.Range[str, 1, _LONGEST_TEXT],
        channel: app_commands.Transform[AppCommandChannel, TargetChannel] | None = None,
        keywords: app_commands.Range[str, 0, _LONGEST_TEXT] = "",
        authors: app_commands.Range[str, 0, _LONGEST_TEXT] = "",
        exclude: app_commands.Range[str, 0, _LONGEST_TEXT] = "",
        time: app_commands.Range[str, 1, 40] = "09:00",
        timezone: app_commands.Range[str, 0, 60] = "",
        language: app_commands.Range[str, 0, 60] = "",
        max_papers: app_commands.Range[int, 1, MOST_PAPERS] = 5,
        include: str = Include.NEW.value,
        layout: str = Layout.MESSAGES.value,
        quiet_days: str = QuietDays.SILENT.value,
    ) -> None:
        guild = guild_of(interaction)
        target = channel or _here(interaction)
        require_manage_channels(interaction, target)
        infos = await self._services.subscriptions.of_guild(guild.id)
        at, zone = split_time(time)
        texts = SubscriptionTexts(
            categories=categories,
            keywords=keywords,
            exclude=exclude,
            authors=authors,
            time=f"{at} {timezone or zone}".strip(),
            max_papers=str(max_papers),
        )
        draft = texts.apply(
            SubscriptionDraft(
                guild_id=guild.id,
                channel_id=target.id,
                creator_id=interaction.user.id,
                rules=Rules((), include=Include(include)),
                at=_MORNING,
                timezone=_last_used(infos),
                layout=Layout(layout),
                quiet_days=QuietDays(quiet_days),
                language=(
                    chosen_language(language).code if language else _spoken_here(interaction)
                ),
            )
        )
        ensure_postable(interaction, draft, hint=self._services.settings.bookmark_hint)
        await interaction.response.defer(ephemeral=True, thinking=True)
        session = self.sessions.open(interaction.user.id)
        await SubscribeDialog(self._services, session, draft).begin(interaction)

    @subscribe.autocomplete("categories")
    async def complete_categories(self, interaction: Interaction, typed: str) -> list[Choice[str]]:
        del interaction
        return category_choices(typed)

    @subscribe.autocomplete("timezone")
    async def complete_timezone(self, interaction: Interaction, typed: str) -> list[Choice[str]]:
        del interaction
        return timezone_choices(typed, self._services.clock.now())

    @subscribe.autocomplete("language")
    async def complete_language(self, interaction: Interaction, typed: str) -> list[Choice[str]]:
        del interaction
        return language_choices(typed)


_MORNING = time(9)


def _here(interaction: Interaction) -> discord.TextChannel:
    if isinstance(interaction.channel, discord.TextChannel):
        return interaction.channel
    raise BadInput(
        t(
            "Papers can be posted to text and announcement channels only; "
            "choose one with the option `channel`."
        )
    )


def _spoken_here(interaction: Interaction) -> str:
    """The language that a server has chosen in its settings, if it is a known one."""
    locale = interaction.guild_locale
    return (language_of(locale.value) if locale is not None else None) or ENGLISH


def _last_used(infos: Sequence[SubscriptionInfo]) -> str:
    """The time zone of the server's newest subscription."""
    newest = max(infos, key=lambda info: info.subscription.id, default=None)
    return newest.subscription.draft.timezone if newest is not None else "UTC"


async def setup(bot: PaperboyClient) -> None:
    """Load the commands of this module."""
    cog = Subscribe(bot)
    bot.add_dynamic_items(cog.sessions.item())
    await bot.add_cog(cog)
