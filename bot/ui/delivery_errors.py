"""Sorting what goes wrong between the bot and Discord: try again later, or tell the admin.

Codes are from Discord's page "Opcodes and Status Codes" (JSON error codes).
"""

import aiohttp
import discord

from bot.errors import DeliveryError, PermanentDeliveryError, TemporaryDeliveryError
from bot.i18n import kept, mark

THREAD_ARCHIVED = 50083
THREAD_EXISTS = 160004
_MISSING_ACCESS = 50001
_MISSING_PERMISSIONS = 50013

CONNECTION_ERRORS = (
    discord.RateLimited,
    discord.HTTPException,
    discord.GatewayNotFound,
    discord.ConnectionClosed,
    aiohttp.ClientError,
    OSError,
    TimeoutError,
)
"""What a call of the library can raise when Discord or the way to it is at fault."""

# Some limits come with another status than 429; all of them pass by waiting.
_PASSING: dict[int, float | None] = {
    20016: None,  # slow mode
    20022: None,  # announcement edits
    20028: None,  # writing in this channel
    20029: None,  # writing on this server
    40062: None,  # a resource is being rate limited
    40333: None,  # an answer of Discord's proxy
    130000: None,  # overloaded
    160006: 3600.0,  # as many active threads as a server may have; they archive themselves
    160007: 3600.0,
}
_FINAL: dict[int, str] = {
    10003: mark(
        "The channel, or the digest's thread in it, no longer exists. "
        "Choose another channel by subscribing there, and remove this subscription."
    ),
    10004: mark("The server no longer exists, or I was removed from it. Invite me again."),
    10008: mark("The message was deleted before I was done with it."),
    10014: mark("Discord does not know the reaction."),
    30010: mark("The message has as many kinds of reactions as Discord allows."),
    50008: mark("I cannot post in a channel of this type. Choose a text channel."),
    50024: mark("Discord does not allow this in a channel of this type. Choose a text channel."),
    50068: mark("Discord does not allow this in a channel of this type. Choose a text channel."),
    THREAD_ARCHIVED: mark(
        "The thread is archived and I may not open it. Unarchive it, or let me manage threads."
    ),
    60003: mark("This server wants two-factor authentication of those who run bots. Turn it on."),
    90001: mark("Somebody on the message has blocked me, so I cannot react to it."),
    160005: mark("The digest's thread is locked. Unlock it so that I can post there."),
}
_OF_MESSAGE: dict[int, str] = {
    200000: mark("AutoMod blocked the message. Let me pass in the server's AutoMod settings."),
    200001: mark(
        "AutoMod blocked the thread's title. Let me pass in the server's AutoMod settings."
    ),
    240000: mark("Discord's filter for harmful links refused the message."),
}


def sorted_error(error: Exception, lacking: list[str]) -> DeliveryError:
    """What an error of the library means for a delivery.

    `lacking` are the permissions that the bot knows to be missing in the channel, by name.
    """
    if isinstance(error, discord.RateLimited):
        return TemporaryDeliveryError(
            "Discord asks to wait", status=429, retry_after=error.retry_after
        )
    if isinstance(error, TimeoutError):
        return TemporaryDeliveryError("Discord did not answer in time")
    if not isinstance(error, discord.HTTPException):
        return TemporaryDeliveryError(f"Discord cannot be reached: {error!r}")
    status, code = error.status, error.code
    if status == 429:
        return TemporaryDeliveryError(
            "Discord asks to wait", status=status, code=code, retry_after=_retry_after(error)
        )
    if code in _PASSING:
        return TemporaryDeliveryError(
            f"Discord asks to wait: {error.text}",
            status=status,
            code=code,
            retry_after=_PASSING[code],
        )
    if status == 401:
        # Nothing is wrong with the delivery: it is sent as soon as the bot has a valid token.
        return TemporaryDeliveryError("Discord refuses the bot's token", status=status, code=code)
    if code in _FINAL:
        return PermanentDeliveryError(_FINAL[code], status=status, code=code)
    if code in _OF_MESSAGE:
        return PermanentDeliveryError(
            _OF_MESSAGE[code], status=status, code=code, of_message_only=True
        )
    if code in {_MISSING_ACCESS, _MISSING_PERMISSIONS}:
        return PermanentDeliveryError(_lacks(code, lacking), status=status, code=code)
    if status >= 500 or code == 0:
        # Without a code it is no verdict of Discord's but of a proxy on the way to it.
        return TemporaryDeliveryError(
            f"Discord is not well: HTTP {status}", status=status, code=code
        )
    refused = kept(
        "Discord refused it (HTTP {status}, code {code}): {reason}",
        status=status,
        code=code,
        reason=error.text,
    )
    return PermanentDeliveryError(refused, status=status, code=code, of_message_only=status == 400)


def _lacks(code: int, lacking: list[str]) -> str:
    if lacking:
        return kept(
            "I lack these permissions in the channel: {names}. Grant them to my role there.",
            names=lacking,
        )
    if code == _MISSING_ACCESS:
        return kept(
            "I cannot see the channel. Give my role View Channel in the channel's settings."
        )
    return kept(
        "I lack a permission in the channel. Check that my role may view it, send messages, "
        "read its history and add reactions."
    )


def _retry_after(error: discord.HTTPException) -> float | None:
    """The server's wish in seconds; the library keeps only the headers of such an answer."""
    wish = error.response.headers.get("Retry-After", "")
    try:
        return max(0.0, float(wish))
    except ValueError:
        return None
