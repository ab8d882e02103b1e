"""Meta's JSON in our words.

Fields and values: Meta Marketing API docs, "Ad account", "Campaign", "Insights" (2026-09).
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import msgspec

from ...ads.accounts import Account, AccountStatus
from ...ads.campaigns import Campaign, Delivery, Objective, Status
from ...ads.insights import InsightRow, Metrics
from ...ads.money import Money
from ..reading import NOTHING, count, currency, figure, identifier, reading, time_zone
from ..rosters import Entry, entry
from .conversions import counted
from .money import from_subunits
from .shapes import Edge, Paging

_PLATFORM = "meta"
_PREFIX = "act_"

_ACCOUNT_STATUSES: Mapping[int, tuple[str, AccountStatus]] = {
    1: ("ACTIVE", "active"),
    2: ("DISABLED", "disabled"),
    3: ("UNSETTLED", "disabled"),
    7: ("PENDING_RISK_REVIEW", "disabled"),
    8: ("PENDING_SETTLEMENT", "active"),
    9: ("IN_GRACE_PERIOD", "active"),
    100: ("PENDING_CLOSURE", "closed"),
    101: ("CLOSED", "closed"),
    201: ("ANY_ACTIVE", "active"),
    202: ("ANY_CLOSED", "closed"),
}
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
ACCOUNT_FIELDS = "id,name,currency,timezone_name,account_status"
CAMPAIGN_FIELDS = "id,name,objective,status,effective_status,daily_budget,lifetime_budget,start_time,stop_time"
METRICS = "spend,impressions,clicks,actions"
_MOMENT = timedelta(seconds=1)
_NEVER = "1970-01-01"  # how Meta writes an end that was set to 0


class _Named(msgspec.Struct):
    id: str | int


class _AdAccount(msgspec.Struct):
    id: str
    currency: str
    timezone_name: str
    name: str | None = None
    account_status: int | None = None


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


class _Action(msgspec.Struct):
    action_type: str
    value: msgspec.Raw = NOTHING


# A row leaves out a metric without events; only spend and impressions, its defaults, come with every row
# (Marketing API docs, Insights, v26.0).
_NO_EVENTS = msgspec.Raw(b"0")


class _Insight(msgspec.Struct):
    campaign_id: str | int | None = None
    campaign_name: str | None = None
    spend: msgspec.Raw = NOTHING
    impressions: msgspec.Raw = NOTHING
    clicks: msgspec.Raw = _NO_EVENTS
    actions: list[_Action] | None = None
    date_start: str | None = None


def accounts(content: bytes, pattern: str) -> tuple[Sequence[Entry], str | None]:
    """The accounts on a page of /me/adaccounts, and the place of the next page."""
    with reading(_PLATFORM):
        edge = msgspec.json.decode(content, type=Edge[msgspec.Raw])
        named = [(str(msgspec.json.decode(row, type=_Named).id), row) for row in edge.data]
        following = next_place(edge.paging)
    return [entry(_PLATFORM, name, pattern, partial(_account, row)) for name, row in named], following


def campaigns(content: bytes, account: Account, now: datetime) -> tuple[Sequence[Campaign], str | None]:
    """The campaigns on a page of an account's /campaigns as they are `now`, and the place of the next page."""
    with reading(_PLATFORM):
        edge = msgspec.json.decode(content, type=Edge[CampaignRow])
        return [in_our_words(row, account, now) for row in edge.data], next_place(edge.paging)


def insights(content: bytes, *, by_campaign: bool, by_day: bool) -> tuple[Sequence[InsightRow], str | None]:
    """The rows on a page of an account's /insights, and the place of the next page."""
    with reading(_PLATFORM):
        edge = msgspec.json.decode(content, type=Edge[_Insight])
        rows = [_insight(row, by_campaign=by_campaign, by_day=by_day) for row in edge.data]
        return rows, next_place(edge.paging)


def next_place(paging: Paging | None) -> str | None:
    """The place of the page after this one; None: this is the last."""
    # The last page has a cursor, too: only `next` tells whether there is more. It is never followed,
    # since it carries the access token.
    if paging is None or not paging.next:
        return None
    if paging.cursors is None or not paging.cursors.after:
        raise ValueError("a next page without a cursor")
    return paging.cursors.after


def _account(raw: msgspec.Raw) -> Account:
    row = msgspec.json.decode(raw, type=_AdAccount)
    number = row.account_status
    raw_status, status = _ACCOUNT_STATUSES.get(number or 0, ("" if number is None else str(number), "unknown"))
    if not row.id.startswith(_PREFIX):
        raise ValueError("an account without its id")
    return Account(
        id=_PREFIX + identifier(row.id.removeprefix(_PREFIX)),
        platform=_PLATFORM,
        name=row.name or "",
        currency=currency(row.currency),
        time_zone=time_zone(row.timezone_name),
        status=status,
        raw_status=raw_status,
    )


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
        starts=_moment(row.start_time).astimezone(ZoneInfo(account.time_zone)).date() if row.start_time else None,
        ends=last_day(row.stop_time, account),
    )


def _is_over(stop_time: str | None, now: datetime) -> bool:
    """Whether a campaign has stopped; Meta leaves its `effective_status` ACTIVE."""
    return bool(stop_time) and _moment(stop_time or "") <= now


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


def _insight(row: _Insight, *, by_campaign: bool, by_day: bool) -> InsightRow:
    metrics = Metrics(
        spend=figure(row.spend),
        impressions=count(row.impressions),
        clicks=count(row.clicks),
        conversions=counted({action.action_type: figure(action.value) for action in row.actions or ()}),
    )
    return InsightRow(
        metrics=metrics,
        campaign_id=identifier(row.campaign_id or "") if by_campaign else "",
        campaign_name=(row.campaign_name or "") if by_campaign else "",
        day=date.fromisoformat(row.date_start or "") if by_day else None,
    )
