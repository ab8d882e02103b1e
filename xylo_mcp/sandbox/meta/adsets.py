"""Ad sets as Meta shows them (Marketing API docs, "Ad Campaign", 2026-09)."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from ..world import AdGroup, Campaign, World
from .campaigns import HIDDEN, IN_TROUBLE, STATUS
from .errors import no_such_field
from .money import subunits
from .times import begin_of, end_of, local, updated, written
from .wire import Json

DEFAULT = ("id",)


@dataclass(frozen=True, slots=True)
class AdSet:
    """One ad set, with the campaign it is in."""

    group: AdGroup
    campaign: Campaign


def ad_sets(world: World, campaigns: Iterable[Campaign]) -> Iterator[AdSet]:
    """The ad sets of `campaigns`, those of each newest first."""
    for campaign in campaigns:
        for group in reversed(world.ad_groups("meta", campaign)):
            yield AdSet(group, campaign)


def ad_set(world: World, identity: str) -> AdSet | None:
    """The ad set with this id, None if there is none. Its id begins with its campaign's."""
    campaign = world.campaign("meta", identity[:-1])
    return next((one for one in ad_sets(world, [campaign] if campaign else []) if one.group.id == identity), None)


def check(name: str) -> None:
    """Refuse a field that ad sets do not have."""
    if not (name in _FIELDS or name in _SAME_FOR_ALL or name in _WITHOUT_VALUE):
        raise no_such_field(name, "AdCampaign")


def ad_set_value(ad_set: AdSet, name: str) -> Json | None:
    """What the field `name` of an ad set says; None where it has no value, and then no key."""
    check(name)
    show = _FIELDS.get(name)
    return show(ad_set) if show else _SAME_FOR_ALL.get(name)


def effective_status(ad_set: AdSet) -> str:
    """What became of it: what its campaign is comes down to it, unless it is off itself (the latter inferred)."""
    own, above = STATUS[ad_set.group.switch], STATUS[ad_set.campaign.switch]
    if own in HIDDEN or above in HIDDEN:
        return own if own in HIDDEN else above
    if own == "PAUSED":
        return own
    return "CAMPAIGN_PAUSED" if above == "PAUSED" else IN_TROUBLE.get(ad_set.campaign.state, own)


def ad_effective_status(ad_set: AdSet) -> str:
    """What became of an ad in it, all of which are on: what its ad set is comes down to it (inferred)."""
    above = effective_status(ad_set)
    return "ADSET_PAUSED" if above == "PAUSED" else above


def _budget(ad_set: AdSet, minor: int) -> Json | None:
    """A kind of budget that is not set is "0" beside the other, and left out under a campaign's (inferred)."""
    if not (ad_set.group.daily or ad_set.group.lifetime):
        return None
    return subunits(minor, ad_set.campaign.account.currency)


def _end(ad_set: AdSet) -> Json | None:
    day = ad_set.group.last_day
    return written(end_of(day, ad_set.campaign.account)) if day else None


_FIELDS: dict[str, Callable[[AdSet], Json | None]] = {
    "id": lambda one: one.group.id,
    "account_id": lambda one: one.campaign.account.id,
    "campaign_id": lambda one: one.campaign.id,
    "name": lambda one: one.group.name,
    "status": lambda one: STATUS[one.group.switch],
    "configured_status": lambda one: STATUS[one.group.switch],
    "effective_status": effective_status,
    "daily_budget": lambda one: _budget(one, one.group.daily),
    "lifetime_budget": lambda one: _budget(one, one.group.lifetime),
    "start_time": lambda one: written(begin_of(one.group.first_day, one.campaign.account)),
    "end_time": _end,
    "created_time": lambda one: written(local(one.campaign.created, one.campaign.account)),
    "updated_time": lambda one: written(updated(one.campaign)),
}
_SAME_FOR_ALL: dict[str, Json] = {
    "billing_event": "IMPRESSIONS",
    "is_dynamic_creative": False,
    "pacing_type": ["standard"],
}
_WITHOUT_VALUE = frozenset(
    {
        *("adlabels", "adset_schedule", "attribution_spec", "bid_adjustments", "bid_amount", "bid_constraints"),
        *("bid_info", "bid_strategy", "budget_remaining", "campaign", "daily_min_spend_target", "daily_spend_cap"),
        *("destination_type", "dsa_beneficiary", "dsa_payor", "frequency_control_specs", "issues_info"),
        *("learning_stage_info", "lifetime_imps", "lifetime_min_spend_target", "lifetime_spend_cap"),
        *("optimization_goal", "promoted_object", "recommendations", "review_feedback", "source_adset_id"),
        *("targeting", "use_new_app_click"),
    }
)
