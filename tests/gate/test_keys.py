"""What was asked for once is done once."""

from datetime import timedelta

import httpx2
import pytest

from tests.conftest import StandingClock
from tests.gate.conftest import OpenServer, Server, Shop, budget, create, in_a_file, together
from xylo_mcp.ads.changes import PauseCampaign, UpdateCampaign
from xylo_mcp.ads.errors import AdsError, InProgress, Mismatch, NotFound, Rejected
from xylo_mcp.app import Wrappers


async def test_a_repeated_key_returns_the_first_outcome_and_sends_nothing(server: Server, shop: Shop) -> None:
    first = await server.submit(create(), key="k1")
    again = await server.submit(create(), key="k1")

    assert first.operation is not None
    assert (first.operation.state, first.replayed) == ("applied", "")
    assert (again.operation, again.replayed) == (first.operation, "key")
    assert shop.writes() == 1
    assert [one.id for one in shop.campaigns("Spring")] == [first.operation.campaign_id]


async def test_fifty_calls_of_one_key_on_two_servers_are_sent_once(open_server: OpenServer, shop: Shop) -> None:
    async with open_server() as one, open_server() as other:
        came = await together(
            *(lambda server=server: server.submit(create(), key="k1") for server in [one, other] * 25)
        )
        (operation,) = await one.operations()

    assert shop.writes() == len(shop.campaigns("Spring")) == 1
    assert operation.state == "applied"
    assert len(came) == 50
    for outcome in came:
        if isinstance(outcome, AdsError):
            assert (type(outcome), outcome.operation_id) == (InProgress, operation.id)
        else:
            assert outcome.operation == operation


async def test_a_key_that_was_given_for_another_change_is_refused_with_the_fields_that_differ(
    server: Server, shop: Shop
) -> None:
    first = await server.done(create(), key="k1")

    with pytest.raises(Mismatch, match=r"different: name, daily_budget") as other:
        await server.submit(create("Autumn", "30"), key="k1")
    with pytest.raises(Mismatch, match=r"different: status"):
        await server.submit(create(), key="k1", enable=True)
    with pytest.raises(Mismatch, match=r"different: tool"):
        await server.submit(PauseCampaign(first.account, first.campaign_id), key="k1")

    assert (other.value.operation_id, shop.writes()) == (first.id, 1)
    assert "30" not in other.value.message


async def test_a_key_is_its_callers_own(server: Server, shop: Shop) -> None:
    await server.submit(create(), key="k1")

    outcome = await server.submit(create(), key="k1", principal="another")

    assert outcome.replayed == ""
    assert len(shop.campaigns("Spring")) == 2


async def test_a_key_is_its_tenants_own(open_server: OpenServer, shop: Shop) -> None:
    async with open_server() as ours, open_server(tenant="others") as theirs:
        first = await ours.submit(create(), key="k1")
        other = await theirs.submit(create(), key="k1")
        assert first.operation is not None
        with pytest.raises(NotFound):
            await theirs.operation(first.operation.id)

    assert (other.replayed, len(shop.campaigns("Spring"))) == ("", 2)


async def test_a_key_never_runs_out_not_even_when_what_it_made_is_gone(
    server: Server, shop: Shop, clock: StandingClock
) -> None:
    first = await server.done(create(), key="k1")
    shop.edit(first.campaign_id, switch="deleted", state="gone")
    clock.now += timedelta(days=400)

    again = await server.submit(create(), key="k1")

    assert (again.operation, again.replayed) == (first, "key")
    assert shop.writes() == 1


@in_a_file
async def test_a_second_equal_campaign_is_made_for_a_key_of_its_own(server: Server, shop: Shop) -> None:
    await server.submit(create(), key="k1")
    second = await server.submit(create(), key="k2")

    assert second.replayed == ""
    assert len(shop.campaigns("Spring")) == 2


class Unreachable(httpx2.AsyncBaseTransport):
    """A network that lets everything be read, and has no way to where the next changes should go."""

    def __init__(self, failures: list[httpx2.TransportError]) -> None:
        self._failures = failures
        self._below: httpx2.AsyncBaseTransport | None = None

    def around(self, platform: str, network: httpx2.AsyncBaseTransport) -> httpx2.AsyncBaseTransport:
        if platform != "meta":
            return network
        self._below = network
        return self

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        assert self._below is not None
        if request.method == "POST" and self._failures:
            raise self._failures.pop()
        return await self._below.handle_async_request(request)


@in_a_file
@pytest.mark.parametrize(
    "failure",
    [
        httpx2.ConnectError("[Errno -2] Name or service not known"),
        httpx2.ConnectError("[Errno 111] Connection refused"),
        httpx2.ConnectTimeout("no handshake"),
    ],
)
async def test_what_surely_never_left_has_failed_and_may_come_again_with_its_key(
    open_server: OpenServer, shop: Shop, failure: httpx2.TransportError
) -> None:
    network = Unreachable([failure])
    async with open_server(wrappers=Wrappers(network=network.around)) as server:
        with pytest.raises(Rejected, match="could not be reached") as failed:
            await server.submit(create(), key="k1")
        kept = await server.operation(failed.value.operation_id)
        held = await server.held()
        again = await server.done(create(), key="k1")

    assert (failed.value.code, failed.value.side_effects) == ("PLATFORM_DOWN", "none")
    assert (kept.state, held, again.state) == ("failed", {}, "applied")
    assert shop.writes() == len(shop.campaigns("Spring")) == 1


async def test_equal_creates_without_a_key_within_ten_minutes_are_one(open_server: OpenServer, shop: Shop) -> None:
    async with open_server() as server:
        first = await server.submit(create())
        twin = await server.submit(create())
        other = await server.submit(create("Spring 2"))

    assert (twin.operation, twin.replayed) == (first.operation, "twin")
    assert other.replayed == ""
    assert shop.writes() == 2


async def test_equal_creates_without_a_key_at_the_same_time_are_one(open_server: OpenServer, shop: Shop) -> None:
    async with open_server() as one, open_server() as other:
        await together(*(lambda server=server: server.submit(create()) for server in [one, other] * 5))

    assert shop.writes() == len(shop.campaigns("Spring")) == 1


async def test_equal_updates_without_a_key_are_each_made(server: Server, shop: Shop) -> None:
    campaign = shop.open(20)

    await server.submit(budget(campaign, "25"))
    again = await server.submit(budget(campaign, "25"))

    assert again.replayed == ""
    assert shop.writes() == 2


async def test_what_surely_failed_leaves_its_key_free_for_the_corrected_change(server: Server, shop: Shop) -> None:
    with pytest.raises(Rejected) as failed:
        await server.submit(create(daily="0.10"), key="k1")

    corrected = await server.done(create(), key="k1")

    assert corrected.state == "applied"
    assert (await server.operation(failed.value.operation_id)).state == "failed"
    assert len(shop.campaigns("Spring")) == 1


async def test_setting_the_status_to_paused_and_nothing_else_is_a_pause(server: Server, shop: Shop) -> None:
    campaign = shop.open(20)

    operation = await server.done(UpdateCampaign("act_123456789", campaign, status="paused"))

    assert operation.change == PauseCampaign("act_123456789", campaign)
    assert shop.campaign(campaign).switch == "off"


async def test_pausing_what_is_paused_is_done_and_pausing_what_is_not_there_is_not_found(
    server: Server, shop: Shop
) -> None:
    campaign = shop.open(20, on=False)

    operation = await server.done(PauseCampaign("act_123456789", campaign))

    assert operation.state == "applied"
    with pytest.raises(AdsError, match="has no campaign 999") as missing:
        await server.submit(PauseCampaign("act_123456789", "999"))
    assert missing.value.code == "NOT_FOUND"


@in_a_file
async def test_what_is_archived_or_deleted_is_not_paused_and_that_is_said(server: Server, shop: Shop) -> None:
    for switch in ("archived", "deleted"):
        campaign = shop.open(20)
        shop.edit(campaign, switch=switch, state="gone")
        with pytest.raises(Rejected) as refused:
            await server.submit(PauseCampaign("act_123456789", campaign))
        assert refused.value.nothing_done
        assert refused.value.vendor is not None
        assert refused.value.vendor.message

    assert [one.state for one in await server.operations()] == ["failed", "failed"]
