"""An event that Google surely would not take is refused before anything is sent, without saying whose it is."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from xylo_mcp.ads.conversions import Event, Traces
from xylo_mcp.ads.errors import Invalid
from xylo_mcp.ads.money import Money
from xylo_mcp.ads.people import Known
from xylo_mcp.platforms.google.conversions import check

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
CLICK = Traces(gclid="Cj0-made-up")
ANNA = "anna@example.com"


@dataclass(frozen=True)
class Case:
    """An event that differs from a good one, and the field that is named if it is refused."""

    fields: Mapping[str, object]
    named: str = ""
    destination: str = "555"


def event(**more: object) -> Event:
    given: dict[str, object] = {"name": "purchase", "id": "e-1", "at": NOW, "place": "website", "traces": CLICK} | more
    return Event(**given)  # type: ignore[arg-type]  # fields of an event


@pytest.mark.parametrize(
    "case",
    [
        Case({}),
        Case({"name": "my_own_event"}),
        Case({"traces": Traces(gbraid="0AAA")}),
        Case({"traces": Traces(wbraid="0AAA")}),
        Case({"traces": Traces(), "person": Known(email=ANNA)}),
        Case({"traces": Traces(), "person": Known(phone=b"b" * 32)}),
        Case({"consent": "denied"}),
        Case({"id": "", "order_id": "o-1"}),
        Case({"value": Money(Decimal(0), "EUR")}),
        Case({"at": NOW + timedelta(minutes=5)}),
        Case({"at": NOW - timedelta(days=90)}),
    ],
)
def test_what_google_takes_passes(case: Case) -> None:
    check(case.destination, event(**case.fields), NOW)


@pytest.mark.parametrize(
    "case",
    [
        Case({}, "destination", ""),
        Case({}, "destination", "customers/1/conversionActions/555"),
        Case({"id": ""}, "id"),
        Case({"order_id": ANNA}, "id"),
        Case({"at": NOW.replace(tzinfo=None)}, "time"),
        Case({"at": NOW + timedelta(minutes=6)}, "time"),
        Case({"at": NOW - timedelta(days=90, seconds=1)}, "time"),
        Case({"value": Money(Decimal(-1), "EUR")}, "value"),
        Case({"value": Money(Decimal("NaN"), "EUR")}, "value"),
        Case({"traces": Traces(fbc="fb.1", ip="203.0.113.7")}, "click ids"),
        Case({"traces": Traces(), "person": Known(external_id="k-7")}, "click ids"),
        Case({"traces": Traces(), "person": Known(email=ANNA), "consent": "denied"}, "click ids"),
    ],
)
def test_what_google_does_not_take_is_refused_by_its_field(case: Case) -> None:
    with pytest.raises(Invalid) as caught:
        check(case.destination, event(**case.fields), NOW)

    assert caught.value.message.partition(":")[0] == case.named
    assert ANNA not in caught.value.message + caught.value.fix
