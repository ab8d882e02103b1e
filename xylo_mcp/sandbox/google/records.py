"""Customers, campaigns and budgets of the world, in Google's words.

Google Ads API docs, "campaign", "campaign_budget", "customer" and "customer_client" field pages
(v26, read Nov 2026).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from ..world import AccountPlan, Campaign, Goal, State, World, cents
from .budgets import Purse, purses
from .cast import CAST, MANAGER
from .gaql.fields import FIELDS, Value
from .tracking import tracking

Attributes = Mapping[str, Value]
# A total budget needs an end (Google Ads API docs, "Create campaign budgets"); where the world names none,
# it measures such budgets to so many days after its making.
_TOTAL_BUDGET_LASTS: Final = timedelta(days=60)
STATUS: Final = {"on": "ENABLED", "off": "PAUSED", "archived": "REMOVED", "deleted": "REMOVED"}
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
_WAITING: Final = ("PENDING", ("CAMPAIGN_PENDING",), "PENDING")
_UNTOLD: Final[Attributes] = {
    name: None
    for name in FIELDS
    if name == "campaign.contains_eu_political_advertising" or (name.startswith("campaign.") and name.count(".") == 2)
}
_USUAL: Final = {"contains_eu_political_advertising": "DOES_NOT_CONTAIN_EU_POLITICAL_ADVERTISING"}
# Where a campaign shows unless its settings say otherwise (inferred): partners and other sites are on.
USUAL_NETWORKS: Final[Mapping[str, Mapping[str, str]]] = {
    "SEARCH": {
        "network_settings.target_google_search": "true",
        "network_settings.target_search_network": "true",
        "network_settings.target_content_network": "true",
        "network_settings.target_partner_search_network": "false",
    },
    "SHOPPING": {
        "network_settings.target_google_search": "true",
        "network_settings.target_search_network": "true",
        "network_settings.target_content_network": "false",
        "network_settings.target_partner_search_network": "false",
    },
    "DISPLAY": {
        "network_settings.target_google_search": "false",
        "network_settings.target_search_network": "false",
        "network_settings.target_content_network": "true",
        "network_settings.target_partner_search_network": "false",
    },
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
    own = customer_attributes(customer)
    campaigns = () if customer is MANAGER else world.campaigns(CAST.platform, customer.id)
    match resource:
        case "customer":
            yield Entity(own, campaigns)
        case "customer_client":
            for client in _clients(customer):
                yield Entity({**own, **_client(customer, client)}, ())
        case "campaign":
            budgets = {identity: _budget(customer, purse) for identity, purse in _purses(world, customer).items()}
            for campaign in campaigns:
                yield Entity({**own, **budgets[campaign.budget_id], **attributes_of(world, campaign)}, (campaign,))
        case _:
            for purse in _purses(world, customer).values():
                yield Entity({**own, **_budget(customer, purse)}, purse.members)


def end_of(world: World, campaign: Campaign) -> date | None:
    """The last day of a campaign; None: it goes on."""
    return campaign.last_day or (campaign.lifetime and world.anchor + _TOTAL_BUDGET_LASTS) or None


def counts_people(campaign: Campaign) -> bool:
    """Whether Google tells of a campaign how many people saw it: of display, video, discovery and app campaigns."""
    return channel_of(campaign)[0] in {"DISPLAY", "VIDEO", "DEMAND_GEN", "MULTI_CHANNEL"}


def searches(campaign: Campaign) -> bool:
    """Whether a campaign shows beside search results."""
    return channel_of(campaign)[0] in {"SEARCH", "SHOPPING"}


def _clients(customer: AccountPlan) -> tuple[AccountPlan, ...]:
    return (customer, *(plan for plan in CAST.accounts if plan.manager == customer.id))


def _purses(world: World, customer: AccountPlan) -> Mapping[str, Purse]:
    return {} if customer is MANAGER else purses(world, customer)


def channel_of(campaign: Campaign) -> tuple[str, str | None, str]:
    """Its channel, the channel's sub type, and the type of its bidding strategy."""
    told = campaign.details
    if "advertising_channel_type" in told:
        sub_type = told.get("advertising_channel_sub_type")
        return told["advertising_channel_type"], sub_type, told["bidding_strategy_type"]
    choices = _CHANNELS[campaign.goal]
    return choices[(int(campaign.id) - CAST.first_campaign) % len(choices)]


def customer_attributes(plan: AccountPlan) -> Attributes:
    """A customer as it shows on its own and beside all that it has."""
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
        **tracking(plan),
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


def attributes_of(world: World, campaign: Campaign) -> Attributes:
    """A campaign as it shows on its own and beside what belongs to it."""
    today = world.today(campaign.account)
    waits = campaign.state == "delivering" and campaign.first_day > today
    primary, reasons, serving = _WAITING if waits else _STATES[campaign.state]
    channel, sub_type, bidding = channel_of(campaign)
    kept = {**usual_of(campaign), **campaign.details}
    home, last_day = f"customers/{campaign.account.id}", end_of(world, campaign)
    return {
        **_UNTOLD,
        **{name: _read(name, told) for key, told in kept.items() if (name := f"campaign.{key}") in _UNTOLD},
        "campaign.resource_name": f"{home}/campaigns/{campaign.id}",
        "campaign.id": int(campaign.id),
        "campaign.name": campaign.name,
        "campaign.status": STATUS[campaign.switch],
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


def usual_of(campaign: Campaign) -> Mapping[str, str]:
    """Google's usual values for a campaign that was there before; one that was written to has its own."""
    if "advertising_channel_type" in campaign.details:
        return {}
    return {**_USUAL, **USUAL_NETWORKS.get(channel_of(campaign)[0], {})}


def _read(name: str, told: str) -> Value:
    """What is kept of a campaign as text, as the field `name` has it."""
    match FIELDS[name].kind:
        case "bool":
            return told == "true"
        case "int64":
            return int(told)
        case "double":
            return float(told)
        case _:
            return told


def _budget(customer: AccountPlan, purse: Purse) -> Attributes:
    """A budget as it shows on its own and beside each of its campaigns."""
    budget, micros = purse.budget, 1_000_000 // cents(customer.currency)
    return {
        "campaign_budget.resource_name": f"customers/{customer.id}/campaignBudgets/{budget.id}",
        "campaign_budget.id": int(budget.id),
        "campaign_budget.name": purse.name or None,
        "campaign_budget.amount_micros": budget.daily * micros if budget.daily else None,
        "campaign_budget.total_amount_micros": budget.lifetime * micros if budget.lifetime else None,
        "campaign_budget.period": "CUSTOM_PERIOD" if budget.lifetime else "DAILY",
        "campaign_budget.explicitly_shared": budget.shared,
        "campaign_budget.reference_count": len(purse.standing),
        "campaign_budget.status": "REMOVED" if purse.removed else "ENABLED",
        "campaign_budget.delivery_method": "STANDARD",
        "campaign_budget.has_recommended_budget": False,
        "campaign_budget.type": "STANDARD",
    }
