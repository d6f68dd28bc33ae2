"""The errors that Discord's REST interface answers with.

```
DiscordError            an HTTP status, a JSON error code, a message, perhaps a tree of field errors
└── RateLimited         429; carries how long to wait and whether it is the global limit
```
Codes and their meaning: Discord's "Opcodes and Status Codes", section JSON.
"""

from typing import Any


class DiscordError(Exception):
    """An error answer. `errors` is the tree of field errors that comes with code 50035."""

    def __init__(
        self, status: int, code: int, message: str, errors: dict[str, Any] | None = None
    ) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status = status
        self.code = code
        self.message = message
        self.errors = errors

    def body(self) -> dict[str, Any]:
        """The JSON body of the answer."""
        body: dict[str, Any] = {"message": self.message, "code": self.code}
        if self.errors is not None:
            body["errors"] = self.errors
        return body


class RateLimited(DiscordError):
    """429: `retry_after` is in seconds; `scope` is `user`, `shared` or `global`."""

    def __init__(self, retry_after: float, *, scope: str) -> None:
        super().__init__(429, 0, "You are being rate limited.")
        self.retry_after = retry_after
        self.scope = scope

    def body(self) -> dict[str, Any]:
        """The JSON body, which unlike that of other errors has no code here."""
        return {
            "message": self.message,
            "retry_after": round(self.retry_after, 3),
            "global": self.scope == "global",
        }


# Messages by code, worded as the service words them in its answers.
_NOT_FOUND = {
    10002: "Unknown Application",
    10003: "Unknown Channel",
    10004: "Unknown Guild",
    10007: "Unknown Member",
    10008: "Unknown Message",
    10009: "Unknown Overwrite",
    10011: "Unknown Role",
    10013: "Unknown User",
    10015: "Unknown Webhook",
    10062: "Unknown interaction",
    10063: "Unknown application command",
    10066: "Unknown application command permissions",
}
_BAD_REQUEST = {
    10014: "Unknown Emoji",
    30003: "Maximum number of pins reached for the channel (50)",
    30010: "Maximum number of reactions reached (20)",
    30013: "Maximum number of guild channels reached (500)",
    30032: "Maximum number of application commands reached",
    30034: "Max number of daily application command creates has been reached (200)",
    30046: "Maximum number of edits to messages older than 1 hour reached",
    40005: "Request entity too large",
    40041: "An application command with that name already exists",
    40060: "Interaction has already been acknowledged.",
    50003: "Cannot execute action on a DM channel",
    50006: "Cannot send an empty message",
    50008: "Cannot send messages in a non-text channel",
    50016: "You can only bulk delete messages that are between 2 and 100 in number.",
    50024: "Cannot execute action on this channel type",
    50033: "Invalid Recipient(s)",
    50035: "Invalid Form Body",
    50034: "You can only bulk delete messages that are under 14 days old.",
    50041: "Invalid API version",
    50028: "Invalid Role",
    50055: "Invalid Guild",
    50068: "Invalid message type",
    50083: "Thread is archived",
    50109: "The request body contains invalid JSON.",
    160002: "Cannot reply without permission to read message history",
    160004: "A thread has already been created for this message",
    160005: "This thread is locked",
}
_FORBIDDEN = {
    20012: "You are not authorized to perform this action on this application",
    40333: "internal network error",
    50001: "Missing Access",
    50005: "Cannot edit a message authored by another user",
    50007: "Cannot send messages to this user",
    50013: "Missing Permissions",
    50021: "Cannot execute action on a system message",
    160014: "You cannot forward a message whose content you cannot read",
    50278: "Cannot send messages to this user due to having no mutual guilds",
}


def of_code(code: int) -> DiscordError:
    """The error with this JSON code, at the status that the service answers it with.

    Raises KeyError for a code that the sandbox does not know.
    """
    if code in _NOT_FOUND:
        return DiscordError(404, code, _NOT_FOUND[code])
    if code in _FORBIDDEN:
        return DiscordError(403, code, _FORBIDDEN[code])
    status = 413 if code == 40005 else 400
    return DiscordError(status, code, _BAD_REQUEST[code])


def unknown_channel() -> DiscordError:
    """No such channel, or a private one of other people."""
    return of_code(10003)


def unknown_guild() -> DiscordError:
    """No such guild."""
    return of_code(10004)


def unknown_member() -> DiscordError:
    """That user is not in the guild."""
    return of_code(10007)


def unknown_message() -> DiscordError:
    """No such message in the channel."""
    return of_code(10008)


def unknown_role() -> DiscordError:
    """No such role in the guild."""
    return of_code(10011)


def unknown_user() -> DiscordError:
    """No such user."""
    return of_code(10013)


def unknown_emoji() -> DiscordError:
    """Not an emoji, or a custom one that does not exist."""
    return of_code(10014)


def unknown_webhook() -> DiscordError:
    """No such webhook, or an interaction token that is unknown or has expired."""
    return of_code(10015)


def unknown_interaction() -> DiscordError:
    """No such interaction, or it was not answered in time."""
    return of_code(10062)


def unknown_command() -> DiscordError:
    """No such application command in that scope."""
    return of_code(10063)


def already_acknowledged() -> DiscordError:
    """The interaction has had its first answer."""
    return of_code(40060)


def missing_access() -> DiscordError:
    """The actor cannot see the thing at all."""
    return of_code(50001)


def missing_permissions() -> DiscordError:
    """The actor sees the thing but may not do this to it."""
    return of_code(50013)


def empty_message() -> DiscordError:
    """A message without content, embeds, components, files or stickers."""
    return of_code(50006)


def unauthorized() -> DiscordError:
    """No token, or one that belongs to no application."""
    return DiscordError(401, 0, "401: Unauthorized")


def unknown_route() -> DiscordError:
    """No such path."""
    return DiscordError(404, 0, "404: Not Found")


def method_not_allowed() -> DiscordError:
    """The path exists, but not with this method."""
    return DiscordError(405, 0, "405: Method Not Allowed")


def invalid_form(errors: dict[str, Any]) -> DiscordError:
    """The body or a parameter breaks a rule; `errors` is the tree that says which."""
    return DiscordError(400, 50035, "Invalid Form Body", errors)
