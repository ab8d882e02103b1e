"""What to ask Google for, to answer a question about what was achieved.

Which fields go with which resource: Google Ads API docs, field pages of each resource (v21 to v26, read November
2026). Campaigns without ads of their own (Performance Max) are in no answer about ad groups or ads.
"""

from collections.abc import Mapping

import msgspec

from ...ads.errors import Invalid, Unsupported
from ...ads.insights import Breakdown, InsightsQuery, Level
from . import SPEC, gaql
from .errors import PLATFORM
from .queries import numbers
from .words import EVENTS

_LEVELS: Mapping[Level, int] = {"account": 0, "campaign": 1, "ad_group": 2, "ad": 3}
_SOURCES = ("customer", "campaign", "ad_group", "ad_group_ad")
_TIERS = (
    ("campaign.id", "campaign.name"),
    ("ad_group.id", "ad_group.name"),
    ("ad_group_ad.ad.id", "ad_group_ad.ad.name"),
)
_FIGURES = ("metrics.cost_micros", "metrics.impressions", "metrics.clicks", "metrics.video_trueview_views")
_CONVERSIONS = ("metrics.conversions", "metrics.conversions_value")
_CATEGORY = "segments.conversion_action_category"
_PEOPLE = "metrics.unique_users"
_PEOPLE_DAYS = 92
"""Unique users "can only be requested for date ranges of 92 days or less" (v26, `Metrics.unique_users`)."""


class Division(msgspec.Struct, frozen=True):
    """How Google divides what was achieved.

    Attributes:
        fields: that tell its parts.
        source: where they are found; empty: beside the objects themselves.
        grain, deepest: how many tiers its rows have at least, and may have at most.
    """

    fields: tuple[str, ...]
    source: str = ""
    grain: int = 0
    deepest: int = 3


DIVISIONS: Mapping[Breakdown, Division] = {
    "device": Division(("segments.device",)),
    "publisher_platform": Division(("segments.ad_network_type",)),
    # "All statistics are aggregated at the ad group level" (v26, `AgeRangeView`, `GenderView`).
    "age": Division(("ad_group_criterion.age_range.type",), "age_range_view", grain=2, deepest=2),
    "gender": Division(("ad_group_criterion.gender.type",), "gender_view", grain=2, deepest=2),
    # A country comes once for those who were there and once for those who were interested in it.
    "country": Division(
        ("geographic_view.country_criterion_id", "geographic_view.location_type"), "geographic_view", deepest=2
    ),
}


class Report(msgspec.Struct, frozen=True):
    """One query that answers `question`, or the part of it that counts the events in `categories`.

    Attributes:
        depth: how many tiers the rows of the answer name.
        grain: how many those of Google's own have.
        people: whether they tell how many people were reached.
    """

    question: InsightsQuery
    source: str
    depth: int
    grain: int
    division: Division | None = None
    people: bool = False
    categories: frozenset[str] = frozenset()

    @property
    def by_day(self) -> bool:
        """Whether each day has rows of its own."""
        return self.question.granularity == "day"

    @property
    def merges(self) -> bool:
        """Whether several of Google's rows may make one of ours."""
        return self.grain > self.depth or self.division is not None or bool(self.categories)

    @property
    def streams(self) -> bool:
        """Whether the answer may be large."""
        divided = bool(self.division or self.categories)
        places = self.division is not None and bool(self.division.source)
        return self.grain > 1 or places or (self.grain == 1 and (self.by_day or divided))

    @property
    def query(self) -> str:
        """It in Google's language, ordered by object."""
        asked = self.question
        ids = tuple(number for number, _ in _TIERS[: self.grain])
        names = tuple(field for tier in _TIERS[: self.depth] for field in tier)
        days = ("segments.date",) if self.by_day else ()
        parts = (*(self.division.fields if self.division else ()), *((_CATEGORY,) if self.categories else ()))
        where = [gaql.between("segments.date", asked.since, asked.until)]
        if asked.campaign_ids:
            where.append(gaql.number_in("campaign.id", numbers(asked.campaign_ids)))
        if self.categories:
            where.append(gaql.word_in(_CATEGORY, self.categories))
        fields = (*names, *ids[self.depth :], *days, *parts, *self._figures)
        return gaql.select(fields, self.source, where=where, order=", ".join((*ids, *days, *parts)))

    @property
    def _figures(self) -> tuple[str, ...]:
        if self.categories:
            return _CONVERSIONS
        own = () if self.question.events else _CONVERSIONS
        return (*_FIGURES, *own, *((_PEOPLE,) if self.people else ()))


def report(question: InsightsQuery) -> Report:
    """The query that answers `question`, but for the events it names.

    Raises:
        Unsupported: Google has no such breakdown, or not at this level.
        Invalid: an event is none of `SPEC.events`, or an id none of Google's.
    """
    numbers(question.campaign_ids)
    depth = _LEVELS[question.level]
    grain = max(depth, 1 if question.campaign_ids else 0)
    unknown = set(question.events) - SPEC.events.keys()
    if unknown:
        raise Invalid(
            "Google has no such event to count as conversions.",
            f"Choose among {', '.join(sorted(SPEC.events))}.",
            platform=PLATFORM,
        )
    if question.breakdown is None:
        people = question.reach and (depth, grain) == (1, 1) and (question.until - question.since).days < _PEOPLE_DAYS
        return Report(question, _SOURCES[grain], depth, grain, people=people)
    division = DIVISIONS.get(question.breakdown)
    if division is None:
        raise Unsupported(
            f"Google does not divide insights by {question.breakdown}.",
            f"Choose among {', '.join(sorted(DIVISIONS))}, or none.",
            platform=PLATFORM,
        )
    if depth > division.deepest:
        raise Unsupported(
            f"Google does not divide what single ads achieved by {question.breakdown}.",
            "Ask by ad group.",
            platform=PLATFORM,
        )
    grain = max(grain, division.grain)
    return Report(question, division.source or _SOURCES[grain], depth, grain, division)


def of_events(whole: Report) -> Report:
    """The query for the conversions that the question names, to be joined with `whole`."""
    categories = frozenset(word for event in whole.question.events for word in EVENTS[event])
    return msgspec.structs.replace(whole, people=False, categories=categories)
