"""Meta's own SDK would send what the adapter sends: the same path, the same words, for the same wish."""

import json
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, get_args

import pytest
from facebook_business.adobjects.adaccount import AdAccount
from facebook_business.adobjects.adsinsights import AdsInsights
from facebook_business.adobjects.campaign import Campaign
from facebook_business.api import FacebookAdsApi, FacebookRequest, _top_level_param_json_encode
from facebook_business.session import FacebookSession

from xylo_mcp.ads.accounts import Account
from xylo_mcp.ads.changes import Change, CreateCampaign, PauseCampaign, UpdateCampaign
from xylo_mcp.ads.insights import InsightsQuery, Level
from xylo_mcp.ads.money import Money
from xylo_mcp.platforms.meta import SPEC, answers, changes, payloads
from xylo_mcp.platforms.meta.questions import questions
from xylo_mcp.platforms.meta.segments import ASKED

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


QUERIES = [
    InsightsQuery(level, date(2026, 2, 1), date(2026, 2, 28), granularity, chosen, breakdown, reach)
    for level in get_args(Level)
    for granularity, chosen, breakdown, reach in (
        ("total", frozenset[str](), None, False),
        ("day", frozenset({"902", "901"}), "placement", True),
        ("total", frozenset[str](), "device", False),
    )
]


@pytest.mark.parametrize("is_async", [False, True])
@pytest.mark.parametrize("query", QUERIES)
def test_the_sdk_would_ask_the_same_question(api: FacebookAdsApi, query: InsightsQuery, *, is_async: bool) -> None:
    (question,) = questions(ACCOUNT, query)
    form = dict(question.form)
    fields, values = form.pop("fields").split(","), {**form, "time_range": json.loads(form["time_range"])}
    if "breakdowns" in form:
        values["breakdowns"] = form["breakdowns"].split(",")
    if "filtering" in form:
        values["filtering"] = json.loads(form["filtering"])

    account = AdAccount(ACCOUNT.id, api=api)
    ask = account.get_insights_async if is_async else account.get_insights
    request = ask(fields, dict(values), pending=True)

    # In the body of a POST, it has the fields as one parameter among others.
    told = {name: value for name, value in request.get_params().items() if name not in ("fields", "summary")}
    told_fields = request.get_fields() or request.get_params()["fields"]
    assert "/".join(part.strip("/") for part in request._path).strip("/") == question.path
    assert request._method == ("POST" if is_async else "GET")
    assert (told, told_fields) == (values, fields)


def test_every_field_and_breakdown_that_is_asked_for_is_one_of_the_sdks() -> None:
    fields = {value for name, value in vars(AdsInsights.Field).items() if not name.startswith("_")}
    breakdowns = {value for name, value in vars(AdsInsights.Breakdowns).items() if not name.startswith("_")}

    for query in QUERIES:
        (question,) = questions(ACCOUNT, query)
        assert set(question.form["fields"].split(",")) <= fields
    assert {word for words in ASKED.values() for word in words.split(",")} <= breakdowns
