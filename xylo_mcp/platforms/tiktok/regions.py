"""TikTok's ids of countries.

Fields and values: TikTok API for Business docs, v1.3, "Get available locations", 2026.
"""

from collections.abc import Mapping, Sequence

import msgspec

from ...ads.accounts import Account
from ...ads.errors import Invalid
from ..reading import identifier, reading
from .advertisers import advertiser_id
from .forms import json_text
from .shapes import PLATFORM, Answer

PATH = "tool/region/"


class _Region(msgspec.Struct):
    location_id: str | int
    region_code: str | None = None
    level: str | None = None


class _Regions(msgspec.Struct):
    region_info: list[_Region]


def question(account: Account) -> Mapping[str, str]:
    """What asks for all countries that ads can be shown in.

    That lookalikes take the same ids as ad groups is an assumption: the docs have a list of their own for them, whose
    known entries are the same.
    """
    return {
        "advertiser_id": advertiser_id(account),
        "placements": json_text(["PLACEMENT_TIKTOK"]),
        "objective_type": "TRAFFIC",
        "level_range": "TO_COUNTRY",
    }


def location_ids(answer: bytes, countries: Sequence[str]) -> Sequence[str]:
    """TikTok's ids of the countries with these ISO codes.

    Raises:
        Invalid: ads cannot be shown in one of them.
    """
    with reading(PLATFORM):
        regions = msgspec.json.decode(answer, type=Answer[_Regions]).data.region_info
        known = {one.region_code: identifier(one.location_id) for one in regions if one.level in (None, "COUNTRY")}
    missing = [country for country in countries if country not in known]
    if missing:
        raise Invalid(
            f"countries: this account's ads on TikTok cannot be shown in {', '.join(missing)}.",
            "Leave them out.",
            platform=PLATFORM,
        )
    return [known[country] for country in countries]
