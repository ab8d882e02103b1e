"""What the rows of reports may be, and what divides them (TikTok API for Business docs, v1.3, "Basic reports")."""

from collections.abc import Mapping
from typing import Final, Literal, NamedTuple

Level = Literal["AUCTION_ADVERTISER", "AUCTION_CAMPAIGN", "AUCTION_ADGROUP", "AUCTION_AD"]
DAY: Final = "stat_time_day"


class Rows(NamedTuple):
    """The rows of one data level.

    Attributes:
        id: their id dimension.
        depth: how far below the advertiser.
        status: the filter by their status.
        chosen: the filters by ids that they may be narrowed by.
    """

    id: str
    depth: int
    status: str = ""
    chosen: tuple[str, ...] = ()


LEVELS: Final[Mapping[str, Rows]] = {
    "AUCTION_ADVERTISER": Rows("advertiser_id", 0),
    "AUCTION_CAMPAIGN": Rows("campaign_id", 1, "campaign_status", ("campaign_ids",)),
    "AUCTION_ADGROUP": Rows("adgroup_id", 2, "adgroup_status", ("campaign_ids", "adgroup_ids")),
    "AUCTION_AD": Rows("ad_id", 3, "ad_status", ("campaign_ids", "adgroup_ids", "ad_ids")),
}
IDS: Final = frozenset({"advertiser_id", "campaign_id", "adgroup_id", "ad_id", "ad_id_v2"})

# What is not known is NONE with gender (docs); that it is so with the others is a guess.
_UNKNOWN = {"unknown": "NONE"}
_AGES = {age: f"AGE_{age.replace('-', '_')}" for age in ("13-17", "18-24", "25-34", "35-44", "45-54")}


class Parts(NamedTuple):
    """A dimension that divides rows: by what in the world, and how its parts are called that have other names."""

    breakdown: str
    names: Mapping[str, str]

    def name(self, segment: str) -> str:
        """TikTok's name of one of the world's segments."""
        return self.names.get(segment, segment)


PARTS: Final[Mapping[str, Parts]] = {
    "country_code": Parts("country", _UNKNOWN),
    "platform": Parts("device", {"android": "ANDROID", "ios": "IOS", **_UNKNOWN}),
    "placement": Parts("placement", {"tiktok": "PLACEMENT_TIKTOK", "pangle": "PLACEMENT_PANGLE"}),
    "age": Parts("age", {**_AGES, "55+": "AGE_55_100", **_UNKNOWN}),
    "gender": Parts("gender", {"female": "FEMALE", "male": "MALE", **_UNKNOWN}),
}
DIVIDED_BY: Final[Mapping[str, frozenset[str]]] = {
    "BASIC": frozenset({"country_code"}),
    "AUDIENCE": frozenset(PARTS),
}
"""Which dimension beside id and day a type of report may have: one at most, and audience reports just one."""
