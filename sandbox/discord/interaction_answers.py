"""What a bot answers to an interaction: its first answer, followups, and changes to them.

Source: Discord's "Receiving and Responding to Interactions", sections Interaction Callback and
Followup Messages.
"""

from collections.abc import Sequence
from typing import Any

from sandbox.discord import errors
from sandbox.discord.errors import DiscordError
from sandbox.discord.interaction_commands import CHAT_INPUT, GUILD_INSTALL
from sandbox.discord.interaction_model import (
    CallbackType,
    Interaction,
    InteractionType,
    Progress,
)
from sandbox.discord.interaction_options import INTEGER, NUMBER
from sandbox.discord.interaction_payloads import interaction_metadata
from sandbox.discord.interaction_registry import Interactions
from sandbox.discord.models import Message, MessageFlag, MessageType
from sandbox.discord.validate import Form, Problems
from sandbox.discord.validate_messages import MessageBody, Upload, parse_edit, parse_message
from sandbox.discord.validate_modals import parse_modal

Json = dict[str, Any]

_MOST_CHOICES = 25
_MOST_EXTERNAL_FOLLOWUPS = 5
_NOTHING = MessageBody(content="", embeds=[], components=[], flags=0)

_ANSWERS_TO = {
    InteractionType.COMMAND: (4, 5, 9),
    InteractionType.AUTOCOMPLETE: (8,),
    InteractionType.COMPONENT: (4, 5, 6, 7, 9),
    InteractionType.MODAL_SUBMIT: (4, 5, 6, 7),
}


class InteractionAnswers:
    """The bot's side of interactions."""

    def __init__(self, interactions: Interactions) -> None:
        self._interactions = interactions
        self._world = interactions.world

    def acknowledge(
        self, interaction_id: int, token: str, body: object, uploads: Sequence[Upload]
    ) -> tuple[Interaction, Message | None]:
        """The first answer; gives the message that it made or changed, if any.

        Raises 10062 for an interaction that is unknown or waited longer than three seconds,
        40060 for one that has had its answer, 50035 for a body that is wrong.
        """
        interaction = self._interactions.get(interaction_id)
        if interaction is None or interaction.token != token:
            raise errors.unknown_interaction()
        if interaction.progress is Progress.FAILED:
            raise errors.unknown_interaction()
        if interaction.progress is not Progress.PENDING:
            raise errors.already_acknowledged()
        kind = _callback_type(interaction, body)
        form = Form(body, Problems())
        data: object = {} if form.value.get("data") is None else form.value["data"]
        message, progress = self._answer(interaction, kind, data, uploads)
        interaction.callback = kind
        if message is not None:
            interaction.original_id = message.id
        self._interactions.answered(interaction, progress)
        return interaction, message

    def _answer(
        self, interaction: Interaction, kind: CallbackType, data: object, uploads: Sequence[Upload]
    ) -> tuple[Message | None, Progress]:
        if kind is CallbackType.MESSAGE:
            body = parse_message(data, uploads)
            return self._create(interaction, body), Progress.ANSWERED
        if kind is CallbackType.DEFERRED_MESSAGE:
            flags = Form(data, Problems()).integer("flags") or 0
            hidden = MessageBody(content="", embeds=[], components=[], flags=flags & 64)
            return self._create(interaction, hidden, loading=True), Progress.THINKING
        if kind is CallbackType.CHOICES:
            interaction.choices = _parse_choices(data, _focused_type(interaction.data))
            return None, Progress.SUGGESTED
        if kind is CallbackType.MODAL:
            interaction.modal = parse_modal(data)
            return None, Progress.MODAL
        source = self._interactions.source_of(interaction)
        if source is None:
            raise errors.unknown_message()
        if kind is CallbackType.UPDATE:
            self._edit(source, data, uploads)
            return source, Progress.UPDATED
        interaction.original_id = source.id
        return None, Progress.ACKNOWLEDGED

    def _create(
        self,
        interaction: Interaction,
        body: MessageBody,
        *,
        loading: bool = False,
        followup: bool = False,
    ) -> Message:
        hidden = interaction.hidden or bool((body.flags or 0) & MessageFlag.EPHEMERAL)
        if not hidden:
            # A message that everybody sees wakes an archived thread up, whoever locked it.
            channel = self._world.channel(interaction.channel_id)
            self._world.threads.reopen(channel, moderates=True)
        kind, reference = self._place(interaction, followup=followup)
        return self._world.answers.create(
            interaction.application_id,
            interaction.channel_id,
            body,
            ephemeral_to=interaction.user_id if hidden else None,
            interaction_metadata=interaction_metadata(self._world, interaction, followup=followup),
            type=kind,
            reference=reference,
            loading=loading,
        )

    def _place(
        self, interaction: Interaction, *, followup: bool
    ) -> tuple[MessageType, tuple[int | None, int, int | None] | None]:
        # A followup replies to the first answer, an answer to a component to its message.
        target = interaction.original_id if followup else interaction.source_id
        reference = target and (interaction.guild_id, interaction.channel_id, target)
        if followup or interaction.has_source_component:
            return MessageType.REPLY, reference or None
        if interaction.type is InteractionType.COMMAND and interaction.command_type != CHAT_INPUT:
            return MessageType.CONTEXT_MENU_COMMAND, reference or None
        return MessageType.CHAT_INPUT_COMMAND, None

    def _edit(self, message: Message, body: object, uploads: Sequence[Upload]) -> Message:
        return self._world.answers.edit(message, parse_edit(body, message, uploads))

    def _holder(self, application_id: int, token: str) -> Interaction:
        interaction = self._interactions.by_token(token)
        if interaction is None or interaction.application_id != application_id:
            raise DiscordError(401, 50027, "Invalid Webhook Token")
        if interaction.has_expired(self._world.clock.now()):
            raise DiscordError(401, 50027, "Invalid Webhook Token")
        if interaction.callback is None:
            # Before its first answer an interaction has no webhook.
            raise errors.unknown_webhook()
        return interaction

    def find(self, application_id: int, token: str, which: str) -> tuple[Interaction, Message]:
        """The answer `@original` or the one with that id. Raises 50027, 10015 and 10008."""
        interaction = self._holder(application_id, token)
        if which == "@original":
            message_id = interaction.original_id
        else:
            message_id = int(which) if which.isascii() and which.isdigit() else None
            if message_id not in (interaction.original_id, *interaction.followup_ids):
                raise errors.unknown_message()
        message = None if message_id is None else self._world.ephemeral.get(message_id)
        if message is None and message_id is not None:
            message = self._world.channel(interaction.channel_id).messages.get(message_id)
        if message is None:
            raise errors.unknown_message()
        return interaction, message

    def edit(
        self,
        application_id: int,
        token: str,
        which: str,
        body: object,
        uploads: Sequence[Upload] = (),
    ) -> Message:
        """Change an answer; a deferred one is finished by it."""
        interaction, message = self.find(application_id, token, which)
        self._edit(message, body, uploads)
        self._changed(interaction, message)
        return message

    def delete(self, application_id: int, token: str, which: str) -> None:
        """Remove an answer."""
        interaction, message = self.find(application_id, token, which)
        self._world.answers.delete(message)
        self._changed(interaction, message)

    def _changed(self, interaction: Interaction, message: Message) -> None:
        interaction.edits += 1
        progress = interaction.progress
        if progress is Progress.THINKING and message.id == interaction.original_id:
            progress = Progress.ANSWERED
        elif progress is Progress.ACKNOWLEDGED and message.id == interaction.original_id:
            progress = Progress.UPDATED
        self._interactions.answered(interaction, progress)

    def follow_up(
        self, application_id: int, token: str, body: object, uploads: Sequence[Upload] = ()
    ) -> Message:
        """Send a further message; right after a deferred answer it becomes that answer."""
        interaction = self._holder(application_id, token)
        if interaction.progress is Progress.THINKING:
            return self.edit(application_id, token, "@original", body, uploads)
        external = interaction.guild_id is not None and GUILD_INSTALL not in interaction.owners
        if external and len(interaction.followup_ids) >= _MOST_EXTERNAL_FOLLOWUPS:
            text = "This interaction has hit the maximum number of follow up messages"
            raise DiscordError(400, 40094, text)
        message = self._create(interaction, parse_message(body, uploads), followup=True)
        interaction.followup_ids.append(message.id)
        self._interactions.answered(interaction, interaction.progress)
        return message


def callback_response(interaction: Interaction, message: Json | None) -> Json:
    """The answer to a callback with `with_response=true`; `message` is the message's payload."""
    kind = interaction.callback
    about: Json = {"id": str(interaction.id), "type": int(interaction.type)}
    response: Json = {"interaction": about}
    if message is not None and kind is not None:
        about["response_message_id"] = message["id"]
        about["response_message_loading"] = kind is CallbackType.DEFERRED_MESSAGE
        about["response_message_ephemeral"] = bool(message["flags"] & MessageFlag.EPHEMERAL)
        if kind in (CallbackType.MESSAGE, CallbackType.UPDATE):
            response["resource"] = {"type": int(kind), "message": message}
    return response


def _callback_type(interaction: Interaction, body: object) -> CallbackType:
    problems = Problems()
    form = Form(body, problems)
    allowed = _ANSWERS_TO[interaction.type]
    if interaction.type is InteractionType.MODAL_SUBMIT and not interaction.has_source_component:
        allowed = (4, 5)
    kind = form.choice("type", allowed, required=True)
    problems.raise_if_any()
    return CallbackType(kind)


def _focused_type(data: Json) -> int:
    options: list[Json] = data.get("options") or []
    for option in options:
        if option.get("focused"):
            return int(option["type"])
        inner = _focused_type(option)
        if inner:
            return inner
    return 0


def _parse_choices(data: object, kind: int) -> list[Json]:
    problems = Problems()
    form = Form(data, problems, ("data",))
    if form.value.get("choices") is None:
        form.wrong("choices", "BASE_TYPE_REQUIRED", "This field is required")
    choices: list[Json] = []
    for item in form.forms("choices", most=_MOST_CHOICES):
        name = item.text("name", least=1, most=100, required=True)
        if kind == INTEGER:
            value: object = item.integer("value", required=True)
        elif kind == NUMBER:
            value = item.number("value")
        else:
            value = item.text("value", least=1, most=100, required=True)
        choices.append({"name": name, "value": value})
    problems.raise_if_any()
    return choices
