"""Every setting, typed and read once: the only file that looks at the environment."""

import os
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Literal, Protocol
from urllib.parse import SplitResult, urlsplit

from pydantic import BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

Mode = Literal["sandbox", "dry_run", "live"]
Toolset = Literal["audiences"]
_HOST = re.compile(r"[0-9A-Za-z:.-]+")
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


class Unset(Exception):
    """A setting is missing or wrong; the text says which, and what to write instead."""


class Needed(Protocol):
    """One thing a platform needs: the part of `contract.Setting` that matters here."""

    @property
    def name(self) -> str:
        """In capitals, without the platform's prefix."""
        ...

    @property
    def required(self) -> bool:
        """Whether the platform cannot be used without."""
        ...

    @property
    def secret(self) -> bool:
        """Whether it is a credential."""
        ...

    @property
    def default(self) -> str:
        """What holds where the operator says nothing."""
        ...

    @property
    def pattern(self) -> str:
        """A regular expression that the whole value matches; empty: any."""
        ...


def _state_home() -> Path:
    return Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state") / "xylo-mcp"


def _folders(value: object) -> object:
    return tuple(part for part in value.split(os.pathsep) if part) if isinstance(value, str) else value


def _words(value: object) -> object:
    return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value


class Settings(BaseSettings):
    """What holds for the whole server, from `XYLO_…` variables.

    Attributes:
        mode: `sandbox` needs no account; `dry_run` and `live` serve the platforms that have credentials.
        state_dir: where the server keeps what must outlive it.
        deadline: seconds that one question may take in all, however many accounts it asks.
        seed: which of the sandbox's worlds.
        counting: the file that says which events count as conversions, per platform or account.
        policy: the file with the guardrails; without one, live refuses to start and the sandbox has its own.
        ledger: a PostgreSQL address for a ledger that several machines share; else it is a file in `state_dir`.
        tenant: whose ledger; rows of others are never seen.
        read_only: offer no tool that changes anything, whatever else is set.
        people_key: the key by which events and lists are recognised again, 64 hex digits; else one in `state_dir`.
        data_dirs: folders that lists of people and events may be read from, with `:` between them (`;` on Windows).
        toolsets: further tools to offer, with commas between them.
        handover_deadline: seconds that handing over a list or events may take in one call.
        seal_key: keys for what clients carry back to us, 64 hex digits each; else one in `state_dir`.
    """

    model_config = SettingsConfigDict(env_prefix="XYLO_", env_ignore_empty=True, extra="ignore", frozen=True)

    mode: Mode = "sandbox"
    state_dir: Path = Field(default_factory=_state_home)
    deadline: Annotated[float, Field(gt=0, le=600)] = 30.0
    seed: Annotated[int, Field(ge=0, lt=2**31)] = 1
    policy: Path | None = None
    counting: Path | None = None
    ledger: SecretStr = SecretStr("")
    tenant: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,40}$")] = "default"
    read_only: bool = False
    seal_key: SecretStr = SecretStr("")
    people_key: SecretStr = SecretStr("")
    data_dirs: Annotated[tuple[Path, ...], NoDecode, BeforeValidator(_folders)] = ()
    toolsets: Annotated[tuple[Toolset, ...], NoDecode, BeforeValidator(_words)] = ()
    handover_deadline: Annotated[float, Field(gt=0, le=86_400)] = 600.0

    @property
    def ledger_place(self) -> str | Path:
        """Where the ledger is. Each world of the sandbox, and the real one, has one of its own."""
        if address := self.ledger.get_secret_value():
            return address
        world = f"sandbox-{self.seed}" if self.mode == "sandbox" else "accounts"
        return self.state_dir / f"ledger-{world}.sqlite3"

    def memory_place(self, world: str) -> str | Path:
        """Where what platforms said is kept: a file that nobody's money depends on, or beside a shared ledger."""
        return self.ledger.get_secret_value() or self.state_dir / f"memory-{world}.sqlite3"


def read_settings(**said: object) -> Settings:
    """The settings, where what was said on the command line wins over the environment.

    Raises:
        Unset: a value is not one of those allowed.
    """
    try:
        return Settings.model_validate({**Settings().model_dump(), **{k: v for k, v in said.items() if v is not None}})
    except ValidationError as wrong:
        parts = "; ".join(f"XYLO_{str(error['loc'][0]).upper()}: {error['msg']}" for error in wrong.errors())
        raise Unset(parts) from None


def platform_settings(platform: str, needed: Sequence[Needed]) -> Mapping[str, str] | None:
    """What the operator gave for `platform`, or None where there are no credentials for it at all.

    Raises:
        Unset: some required variables are set and others are not, or a URL is not safe to send secrets to.
    """
    prefix = f"XYLO_{platform.upper()}_"
    given = {setting.name: os.environ.get(prefix + setting.name, "").strip() for setting in needed}
    missing = [prefix + setting.name for setting in needed if setting.required and not given[setting.name]]
    if missing and not any(given[setting.name] for setting in needed if setting.required or setting.secret):
        return None
    if missing:
        raise Unset(f"{' and '.join(missing)} must be set too: {platform} cannot be used without.")
    values = {setting.name: given[setting.name] or setting.default for setting in needed}
    for setting in needed:
        if setting.name.endswith("_URL"):
            _check_url(prefix + setting.name, values[setting.name])
        if given[setting.name] and setting.pattern and not re.fullmatch(setting.pattern, values[setting.name]):
            raise Unset(f"{prefix}{setting.name} must match {setting.pattern}.")
    return values


def _check_url(variable: str, url: str) -> None:
    parts = _plain(url)
    if parts is None:
        raise Unset(f"{variable} must be a plain URL such as https://api.example.com.")
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOOPBACK):
        raise Unset(f"{variable} must begin with https://, or with http:// for this very machine (127.0.0.1).")


def _plain(url: str) -> SplitResult | None:
    """The parts of `url` if it names a server, perhaps a path, and nothing else."""
    with suppress(ValueError):  # brackets or a port that are none
        parts = urlsplit(url)
        host = parts.hostname or ""
        # An underscore, a blank or a sign-in is a slip, and secrets would go where it leads.
        if _HOST.fullmatch(host) and parts.port != 0 and "@" not in url and not (parts.query or parts.fragment):
            return parts
    return None
