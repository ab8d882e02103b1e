"""What platforms and networks do wrong: one platform's trouble is named, and costs the others nothing."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import datetime, timedelta
from typing import Protocol

import anyio
import msgspec
import pytest

from xylo_mcp.ads.errors import AdsError, Throttled
from xylo_mcp.app import Caller
from xylo_mcp.sandbox.faults import Fault, Kind
from xylo_mcp.sandbox.house import House
from xylo_mcp.tools import TOOLS

TOOL = {tool.name: tool.run for tool in TOOLS}
ACCOUNTS = {"google": "customers/1234567890", "meta": "act_123456789", "tiktok": "tiktok_7123456789012345678"}
READS = {"google": "googleAds:search", "meta": "insights", "tiktok": "report/integrated"}
PLATFORMS = sorted(ACCOUNTS)
FOR_EVER = -1
pytestmark = pytest.mark.virtual_time


class Clock(Protocol):
    now: datetime


class Failed(msgspec.Struct):
    """What the tests read of a failure."""

    subject: str
    code: str


def failures(content: object) -> list[Failed]:
    return msgspec.convert(msgspec.convert(content, dict[str, object])["failures"], list[Failed])


def answered(content: object) -> list[str]:
    reports = msgspec.convert(msgspec.convert(content, dict[str, object])["groups"], list[dict[str, object]])
    return sorted(str(report["account"]) for report in reports)


@pytest.mark.parametrize("platform", PLATFORMS)
@pytest.mark.parametrize(
    ("kind", "status", "code"),
    [
        ("status", 500, "PLATFORM_DOWN"),
        ("status", 503, "PLATFORM_DOWN"),
        ("status", 429, "RATE_LIMITED"),
        ("html", 0, "PLATFORM_ERROR"),
        ("empty", 0, "PLATFORM_ERROR"),
        ("cut", 0, "PLATFORM_ERROR"),
        ("huge", 0, "PLATFORM_ERROR"),
        ("redirect", 0, "PLATFORM_ERROR"),
        ("throttle", 0, "RATE_LIMITED"),
        ("expire_token", 0, "AUTH_REQUIRED"),
        ("server_error", 0, "PLATFORM_DOWN"),
        ("lose_answer", 0, "PLATFORM_DOWN"),
    ],
)
async def test_a_platform_in_trouble_is_named_and_the_others_answer(
    platform: str,
    kind: Kind,
    status: int,
    code: str,
    open_caller: Callable[..., AbstractAsyncContextManager[Caller]],
    house: House,
) -> None:
    async with open_caller(deadline=10) as caller:
        await TOOL["list_accounts"]({}, caller)
        house.faults.plan(Fault(platform, kind, READS[platform], times=FOR_EVER, status=status))

        answer = await TOOL["get_insights"]({"accounts": list(ACCOUNTS.values())}, caller)

    assert answered(answer.content) == sorted(name for key, name in ACCOUNTS.items() if key != platform)
    (failure,) = failures(answer.content)
    assert failure.subject == ACCOUNTS[platform]
    assert failure.code == code
    assert answer.content["complete"] is False
    assert f"failed: {ACCOUNTS[platform]}: {failure.code}" in answer.text


@pytest.mark.parametrize("platform", PLATFORMS)
@pytest.mark.parametrize("kind", ["status", "html", "empty", "cut", "server_error", "lose_answer"])
async def test_trouble_that_passes_is_not_even_noticed(
    platform: str, kind: Kind, caller: Caller, house: House, clock: Clock
) -> None:
    calm = await TOOL["get_insights"]({"accounts": list(ACCOUNTS.values())}, caller)
    clock.now += timedelta(minutes=16)  # what was read of moving days is too old by now
    house.faults.plan(Fault(platform, kind, READS[platform]))

    answer = await TOOL["get_insights"]({"accounts": list(ACCOUNTS.values())}, caller)

    assert answer.content["cached"] is False
    assert answer.content["groups"] == calm.content["groups"]
    assert house.faults.planned() == []


@pytest.mark.parametrize("platform", ["meta", "tiktok"])
async def test_a_platform_that_asks_for_minutes_is_not_asked_again_and_the_answer_says_from_when(
    platform: str, open_caller: Callable[..., AbstractAsyncContextManager[Caller]], house: House
) -> None:
    async with open_caller(deadline=10.0) as caller:
        await TOOL["list_accounts"]({}, caller)
        house.faults.plan(Fault(platform, "throttle", READS[platform], times=2))

        with pytest.raises(Throttled) as failed:
            await TOOL["get_insights"]({"accounts": [ACCOUNTS[platform]]}, caller)
        now = caller.app.clock()

    assert failed.value.retry_at is not None
    assert failed.value.retry_at > now
    assert [fault.times for fault in house.faults.planned()] == [1]


@pytest.mark.parametrize("platform", PLATFORMS)
async def test_a_platform_that_hangs_costs_the_deadline_and_no_more(
    platform: str, open_caller: Callable[..., AbstractAsyncContextManager[Caller]], house: House
) -> None:
    async with open_caller(deadline=0.4) as caller:
        await TOOL["list_accounts"]({}, caller)
        house.faults.plan(Fault(platform, "hang", READS[platform], times=FOR_EVER))

        with anyio.fail_after(5):
            answer = await TOOL["get_insights"]({"accounts": list(ACCOUNTS.values())}, caller)

    assert answered(answer.content) == sorted(name for key, name in ACCOUNTS.items() if key != platform)
    assert failures(answer.content) == [Failed(ACCOUNTS[platform], "DEADLINE_EXCEEDED")]


@pytest.mark.parametrize("platform", PLATFORMS)
async def test_a_platform_whose_accounts_cannot_be_listed_is_named(
    platform: str, open_caller: Callable[..., AbstractAsyncContextManager[Caller]], house: House
) -> None:
    house.faults.plan(Fault(platform, "html", times=FOR_EVER))

    async with open_caller(deadline=3) as caller:
        answer = await TOOL["list_accounts"]({}, caller)

    assert failures(answer.content) == [Failed(platform, "PLATFORM_ERROR")]
    assert answer.content["complete"] is False
    assert answer.content["accounts"] != []


@pytest.mark.parametrize("platform", PLATFORMS)
async def test_when_the_only_account_asked_for_fails_the_error_is_the_answer(
    platform: str, caller: Caller, house: House
) -> None:
    await TOOL["list_accounts"]({}, caller)
    house.faults.plan(Fault(platform, "html", READS[platform], times=FOR_EVER))

    with pytest.raises(AdsError) as failed:
        await TOOL["get_insights"]({"accounts": [ACCOUNTS[platform]]}, caller)

    assert (failed.value.code, failed.value.platform) == ("PLATFORM_ERROR", platform)
    assert failed.value.fix


async def test_a_token_that_expires_in_mid_paging_is_renewed_once_without_gap_or_double(
    caller: Caller, house: House
) -> None:
    asked = {"accounts": [ACCOUNTS["google"]], "status": "all", "limit": 20}
    whole = await TOOL["list_campaigns"]({**asked, "limit": 100}, caller)
    first = await TOOL["list_campaigns"](asked, caller)
    house.faults.plan(Fault("google", "expire_token", "googleAds:search"))

    second = await TOOL["list_campaigns"]({**asked, "cursor": first.content["next_cursor"]}, caller)

    assert house.faults.planned() == []
    assert second.content["complete"] is True
    assert [*ids(first.content), *ids(second.content)] == ids(whole.content)


@pytest.mark.parametrize("platform", ["meta", "tiktok"])
async def test_a_fixed_token_that_expires_in_mid_paging_is_said_and_the_cursor_stays_good(
    platform: str, caller: Caller, house: House
) -> None:
    asked = {"accounts": [ACCOUNTS[platform]], "status": "all", "limit": 20}
    whole = await TOOL["list_campaigns"]({**asked, "limit": 100}, caller)
    first = await TOOL["list_campaigns"](asked, caller)
    house.faults.plan(Fault(platform, "expire_token", "campaign"))

    with pytest.raises(AdsError) as failed:
        await TOOL["list_campaigns"]({**asked, "cursor": first.content["next_cursor"]}, caller)
    again = await TOOL["list_campaigns"]({**asked, "cursor": first.content["next_cursor"]}, caller)

    assert failed.value.code == "AUTH_REQUIRED"
    assert [*ids(first.content), *ids(again.content)] == ids(whole.content)


async def test_an_account_that_fails_in_mid_paging_is_named_and_the_list_goes_on_with_the_others(
    caller: Caller, house: House
) -> None:
    asked = {"accounts": [ACCOUNTS["meta"], ACCOUNTS["tiktok"]], "status": "all", "limit": 20}
    first = await TOOL["list_campaigns"](asked, caller)
    house.faults.plan(Fault("meta", "expire_token", "campaign"))

    second = await TOOL["list_campaigns"]({**asked, "cursor": first.content["next_cursor"]}, caller)

    assert failures(second.content) == [Failed(ACCOUNTS["meta"], "AUTH_REQUIRED")]
    assert second.text.startswith("sandbox: 20 campaigns, incomplete: 1 failed, more: cursor ")


def ids(content: object) -> list[str]:
    accounts = msgspec.convert(msgspec.convert(content, dict[str, object])["accounts"], list[dict[str, object]])
    campaigns = [msgspec.convert(account["campaigns"], list[dict[str, object]]) for account in accounts]
    return [str(campaign["id"]) for part in campaigns for campaign in part]


async def test_the_insights_of_the_only_account_that_fail_leave_its_campaigns(caller: Caller, house: House) -> None:
    await TOOL["list_accounts"]({}, caller)
    house.faults.plan(Fault("tiktok", "html", "report/integrated", times=FOR_EVER))

    answer = await TOOL["list_campaigns"]({"accounts": [ACCOUNTS["tiktok"]], "date_preset": "last_7d"}, caller)

    assert len(ids(answer.content)) > 0
    assert failures(answer.content) == [Failed(ACCOUNTS["tiktok"], "PLATFORM_ERROR")]


async def test_a_campaigns_insights_that_fail_leave_the_campaigns(caller: Caller, house: House) -> None:
    await TOOL["list_accounts"]({}, caller)
    house.faults.plan(Fault("tiktok", "html", "report/integrated", times=FOR_EVER))
    asked = {"accounts": list(ACCOUNTS.values()), "date_preset": "last_7d", "limit": 100}

    answer = await TOOL["list_campaigns"](asked, caller)

    assert failures(answer.content) == [Failed(ACCOUNTS["tiktok"], "PLATFORM_ERROR")]
    accounts = msgspec.convert(answer.content["accounts"], list[dict[str, object]])
    without = {
        str(account["account"]): {campaign["insights"] is None for campaign in campaigns}
        for account in accounts
        for campaigns in [msgspec.convert(account["campaigns"], list[dict[str, object]])]
    }
    assert without == {name: {key == "tiktok"} for key, name in ACCOUNTS.items()}
