"""An interaction, from the moment a person acts until its token runs out."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum
from typing import Any

Json = dict[str, Any]

# Source: Discord's "Receiving and Responding to Interactions", section Interaction Callback.
ANSWER_WITHIN_SECONDS = 3.0
TOKEN_LIFETIME = timedelta(minutes=15)


class InteractionType(IntEnum):
    """What the person did."""

    COMMAND = 2
    COMPONENT = 3
    AUTOCOMPLETE = 4
    MODAL_SUBMIT = 5


class CallbackType(IntEnum):
    """What the bot answered first."""

    MESSAGE = 4
    DEFERRED_MESSAGE = 5
    DEFERRED_UPDATE = 6
    UPDATE = 7
    CHOICES = 8
    MODAL = 9


class Progress(StrEnum):
    """How far an interaction has come, as the person sees it."""

    PENDING = "pending"
    THINKING = "thinking"
    ACKNOWLEDGED = "acknowledged"
    ANSWERED = "answered"
    UPDATED = "updated"
    SUGGESTED = "suggested"
    MODAL = "modal"
    FAILED = "failed"

    @property
    def is_settled(self) -> bool:
        """Whether the person waits for nothing more."""
        return self not in (Progress.PENDING, Progress.THINKING)


@dataclass(slots=True)
class Interaction:
    """One interaction.

    `owners` is Discord's `authorizing_integration_owners`. `source_id` is the message whose
    component was used (also for a modal opened by one) or that a menu command was run on.
    `original_id` is the message that `@original` means. `hidden` answers are for the person only,
    whatever the bot asks for. `answered_after` is how many seconds of real time passed from the
    sending to the first answer. A modal is closed once a submission of it was answered. `label`
    says what was done, for people.
    """

    id: int
    token: str
    type: InteractionType
    application_id: int
    user_id: int
    channel_id: int
    guild_id: int | None
    created_at: datetime
    data: Json
    owners: dict[str, str]
    label: str
    source_id: int | None = None
    command_type: int | None = None
    opened_by: "Interaction | None" = None
    hidden: bool = False
    progress: Progress = Progress.PENDING
    callback: CallbackType | None = None
    original_id: int | None = None
    followup_ids: list[int] = field(default_factory=list[int])
    choices: list[Json] | None = None
    modal: Json | None = None
    modal_is_closed: bool = False
    edits: int = 0
    sent_at: float = 0.0
    answered_after: float | None = None

    def has_expired(self, now: datetime) -> bool:
        """Whether the token is no longer good at the sandbox instant `now`."""
        return now - self.created_at > TOKEN_LIFETIME

    @property
    def has_source_component(self) -> bool:
        """Whether it came, perhaps through a modal, from a component of a message."""
        if self.type is InteractionType.MODAL_SUBMIT and self.opened_by is not None:
            return self.opened_by.has_source_component
        return self.type is InteractionType.COMPONENT
