"""Changes become exactly the requests that Meta documents, or are refused before anything is sent.

Fields and values: Meta Marketing API docs, "Campaign", "Currencies", "Budgets" (2026-09).
"""

from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from datetime import date
from decimal import Decimal
from typing import get_args
from urllib.parse import parse_qsl

import httpx2
import msgspec
import pytest

from xylo_mcp.ads.accounts import Account
from xylo_mcp.ads.campaigns import Campaign, Objective
from xylo_mcp.ads.changes import Change, CreateCampaign, PauseCampaign, UpdateCampaign
from xylo_mcp.ads.errors import AdsError, Invalid, Unsupported
from xylo_mcp.ads.money import Money
from xylo_mcp.ads.standings import Budget, Standing
from xylo_mcp.contract import AdPlatform
from xylo_mcp.platforms.meta import SPEC, changes

Opened = Callable[..., AbstractAsyncContextManager[AdPlatform]]

TAG = "op:7f3k9m2q4wxy"
ID = "act_123456789"
FIELDS = "id,name,objective,status,effective_status,daily_budget,lifetime_budget,start_time,stop_time"
CREATE = CreateCampaign(ID, "Frühling & Söhne 🚀", "sales", daily_budget=Money(Decimal("75.50"), "USD"))
UPDATE = UpdateCampaign(ID, "902")
CAMPAIGN = Campaign("902", ID, "Winter", "active", "delivering", "sales", "ACTIVE", "ACTIVE", "OUTCOME_SALES")


def usd(amount: str) -> Money:
    return Money(Decimal(amount), "USD")


def creating(**fields: object) -> CreateCampaign:
    return msgspec.structs.replace(CREATE, **fields)


def updating(**fields: object) -> UpdateCampaign:
    return msgspec.structs.replace(UPDATE, **fields)


def standing(
    *, daily: str = "", lifetime: str = "", seat: str = "campaign", status: str = "active", budgets: int = 1
) -> Standing:
    """The campaign 902 with this budget, of its own or in an ad set."""
    own = Budget("budget", "ad_group", usd("1"))
    if seat == "campaign":
        own = Budget("budget", "campaign", usd(daily) if daily else None, usd(lifetime) if lifetime else None)
    campaign = msgspec.structs.replace(
        CAMPAIGN, status=status, daily_budget=own.daily if seat == "campaign" else None, lifetime_budget=own.lifetime
    )
    return Standing(campaign, [own] * budgets)


class Meta:
    """Answers everything with one campaign; keeps what was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, Mapping[str, str]]] = []

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        form = dict(parse_qsl(request.content.decode(), keep_blank_values=True, strict_parsing=bool(request.content)))
        self.asked.append((request.method, request.url.path, form))
        return httpx2.Response(200, json={"id": "902", "status": "PAUSED", "success": True})


async def sent(
    opened: Opened, account: Account, change: Change, before: Standing | None = None
) -> tuple[str, str, Mapping[str, str]]:
    """The one request that `change` takes."""
    meta = Meta()
    async with opened(meta) as platform:
        platform.check(account, change, before)
        await platform.apply(account, change, TAG, before)
    (request,) = meta.asked
    return request


async def test_a_campaign_is_created_paused_with_its_tag_as_a_label_and_nothing_left_to_a_default(
    opened: Opened, account: Account
) -> None:
    assert await sent(opened, account, CREATE) == (
        "POST",
        "/v26.0/act_123456789/campaigns",
        {
            "name": "Frühling & Söhne 🚀",
            "objective": "OUTCOME_SALES",
            "status": "PAUSED",
            "buying_type": "AUCTION",
            "special_ad_categories": "[]",
            "bid_strategy": "LOWEST_COST_WITHOUT_CAP",
            "adlabels": '[{"name":"op:7f3k9m2q4wxy"}]',
            "daily_budget": "7550",
            "fields": FIELDS,
        },
    )


async def test_a_lifetime_budget_lasts_from_the_first_midnight_to_the_last_where_the_account_is(
    opened: Opened, account: Account
) -> None:
    """Clocks in New York went forward on 8 March 2026."""
    change = creating(daily_budget=None, lifetime_budget=usd("1500"), starts=date(2026, 3, 8), ends=date(2026, 3, 31))

    _, _, form = await sent(opened, account, change)

    assert {name: form.get(name) for name in ("daily_budget", "lifetime_budget", "start_time", "stop_time")} == {
        "daily_budget": None,
        "lifetime_budget": "150000",
        "start_time": "2026-03-08T00:00:00-05:00",
        "stop_time": "2026-04-01T00:00:00-04:00",
    }


@pytest.mark.parametrize(
    ("amount", "currency", "subunits"),
    [
        ("50.00", "USD", "5000"),
        ("0.01", "EUR", "1"),
        ("9999999999.99", "BRL", "999999999999"),
        ("5000", "JPY", "5000"),
        ("5000", "KRW", "5000"),
        ("5000", "CLP", "5000"),
        ("5000.00", "TWD", "5000"),
        ("5000.00", "HUF", "5000"),
        ("75000.00", "IDR", "75000"),
        ("75000.00", "COP", "75000"),
        ("75000", "VND", "75000"),
        ("5.250", "BHD", "525"),
        ("5.250", "KWD", ""),
        ("5.251", "BHD", ""),
        ("500.50", "TWD", ""),
        ("50.5", "JPY", ""),
    ],
)
async def test_an_amount_is_sent_in_metas_own_subunits_or_refused(
    opened: Opened, account: Account, amount: str, currency: str, *, subunits: str
) -> None:
    owner = msgspec.structs.replace(account, currency=currency)
    change = creating(daily_budget=Money(Decimal(amount), currency))
    if not subunits:
        with pytest.raises((Invalid, Unsupported)):
            await sent(opened, owner, change)
        return

    _, _, form = await sent(opened, owner, change)

    assert form["daily_budget"] == subunits


@pytest.mark.parametrize("objective", sorted(SPEC.creates))
async def test_a_new_campaign_has_a_current_objective(opened: Opened, account: Account, objective: Objective) -> None:
    _, _, form = await sent(opened, account, creating(objective=objective))

    assert form["objective"] == f"OUTCOME_{objective.upper()}"


@pytest.mark.parametrize("objective", sorted(set(get_args(Objective)) - SPEC.creates))
def test_an_objective_that_meta_retired_or_lacks_is_unsupported(account: Account, objective: Objective) -> None:
    with pytest.raises(Unsupported) as refused:
        changes.request(account, creating(objective=objective), TAG, None)

    assert refused.value.fix.endswith("for conversions on a website, that is sales.")


@pytest.mark.parametrize(
    ("change", "before", "form"),
    [
        (PauseCampaign(ID, "902"), standing(daily="50"), {"status": "PAUSED"}),
        (updating(status="paused"), standing(daily="50"), {"status": "PAUSED"}),
        (updating(status="active"), standing(daily="50"), {"status": "ACTIVE"}),
        (updating(status="active"), standing(seat="ad_group"), {"status": "ACTIVE"}),
        (updating(name="Neu"), standing(seat="ad_group"), {"name": "Neu"}),
        (updating(daily_budget=usd("80.25")), standing(daily="50"), {"daily_budget": "8025"}),
        (updating(lifetime_budget=usd("900")), standing(lifetime="500"), {"lifetime_budget": "90000"}),
        (updating(starts=date(2026, 7, 1)), standing(daily="50"), {"start_time": "2026-07-01T00:00:00-04:00"}),
        (updating(ends=date(2026, 12, 31)), standing(daily="50"), {"stop_time": "2027-01-01T00:00:00-05:00"}),
        (
            updating(name="Neu", daily_budget=usd("80"), ends=date(2026, 12, 31), status="active"),
            standing(daily="50"),
            {"name": "Neu", "daily_budget": "8000", "stop_time": "2027-01-01T00:00:00-05:00", "status": "ACTIVE"},
        ),
    ],
)
async def test_a_change_names_each_field_that_it_sets_and_no_other(
    opened: Opened, account: Account, change: Change, *, before: Standing, form: Mapping[str, str]
) -> None:
    assert await sent(opened, account, change, before) == ("POST", "/v26.0/902", {**form, "fields": FIELDS})


@pytest.mark.parametrize(
    ("change", "before", "path"),
    [
        (CREATE, None, "/v26.0/act_123456789/campaigns"),
        (updating(daily_budget=usd("80")), standing(daily="50"), "/v26.0/902"),
        (PauseCampaign(ID, "902"), standing(daily="50"), "/v26.0/902"),
    ],
)
async def test_a_dry_run_has_meta_check_what_would_be_sent_and_change_nothing(
    opened: Opened, account: Account, change: Change, before: Standing | None, *, path: str
) -> None:
    meta = Meta()

    async with opened(meta) as platform:
        checked = await platform.validate(account, change, TAG, before)

    wanted = {**changes.request(account, change, TAG, before).form, "execution_options": '["validate_only"]'}
    del wanted["fields"]
    assert (checked, meta.asked) == (True, [("POST", path, wanted)])


@pytest.mark.parametrize(
    ("change", "before", "kind"),
    [
        (creating(name="x" * 401), None, Invalid),
        (creating(daily_budget=None), None, Invalid),
        (creating(lifetime_budget=usd("900"), ends=date(2026, 12, 31)), None, Invalid),
        (creating(daily_budget=None, lifetime_budget=usd("900")), None, Invalid),
        (creating(daily_budget=Money(Decimal(5000), "JPY")), None, Invalid),
        (creating(daily_budget=usd("0")), None, Invalid),
        (creating(daily_budget=usd("-5")), None, Invalid),
        (creating(daily_budget=usd("NaN")), None, Invalid),
        (creating(starts=date(2026, 5, 2), ends=date(2026, 5, 1)), None, Invalid),
        (updating(), standing(daily="50"), Invalid),
        (updating(daily_budget=usd("5"), lifetime_budget=usd("5")), standing(daily="50"), Invalid),
        (updating(daily_budget=Money(Decimal(50), "EUR")), standing(daily="50"), Invalid),
        (updating(starts=date(2026, 5, 2), ends=date(2026, 5, 1)), standing(daily="50"), Invalid),
        (updating(name="Neu"), standing(daily="50", status="archived"), Invalid),
        (PauseCampaign(ID, "902"), standing(daily="50", status="archived"), Invalid),
    ],
)
async def test_what_cannot_be_is_refused_alike_everywhere_and_sends_nothing(
    opened: Opened, account: Account, change: Change, before: Standing | None, *, kind: type[AdsError]
) -> None:
    meta = Meta()

    async with opened(meta) as platform:
        with pytest.raises(kind) as refused:
            platform.check(account, change, before)
        with pytest.raises(kind):
            await platform.validate(account, change, TAG, before)
        with pytest.raises(kind):
            await platform.apply(account, change, TAG, before)

    assert (meta.asked, refused.value.nothing_done, refused.value.platform) == ([], True, "meta")


@pytest.mark.parametrize(
    ("change", "before", "where"),
    [
        (updating(daily_budget=usd("5")), standing(lifetime="500"), "is of the other kind, which cannot be changed"),
        (updating(lifetime_budget=usd("5")), standing(daily="50"), "is of the other kind, which cannot be changed"),
        (updating(daily_budget=usd("5")), standing(seat="ad_group"), "sits in its ad sets"),
        (updating(daily_budget=usd("5")), standing(seat="ad_group", budgets=0), "sits in its ad sets"),
    ],
)
def test_a_budget_of_another_kind_or_elsewhere_is_not_changed(
    account: Account, change: Change, before: Standing, where: str
) -> None:
    with pytest.raises(Unsupported) as refused:
        changes.request(account, change, TAG, before)

    kind = "daily" if change == updating(daily_budget=usd("5")) else "lifetime"
    assert refused.value.message == f"This campaign has no {kind} budget of its own: its budget {where}."
