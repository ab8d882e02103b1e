"""Customers, campaigns and budgets of the world, in Google's words.

Google Ads API docs, "campaign", "campaign_budget", "customer" and "customer_client" field pages
(v26, read Nov 2026).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Final

from ..world import AccountPlan, Campaign, Goal, State, World, cents
from .cast import CAST, MANAGER
from .gaql.fields import Value

Attributes = Mapping[str, Value]
# A total budget needs an end (Google Ads API docs, "Create campaign budgets"); where the world names none,
# it measures such budgets to so many days after its making.
_TOTAL_BUDGET_LASTS: Final = timedelta(days=60)
_STATUS: Final = {"on": "ENABLED", "off": "PAUSED", "archived": "REMOVED", "deleted": "REMOVED"}
# What becomes of a campaign: primary status, its reasons, serving status.
_STATES: Final[Mapping[State, tuple[str, tuple[str, ...], str]]] = {
    "delivering": ("ELIGIBLE", (), "SERVING"),
    "off": ("PAUSED", ("CAMPAIGN_PAUSED",), "SERVING"),
    "in_review": ("PENDING", ("MOST_ADS_UNDER_REVIEW",), "PENDING"),
    "rejected": ("NOT_ELIGIBLE", ("HAS_ADS_DISAPPROVED",), "SERVING"),
    "limited": ("LIMITED", ("BUDGET_CONSTRAINED",), "SERVING"),
    "ended": ("ENDED", ("CAMPAIGN_ENDED",), "ENDED"),
    "gone": ("REMOVED", ("CAMPAIGN_REMOVED",), "NONE"),
}
# Channel, its sub type, bidding; where a goal has several, the campaign's number decides.
_CHANNELS: Final[Mapping[Goal, tuple[tuple[str, str | None, str], ...]]] = {
    "awareness": (("DISPLAY", None, "TARGET_CPM"),),
    "traffic": (("SEARCH", None, "TARGET_SPEND"),),
    "engagement": (("DEMAND_GEN", None, "TARGET_CPC"), ("VIDEO", None, "TARGET_CPV")),
    "leads": (("SEARCH", None, "MAXIMIZE_CONVERSIONS"),),
    "app": (("MULTI_CHANNEL", "APP_CAMPAIGN", "TARGET_CPA"),),
    "purchases": (
        ("SEARCH", None, "MAXIMIZE_CONVERSION_VALUE"),
        ("SHOPPING", None, "MAXIMIZE_CONVERSION_VALUE"),
        ("PERFORMANCE_MAX", None, "MAXIMIZE_CONVERSION_VALUE"),
    ),
}


@dataclass(frozen=True, slots=True)
class Entity:
    """One object that a row may be about: its attributes by field name, and the campaigns it sums up."""

    attributes: Attributes
    campaigns: Sequence[Campaign]


def entities(world: World, customer: AccountPlan, resource: str) -> Iterator[Entity]:
    """All objects of `resource` that `customer` has."""
    own = _customer(customer)
    campaigns = () if customer is MANAGER else world.campaigns(CAST.platform, customer.id)
    match resource:
        case "customer":
            yield Entity(own, campaigns)
        case "customer_client":
            for client in _clients(customer):
                yield Entity({**own, **_client(customer, client)}, ())
        case "campaign":
            for members in _by_budget(campaigns):
                budget = _budget(members)
                for campaign in members:
                    end = campaign.last_day or (members[0].lifetime and world.anchor + _TOTAL_BUDGET_LASTS) or None
                    yield Entity({**own, **budget, **_campaign(campaign, end)}, (campaign,))
        case _:
            for members in _by_budget(campaigns):
                yield Entity({**own, **_budget(members)}, members)


def searches(campaign: Campaign) -> bool:
    """Whether a campaign shows beside search results."""
    return _channel(campaign)[0] in {"SEARCH", "SHOPPING"}


def _clients(customer: AccountPlan) -> tuple[AccountPlan, ...]:
    return (customer, *(plan for plan in CAST.accounts if plan.manager == customer.id))


def _by_budget(campaigns: Sequence[Campaign]) -> Iterator[Sequence[Campaign]]:
    """Campaigns that spend from one budget stand together in the world."""
    for _, members in groupby(campaigns, key=lambda campaign: campaign.budget_id):
        yield tuple(members)


def _channel(campaign: Campaign) -> tuple[str, str | None, str]:
    choices = _CHANNELS[campaign.goal]
    return choices[(int(campaign.id) - CAST.first_campaign) % len(choices)]


def _customer(plan: AccountPlan) -> Attributes:
    return {
        "customer.resource_name": f"customers/{plan.id}",
        "customer.id": int(plan.id),
        "customer.descriptive_name": plan.name,
        "customer.currency_code": plan.currency,
        "customer.time_zone": plan.time_zone,
        "customer.manager": plan is MANAGER,
        "customer.test_account": False,
        "customer.auto_tagging_enabled": plan is not MANAGER,
        "customer.status": "ENABLED",
    }


def _client(customer: AccountPlan, client: AccountPlan) -> Attributes:
    return {
        "customer_client.resource_name": f"customers/{customer.id}/customerClients/{client.id}",
        "customer_client.client_customer": f"customers/{client.id}",
        "customer_client.id": int(client.id),
        "customer_client.level": 0 if client is customer else 1,
        "customer_client.descriptive_name": client.name,
        "customer_client.currency_code": client.currency,
        "customer_client.time_zone": client.time_zone,
        "customer_client.manager": client is MANAGER,
        "customer_client.test_account": False,
        "customer_client.hidden": False,
        "customer_client.status": "ENABLED",
    }


def _campaign(campaign: Campaign, last_day: date | None) -> Attributes:
    primary, reasons, serving = _STATES[campaign.state]
    channel, sub_type, bidding = _channel(campaign)
    home = f"customers/{campaign.account.id}"
    return {
        "campaign.resource_name": f"{home}/campaigns/{campaign.id}",
        "campaign.id": int(campaign.id),
        "campaign.name": campaign.name,
        "campaign.status": _STATUS[campaign.switch],
        "campaign.primary_status": primary,
        "campaign.primary_status_reasons": reasons,
        "campaign.serving_status": serving,
        "campaign.advertising_channel_type": channel,
        "campaign.advertising_channel_sub_type": sub_type,
        "campaign.bidding_strategy_type": bidding,
        "campaign.experiment_type": "BASE",
        "campaign.start_date_time": f"{campaign.first_day} 00:00:00",
        "campaign.end_date_time": f"{last_day} 23:59:59" if last_day else None,
        "campaign.campaign_budget": f"{home}/campaignBudgets/{campaign.budget_id}",
    }


def _budget(members: Sequence[Campaign]) -> Attributes:
    """The budget of `members`; the first of them gives its amount, and a shared one outlives them all."""
    first, shared = members[0], len(members) > 1
    micros = 1_000_000 // cents(first.account.currency)
    standing = [campaign for campaign in members if campaign.state != "gone"]
    return {
        "campaign_budget.resource_name": f"customers/{first.account.id}/campaignBudgets/{first.budget_id}",
        "campaign_budget.id": int(first.budget_id),
        "campaign_budget.name": f"Shared budget {first.budget_id}" if shared else first.name,
        "campaign_budget.amount_micros": first.daily * micros if first.daily else None,
        "campaign_budget.total_amount_micros": first.lifetime * micros if first.lifetime else None,
        "campaign_budget.period": "CUSTOM_PERIOD" if first.lifetime else "DAILY",
        "campaign_budget.explicitly_shared": shared,
        "campaign_budget.reference_count": len(standing),
        "campaign_budget.status": "ENABLED" if shared or standing else "REMOVED",
        "campaign_budget.delivery_method": "STANDARD",
        "campaign_budget.has_recommended_budget": False,
        "campaign_budget.type": "STANDARD",
    }
