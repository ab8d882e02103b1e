"""TikTok's campaigns in our words.

Fields and values: TikTok API for Business docs, v1.3, "Get campaigns".
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from itertools import repeat

import msgspec

from ...ads.accounts import Account
from ...ads.campaigns import Campaign, Delivery, Objective, Status
from ...ads.money import Money
from ..paging import Numbered, complete
from ..reading import NOTHING, each, figure, identifier, identifiers, reading
from .shapes import PLATFORM, Answer, Page, pages

_STATUSES: Mapping[str, Status] = {"ENABLE": "active", "DISABLE": "paused", "DELETE": "archived"}
_DELETED = "CAMPAIGN_STATUS_DELETE"
_DELIVERIES: Mapping[str, Delivery] = {
    "CAMPAIGN_STATUS_ENABLE": "delivering",
    "CAMPAIGN_STATUS_DISABLE": "paused",
    "CAMPAIGN_STATUS_AWAITING_RELEASE": "paused",
    "CAMPAIGN_STATUS_ADVERTISER_AUDIT": "in_review",
    "CAMPAIGN_STATUS_ADVERTISER_AUDIT_DENY": "rejected",
    "CAMPAIGN_STATUS_BUDGET_EXCEED": "limited",
    "ADVERTISER_CONTRACT_PENDING": "limited",
    "ADVERTISER_ACCOUNT_PUNISH": "limited",
    _DELETED: "archived",
}
_OBJECTIVES: Mapping[str, Objective] = {
    "REACH": "awareness",
    "RF_REACH": "awareness",
    "TOPVIEW_REACH": "awareness",
    "BRAND_CONSIDERATION": "awareness",
    "TRAFFIC": "traffic",
    "RF_TRAFFIC": "traffic",
    "VIDEO_VIEWS": "engagement",
    "RF_VIDEO_VIEW": "engagement",
    "ENGAGEMENT": "engagement",
    "RF_ENGAGEMENT": "engagement",
    "LEAD_GENERATION": "leads",
    "APP_PROMOTION": "app_promotion",
    "APP_INSTALL": "app_promotion",
    "RF_APP_INSTALL": "app_promotion",
    "WEB_CONVERSIONS": "conversions",
    "CONVERSIONS": "conversions",
    "PRODUCT_SALES": "sales",
    "CATALOG_SALES": "sales",
    "SHOP_PURCHASES": "sales",
    "SALES": "sales",
}
DAILY = frozenset({"BUDGET_MODE_DAY", "BUDGET_MODE_DYNAMIC_DAILY_BUDGET"})
LIFETIME = frozenset({"BUDGET_MODE_TOTAL"})
"""Which kind of budget a mode means; the modes are those of campaigns and ad groups alike."""

CAMPAIGN_FIELDS = (
    "campaign_id",
    "campaign_name",
    "objective_type",
    "virtual_objective_type",
    "budget",
    "budget_mode",
    "operation_status",
    "secondary_status",
)


class _Campaign(msgspec.Struct, gc=False):
    campaign_id: str | int
    campaign_name: str | None = None
    objective_type: str | None = None
    virtual_objective_type: str | None = None
    budget: msgspec.Raw = NOTHING
    budget_mode: str | None = None
    operation_status: str | None = None
    secondary_status: str | None = None


class _Made(msgspec.Struct):
    campaign_id: str | int
    create_time: str


_DECODER = msgspec.json.Decoder(Answer[Page[_Campaign]])


def campaigns(content: bytes, account: Account, page: int, size: int) -> tuple[Sequence[Campaign], int]:
    """The campaigns on the asked `page` of /campaign/get/, and how many pages of this `size` there are."""
    with reading(PLATFORM):
        data = _DECODER.decode(content).data
        last = pages(data.page_info, page)
        if page <= last:
            # Pages are counted in this size: one before the last is full, and the last has the rest.
            rest = data.page_info.total_number - (page - 1) * size
            complete(PLATFORM, len(data.rows), size if page < last else rest)
        return _campaigns(data.rows, account), last


def every_campaign(content: bytes, account: Account, page: int) -> Numbered[Campaign]:
    """The campaigns on the asked `page` of /campaign/get/, as a part of the whole list."""
    with reading(PLATFORM):
        data = _DECODER.decode(content).data
        rows = _campaigns(data.rows, account)
        return Numbered(rows, pages(data.page_info, page), data.page_info.total_number)


def written(content: bytes, account: Account) -> tuple[str, Campaign | None]:
    """The id of the campaign that an answer of /campaign/create/ or /campaign/update/ is about.

    And the campaign itself, None where the answer lacks a part of it.
    """
    with reading(PLATFORM):
        row = msgspec.json.decode(content, type=Answer[_Campaign]).data
        whole = row.campaign_name and row.objective_type and row.budget_mode and row.operation_status
        return identifier(row.campaign_id), _campaign(row, account) if whole else None


def created_at(content: bytes) -> Mapping[str, datetime]:
    """When each campaign on a page of /campaign/get/ was made, by its id; TikTok tells it in UTC."""
    with reading(PLATFORM):
        rows = msgspec.json.decode(content, type=Answer[Page[_Made]]).data.rows
        return {
            identifier(row.campaign_id): datetime.fromisoformat(row.create_time).replace(tzinfo=UTC) for row in rows
        }


def _campaigns(rows: Sequence[_Campaign], account: Account) -> Sequence[Campaign]:
    """The campaigns of `rows`, put together from columns: lists of campaigns are long."""
    raw_statuses = [row.operation_status or "" for row in rows]
    raw_deliveries = [row.secondary_status or "" for row in rows]
    raw_objectives = [row.virtual_objective_type or row.objective_type or "" for row in rows]
    budgets = each([bytes(row.budget) for row in rows], lambda told: _budget(msgspec.Raw(told), account.currency))
    modes = [row.budget_mode for row in rows]
    return list(
        map(
            Campaign,
            identifiers([row.campaign_id for row in rows]),
            repeat(account.id),
            [row.campaign_name or "" for row in rows],
            map(_status, raw_statuses, raw_deliveries),
            [_DELIVERIES.get(word, "unknown") for word in raw_deliveries],
            [_OBJECTIVES.get(word, "other") for word in raw_objectives],
            raw_statuses,
            raw_deliveries,
            raw_objectives,
            [budget if mode in DAILY else None for budget, mode in zip(budgets, modes, strict=True)],
            [budget if mode in LIFETIME else None for budget, mode in zip(budgets, modes, strict=True)],
        )
    )


def _campaign(row: _Campaign, account: Account) -> Campaign:
    (read,) = _campaigns([row], account)
    return read


def _status(raw_status: str, raw_delivery: str) -> Status:
    # A switch we do not know counts as on: taken for "paused", it could hide what spends money.
    return "archived" if raw_delivery == _DELETED else _STATUSES.get(raw_status, "active")


def _budget(told: msgspec.Raw, currency: str) -> Money | None:
    amount = figure(told)
    return Money(amount, currency) if amount else None
