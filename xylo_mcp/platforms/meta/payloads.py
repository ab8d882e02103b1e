"""Meta's campaigns in our words.

Fields and values: Meta Marketing API docs, "Campaign" (2026-09).
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache

import msgspec

from ...ads.accounts import Account
from ...ads.campaigns import Campaign, Delivery, Objective, Status
from ...ads.money import Money
from ..reading import reading
from .figures import identity
from .money import from_subunits
from .shapes import Edge, next_place
from .times import first_day, is_over, last_day

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


_UNSET = frozenset({None, "", "0", 0})
_LONGEST_BUDGET = 15


class CampaignRow(msgspec.Struct, gc=False):
    """A campaign as Meta sends it."""

    id: str | int
    name: str | None = None
    objective: str | None = None
    status: str | None = None
    effective_status: str | None = None
    daily_budget: str | int | None = None
    lifetime_budget: str | int | None = None
    start_time: str | None = None
    stop_time: str | None = None


_DECODER = msgspec.json.Decoder(Edge[CampaignRow])


def campaigns(content: bytes, account: Account, now: datetime) -> tuple[Sequence[Campaign], str | None]:
    """The campaigns on a page of an account's /campaigns as they are `now`, and the place of the next page."""
    with reading(_PLATFORM):
        edge = _DECODER.decode(content)
        return [in_our_words(row, account, now) for row in edge.data], next_place(edge.paging)


def in_our_words(row: CampaignRow, account: Account, now: datetime) -> Campaign:
    """The campaign of `row` as it is `now`."""
    raw_status, raw_delivery, raw_objective = row.status or "", row.effective_status or "", row.objective or ""
    delivery = _DELIVERIES.get(raw_delivery, "unknown")
    # Mostly in the order of the fields: naming them takes a third longer, and lists of campaigns are long.
    return Campaign(
        identity(row.id),
        account.id,
        row.name or "",
        # A status we do not know counts as active: taken for "paused", it could hide what spends money.
        _STATUSES.get(raw_status, "active"),
        # One that has stopped stays ACTIVE at Meta.
        "ended" if delivery == "delivering" and is_over(row.stop_time, now) else delivery,
        _OBJECTIVES.get(raw_objective, "other"),
        raw_status,
        raw_delivery,
        raw_objective,
        budget(row.daily_budget, account.currency),
        budget(row.lifetime_budget, account.currency),
        starts=first_day(row.start_time, account),
        ends=last_day(row.stop_time, account),
    )


@lru_cache(4096)  # budgets are round, so that few of them are new
def budget(told: str | int | None, currency: str) -> Money | None:
    """A budget in Meta's subunits; unset ones are absent or "0".

    Raises:
        ValueError: it is no whole number of them.
    """
    if told in _UNSET:
        return None
    text = str(told)
    if not (text.isascii() and text.isdigit() and len(text) <= _LONGEST_BUDGET):
        raise ValueError("not a budget")
    subunits = int(text)
    return from_subunits(subunits, currency) if subunits else None
