"""Every error that Paperboy raises.

    PaperboyError
    ├── UserError                 its sentence may be shown to a person
    │   ├── BadInput              what was typed cannot be used
    │   ├── NotAllowed            the person lacks a permission
    │   ├── BotLacksPermission    the bot lacks permissions in a channel
    │   ├── NotFound              the thing that was named is not there
    │   ├── LimitReached          a configured limit would be passed
    │   ├── NotSetUp              a service that this needs was not set up by the operator
    │   ├── BudgetSpent           the day's budget for paid services is used up
    │   └── TryAgain              something outside was slow or failed: a button tries again
    ├── SettingsError             a setting is wrong: variable, problem, example
    ├── StoreError                the database cannot be opened or migrated
    │   └── AlreadyRunning        another process holds the data folder
    ├── SourceError               an outside source did not give what it should
    │   ├── SourceUnavailable     no answer, refused, too slow: try again later
    │   │   └── AnswerLost        the request was sent, its answer was not read to its end
    │   ├── SourceRefused         a wrong key, an empty account: the operator has to act
    │   └── SourceGarbled         an answer that is not what it claims to be
    └── DeliveryError             Discord did not take a message
        ├── TemporaryDeliveryError    try again later with the same nonce
        └── PermanentDeliveryError    trying again cannot help: tell the admin

Foreign exceptions are translated where they enter: sources/, store/ and ui/sender.py.
"""

from collections.abc import Sequence

from bot.i18n import ENGLISH, commas, said, speaking, t


class PaperboyError(Exception):
    """The root of the tree."""


class UserError(PaperboyError):
    """An error whose text is one sentence for a person: what was wrong and what to do."""

    @property
    def sentence(self) -> str:
        return str(self)


class BadInput(UserError):
    """Something a person typed cannot be used."""


class NotAllowed(UserError):
    """The person lacks a permission for what they asked."""


class BotLacksPermission(UserError):
    """The bot lacks permissions in a channel; `missing` holds Discord's English names of them."""

    def __init__(self, channel: str, missing: Sequence[str]) -> None:
        self.channel = channel
        self.missing = tuple(missing)
        sentence = t(
            "I lack these permissions in {channel}: {names}. "
            "Grant them to my role in the channel's settings, then try again.",
            channel=channel,
            names=commas([t(name) for name in self.missing]),
        )
        super().__init__(sentence)


class NotFound(UserError):
    """The thing a person named does not exist (or is not theirs to see)."""


class LimitReached(UserError):
    """A configured limit would be passed."""


class NotSetUp(UserError):
    """A service that this needs was not set up.

    `setting` names the variable that an operator would set; readers are not told of it.
    """

    def __init__(self, sentence: str, setting: str) -> None:
        self.setting = setting
        super().__init__(sentence)


class BudgetSpent(UserError):
    """The day's budget for paid services is used up, or what is left is kept for digests."""


class TryAgain(UserError):
    """Something outside was slow or failed just now.

    `retry` is the custom id of a button that asks for the same again; empty if there is none.
    """

    def __init__(self, sentence: str, retry: str = "") -> None:
        self.retry = retry
        super().__init__(sentence)


class SettingsError(PaperboyError):
    """A setting is missing or wrong.

    `example` is a good value, if there is one to show; of the variable `meant`, if another than
    `variable` is.
    """

    def __init__(
        self, variable: str, problem: str, example: str | None, *, meant: str | None = None
    ) -> None:
        self.variable = variable
        self.problem = problem
        self.example = example
        shown = f" Example: {meant or variable}={example}" if example is not None else ""
        super().__init__(f"{variable}: {problem}.{shown}")


class StoreError(PaperboyError):
    """The database or its folder cannot be opened, backed up or migrated."""


class AlreadyRunning(StoreError):
    """Another process holds the data folder."""


class SourceError(PaperboyError):
    """An outside source did not give what it should.

    `source` names it ("arXiv feed"), `status` is the HTTP status if there was an answer.
    """

    def __init__(self, source: str, problem: str, *, status: int | None = None) -> None:
        self.source = source
        self.problem = problem
        self.status = status
        super().__init__(f"{source}: {problem}" + (f" (HTTP {status})" if status else ""))


class SourceUnavailable(SourceError):
    """No usable answer now; `retry_after` is the server's own wish in seconds, if it gave one."""

    def __init__(
        self,
        source: str,
        problem: str,
        *,
        status: int | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(source, problem, status=status)
        self.retry_after = retry_after


class AnswerLost(SourceUnavailable):
    """A request was sent and its answer did not come in time, or broke off: it may have been
    billed, so nobody repeats it by himself."""


class SourceRefused(SourceError):
    """A service does not accept the key, or the account has no credit: asking again is no use
    until the operator has acted."""


class SourceGarbled(SourceError):
    """An answer that is not what it claims to be: HTML for XML, truncated, hostile, too large."""


class DeliveryError(PaperboyError):
    """Discord did not take a message; `status` and `code` are HTTP's and Discord's, if any."""

    def __init__(self, problem: str, *, status: int | None = None, code: int | None = None) -> None:
        self.problem = problem
        self.status = status
        self.code = code
        with speaking(ENGLISH):  # for the log
            super().__init__(said(problem))


class TemporaryDeliveryError(DeliveryError):
    """Worth another try, with the same nonce; `retry_after` in seconds if Discord said so."""

    def __init__(
        self,
        problem: str,
        *,
        status: int | None = None,
        code: int | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(problem, status=status, code=code)
        self.retry_after = retry_after


class PermanentDeliveryError(DeliveryError):
    """Another try cannot help until somebody changes something; the problem says what.

    `problem` may be a text that `bot.i18n.kept` made: `said` tells it in the reader's language.

    `of_message_only` says that the channel is fine and only this one message was refused.
    """

    def __init__(
        self,
        problem: str,
        *,
        status: int | None = None,
        code: int | None = None,
        of_message_only: bool = False,
    ) -> None:
        super().__init__(problem, status=status, code=code)
        self.of_message_only = of_message_only
