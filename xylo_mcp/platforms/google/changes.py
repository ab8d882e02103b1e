"""Our changes as the operations that Google carries out in one transaction; what cannot be one is refused here.

Shapes: Google Ads API reference, v26, `GoogleAdsService.Mutate`, `Campaign` and `CampaignBudget` (October 2026).
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TypeAlias, assert_never

from ...ads.accounts import Account
from ...ads.changes import Change, CreateCampaign, PauseCampaign, UpdateCampaign
from ...ads.errors import Invalid, NotFound, Unsupported
from ...ads.standings import Standing
from ..improper import refuse_improper
from . import allowed, words
from .errors import PLATFORM
from .money import in_micros

Json: TypeAlias = Mapping[str, object]

# Placeholders of what the same request creates (Google Ads API docs, "Temporary resource names", 2026).
_NEW_BUDGET, _NEW_CAMPAIGN = "campaignBudgets/-1", "campaigns/-2"


def operations(account: Account, change: Change, tag: str, standing: Standing | None, today: date) -> Sequence[Json]:
    """What is to be done, as a whole or not at all, on the day `today` of the account.

    Raises:
        Unsupported: Google Ads has no such thing.
        Invalid: an amount, name or day is none that it takes.
        NotFound: there is no campaign to change.
    """
    refuse_improper(PLATFORM, account, change)
    match change:
        case CreateCampaign():
            return _creation(account, change, tag, today)
        case UpdateCampaign():
            return _update(account, change, _changeable(standing), today)
        case PauseCampaign():
            if standing is not None:
                _changeable(standing)
            return [_campaign_update(account, change.campaign_id, {"status": "PAUSED"})]
        case _:
            assert_never(change)


def _creation(account: Account, change: CreateCampaign, tag: str, today: date) -> Sequence[Json]:
    recipe = words.RECIPES.get(change.objective)
    if recipe is None:
        raise Unsupported(
            "On Google Ads, campaigns of this objective need more than can be given here.",
            f"Choose one of {', '.join(sorted(words.RECIPES))}, or create the campaign in Google Ads.",
            platform=PLATFORM,
        )
    allowed.name(change.name)
    allowed.days(change.starts, change.ends, today)
    budget: Json = {
        "resourceName": f"{account.id}/{_NEW_BUDGET}",
        "name": tag,
        **_amount(account, change),
        "deliveryMethod": "STANDARD",
        "explicitlyShared": False,  # left out it would be true, and the budget open to other campaigns
    }
    campaign: Json = {
        "resourceName": f"{account.id}/{_NEW_CAMPAIGN}",
        "name": change.name,
        "status": "PAUSED",  # left out it would be enabled, and could spend at once
        "advertisingChannelType": recipe.channel,
        recipe.member: {},
        "campaignBudget": f"{account.id}/{_NEW_BUDGET}",
        "networkSettings": recipe.networks,
        "containsEuPoliticalAdvertising": "DOES_NOT_CONTAIN_EU_POLITICAL_ADVERTISING",
        **_dates(change),
    }
    return [
        {"campaignBudgetOperation": {"create": budget}},
        {"campaignOperation": {"create": campaign}},
    ]


def _amount(account: Account, change: CreateCampaign) -> Json:
    """The one budget that `refuse_improper` has let through."""
    if change.daily_budget is not None:
        return {"amountMicros": in_micros(change.daily_budget, account)}
    assert change.lifetime_budget is not None
    if change.ends is None:
        raise Invalid(
            "On Google Ads, a lifetime budget needs a last day.",
            "Say when the campaign ends, or give it a daily budget.",
            platform=PLATFORM,
        )
    return {"period": "CUSTOM_PERIOD", "totalAmountMicros": in_micros(change.lifetime_budget, account)}


def _update(account: Account, change: UpdateCampaign, standing: Standing, today: date) -> Sequence[Json]:
    budget: dict[str, str] = {}
    if change.daily_budget:
        allowed.amount_of(standing, "daily")
        budget["amountMicros"] = in_micros(change.daily_budget, account)
    if change.lifetime_budget:
        allowed.amount_of(standing, "lifetime")
        budget["totalAmountMicros"] = in_micros(change.lifetime_budget, account)
    if change.name:
        allowed.name(change.name)
    allowed.days(change.starts, change.ends, today, standing.campaign)
    campaign = {
        **({"name": change.name} if change.name else {}),
        **({"status": words.SWITCHES[change.status]} if change.status else {}),
        **_dates(change),
    }
    found: list[Json] = []
    if budget:
        found.append(_budget_update(account, standing, budget))
    if campaign:
        found.append(_campaign_update(account, change.campaign_id, campaign))
    return found


def _changeable(standing: Standing | None) -> Standing:
    if standing is None:
        raise NotFound("There is no such campaign.", "Take the id from list_campaigns.", platform=PLATFORM)
    if standing.campaign.status == "archived":
        raise Invalid(
            "The campaign was removed, and on Google Ads nothing brings it back or changes it.",
            "Create a new campaign instead.",
            platform=PLATFORM,
        )
    return standing


def _dates(change: CreateCampaign | UpdateCampaign) -> Mapping[str, str]:
    """Whole days: other moments are for some kinds of campaigns only."""
    return {
        **({"startDateTime": f"{change.starts} 00:00:00"} if change.starts else {}),
        **({"endDateTime": f"{change.ends} 23:59:59"} if change.ends else {}),
    }


def _campaign_update(account: Account, campaign_id: str, fields: Mapping[str, str]) -> Json:
    name = f"{account.id}/campaigns/{campaign_id}"
    return {"campaignOperation": _with_mask(name, fields)}


def _budget_update(account: Account, standing: Standing, fields: Mapping[str, str]) -> Json:
    name = f"{account.id}/campaignBudgets/{allowed.own_budget(standing)}"
    return {"campaignBudgetOperation": _with_mask(name, fields)}


def _with_mask(name: str, fields: Mapping[str, str]) -> Json:
    """An update of exactly these fields: one that the mask names and the object lacks would be cleared."""
    return {"update": {"resourceName": name, **fields}, "updateMask": ",".join(fields)}
