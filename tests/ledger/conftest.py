"""A ledger in each store, on a clock that stands still, and operations to keep in it."""

from collections.abc import AsyncGenerator, Callable
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest

from xylo_mcp.ads.changes import UpdateCampaign
from xylo_mcp.ads.money import Money
from xylo_mcp.ads.operations import Operation, Step
from xylo_mcp.contract import Clock
from xylo_mcp.ledger import Store, open_store, operations

MakeOperation = Callable[..., Operation]


@pytest.fixture
async def store(ledger_place: str | Path, clock: Clock) -> AsyncGenerator[Store]:
    opened = open_store(ledger_place, "ours", clock)
    yield opened
    await opened.close()


@pytest.fixture
def make(clock: Clock) -> MakeOperation:
    def made(**values: object) -> Operation:
        change = UpdateCampaign("act_1", "77", daily_budget=Money(Decimal("25.00"), "EUR"))
        operation = Operation(
            id=operations.new_id(),
            principal="agent",
            tool="update_campaign",
            key="",
            digest="d" * 64,
            change=change,
            account="act_1",
            platform="meta",
            currency="EUR",
            campaign_id="77",
            tag="op:1",
            state="sending",
            created_at=clock(),
            updated_at=clock(),
            daily_before=Decimal("20.00"),
            daily_after=Decimal("25.00"),
            policy="p",
            steps=(Step(change, "sending"),),
        )
        return msgspec.structs.replace(operation, **values)

    return made
