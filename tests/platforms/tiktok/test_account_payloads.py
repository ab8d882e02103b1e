from collections.abc import Callable, Mapping

import httpx2
import pytest

from xylo_mcp.ads.accounts import Account
from xylo_mcp.ads.errors import Garbled
from xylo_mcp.platforms.tiktok import payloads

Answer = Callable[..., httpx2.Response]

_ADVERTISER: Mapping[str, object] = {
    "advertiser_id": "7123456789012345678",
    "name": "Demo GmbH",
    "status": "STATUS_ENABLE",
    "currency": "EUR",
    "timezone": "Europe/Berlin",
    "display_timezone": "Europe/Berlin",
}


def test_an_advertiser_is_an_account(good: Answer, account: Account) -> None:
    assert payloads.accounts(good({"list": [_ADVERTISER]}).content) == [account]
    assert payloads.advertiser_id(account) == "7123456789012345678"


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        ("STATUS_ENABLE", "active"),
        ("STATUS_DISABLE", "disabled"),
        ("STATUS_LIMIT", "disabled"),
        ("STATUS_PENDING_CONFIRM", "disabled"),
        ("STATUS_CONFIRM_FAIL", "disabled"),
        ("STATUS_CONTRACT_PENDING", "disabled"),
        ("STATUS_OF_TOMORROW", "unknown"),
    ],
)
def test_an_accounts_status_keeps_tiktoks_word(good: Answer, raw: str, status: str) -> None:
    read = payloads.accounts(good({"list": [{**_ADVERTISER, "status": raw}]}).content)[0]

    assert (read.status, read.raw_status) == (status, raw)


@pytest.mark.parametrize(
    ("zone", "shown", "used"),
    [("Etc/GMT+8", "America/Los_Angeles", "Etc/GMT+8"), ("", "Asia/Tokyo", "Asia/Tokyo"), (None, "UTC", "UTC")],
)
def test_the_days_of_an_account_are_days_of_its_own_zone(good: Answer, zone: str | None, shown: str, used: str) -> None:
    advertiser = {**_ADVERTISER, "timezone": zone, "display_timezone": shown}

    assert payloads.accounts(good({"list": [advertiser]}).content)[0].time_zone == used


def test_advertisers_are_named_once_each_by_text_or_number(good: Answer) -> None:
    content = good({"list": [{"advertiser_id": 7123456789012345679}, {"advertiser_id": "7123456789012345679"}]}).content

    assert payloads.advertiser_ids(content) == ["7123456789012345679"]


@pytest.mark.parametrize(
    "changes",
    [
        {"advertiser_id": "../campaign"},
        {"advertiser_id": None},
        {"currency": ""},
        {"currency": 978},
        {"timezone": "Mars/Phobos"},
        {"timezone": "", "display_timezone": None},
    ],
)
def test_an_account_that_cannot_be_relied_on_is_garbled(good: Answer, changes: Mapping[str, object]) -> None:
    with pytest.raises(Garbled):
        payloads.accounts(good({"list": [{**_ADVERTISER, **changes}]}).content)
