"""Meta's campaigns in our words.

Fields and values: Meta Marketing API docs, "Campaign" (2026-09).
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from itertools import repeat

import msgspec

from ...ads.accounts import Account
from ...ads.campaigns import Campaign, Delivery, Objective, Status
from ...ads.dates import local_day
from ...ads.money import Money
from ..reading import each, identifiers, reading
from .money import from_subunits
from .shapes import Edge, decoded, next_place
from .times import Moment, first_days, is_over, last_days

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
    start_time: Moment | None = None
    stop_time: Moment | None = None


_DECODER = msgspec.json.Decoder(Edge[CampaignRow])


def campaigns(content: bytes, account: Account, now: datetime) -> tuple[Sequence[Campaign], str | None]:
    """The campaigns on a page of an account's /campaigns as they are `now`, and the place of the next page."""
    with reading(_PLATFORM):
        edge = decoded(content, _DECODER)
        return in_our_words(edge.data, account, now), next_place(edge.paging)


def in_our_words(rows: Sequence[CampaignRow], account: Account, now: datetime) -> Sequence[Campaign]:
    """The campaigns of `rows` as they are `now`, put together from columns: lists of campaigns are long."""
    currency = account.currency
    raw_statuses = [row.status or "" for row in rows]
    raw_deliveries = [row.effective_status or "" for row in rows]
    raw_objectives = [row.objective or "" for row in rows]
    stops = [row.stop_time for row in rows]
    ends = last_days(stops, account)
    return list(
        map(
            Campaign,
            identifiers([row.id for row in rows]),
            repeat(account.id),
            [row.name or "" for row in rows],
            # A status we do not know counts as active: taken for "paused", it could hide what spends money.
            [_STATUSES.get(word, "active") for word in raw_statuses],
            _deliveries(raw_deliveries, stops, (local_day(now, account.time_zone), now), ends),
            [_OBJECTIVES.get(word, "other") for word in raw_objectives],
            raw_statuses,
            raw_deliveries,
            raw_objectives,
            each([row.daily_budget for row in rows], lambda told: budget(told, currency)),
            each([row.lifetime_budget for row in rows], lambda told: budget(told, currency)),
            repeat(False),  # noqa: FBT003 - no budget of Meta's is shared
            first_days([row.start_time for row in rows], account),
            ends,
        )
    )


def _deliveries(
    told: Sequence[str],
    stops: Sequence[datetime | None],
    at: tuple[date, datetime],
    ends: Sequence[date | None],
) -> Sequence[Delivery]:
    """What campaigns are really doing on the day and at the moment `at`; one that has stopped stays ACTIVE at Meta."""
    today, now = at
    found: list[Delivery] = [_DELIVERIES.get(word, "unknown") for word in told]
    # Moments take long to compare, and on all days but the last it need not be done.
    over = [place for place, end in enumerate(ends) if end and end <= today and found[place] == "delivering"]
    for place in over:
        if is_over(stops[place], now):
            found[place] = "ended"
    return found


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
