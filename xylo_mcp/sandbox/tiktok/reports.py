"""The synchronous report: rows of dimensions and metrics, all of them strings."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from ..world import AccountPlan, Campaign, World
from .cast import PLATFORM
from .envelope import Data, page_of
from .metrics import ACCOUNT_WORDS, CAMPAIGN_WORDS, NO_DATA, NUMBERS, Part, Tally, number, number_text, tally
from .objectives import buying_type
from .parameters import Asked
from .questions import DAY, Question, question
from .statuses import secondary_status


@dataclass(frozen=True, slots=True)
class _Row:
    """What one row sums up; `campaign` is None where the row is its advertiser's, `day` where it is of all days."""

    account: AccountPlan
    campaign: Campaign | None
    day: date | None
    parts: Sequence[Part]

    @property
    def dimensions(self) -> Mapping[str, str]:
        subject = {"campaign_id": self.campaign.id} if self.campaign else {"advertiser_id": self.account.id}
        return {**subject, DAY: f"{self.day} 00:00:00"} if self.day else subject


def report(world: World, asked: Asked) -> Data:
    """A page of a report's rows."""
    this = question(world, asked)
    wanted = this.wanted
    rows = _ordered(list(_rows(world, this)), wanted.order_field, wanted.order_type)
    shown, info = page_of(rows, wanted.page, wanted.page_size)
    data: dict[str, object] = {
        "list": [{"dimensions": row.dimensions, "metrics": _metrics(row, wanted.metrics)} for row in rows[shown]],
        "page_info": info,
    }
    if wanted.enable_total_metrics:
        whole = tally([part for row in rows for part in row.parts], this.accounts[0].currency)
        data["total_metrics"] = {
            metric: number_text(metric, whole) if metric in NUMBERS else NO_DATA for metric in wanted.metrics
        }
    return data


def _rows(world: World, this: Question) -> Iterator[_Row]:
    """With days, only those that brought anything; without, a row of zeros where nothing came."""
    for account in this.accounts:
        campaigns = [one for one in world.campaigns(PLATFORM, account.id) if _admits(this, one)]
        if this.by_campaign:
            for campaign in campaigns:
                yield from _rows_of(account, campaign, _days(world, this, [campaign]), by_day=this.by_day)
        else:
            yield from _rows_of(account, None, _days(world, this, campaigns), by_day=this.by_day)


def _rows_of(
    account: AccountPlan, campaign: Campaign | None, days: Mapping[date, Sequence[Part]], *, by_day: bool
) -> Iterator[_Row]:
    if by_day:
        for day in sorted(days):
            yield _Row(account, campaign, day, days[day])
    else:
        yield _Row(account, campaign, None, [part for parts in days.values() for part in parts])


def _days(world: World, this: Question, campaigns: Sequence[Campaign]) -> Mapping[date, Sequence[Part]]:
    """What `campaigns` delivered, by day."""
    found: dict[date, list[Part]] = {}
    for campaign in campaigns:
        since = this.since or campaign.first_day
        until = this.until or world.today(campaign.account)
        for day, facts in world.days(PLATFORM, campaign, since, until):
            found.setdefault(day, []).append((campaign, facts))
    return found


def _admits(this: Question, campaign: Campaign) -> bool:
    """An advertiser's row holds all its campaigns, the deleted ones too: only campaigns' own rows are filtered.

    The report is one of what was bought by auction, whatever its rows are.
    """
    if buying_type(campaign) != "AUCTION":
        return False
    if not this.by_campaign:
        return True
    return secondary_status(campaign) in this.statuses and (not this.campaign_ids or campaign.id in this.campaign_ids)


def _ordered(rows: list[_Row], metric: str, order: str) -> Sequence[_Row]:
    """By `metric`, where one is given; else in an order that is stable and means nothing."""
    if metric:
        worth = {id(row): number(metric, _tally(row)) for row in rows}
        return sorted(rows, key=lambda row: worth[id(row)], reverse=order == "DESC")
    return sorted(rows, key=lambda row: row.campaign.id[::-1] if row.campaign else "")


def _tally(row: _Row) -> Tally:
    return tally(row.parts, row.account.currency)


def _metrics(row: _Row, names: Sequence[str]) -> Mapping[str, str]:
    sums = _tally(row)
    return {name: _metric(row, sums, name) for name in names}


def _metric(row: _Row, sums: Tally, name: str) -> str:
    if name in NUMBERS:
        return number_text(name, sums)
    if name in ACCOUNT_WORDS:
        return ACCOUNT_WORDS[name](row.account)
    return CAMPAIGN_WORDS[name](row.campaign) if row.campaign else NO_DATA
