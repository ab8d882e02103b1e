"""Google's rows of figures, read into ours.

Shapes: Google Ads API reference, v26, `GoogleAdsRow`, `Metrics` and `Segments` (October 2026). Averages are never
read: they are micros with a fraction, and follow from the sums.
"""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated

import msgspec

from ...ads.insights import Metrics
from . import words

_Number = Annotated[int, msgspec.Meta(ge=1, le=2**63 - 1)]
_Count = Annotated[int, msgspec.Meta(ge=0, le=10**15)]
_Micros = Annotated[int, msgspec.Meta(ge=-(2**63 - 1), le=2**63 - 1)]
_MILLIONTH = Decimal("0.000001")
# No advertising has figures beyond this; rounding below it is exact.
_TOO_LARGE = Decimal(10**15)
_TOO_LOW = -_TOO_LARGE
_UNUSUAL = re.compile(r"[^a-z0-9_+/-]")


class Named(msgspec.Struct, frozen=True, gc=False):
    """A campaign, ad group or ad; of most kinds of ads Google tells no name."""

    id: _Number
    name: str = ""


class OfAd(msgspec.Struct, frozen=True, gc=False):
    """An ad in its ad group."""

    ad: Named


class Segments(msgspec.Struct, frozen=True, rename="camel", gc=False):
    """What divides rows beside their objects."""

    day: date | None = msgspec.field(default=None, name="date")
    device: str = ""
    ad_network_type: str = ""
    conversion_action_category: str = ""


class Kind(msgspec.Struct, frozen=True, gc=False):
    """The word of a criterion."""

    type: str = ""


class Criterion(msgspec.Struct, frozen=True, rename="camel", gc=False):
    """Whom an ad group reaches."""

    age_range: Kind = Kind()
    gender: Kind = Kind()


class Place(msgspec.Struct, frozen=True, rename="camel", gc=False):
    """Where people were, or which place they were interested in."""

    country_criterion_id: int = 0
    location_type: str = ""


class Figures(msgspec.Struct, frozen=True, rename="camel", gc=False):
    """What was counted; what Google does not say is None."""

    cost_micros: _Micros | None = None
    impressions: _Count | None = None
    clicks: _Count | None = None
    conversions: Decimal | None = None
    conversions_value: Decimal | None = None
    video_trueview_views: _Count | None = None
    unique_users: _Count | None = None

    def in_our_words(self) -> Metrics:
        """The sums, in the account's currency.

        Raises:
            ValueError: a figure is none of this world.
        """
        cost = self.cost_micros
        return Metrics(
            None if cost is None else Decimal(cost) * _MILLIONTH,
            self.impressions,
            self.clicks,
            in_millionths(self.conversions) if self.conversions else self.conversions,
            None,
            in_millionths(self.conversions_value) if self.conversions_value else self.conversions_value,
            self.video_trueview_views,
        )

    @property
    def people(self) -> int | None:
        """How many were reached; of campaigns that Google counts no people of, it may say that nobody was."""
        return self.unique_users or (None if self.impressions else self.unique_users)


class Row(msgspec.Struct, frozen=True, rename="camel", gc=False):
    """What an object achieved, in all or on one day, and with one part of the people."""

    metrics: Figures = Figures()
    campaign: Named | None = None
    ad_group: Named | None = None
    ad_group_ad: OfAd | None = None
    segments: Segments = Segments()
    ad_group_criterion: Criterion = Criterion()
    geographic_view: Place = Place()


def in_millionths(value: Decimal) -> Decimal:
    """`value`, rounded half-even where it is finer than a millionth: shares of a click's credit are.

    Raises:
        ValueError: it is no number, or 10**15 or more.
    """
    if not value.is_finite() or not _TOO_LOW < value < _TOO_LARGE:
        raise ValueError("not a figure of this world")
    rounded = value.quantize(_MILLIONTH)
    return value if rounded == value else rounded


def segment(breakdown: str | None, row: Row, countries: Mapping[int, str]) -> str:
    """Which part of the `breakdown` a row is about, in our words; a word that is new to us in small letters."""
    match breakdown:
        case None:
            return ""
        case "country":
            number = row.geographic_view.country_criterion_id
            return countries.get(number, str(number)) if number else "unknown"
        case "device":
            raw = row.segments.device
        case "publisher_platform":
            raw = row.segments.ad_network_type
        case "age":
            raw = row.ad_group_criterion.age_range.type
        case _:
            raw = row.ad_group_criterion.gender.type
    return words.SEGMENTS.get(raw) or _UNUSUAL.sub("_", raw.lower())
