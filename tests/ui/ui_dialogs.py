"""A command that opens a dialog for everybody to see, to test what sessions do with presses."""

import asyncio
from collections.abc import Mapping

from discord import app_commands
from discord.ext import commands

from bot.client import PaperboyClient
from bot.errors import BadInput
from bot.ui.answers import Interaction, update
from bot.ui.panels import button, note, panel
from bot.ui.sessions import Dialog, Field, Form, Press, Session, Sessions
from bot.ui.views import PostedView


class Counter(Dialog):
    """Counts. `gate` holds up the slow button; `shows` is whether it can be shown at all."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.count = 0
        self.shows = True
        self.gate = asyncio.Event()
        self.entered = asyncio.Event()

    async def press(self, press: Press) -> None:
        if press.action == "add":
            self.count += int(press.value)
        elif press.action == "slow":
            self.entered.set()
            await press.interaction.response.defer()
            await self.gate.wait()
            self.count += 1
        elif press.action == "bad":
            raise BadInput("That was not good.")
        elif press.action == "broken":
            raise RuntimeError("a secret detail")
        elif press.action == "form":
            fields = [Field("word", "A word", "old"), Field("text", "A text", "", tall=True)]
            await self.session.open(
                press.interaction, Form(self.session, "Words", fields, self._typed)
            )
            return
        await self._show(press.interaction)

    async def refuse(self, interaction: Interaction, sentence: str) -> None:
        if not self.shows:
            raise RuntimeError("it cannot be shown")
        await self._show(interaction, sentence)

    async def _typed(self, interaction: Interaction, typed: Mapping[str, str]) -> None:
        await self._show(interaction, f"{typed['word']}/{typed['text']}")

    async def _show(self, interaction: Interaction, said: str = "") -> None:
        await update(interaction, self.view(said))

    def view(self, said: str = "") -> PostedView:
        """The counter with its buttons."""
        ids = self.session.custom_id
        row = [
            button("Add", ids("add", "2")),
            *(button(name.title(), ids(name)) for name in ("slow", "bad", "broken", "form")),
        ]
        return panel([f"Count {self.count}", said], [row])


class Dialogs(commands.Cog):
    """The command."""

    def __init__(self, bot: PaperboyClient) -> None:
        self.sessions = Sessions("dialog", "dialog", bot.services.clock)
        self.counter: Counter | None = None

    @app_commands.command(description="Open a dialog")
    async def dialog(self, interaction: Interaction) -> None:
        session = self.sessions.open(interaction.user.id)
        self.counter = Counter(session)
        session.bind(self.counter)
        await interaction.response.send_message(view=self.counter.view())

    @app_commands.command(description="Show something")
    async def other(self, interaction: Interaction) -> None:
        await interaction.response.send_message(view=note("Something"))


async def setup(bot: PaperboyClient) -> None:
    cog = Dialogs(bot)
    bot.add_dynamic_items(cog.sessions.item())
    await bot.add_cog(cog)
