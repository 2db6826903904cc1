"""The typed settings: `config.toml`, with every key also as `SIGNAAL_<SECTION>__<KEY>` in the environment.

Every key has a default, so a file with only `[store]` is valid. Relative paths start at the file's folder. An
unknown key is an error that names it: a misspelt `four_eyes` must not silently mean the default.
"""

from __future__ import annotations

import os
import tomllib
from ipaddress import IPv4Network, IPv6Network, ip_address
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, ValidationError, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from store.errors import ConfigurationError
from store.values import CRAWLED, NETHERLANDS, PROVINCES, Rights, SourceKind

Network = IPv4Network | IPv6Network
Seconds = Annotated[int, Field(ge=1)]


class Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ServerSettings(Section):
    host: str = "127.0.0.1"
    port: int = Field(8000, ge=0, le=65535)
    workers: int = Field(1, ge=1, le=64)
    trusted_proxies: tuple[str, ...] = ()
    metrics_allow: tuple[Network, ...] = ()
    secret_file: str = "var/secret.key"  # noqa: S105 - a path, not a secret


class Partner(Section):
    name: str
    url: str = ""
    description: str = ""


class SiteSettings(Section):
    name: str = "Signaal"
    base_url: str = ""
    exit_url: str = "https://www.buienradar.nl/"
    language: Literal["nl"] = "nl"
    regions: tuple[str, ...] = ()
    organisation: str = ""
    contact: str = ""
    partners: tuple[Partner, ...] = ()

    @field_validator("base_url")
    @classmethod
    def _base_url(cls, value: str) -> str:
        if not value:
            return value
        parts = urlsplit(value)
        odd = parts.query or parts.fragment or "@" in parts.netloc or parts.port == 0
        if parts.scheme not in {"http", "https"} or not parts.hostname or odd:
            raise ValueError('must look like "https://signaal.example.nl"')
        if parts.path.rstrip("/"):
            raise ValueError("must have no path: the site lives at the root of a host, such as signaal.example.nl")
        if parts.scheme == "http" and not is_loopback(parts.hostname):
            raise ValueError("must be https: over plain http anyone on the way can read what a visitor reads")
        return value.rstrip("/")

    @field_validator("exit_url")
    @classmethod
    def _exit_url(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ValueError('must be the address of a neutral site, such as "https://www.buienradar.nl/"')
        return value

    @field_validator("regions")
    @classmethod
    def _regions(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for region in value:
            known_region(region)
        return value


class StoreSettings(Section):
    url: str = "sqlite:///var/signaal.db"

    @field_validator("url")
    @classmethod
    def _url(cls, value: str) -> str:
        if not value.startswith(("sqlite:///", "postgresql+psycopg://", "postgresql://")):
            raise ValueError("must start with sqlite:/// or postgresql+psycopg://")
        return value.replace("postgresql://", "postgresql+psycopg://", 1)


class CrawlSettings(Section):
    user_agent: str = ""
    contact: str = ""
    tick_seconds: Seconds = 60
    delay_seconds: float = Field(2.0, ge=0)
    deadline_seconds: Seconds = 600
    nameserver: str = ""
    allow_addresses: tuple[Network, ...] = ()


class DeskSettings(Section):
    undo_seconds: Seconds = 30
    session_idle_minutes: Seconds = 30
    claim_seconds: Seconds = 120
    four_eyes: Literal["auto", "always", "off"] = "auto"
    factor_grace_days: int = Field(7, ge=0, le=90)


class MailSettings(Section):
    host: str = ""
    port: int = Field(587, ge=1, le=65535)
    security: Literal["tls", "starttls", "none"] = "starttls"
    username: str = ""
    password_file: str = ""
    sender: str = ""
    folder: str = "var/mail"


class NoticeSettings(Section):
    debounce_seconds: int = Field(300, ge=0)
    per_minute: Seconds = 60
    per_domain_per_minute: Seconds = 20


class SourceSettings(Section):
    key: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,62}$")
    name: str = Field(min_length=1, max_length=200)
    url: str
    kind: SourceKind = SourceKind.FEED
    region: str = NETHERLANDS
    rights: Rights = Rights.EXCERPT
    pace: Seconds = 1800
    pace_min: int = Field(0, ge=0)
    pace_max: int = Field(0, ge=0)
    paused: bool = False
    checked: bool = True
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    options: dict[str, Any] = {}

    @field_validator("url")
    @classmethod
    def _url(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.port == 0:
            raise ValueError("must start with http:// or https:// and name a host")
        return value

    @field_validator("kind")
    @classmethod
    def _kind(cls, value: SourceKind) -> SourceKind:
        if value not in CRAWLED:
            raise ValueError(f"must be one of {', '.join(CRAWLED)}")
        return value

    @field_validator("region")
    @classmethod
    def _region(cls, value: str) -> str:
        return known_region(value)


class Settings(BaseSettings):
    """All settings, frozen. Made by `load`; passed as an argument, never a global."""

    model_config = SettingsConfigDict(
        env_prefix="SIGNAAL_",
        env_nested_delimiter="__",
        frozen=True,
        extra="forbid",
        nested_model_default_partial_update=True,
    )

    server: ServerSettings = ServerSettings()
    site: SiteSettings = SiteSettings()
    store: StoreSettings = StoreSettings()
    crawl: CrawlSettings = CrawlSettings()
    desk: DeskSettings = DeskSettings()
    mail: MailSettings = MailSettings()
    notices: NoticeSettings = NoticeSettings()
    source: tuple[SourceSettings, ...] = ()

    _folder: Path = PrivateAttr(default_factory=Path.cwd)
    _file: Path | None = PrivateAttr(default=None)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 - the signature is the library's
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment wins over the file."""
        return env_settings, init_settings

    @property
    def base_url(self) -> str:
        """Where the site lives, without a closing slash. Follows the port by default.

        Links on a loopback address name `localhost`: passkeys work there and nowhere else on plain http.
        """
        url = self.site.base_url or f"http://localhost:{self.server.port}"
        parts = urlsplit(url)
        if parts.hostname and is_loopback(parts.hostname):
            port = f":{parts.port}" if parts.port else ""
            return f"{parts.scheme}://localhost{port}{parts.path}"
        return url

    @property
    def is_https(self) -> bool:
        return self.base_url.startswith("https://")

    @property
    def user_agent(self) -> str:
        """How the crawler names itself; with a page that says who we are."""
        return self.crawl.user_agent or f"Signaal/0.1 (+{self.crawl.contact or self.base_url + '/over'})"

    @property
    def file(self) -> Path | None:
        return self._file

    def path(self, value: str) -> Path:
        """A path from the settings, from the configuration file's folder when it is relative."""
        return (self._folder / value).resolve()

    @property
    def store_url(self) -> str:
        """The database address, a relative SQLite path made absolute."""
        prefix = "sqlite:///"
        if not self.store.url.startswith(prefix):
            return self.store.url
        return prefix + str(self.path(self.store.url.removeprefix(prefix)))


def is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def known_region(value: str) -> str:
    if value != NETHERLANDS and value not in PROVINCES:
        raise ValueError(f'"{value}" is not a province; write one of {", ".join(PROVINCES)} or {NETHERLANDS}')
    return value


def load(file: Path | None = None) -> Settings:
    """Read the settings from `file`, else from `SIGNAAL_CONFIG`, else from `config.toml` if it is here.

    Raises ConfigurationError with one sentence for each thing that is wrong.
    """
    named = file or (Path(os.environ["SIGNAAL_CONFIG"]) if os.environ.get("SIGNAAL_CONFIG") else None)
    path = named or Path("config.toml")
    data: dict[str, Any] = {}
    if named or path.exists():
        data = _read(path)
    try:
        settings = Settings(**data)
    except ValidationError as error:
        raise ConfigurationError("\n".join(_sentences(path, error))) from None
    except ValueError as error:
        raise ConfigurationError(f"The environment holds a setting that cannot be read: {error}.") from None
    keys = [source.key for source in settings.source]
    double = sorted({key for key in keys if keys.count(key) > 1})
    if double:
        raise ConfigurationError(
            f"{path}: the source key {double[0]} stands there twice; give each source its own key."
        )
    settings._folder = path.resolve().parent  # noqa: SLF001 - set once, here
    settings._file = path.resolve() if path.exists() else None  # noqa: SLF001
    return settings


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ConfigurationError(
            f"The configuration file {path} does not exist; name another one with --config."
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"The configuration file {path} cannot be read: {error}.") from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"{path} is not valid TOML: {error}.") from None


def _sentences(path: Path, error: ValidationError) -> list[str]:
    sentences = []
    for problem in error.errors():
        where = problem["loc"]
        section = str(where[0])
        rest = ".".join(str(part) for part in where[1:])
        place = f"[{section}] {rest}" if rest else section
        variable = "SIGNAAL_" + "__".join(str(part) for part in where[:2]).upper()
        # The environment wins over the file, so a mistake in both is one of the environment.
        said_by = f"the environment variable {variable}" if variable in os.environ else str(path)
        if problem["type"] == "extra_forbidden":
            known = ", ".join(_known_keys(where))
            sentences.append(f"{said_by}: {place} is not a known key; known here: {known}.")
        else:
            message = problem["msg"].removeprefix("Value error, ")
            sentences.append(f"{said_by}: {place}: {message[:1].lower()}{message[1:]}.")
    return sentences


def _known_keys(where: tuple[int | str, ...]) -> list[str]:
    if len(where) == 1:
        return list(Settings.model_fields)
    section: Any = Settings.model_fields[str(where[0])].annotation
    if where[0] == "source":
        section = SourceSettings
    if len(where) > 2 and where[1] == "partners":  # noqa: PLR2004 - [site] partners.0.key
        section = Partner
    return list(section.model_fields)
