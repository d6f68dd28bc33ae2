"""Short private dialogs: back-test, edit, confirm.

Their controls are not kept by the library as views: each press is looked up by its custom id
`pb1:s:{token}:{action}[:value]` in a registry that lives as long as the process. What is not
there any more is answered with how to begin again.
"""

import re
import secrets
from abc import ABC, abstractmethod
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import discord
import structlog
from discord import ui

from bot.i18n import speaking, t
from bot.protocols import Clock
from bot.ui.answers import Interaction, sentence_of, tell
from bot.ui.command_texts import mention
from bot.ui.presses import UNREACHABLE

log = structlog.get_logger(__name__)

# An interaction's token lives 15 minutes; a dialog ends a little earlier.
LIFETIME = timedelta(minutes=14)
MOST_SESSIONS = 1_000
_TOKEN = r"[a-z]+\.[A-Za-z0-9_-]{12}"  # noqa: S105 - the shape of a token, not one


@dataclass(frozen=True, slots=True)
class Press:
    """A control of a dialog that was pressed: which one, and what was chosen."""

    interaction: Interaction
    action: str
    value: str = ""
    values: tuple[str, ...] = ()


class Dialog(ABC):
    """What a session shows and does. Errors of `press` are told in the dialog itself."""

    @abstractmethod
    async def press(self, press: Press) -> None:
        """Do what a control asks for, and answer its interaction."""

    @abstractmethod
    async def refuse(self, interaction: Interaction, sentence: str) -> None:
        """Say what was wrong; nothing that was chosen or typed so far gets lost."""


class Session:
    """One person's open dialog. One press is worked on at a time; others meanwhile do nothing."""

    def __init__(self, token: str, user_id: int, clock: Clock) -> None:
        self.token = token
        self.user_id = user_id
        self._clock = clock
        self._dialog: Dialog | None = None
        self._busy = False
        self._closed = False
        self._form: Form | None = None
        self._expires_at = clock.now() + LIFETIME

    @property
    def over(self) -> bool:
        """Whether it was closed or nothing happened in it for too long."""
        return self._closed or self._clock.now() >= self._expires_at

    def bind(self, dialog: Dialog) -> None:
        """Give the session the dialog that answers its controls."""
        self._dialog = dialog

    def custom_id(self, action: str, value: str = "") -> str:
        """The custom id of a control of this dialog."""
        tail = f":{value}" if value else ""
        return f"pb1:s:{self.token}:{action}{tail}"

    def close(self) -> None:
        """End the session; a form that was opened and never sent is forgotten."""
        self._closed = True
        self._drop_form()

    async def open(self, interaction: Interaction, form: "Form") -> None:
        """Show a form. The one that was opened before, if any, is given up."""
        self._drop_form()
        self._form = form
        await interaction.response.send_modal(form)

    async def press(self, press: Press) -> None:
        """Hand a press to the dialog."""
        dialog = self._dialog
        if dialog is not None:
            await self.run(press.interaction, press.action, lambda: dialog.press(press))

    async def run(
        self, interaction: Interaction, doing: str, work: Callable[[], Awaitable[None]]
    ) -> None:
        """Do one thing at a time for a person; a second press meanwhile is acknowledged only."""
        if interaction.user.id != self.user_id:
            await tell(interaction, t("Only the person who opened this dialog can use it."))
            return
        if self._busy:
            await interaction.response.defer()
            return
        self._busy = True
        self._expires_at = self._clock.now() + LIFETIME
        try:
            await work()
        except Exception as error:  # noqa: BLE001 - the one place where a dialog's errors end
            await self._refuse(interaction, error, f"{self.token.partition('.')[0]}:{doing}")
        finally:
            self._busy = False

    async def _refuse(self, interaction: Interaction, error: Exception, doing: str) -> None:
        sentence = sentence_of(error, doing)
        try:
            if self._dialog is not None:
                await self._dialog.refuse(interaction, sentence)
        except UNREACHABLE:
            raise
        except Exception:
            # The dialog cannot even be shown again: the sentence gets a message of its own.
            log.exception("dialog_not_shown", doing=doing)
            await tell(interaction, sentence)

    def _drop_form(self) -> None:
        if self._form is not None:
            self._form.stop()
            self._form = None


class Sessions:
    """The open dialogs of one command, such as `bookmarks clear`. `kind` (letters) marks their
    custom ids."""

    def __init__(self, kind: str, command: str, clock: Clock, most: int = MOST_SESSIONS) -> None:
        self._kind = kind
        self._command = command
        self._clock = clock
        self._most = most
        self._open: OrderedDict[str, Session] = OrderedDict()

    def __len__(self) -> int:
        return len(self._open)

    def open(self, user_id: int) -> Session:
        """Begin a session. Expired ones go; if there are too many, the oldest goes too."""
        for token in [token for token, session in self._open.items() if session.over]:
            self._close(token)
        while len(self._open) >= self._most:
            self._close(next(iter(self._open)))
        token = f"{self._kind}.{secrets.token_urlsafe(9)}"
        self._open[token] = session = Session(token, user_id, self._clock)
        return session

    def find(self, token: str) -> Session | None:
        """The open session of a token."""
        session = self._open.get(token)
        if session is not None and session.over:
            self._close(token)
            return None
        return session

    async def press(self, token: str, press: Press) -> None:
        """Answer a press on a control of a dialog, open or not."""
        try:
            with speaking(press.interaction.locale.value):
                session = self.find(token)
                if session is None:
                    await tell(press.interaction, self.ended)
                else:
                    await session.press(press)
        except UNREACHABLE as error:
            # The answer itself was not taken: the interaction ran out, or its message is gone.
            log.warning("dialog_unanswered", dialog=self._kind, error=repr(error))

    @property
    def ended(self) -> str:
        """What a person reads who presses a control of a dialog that is over."""
        return t(
            "This dialog is over. Run {command} to begin again.", command=mention(self._command)
        )

    def item(self) -> type[ui.DynamicItem[ui.Item[Any]]]:
        """The template by which the library hands presses to this registry."""
        sessions = self
        pattern = re.compile(
            rf"pb1:s:(?P<token>(?={self._kind}\.){_TOKEN}):(?P<action>[a-z]+)(?::(?P<value>.*))?"
        )

        class SessionItem(ui.DynamicItem[ui.Item[Any]], template=pattern):
            def __init__(self, item: ui.Item[Any], found: re.Match[str]) -> None:
                super().__init__(item)
                self.found = found

            @classmethod
            async def from_custom_id(
                cls, _: Any, item: ui.Item[Any], match: re.Match[str], /
            ) -> "SessionItem":
                return cls(item, match)

            async def callback(self, interaction: Any) -> None:
                values = self.item.values if isinstance(self.item, ui.Select) else []
                action, value = self.found["action"], self.found["value"] or ""
                press = Press(interaction, action, value, tuple(values))
                await sessions.press(self.found["token"], press)

        return SessionItem

    def _close(self, token: str) -> None:
        self._open.pop(token).close()


@dataclass(frozen=True, slots=True)
class Field:
    """A text field of a form. `longest` counts characters; Discord allows 4,000."""

    key: str
    label: str
    value: str
    hint: str = ""
    longest: int = 100
    required: bool = False
    tall: bool = False


class Form(ui.Modal):
    """A form of text fields; what was typed goes to `submit` by the fields' keys.

    The library keeps a form until it is sent or times out.
    """

    def __init__(
        self,
        session: Session,
        title: str,
        fields: Sequence[Field],
        submit: Callable[[Interaction, Mapping[str, str]], Awaitable[None]],
    ) -> None:
        super().__init__(title=title, timeout=LIFETIME.total_seconds())
        self._session = session
        self._submit = submit
        self._inputs: dict[str, ui.TextInput[Any]] = {}
        for field in fields:
            style = discord.TextStyle.paragraph if field.tall else discord.TextStyle.short
            entry: ui.TextInput[Any] = ui.TextInput(
                custom_id=field.key,
                style=style,
                default=field.value[: field.longest] or None,
                required=field.required,
                max_length=field.longest,
            )
            self._inputs[field.key] = entry
            self.add_item(
                ui.Label(text=field.label, description=field.hint or None, component=entry)
            )

    async def on_submit(self, interaction: Any, /) -> None:
        typed = {key: entry.value for key, entry in self._inputs.items()}
        try:
            with speaking(interaction.locale.value):
                if self._session.over:
                    await tell(interaction, t("This dialog is over; nothing was changed."))
                    return
                await self._session.run(
                    interaction, "form", lambda: self._submit(interaction, typed)
                )
        except UNREACHABLE as error:
            log.warning("form_unanswered", form=self.title, error=repr(error))
