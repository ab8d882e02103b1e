"""Where ads can be shown (TikTok API for Business docs, v1.3, "Get available locations")."""

from collections.abc import Mapping
from typing import Annotated, Literal

import msgspec

from ..world import World
from .accounts import granted
from .envelope import Data
from .objectives import Objective
from .parameters import Asked, Id

_COUNTRIES: Mapping[str, tuple[str, str]] = {
    "AT": ("2782113", "Austria"),
    "AU": ("2077456", "Australia"),
    "BE": ("2802361", "Belgium"),
    "BR": ("3469034", "Brazil"),
    "CA": ("6251999", "Canada"),
    "CH": ("2658434", "Switzerland"),
    "DE": ("2921044", "Germany"),
    "ES": ("2510769", "Spain"),
    "FR": ("3017382", "France"),
    "GB": ("2635167", "United Kingdom"),
    "IE": ("2963597", "Ireland"),
    "IT": ("3175395", "Italy"),
    "JP": ("1861060", "Japan"),
    "MX": ("3996063", "Mexico"),
    "NL": ("2750405", "Netherlands"),
    "PL": ("798544", "Poland"),
    "SE": ("2661886", "Sweden"),
    "US": ("6252001", "United States"),
}
"""Ids and names by ISO 3166-1 alpha-2 codes. That the ids are those of geonames.org is inferred from a few of them."""


class _Regions(msgspec.Struct, frozen=True):
    advertiser_id: Id
    placements: Annotated[
        tuple[Literal["PLACEMENT_TIKTOK", "PLACEMENT_PANGLE", "PLACEMENT_GLOBAL_APP_BUNDLE"], ...],
        msgspec.Meta(min_length=1),
    ]
    objective_type: Objective
    level_range: Literal["ALL", "TO_COUNTRY", "TO_PROVINCE", "TO_CITY", "TO_DISTRICT"] = "ALL"
    operating_system: Literal["ANDROID", "IOS"] | None = None


def available(world: World, asked: Asked) -> Data:
    """The countries; nothing smaller, whatever the level."""
    wanted = asked.read_as(_Regions)
    granted(world, wanted.advertiser_id)
    return {
        "region_info": [
            {
                "location_id": location_id,
                "name": name,
                "parent_id": "0",
                "region_code": code,
                "country_code": code,
                "level": "COUNTRY",
                "area_type": "ADMIN",
                "support_below_18": code != "US",
            }
            for code, (location_id, name) in _COUNTRIES.items()
        ]
    }
