"""Campaigns are changed and removed.

Google Ads API docs, "Update campaigns", "Remove campaigns" and "Field masks" (v26, read Nov 2026). What may be
cleared, and how a change of status to REMOVED is refused, are inferred.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from msgspec.structs import replace

from ...world import Campaign, Switch
from ..budgets import Purse, keep
from ..failures import wrong
from ..gaql.fields import snake
from ..records import channel_of, end_of, usual_of
from . import bidding, dates
from .creation import attached, check_name, check_total, remembered
from .messages import BIDDING
from .operations import Operation
from .work import Work, check_alive, not_cleared

_SWITCHES: Final[Mapping[str, Switch]] = {"ENABLED": "on", "PAUSED": "off"}
_KEPT: Final = ("name", "status", "campaignBudget", dates.START, "containsEuPoliticalAdvertising")


@dataclass(slots=True)
class _Draft:
    """A campaign as it is to become."""

    start: date
    end: date | None
    purse: Purse
    details: dict[str, str]


def update(work: Work, operation: Operation, mask: tuple[str, ...]) -> str:
    """Change a campaign; its id. What is masked and not there is cleared."""
    campaign = work.campaign(work.target(operation), operation.at("resourceName"))
    check_alive(operation, removed=campaign.switch == "deleted")
    for path in _KEPT:
        if path in mask and operation.values.get(path) in {None, "UNSPECIFIED"}:
            raise not_cleared(operation, path)
    if "name" in mask:
        check_name(work, operation, campaign.id)
    draft = _draft(work, operation, campaign, mask)
    values: dict[str, object] = {
        "name": operation.text("name") if "name" in mask else campaign.name,
        "switch": _switch(operation) if "status" in mask else campaign.switch,
        "budget_id": draft.purse.budget.id,
        "daily": draft.purse.budget.daily,
        "lifetime": draft.purse.budget.lifetime,
        "first_day": draft.start,
        "last_day": draft.end,
        "details": draft.details,
    }
    _leave_budget(work, campaign, draft.purse)
    work.editor.update(campaign, **values)
    return campaign.id


def remove(work: Work, operation: Operation) -> str:
    """Remove a campaign for good, and its budget unless that is shared; its id."""
    campaign = work.campaign(work.target(operation), operation.at())
    check_alive(operation, removed=campaign.switch == "deleted")
    work.editor.update(campaign, switch="deleted")
    return campaign.id


def _draft(work: Work, operation: Operation, campaign: Campaign, mask: tuple[str, ...]) -> _Draft:
    today, end = work.world.today(work.customer), end_of(work.world, campaign)
    purse = work.purse(campaign.budget_id, operation.at())
    draft = _Draft(campaign.first_day, end, purse, dict(campaign.details))
    if dates.START in mask:
        draft.start = dates.new_start(operation, campaign.first_day, today)
    if dates.END in mask:
        draft.end = dates.end_in(operation, today) if dates.END in operation.values else None
    if "campaignBudget" in mask:
        draft.purse = _other_budget(work, operation, campaign)
    if {dates.START, dates.END, "campaignBudget"} & set(mask):
        dates.check_order(operation, draft.start, draft.end)
        check_total(work, operation, draft.purse, draft.start, draft.end)
    else:
        draft.end = campaign.last_day  # what the campaign only seems to have is not written to it
    _set_details(work, operation, campaign, mask, draft)
    return draft


def _set_details(work: Work, operation: Operation, campaign: Campaign, mask: tuple[str, ...], draft: _Draft) -> None:
    channel, sub_type, strategy = channel_of(campaign)
    beside = [path for path in mask if path.partition(".")[0] in {*BIDDING, "networkSettings"}]
    beside += [path for path in mask if path == "containsEuPoliticalAdvertising"]
    if not beside:
        return
    draft.details = {**usual_of(campaign), **draft.details, "advertising_channel_type": channel}
    draft.details["bidding_strategy_type"] = strategy
    if sub_type:
        draft.details["advertising_channel_sub_type"] = sub_type
    bids = [path for path in beside if path.partition(".")[0] in BIDDING]
    if bids:
        _change_strategy(work, operation, bids, channel, draft)
    for path in beside:
        if path in operation.values and path not in BIDDING:
            draft.details[snake(path)] = remembered(operation, path)
        else:
            draft.details.pop(snake(path), None)
    if bids:
        bidding.check_needed(operation, draft.details["bidding_strategy_type"], draft.details)
    if any(path.startswith("networkSettings.") for path in beside):
        bidding.check_networks(operation, channel, draft.details)


def _change_strategy(work: Work, operation: Operation, paths: list[str], channel: str, draft: _Draft) -> None:
    member, current = bidding.member_in(operation), draft.details["bidding_strategy_type"]
    if not member:
        if any(path in BIDDING for path in paths):
            raise not_cleared(operation, paths[0])
        return
    bidding.check_bids(operation, work.customer)
    if BIDDING[member] != current or not BIDDING[member]:
        bidding.check_strategy(operation, member, channel, shared=draft.purse.budget.shared)
        for name in BIDDING:
            draft.details = {key: text for key, text in draft.details.items() if not key.startswith(f"{snake(name)}.")}
        draft.details["bidding_strategy_type"] = BIDDING[member]


def _switch(operation: Operation) -> Switch:
    status = operation.text("status")
    if status not in _SWITCHES:
        code, message = "ENUM_VALUE_NOT_PERMITTED", "A campaign is removed by a remove operation."
        raise wrong(operation.at("status"), "enumError", code, message, trigger=status)
    return _SWITCHES[status]


def _other_budget(work: Work, operation: Operation, campaign: Campaign) -> Purse:
    purse = attached(work, operation, campaign.id)
    if bool(purse.budget.lifetime) != bool(campaign.lifetime):
        message = "The period of a campaign's budget cannot be changed."
        raise wrong(operation.at("campaignBudget"), "campaignError", "CANNOT_CHANGE_BUDGET_PERIOD", message)
    moved = purse.budget.id != campaign.budget_id
    if moved and purse.budget.shared and channel_of(campaign)[2] in bidding.NOT_SHARED:
        code = "BIDDING_STRATEGY_TYPE_INCOMPATIBLE_WITH_SHARED_BUDGET"
        raise wrong(operation.at("campaignBudget"), "biddingError", code, "The strategy needs a budget of its own.")
    return purse


def _leave_budget(work: Work, campaign: Campaign, purse: Purse) -> None:
    """A budget that was a campaign's own goes when the campaign leaves it; a shared one stays (inferred)."""
    left = work.purse(campaign.budget_id, ())
    if left.budget.id != purse.budget.id:
        keep(work.editor, work.customer, replace(left.budget, removed=not left.budget.shared))
