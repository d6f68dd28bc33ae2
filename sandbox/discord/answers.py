"""Messages that answer an interaction: made without SEND_MESSAGES, perhaps for one person only."""

from typing import Any

from sandbox.discord import errors
from sandbox.discord.drafts import fill
from sandbox.discord.models import Message, MessageFlag, MessageType
from sandbox.discord.posts import Posts
from sandbox.discord.state import State
from sandbox.discord.validate_messages import MessageBody


class Answers:
    """Makes, changes and removes interaction answers.

    Ephemeral ones are kept in `State.ephemeral`, in no channel's history, and no event tells of
    them: Discord sends none to the gateway either.
    """

    def __init__(self, state: State, posts: Posts) -> None:
        self._state = state
        self._posts = posts

    def create(
        self,
        application_id: int,
        channel_id: int,
        body: MessageBody,
        *,
        ephemeral_to: int | None = None,
        interaction_metadata: dict[str, Any] | None = None,
        type: MessageType = MessageType.DEFAULT,  # noqa: A002 (the service's own name for it)
        reference: tuple[int | None, int, int | None] | None = None,
        loading: bool = False,
    ) -> Message:
        """A new answer by the application's bot; `loading` marks the one that only says so."""
        channel = self._state.channel(channel_id)
        message = Message(
            id=self._state.snowflakes.next(),
            channel_id=channel_id,
            author_id=application_id,
            created_at=self._state.clock.now(),
            type=type,
            tts=body.tts,
            reference=reference,
            application_id=application_id,
            webhook_id=application_id,
            interaction_metadata=interaction_metadata,
            ephemeral_to=ephemeral_to,
        )
        if loading:
            message.flags |= MessageFlag.LOADING
        fill(self._state, message, body)
        if ephemeral_to is None:
            self._posts.append(channel, message)
        else:
            message.flags |= MessageFlag.EPHEMERAL
            self._state.ephemeral[message.id] = message
        return message

    def edit(self, message: Message, body: MessageBody) -> Message:
        """Change an answer; a loading one is finished by it."""
        was_loading = bool(message.flags & MessageFlag.LOADING)
        message.flags &= ~MessageFlag.LOADING
        if message.ephemeral_to is None:
            self._posts.apply_edit(message, body, marks_edited=not was_loading)
            return message
        fill(self._state, message, body)
        if not was_loading:
            message.edited_at = self._state.clock.now()
        return message

    def delete(self, message: Message) -> None:
        """Remove an answer."""
        if message.ephemeral_to is not None:
            if self._state.ephemeral.pop(message.id, None) is None:
                raise errors.unknown_message()
            return
        self._state.message(message.channel_id, message.id)
        self._posts.remove(self._state.channel(message.channel_id), message.id)
