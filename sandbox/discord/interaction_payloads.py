"""The JSON of INTERACTION_CREATE, and what a message says about the interaction it answers.

Source: Discord's "Receiving and Responding to Interactions" and its message resource.
"""

from typing import Any

from sandbox.discord.interaction_commands import Context, context_of
from sandbox.discord.interaction_model import Interaction, InteractionType
from sandbox.discord.interaction_resolve import partial_channel
from sandbox.discord.models import Channel, Message
from sandbox.discord.payloads import member_payload, user_payload
from sandbox.discord.payloads_messages import message_payload
from sandbox.discord.permissions import Permission
from sandbox.discord.state import State

Json = dict[str, Any]

_ATTACHMENT_SIZE_LIMIT = 10 * 1024 * 1024
_IN_ANY_DM = Permission.ATTACH_FILES | Permission.EMBED_LINKS | Permission.MENTION_EVERYONE
_IN_OWN_DM = _IN_ANY_DM | Permission.USE_EXTERNAL_EMOJIS


def interaction_payload(state: State, interaction: Interaction, source: Message | None) -> Json:
    """The data of INTERACTION_CREATE; `source` is the message whose component was used."""
    channel = state.channel(interaction.channel_id)
    user = state.user(interaction.user_id)
    payload: Json = {
        "id": str(interaction.id),
        "application_id": str(interaction.application_id),
        "type": int(interaction.type),
        "token": interaction.token,
        "version": 1,
        "data": interaction.data,
        "channel_id": str(channel.id),
        "channel": partial_channel(state, channel, interaction.application_id, user.id),
        "locale": user.locale,
        "app_permissions": str(int(_app_permissions(state, channel, interaction))),
        "entitlements": [],
        "entitlement_sku_ids": [],
        "authorizing_integration_owners": interaction.owners,
        "context": int(context_of(channel, interaction.application_id)),
        "attachment_size_limit": _ATTACHMENT_SIZE_LIMIT,
    }
    if channel.guild_id is None:
        payload["user"] = user_payload(user)
    else:
        guild = state.guilds[channel.guild_id]
        member = member_payload(state, guild.members[user.id])
        member["permissions"] = str(int(state.permissions(user.id, channel)))
        payload |= {
            "guild_id": str(guild.id),
            "guild": {"id": str(guild.id), "locale": guild.locale, "features": []},
            "guild_locale": guild.locale,
            "member": member,
        }
    if source is not None and interaction.has_source_component:
        payload["message"] = message_payload(state, source, interaction.application_id)
    return payload


def _app_permissions(state: State, channel: Channel, interaction: Interaction) -> Permission:
    if channel.guild_id is None:
        own = context_of(channel, interaction.application_id) is Context.BOT_DM
        return _IN_OWN_DM if own else _IN_ANY_DM
    guild = state.guilds[channel.guild_id]
    if interaction.application_id in guild.members:
        return state.permissions(interaction.application_id, channel)
    # An app that only the person has installed can do what the person lets it do.
    return state.permissions(interaction.user_id, channel) & _IN_OWN_DM


def interaction_metadata(state: State, interaction: Interaction, *, followup: bool) -> Json:
    """What an answer's `interaction_metadata` says."""
    metadata: Json = {
        "id": str(interaction.id),
        "type": int(interaction.type),
        "user": user_payload(state.user(interaction.user_id)),
        "authorizing_integration_owners": interaction.owners,
    }
    if interaction.type is InteractionType.COMMAND:
        metadata |= {"name": interaction.label, "command_type": interaction.command_type}
        target = interaction.data.get("target_id")
        if target is not None and interaction.source_id is not None:
            metadata["target_message_id"] = target
        elif target is not None:
            metadata["target_user"] = user_payload(state.user(int(target)))
    elif interaction.type is InteractionType.COMPONENT:
        metadata["interacted_message_id"] = str(interaction.source_id)
    elif interaction.opened_by is not None:
        metadata["triggering_interaction_metadata"] = interaction_metadata(
            state, interaction.opened_by, followup=False
        )
    if followup and interaction.original_id is not None:
        metadata["original_response_message_id"] = str(interaction.original_id)
    return metadata
