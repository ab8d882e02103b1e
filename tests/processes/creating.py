"""Clients that make campaigns through our tools as a sensible agent does, and the one who settles what they left."""

from datetime import UTC, datetime, timedelta

import anyio
import msgspec

from xylo_mcp.ads.errors import AdsError
from xylo_mcp.ads.operations import State
from xylo_mcp.app import Caller
from xylo_mcp.ledger import Tx, chain, operations
from xylo_mcp.tools.create_campaign import CreateCampaign, create_campaign
from xylo_mcp.tools.failures import Failed, failed

from .intents import Claim, Creates, intent
from .serving import Ahead, opened, ready
from .storm import stormy

_TENANT = "creates"
_TRIES = 12
_OPEN = frozenset({"OUTCOME_UNKNOWN", "OPERATION_PENDING"})


class Kept(msgspec.Struct, frozen=True):
    """An operation as it is on record."""

    number: int
    state: State
    campaign_id: str


class Settled(msgspec.Struct, frozen=True):
    """All operations when nothing is left to find out, how many that was, and where the audit does not hold."""

    operations: list[Kept]
    looked_after: int
    broken: str


async def creates(given: bytes) -> list[Claim]:
    """Make all campaigns."""
    order = msgspec.json.decode(given, type=Creates)
    left = list(reversed(order.numbers))
    claims: list[Claim] = []
    async with opened(_TENANT, stormy(order.sandbox, order.seed)) as server:
        caller = Caller("agent", server.app)

        async def work() -> None:
            while left:
                claims.append(await _made(left.pop(), caller))

        await ready()
        async with anyio.create_task_group() as group:
            for _ in range(order.at_once):
                group.start_soon(work)
    return claims


async def _made(number: int, caller: Caller) -> Claim:
    """Ask until it is done or may be done; what surely was not done is asked for again, with the same key."""
    wanted = intent(number)
    asked = CreateCampaign(
        account=wanted.account,
        name=wanted.name,
        objective="traffic",
        daily_budget=wanted.daily,
        idempotency_key=f"intent-{number}",
    )
    for tries in range(1, _TRIES + 1):
        try:
            await create_campaign(asked, caller)
        except AdsError as error:
            told = failed(error, caller.app.mode)
        else:
            return Claim(number, done=True, tries=tries)
        if told["code"] in _OPEN or told["side_effects"] != "none":
            return Claim(number, done=False, tries=tries, open=True)
        await _wait(told)
    return Claim(number, done=False, tries=_TRIES)


async def _wait(told: Failed) -> None:
    if "after" in told["retry"]:
        after = datetime.fromisoformat(told["retry"]["after"])
        await anyio.sleep(max((after - datetime.now(UTC)).total_seconds(), 0))


async def settle(given: bytes) -> Settled:
    """Find out what can be found out, as long after the last request as it takes to give the rest to a person."""
    async with opened(_TENANT, clock=Ahead(timedelta(minutes=40))) as server:
        looked_after = 0
        while batch := await server.guarded.settler.settle_due():
            looked_after += len(batch)

        def read(tx: Tx) -> Settled:
            listed = operations.listed(tx, limit=1_000_000)
            broken = chain.verified(tx.connection, tx.tenant, tx.head)
            kept = [Kept(int(one.key.removeprefix("intent-")), one.state, one.campaign_id) for one in listed]
            return Settled(kept, looked_after, "" if broken is None else f"{broken.seq}: {broken.why}")

        return await server.guarded.store.read(read)
