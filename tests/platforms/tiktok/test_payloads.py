from collections.abc import Callable, Mapping
from decimal import Decimal

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xylo_mcp.ads.accounts import Account
from xylo_mcp.ads.campaigns import Campaign
from xylo_mcp.ads.errors import Garbled
from xylo_mcp.ads.money import Money
from xylo_mcp.platforms.tiktok import payloads

Answer = Callable[..., httpx2.Response]

_CAMPAIGN: Mapping[str, object] = {
    "advertiser_id": "7123456789012345678",
    "campaign_id": "1790000000000001",
    "campaign_name": "Spring EU",
    "objective_type": "WEB_CONVERSIONS",
    "budget": 120.5,
    "budget_mode": "BUDGET_MODE_DAY",
    "operation_status": "ENABLE",
    "secondary_status": "CAMPAIGN_STATUS_ENABLE",
    "create_time": "2026-02-01 08:00:00",
    "special_industries": [],
}
_ONE_PAGE = {"page": 1, "page_size": 1000, "total_number": 1, "total_page": 1}


def _campaign(good: Answer, account: Account, **changes: object) -> Campaign:
    content = good({"list": [{**_CAMPAIGN, **changes}], "page_info": _ONE_PAGE}).content
    return payloads.campaigns(content, account, 1, 1000)[0][0]


def test_a_campaign_is_read_whole(good: Answer, account: Account) -> None:
    assert _campaign(good, account) == Campaign(
        id="1790000000000001",
        account="tiktok_7123456789012345678",
        name="Spring EU",
        status="active",
        delivery="delivering",
        objective="conversions",
        raw_status="ENABLE",
        raw_delivery="CAMPAIGN_STATUS_ENABLE",
        raw_objective="WEB_CONVERSIONS",
        daily_budget=Money(Decimal("120.5"), "EUR"),
    )


def test_a_campaign_of_which_tiktok_says_next_to_nothing_counts_as_active_without_budget(
    good: Answer, account: Account
) -> None:
    content = good({"list": [{"campaign_id": 1790000000000001, "budget": None}], "page_info": _ONE_PAGE}).content

    assert payloads.campaigns(content, account, 1, 1000) == (
        [
            Campaign(
                id="1790000000000001",
                account="tiktok_7123456789012345678",
                name="",
                status="active",
                delivery="unknown",
                objective="other",
                raw_status="",
                raw_delivery="",
                raw_objective="",
            )
        ],
        1,
    )


@pytest.mark.parametrize(
    ("switch", "secondary", "status", "delivery"),
    [
        ("ENABLE", "CAMPAIGN_STATUS_ENABLE", "active", "delivering"),
        ("DISABLE", "CAMPAIGN_STATUS_DISABLE", "paused", "paused"),
        ("DISABLE", "CAMPAIGN_STATUS_AWAITING_RELEASE", "paused", "paused"),
        ("DISABLE", "CAMPAIGN_STATUS_DELETE", "archived", "archived"),
        ("ENABLE", "CAMPAIGN_STATUS_DELETE", "archived", "archived"),
        ("DELETE", None, "archived", "unknown"),
        ("ENABLE", "CAMPAIGN_STATUS_BUDGET_EXCEED", "active", "limited"),
        ("ENABLE", "CAMPAIGN_STATUS_ADVERTISER_AUDIT", "active", "in_review"),
        ("ENABLE", "CAMPAIGN_STATUS_ADVERTISER_AUDIT_DENY", "active", "rejected"),
        ("ENABLE", "ADVERTISER_CONTRACT_PENDING", "active", "limited"),
        ("ENABLE", "ADVERTISER_ACCOUNT_PUNISH", "active", "limited"),
        ("FROZEN", "CAMPAIGN_STATUS_OF_TOMORROW", "active", "unknown"),
    ],
)
def test_an_unknown_status_never_hides_spending(
    good: Answer, account: Account, switch: str, secondary: str | None, *, status: str, delivery: str
) -> None:
    read = _campaign(good, account, operation_status=switch, secondary_status=secondary)

    assert (read.status, read.delivery, read.raw_status, read.raw_delivery) == (
        status,
        delivery,
        switch,
        secondary or "",
    )


@pytest.mark.parametrize(
    ("raw", "objective"),
    [
        *dict.fromkeys(("REACH", "RF_REACH", "TOPVIEW_REACH", "BRAND_CONSIDERATION"), "awareness").items(),
        *dict.fromkeys(("TRAFFIC", "RF_TRAFFIC"), "traffic").items(),
        *dict.fromkeys(("VIDEO_VIEWS", "RF_VIDEO_VIEW", "ENGAGEMENT", "RF_ENGAGEMENT"), "engagement").items(),
        ("LEAD_GENERATION", "leads"),
        *dict.fromkeys(("APP_PROMOTION", "APP_INSTALL", "RF_APP_INSTALL"), "app_promotion").items(),
        *dict.fromkeys(("WEB_CONVERSIONS", "CONVERSIONS"), "conversions").items(),
        *dict.fromkeys(("PRODUCT_SALES", "CATALOG_SALES", "SHOP_PURCHASES"), "sales").items(),
        ("TELEPATHY", "other"),
    ],
)
def test_an_objective_keeps_tiktoks_word(good: Answer, account: Account, raw: str, objective: str) -> None:
    read = _campaign(good, account, objective_type=raw)

    assert (read.objective, read.raw_objective) == (objective, raw)


def test_the_combined_sales_objective_goes_before_the_one_beneath_it(good: Answer, account: Account) -> None:
    read = _campaign(good, account, virtual_objective_type="SALES", objective_type="WEB_CONVERSIONS")

    assert (read.objective, read.raw_objective) == ("sales", "SALES")


@pytest.mark.parametrize(
    ("mode", "budget", "daily", "lifetime"),
    [
        ("BUDGET_MODE_DAY", 75, "75", None),
        ("BUDGET_MODE_DAY", "75.10", "75.10", None),
        ("BUDGET_MODE_DYNAMIC_DAILY_BUDGET", 50.0, "50.0", None),
        ("BUDGET_MODE_TOTAL", 5000.25, None, "5000.25"),
        ("BUDGET_MODE_INFINITE", 0, None, None),
        ("BUDGET_MODE_DAY", 0.0, None, None),
        ("BUDGET_MODE_DAY", None, None, None),
        ("BUDGET_MODE_OF_TOMORROW", 12, None, None),
        (None, 12, None, None),
    ],
)
def test_a_budget_is_what_its_mode_says(
    good: Answer, account: Account, mode: str | None, budget: object, *, daily: str | None, lifetime: str | None
) -> None:
    read = _campaign(good, account, budget_mode=mode, budget=budget)

    assert (read.daily_budget, read.lifetime_budget) == tuple(
        Money(Decimal(amount), "EUR") if amount else None for amount in (daily, lifetime)
    )


@given(st.decimals(min_value=Decimal("0.01"), max_value=10**12, places=3))
def test_a_budget_is_read_digit_for_digit(amount: Decimal) -> None:
    owner = Account("tiktok_1", "tiktok", "", "KWD", "UTC", "active", "")
    content = (
        b'{"data":{"list":[{"campaign_id":"1","budget_mode":"BUDGET_MODE_DAY","budget":%s}],'
        b'"page_info":{"page":1,"total_page":1,"total_number":1}}}' % f"{amount:f}".encode()
    )

    assert payloads.campaigns(content, owner, 1, 1000)[0][0].daily_budget == Money(amount, "KWD")


@pytest.mark.parametrize(
    "changes",
    [
        {"campaign_id": None},
        {"campaign_id": 1.5},
        {"campaign_id": "17900x"},
        {"budget": "much"},
        {"budget": [1]},
        {"operation_status": 1},
        {"campaign_name": {"text": "Spring"}},
    ],
)
def test_a_campaign_of_the_wrong_shape_is_garbled(
    good: Answer, account: Account, changes: Mapping[str, object]
) -> None:
    with pytest.raises(Garbled):
        _campaign(good, account, **changes)


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"list": []},
        {"list": None, "page_info": _ONE_PAGE},
        {"list": {}, "page_info": _ONE_PAGE},
        {"list": [None], "page_info": _ONE_PAGE},
        {"list": [], "page_info": {"page": 2, "total_page": 2, "total_number": 0}},
        {"list": [], "page_info": {"page": 1, "total_page": -1, "total_number": 0}},
        {"list": [], "page_info": {"page": "1", "total_page": 1, "total_number": 0}},
        {"list": [], "page_info": {"page": 1, "total_page": 1}},
        {"list": [], "page_info": {}},
    ],
)
def test_a_page_of_the_wrong_shape_or_number_is_garbled(
    good: Answer, account: Account, data: Mapping[str, object]
) -> None:
    with pytest.raises(Garbled):
        payloads.campaigns(good(data).content, account, 1, 1000)


def test_a_name_in_another_encoding_is_garbled(account: Account) -> None:
    info = b'{"page":1,"total_page":1,"total_number":1}'
    content = b'{"data":{"list":[{"campaign_id":"1","campaign_name":"\xff"}],"page_info":%s}}' % info

    with pytest.raises(Garbled):
        payloads.campaigns(content, account, 1, 1000)


@pytest.mark.parametrize(
    ("rows", "page", "of", "total"),
    [(1, 1, 3, 6), (3, 1, 3, 6), (0, 2, 3, 6), (0, 3, 3, 5), (2, 3, 3, 5), (1, 1, 1, 2), (1, 1, 1, 0)],
)
def test_a_page_that_lacks_campaigns_is_garbled(
    good: Answer, account: Account, *, rows: int, page: int, of: int, total: int
) -> None:
    info = {"page": page, "page_size": 2, "total_number": total, "total_page": of}
    content = good({"list": [_CAMPAIGN] * rows, "page_info": info}).content

    with pytest.raises(Garbled):
        payloads.campaigns(content, account, page, 2)


@pytest.mark.parametrize(("rows", "page", "of", "total"), [(2, 1, 3, 6), (2, 2, 2, 4), (1, 3, 3, 5), (0, 2, 1, 2)])
def test_a_page_with_all_its_campaigns_is_read(
    good: Answer, account: Account, *, rows: int, page: int, of: int, total: int
) -> None:
    info = {"page": page, "page_size": 2, "total_number": total, "total_page": of}
    content = good({"list": [_CAMPAIGN] * rows, "page_info": info}).content

    assert len(payloads.campaigns(content, account, page, 2)[0]) == rows
