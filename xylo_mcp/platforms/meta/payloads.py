"""Meta's campaigns in our words.

Fields and values: Meta Marketing API docs, "Campaign" (2026-09).
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec

from ...ads.accounts import Account
from ...ads.campaigns import Campaign, Delivery, Objective, Status
from ...ads.money import Money
from ..reading import NOTHING, count, identifier, reading
from .money import from_subunits
from .shapes import Edge, next_place

_PLATFORM = "meta"

_STATUSES: Mapping[str, Status] = {
    "ACTIVE": "active",
    "PAUSED": "paused",
    "ARCHIVED": "archived",
    "DELETED": "archived",
}
_DELIVERIES: Mapping[str, Delivery] = {
    "ACTIVE": "delivering",
    "PAUSED": "paused",
    "IN_PROCESS": "in_review",
    "WITH_ISSUES": "limited",
    "ARCHIVED": "archived",
    "DELETED": "archived",
}
EVERY_STATUS = tuple(_DELIVERIES)
"""All `effective_status` values that campaigns have."""

ANY_STATUS = (
    *EVERY_STATUS,
    "PENDING_REVIEW",
    "DISAPPROVED",
    "PREAPPROVED",
    "PENDING_BILLING_INFO",
    "CAMPAIGN_PAUSED",
    "ADSET_PAUSED",
)
"""All that the list of campaigns takes: those of ad sets and ads, too, lest Meta give them to campaigns one day."""

_OBJECTIVES: Mapping[str, Objective] = {
    "OUTCOME_AWARENESS": "awareness",
    "OUTCOME_TRAFFIC": "traffic",
    "OUTCOME_ENGAGEMENT": "engagement",
    "OUTCOME_LEADS": "leads",
    "OUTCOME_APP_PROMOTION": "app_promotion",
    "OUTCOME_SALES": "sales",
    "BRAND_AWARENESS": "awareness",
    "REACH": "awareness",
    "LOCAL_AWARENESS": "awareness",
    "STORE_VISITS": "awareness",
    "LINK_CLICKS": "traffic",
    "EVENT_RESPONSES": "engagement",
    "MESSAGES": "engagement",
    "PAGE_LIKES": "engagement",
    "POST_ENGAGEMENT": "engagement",
    "VIDEO_VIEWS": "engagement",
    "LEAD_GENERATION": "leads",
    "APP_INSTALLS": "app_promotion",
    "CONVERSIONS": "conversions",
    "PRODUCT_CATALOG_SALES": "sales",
}
CAMPAIGN_FIELDS = "id,name,objective,status,effective_status,daily_budget,lifetime_budget,start_time,stop_time"
_MOMENT = timedelta(seconds=1)
_NEVER = "1970-01-01"  # how Meta writes an end that was set to 0


class CampaignRow(msgspec.Struct):
    """A campaign as Meta sends it."""

    id: str | int
    name: str | None = None
    objective: str | None = None
    status: str | None = None
    effective_status: str | None = None
    daily_budget: msgspec.Raw = NOTHING
    lifetime_budget: msgspec.Raw = NOTHING
    start_time: str | None = None
    stop_time: str | None = None


def campaigns(content: bytes, account: Account, now: datetime) -> tuple[Sequence[Campaign], str | None]:
    """The campaigns on a page of an account's /campaigns as they are `now`, and the place of the next page."""
    with reading(_PLATFORM):
        edge = msgspec.json.decode(content, type=Edge[CampaignRow])
        return [in_our_words(row, account, now) for row in edge.data], next_place(edge.paging)


def in_our_words(row: CampaignRow, account: Account, now: datetime) -> Campaign:
    """The campaign of `row` as it is `now`."""
    raw_status, raw_delivery, raw_objective = row.status or "", row.effective_status or "", row.objective or ""
    delivery = _DELIVERIES.get(raw_delivery, "unknown")
    return Campaign(
        id=identifier(row.id),
        account=account.id,
        name=row.name or "",
        # A status we do not know counts as active: taken for "paused", it could hide what spends money.
        status=_STATUSES.get(raw_status, "active"),
        delivery="ended" if delivery == "delivering" and _is_over(row.stop_time, now) else delivery,
        objective=_OBJECTIVES.get(raw_objective, "other"),
        raw_status=raw_status,
        raw_delivery=raw_delivery,
        raw_objective=raw_objective,
        daily_budget=budget(row.daily_budget, account.currency),
        lifetime_budget=budget(row.lifetime_budget, account.currency),
        starts=first_day(row.start_time, account),
        ends=last_day(row.stop_time, account),
    )


def _is_over(stop_time: str | None, now: datetime) -> bool:
    """Whether a campaign has stopped; Meta leaves its `effective_status` ACTIVE."""
    return bool(stop_time) and _moment(stop_time or "") <= now


def first_day(start_time: str | None, account: Account) -> date | None:
    """The day on which something that starts then may first deliver."""
    return _moment(start_time).astimezone(ZoneInfo(account.time_zone)).date() if start_time else None


def last_day(stop_time: str | None, account: Account) -> date | None:
    """The last day on which something that stops then may deliver; 0 and nothing: it goes on."""
    if not stop_time or stop_time.startswith(_NEVER):
        return None
    return (_moment(stop_time) - _MOMENT).astimezone(ZoneInfo(account.time_zone)).date()


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("a time without a zone")
    return moment


def budget(raw: msgspec.Raw, currency: str) -> Money | None:
    """A budget in Meta's subunits; unset ones are absent or "0"."""
    subunits = count(raw)
    return from_subunits(subunits, currency) if subunits else None
