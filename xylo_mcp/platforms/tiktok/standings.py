"""What TikTok's campaigns and ad groups commit to, in our words.

Fields and values: TikTok API for Business docs, v1.3, "Get campaigns", "Get ad groups", "Budget".
"""

from collections.abc import Iterable, Sequence
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
from .shapes import PLATFORM, Answer, Page, pages

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
        rows = [_ad_group(row, account) for row in data.rows]
        return Numbered(rows, pages(data.page_info, page), data.page_info.total_number)


def look(campaigns: Sequence[Campaign], groups: Iterable[AdGroup], target: str, today: date) -> Look:
    """What runs, and the campaign with the id `target`, from all campaigns and ad groups of an account."""
    budgets: dict[str, list[Budget]] = {}
    for group in groups:
        if group.runs:
            budgets.setdefault(group.campaign_id, []).append(group.budget)
    standings = [_standing(campaign, budgets.get(campaign.id, ())) for campaign in campaigns]
    running = [
        one
        for one in standings
        if one.campaign.status == "active" and not _is_over(budgets.get(one.campaign.id, ()), today)
    ]
    return Look(running, next((one for one in standings if target and one.campaign.id == target), None))


def _standing(campaign: Campaign, groups: Sequence[Budget]) -> Standing:
    """A campaign itself has no days: what it has left is spent by the time its last ad group ends."""
    if campaign.daily_budget is None and campaign.lifetime_budget is None:
        return Standing(campaign, groups)
    ends = [group.ends for group in groups]
    last = None if not ends or None in ends else max(end for end in ends if end is not None)
    own = Budget(f"campaign/{campaign.id}", "campaign", campaign.daily_budget, campaign.lifetime_budget, ends=last)
    return Standing(campaign, (own,))


def _is_over(groups: Sequence[Budget], today: date) -> bool:
    """Whether a campaign has ad groups, and the time of all of them has passed."""
    return bool(groups) and all(group.ends is not None and group.ends < today for group in groups)


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
