"""What campaigns delivered, day by day, divided as far as a query wants it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from ..parts import by_segment, divided
from ..world import Ad, Campaign, Facts, Goal, World
from .cast import CAST
from .gaql.fields import Value
from .gaql.plan import Plan

COUNTRIES: Final[Mapping[str, int]] = {"AU": 2036, "BR": 2076, "DE": 2276, "ES": 2724, "GB": 2826, "US": 2840}
"""Criterion ids of countries: 2000 and the number that ISO 3166-1 gives them (Google Ads API docs, "Geo targets")."""

AGE, GENDER = "ad_group_criterion.age_range.type", "ad_group_criterion.gender.type"
COUNTRY, LOCATION = "geographic_view.country_criterion_id", "geographic_view.location_type"
_CATEGORY: Final = "segments.conversion_action_category"
# What is divided by which of the cast's segments, and how Google writes each part.
_DIVIDED: Final[Mapping[str, tuple[str, Mapping[str, Value]]]] = {
    "segments.device": ("device", {part: part.upper() for part in CAST.segments["device"]}),
    "segments.ad_network_type": (
        "publisher_platform",
        {part: part.upper() for part in CAST.segments["publisher_platform"]},
    ),
    AGE: (
        "age",
        {
            **{part: f"AGE_RANGE_{part.replace('-', '_')}" for part in CAST.segments["age"]},
            "65+": "AGE_RANGE_65_UP",
            "unknown": "AGE_RANGE_UNDETERMINED",
        },
    ),
    GENDER: ("gender", {"female": "FEMALE", "male": "MALE", "unknown": "UNDETERMINED"}),
    COUNTRY: ("country", COUNTRIES),
}
_BY_RESOURCE: Final = {"age_range_view": AGE, "gender_view": GENDER, "geographic_view": COUNTRY}
_OF_ADS: Final = frozenset({"ad_group", "ad_group_ad", *_BY_RESOURCE})
_CATEGORIES: Final[Mapping[Goal, str]] = {"purchases": "PURCHASE", "leads": "SUBMIT_LEAD_FORM", "app": "DOWNLOAD"}
# Of five who saw an ad, four were where it is meant for; one was only interested in that place.
_PLACES: Final = ("LOCATION_OF_PRESENCE", "AREA_OF_INTEREST")
_PLACE_WEIGHTS: Final = (4, 1)


@dataclass(frozen=True, slots=True)
class Delivery:
    """What was delivered on one day; `ad` is None where nobody asked for ads or the people who saw them.

    `marks` are the values of the fields that divide it.
    """

    campaign: Campaign
    day: date
    facts: Facts
    ad: Ad | None = None
    marks: Mapping[str, Value] = field(default_factory=dict[str, Value])


def words(name: str) -> Sequence[Value]:
    """All values of a field that divides."""
    return tuple(_DIVIDED[name][1].values())


def deliveries(world: World, campaign: Campaign, plan: Plan) -> Iterator[Delivery]:
    """All deliveries of `campaign` on the days of `plan`."""
    since = plan.days.since or campaign.first_day
    until = plan.days.until or world.today(campaign.account)
    fields = [name for name in (_BY_RESOURCE.get(plan.resource, ""), *plan.segments) if name in _DIVIDED]
    kind: dict[str, Value] = {_CATEGORY: _CATEGORIES.get(campaign.goal, "DEFAULT")}
    if not fields and plan.resource not in _OF_ADS:
        for day, facts in world.days(CAST.platform, campaign, since, until):
            yield Delivery(campaign, day, facts, marks=kind)
        return
    for part in world.parts(CAST.platform, campaign, since, until):
        for marks, facts in _divided(world, part.ad.id, part.facts, fields):
            if not facts.nothing or facts.video_plays:
                yield Delivery(campaign, part.day, facts, part.ad, kind | marks)


def _divided(world: World, drawn: str, whole: Facts, fields: Sequence[str]) -> Iterator[tuple[dict[str, Value], Facts]]:
    if not fields:
        yield {}, whole
        return
    name, *others = fields
    breakdown, values = _DIVIDED[name]
    segments = CAST.segments[breakdown]
    for segment, part in by_segment(world.seed, drawn, segments, whole, fractional=CAST.fractional):
        for marks, piece in _divided(world, f"{drawn}/{segment}", part, others):
            for where, rest in _placed(piece) if name == COUNTRY else [({}, piece)]:
                yield {name: values[segment]} | where | marks, rest


def _placed(whole: Facts) -> Iterator[tuple[dict[str, Value], Facts]]:
    pieces = divided(whole, _PLACE_WEIGHTS, fractional=CAST.fractional)
    return (({LOCATION: place}, piece) for place, piece in zip(_PLACES, pieces, strict=True))
