"""Audiences as Meta's requests (Meta docs, "Customer File", "Website", "Mobile App", "Engagement Custom Audiences" and
"Lookalike Audiences", 2026-09)."""

from collections.abc import Mapping
from typing import Any

import msgspec
import pytest

from xylo_mcp.ads.accounts import Account
from xylo_mcp.ads.audiences import Rule, Seed
from xylo_mcp.ads.errors import AdsError, Invalid, Unsupported
from xylo_mcp.ads.handovers import CreateAudience, UpdateAudience
from xylo_mcp.platforms.meta import audience_changes

TAG = "op:7f3k9m2q4wxy"
ID = "act_123456789"


def made(account: Account, change: CreateAudience) -> dict[str, Any]:
    path, form = audience_changes.creation(account, change, TAG)
    assert path == "act_123456789/customaudiences"
    return {key: msgspec.json.decode(text) if text.startswith("{") else text for key, text in form.items()}


def ruled(source: str, kind: str, seconds: int, *filters: Mapping[str, str]) -> Mapping[str, object]:
    inclusion = {
        "event_sources": [{"id": source, "type": kind}],
        "retention_seconds": seconds,
        "filter": {"operator": "and", "filters": list(filters)},
    }
    return {"inclusions": {"operator": "or", "rules": [inclusion]}}


def filtered(field: str, operator: str, value: str) -> Mapping[str, str]:
    return {"field": field, "operator": operator, "value": value}


def test_a_customer_list_is_made_empty_and_bears_its_tag(account: Account) -> None:
    change = CreateAudience(ID, "Customers", "customer_list", "Who bought", days=90, rows=7, content="c0ffee")

    assert made(account, change) == {
        "name": "Customers",
        "description": "op:7f3k9m2q4wxy Who bought",
        "subtype": "CUSTOM",
        "customer_file_source": "USER_PROVIDED_ONLY",
        "retention_days": "90",
    }


def test_a_list_without_days_keeps_people_as_long_as_meta_does(account: Account) -> None:
    form = made(account, CreateAudience(ID, "Customers", "customer_list"))

    assert (form["description"], "retention_days" in form) == (TAG, False)


@pytest.mark.parametrize(
    ("kind", "rule", "wanted"),
    [
        (
            "website",
            Rule("77", 30, url_contains="cart"),
            ruled("77", "pixel", 2_592_000, filtered("url", "i_contains", "cart")),
        ),
        (
            "website",
            Rule("77", 1, event="ViewContent", url_contains="shoes"),
            ruled(
                "77",
                "pixel",
                86_400,
                filtered("event", "eq", "ViewContent"),
                filtered("url", "i_contains", "shoes"),
            ),
        ),
        ("website", Rule("77", 365), ruled("77", "pixel", 31_536_000, filtered("url", "i_contains", ""))),
        (
            "app_activity",
            Rule("55", 180, event="fb_mobile_purchase"),
            ruled("55", "app", 15_552_000, filtered("event", "eq", "fb_mobile_purchase")),
        ),
        (
            "app_activity",
            Rule("55", 7),
            ruled("55", "app", 604_800, filtered("event", "eq", "fb_mobile_activate_app")),
        ),
        ("engagement", Rule("11", 365), ruled("11", "page", 31_536_000, filtered("event", "eq", "page_engaged"))),
        (
            "engagement",
            Rule("11", 730, event="page_visited"),
            ruled("11", "page", 63_072_000, filtered("event", "eq", "page_visited")),
        ),
        (
            "engagement",
            Rule("12", 10, event="ig_business_profile_all"),
            ruled("12", "ig_business", 864_000, filtered("event", "eq", "ig_business_profile_all")),
        ),
        (
            "engagement",
            Rule("13", 90, event="lead_generation_submitted"),
            ruled("13", "lead", 7_776_000, filtered("event", "eq", "lead_generation_submitted")),
        ),
    ],
)
def test_who_did_something_is_said_by_a_rule_and_no_subtype(
    account: Account, kind: Any, rule: Rule, wanted: Mapping[str, object]
) -> None:
    assert made(account, CreateAudience(ID, "Visitors", kind, rule=rule)) == {
        "name": "Visitors",
        "description": TAG,
        "rule": wanted,
        "prefill": "true",
    }


def test_the_days_of_a_rule_may_be_said_beside_it_too(account: Account) -> None:
    plain = CreateAudience(ID, "Visitors", "website", rule=Rule("77", 30))

    assert made(account, msgspec.structs.replace(plain, days=30)) == made(account, plain)


@pytest.mark.parametrize(
    ("seed", "spec"),
    [
        (Seed("238", ("DE",)), {"ratio": 0.01, "country": "DE"}),
        (Seed("238", ("DE",), "balanced"), {"ratio": 0.05, "country": "DE"}),
        (
            Seed("238", ("DE", "AT"), "broad"),
            {"ratio": 0.1, "location_spec": {"geo_locations": {"countries": ["DE", "AT"]}}},
        ),
    ],
)
def test_a_lookalike_is_a_share_of_its_countries(account: Account, seed: Seed, spec: Mapping[str, object]) -> None:
    assert made(account, CreateAudience(ID, "Alike", "lookalike", seed=seed)) == {
        "name": "Alike",
        "description": TAG,
        "subtype": "LOOKALIKE",
        "origin_audience_id": "238",
        "lookalike_spec": spec,
    }


@pytest.mark.parametrize(
    ("change", "kind", "field"),
    [
        (CreateAudience(ID, "A", "other"), Unsupported, "other"),
        (CreateAudience(ID, " ", "customer_list"), Invalid, "name"),
        (CreateAudience(ID, "A", "customer_list", days=0), Invalid, "days"),
        (CreateAudience(ID, "A", "customer_list", days=181), Invalid, "days"),
        (CreateAudience(ID, "A", "customer_list", rule=Rule("1", 1)), Invalid, "source"),
        (CreateAudience(ID, "A", "customer_list", seed=Seed("1", ("DE",))), Invalid, "source"),
        (CreateAudience(ID, "A", "website"), Invalid, "source"),
        (CreateAudience(ID, "A", "website", rule=Rule("1", 1), days=2), Invalid, "days"),
        (CreateAudience(ID, "A", "website", rule=Rule("1", 0)), Invalid, "days"),
        (CreateAudience(ID, "A", "website", rule=Rule("1", 366)), Invalid, "days"),
        (CreateAudience(ID, "A", "website", rule=Rule("1/x", 1)), Invalid, "source"),
        (CreateAudience(ID, "A", "app_activity", rule=Rule("1", 181)), Invalid, "days"),
        (CreateAudience(ID, "A", "app_activity", rule=Rule("1", 1, url_contains="x")), Invalid, "url_contains"),
        (CreateAudience(ID, "A", "engagement", rule=Rule("1", 91, "lead_generation_opened")), Invalid, "days"),
        (CreateAudience(ID, "A", "engagement", rule=Rule("1", 1, "Purchase")), Invalid, "event"),
        (CreateAudience(ID, "A", "engagement", rule=Rule("1", 1, "page_liked")), Invalid, "event"),
        (CreateAudience(ID, "A", "lookalike"), Invalid, "source"),
        (CreateAudience(ID, "A", "lookalike", seed=Seed("1", ("DE",)), days=7), Invalid, "days"),
        (CreateAudience(ID, "A", "lookalike", seed=Seed("1", ())), Invalid, "countries"),
        (CreateAudience(ID, "A", "lookalike", seed=Seed("1", ("de",))), Invalid, "countries"),
        (CreateAudience(ID, "A", "lookalike", seed=Seed("x", ("DE",))), Invalid, "source"),
    ],
)
def test_what_meta_has_no_request_for_is_refused_before_any(
    account: Account, change: CreateAudience, kind: type[AdsError], field: str
) -> None:
    with pytest.raises(kind, match=field) as raised:
        audience_changes.creation(account, change, TAG)

    assert (raised.value.platform, raised.value.nothing_done) == ("meta", True)


@pytest.mark.parametrize(
    ("change", "kind", "field"),
    [
        (UpdateAudience(ID, "238", status="closed"), Unsupported, "close"),
        (UpdateAudience(ID, "238", status="open", name="B"), Unsupported, "close"),
        (UpdateAudience(ID, "238"), Invalid, "Nothing"),
        (UpdateAudience(ID, "238", name=" "), Invalid, "name"),
        (UpdateAudience(ID, "me/adaccounts", name="B"), Invalid, "audience_id"),
        (UpdateAudience(ID, "", "add"), Invalid, "audience_id"),
    ],
)
def test_what_cannot_be_changed_about_an_audience_is_refused(
    change: UpdateAudience, kind: type[AdsError], field: str
) -> None:
    with pytest.raises(kind, match=field):
        audience_changes.check_update(change)


@pytest.mark.parametrize(
    "change",
    [UpdateAudience(ID, "238", name="B"), UpdateAudience(ID, "238", "replace"), UpdateAudience(ID, "238", "add", 3)],
)
def test_names_and_members_can_be_changed(change: UpdateAudience) -> None:
    audience_changes.check_update(change)
