"""What TikTok surely takes no event of is refused before it is sent (API for Business docs, v1.3, "Events API 2.0")."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import get_args

import httpx2
import msgspec
import pytest

from xylo_mcp.ads.accounts import Account
from xylo_mcp.ads.conversions import NAMES, Event, Item, Place
from xylo_mcp.ads.errors import Invalid, Unsupported
from xylo_mcp.ads.money import Money
from xylo_mcp.ads.people import Known
from xylo_mcp.contract import AdPlatform
from xylo_mcp.platforms.tiktok import event_checks

NOW = datetime(2026, 3, 4, 10, 11, 12, tzinfo=UTC)
PIXEL = "CDEMO1234567890ABCDE"
EVENT = Event("purchase", "ord-1001", NOW, "website")


def but(**fields: object) -> Event:
    return msgspec.structs.replace(EVENT, **fields)


def costing(price: str) -> Item:
    return Item("SKU-9", 1, Decimal(price))


@pytest.mark.parametrize(
    ("destination", "event"),
    [
        (PIXEL, EVENT),
        ("7000000000000000001", but(place="app", name="Level 3 done")),
        ("7000000000000000001", but(place="store", name="lead")),
        (PIXEL, but(name="My own", value=Money(Decimal("59.80"), "EUR"), contents=(costing("0"), Item("SKU-8")))),
        (PIXEL, but(at=NOW - timedelta(days=28))),
        (PIXEL, but(at=NOW + timedelta(minutes=5))),
        (PIXEL, but(consent="granted")),
    ],
)
async def test_what_tiktok_may_take_passes(
    opened: Callable[..., AbstractAsyncContextManager[AdPlatform]], account: Account, destination: str, event: Event
) -> None:
    def nothing(request: httpx2.Request) -> httpx2.Response:
        raise AssertionError("nothing is to be sent")

    async with opened(nothing) as platform:
        platform.check_event(account, destination, event)


@pytest.mark.parametrize("place", sorted({*get_args(Place)} - {"website", "app", "store"}))
def test_other_places_are_unsupported(place: Place) -> None:
    with pytest.raises(Unsupported) as raised:
        event_checks.check(PIXEL, but(place=place), NOW, "2")
    assert raised.value.message == f"TikTok takes no events of the place {place}."


@pytest.mark.parametrize("place", ["app", "store"])
def test_the_older_version_knows_websites_alone(place: Place) -> None:
    event_checks.check(PIXEL, EVENT, NOW, "1")
    with pytest.raises(Unsupported):
        event_checks.check(PIXEL, but(place=place), NOW, "1")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("place", ["website", "app", "store"])
def test_all_our_names_pass_everywhere(name: str, place: Place) -> None:
    event_checks.check(PIXEL, but(name=name, place=place), NOW, "2")


@pytest.mark.parametrize(
    ("destination", "event", "field"),
    [
        ("cdemo", EVENT, "destination"),
        (PIXEL + "?", EVENT, "destination"),
        (PIXEL, but(consent="denied"), "consent"),
        (PIXEL, but(person=Known(consent="denied")), "consent"),
        (PIXEL, but(name=""), "name"),
        (PIXEL, but(name="a\nb"), "name"),
        (PIXEL, but(name="My own", place="store"), "name"),
        (PIXEL, but(id=" "), "id"),
        (PIXEL, but(at=NOW.replace(tzinfo=None)), "time"),
        (PIXEL, but(at=NOW + timedelta(minutes=5, seconds=1)), "time"),
        (PIXEL, but(at=NOW - timedelta(days=28, seconds=1)), "time"),
        (PIXEL, but(value=Money(Decimal("-0.01"), "EUR")), "value"),
        (PIXEL, but(value=Money(Decimal("NaN"), "EUR")), "value"),
        (PIXEL, but(contents=(Item(""),)), "contents"),
        (PIXEL, but(contents=(Item("SKU-9", 0),)), "contents"),
        (PIXEL, but(contents=(costing("-1"),)), "contents"),
        (PIXEL, but(contents=(costing("Infinity"),)), "contents"),
    ],
)
def test_what_tiktok_takes_not_names_the_field(destination: str, event: Event, field: str) -> None:
    with pytest.raises(Invalid) as raised:
        event_checks.check(destination, event, NOW, "2")
    assert raised.value.message.startswith(f"{field}: ")
    assert raised.value.platform == "tiktok"
