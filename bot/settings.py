"""Settings: environment over ``.env`` over the TOML file that ``DL_CONFIG`` names; read once, frozen, wrong ones refuse to start."""

import difflib
import ipaddress
import os
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import SplitResult, unquote, urlsplit

from dotenv import dotenv_values
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, ValidationError, model_validator

from bot.domain.errors import RefuseToStart

_TOKEN = re.compile(r"\d{5,16}:[A-Za-z0-9_-]{10,64}")
_SECRET = re.compile(r"[A-Za-z0-9_-]{8,256}")
#: Tokens and numbers that stand in documentation everywhere.
_EXAMPLES = ("123456:abc-def1234", "110201543:aahdqtcvch1vgwjxfseofsas0k5paldsaw", "changeme", "change-me", "change_me", "your-", "your_")
#: What a process gets in place of a secret that it does not need.
_LEFT_OUT = "left-out-for-this-process"
_LOCAL_NAMES = frozenset({"localhost"})


def _address(text: object) -> object:
    """``host:port`` as a pair."""
    if not isinstance(text, str):
        return text
    host, _, port = text.rpartition(":")
    if not host or not port.isdigit() or not 0 < int(port) < 65536:
        raise ValueError("must be host:port")
    return (host.strip("[]"), int(port))


def _url(text: object) -> object:
    """An http or https address without a slash at its end."""
    parts = urlsplit(str(text))
    if not _has_right_port(parts):
        raise ValueError("its port must be a number from 1 to 65535")
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("must be an http or https address")
    return str(text).rstrip("/")


def _has_right_port(parts: SplitResult) -> bool:
    """Whether its port is one, or left out."""
    try:
        return parts.port != 0
    except ValueError:
        return False


def _networks(text: object) -> object:
    """Addresses and networks, with commas between them."""
    if not isinstance(text, str):
        return text
    try:
        return tuple(ipaddress.ip_network(each.strip()) for each in text.split(","))
    except ValueError:
        raise ValueError("must be addresses or networks with commas between them, such as 127.0.0.1,10.0.0.0/8") from None


Networks = Annotated[tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...], BeforeValidator(_networks)]
Listen = Annotated[tuple[str, int], BeforeValidator(_address)]
Url = Annotated[str, BeforeValidator(_url)]


def is_local(host: str) -> bool:
    """Whether a host is this machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host in _LOCAL_NAMES


class Settings(BaseModel):
    """Every setting, checked; ``repr`` hides what is secret."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    data_dir: Path = Path("var")  #: database, lock, wake-up sockets; never models
    database_url: SecretStr | None = None  #: SQLite in the data directory when not set
    master_key_file: Path | None = None
    mission_file: Path | None = None
    telegram_token: SecretStr | None = None
    telegram_api_url: Url = "https://api.telegram.org"
    telegram_mode: Literal["polling", "webhook"] = "polling"
    telegram_webhook_listen: Listen = ("127.0.0.1", 8082)
    telegram_webhook_url: Url | None = None
    telegram_webhook_secret: SecretStr | None = None
    signal_account: str | None = Field(default=None, repr=False)
    signal_api_url: Url | None = None
    signal_webhook_listen: Listen = ("127.0.0.1", 8081)
    signal_webhook_secret: SecretStr | None = None
    nlu_url: Url | None = None
    nlu_token: SecretStr | None = None
    allow_unattended: bool = False
    desk: bool = True  #: whether there is a desk at all
    desk_listen: Listen = ("127.0.0.1", 8400)
    desk_url: Url | None = None  #: under which officers' browsers reach the desk, when that is not where it listens
    desk_tls_certificate: Path | None = None
    desk_tls_key: Path | None = None
    desk_trusted_proxies: Networks = ()  #: which may say for whom they ask
    files_megabytes: int = Field(default=5_000, ge=0)  #: files that came with messages are kept up to so much together
    metrics_listen: Listen | None = None
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    config: Path | None = None

    @property
    def has_messenger(self) -> bool:
        """Whether a real messenger is configured; without one there is the console."""
        return self.telegram_token is not None or self.signal_account is not None

    @property
    def database(self) -> str:
        """The database's URL."""
        if self.database_url is not None:
            return self.database_url.get_secret_value()
        return f"sqlite:///{(self.data_dir / 'defender-line.db').absolute()}"

    @property
    def key_file(self) -> Path:
        """The master key's file; the console try-out keeps it in the data directory."""
        return self.master_key_file or self.data_dir / "key" / "master.key"

    @property
    def mission(self) -> Path:
        """The mission's file; the shipped one for the console only."""
        return self.mission_file or Path(__file__).resolve().parent.parent / "missions" / "podgorica.toml"

    @property
    def secrets(self) -> tuple[str, ...]:
        """Every secret value, for the redacting log filter."""
        held = (self.telegram_token, self.telegram_webhook_secret, self.signal_webhook_secret, self.nlu_token, self.database_url)
        values = [secret.get_secret_value() for secret in held if secret is not None]
        return (*values, *_passwords(self.database), *([self.signal_account] if self.signal_account else []))

    @model_validator(mode="after")
    def _stored(self) -> Self:
        scheme, _, place = self.database.partition("://")
        if scheme.startswith("sqlite") and (":memory:" in place or "mode=memory" in place or not place.partition("?")[0].strip("/")):
            raise ValueError("DL_DATABASE_URL: names no file: sqlite:////path/of/the/file")
        return self

    @model_validator(mode="after")
    def _telegram(self) -> Self:
        if self.telegram_token is None:
            return self
        if not _TOKEN.fullmatch(self.telegram_token.get_secret_value()):
            raise ValueError("DL_TELEGRAM_TOKEN: this is not a bot token")
        parts = urlsplit(self.telegram_api_url)
        if parts.scheme == "http" and not is_local(parts.hostname or ""):
            raise ValueError("DL_TELEGRAM_API_URL: the token would travel in clear: https is needed")
        if self.telegram_mode == "webhook":
            self._webhook()
        return self

    def _webhook(self) -> None:
        secret = self.telegram_webhook_secret
        if secret is None or not _SECRET.fullmatch(secret.get_secret_value()):
            raise ValueError("DL_TELEGRAM_WEBHOOK_SECRET: needs 8 to 256 letters, digits, - or _")
        if self.telegram_webhook_url is None:
            raise ValueError("DL_TELEGRAM_WEBHOOK_URL: needed in webhook mode")
        if not self.telegram_webhook_url.startswith("https://") and not is_local(urlsplit(self.telegram_webhook_url).hostname or ""):
            raise ValueError("DL_TELEGRAM_WEBHOOK_URL: must be https")

    @model_validator(mode="after")
    def _signal(self) -> Self:
        if (self.signal_account is None) != (self.signal_api_url is None):
            raise ValueError("DL_SIGNAL_ACCOUNT and DL_SIGNAL_API_URL: each needs the other")
        if self.signal_account is not None and not re.fullmatch(r"\+\d{6,15}", self.signal_account):
            raise ValueError("DL_SIGNAL_ACCOUNT: a phone number such as +12065550100")
        if self.signal_webhook_secret is not None and not _SECRET.fullmatch(self.signal_webhook_secret.get_secret_value()):
            raise ValueError("DL_SIGNAL_WEBHOOK_SECRET: needs 8 to 256 letters, digits, - or _")
        return self

    @model_validator(mode="after")
    def _real_use(self) -> Self:
        if not self.has_messenger:
            return self
        if self.mission_file is None:
            raise ValueError("DL_MISSION_FILE: must be set when a messenger is configured: there is no default mission")
        if self.master_key_file is None:
            raise ValueError("DL_MASTER_KEY_FILE: must be set when a messenger is configured")
        if self.master_key_file.resolve().is_relative_to(self.data_dir.resolve()):
            raise ValueError("DL_MASTER_KEY_FILE: must lie outside DL_DATA_DIR: whoever copies the data must not have the key")
        return self

    @property
    def desk_is_wanted(self) -> bool:
        """Whether somebody set where the desk listens: then a start without it is refused."""
        return "desk_listen" in self.model_fields_set and self.desk

    @property
    def without_messengers(self) -> Mapping[str, str]:
        """Settings for a process that speaks with no messenger: each secret that is set and that it does not need is another word.

        The bot's public number stays: it stands in the names of conversations.  What overrides the environment overrides ``.env`` too.
        """
        kept = {"database_url"}
        held = {name for name in self.model_fields_set if isinstance(getattr(self, name), SecretStr)} - kept
        number = self.telegram_token.get_secret_value().partition(":")[0] if self.telegram_token else ""
        return {f"DL_{name.upper()}": f"{number}:{_LEFT_OUT}" if name == "telegram_token" else _LEFT_OUT for name in sorted(held)}

    @property
    def desk_has_tls(self) -> bool:
        """Whether the desk itself speaks https."""
        return self.desk_tls_certificate is not None

    @property
    def desk_is_secure(self) -> bool:
        """Whether browsers reach the desk by https, its own or a reverse proxy's."""
        return self.desk_has_tls or (self.desk_url or "").startswith("https://")

    @property
    def desk_address(self) -> str:
        """Where an officer's browser finds the desk; without a slash at its end."""
        host, port = self.desk_listen
        return self.desk_url or f"{'https' if self.desk_has_tls else 'http'}://{f'[{host}]' if ':' in host else host}:{port}"

    @property
    def desk_hosts(self) -> frozenset[str]:
        """The names for which the desk answers: a page of another site cannot make a browser use it under its own."""
        local = {"127.0.0.1", "localhost", "::1"}
        return frozenset({urlsplit(self.desk_address).hostname or "", self.desk_listen[0], *local})

    @model_validator(mode="after")
    def _desk(self) -> Self:
        if (self.desk_tls_certificate is None) != (self.desk_tls_key is None):
            raise ValueError("DL_DESK_TLS_CERTIFICATE and DL_DESK_TLS_KEY: each needs the other")
        if self.desk_url is not None and not self.desk_is_secure and not is_local(urlsplit(self.desk_url).hostname or ""):
            raise ValueError("DL_DESK_URL: passwords would travel in clear: https, or this machine, is needed")
        if any(network.prefixlen == 0 for network in self.desk_trusted_proxies):
            raise ValueError("DL_DESK_TRUSTED_PROXIES: everybody would be trusted: name the proxies")
        if is_local(self.desk_listen[0]):
            return self
        if not self.desk_has_tls:
            raise ValueError("DL_DESK_LISTEN: without DL_DESK_TLS_CERTIFICATE the desk listens on this machine only")
        if not (self.desk_url or "").startswith("https://"):
            raise ValueError("DL_DESK_URL: needed, with https, when the desk listens for other machines")
        return self

    @model_validator(mode="after")
    def _nlu(self) -> Self:
        if self.nlu_url is None:
            return self
        parts = urlsplit(self.nlu_url)
        if parts.scheme == "http" and not is_local(parts.hostname or ""):
            raise ValueError("DL_NLU_URL: messages would travel in clear: loopback or https is needed")
        if self.nlu_token is None:
            raise ValueError("DL_NLU_TOKEN: needed with DL_NLU_URL")
        return self


def _passwords(url: str) -> set[str]:
    """The password in a database's URL, as it is written there and as it is meant."""
    try:
        password = urlsplit(url).password
    except ValueError:
        return set()
    return {password, unquote(password)} if password else set()


NAMES = tuple(f"DL_{name.upper()}" for name in Settings.model_fields)


def load(env: Mapping[str, str], *, dotenv: Path | None = Path(".env")) -> Settings:
    """The settings of a process.  Raises RefuseToStart naming the setting; the message holds no value."""
    given = {name: value for name, value in env.items() if name.startswith("DL_")}
    merged = _dotenv(dotenv) | given
    merged = _toml(merged.get("DL_CONFIG")) | merged
    values = {name: value for name, value in merged.items() if value != ""}
    for name in values:
        _refuse_unknown(name)
    _refuse_examples(values)
    try:
        return Settings(**{name.removeprefix("DL_").lower(): value for name, value in values.items()})
    except ValidationError as error:
        raise RefuseToStart("; ".join(_sentence(dict(each)) for each in error.errors())) from None


def _dotenv(path: Path | None) -> dict[str, Any]:
    if path is None or not path.exists():
        return {}
    return {name: value for name, value in dotenv_values(path).items() if name.startswith("DL_") and value is not None}


def _toml(path: str | None) -> dict[str, Any]:
    """The TOML file's keys are the settings' names, with or without ``DL_``, in either case."""
    if not path:
        return {}
    try:
        values = tomllib.loads(Path(path).read_text("utf-8"))
    except (OSError, ValueError):
        raise RefuseToStart("DL_CONFIG: the file cannot be read as TOML") from None
    return {_full(name): value for name, value in values.items()}


def _full(name: str) -> str:
    return name.upper() if name.upper().startswith("DL_") else f"DL_{name.upper()}"


def _refuse_unknown(name: str) -> None:
    if name in NAMES:
        return
    near = difflib.get_close_matches(name, NAMES, n=1)
    raise RefuseToStart(f"{name}: there is no such setting" + (f"; did you mean {near[0]}?" if near else ""))


def _refuse_examples(values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        secret = name.endswith(("_TOKEN", "_SECRET"))
        if secret and str(value).lower().startswith(_EXAMPLES):
            raise RefuseToStart(f"{name}: this is an example from a document")


def _sentence(error: dict[str, Any]) -> str:
    """Which setting, and what is wrong with it; never its value."""
    said = str(error.get("msg", "")).removeprefix("Value error, ")
    place = error.get("loc") or ()
    return f"DL_{str(place[0]).upper()}: {said}" if place else said


def process_environment() -> Mapping[str, str]:
    """The environment of this process: the one place that reads it."""
    return os.environ
