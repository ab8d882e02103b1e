"""When campaigns begin, end and were changed, and how Meta writes moments: with the account's offset from UTC."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from ..world import AccountPlan, Campaign, World

_PLANNED_AHEAD = timedelta(days=60)
_LAST_SECOND = time(23, 59, 59)


def written(moment: datetime) -> str:
    """`moment` as it goes over the wire."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S%z")


def local(moment: datetime, account: AccountPlan) -> datetime:
    """`moment` where the account is."""
    return moment.astimezone(ZoneInfo(account.time_zone))


def begin_of(day: date, account: AccountPlan) -> datetime:
    """The first moment of an account's day."""
    return datetime.combine(day, time(), ZoneInfo(account.time_zone))


def end_of(day: date, account: AccountPlan) -> datetime:
    """The last second of an account's day."""
    return datetime.combine(day, _LAST_SECOND, ZoneInfo(account.time_zone))


def last_day(stop: datetime) -> date:
    """The last day on which something delivers that ends at `stop`: at midnight, it is the day before."""
    return (stop - timedelta(seconds=1)).date()


def start(campaign: Campaign) -> datetime:
    """When a campaign begins."""
    kept = campaign.details.get("start_time")
    return datetime.fromisoformat(kept) if kept else begin_of(campaign.first_day, campaign.account)


def stop(world: World, campaign: Campaign) -> datetime | None:
    """When a campaign ends; of those with a daily budget that were there before, only once they have."""
    kept = campaign.details.get("stop_time")
    if kept:
        return datetime.fromisoformat(kept)
    if campaign.state != "ended" and not campaign.lifetime:
        return None
    return end_of(campaign.last_day or world.anchor + _PLANNED_AHEAD, campaign.account)


def updated(campaign: Campaign) -> datetime:
    """When a campaign was changed last. New budgets and spend caps do not count ("Ad Campaign Group", 2026-09)."""
    kept = campaign.details.get("updated_time")
    return datetime.fromisoformat(kept) if kept else local(campaign.modified, campaign.account)
