"""TikTok's own SDK knows every field that the adapter sends about people, and each is of the type that it has there."""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import business_api_client.models as sdk
import msgspec
import pytest

from xylo_mcp.ads.accounts import Account
from xylo_mcp.ads.audiences import Rule, Seed
from xylo_mcp.ads.conversions import Event, Item, Outgoing, Traces
from xylo_mcp.ads.handovers import CreateAudience, UpdateAudience
from xylo_mcp.ads.money import Money
from xylo_mcp.platforms.tiktok import audience_bodies, pixel_bodies
from xylo_mcp.platforms.tiktok.changes import Request

ID = "tiktok_7123456789012345678"
ACCOUNT = Account(ID, "tiktok", "Demo", "EUR", "Europe/Berlin", "active", "STATUS_ENABLE")
FILES = ("0a1b2c3d4e5f6071",)
EVENT = Event(
    name="purchase",
    id="ord-1001",
    at=datetime(2026, 3, 4, 10, tzinfo=UTC),
    place="website",
    value=Money(Decimal("59.80"), "EUR"),
    contents=(Item("SKU-9", 2, Decimal("29.9"), "Mug", "Kitchen"),),
    traces=Traces(ttclid="c", ttp="t", ip="203.0.113.9", user_agent="M", url="https://a.example", referrer="https://b"),
)
TOLD = Outgoing(EVENT, ("e2" * 32, "86" * 32, "04" * 32, ""))
BODIES: Mapping[str, str] = {
    "dmp/custom_audience/create/": "CustomAudienceCreateBody",
    "dmp/custom_audience/update/": "CustomAudienceUpdateBody",
    "dmp/custom_audience/rule/create/": "RuleCreateBody",
    "dmp/custom_audience/lookalike/create/": "LookalikeCreateBody",
    "pixel/track/": "PixelTrackBody",
    "pixel/batch/": "PixelBatchBody",
}
_PLAIN: Mapping[str, tuple[type, ...]] = {"str": (str,), "int": (int,), "float": (int, float), "bool": (bool,)}


@pytest.mark.parametrize(
    "asked",
    [
        audience_bodies.by_file(ACCOUNT, CreateAudience(ID, "N", "customer_list", days=30), FILES),
        audience_bodies.with_files(ACCOUNT, "200100", "replace", FILES),
        audience_bodies.renamed(ACCOUNT, UpdateAudience(ID, "200100", name="Neu")),
        audience_bodies.by_rule(
            ACCOUNT, CreateAudience(ID, "N", "website"), Rule("7001", 30, "PIXEL COMPLETE PAYMENT", "shop")
        ),
        audience_bodies.lookalike(ACCOUNT, CreateAudience(ID, "N", "lookalike"), Seed("200100", ("DE",)), ("2921044",)),
        pixel_bodies.request("CDEMO1234567890ABCDE", [TOLD], ""),
        pixel_bodies.request("CDEMO1234567890ABCDE", [TOLD, TOLD], ""),
    ],
    ids=lambda one: one.path,
)
def test_the_sdk_knows_every_field(asked: Request) -> None:
    body = msgspec.json.decode(asked.body, type=dict[str, Any])

    getattr(sdk, BODIES[asked.path])(**body)  # refuses where one that it requires is missing
    check(body, BODIES[asked.path])


def check(value: object, kind: str) -> None:
    """Hold `value` against a type as the SDK spells it."""
    if kind.startswith("list["):
        assert isinstance(value, list)
        for one in value:
            check(one, kind[5:-1])
    elif kind in _PLAIN:
        assert isinstance(value, _PLAIN[kind])
    else:
        assert isinstance(value, dict)
        types = getattr(sdk, kind).swagger_types
        assert set(value) <= set(types)
        for name, one in value.items():
            check(one, types[name])
