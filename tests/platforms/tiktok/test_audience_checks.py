"""What TikTok has no audience for is refused before anything is sent.

TikTok API for Business docs, v1.3, "Create an audience by file", "Create an audience by rules", "Create a lookalike
audience", "Update the details of an audience", 2026.
"""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

import httpx2
import msgspec
import pytest

from xylo_mcp.ads.accounts import Account
from xylo_mcp.ads.audiences import Rule, Seed
from xylo_mcp.ads.errors import Invalid, Unsupported
from xylo_mcp.ads.handovers import CreateAudience, MembersChange, UpdateAudience
from xylo_mcp.contract import AdPlatform
from xylo_mcp.platforms.tiktok import audience_checks

ID = "tiktok_7123456789012345678"
LIST = CreateAudience(ID, "Kunden", "customer_list", rows=1)
WEBSITE = CreateAudience(ID, "Besuch", "website", rule=Rule("7001", 30))
APP = CreateAudience(ID, "App", "app_activity", rule=Rule("7002", 7, "LAUNCH APP"))
ENGAGED = CreateAudience(ID, "Gesehen", "engagement", rule=Rule("1790000000000001", 365))
ALIKE = CreateAudience(ID, "Wie Kunden", "lookalike", seed=Seed("200100", ("DE", "AT")))
ADD = UpdateAudience(ID, "200100", "add", rows=1)
RENAME = UpdateAudience(ID, "200100", name="Neu")


def but(change: MembersChange, **fields: object) -> MembersChange:
    return msgspec.structs.replace(change, **fields)


def ruled(**fields: object) -> MembersChange:
    return but(WEBSITE, rule=msgspec.structs.replace(Rule("7001", 30), **fields))


def seeded(**fields: object) -> MembersChange:
    return but(ALIKE, seed=msgspec.structs.replace(Seed("200100", ("DE",)), **fields))


@pytest.mark.parametrize(
    "change",
    [
        LIST,
        but(LIST, days=365, name="n" * 128, rows=25_000_000, consent="granted"),
        WEBSITE,
        ruled(days=1, event="PIXEL COMPLETE PAYMENT", url_contains="u" * 100),
        APP,
        ENGAGED,
        ALIKE,
        ADD,
        but(ADD, name="Neu", action="replace"),
        but(ADD, action="remove", consent="denied"),
        RENAME,
    ],
)
async def test_what_tiktok_can_do_passes(
    opened: Callable[..., AbstractAsyncContextManager[AdPlatform]], account: Account, change: MembersChange
) -> None:
    def nothing(request: httpx2.Request) -> httpx2.Response:
        raise AssertionError("nothing is to be sent")

    async with opened(nothing) as platform:
        platform.check_audience(account, change)


@pytest.mark.parametrize(
    ("change", "begins"),
    [
        (but(LIST, kind="other"), "TikTok makes no audience of the kind other"),
        (but(LIST, description="All of them"), "TikTok's audiences have no description"),
        (but(WEBSITE, days=30), "TikTok keeps no time"),
        (but(ALIKE, days=30), "TikTok keeps no time"),
        (but(APP, rule=Rule("7002", 7, "LAUNCH APP", "shop")), "Only a website's rule"),
        (ruled(url_contains="shop"), "TikTok asks for an address only together with an event"),
        (but(RENAME, status="closed"), "TikTok's audiences cannot be closed"),
        (but(ADD, status="open"), "TikTok's audiences cannot be closed"),
    ],
)
def test_what_tiktok_has_not_is_unsupported(change: MembersChange, begins: str) -> None:
    with pytest.raises(Unsupported, match=begins) as raised:
        audience_checks.check(change)
    assert raised.value.platform == "tiktok"


@pytest.mark.parametrize(
    ("change", "begins"),
    [
        (but(LIST, name=" "), "name: an audience needs one"),
        (but(LIST, name="n" * 129), "name: TikTok takes 128 characters"),
        (but(LIST, days=0), "days: TikTok takes 1 to 365"),
        (but(LIST, days=366), "days: TikTok takes 1 to 365"),
        (but(LIST, rows=0), "TikTok makes and changes lists out of members alone"),
        (but(LIST, rows=25_000_001), "TikTok takes at most 25000000 people"),
        (but(LIST, consent="denied"), "consent: people who said no"),
        (but(LIST, rule=Rule("7001", 30)), "A customer list has neither"),
        (but(LIST, seed=Seed("200100", ("DE",))), "A customer list has neither"),
        (but(WEBSITE, rule=None), "source: a website audience is made"),
        (but(WEBSITE, seed=Seed("200100", ("DE",))), "source: a website audience is made"),
        (ruled(source="CDEMO1234567890ABCDE"), "source: TikTok's is a number"),
        (ruled(source=""), "source: TikTok's is a number"),
        (ruled(days=0), "days: TikTok looks back 1 to 365"),
        (ruled(days=366), "days: TikTok looks back 1 to 365"),
        (ruled(event="PIXEL COMPLETE PAYMENT", url_contains="u" * 101), "url_contains: TikTok takes 100"),
        (but(ALIKE, seed=None), "source: a lookalike is made of another audience"),
        (but(ALIKE, rule=Rule("7001", 30)), "source: a lookalike is made of another audience"),
        (seeded(audience_id="x"), "source: this is no id"),
        (seeded(countries=()), "countries: at least one"),
        (seeded(countries=("DE", "Germany")), "countries: at least one"),
        (but(ADD, audience_id=""), "audience_id: this is no id"),
        (but(ADD, rows=0), "TikTok makes and changes lists out of members alone"),
        (but(ADD, consent="denied"), "consent: people who said no"),
        (but(ADD, action=None), "Nothing is to be changed"),
        (but(RENAME, name="n" * 129), "name: TikTok takes 128 characters"),
    ],
)
def test_what_tiktok_takes_not_is_invalid(change: MembersChange, begins: str) -> None:
    with pytest.raises(Invalid, match=begins) as raised:
        audience_checks.check(change)
    assert raised.value.platform == "tiktok"
