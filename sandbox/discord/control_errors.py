"""Why something asked for at the control interface was not done."""

from typing import Any


class ControlError(Exception):
    """An answer of the control interface other than success.

    `status` is the HTTP status: 400 for a wrong request, 404 for something that does not exist,
    409 for something that the person cannot do right now, as Discord's client would not let them.
    `field` names the wrong field of the request, if it is one.
    """

    def __init__(self, status: int, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.field = field

    def body(self) -> dict[str, Any]:
        """The JSON body of the answer."""
        body: dict[str, Any] = {"error": self.message}
        if self.field is not None:
            body["field"] = self.field
        return body


def wrong(field: str, message: str) -> ControlError:
    """The request's `field` has a wrong value."""
    return ControlError(400, f"{field}: {message}", field)


def missing(message: str) -> ControlError:
    """The thing does not exist, or the person cannot see it."""
    return ControlError(404, message)


def refused(message: str) -> ControlError:
    """Discord's client would not let the person do this."""
    return ControlError(409, message)
