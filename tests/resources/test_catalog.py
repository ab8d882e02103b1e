"""What a resource's place means: templates, percent-encoding, and what is no place at all."""

import pytest

from xylo_mcp import resources
from xylo_mcp.ads.errors import NotFound

CAMPAIGNS = "xylo://accounts/{+account}/campaigns"


@pytest.mark.parametrize(
    ("uri", "template", "values"),
    [
        ("xylo://summary/last_7d", "xylo://summary/{date_preset}", {"date_preset": "last_7d"}),
        ("xylo://accounts", "xylo://accounts", {}),
        ("xylo://accounts/act_1/campaigns", CAMPAIGNS, {"account": "act_1"}),
        ("xylo://accounts/customers/1234567890/campaigns", CAMPAIGNS, {"account": "customers/1234567890"}),
        ("xylo://accounts/customers%2F1234567890/campaigns", CAMPAIGNS, {"account": "customers/1234567890"}),
        ("xylo://accounts/customers%2f1234567890/campaigns", CAMPAIGNS, {"account": "customers/1234567890"}),
        ("xylo://operations/abcdefghijkm", "xylo://operations/{id}", {"id": "abcdefghijkm"}),
    ],
)
def test_a_place_is_found_however_it_is_encoded(uri: str, template: str, values: dict[str, str]) -> None:
    resource, found = resources.find(uri)

    assert (resource.uri, found) == (template, values)


def test_what_is_encoded_twice_is_decoded_once() -> None:
    _, values = resources.find("xylo://accounts/customers%252F1/campaigns")

    assert values == {"account": "customers%2F1"}


@pytest.mark.parametrize(
    "uri",
    [
        "",
        "xylo://",
        "xylo://accounts/",
        "xylo://accounts//campaigns",
        "xylo://accounts/act_1/campaigns?x=1",
        "xylo://operations/a/b",
        "xylo://summary/last_7d\n",
        "xylo://summary/../../etc/passwd",
        "https://accounts",
        f"xylo://operations/{'a' * 201}",
    ],
)
def test_what_is_no_place_is_refused_by_name_of_those_that_are(uri: str) -> None:
    with pytest.raises(NotFound) as refused:
        resources.find(uri)

    assert refused.value.message == f"There is no resource {uri[:80]!a}."
    assert refused.value.fix == (
        "There are xylo://summary/{date_preset}, xylo://accounts, xylo://accounts/{+account}/campaigns, "
        "xylo://guardrails, xylo://operations/{id}, xylo://glossary, xylo://exports/{name}, ui://xylo/dashboard; "
        "date_preset one of today, yesterday, last_7d, last_14d, last_30d, last_90d, this_month, last_month."
    )


def test_one_place_has_one_canonical_spelling() -> None:
    plain = "xylo://accounts/customers/1234567890/campaigns"

    assert resources.canonical("xylo://accounts/customers%2F1234567890/campaigns") == plain
    assert resources.canonical(plain) == plain
    assert resources.canonical("xylo://guardrails") == "xylo://guardrails"
