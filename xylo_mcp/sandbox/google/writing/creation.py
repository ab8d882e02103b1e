"""Campaigns are made.

Google Ads API docs, "Create campaigns" and "CampaignError" (v26, read Nov 2026). The longest name, and how the
channels that cannot be made here are refused, are inferred.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Final

from ..budgets import Purse
from ..failures import Refusal, Refusals, wrong
from ..gaql.fields import snake
from ..records import USUAL_NETWORKS
from . import bidding, dates
from .amounts import check_minimum
from .messages import BIDDING, SLOTS
from .operations import Operation
from .work import Work, check_text, required

LONGEST_NAME: Final = 256
_REQUIRED: Final = ("name", "advertisingChannelType", "campaignBudget", "containsEuPoliticalAdvertising")
_CHANNELS: Final = frozenset({"SEARCH", "DISPLAY", "PERFORMANCE_MAX", "DEMAND_GEN"})


def create(work: Work, operation: Operation) -> str:
    """Make a campaign, enabled unless it says otherwise; its id."""
    missing = list(_missing(operation))
    if missing:
        raise Refusals(missing)
    check_name(work, operation)
    status = operation.text("status")
    if status == "REMOVED":
        code, message = "CREATE_AS_REMOVED_NOT_PERMITTED", "A campaign cannot be made as removed."
        raise wrong(operation.at("status"), "operationAccessDeniedError", code, message)
    channel, member = operation.text("advertisingChannelType"), bidding.member_in(operation)
    _check_channel(operation, channel)
    purse = attached(work, operation)
    bidding.check_strategy(operation, member, channel, shared=purse.budget.shared)
    bidding.check_bids(operation, work.customer)
    details = _details(operation, channel, member)
    bidding.check_needed(operation, BIDDING[member], details)
    bidding.check_networks(operation, channel, details)
    today = work.world.today(work.customer)
    start = dates.start_in(operation, today) if dates.START in operation.values else today
    end = dates.end_in(operation, today) if dates.END in operation.values else None
    dates.check_order(operation, start, end)
    check_total(work, operation, purse, start, end)
    made = work.editor.create(
        work.customer,
        name=operation.text("name"),
        goal=bidding.goal_of(channel, BIDDING[member]),
        switch="off" if status == "PAUSED" else "on",
        daily=purse.budget.daily,
        lifetime=purse.budget.lifetime,
        first_day=start,
        last_day=end,
        details=details,
    )
    work.editor.update(made, budget_id=purse.budget.id)
    return made.id


def check_name(work: Work, operation: Operation, besides: str = "") -> None:
    """Refuse a name that is none, or that another campaign has which is not removed."""
    name, place = operation.text("name"), operation.at("name")
    check_text(operation, "name", LONGEST_NAME, len(name))
    if set(name) & {"\0", "\n", "\r"}:
        message = "The name has characters that are not allowed."
        raise wrong(place, "campaignError", "INVALID_CAMPAIGN_NAME", message, trigger=name)
    for other in work.editor.campaigns(work.customer):
        if other.name == name and other.switch != "deleted" and other.id != besides:
            message = "The campaign name is already in use by another campaign that is enabled or paused."
            raise wrong(place, "campaignError", "DUPLICATE_CAMPAIGN_NAME", message, trigger=name)


def attached(work: Work, operation: Operation, besides: str = "") -> Purse:
    """The budget that a campaign is to spend from."""
    place, name = operation.at("campaignBudget"), operation.text("campaignBudget")
    purse = work.purse(work.referred(name, "campaign_budget", place), place)
    if purse.removed:
        message = "The budget is removed."
        raise wrong(place, "campaignBudgetError", "CAMPAIGN_BUDGET_REMOVED", message, trigger=name)
    if not purse.budget.shared and any(campaign.id != besides for campaign in purse.standing):
        code = "CANNOT_USE_IMPLICITLY_SHARED_CAMPAIGN_BUDGET_WITH_MULTIPLE_CAMPAIGNS"
        raise wrong(place, "campaignBudgetError", code, "The budget is another campaign's own.", trigger=name)
    return purse


def check_total(work: Work, operation: Operation, purse: Purse, start: date, end: date | None) -> None:
    """A total budget needs an end, and enough for each day until then."""
    if not purse.budget.lifetime:
        return
    if end is None:
        code, message = "END_DATE_TIME_REQUIRED_FOR_TOTAL_BUDGET", "A campaign with a total budget needs an end."
        raise wrong(operation.at(dates.END), "campaignError", code, message)
    check_minimum(work.customer, operation.at("campaignBudget"), purse.budget.lifetime, (end - start).days + 1)


def remembered(operation: Operation, path: str) -> str:
    """The value at `path` as a campaign's details keep it."""
    value = operation.values[path]
    return str(value).lower() if SLOTS[operation.resource][path].kind == "bool" else str(value)


def _missing(operation: Operation) -> Iterator[Refusal]:
    for path in _REQUIRED:
        if operation.text(path) in {"", "UNSPECIFIED"} and not (path == "name" and path in operation.values):
            yield required(operation, path)
    if not bidding.member_in(operation):
        yield required(operation, "campaignBiddingStrategy")


def _check_channel(operation: Operation, channel: str) -> None:
    sub_type = operation.text("advertisingChannelSubType")
    if channel == "SHOPPING":
        code, message = "MISSING_SHOPPING_SETTING", "A shopping campaign needs its setting."
        raise wrong(operation.at("shoppingSetting"), "campaignError", code, message)
    if channel not in _CHANNELS:
        code, message = "OPERATION_NOT_PERMITTED_FOR_CAMPAIGN_TYPE", "Campaigns of this type are not made here."
        raise wrong(operation.at("advertisingChannelType"), "operationAccessDeniedError", code, message)
    if sub_type not in {"", "UNSPECIFIED"}:
        code, message = "INVALID_ADVERTISING_CHANNEL_SUB_TYPE", "The sub type does not go with the channel."
        raise wrong(operation.at("advertisingChannelSubType"), "campaignError", code, message, trigger=sub_type)


def _details(operation: Operation, channel: str, member: str) -> Mapping[str, str]:
    """What the world has no word for."""
    kept = {
        snake(path): remembered(operation, path)
        for path in operation.values
        if path.startswith((f"{member}.", "networkSettings.")) or path == "containsEuPoliticalAdvertising"
    }
    return {
        **USUAL_NETWORKS.get(channel, {}),
        **kept,
        "advertising_channel_type": channel,
        "bidding_strategy_type": BIDDING[member],
    }
