"""People using commands, components and modals.

Discord's client checks what a person does before anything is sent; so do the methods here, with a
ControlError that says what is wrong. Source: Discord's "Receiving and Responding to Interactions".
"""

from dataclasses import dataclass
from typing import Any

from sandbox.discord.control_errors import missing, refused
from sandbox.discord.interaction_commands import (
    CHAT_INPUT,
    GUILD_INSTALL,
    USER_INSTALL,
    USER_MENU,
    Usable,
    find_command,
    owners_of,
)
from sandbox.discord.interaction_components import button_in, chosen_values, select_in
from sandbox.discord.interaction_model import Interaction, InteractionType
from sandbox.discord.interaction_options import descend, fill_in, fill_in_partly
from sandbox.discord.interaction_registry import Interactions
from sandbox.discord.interaction_resolve import Resolver
from sandbox.discord.interaction_submissions import submitted
from sandbox.discord.models import Channel, Message, User
from sandbox.discord.permissions import Permission
from sandbox.discord.validate_controls import BUTTON

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Scene:
    """A person in a channel that they can see."""

    user: User
    channel: Channel


class Actions:
    """What a person can do that reaches a bot."""

    def __init__(self, interactions: Interactions) -> None:
        self.interactions = interactions
        self.world = interactions.world

    def scene(self, user_id: int, channel_id: int) -> Scene:
        """The person in the channel; raises ControlError or DiscordError if they cannot be."""
        user = self.world.user(user_id)
        channel = self.world.channel(channel_id)
        if user.bot:
            raise refused("a bot cannot use commands and components")
        if not self.world.can_view(user_id, channel):
            raise missing("the person cannot see this channel")
        if not channel.type.holds_messages:
            raise refused("nothing can be sent into this channel")
        return Scene(user, channel)

    def visible_message(self, scene: Scene, message_id: int) -> Message:
        """A message that the person sees in the channel."""
        own = self.world.ephemeral.get(message_id)
        if own is not None:
            if own.ephemeral_to == scene.user.id and own.channel_id == scene.channel.id:
                return own
            raise missing("the person cannot see this message")
        granted = self.world.permissions(scene.user.id, scene.channel)
        message = scene.channel.messages.get(message_id)
        if message is None or not granted & Permission.READ_MESSAGE_HISTORY:
            raise missing("there is no such message that the person can see here")
        return message

    def run(
        self, scene: Scene, command: str, options: Json, *, application_id: int | None = None
    ) -> Interaction:
        """Run a slash command; `command` may hold subcommands, as in `bookmarks list`."""
        name, *path = command.removeprefix("/").split()
        found = self._find(scene, name, CHAT_INPUT, application_id)
        definitions, wrap = descend(found.command.definition, path, scene.user.locale)
        resolver = self._resolver(scene, found.application.id)
        data = _command_data(found)
        data["options"] = wrap(fill_in(definitions, options, resolver))
        return self._start_command(scene, found, data, resolver, " ".join([name, *path]))

    def autocomplete(
        self,
        scene: Scene,
        command: str,
        options: Json,
        focused: str,
        *,
        application_id: int | None = None,
    ) -> Interaction:
        """Ask for the choices of the option `focused` while its text is still being typed."""
        name, *path = command.removeprefix("/").split()
        found = self._find(scene, name, CHAT_INPUT, application_id)
        definitions, wrap = descend(found.command.definition, path, scene.user.locale)
        resolver = self._resolver(scene, found.application.id)
        data = _command_data(found)
        data["options"] = wrap(fill_in_partly(definitions, options, focused, resolver))
        label = " ".join([name, *path])
        kind = InteractionType.AUTOCOMPLETE
        return self._start_command(scene, found, data, resolver, label, kind=kind)

    def use_menu(
        self,
        scene: Scene,
        name: str,
        kind: int,
        target_id: int,
        *,
        application_id: int | None = None,
    ) -> Interaction:
        """Use an entry of a user's (`kind` 2) or a message's (3) context menu."""
        found = self._find(scene, name, kind, application_id)
        resolver = self._resolver(scene, found.application.id)
        source = None
        if kind == USER_MENU:
            resolver.user("target", str(target_id))
        else:
            source = self.visible_message(scene, target_id)
            if source.ephemeral_to is not None:
                raise refused("message commands cannot be used on ephemeral messages")
            resolver.message(source)
        data = _command_data(found) | {"target_id": str(target_id)}
        return self._start_command(scene, found, data, resolver, name, source=source)

    def press(
        self, scene: Scene, message_id: int, *, custom_id: str | None, label: str | None
    ) -> Interaction:
        """Press a button, found by its id or by its label or emoji."""
        message = self.visible_message(scene, message_id)
        button = button_in(message.components, custom_id=custom_id, label=label)
        data: Json = {
            "id": button["id"],
            "custom_id": button["custom_id"],
            "component_type": BUTTON,
        }
        return self._start_component(scene, message, data, button.get("label") or "button")

    def select(
        self,
        scene: Scene,
        message_id: int,
        values: object,
        *,
        custom_id: str | None,
        label: str | None,
    ) -> Interaction:
        """Choose in a select menu, found by its id or placeholder or because it is the only one."""
        message = self.visible_message(scene, message_id)
        menu = select_in(message.components, custom_id=custom_id, label=label)
        resolver = self._resolver(scene, _author_application(message))
        data: Json = {
            "id": menu["id"],
            "custom_id": menu["custom_id"],
            "component_type": menu["type"],
            "values": chosen_values("values", menu, values, resolver),
        }
        if resolver.data:
            data["resolved"] = resolver.data
        return self._start_component(scene, message, data, menu.get("placeholder") or "select")

    def submit(self, scene: Scene, opened_by: Interaction, values: Json) -> Interaction:
        """Send the modal that the interaction `opened_by` opened."""
        if opened_by.modal is None or opened_by.user_id != scene.user.id:
            raise missing("this interaction has not opened a modal for this person")
        if opened_by.modal_is_closed:
            raise refused("this modal has been sent already; open it again")
        resolver = self._resolver(scene, opened_by.application_id)
        data: Json = {
            "custom_id": opened_by.modal["custom_id"],
            "components": submitted(opened_by.modal, values, resolver),
        }
        if resolver.data:
            data["resolved"] = resolver.data
        self.interactions.attachments |= resolver.attachments
        interaction = self.interactions.new(
            scene.user.id,
            scene.channel,
            InteractionType.MODAL_SUBMIT,
            opened_by.application_id,
            data=data,
            owners=opened_by.owners,
            label=opened_by.modal["title"],
        )
        interaction.opened_by = opened_by
        interaction.source_id = opened_by.source_id
        return self.interactions.start(interaction)

    def _find(self, scene: Scene, name: str, kind: int, application_id: int | None) -> Usable:
        return find_command(
            self.world, scene.user, scene.channel, name, kind, application_id=application_id
        )

    def _resolver(self, scene: Scene, application_id: int) -> Resolver:
        return Resolver(self.world, scene.user.id, scene.channel, application_id)

    def _start_command(
        self,
        scene: Scene,
        found: Usable,
        data: Json,
        resolver: Resolver,
        label: str,
        *,
        kind: InteractionType = InteractionType.COMMAND,
        source: Message | None = None,
    ) -> Interaction:
        if resolver.data:
            data["resolved"] = resolver.data
        self.interactions.attachments |= resolver.attachments
        interaction = self.interactions.new(
            scene.user.id,
            scene.channel,
            kind,
            found.application.id,
            data=data,
            owners=found.owners,
            label=label,
        )
        interaction.command_type = found.command.type
        interaction.source_id = source and source.id
        return self.interactions.start(interaction)

    def _start_component(
        self, scene: Scene, message: Message, data: Json, label: str
    ) -> Interaction:
        application = self.world.application(_author_application(message))
        types = [int(GUILD_INSTALL), int(USER_INSTALL)]
        owners = owners_of(self.world, application, scene.channel, scene.user.id, types)
        # The authorizing user is the one whose command the message answers, whoever presses.
        about: Json = message.interaction_metadata or {}
        authorized: dict[str, str] = about.get("authorizing_integration_owners", {})
        if USER_INSTALL in authorized:
            owners[USER_INSTALL] = authorized[USER_INSTALL]
        interaction = self.interactions.new(
            scene.user.id,
            scene.channel,
            InteractionType.COMPONENT,
            application.id,
            data=data,
            owners=owners,
            label=label,
        )
        interaction.source_id = message.id
        return self.interactions.start(interaction)


def _command_data(found: Usable) -> Json:
    command = found.command
    data: Json = {"id": str(command.id), "name": command.name, "type": command.type}
    if command.guild_id is not None:
        data["guild_id"] = str(command.guild_id)
    return data


def _author_application(message: Message) -> int:
    return message.application_id or message.author_id
