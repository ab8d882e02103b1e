"""What TikTok's campaigns and ad groups commit to, in our words.

Fields and values: TikTok API for Business docs, v1.3, "Get campaigns", "Get ad groups", "Budget".
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime

import msgspec

from ...ads.accounts import Account
from ...ads.campaigns import Campaign
from ...ads.dates import local_day
from ...ads.money import Money
from ...ads.standings import Budget, Look, Standing
from ..paging import Numbered
from ..reading import NOTHING, figure, identifier, reading
from .payloads import DAILY, LIFETIME
from .shapes import PLATFORM, Answer, Page

AD_GROUP_FIELDS = (
    "adgroup_id",
    "campaign_id",
    "operation_status",
    "budget",
    "budget_mode",
    "schedule_type",
    "schedule_start_time",
    "schedule_end_time",
)
_OFF = frozenset({"DISABLE", "DELETE"})
_ENDLESS = "SCHEDULE_FROM_NOW"


class AdGroup(msgspec.Struct, frozen=True):
    """An ad group: its campaign, whether it is configured to run, and its budget."""

    campaign_id: str
    runs: bool
    budget: Budget


class _AdGroup(msgspec.Struct):
    adgroup_id: str | int
    campaign_id: str | int
    operation_status: str | None = None
    budget: msgspec.Raw = NOTHING
    budget_mode: str | None = None
    schedule_type: str | None = None
    schedule_start_time: str | None = None
    schedule_end_time: str | None = None


def ad_groups(content: bytes, account: Account, page: int) -> Numbered[AdGroup]:
    """The ad groups on the asked `page` of /adgroup/get/."""
    with reading(PLATFORM):
        data = msgspec.json.decode(content, type=Answer[Page[_AdGroup]]).data
        if data.page_info.page != page or data.page_info.total_page < 0:
            raise ValueError("another page than the one asked for")
        rows = [_ad_group(row, account) for row in data.rows]
        return Numbered(rows, data.page_info.total_page, data.page_info.total_number)


def look(campaigns: Sequence[Campaign], groups: Iterable[AdGroup], target: str) -> Look:
    """What runs, and the campaign with the id `target`, from all campaigns and ad groups of an account."""
    budgets: dict[str, list[Budget]] = {}
    for group in groups:
        if group.runs:
            budgets.setdefault(group.campaign_id, []).append(group.budget)
    standings = [_standing(campaign, budgets) for campaign in campaigns]
    running = [one for one in standings if one.campaign.status == "active"]
    return Look(running, next((one for one in standings if target and one.campaign.id == target), None))


def _standing(campaign: Campaign, budgets: Mapping[str, Sequence[Budget]]) -> Standing:
    if campaign.daily_budget is None and campaign.lifetime_budget is None:
        return Standing(campaign, budgets.get(campaign.id, ()))
    own = Budget(f"campaign/{campaign.id}", "campaign", campaign.daily_budget, campaign.lifetime_budget)
    return Standing(campaign, (own,))


def _ad_group(row: _AdGroup, account: Account) -> AdGroup:
    amount = figure(row.budget)
    money = Money(amount, account.currency) if amount else None
    budget = Budget(
        id=f"ad_group/{identifier(row.adgroup_id)}",
        seat="ad_group",
        daily=money if row.budget_mode in DAILY else None,
        lifetime=money if row.budget_mode in LIFETIME else None,
        starts=_day(row.schedule_start_time, account),
        ends=None if row.schedule_type == _ENDLESS else _day(row.schedule_end_time, account),
    )
    return AdGroup(
        campaign_id=identifier(row.campaign_id),
        # A switch we do not know counts as on: taken for off, it could hide what spends money.
        runs=(row.operation_status or "") not in _OFF,
        budget=budget,
    )


def _day(moment: str | None, account: Account) -> date | None:
    # Schedules are in UTC (TikTok API for Business docs, v1.3, "Create an ad group").
    if not moment:
        return None
    return local_day(datetime.fromisoformat(moment).replace(tzinfo=UTC), account.time_zone)
