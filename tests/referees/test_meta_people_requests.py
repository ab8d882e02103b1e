"""Meta's own SDK would send what the adapter sends of people: the same paths and words, for the same wish."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any

import pytest
from facebook_business.adobjects.adaccount import AdAccount
from facebook_business.adobjects.customaudience import CustomAudience
from facebook_business.adobjects.customaudiencesession import CustomAudienceSession
from facebook_business.adobjects.serverside.action_source import ActionSource
from facebook_business.adobjects.serverside.content import Content
from facebook_business.adobjects.serverside.custom_data import CustomData
from facebook_business.adobjects.serverside.event import Event as SdkEvent
from facebook_business.adobjects.serverside.gender import Gender
from facebook_business.adobjects.serverside.user_data import UserData
from facebook_business.api import FacebookAdsApi, _top_level_param_json_encode
from facebook_business.session import FacebookSession

from xylo_mcp.ads.accounts import Account
from xylo_mcp.ads.audiences import Rule, Seed
from xylo_mcp.ads.conversions import Event, Item, Outgoing, Traces
from xylo_mcp.ads.handovers import CreateAudience, UpdateAudience
from xylo_mcp.ads.money import Money
from xylo_mcp.contract import Portion
from xylo_mcp.platforms.meta import audience_changes, audiences, members, server_events

ACCOUNT = Account("act_123456789", "meta", "Demo", "USD", "America/New_York", "active", "ACTIVE")
NOW = datetime(2026, 3, 4, 10, 11, 12, tzinfo=UTC)


@pytest.fixture
def api() -> Iterator[FacebookAdsApi]:
    session = FacebookSession("1", "secret", "token")
    yield FacebookAdsApi(session)
    session.requests.close()


def digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def names(fields: type) -> set[str]:
    return {value for name, value in vars(fields).items() if not name.startswith("_")}


def where(request: Any) -> tuple[str, str]:
    return request._method, "/".join(part.strip("/") for part in request._path).strip("/")


@pytest.mark.parametrize(
    "change",
    [
        CreateAudience(ACCOUNT.id, "Kunden 🚀", "customer_list", "Who bought", days=90),
        CreateAudience(ACCOUNT.id, "Visitors", "website", rule=Rule("77", 30, "ViewContent", "cart")),
        CreateAudience(ACCOUNT.id, "Users", "app_activity", rule=Rule("55", 30)),
        CreateAudience(ACCOUNT.id, "Fans", "engagement", rule=Rule("11", 30)),
        CreateAudience(ACCOUNT.id, "Alike", "lookalike", seed=Seed("238", ("DE", "AT"), "balanced")),
    ],
)
def test_the_sdk_would_make_the_same_audience(api: FacebookAdsApi, change: CreateAudience) -> None:
    path, form = audience_changes.creation(ACCOUNT, change, "op:7f3k9m2q4wxy")
    values: dict[str, Any] = dict(form)
    if "prefill" in values:
        values["prefill"] = json.loads(values["prefill"])
    if "retention_days" in values:
        values["retention_days"] = int(values["retention_days"])

    request = AdAccount(ACCOUNT.id, api=api).create_custom_audience([], values, pending=True)

    told = _top_level_param_json_encode(request.get_params())
    assert (where(request), {name: str(value) for name, value in told.items()}) == (("POST", path), dict(form))


@pytest.mark.parametrize("action", ["add", "remove", "replace"])
def test_the_sdk_would_tell_the_same_members(api: FacebookAdsApi, action: Any) -> None:
    change = UpdateAudience(ACCOUNT.id, "238", action, rows=1, content="c0ffee")
    portion = Portion(1, [("",) * 10], last=True)
    session = members.new_session(change, "238", NOW)
    told = json.loads(members.body(change, session, portion))
    method = told.pop("method", "POST")
    audience = CustomAudience("238", api=api)

    ask = {"add": audience.create_user, "remove": audience.delete_users, "replace": audience.create_users_replace}
    request = ask[action]([], told, pending=True)

    assert where(request) == (method, f"238/{members.edge(change, session)}")
    assert (request.get_params(), session.number < 2**63) == (told, True)
    assert set(told["payload"]["schema"]) <= names(CustomAudience.Schema.MultiKeySchema)


def test_every_field_that_is_read_is_one_of_the_sdks() -> None:
    read = {audiences.FIELDS, audiences.TAGGED_FIELDS, audiences.OWNED_FIELDS, audiences.STATUS_FIELDS}

    assert set(",".join(read).split(",")) <= names(CustomAudience.Field)
    assert set(members.SESSION_FIELDS.split(",")) <= names(CustomAudienceSession.Field)
    assert audiences.CUSTOMER_LIST in names(CustomAudience.Subtype)


def test_the_sdk_would_tell_the_same_event() -> None:
    traces = Traces("fb.1.2.3", "fb.1.2.4", ip="192.0.2.7", user_agent="UA", url="https://a.example/", referrer="r")
    item = Item("sku-1", 2, Decimal("30.5"), "Shoes", "Sport")
    event = Event("purchase", "e-1", NOW, "website", Money(Decimal("75.5"), "EUR"), "o-7", (item,), traces)
    known = [digest(kind) for kind in ("em", "ph", "fn", "ln", "ct", "st", "zp", "country", "external_id")]
    row = (*known, "38400000-8cf0-11bd-b23e-10b96e40000d", digest("19970216"), digest("f"))

    (told,) = json.loads(server_events.body([Outgoing(event, row)], ""))["data"]

    person = UserData(
        emails=[known[0]],
        phones=[known[1]],
        first_names=[known[2]],
        last_names=[known[3]],
        cities=[known[4]],
        states=[known[5]],
        zip_codes=[known[6]],
        country_codes=[known[7]],
        external_ids=[known[8]],
        dates_of_birth=[digest("19970216")],
        genders=[Gender.FEMALE],
        client_ip_address="192.0.2.7",
        client_user_agent="UA",
        fbc="fb.1.2.3",
        fbp="fb.1.2.4",
        madid="38400000-8cf0-11bd-b23e-10b96e40000d",
    )
    bought = Content(product_id="sku-1", quantity=2, item_price=30.5, title="Shoes", category="Sport")
    custom = CustomData(value=75.5, currency="EUR", contents=[bought], order_id="o-7", content_type="product")
    sdks = SdkEvent(
        event_name="Purchase",
        event_time=int(NOW.timestamp()),
        event_id="e-1",
        event_source_url="https://a.example/",
        referrer_url="r",
        action_source=ActionSource.WEBSITE,
        user_data=person,
        custom_data=custom,
    ).normalize()
    sdks["custom_data"]["currency"] = sdks["custom_data"]["currency"].upper()  # it writes them small
    assert told == sdks


def test_every_place_is_one_of_the_sdks() -> None:
    assert set(server_events.SOURCES.values()) == {source.value for source in ActionSource} - {
        "app",
        "business_messaging",
    }
