"""What processes do of which one is killed in the middle of a change, and another finds what it left."""

import os
import signal
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from decimal import Decimal

import httpx2
import msgspec

from xylo_mcp.ads.changes import Change
from xylo_mcp.ads.errors import AdsError, Conflict, NotFound
from xylo_mcp.ads.operations import Operation, State
from xylo_mcp.app import Wrappers
from xylo_mcp.gate.outcomes import Outcome, Wish
from xylo_mcp.ledger import Tx, chain, operations, reservations
from xylo_mcp.ledger.store import Moment

from .serving import Ahead, Server, opened

_SENT = "http11.send_request_body.complete"
_KEY = "k1"
_AHEAD = timedelta(minutes=4)


class Doomed(msgspec.Struct, frozen=True):
    """A change to make, with a person's approval first if that is so, and the point at which to be killed, if any."""

    tenant: str
    change: Change
    approved: bool = False
    point: int = -1


class Inherited(msgspec.Struct, frozen=True):
    """Whose ledger to look after, and the change that is asked for again there."""

    tenant: str
    change: Change
    approved: bool = False


class Found(msgspec.Struct, frozen=True):
    """What is on record: the states of the operations, and what is held."""

    states: tuple[State, ...]
    held: tuple[Decimal | None, ...]


class Sending(msgspec.Struct, frozen=True):
    """The audit's record of a request that is about to leave, and when that really was."""

    at: datetime
    operation: str
    step: int


class Ended(msgspec.Struct, frozen=True):
    """What another process made of it.

    Attributes:
        found: what it found out some minutes later.
        again: what the same change with the same key came to then.
        finally_: what is on record when the time for finding out is over.
        sendings: what the audit says of requests, in order; `broken`: where its chain does not hold.
    """

    found: Found
    again: str
    finally_: Found
    sendings: tuple[Sending, ...]
    broken: str


class Fuse:
    """Kills this process at the point `last`: before a commit or after it, before a request, when all of it is sent,
    or when the answer is there."""

    def __init__(self, last: int) -> None:
        self._left, self.armed = last, False

    @property
    def wrappers(self) -> Wrappers:
        return Wrappers(network=lambda platform, network: _Wire(self, network), commit=self.commit)

    def commit(self, moment: Moment) -> None:
        self.burn()

    def burn(self) -> None:
        if not self.armed:
            return
        if self._left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        self._left -= 1


class _Wire(httpx2.AsyncBaseTransport):
    """A network behind a fuse."""

    def __init__(self, fuse: Fuse, below: httpx2.AsyncBaseTransport) -> None:
        self._fuse, self._below = fuse, below

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        self._fuse.burn()
        request.extensions = {**request.extensions, "trace": self._on_its_way}
        response = await self._below.handle_async_request(request)
        self._fuse.burn()
        return response

    async def _on_its_way(self, event: str, details: object) -> None:
        if event == _SENT:
            self._fuse.burn()


async def doomed(given: bytes) -> str:
    """Make a change, unless killed."""
    order = msgspec.json.decode(given, type=Doomed)
    fuse = Fuse(order.point)
    async with opened(order.tenant, fuse.wrappers) as server:
        await server.app.directory.account(order.change.account)  # known by now, as in a server that runs for long
        waiting = (await _submitted(server, order.change)).operation if order.approved else None
        fuse.armed = True
        if waiting is None:
            await _submitted(server, order.change)
        else:
            await _approved(server, waiting)
            await server.guarded.gate.apply_approved(waiting.id, server.app.directory.until())
        fuse.armed = False
    return "alive"


async def heir(given: bytes) -> Ended:
    """Find out what became of a change whose process is gone, ask for it again, and wait until its time is over."""
    order = msgspec.json.decode(given, type=Inherited)
    clock = Ahead(_AHEAD)
    async with opened(order.tenant, clock=clock) as server:
        await server.guarded.settler.settle_due()
        found, earlier = await _found(server), await _sendings(server)
        again = await _again(server, order)
        own = (await _sendings(server))[len(earlier) :]
        clock.by = timedelta(minutes=40)
        await server.guarded.settler.settle_due()
        broken = await server.guarded.store.read(lambda tx: chain.verified(tx.connection, tx.tenant, tx.head))
        return Ended(
            found=found,
            again=again,
            finally_=await _found(server),
            sendings=(*earlier, *(msgspec.structs.replace(one, at=one.at - _AHEAD) for one in own)),
            broken="" if broken is None else f"{broken.seq}: {broken.why}",
        )


async def _submitted(server: Server, change: Change) -> Outcome:
    wish = Wish(change, "agent", _TOOLS[type(change).__name__], server.app.directory.until(), _KEY)
    return await server.guarded.gate.submit(wish)


async def _approved(server: Server, waiting: Operation) -> None:
    """A person says yes."""
    await server.guarded.gate.decide(waiting.approval, approve=True, approver="Ann", channel="terminal")


async def _again(server: Server, order: Inherited) -> str:
    """The state that the change has when it is asked for again, or the code of the error."""
    try:
        if order.approved:
            (waiting,) = await server.guarded.store.read(operations.listed)
            with suppress(Conflict, NotFound):  # whoever was killed had written the answer down
                await _approved(server, waiting)
            outcome = await server.guarded.gate.apply_approved(waiting.id, server.app.directory.until())
        else:
            outcome = await _submitted(server, order.change)
    except AdsError as error:
        return error.code
    assert outcome.operation is not None
    return outcome.operation.state


async def _found(server: Server) -> Found:
    def read(tx: Tx) -> Found:
        return Found(
            states=tuple(one.state for one in operations.listed(tx)),
            held=tuple(one.daily for one in reservations.held(tx, tx.now)),
        )

    return await server.guarded.store.read(read)


async def _sendings(server: Server) -> Sequence[Sending]:
    records = await server.guarded.store.read(lambda tx: list(chain.records(tx.connection, tx.tenant)))
    told = [(one.at, msgspec.json.decode(one.body, type=_Told)) for one in records if one.event == "sending"]
    return [Sending(datetime.fromisoformat(at), one.operation, one.step) for at, one in told]


class _Told(msgspec.Struct, frozen=True):
    operation: str
    step: int


_TOOLS = {
    "CreateCampaign": "create_campaign",
    "UpdateCampaign": "update_campaign",
    "PauseCampaign": "pause_campaign",
}
