"""Changes of campaigns that are there (Marketing API docs, "Ad Campaign Group", 2026-09)."""

from collections.abc import Mapping

from ..world import Campaign, World
from . import budgets
from .budgets import BID_STRATEGY, Terms
from .given import Given
from .refusals import budget_below, budget_spent, gone, rejected
from .times import last_day, start, stop, updated, written
from .wanted import PARAMETERS as ALL_PARAMETERS
from .wanted import Wanted

PARAMETERS = ALL_PARAMETERS - {"objective", "buying_type"}
_ONLY_MONEY = frozenset({"daily_budget", "lifetime_budget", "spend_cap"})


def changed(world: World, campaign: Campaign, given: Given, wanted: Wanted) -> Mapping[str, object]:
    """The fields of `campaign` that get other values, with these; refused where it cannot take them."""
    names = PARAMETERS.intersection(given.arguments) - {"execution_options"}
    if not names:
        raise rejected("There is nothing to change.")  # inferred
    _check_alive(campaign, names, wanted)
    terms = _terms(world, campaign, wanted)
    _check_budget_level(world, campaign, wanted)
    budgets.check_end(wanted.stop, world.clock())
    if names & {"daily_budget", "lifetime_budget", "start_time", "stop_time"}:
        budgets.check(terms)
    budgets.check_bidding(terms, said="bid_strategy" in wanted.details)
    _check_history(world, campaign, wanted)
    details = {**campaign.details, **wanted.details, "updated_time": written(updated(campaign))}
    if not names <= _ONLY_MONEY:
        del details["updated_time"]  # a change of money does not move it: what is remembered then is the old one
    if terms.has_budget and not (campaign.daily or campaign.lifetime):
        details.setdefault("bid_strategy", BID_STRATEGY)
    values: dict[str, object] = {
        "name": wanted.name,
        "switch": wanted.switch,
        "daily": wanted.daily,
        "lifetime": wanted.lifetime,
        "first_day": wanted.start.date() if wanted.start else None,
        "last_day": last_day(wanted.stop) if wanted.stop else None,
    }
    return {**{name: value for name, value in values.items() if value is not None}, "details": details}


def removed(campaign: Campaign) -> Mapping[str, object]:
    """The same for a campaign that is to be deleted."""
    if campaign.switch == "deleted":
        raise gone("the name")
    details = {name: value for name, value in campaign.details.items() if name != "updated_time"}
    return {"switch": "deleted", "details": details}


def _check_alive(campaign: Campaign, names: frozenset[str], wanted: Wanted) -> None:
    """What is deleted keeps all but its name; what is archived can be deleted besides.

    Marketing API docs, "Manage Your Ad Object's Status", 2025-11.
    """
    if campaign.switch == "deleted" and not names <= {"name"}:
        raise gone("the name")
    if campaign.switch == "archived" and (not names <= {"name", "status"} or wanted.switch not in {None, "deleted"}):
        raise gone("the name, or the status to DELETED,")


def _check_budget_level(world: World, campaign: Campaign, wanted: Wanted) -> None:
    """The kind of a budget stays, and where it sits."""
    daily, lifetime = wanted.daily is not None, wanted.lifetime is not None
    if (daily and campaign.lifetime) or (lifetime and campaign.daily):
        raise rejected("A budget's kind cannot be changed.", "daily_budget" if daily else "lifetime_budget")
    new = (daily or lifetime) and not (campaign.daily or campaign.lifetime)
    if new and any(group.daily or group.lifetime for group in world.ad_groups("meta", campaign)):
        raise budget_below()


def _check_history(world: World, campaign: Campaign, wanted: Wanted) -> None:
    """What is spent is spent, and what has begun has begun."""
    if wanted.start is not None and start(campaign) <= world.clock():
        raise rejected("The start of a campaign that has begun cannot be changed.", "start_time")  # inferred
    if wanted.lifetime is not None:
        today = world.today(campaign.account)
        if wanted.lifetime <= world.total("meta", campaign, campaign.first_day, today).spend:
            raise budget_spent()


def _terms(world: World, campaign: Campaign, wanted: Wanted) -> Terms:
    return Terms(
        campaign.account,
        campaign.daily or None if wanted.daily is None else wanted.daily,
        campaign.lifetime or None if wanted.lifetime is None else wanted.lifetime,
        wanted.start or start(campaign),
        wanted.stop or stop(world, campaign),
    )
