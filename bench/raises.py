"""A raise as the ledger sees it: the transaction that lets it in, and the one that records what came of it."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import msgspec

from xylo_mcp.ads.changes import UpdateCampaign
from xylo_mcp.ads.money import Money
from xylo_mcp.ads.operations import Operation, Step
from xylo_mcp.gate.sending import record
from xylo_mcp.ledger import Tx, halts, history, operations, policies, reservations


class Clock:
    """Goes on by ten minutes whenever it is asked, so that no raise looks back on the ones before."""

    def __init__(self) -> None:
        self._now = datetime(2026, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        self._now += timedelta(minutes=10)
        return self._now


def admit(tx: Tx, number: int) -> Operation:
    """What letting a raise in asks and writes."""
    campaign, key, digest = str(number), f"key-{number}", "d" * 64
    assert operations.by_key(tx, "bench", key) is None
    operations.open_on(tx, "act_1", campaign)
    operations.done_on(tx, "act_1", campaign)
    reservations.held(tx, tx.now - timedelta(minutes=2))
    history.past(tx, "bench", "act_1", campaign, digest)
    halts.in_force(tx)
    policies.in_force(tx)
    change = UpdateCampaign("act_1", campaign, daily_budget=Money(Decimal("25.00"), "EUR"))
    operation = Operation(
        id=operations.new_id(),
        principal="bench",
        tool="update_campaign",
        key=key,
        digest=digest,
        change=change,
        account="act_1",
        platform="meta",
        currency="EUR",
        campaign_id=campaign,
        tag="",
        state="sending",
        created_at=tx.now,
        updated_at=tx.now,
        sent_at=tx.now,
        daily_before=Decimal("20.00"),
        daily_after=Decimal("25.00"),
        policy="p" * 64,
        steps=(Step(change, "sending"),),
    )
    reservations.reserve(tx, operation, {f"campaign/{campaign}": Decimal("25.00")})
    return record(tx, operation)


def done(tx: Tx, operation: Operation) -> Operation:
    """What recording its outcome asks and writes."""
    kept = operations.by_id(tx, operation.id)
    return record(tx, msgspec.structs.replace(kept, state="applied"))
