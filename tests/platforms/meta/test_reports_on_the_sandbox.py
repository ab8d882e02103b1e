"""What the adapter reads of a report is what the sandbox's world holds, though neither knows the other."""

from collections.abc import Callable, Coroutine
from datetime import date
from decimal import Decimal

import httpx2
import pytest

from xylo_mcp.ads.accounts import Account
from xylo_mcp.ads.errors import Unavailable
from xylo_mcp.ads.insights import Batch, InsightsQuery
from xylo_mcp.contract import Clock, Connection, JobsOfOneProcess
from xylo_mcp.platforms.meta import SPEC
from xylo_mcp.sandbox.faults import Fault
from xylo_mcp.sandbox.house import House
from xylo_mcp.sandbox.truth import parts

Run = Callable[[Coroutine[object, object, None]], None]
ACCOUNT = Account("act_223456789", "meta", "", "JPY", "Asia/Tokyo", "active", "ACTIVE")
SINCE, UNTIL = date(2026, 1, 1), date(2026, 3, 1)
QUERY = InsightsQuery("ad", SINCE, UNTIL, "day", breakdown="age")


async def asked(house: House, clock: Clock, query: InsightsQuery = QUERY) -> list[Batch]:
    settings = {part.name: part.default for part in SPEC.settings} | dict(house.credentials("meta"))
    network = httpx2.ASGITransport(app=house.app("meta"))
    async with SPEC.open(Connection(settings, network, clock, 1000, JobsOfOneProcess())) as meta:
        return [batch async for batch in meta.insights(ACCOUNT, query)]


def test_a_large_question_is_answered_whole_and_in_parts(house: House, clock: Clock, in_virtual_time: Run) -> None:
    async def ask() -> None:
        batches = await asked(house, clock)

        spent = {
            (row.ad_id, row.segment, row.day): row.metrics.spend
            for batch in batches
            for row in batch.rows
            if row.metrics.spend
        }
        assert spent == {
            (one.ad_id, one.segment, one.date): one.spend
            for one in parts(house.world, ACCOUNT.id, SINCE, UNTIL, "age")
            if one.spend
        }
        assert [batch.percent for batch in batches if batch.percent is not None] == [0, 0, 40, 99]
        assert max(len(batch.rows) for batch in batches) == 500
        assert sum(spent.values(), Decimal(0)) > 0

    in_virtual_time(ask())


@pytest.mark.parametrize("times", [1, 2])
def test_a_report_that_fails_at_meta_is_made_once_more(
    house: House, clock: Clock, in_virtual_time: Run, times: int
) -> None:
    # The first request is the question itself, which is refused as too large.
    house.faults.plan(Fault("meta", "server_error", path="insights", skip=1, times=times))

    async def ask() -> None:
        if times == 1:
            assert any(batch.rows for batch in await asked(house, clock))
            return
        with pytest.raises(Unavailable):
            await asked(house, clock)

    in_virtual_time(ask())
