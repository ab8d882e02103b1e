"""A campaign that only looks like what a lost create made is never taken for it: a person may have made it."""

from collections.abc import Mapping
from decimal import Decimal

import pytest

from tests.gate.conftest import OpenServer, Server, policy
from xylo_mcp.ads.changes import CreateCampaign
from xylo_mcp.ads.errors import OutcomeUnknown
from xylo_mcp.ads.money import Money
from xylo_mcp.ads.operations import Failing, Operation
from xylo_mcp.sandbox.faults import Fault, Kind
from xylo_mcp.sandbox.house import House
from xylo_mcp.sandbox.truth import truth

TIKTOK, GOOGLE = "tiktok_7123456789012345678", "customers/1234567890"
CREATES: Mapping[str, str] = {TIKTOK: "campaign/create", GOOGLE: "googleAds:mutate"}
MARKED = "[names]\nvisible_tag = true"
ACCOUNTS = pytest.mark.parametrize("account", [TIKTOK, GOOGLE])


def spring(account: str) -> CreateCampaign:
    return CreateCampaign(account, "Spring", "traffic", daily_budget=Money(Decimal(60), "USD"))


def allowing(account: str, more: str = "") -> str:
    return policy(more, accounts=f'"{account}" = "live"')


async def unknown(server: Server, house: House, account: str, kind: Kind, key: str = "") -> Operation:
    """The operation of a create that the platform carried out (`lose_answer`) or never saw (`status`)."""
    platform = "tiktok" if account == TIKTOK else "google"
    house.faults.plan(Fault(platform, kind, path=CREATES[account], status=502))
    with pytest.raises(OutcomeUnknown) as error:
        await server.submit(spring(account), key=key)
    return await server.operation(error.value.operation_id)


def by_hand(house: House, account: str, name: str = "Spring") -> str:
    """The id of a campaign that a person makes on the platform's own page, like ours in all that is seen."""
    platform = "tiktok" if account == TIKTOK else "google"
    plan = house.world.account(platform, account.removeprefix("tiktok_").removeprefix("customers/"))
    assert plan is not None
    details = {"budget_mode": "BUDGET_MODE_DAY"} if account == TIKTOK else {}
    with house.world.editing(platform) as editor:
        return editor.create(plan, name=name, goal="traffic", switch="off", daily=6000, details=details).id


def named(house: House, account: str, name: str) -> list[str]:
    return [one.id for one in truth(house.world, account).campaigns if one.name == name]


@ACCOUNTS
async def test_a_persons_own_campaign_of_the_same_name_is_shown_and_not_taken(
    open_server: OpenServer, house: House, account: str
) -> None:
    async with open_server(allowing(account)) as server:
        operation = await unknown(server, house, account, "status")
        theirs = by_hand(house, account)

        settled = await server.settle(operation)
        again = await server.settle(operation)

    assert (settled.state, settled.campaign_id, settled.stored) == ("quarantined", "", None)
    assert settled.failing == Failing(
        "OUTCOME_UNKNOWN",
        f"Campaign {theirs} may be what this made, or a person's own of the same name; it is not taken for it.",
        "Look at them, and have the operator settle this with `xylo-mcp operations resolve`.",
    )
    assert again == settled


async def test_a_name_that_was_taken_long_before_is_not_taken_for_a_create_that_it_prevented(
    open_server: OpenServer, house: House
) -> None:
    theirs = by_hand(house, GOOGLE)
    async with open_server(allowing(GOOGLE)) as server:
        operation = await unknown(server, house, GOOGLE, "lose_answer")
        settled = await server.settle(operation)

    assert named(house, GOOGLE, "Spring") == [theirs]
    assert (settled.state, settled.campaign_id) == ("quarantined", "")


async def test_what_google_knows_by_its_budget_is_taken(open_server: OpenServer, house: House) -> None:
    async with open_server(allowing(GOOGLE)) as server:
        operation = await unknown(server, house, GOOGLE, "lose_answer")
        settled = await server.settle(operation)

    assert (settled.state, [settled.campaign_id]) == ("applied", named(house, GOOGLE, "Spring"))


@ACCOUNTS
async def test_a_visible_mark_tells_ours_from_a_persons(open_server: OpenServer, house: House, account: str) -> None:
    async with open_server(allowing(account, MARKED)) as server:
        operation = await unknown(server, house, account, "lose_answer")
        by_hand(house, account)
        settled = await server.settle(operation)

    assert (settled.state, [settled.campaign_id]) == (
        "applied",
        named(house, account, f"Spring [{operation.tag}]"),
    )


@ACCOUNTS
async def test_a_visible_mark_that_somebody_copied_tells_nothing(
    open_server: OpenServer, house: House, account: str
) -> None:
    async with open_server(allowing(account, MARKED)) as server:
        operation = await unknown(server, house, account, "lose_answer")
        name = f"Spring [{operation.tag}]"
        (ours,) = named(house, account, name)
        copy = by_hand(house, account, name)
        settled = await server.settle(operation)

    if account == TIKTOK:
        assert (settled.state, settled.campaign_id) == ("quarantined", "")
        assert settled.failing is not None
        assert f"{ours}, {copy}" in settled.failing.message
    else:  # its budget tells it
        assert (settled.state, settled.campaign_id) == ("applied", ours)


async def test_of_two_lost_creates_of_one_name_neither_takes_the_others(open_server: OpenServer, house: House) -> None:
    async with open_server(allowing(TIKTOK)) as server:
        both = [await unknown(server, house, TIKTOK, "lose_answer", key) for key in ("k1", "k2")]
        settled = [await server.settle(one) for one in both]

    ids = ", ".join(sorted(named(house, TIKTOK, "Spring")))
    assert [(one.state, one.campaign_id) for one in settled] == [("quarantined", "")] * 2
    assert [one.failing.message for one in settled if one.failing] == [
        f"Several campaigns may be what this made, and none is taken for it: {ids}."
    ] * 2


async def test_a_campaign_that_another_operation_surely_made_is_no_candidate(
    open_server: OpenServer, house: House
) -> None:
    async with open_server(allowing(TIKTOK)) as server:
        operation = await unknown(server, house, TIKTOK, "status", "k1")
        await server.submit(spring(TIKTOK), key="k2")
        settled = await server.settle(operation)

    assert (settled.state, settled.failing) == ("unknown", operation.failing)
