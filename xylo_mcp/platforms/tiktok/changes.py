"""Our changes as TikTok's requests.

Fields and values: TikTok API for Business docs, v1.3, "Create a campaign", "Update a campaign",
"Update the statuses of campaigns".
"""

import hashlib
import re
import unicodedata
from collections.abc import Mapping
from decimal import Decimal
from typing import NamedTuple

import msgspec

from ...ads.accounts import Account
from ...ads.campaigns import Objective
from ...ads.changes import Change, CreateCampaign, PauseCampaign, UpdateCampaign
from ...ads.errors import Invalid, Unsupported
from ...ads.money import Money, decimals
from ...ads.standings import Standing
from ..improper import refuse_improper
from .advertisers import advertiser_id
from .shapes import PLATFORM

OBJECTIVES: Mapping[Objective, str] = {
    "awareness": "REACH",
    "traffic": "TRAFFIC",
    "leads": "LEAD_GENERATION",
    "conversions": "WEB_CONVERSIONS",
}
"""What campaigns can be made of with a name and a budget alone; CONVERSIONS itself is retired for new ones."""

_CREATE, _UPDATE, SWITCH = "campaign/create/", "campaign/update/", "campaign/status/update/"
_LONGEST = 512
_LARGEST_ID = 2**63 - 1
# Which characters count as emoji is not documented: symbols that are drawn in colour, and what makes them so.
_PICTURE = re.compile("[\u2300-\u23ff\u2600-\u27bf\u2b00-\u2bff\ufe0f\u20e3\ud800-\udfff\U0001f000-\U0001faff]")
_encoder = msgspec.json.Encoder(decimal_format="number")


class Request(NamedTuple):
    """One request that changes something: its path and its JSON body."""

    path: str
    body: bytes


def request(account: Account, change: Change, tag: str, standing: Standing | None) -> Request:
    """The one request that `change` is.

    Raises:
        Unsupported, Invalid: TikTok has no such thing, or takes no such value.
    """
    refuse_improper(PLATFORM, account, change)
    match change:
        case CreateCampaign():
            return _request(_CREATE, account, _created(change, tag))
        case PauseCampaign():
            return _switched(account, change.campaign_id, "DISABLE", standing)
        case UpdateCampaign(status=None):
            return _request(_UPDATE, account, _updated(change, standing))
        case UpdateCampaign():
            return _switched(
                account, change.campaign_id, "ENABLE" if change.status == "active" else "DISABLE", standing
            )


def request_id(tag: str) -> str:
    """The number that TikTok knows a create by again: derived from its tag, positive, of 64 bits."""
    return str(int.from_bytes(hashlib.sha256(tag.encode()).digest()[:8]) % _LARGEST_ID + 1)


def _created(change: CreateCampaign, tag: str) -> Mapping[str, object]:
    _no_days(change)
    budget = change.daily_budget or change.lifetime_budget
    assert budget is not None
    objective = OBJECTIVES.get(change.objective)
    if objective is None:
        raise Unsupported(
            f"TikTok makes no campaign of the objective {change.objective} without an app, a shop or a catalogue.",
            f"Use one of {', '.join(OBJECTIVES)}, or make this one in TikTok Ads Manager.",
            platform=PLATFORM,
        )
    return {
        "campaign_name": _name(change.name),
        "objective_type": objective,
        "budget_mode": "BUDGET_MODE_DAY" if change.daily_budget is not None else "BUDGET_MODE_TOTAL",
        "budget": _amount(budget),
        # The budget is the campaign's, so that one amount bounds it whatever its ad groups have.
        "budget_optimize_on": True,
        "operation_status": "DISABLE",
        "request_id": request_id(tag),
    }


def _updated(change: UpdateCampaign, standing: Standing | None) -> Mapping[str, object]:
    _no_days(change)
    _alive(standing)
    values: dict[str, object] = {"campaign_id": change.campaign_id}
    if change.name:
        values["campaign_name"] = _name(change.name)
    for wanted, kind in ((change.daily_budget, "daily"), (change.lifetime_budget, "lifetime")):
        if wanted is not None:
            _has_budget(standing, kind)
            values["budget"] = _amount(wanted)
    return values


def _switched(account: Account, campaign_id: str, status: str, standing: Standing | None) -> Request:
    _alive(standing)
    return _request(SWITCH, account, {"campaign_ids": [campaign_id], "operation_status": status})


def _request(path: str, account: Account, values: Mapping[str, object]) -> Request:
    return Request(path, _encoder.encode({"advertiser_id": advertiser_id(account), **values}))


def _no_days(change: CreateCampaign | UpdateCampaign) -> None:
    if change.starts is not None or change.ends is not None:
        raise Unsupported(
            "TikTok's campaigns have no first or last day; their ad groups have.",
            "Leave starts and ends out, and set the days on the ad groups in TikTok Ads Manager.",
            platform=PLATFORM,
        )


def _alive(standing: Standing | None) -> None:
    if standing is not None and standing.campaign.status == "archived":
        raise Invalid("A deleted campaign of TikTok never changes again.", "Use another campaign.", platform=PLATFORM)


def _has_budget(standing: Standing | None, kind: str) -> None:
    campaign = standing.campaign if standing else None
    if campaign is not None and getattr(campaign, f"{kind}_budget") is None:
        where = "is lifetime or daily, and that cannot be changed" if _own(standing) else "sits in its ad groups"
        raise Unsupported(
            f"This campaign has no {kind} budget of its own: its budget {where}.",
            "Change the budget that it has, or set it on the ad groups in TikTok Ads Manager.",
            platform=PLATFORM,
        )


def _own(standing: Standing | None) -> bool:
    return standing is not None and any(budget.seat == "campaign" for budget in standing.budgets)


def _name(name: str) -> str:
    if _PICTURE.search(name):
        raise Invalid("name: TikTok takes no emoji in names.", "Leave the emoji out.", platform=PLATFORM)
    width = sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in name)
    if width > _LONGEST:
        raise Invalid(
            f"name: TikTok takes {_LONGEST} characters, wide ones counting two.", "Shorten it.", platform=PLATFORM
        )
    return name


def _amount(money: Money) -> Decimal:
    places = decimals(money.currency)
    if money.amount != round(money.amount, places):
        raise Invalid(
            f"TikTok takes amounts of {money.currency} with {places} decimals.",
            "Give a rounder amount.",
            platform=PLATFORM,
        )
    return money.amount
