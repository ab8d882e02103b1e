"""Meta's own SDK would send what the adapter sends: the same path, the same words, for the same wish."""

import json
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from facebook_business.adobjects.adaccount import AdAccount
from facebook_business.adobjects.campaign import Campaign
from facebook_business.api import FacebookAdsApi, FacebookRequest, _top_level_param_json_encode
from facebook_business.session import FacebookSession

from xylo_mcp.ads.accounts import Account
from xylo_mcp.ads.changes import Change, CreateCampaign, PauseCampaign, UpdateCampaign
from xylo_mcp.ads.money import Money
from xylo_mcp.platforms.meta import SPEC, answers, changes, payloads

ACCOUNT = Account("act_123456789", "meta", "Demo", "USD", "America/New_York", "active", "ACTIVE")
USD = Money(Decimal("75.50"), "USD")
CREATE = CreateCampaign(ACCOUNT.id, "Frühling 🚀", "sales", daily_budget=USD)
LIFETIME = CreateCampaign(ACCOUNT.id, "Sale", "leads", None, USD, date(2026, 3, 8), date(2026, 3, 31))
CHANGES: list[Change] = [
    *(CreateCampaign(ACCOUNT.id, "N", objective, daily_budget=USD) for objective in sorted(SPEC.creates)),
    CREATE,
    LIFETIME,
    UpdateCampaign(ACCOUNT.id, "902", "Neu", USD, None, date(2026, 3, 8), date(2026, 3, 31), "active"),
    UpdateCampaign(ACCOUNT.id, "902", lifetime_budget=USD, status="paused"),
    PauseCampaign(ACCOUNT.id, "902"),
]


@pytest.fixture
def api() -> Iterator[FacebookAdsApi]:
    session = FacebookSession("1", "secret", "token")
    yield FacebookAdsApi(session)
    session.requests.close()


def asked(api: FacebookAdsApi, change: Change, form: Mapping[str, str]) -> FacebookRequest:
    """The SDK's request with the values that `form` has; it warns, here an error, of what it does not know."""
    values: dict[str, Any] = {name: value for name, value in form.items() if name != "fields"}
    for name in values.keys() & {"special_ad_categories", "adlabels", "execution_options"}:
        values[name] = json.loads(values[name])
    for name in values.keys() & {"daily_budget", "lifetime_budget"}:
        values[name] = int(values[name])
    fields = form["fields"].split(",") if "fields" in form else []
    if isinstance(change, CreateCampaign):
        return AdAccount(ACCOUNT.id, api=api).create_campaign(fields, values, pending=True)
    return Campaign("902", api=api).api_update(fields, values, pending=True)


@pytest.mark.parametrize("validating", [False, True])
@pytest.mark.parametrize("change", CHANGES)
def test_the_sdk_would_send_the_same_change(api: FacebookAdsApi, change: Change, *, validating: bool) -> None:
    path, form = changes.request(ACCOUNT, change, "op:7f3k9m2q4wxy", None)
    if validating:
        form = changes.validating(form)

    request = asked(api, change, form)

    told = _top_level_param_json_encode(request.get_params())
    if request.get_fields():
        told["fields"] = ",".join(request.get_fields())
    assert ("/".join(part.strip("/") for part in request._path).strip("/"), request._method) == (path, "POST")
    assert {name: str(value) for name, value in told.items()} == dict(form)


def test_every_field_that_is_read_of_a_campaign_is_one_of_the_sdks() -> None:
    names = {value for name, value in vars(Campaign.Field).items() if not name.startswith("_")}

    assert set(payloads.CAMPAIGN_FIELDS.split(",")) <= names
    assert answers.LABELLED_FIELDS.removeprefix(payloads.CAMPAIGN_FIELDS) == ",adlabels{name}"
    assert {"adlabels", "account_id"} <= names
