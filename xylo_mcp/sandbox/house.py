"""The platforms of the sandbox under one roof: over one world, in process or on one port."""

import importlib
import pkgutil
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Protocol

import msgspec
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.types import ASGIApp

from .faults import KINDS, Fault, Faults, Faulty
from .memory import Memory
from .truth import truth
from .world import Cast, World


class Vendor(Protocol):
    """What each folder beside this file offers."""

    CAST: Cast
    CREDENTIALS: Mapping[str, str]

    def server(self, world: World) -> ASGIApp:
        """The vendor's interface, from its root."""
        ...


class House:
    """One world with all its vendors' servers. `path` is its file; None keeps it in this process's memory."""

    def __init__(self, path: Path | None, seed: int, clock: Callable[[], datetime]) -> None:
        self._memory = Memory(path)
        self._vendors = _vendors()
        anchor = self._memory.anchor(seed, clock().date())
        self.world = World(seed, anchor, clock, tuple(vendor.CAST for vendor in self._vendors.values()), self._memory)
        self.faults = Faults(self._memory)

    @property
    def platforms(self) -> Sequence[str]:
        """The names of the platforms there are."""
        return tuple(self._vendors)

    def close(self) -> None:
        """Let go of the file."""
        self._memory.close()

    def app(self, platform: str) -> ASGIApp:
        """The server of `platform`, with the planned faults before it."""
        return Faulty(self._vendors[platform].server(self.world), platform, self.faults)

    def credentials(self, platform: str) -> Mapping[str, str]:
        """What opens `platform` here, by the names of its settings."""
        return self._vendors[platform].CREDENTIALS

    def port(self) -> Starlette:
        """Everything on one port: each platform under its name, `/_world` and `/_faults`."""
        return Starlette(
            routes=[
                Route("/_world", self._tell, methods=["GET"]),
                Route("/_faults", self._plan, methods=["GET", "POST", "DELETE"]),
                *(Mount(f"/{platform}", self.app(platform)) for platform in self._vendors),
            ]
        )

    async def _tell(self, request: Request) -> Response:
        """The truth; `account`, `since` and `until` (YYYY-MM-DD) restrict it."""
        asked = request.query_params
        try:
            since, until = (date.fromisoformat(asked[name]) if asked.get(name) else None for name in ("since", "until"))
        except ValueError:
            return _json({"error": "since and until are days such as 2026-03-01"}, 400)
        return _json(truth(self.world, asked.get("account", ""), since, until))

    async def _plan(self, request: Request) -> Response:
        """GET tells what is planned, POST adds a list of faults, DELETE forgets all."""
        if request.method == "DELETE":
            self.faults.clear()
        if request.method == "POST":
            try:
                planned = msgspec.json.decode(await request.body(), type=list[Fault])
            except msgspec.MsgspecError as wrong:
                return _json({"error": str(wrong), "kinds": KINDS, "platforms": self.platforms}, 400)
            if any(fault.platform not in self._vendors for fault in planned):
                return _json({"error": "no such platform", "platforms": self.platforms}, 400)
            for fault in planned:
                self.faults.plan(fault)
        return _json(self.faults.planned())


def _vendors() -> Mapping[str, Vendor]:
    package = __package__ or ""
    names = sorted(
        found.name for found in pkgutil.iter_modules(importlib.import_module(package).__path__) if found.ispkg
    )
    return {name: importlib.import_module(f"{package}.{name}") for name in names}  # type: ignore[misc]  # checked by the contract tests


def _json(content: object, status: int = 200) -> Response:
    return Response(msgspec.json.encode(content), status, media_type="application/json")
