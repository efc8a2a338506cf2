"""Settings: from flags, `DESKBELL_*` variables and a TOML file, in that order. Built once, passed in, never a global."""

import os
import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)
from typing_extensions import override

Role = Literal["all", "web", "delivery"]

STANDARD_SCHEDULE = (0, 5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)


class SettingsError(Exception):
    """A setting is wrong; the message names it and says what is wanted."""


class Settings(BaseSettings):
    """Every setting, its default and what it does. The reference in docs/ is generated from here."""

    model_config = SettingsConfigDict(
        env_prefix="DESKBELL_", extra="forbid", frozen=True, hide_input_in_errors=True
    )

    data_dir: Path = Field(
        Path("data"),
        description="Folder for the SQLite database and uploaded files; several machines on one database share it.",
    )
    database: str = Field(
        default_factory=lambda known: f"sqlite:///{known.get('data_dir', 'data')}/deskbell.db",
        description=(
            "Where everything is kept: `sqlite:///path` for one process, `postgresql://user:password@host/name` for many. "
            "By default a file in the data folder."
        ),
    )
    host: str = Field("127.0.0.1", description="Address to listen on.")
    port: int = Field(
        8900, ge=0, le=65535, description="Port to listen on; 0 picks a free one and prints it."
    )
    role: Role = Field(
        "all", description="What this process does: `all`, `web` (serve HTTP) or `delivery` (ring the bells)."
    )
    public_url: str = Field(
        "", description="The address people and widgets use, where it differs from host and port."
    )
    max_body_bytes: int = Field(1_048_576, ge=1_024, description="Largest request body accepted, in bytes.")
    max_import_bytes: int = Field(
        5_242_880, ge=1_024, description="Largest file of contacts to import, in bytes."
    )
    max_upload_bytes: int = Field(
        41_943_040, ge=1_024, description="Largest file somebody may attach or take as an avatar, in bytes."
    )
    max_upload_total_bytes: int = Field(
        104_857_600, ge=1_024, description="Most bytes the files of one request may have together."
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="How much is logged.")
    log_form: Literal["text", "json"] = Field("text", description="Log lines for people or for machines.")
    session_days: int = Field(180, ge=1, description="How long a widget visitor's session lives, in days.")
    sign_in_days: int = Field(
        60, ge=1, description="How long somebody who signed in stays signed in, in days."
    )
    idempotency_hours: float = Field(
        24.0, gt=0, description="Hours for which a POST's answer is remembered under its `Idempotency-Key`."
    )
    rate_limit_token: int = Field(
        120_000,
        ge=0,
        description="Requests a minute one access token may make of one process; 0 for any number.",
    )
    rate_limit_address: int = Field(
        30_000,
        ge=0,
        description="Requests a minute one address may make of one process without a token of its own, such as widgets do; 0 for any number.",
    )
    rate_limit_sign_in: int = Field(
        10,
        ge=0,
        description="Attempts to sign in within five minutes, from one address and with one email; 0 for any number.",
    )
    rate_limit_visitor_messages: int = Field(
        60,
        ge=0,
        description="Messages, and openings of the widget, that one visitor's session may make in a minute; 0 for any number.",
    )
    rate_limit_visitor_conversations: int = Field(
        20,
        ge=0,
        description="Conversations one visitor's session may begin in an hour; 0 for any number.",
    )
    rate_limit_inbox_conversations: int = Field(
        1_200,
        ge=0,
        description="Conversations the visitors behind one address may begin in one website inbox in an hour, so that new sessions "
        "gain nothing; 0 for any number.",
    )
    sockets_per_address: int = Field(
        1_000,
        ge=0,
        description="WebSockets one address may keep open to one process; 0 for any number.",
    )
    listeners_per_account: int = Field(
        20_000,
        ge=0,
        description="Visitors of one account, and apart from them its agents, who may listen at one process by WebSockets at once; 0 for any number.",
    )
    body_timeout: float = Field(
        30.0,
        gt=0,
        description="Seconds in which nothing of a request's body may come before the request is given up.",
    )
    smtp_url: str = Field(
        "",
        description="The mail server that transcripts, invitations and links to new passwords are sent by: `smtp://user:password@host:587` or `smtps://host`; with a password the connection is always sealed. Empty: no mail.",
    )
    mail_from: str = Field(
        "",
        description="Who mail is from: `Support <support@example.com>`; needed where there is an smtp_url.",
    )
    rate_limit_mail: int = Field(
        30, ge=0, description="Letters an account may send within five minutes; 0 for any number."
    )

    delivery_allow: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        description="Private addresses webhooks may reach all the same: networks (`10.0.0.0/8`), addresses or host names, "
        "each with an optional `:port`, separated by commas.",
    )
    delivery_connect_timeout: float = Field(5.0, gt=0, le=60, description="Seconds to connect to a receiver.")
    delivery_timeout: float = Field(
        15.0, gt=0, le=120, description="Seconds for a whole attempt, connecting included."
    )
    delivery_schedule: Annotated[tuple[int, ...], NoDecode] = Field(
        STANDARD_SCHEDULE,
        description="Seconds to wait before each attempt, separated by commas; after the last one a delivery is dead.",
    )
    delivery_jitter: float = Field(
        0.2, ge=0, le=0.9, description="How far a wait may stray from the schedule, as a share of it."
    )
    delivery_concurrency: int = Field(
        512, ge=1, le=10_000, description="Attempts one process keeps in flight."
    )
    delivery_target_concurrency: int = Field(
        64, ge=1, le=1_000, description="Attempts one process keeps in flight to one target."
    )
    retention_days: float = Field(
        90.0,
        gt=0,
        description="Days for which an event's body and the attempts at delivering it are kept, and replays reach back. Undelivered events are kept however old.",
    )
    delivery_give_up_days: float = Field(
        5.0, gt=0, description="Days a target may fail every attempt before it is disabled."
    )
    delivery_poll: float = Field(
        0.5, gt=0, le=60, description="Seconds between looks for due work that nobody announced."
    )

    @field_validator("delivery_allow", "delivery_schedule", mode="before")
    @classmethod
    def _split_commas(cls, value: Any) -> Any:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    @field_validator("delivery_schedule")
    @classmethod
    def _schedule_is_a_schedule(cls, value: tuple[int, ...]) -> tuple[int, ...]:
        if not value or any(wait < 0 for wait in value):
            raise ValueError("give at least one wait, none of them negative")
        return value

    @field_validator("database")
    @classmethod
    def _database_is_known(cls, value: str) -> str:
        if not value.startswith(("sqlite:///", "postgresql://", "postgres://")) or value == "sqlite:///":
            raise ValueError("use sqlite:///path or postgresql://user:password@host/name")
        return value

    @field_validator("smtp_url")
    @classmethod
    def _smtp_url_names_a_server(cls, value: str) -> str:
        if value and (not value.startswith(("smtp://", "smtps://")) or not urlsplit(value).hostname):
            raise ValueError("use smtp://user:password@host:port or smtps://user:password@host:port")
        return value

    @field_validator("mail_from")
    @classmethod
    def _mail_from_is_an_address(cls, value: str) -> str:
        if value and ("@" not in value or not value.isprintable()):
            raise ValueError("use an address such as Support <support@example.com>")
        return value

    @property
    def delivery_lease(self) -> float:
        """Seconds a worker may hold a lane: one whole attempt, and as long again to settle it."""
        return self.delivery_timeout * 2

    @override
    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)


def load(flags: dict[str, Any], toml: Path | None = None) -> Settings:
    """Build the settings. `flags` win over the environment, the environment over the file; None means not given.

    Raises SettingsError naming every wrong setting.
    """
    if toml is not None and not toml.is_file():
        raise SettingsError(f"There is no settings file at {toml}.")

    strangers = _unknown_variables()
    if strangers:
        raise SettingsError("\n".join(f"{name}: there is no such setting." for name in strangers))

    class Sourced(Settings):
        model_config = SettingsConfigDict(toml_file=toml)

    try:
        return Sourced(**{name: value for name, value in flags.items() if value is not None})
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise SettingsError(f"{toml} cannot be read: {error}.") from None
    except ValidationError as error:
        raise SettingsError("\n".join(_explain(problem) for problem in error.errors())) from None


def _unknown_variables() -> list[str]:
    known = {f"DESKBELL_{name.upper()}" for name in Settings.model_fields}
    return sorted(
        name
        for name in os.environ
        if name.startswith("DESKBELL_") and not name.startswith("DESKBELL_TEST_") and name not in known
    )


def _explain(problem: Any) -> str:
    name = str(problem["loc"][0]) if problem["loc"] else "settings"
    if problem["type"] == "extra_forbidden":
        return f"{name}: there is no such setting."
    return f"{name} (DESKBELL_{name.upper()}): {problem['msg'].removeprefix('Value error, ')}."
