"""All settings: the only module that reads the environment.

Every setting is a variable `PAPERBOY_…` in the environment or in `.env`; the environment wins.
`docs/operating.md` lists them.
"""

import difflib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from dotenv import dotenv_values
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from bot.errors import SettingsError

PREFIX = "PAPERBOY_"

EXAMPLES: Mapping[str, str] = {
    "discord_token": "MTIzNDU2Nzg5MDEyMzQ1Njc4.Gabcde.your-bot-token",
    "discord_api_base": "https://discord.com/api/v10",
    "arxiv_api_url": "https://export.arxiv.org/api/query",
    "arxiv_feed_url": "https://rss.arxiv.org/rss",
    "arxiv_oai_url": "https://oaipmh.arxiv.org/oai",
    "arxiv_interval": "3.0",
    "contact": "mailto:operator@example.org",
    "data_dir": "data",
    "database_url": "sqlite+aiosqlite:///data/paperboy.db",
    "log_level": "INFO",
    "log_format": "json",
    "owner_ids": "80351110224678912,80351110224678913",
    "poll_interval": "600",
    "quiet_after": "10800",
    "digest_patience": "21600",
    "max_subscriptions": "50",
    "bookmark_hint": "true",
    "translation_memory": "translations/",
    "reader_patience": "20",
    "requests_per_second": "48",
    "delivery_workers": "100",
    "clock_url": "http://127.0.0.1:8123/control/clock",
    "stall_monitor": "true",
}


def _split(value: object) -> object:
    if isinstance(value, str):
        return [part for part in value.replace(";", ",").replace(" ", ",").split(",") if part]
    return value


class Settings(BaseModel):
    """Validated settings. Durations are in seconds."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=False)

    discord_token: SecretStr | None = None
    discord_api_base: str = EXAMPLES["discord_api_base"]
    arxiv_api_url: str = EXAMPLES["arxiv_api_url"]
    arxiv_feed_url: str = EXAMPLES["arxiv_feed_url"]
    arxiv_oai_url: str = EXAMPLES["arxiv_oai_url"]
    arxiv_interval: float = Field(3.0, ge=0, le=3600)
    contact: str = Field("", max_length=200)
    data_dir: Path = Path("data")
    database_url: str = ""
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    log_format: Literal["console", "json"] = "console"
    owner_ids: Annotated[tuple[int, ...], BeforeValidator(_split)] = ()
    poll_interval: float = Field(600, ge=1, le=86_400)
    quiet_after: float = Field(10_800, ge=0, le=86_400)
    digest_patience: float = Field(21_600, ge=0, le=86_400)
    max_subscriptions: int = Field(50, ge=1, le=1000)
    bookmark_hint: bool = True
    translation_memory: Path | None = None
    reader_patience: float = Field(20, gt=0, le=600)
    requests_per_second: float = Field(48, gt=0, le=1000)
    delivery_workers: int = Field(100, ge=1, le=500)
    clock_url: str = ""
    stall_monitor: bool = False

    @field_validator("log_level", mode="before")
    @classmethod
    def _upper(cls, value: object) -> object:
        return value.upper() if isinstance(value, str) else value

    @field_validator(
        "discord_api_base", "arxiv_api_url", "arxiv_feed_url", "arxiv_oai_url", "clock_url"
    )
    @classmethod
    def _is_url(cls, value: str) -> str:
        if not value:
            return value
        parts = urlsplit(value)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ValueError(f"{value!r} is not an http or https address")
        return value.rstrip("/")

    @field_validator("discord_token")
    @classmethod
    def _is_token(cls, value: SecretStr | None) -> SecretStr | None:
        if value is None:
            return None
        text = value.get_secret_value().strip()
        if not text:
            return None
        # The problem is told without the value: a token must never reach a log.
        if text.lower().startswith("bot ") or any(c.isspace() for c in text):
            raise ValueError("give the bare bot token, without 'Bot' and without spaces")
        return SecretStr(text)

    @field_validator("database_url")
    @classmethod
    def _is_database(cls, value: str) -> str:
        if not value:
            return value
        try:
            url = make_url(value)
        except ArgumentError:
            raise ValueError("it is not a database address") from None
        if url.drivername != "sqlite+aiosqlite" or url.database in {None, "", ":memory:"}:
            raise ValueError("only a SQLite file is supported")
        return value

    @model_validator(mode="after")
    def _keeps_to_arxiv_terms(self) -> Self:
        for url in (self.arxiv_api_url, self.arxiv_feed_url, self.arxiv_oai_url):
            host = urlsplit(url).hostname or ""
            if (host == "arxiv.org" or host.endswith(".arxiv.org")) and self.arxiv_interval < 3:
                raise SettingsError(
                    PREFIX + "ARXIV_INTERVAL",
                    f"{self.arxiv_interval:g} s is less than the 3 s between requests "
                    "that arXiv's terms ask for",
                    EXAMPLES["arxiv_interval"],
                )
        return self

    @property
    def database(self) -> str:
        """The database address, by default `paperboy.db` in the data folder."""
        return self.database_url or f"sqlite+aiosqlite:///{self.data_dir / 'paperboy.db'}"

    def token(self) -> str:
        """The Discord token. Raises SettingsError if there is none."""
        if self.discord_token is None:
            raise SettingsError(
                PREFIX + "DISCORD_TOKEN",
                "it is not set; the bot's page in Discord's developer portal shows it under Bot",
                EXAMPLES["discord_token"],
            )
        return self.discord_token.get_secret_value()


def load(environ: Mapping[str, str], env_file: Path | None = Path(".env")) -> Settings:
    """Read and validate the settings from `environ` and, below it, an `.env` file.

    Raises SettingsError naming the first wrong variable, its problem and an example. Empty values
    count as not set. A variable with the prefix that no setting has is an error too: it is nearly
    always a misspelling.
    """
    values: dict[str, str] = {}
    if env_file is not None and env_file.is_file():
        values.update({k: v for k, v in dotenv_values(env_file).items() if v is not None})
    values.update(environ)
    given = {
        name.removeprefix(PREFIX).lower(): value.strip()
        for name, value in values.items()
        if name.startswith(PREFIX) and value.strip()
    }
    for name in given:
        if name not in Settings.model_fields:
            near = difflib.get_close_matches(name, Settings.model_fields, n=1, cutoff=0.5)
            if not near:
                raise SettingsError(_env(name), "there is no such setting", None)
            meant = _env(near[0])
            problem = f"there is no such setting; did you mean {meant}"
            raise SettingsError(_env(name), problem, EXAMPLES[near[0]], meant=meant)
    try:
        return Settings.model_validate(given)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        name = str(first["loc"][0])
        problem = first["msg"].removeprefix("Value error, ")
        if name != "discord_token":
            problem = f"{given.get(name, '')!r} cannot be used: {problem[:1].lower()}{problem[1:]}"
        raise SettingsError(_env(name), problem, EXAMPLES[name]) from None


def _env(name: str) -> str:
    return PREFIX + name.upper()
