"""Changes become exactly the requests that TikTok documents, or are refused before anything is sent.

Fields and values: TikTok API for Business docs, v1.3, "Create a campaign", "Update a campaign",
"Update the statuses of campaigns", "Budget".
"""

from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from datetime import date
from decimal import Decimal
from typing import get_args

import httpx2
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xylo_mcp.ads.accounts import Account
from xylo_mcp.ads.campaigns import Campaign, Objective, Status
from xylo_mcp.ads.changes import Change, CreateCampaign, PauseCampaign, UpdateCampaign
from xylo_mcp.ads.errors import AdsError, Invalid, Unsupported
from xylo_mcp.ads.money import Money
from xylo_mcp.ads.standings import Budget, Standing
from xylo_mcp.contract import AdPlatform
from xylo_mcp.platforms.tiktok import SPEC, changes

Opened = Callable[..., AbstractAsyncContextManager[AdPlatform]]

TAG = "op:7f3k9m2q4wxy"
ID, ADVERTISER = "tiktok_7123456789012345678", "7123456789012345678"
CREATE = CreateCampaign(ID, "Frühling & Söhne", "conversions", daily_budget=Money(Decimal("75.50"), "EUR"))
UPDATE = UpdateCampaign(ID, "902")
PAUSE = PauseCampaign(ID, "902")
CAMPAIGN = Campaign("902", ID, "Winter", "active", "delivering", "traffic", "ENABLE", "", "TRAFFIC")


def eur(amount: str) -> Money:
    return Money(Decimal(amount), "EUR")


def creating(**fields: object) -> CreateCampaign:
    return msgspec.structs.replace(CREATE, **fields)


def updating(**fields: object) -> UpdateCampaign:
    return msgspec.structs.replace(UPDATE, **fields)


def standing(*, daily: str = "", lifetime: str = "", status: Status = "active") -> Standing:
    """The campaign with this budget of its own; without one, it has an ad group's."""
    own = Budget("budget", "campaign", eur(daily) if daily else None, eur(lifetime) if lifetime else None)
    campaign = msgspec.structs.replace(CAMPAIGN, status=status, daily_budget=own.daily, lifetime_budget=own.lifetime)
    return Standing(campaign, [own if daily or lifetime else Budget("budget", "ad_group", eur("20"))])


def request(account: Account, change: Change, before: Standing | None = None) -> tuple[str, Mapping[str, object]]:
    """The path and the body that `change` takes."""
    path, body = changes.request(account, change, TAG, before)
    return path, msgspec.json.decode(body, type=dict[str, object])


def test_a_campaign_is_created_switched_off_with_a_budget_that_bounds_it_and_known_by_its_request(
    account: Account,
) -> None:
    assert request(account, CREATE) == (
        "campaign/create/",
        {
            "advertiser_id": ADVERTISER,
            "campaign_name": "Frühling & Söhne",
            "objective_type": "WEB_CONVERSIONS",
            "budget_mode": "BUDGET_MODE_DAY",
            "budget": 75.5,
            "budget_optimize_on": True,
            "operation_status": "DISABLE",
            "request_id": changes.request_id(TAG),
        },
    )


def test_a_lifetime_budget_is_a_total(account: Account) -> None:
    _, body = request(account, creating(daily_budget=None, lifetime_budget=eur("1500")))

    assert (body["budget_mode"], body["budget"]) == ("BUDGET_MODE_TOTAL", 1500)


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        ("75.50", "EUR", b"75.50"),
        ("0.10", "USD", b"0.10"),
        ("9999999.99", "USD", b"9999999.99"),
        ("5000", "JPY", b"5000"),
        ("75000", "KRW", b"75000"),
        ("750000.00", "IDR", b"750000.00"),
        ("5.125", "KWD", b"5.125"),
        ("75.505", "EUR", b""),
        ("50.5", "JPY", b""),
    ],
)
def test_an_amount_is_sent_digit_for_digit_in_the_currency_itself_or_refused(
    account: Account, amount: str, currency: str, *, text: bytes
) -> None:
    owner = msgspec.structs.replace(account, currency=currency)
    change = creating(daily_budget=Money(Decimal(amount), currency))
    if not text:
        with pytest.raises(Invalid):
            changes.request(owner, change, TAG, None)
        return

    assert b'"budget":' + text + b"," in changes.request(owner, change, TAG, None).body


@pytest.mark.parametrize(
    ("objective", "word"),
    [
        ("awareness", "REACH"),
        ("traffic", "TRAFFIC"),
        ("leads", "LEAD_GENERATION"),
        ("conversions", "WEB_CONVERSIONS"),
    ],
)
def test_a_new_campaign_has_a_current_objective(account: Account, objective: Objective, word: str) -> None:
    assert request(account, creating(objective=objective))[1]["objective_type"] == word


@pytest.mark.parametrize("objective", sorted(set(get_args(Objective)) - SPEC.creates))
def test_an_objective_that_needs_more_is_unsupported(account: Account, objective: Objective) -> None:
    with pytest.raises(Unsupported) as refused:
        changes.request(account, creating(objective=objective), TAG, None)

    assert refused.value.fix == (
        "Use one of awareness, traffic, leads, conversions, or make this one in TikTok Ads Manager."
    )


@given(st.text(), st.text())
def test_a_request_id_is_a_positive_number_of_64_bits_that_follows_from_the_tag(tag: str, other: str) -> None:
    number = int(changes.request_id(tag))

    assert 0 < number < 2**63
    assert (changes.request_id(tag) == changes.request_id(other)) == (tag == other)


@pytest.mark.parametrize(
    ("change", "before", "path", "body"),
    [
        (PAUSE, standing(daily="50"), "status/update/", {"campaign_ids": ["902"], "operation_status": "DISABLE"}),
        (PAUSE, None, "status/update/", {"campaign_ids": ["902"], "operation_status": "DISABLE"}),
        (
            updating(status="paused"),
            standing(daily="50"),
            "status/update/",
            {"campaign_ids": ["902"], "operation_status": "DISABLE"},
        ),
        (
            updating(status="active"),
            standing(),
            "status/update/",
            {"campaign_ids": ["902"], "operation_status": "ENABLE"},
        ),
        (updating(name="Neu"), standing(), "update/", {"campaign_id": "902", "campaign_name": "Neu"}),
        (updating(daily_budget=eur("80.25")), standing(daily="50"), "update/", {"campaign_id": "902", "budget": 80.25}),
        (
            updating(lifetime_budget=eur("900")),
            standing(lifetime="500"),
            "update/",
            {"campaign_id": "902", "budget": 900},
        ),
        (
            updating(name="Neu", daily_budget=eur("80")),
            standing(daily="50"),
            "update/",
            {"campaign_id": "902", "campaign_name": "Neu", "budget": 80},
        ),
    ],
)
def test_a_change_names_each_field_that_it_sets_and_no_other(
    account: Account, change: Change, before: Standing | None, *, path: str, body: Mapping[str, object]
) -> None:
    assert request(account, change, before) == (f"campaign/{path}", {"advertiser_id": ADVERTISER, **body})


@pytest.mark.parametrize(
    ("name", "taken"),
    [
        ("Größe 20° für Ürdingen®", True),
        ("㈱テスト ㎡ № 5", True),
        ("春" * 256, True),
        ("x" * 512, True),
        ("春" * 256 + "x", False),
        ("x" * 513, False),
        ("Sale 🔥", False),
        ("Sale ☀", False),
        ("Sale ❤️", False),
        ("Sale 1\ufe0f\u20e3", False),
        ("Start ▶ jetzt ⏰", False),
        ("half \ud83d", False),
    ],
)
def test_a_name_is_taken_unless_it_is_too_long_or_has_pictures(account: Account, name: str, *, taken: bool) -> None:
    if taken:
        assert request(account, creating(name=name))[1]["campaign_name"] == name
        return
    for change in (creating(name=name), updating(name=name)):
        with pytest.raises(Invalid, match="name: TikTok takes"):
            changes.request(account, change, TAG, None)


@pytest.mark.parametrize(
    ("change", "before", "kind"),
    [
        (creating(starts=date(2026, 5, 1)), None, Unsupported),
        (creating(ends=date(2026, 5, 1)), None, Unsupported),
        (creating(daily_budget=None), None, Invalid),
        (creating(lifetime_budget=eur("900")), None, Invalid),
        (creating(daily_budget=Money(Decimal(5000), "JPY")), None, Invalid),
        (creating(daily_budget=eur("0")), None, Invalid),
        (creating(daily_budget=eur("-5")), None, Invalid),
        (creating(daily_budget=eur("Infinity")), None, Invalid),
        (updating(), standing(daily="50"), Invalid),
        (updating(ends=date(2026, 5, 1)), standing(daily="50"), Unsupported),
        (updating(name="Neu", starts=date(2026, 5, 1), status="active"), standing(daily="50"), Unsupported),
        (updating(daily_budget=eur("5"), lifetime_budget=eur("5")), standing(daily="50"), Invalid),
        (updating(daily_budget=Money(Decimal(50), "USD")), standing(daily="50"), Invalid),
        (updating(daily_budget=eur("80"), status="active"), standing(lifetime="500"), Unsupported),
        (updating(name="Neu"), standing(daily="50", status="archived"), Invalid),
        (updating(status="active"), standing(daily="50", status="archived"), Invalid),
        (PAUSE, standing(daily="50", status="archived"), Invalid),
    ],
)
async def test_what_cannot_be_is_refused_beforehand_and_sends_nothing(
    opened: Opened, account: Account, change: Change, before: Standing | None, *, kind: type[AdsError]
) -> None:
    asked: list[httpx2.Request] = []

    def reply(sent: httpx2.Request) -> httpx2.Response:
        asked.append(sent)
        return httpx2.Response(500)

    async with opened(reply) as platform:
        with pytest.raises(kind) as refused:
            platform.check(account, change, before)

    assert (asked, refused.value.nothing_done, refused.value.platform) == ([], True, "tiktok")


@pytest.mark.parametrize(
    ("change", "before", "where"),
    [
        (updating(daily_budget=eur("5")), standing(lifetime="500"), "is lifetime or daily, and that cannot be changed"),
        (updating(lifetime_budget=eur("5")), standing(daily="50"), "is lifetime or daily, and that cannot be changed"),
        (updating(daily_budget=eur("5")), standing(), "sits in its ad groups"),
    ],
)
def test_a_budget_of_another_kind_or_elsewhere_is_not_changed(
    account: Account, change: UpdateCampaign, before: Standing, where: str
) -> None:
    with pytest.raises(Unsupported) as refused:
        changes.request(account, change, TAG, before)

    kind = "daily" if change.daily_budget else "lifetime"
    assert refused.value.message == f"This campaign has no {kind} budget of its own: its budget {where}."


async def test_tiktok_checks_nothing_beforehand_and_is_not_asked(opened: Opened, account: Account) -> None:
    asked: list[httpx2.Request] = []

    def reply(sent: httpx2.Request) -> httpx2.Response:
        asked.append(sent)
        return httpx2.Response(500)

    async with opened(reply) as platform:
        checked = await platform.validate(account, CREATE, TAG, None)

    assert (checked, asked) == (False, [])


def test_the_spec_says_what_tiktok_can_do() -> None:
    assert (SPEC.creates, SPEC.apart, SPEC.overspend) == (
        frozenset({"awareness", "traffic", "leads", "conversions"}),
        (frozenset({"status"}),),
        Decimal("1.25"),
    )
