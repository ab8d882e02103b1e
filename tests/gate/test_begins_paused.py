"""What is created begins paused, whatever its platform makes of the request, and shows its mark where the operator asks."""

from decimal import Decimal

import httpx2
import pytest

from tests.gate.conftest import OpenServer, Shop, create, policy
from xylo_mcp.ads.changes import CreateCampaign
from xylo_mcp.ads.errors import Mismatch, Partial
from xylo_mcp.ads.money import Money
from xylo_mcp.app import Wrappers
from xylo_mcp.sandbox import tiktok
from xylo_mcp.sandbox.faults import Fault, Faulty
from xylo_mcp.sandbox.house import House
from xylo_mcp.sandbox.truth import truth

TIKTOK = "tiktok_7123456789012345678"
NEW = CreateCampaign(TIKTOK, "Spring", "traffic", daily_budget=Money(Decimal(60), "USD"))
MARKED = "[names]\nvisible_tag = true"


def not_allowlisted(house: House) -> Wrappers:
    """TikTok as it is for an app that may not create campaigns that are switched off."""
    served = Faulty(tiktok.server(house.world, allowlisted=False), "tiktok", house.faults)

    def network(platform: str, own: httpx2.AsyncBaseTransport) -> httpx2.AsyncBaseTransport:
        return httpx2.ASGITransport(app=served) if platform == "tiktok" else own

    return Wrappers(network=network)


async def test_a_campaign_that_its_platform_switched_on_is_paused_at_once(
    open_server: OpenServer, house: House
) -> None:
    text = policy(accounts=f'{TIKTOK} = "live"')
    async with open_server(text, wrappers=not_allowlisted(house)) as server:
        outcome = await server.submit(NEW, key="k")
        again = await server.submit(NEW, key="k")

    made, repeated = outcome.operation, again.operation
    assert made is not None
    assert repeated is not None
    assert made.stored is not None
    assert (made.stored.status, repeated.id) == ("paused", made.id)
    told = truth(house.world, TIKTOK)
    assert next(one.switch for one in told.campaigns if one.id == made.campaign_id) == "off"
    assert [one.verb for one in told.attempts] == ["create_campaign", "update_status"]


async def test_one_that_could_not_be_paused_is_not_called_created_and_no_more(
    open_server: OpenServer, house: House
) -> None:
    house.faults.plan(Fault("tiktok", "throttle", path="status/update", times=-1))
    text = policy(accounts=f'{TIKTOK} = "live"')
    async with open_server(text, wrappers=not_allowlisted(house)) as server:
        with pytest.raises(Partial, match="switched it on, and it was not paused") as raised:
            await server.submit(NEW)

    assert raised.value.fix == "Pause it with pause_campaign now."
    assert raised.value.operation_id


async def test_a_name_shows_its_operation_where_the_operator_asks_for_it(open_server: OpenServer, shop: Shop) -> None:
    async with open_server(policy(MARKED)) as server:
        made = await server.done(create("Spring"), key="k")
        again = await server.done(create("Spring"), key="k")
        with pytest.raises(Mismatch, match=r"\(different: daily_budget\)"):
            await server.submit(create("Spring", "30"), key="k")

    assert again.id == made.id
    assert [one.id for one in shop.campaigns(f"Spring [op:{made.id}]")] == [made.campaign_id]


async def test_a_lost_create_with_a_mark_in_its_name_is_found(open_server: OpenServer, shop: Shop) -> None:
    async with open_server(policy(MARKED)) as server:
        shop.lose_answer(create("Spring"))
        with pytest.raises(Exception, match="no answer says whether"):
            await server.submit(create("Spring"))
        (unknown,) = await server.operations()
        settled = await server.settle(unknown)

    assert settled.state == "applied"
    assert [one.id for one in shop.campaigns(f"Spring [op:{settled.id}]")] == [settled.campaign_id]
