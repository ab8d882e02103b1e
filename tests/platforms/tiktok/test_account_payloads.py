from collections.abc import Callable, Mapping

import httpx2
import pytest

from xylo_mcp.ads.accounts import Account, Unreadable
from xylo_mcp.ads.errors import Garbled
from xylo_mcp.platforms.tiktok import SPEC, advertisers

Answer = Callable[..., httpx2.Response]

_ADVERTISER: Mapping[str, object] = {
    "advertiser_id": "7123456789012345678",
    "name": "Demo GmbH",
    "status": "STATUS_ENABLE",
    "currency": "EUR",
    "timezone": "Europe/Berlin",
    "display_timezone": "Europe/Berlin",
}


def _read(good: Answer, **changes: object) -> Account:
    content = good({"list": [{**_ADVERTISER, **changes}]}).content
    (read,) = advertisers.accounts(content, SPEC.account_id).values()
    assert isinstance(read, Account)
    return read


def test_an_advertiser_is_an_account(good: Answer, account: Account) -> None:
    assert _read(good) == account
    assert advertisers.advertiser_id(account) == "7123456789012345678"
    assert advertisers.account_id("7123456789012345678") == account.id


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
    read = _read(good, status=raw)

    assert (read.status, read.raw_status) == (status, raw)


@pytest.mark.parametrize(
    ("zone", "shown", "used"),
    [("Etc/GMT+8", "America/Los_Angeles", "Etc/GMT+8"), ("", "Asia/Tokyo", "Asia/Tokyo"), (None, "UTC", "UTC")],
)
def test_the_days_of_an_account_are_days_of_its_own_zone(good: Answer, zone: str | None, shown: str, used: str) -> None:
    assert _read(good, timezone=zone, display_timezone=shown).time_zone == used


def test_advertisers_are_named_once_each_by_text_or_number(good: Answer) -> None:
    content = good({"list": [{"advertiser_id": 7123456789012345679}, {"advertiser_id": "7123456789012345679"}]}).content

    assert advertisers.advertiser_ids(content) == ["7123456789012345679"]


@pytest.mark.parametrize(
    "changes",
    [
        {"currency": ""},
        {"currency": "euro"},
        {"currency": 978},
        {"currency": None},
        {"timezone": "Mars/Phobos"},
        {"timezone": "", "display_timezone": None},
        {"timezone": 1},
    ],
)
def test_an_account_that_cannot_be_relied_on_costs_the_others_nothing(
    good: Answer, account: Account, changes: Mapping[str, object]
) -> None:
    odd = {**_ADVERTISER, "advertiser_id": 7123456789012345679, **changes}

    read = advertisers.accounts(good({"list": [odd, _ADVERTISER]}).content, SPEC.account_id)

    assert read["7123456789012345678"] == account
    unreadable = read["7123456789012345679"]
    assert isinstance(unreadable, Unreadable)
    assert (unreadable.id, type(unreadable.error)) == ("tiktok_7123456789012345679", Garbled)


@pytest.mark.parametrize("row", [{}, {"advertiser_id": None}, None])
def test_an_account_without_a_name_is_garbled(good: Answer, row: object) -> None:
    with pytest.raises(Garbled):
        advertisers.accounts(good({"list": [row, _ADVERTISER]}).content, SPEC.account_id)


@pytest.mark.parametrize("told", [0, 2])
def test_a_list_of_another_length_than_told_is_garbled(good: Answer, told: int) -> None:
    content = good({"list": [_ADVERTISER], "page_info": {"total_number": told}}).content

    with pytest.raises(Garbled):
        advertisers.advertiser_ids(content)
    with pytest.raises(Garbled):
        advertisers.accounts(content, SPEC.account_id)
