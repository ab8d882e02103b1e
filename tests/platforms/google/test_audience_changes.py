"""What Google cannot do with audiences is refused before anything is sent."""

import pytest

from tests.platforms.google.people import ACCOUNT, ID
from xylo_mcp.ads.audiences import Rule, Seed
from xylo_mcp.ads.errors import AdsError, Invalid, Unsupported
from xylo_mcp.ads.handovers import CreateAudience, MembersChange, UpdateAudience
from xylo_mcp.platforms.google.audience_changes import check

CART = Rule("", 7, url_contains="shop.example/cart")
ALIKE = Seed("77", ("PL",))


@pytest.mark.parametrize(
    "change",
    [
        CreateAudience(ID, "N", "customer_list"),
        CreateAudience(ID, "N", "customer_list", days=1),
        CreateAudience(ID, "N", "customer_list", days=540),
        CreateAudience(ID, "N", "website", rule=CART),
        CreateAudience(ID, "N", "website", days=7, rule=CART),
        CreateAudience(ID, "N", "website", rule=Rule("5000000002", 540, url_contains="/käse?a=1")),
        CreateAudience(ID, "N", "lookalike", seed=ALIKE),
        UpdateAudience(ID, "77", "replace"),
        UpdateAudience(ID, "77", name="N"),
        UpdateAudience(ID, "77", status="closed"),
    ],
)
def test_what_google_takes_passes(change: MembersChange) -> None:
    check(ACCOUNT, change)


@pytest.mark.parametrize(
    ("change", "kind", "named"),
    [
        (CreateAudience(ID, "N", "app_activity"), Unsupported, "type"),
        (CreateAudience(ID, "N", "engagement"), Unsupported, "type"),
        (CreateAudience(ID, " N", "customer_list"), Invalid, "The name"),
        (CreateAudience(ID, "", "customer_list"), Invalid, "The name"),
        (CreateAudience(ID, "N\n", "customer_list"), Invalid, "The name"),
        (CreateAudience(ID, "ß" * 128, "customer_list"), Invalid, "The name"),
        (CreateAudience(ID, "N", "customer_list", days=0), Invalid, "days"),
        (CreateAudience(ID, "N", "customer_list", days=541), Invalid, "days"),
        (CreateAudience(ID, "N", "website"), Invalid, "source"),
        (CreateAudience(ID, "N", "website", rule=Rule("", 0, url_contains="/")), Invalid, "days"),
        (CreateAudience(ID, "N", "website", rule=Rule("", 541, url_contains="/")), Invalid, "days"),
        (CreateAudience(ID, "N", "website", rule=Rule("", 7)), Invalid, "url_contains"),
        (CreateAudience(ID, "N", "website", rule=Rule("", 7, url_contains="a b")), Invalid, "url_contains"),
        (CreateAudience(ID, "N", "website", rule=Rule("", 7, url_contains="a(b")), Invalid, "url_contains"),
        (CreateAudience(ID, "N", "website", rule=Rule("", 7, "purchase", "/")), Unsupported, "event"),
        (CreateAudience(ID, "N", "website", rule=Rule("123", 7, url_contains="/")), Invalid, "source"),
        (CreateAudience(ID, "N", "website", days=8, rule=CART), Invalid, "days"),
        (CreateAudience(ID, "N", "lookalike"), Invalid, "source"),
        (CreateAudience(ID, "N", "lookalike", seed=Seed("77", ())), Invalid, "countries"),
        (CreateAudience(ID, "N", "lookalike", seed=Seed("77", ("pl",))), Invalid, "countries"),
        (CreateAudience(ID, "N", "lookalike", seed=Seed("x", ("PL",))), Invalid, "source"),
        (CreateAudience(ID, "N", "lookalike", days=7, seed=ALIKE), Invalid, "days"),
        (UpdateAudience(ID, "77"), Invalid, "Nothing"),
        (UpdateAudience(ID, "", "add"), Invalid, "audience_id"),
        (UpdateAudience(ID, "77/1", "add"), Invalid, "audience_id"),
        (UpdateAudience(ID, "77", name="N\t"), Invalid, "The name"),
    ],
)
def test_what_google_does_not_take_is_refused_by_name(change: MembersChange, kind: type[AdsError], named: str) -> None:
    with pytest.raises(kind) as caught:
        check(ACCOUNT, change)

    assert (type(caught.value), caught.value.message.startswith(named)) == (kind, True)
