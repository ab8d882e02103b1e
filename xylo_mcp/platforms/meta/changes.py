"""Our changes as Meta's requests.

Fields and values: Meta Marketing API docs, "Campaign" (creating, updating), "Budgets" (2026-09).
"""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

import msgspec

from ...ads.accounts import Account
from ...ads.campaigns import Objective
from ...ads.changes import Change, CreateCampaign, PauseCampaign, UpdateCampaign
from ...ads.errors import Invalid, Unsupported
from ...ads.money import Money
from ...ads.standings import Standing
from ..improper import refuse_improper
from .money import to_subunits
from .payloads import CAMPAIGN_FIELDS

_PLATFORM = "meta"
_DAY = timedelta(days=1)
_LONGEST = 400  # not published; longer names are refused by Ads Manager
OBJECTIVES: Mapping[Objective, str] = {
    "awareness": "OUTCOME_AWARENESS",
    "traffic": "OUTCOME_TRAFFIC",
    "engagement": "OUTCOME_ENGAGEMENT",
    "leads": "OUTCOME_LEADS",
    "app_promotion": "OUTCOME_APP_PROMOTION",
    "sales": "OUTCOME_SALES",
}
"""What new campaigns can be made of; older words are refused since v17."""

_STATUSES = {"active": "ACTIVE", "paused": "PAUSED"}


class Request(NamedTuple):
    """One request that changes something: its path and its form."""

    path: str
    form: Mapping[str, str]


def request(account: Account, change: Change, tag: str, standing: Standing | None) -> Request:
    """The one request that `change` is; its answer shall be the campaign as it is then.

    Raises:
        Unsupported, Invalid: Meta has no such thing, or takes no such value.
    """
    refuse_improper(_PLATFORM, account, change)
    match change:
        case CreateCampaign():
            return Request(f"{account.id}/campaigns", _created(account, change, tag))
        case PauseCampaign():
            _alive(standing)
            return Request(change.campaign_id, {"status": "PAUSED", "fields": CAMPAIGN_FIELDS})
        case UpdateCampaign():
            return Request(change.campaign_id, _updated(account, change, standing))


def validating(form: Mapping[str, str]) -> Mapping[str, str]:
    """`form` as a request that changes nothing."""
    return {**{key: value for key, value in form.items() if key != "fields"}, "execution_options": '["validate_only"]'}


def _created(account: Account, change: CreateCampaign, tag: str) -> Mapping[str, str]:
    objective = OBJECTIVES.get(change.objective)
    if objective is None:
        raise Unsupported(
            f"Meta makes no campaigns of the objective {change.objective}.",
            f"Use one of {', '.join(OBJECTIVES)}; for conversions on a website, that is sales.",
            platform=_PLATFORM,
        )
    if change.lifetime_budget is not None and change.ends is None:
        raise Invalid("ends: a lifetime budget needs a last day.", "Give ends, or a daily_budget.", platform=_PLATFORM)
    return {
        "name": _name(change.name),
        "objective": objective,
        "status": "PAUSED",
        "buying_type": "AUCTION",
        "special_ad_categories": "[]",
        # Said because Meta's default would demand a bid cap of every ad set.
        "bid_strategy": "LOWEST_COST_WITHOUT_CAP",
        "adlabels": msgspec.json.encode([{"name": tag}]).decode(),
        **_budget(change),
        **_days(account, change),
        "fields": CAMPAIGN_FIELDS,
    }


def _updated(account: Account, change: UpdateCampaign, standing: Standing | None) -> Mapping[str, str]:
    _alive(standing)
    for kind in ("daily", "lifetime"):
        if getattr(change, f"{kind}_budget") is not None:
            _has_budget(standing, kind)
    form = {
        **({"name": _name(change.name)} if change.name else {}),
        **_budget(change),
        **_days(account, change),
        **({"status": _STATUSES[change.status]} if change.status is not None else {}),
    }
    return {**form, "fields": CAMPAIGN_FIELDS}


def _budget(change: CreateCampaign | UpdateCampaign) -> Mapping[str, str]:
    given: Mapping[str, Money | None] = {
        "daily_budget": change.daily_budget,
        "lifetime_budget": change.lifetime_budget,
    }
    return {field: str(to_subunits(money)) for field, money in given.items() if money is not None}


def _days(account: Account, change: CreateCampaign | UpdateCampaign) -> Mapping[str, str]:
    """From the first day's beginning to the last one's end, where the account is."""
    if change.starts is not None and change.ends is not None and change.ends < change.starts:
        raise Invalid("ends: it lies before starts.", "Give a later last day.", platform=_PLATFORM)
    days: dict[str, str] = {}
    if change.starts is not None:
        days["start_time"] = _midnight(change.starts, account)
    if change.ends is not None:
        days["stop_time"] = _midnight(change.ends + _DAY, account)
    return days


def _midnight(day: date, account: Account) -> str:
    return datetime.combine(day, time(), ZoneInfo(account.time_zone)).isoformat()


def _name(name: str) -> str:
    if len(name) > _LONGEST:
        raise Invalid(f"name: Meta takes {_LONGEST} characters.", "Shorten it.", platform=_PLATFORM)
    return name


def _alive(standing: Standing | None) -> None:
    if standing is not None and standing.campaign.status == "archived":
        raise Invalid(
            "An archived or deleted campaign of Meta takes no changes.", "Use another campaign.", platform=_PLATFORM
        )


def _has_budget(standing: Standing | None, kind: str) -> None:
    if standing is None or getattr(standing.campaign, f"{kind}_budget") is not None:
        return
    own = any(budget.seat == "campaign" for budget in standing.budgets)
    where = "is of the other kind, which cannot be changed" if own else "sits in its ad sets"
    raise Unsupported(
        f"This campaign has no {kind} budget of its own: its budget {where}.",
        "Change the budget that it has, or set it on the ad sets in Meta Ads Manager.",
        platform=_PLATFORM,
    )
