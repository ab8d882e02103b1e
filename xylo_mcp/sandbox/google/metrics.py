"""What was delivered, in Google's metrics: micros, fractions and conversions with decimals.

Google Ads API docs, "metrics" field pages (v26, read Nov 2026). A ratio without a denominator is
left out of the answer.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from ..world import Campaign, Facts, cents, summed
from .gaql.fields import Value
from .records import counts_people, searches

Part = tuple[Campaign, Facts]
_MICROS: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Tally:
    """Deliveries taken together.

    Attributes:
        micros: how many make one minor unit; `minors`: how many of those make one unit.
        searched: impressions in search, out of `eligible` ones, of which `lost` for want of budget.
        people: how many saw it, where that is told.
    """

    facts: Facts
    micros: int
    minors: int
    searched: int = 0
    eligible: int = 0
    lost: int = 0
    people: int | None = None

    @property
    def cost(self) -> int:
        """The cost in micros."""
        return self.facts.spend * self.micros


def tally(parts: Sequence[Part], currency: str) -> Tally:
    """All of `parts` together."""
    facts = parts[0][1] if len(parts) == 1 else summed(facts for _, facts in parts)
    searched = eligible = lost = 0
    for campaign, delivered in parts:
        if searches(campaign):
            # A campaign that its budget limits shows two times in five, others seven in ten.
            limited = campaign.state == "limited"
            chances = delivered.impressions * 5 // 2 if limited else delivered.impressions * 10 // 7
            searched += delivered.impressions
            eligible += chances
            lost += chances // 2 if limited else 0
    minors = cents(currency)
    people = facts.reach if all(counts_people(campaign) for campaign, _ in parts) else None
    return Tally(facts, _MICROS // minors, minors, searched, eligible, lost, people)


def _ratio(part: float, whole: float) -> float | None:
    return part / whole if whole else None


def _share(part: int, whole: int) -> float | None:
    """Google shows no share exactly that is below a tenth."""
    share = _ratio(part, whole)
    return None if share is None else max(share, 0.0999)


def _lost(part: int, whole: int) -> float | None:
    """Google shows no lost share exactly that is above nine tenths."""
    share = _ratio(part, whole)
    return None if share is None else min(share, 0.9001)


def _all(hundredths: int) -> int:
    """Secondary actions bring another quarter."""
    return hundredths * 5 // 4


METRICS: Final[Mapping[str, Callable[[Tally], Value]]] = {
    "metrics.impressions": lambda of: of.facts.impressions,
    "metrics.clicks": lambda of: of.facts.clicks,
    "metrics.interactions": lambda of: of.facts.clicks,
    "metrics.cost_micros": lambda of: of.cost,
    "metrics.video_trueview_views": lambda of: of.facts.video_plays,
    "metrics.view_through_conversions": lambda of: of.facts.conversions // 1000,
    "metrics.unique_users": lambda of: of.people,
    "metrics.ctr": lambda of: _ratio(of.facts.clicks, of.facts.impressions),
    "metrics.average_cpc": lambda of: _ratio(of.cost, of.facts.clicks),
    "metrics.average_cpm": lambda of: _ratio(of.cost * 1000, of.facts.impressions),
    "metrics.average_cost": lambda of: _ratio(of.cost, of.facts.clicks),
    "metrics.conversions": lambda of: of.facts.conversions / 100,
    "metrics.all_conversions": lambda of: _all(of.facts.conversions) / 100,
    "metrics.conversions_value": lambda of: of.facts.value / of.minors,
    "metrics.all_conversions_value": lambda of: _all(of.facts.value) / of.minors,
    "metrics.cost_per_conversion": lambda of: _ratio(of.cost * 100, of.facts.conversions),
    "metrics.cost_per_all_conversions": lambda of: _ratio(of.cost * 100, _all(of.facts.conversions)),
    "metrics.conversions_from_interactions_rate": lambda of: _ratio(of.facts.conversions, of.facts.clicks * 100),
    "metrics.value_per_conversion": lambda of: _ratio(of.facts.value * 100, of.facts.conversions * of.minors),
    "metrics.conversions_value_per_cost": lambda of: _ratio(of.facts.value, of.facts.spend),
    "metrics.search_impression_share": lambda of: _share(of.searched, of.eligible),
    "metrics.search_budget_lost_impression_share": lambda of: _lost(of.lost, of.eligible),
}
