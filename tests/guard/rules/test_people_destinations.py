from collections.abc import Callable

import pytest

from xylo_mcp.ads.errors import Limit
from xylo_mcp.guard.case import Case
from xylo_mcp.guard.rules.people_destinations import judge
from xylo_mcp.guard.verdicts import Finding

MakeCase = Callable[..., Case]
CAMPAIGNS = ["create", "raise", "plan", "cut", "rename", "enable", "disable", "pause"]


@pytest.mark.parametrize("word", [*CAMPAIGNS, "list", "alike", "members"])
def test_what_is_no_event_needs_no_destination(a_case: MakeCase, word: str) -> None:
    assert judge(a_case(word)) is None


@pytest.mark.parametrize("account", ["act_1", "*"])
@pytest.mark.parametrize("named", ["55", "*"])
def test_destinations_that_are_named_for_the_account_get_events(a_case: MakeCase, account: str, named: str) -> None:
    policy = f'[people]\ndestinations = {{ "{account}" = ["54", "{named}"] }}'

    assert judge(a_case("events", policy=policy)) is None


@pytest.mark.parametrize(
    "policy",
    [
        "",
        '[people]\nlists = ["*"]',
        '[people]\ndestinations = { act_1 = ["5", "555"] }',
        '[people]\ndestinations = { act_2 = ["55"] }',
    ],
)
def test_all_others_get_none(a_case: MakeCase, policy: str) -> None:
    assert judge(a_case("events", policy=policy)) == Finding(
        "people.destinations",
        "refused",
        "The policy lets no events be sent to 55 of act_1.",
        "Have the operator name it in people.destinations, or use one that is named.",
        Limit("people.destinations", "destinations that are named", "not named", "events"),
    )
