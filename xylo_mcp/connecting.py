"""How platforms are reached: the vendors with the operator's credentials, or the sandbox in process."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, TypeVar

import httpx2

from .ads.errors import Misconfigured
from .contract import PACE, Clock, Connection, PlatformSpec
from .settings import Settings, Unset, platform_settings

if TYPE_CHECKING:
    from .sandbox.house import House

_Read = TypeVar("_Read")
# The sandbox has no reason to be spared.
_SANDBOX_PACE = 1000


def credentials(specs: Mapping[str, PlatformSpec]) -> Mapping[str, Mapping[str, str]]:
    """The settings of every platform that the operator gave credentials for.

    Raises:
        Unset: a platform's settings are incomplete, or there is no platform with any.
    """
    given = {name: platform_settings(name, (*spec.settings, PACE)) for name, spec in specs.items()}
    complete = {name: settings for name, settings in given.items() if settings is not None}
    if not complete:
        needed = "; ".join(
            f"{spec.title}: " + ", ".join(f"XYLO_{name.upper()}_{part.name}" for part in spec.settings if part.required)
            for name, spec in specs.items()
        )
        raise Unset(f"This mode needs credentials of at least one platform ({needed}), or use --mode sandbox.")
    return complete


def open_house(settings: Settings, clock: Clock) -> House:
    """The sandbox in the state directory.

    Raises:
        Unset: its file cannot be used.
    """
    from .sandbox.house import House  # noqa: PLC0415  # not before the tools are listed

    try:
        return House(settings.state_dir / f"sandbox-{settings.seed}.sqlite3", settings.seed, clock)
    except (OSError, sqlite3.Error):
        raise Unset(f"XYLO_STATE_DIR: {settings.state_dir} cannot be written, or what is in it is damaged.") from None


def to_the_sandbox(specs: Mapping[str, PlatformSpec], house: House, clock: Clock) -> Mapping[str, Connection]:
    """The sandbox in `house`, for each platform."""
    return {
        name: Connection(
            settings={part.name: part.default for part in spec.settings} | dict(house.credentials(name)),
            network=httpx2.ASGITransport(app=house.app(name)),
            clock=clock,
            per_second=_SANDBOX_PACE,
        )
        for name, spec in specs.items()
    }


def to_the_vendors(specs: Mapping[str, PlatformSpec], clock: Clock) -> Mapping[str, Connection]:
    """The vendors, for each platform with credentials.

    Raises:
        Misconfigured: there are none, or they are incomplete.
    """
    given = or_misconfigured(lambda: credentials(specs))
    trust = httpx2.create_ssl_context()  # costs more than everything else here: made once
    return {
        name: Connection(settings, httpx2.AsyncHTTPTransport(verify=trust), clock, int(settings[PACE.name]))
        for name, settings in given.items()
    }


def or_misconfigured(read: Callable[[], _Read]) -> _Read:
    """What `read` gives, its complaint as one that a caller may see."""
    try:
        return read()
    except Unset as unset:
        raise Misconfigured(str(unset), "Have the operator set the variables named, or use --mode sandbox.") from None
