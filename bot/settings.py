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
    "summarizer": "model",
    "translator": "deepl",
    "translation_memory": "translations/",
    "chat_url": "http://127.0.0.1:11434/v1",
    "chat_key": "sk-your-key",
    "chat_model": "gpt-4o-mini",
    "chat_window": "8192",
    "chat_timeout": "60",
    "chat_concurrency": "4",
    "chat_price_in": "0.15",
    "chat_price_out": "0.60",
    "deepl_key": "279a2e9d-83b3-c416-7e2d-f721593e42a0:fx",
    "deepl_url": "https://api-free.deepl.com",
    "deepl_price": "25",
    "libretranslate_url": "http://127.0.0.1:5000",
    "libretranslate_key": "your-key",
    "models_index": (
        "https://raw.githubusercontent.com/argosopentech/argospm-index/main/index.json"
    ),
    "model_threads": "1",
    "semantic_scholar": "true",
    "semantic_scholar_url": "https://api.semanticscholar.org",
    "semantic_scholar_key": "your-key",
    "embeddings_url": "http://127.0.0.1:11434/v1",
    "embeddings_key": "sk-your-key",
    "embeddings_model": "nomic-embed-text",
    "embeddings_price": "0.02",
    "budget_characters": "500000",
    "budget_cost": "2.50",
    "digest_model_wait": "45",
    "reader_patience": "20",
    "requests_per_second": "48",
    "delivery_workers": "100",
    "clock_url": "http://127.0.0.1:8123/control/clock",
    "stall_monitor": "true",
}


_KEYS = (
    "chat_key", "deepl_key", "libretranslate_key", "semantic_scholar_key", "embeddings_key",
)  # fmt: skip


def _split(value: object) -> object:
    if isinstance(value, str):
        return [part for part in value.replace(";", ",").replace(" ", ",").split(",") if part]
    return value


class Settings(BaseModel):
    """Validated settings. Durations are in seconds."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", validate_default=False, protected_namespaces=()
    )

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
    summarizer: Literal["extractive", "model"] = "extractive"
    translator: Literal["auto", "none", "memory", "model", "deepl", "libretranslate", "local"] = (
        "auto"
    )
    translation_memory: Path | None = None
    chat_url: str = ""
    chat_key: SecretStr | None = None
    chat_model: str = Field("", max_length=64)
    chat_window: int = Field(8192, ge=1024, le=10_000_000)
    chat_timeout: float = Field(60, gt=0, le=600)
    chat_concurrency: int = Field(4, ge=1, le=64)
    chat_price_in: float = Field(0, ge=0, le=10_000)
    chat_price_out: float = Field(0, ge=0, le=10_000)
    deepl_key: SecretStr | None = None
    deepl_url: str = ""
    deepl_price: float = Field(0, ge=0, le=10_000)
    libretranslate_url: str = ""
    libretranslate_key: SecretStr | None = None
    models_index: str = EXAMPLES["models_index"]
    model_threads: int = Field(1, ge=1, le=64)
    semantic_scholar: bool = True
    semantic_scholar_url: str = EXAMPLES["semantic_scholar_url"]
    semantic_scholar_key: SecretStr | None = None
    embeddings_url: str = ""
    embeddings_key: SecretStr | None = None
    embeddings_model: str = Field("", max_length=128)
    embeddings_price: float = Field(0, ge=0, le=10_000)
    budget_characters: int = Field(0, ge=0)
    budget_cost: float = Field(0, ge=0)
    digest_model_wait: float = Field(45, gt=0, le=600)
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
        "discord_api_base",
        "arxiv_api_url",
        "arxiv_feed_url",
        "arxiv_oai_url",
        "chat_url",
        "deepl_url",
        "libretranslate_url",
        "models_index",
        "semantic_scholar_url",
        "embeddings_url",
        "clock_url",
    )
    @classmethod
    def _is_url(cls, value: str) -> str:
        if not value:
            return value
        parts = urlsplit(value)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ValueError(f"{value!r} is not an http or https address")
        _ = parts.port  # ValueError if it is none
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

    @field_validator(*_KEYS)
    @classmethod
    def _is_key(cls, value: SecretStr | None) -> SecretStr | None:
        text = value.get_secret_value().strip() if value is not None else ""
        # Keys go into headers; the problem is told without the value.
        if any(c.isspace() or not c.isprintable() or not c.isascii() for c in text):
            raise ValueError("give the bare key, without spaces")
        return SecretStr(text) if text else None

    @field_validator("database_url")
    @classmethod
    def _is_database(cls, value: str) -> str:
        if not value:
            return value
        # Slow to load, and few set this.
        from sqlalchemy.engine import make_url  # noqa: PLC0415
        from sqlalchemy.exc import ArgumentError  # noqa: PLC0415

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

    @model_validator(mode="after")
    def _names_its_providers(self) -> Self:
        needs = {
            "chat_url": self.summarizer == "model" or self.translator == "model",
            "chat_model": bool(self.chat_url),
            "embeddings_model": bool(self.embeddings_url),
            "deepl_key": self.translator == "deepl",
            "libretranslate_url": self.translator == "libretranslate",
            "translation_memory": self.translator == "memory",
        }
        for name, needed in needs.items():
            if needed and not getattr(self, name):
                raise SettingsError(
                    PREFIX + name.upper(),
                    "it is not set, and another setting asks for this provider",
                    EXAMPLES[name],
                )
        return self

    @property
    def secrets(self) -> list[str]:
        """All secrets, to be kept out of logs."""
        keys: list[SecretStr | None] = [self.discord_token, *(getattr(self, k) for k in _KEYS)]
        return [key.get_secret_value() for key in keys if key is not None]

    @property
    def models(self) -> Path:
        """The folder of the local translation models."""
        return self.data_dir / "models"

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
        if name not in {"discord_token", *_KEYS}:
            problem = f"{given.get(name, '')!r} cannot be used: {problem[:1].lower()}{problem[1:]}"
        raise SettingsError(_env(name), problem, EXAMPLES[name]) from None


def _env(name: str) -> str:
    return PREFIX + name.upper()
