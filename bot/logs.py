"""Structured logs, one way for our own and the libraries' records, with secrets taken out."""

import logging
import re
import secrets
import sys
from collections.abc import Sequence

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

# What a Discord bot token and a token in a webhook's or interaction's path look like.
_TOKEN = re.compile(r"[\w-]{23,30}\.[\w-]{6,7}\.[\w-]{27,}")
_PATH_TOKEN = re.compile(r"(/(?:webhooks|interactions)/\d+/)[^/\s\"'?]+")


class Redactor:
    """Replaces secrets by `[secret]` in every text of a record."""

    def __init__(self, known: Sequence[str] = ()) -> None:
        self._known = tuple(secret for secret in known if secret)

    def text(self, value: str) -> str:
        for secret in self._known:
            value = value.replace(secret, "[secret]")
        return _PATH_TOKEN.sub(r"\1[secret]", _TOKEN.sub("[secret]", value))

    def __call__(self, logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
        del logger, method
        for key, value in event.items():
            if isinstance(value, str):
                event[key] = self.text(value)
            elif isinstance(value, BaseException):
                event[key] = self.text(repr(value))
            elif not key.startswith("_"):  # structlog's own
                # Addresses, lists and the like: as they are, unless a secret shows in them.
                shown = repr(value)
                if (clean := self.text(shown)) != shown:
                    event[key] = clean
        return event


def configure(level: str, style: str, known_secrets: Sequence[str] = ()) -> None:
    """Set logging up for the process: `style` is `console` (for people) or `json`."""
    redactor = Redactor(known_secrets)
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        redactor,
    ]
    renderer: Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False, default=str)
        if style == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    # The libraries tell each request at INFO; an operator wants their warnings.
    quiet = max(logging.getLevelNamesMapping()[level], logging.WARNING)
    for name in ("discord", "httpx", "httpcore", "aiosqlite", "alembic", "sqlalchemy", "arxiv"):
        logging.getLogger(name).setLevel(quiet)


def incident_id() -> str:
    """A short id that a person sees and the log holds, so that the two can be joined."""
    return secrets.token_hex(4)
