"""The JSON form of applications and of their commands."""

from typing import Any, cast

from sandbox.discord.models import Application, Command
from sandbox.discord.payloads import user_payload
from sandbox.discord.state import State

Json = dict[str, Any]


def application_payload(state: State, application: Application) -> Json:
    """An application as its own bot sees it."""
    return {
        "id": str(application.id),
        "name": application.name,
        "icon": None,
        "description": application.description,
        "type": None,
        "bot": user_payload(state.user(application.id)),
        "bot_public": True,
        "bot_require_code_grant": False,
        "integration_types_config": {"0": {}, "1": {}},
        "verify_key": application.verify_key,
        "flags": application.flags,
        "flags_new": str(application.flags),
        "redirect_uris": [],
        "interactions_endpoint_url": None,
        "role_connections_verification_url": None,
        "owner": user_payload(state.user(application.owner_id)),
        "approximate_guild_count": sum(application.id in g.members for g in state.guilds.values()),
        "approximate_user_install_count": len(application.user_installs),
        "approximate_user_authorization_count": len(application.user_installs),
        "explicit_content_filter": 0,
        "team": None,
        "eligible_oauth2_scopes": [],
        "event_webhooks_status": 1,
        "summary": "",
    }


def command_payload(command: Command, *, with_localizations: bool = True) -> Json:
    """A registered command; without localizations as lists of commands give it by default."""
    payload: Json = {
        "id": str(command.id),
        "application_id": str(command.application_id),
        "version": str(command.version),
        **command.definition,
    }
    if command.guild_id is not None:
        payload["guild_id"] = str(command.guild_id)
        # These belong to global commands only.
        for key in ("dm_permission", "contexts", "integration_types"):
            payload.pop(key, None)
    return payload if with_localizations else _without_localizations(payload)


def _without_localizations(value: Any) -> Any:
    if isinstance(value, list):
        return [_without_localizations(item) for item in cast("list[Any]", value)]
    if isinstance(value, dict):
        return {
            key: _without_localizations(item)
            for key, item in cast("Json", value).items()
            if key not in ("name_localizations", "description_localizations")
        }
    return value
