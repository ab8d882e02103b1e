"""Which resources something that happened touches, and which it leaves alone."""

import pytest

from xylo_mcp import resources
from xylo_mcp.gate.chronicle import Happened
from xylo_mcp.resources import touched

GUARDRAILS, OPERATION, CAMPAIGNS = (
    "xylo://guardrails",
    "xylo://operations/abcdefghijkm",
    "xylo://accounts/customers/1/campaigns",
)


@pytest.mark.parametrize(
    ("event", "places"),
    [
        ("refused", []),
        ("sending", [GUARDRAILS, OPERATION]),
        ("approved", [GUARDRAILS, OPERATION]),
        ("failed", [GUARDRAILS, OPERATION]),
        ("applied", [GUARDRAILS, OPERATION, CAMPAIGNS]),
        ("partial", [GUARDRAILS, OPERATION, CAMPAIGNS]),
        ("unknown", [GUARDRAILS, OPERATION, CAMPAIGNS]),
        ("resolved", [GUARDRAILS, OPERATION, CAMPAIGNS]),
    ],
)
def test_an_event_of_an_operation_touches_its_places(event: str, places: list[str]) -> None:
    assert list(touched.by(Happened(event, "abcdefghijkm", "customers/1"))) == places


@pytest.mark.parametrize("event", ["halted", "resumed", "policy_adopted"])
def test_an_event_of_no_operation_touches_the_guardrails_alone(event: str) -> None:
    assert list(touched.by(Happened(event))) == [GUARDRAILS]


def test_a_new_day_touches_every_summary_and_nothing_else() -> None:
    places = list(touched.by_a_new_day())

    assert places == [f"xylo://summary/{preset}" for preset in resources.RESOURCES[0].values]
    assert all(touched.of_days(place) for place in places)
    assert not touched.of_days(GUARDRAILS)
