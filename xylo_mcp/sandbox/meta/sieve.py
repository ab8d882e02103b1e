"""Which rows of insights are kept, and their order: the parameters `filtering` and `sort`.

Objects that are archived or deleted count in what is above them, yet have rows of their own only where
the `effective_status` of that very level is asked for (Marketing API docs, "Insights API", 2026-09).
"""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

from ..world import Campaign
from .adsets import AdSet, ad_effective_status
from .adsets import effective_status as ad_set_effective_status
from .campaigns import HIDDEN, effective_status
from .errors import invalid, not_one_of
from .figures import Level, Row
from .filters import Condition, Kind, Test, test
from .metrics import actions, metric
from .parameters import strings

_OF_CAMPAIGN: Mapping[str, tuple[Kind, Callable[[Campaign], str]]] = {
    "campaign.id": ("choice", lambda campaign: campaign.id),
    "campaign.name": ("text", lambda campaign: campaign.name),
    "campaign.effective_status": ("choice", effective_status),
}
_OF_AD_SET: Mapping[str, tuple[Kind, Callable[[Row], str]]] = {
    "adset.id": ("choice", lambda row: row.group.id if row.group else ""),
    "adset.name": ("text", lambda row: row.group.name if row.group else ""),
    "adset.effective_status": ("choice", lambda row: _status(row, ad_set_effective_status)),
}
_OF_AD: Mapping[str, tuple[Kind, Callable[[Row], str]]] = {
    "ad.id": ("choice", lambda row: row.ad.id if row.ad else ""),
    "ad.name": ("text", lambda row: row.ad.name if row.ad else ""),
    "ad.effective_status": ("choice", lambda row: _status(row, ad_effective_status)),
}
_OF_OBJECT: Mapping[Level, Mapping[str, tuple[Kind, Callable[[Row], str]]]] = {
    "account": {},
    "campaign": {},
    "adset": _OF_AD_SET,
    "ad": {**_OF_AD_SET, **_OF_AD},
}
_NUMBERS = ("impressions", "clicks", "spend", "reach", "ctr", "cpc", "cpm", "frequency", "inline_link_clicks")
_SORTED = (*_NUMBERS, "campaign_id", "adset_id", "ad_id", "date_start")


def chosen(
    campaigns: Sequence[Campaign], wanted: Sequence[Condition], *, level: Level, on_account: bool
) -> Sequence[Campaign]:
    """Those of `campaigns` that the conditions on campaigns admit; a condition on nothing known is refused."""
    tests: list[tuple[Callable[[Campaign], str], Test]] = []
    for condition in wanted:
        if found := _OF_CAMPAIGN.get(condition.field):
            kind, value = found
            tests.append((value, test(condition, kind)))
        elif condition.field not in _OF_OBJECT[level] and condition.field not in _NUMBERS:
            raise not_one_of("filtering[field]", (*_OF_CAMPAIGN, *_OF_OBJECT[level], *_NUMBERS))
    hide = on_account and level == "campaign" and not _asks_for("campaign.effective_status", wanted)
    return [
        campaign
        for campaign in campaigns
        if not (hide and effective_status(campaign) in HIDDEN) and all(holds(value(campaign)) for value, holds in tests)
    ]


def admitted(rows: Sequence[Row], wanted: Sequence[Condition], level: Level) -> Sequence[Row]:
    """Those of `rows` that the conditions on ad sets, ads and numbers admit."""
    status = f"{level}.effective_status"
    if status in _OF_OBJECT[level] and not _asks_for(status, wanted):
        _, value = _OF_OBJECT[level][status]
        rows = [row for row in rows if value(row) not in HIDDEN]
    for condition in wanted:
        if condition.field in _NUMBERS:
            holds = test(condition, "number")
            rows = [row for row in rows if holds(_number(row, condition.field))]
        elif found := _OF_OBJECT[level].get(condition.field):
            kind, value = found
            holds = test(condition, kind)
            rows = [row for row in rows if holds(value(row))]
    return rows


def in_order(arguments: Mapping[str, str], rows: Sequence[Row]) -> Sequence[Row]:
    """`rows` in the order that is asked for."""
    name, descending = order(arguments)
    return sorted(rows, key=lambda row: _number(row, name), reverse=descending) if name else rows


def order(arguments: Mapping[str, str]) -> tuple[str, bool]:
    """What rows are sorted by, and whether the largest comes first; an empty name: not sorted."""
    text = arguments.get("sort", "").strip()
    if not text:
        return "", False
    keys = strings(arguments, "sort") if text.startswith("[") else [text]
    name, _, direction = keys[0].rpartition("_") if len(keys) == 1 else ("", "", "")
    if direction not in ("ascending", "descending") or not (name in _SORTED or name.startswith("actions:")):
        raise invalid("Param sort must be one element such as spend_descending or actions:link_click_ascending")
    return name, direction == "descending"


def _asks_for(status: str, wanted: Sequence[Condition]) -> bool:
    return any(condition.field == status for condition in wanted)


def _status(row: Row, of: Callable[[AdSet], str]) -> str:
    return of(AdSet(row.group, row.campaign)) if row.group and row.campaign else ""


def _number(row: Row, name: str) -> Decimal:
    """A metric to compare by; one without a key counts as 0."""
    if name.startswith("actions:"):
        return Decimal(actions(row).get(name.removeprefix("actions:"), 0))
    if name == "date_start":
        return Decimal(row.since.toordinal())
    found = metric(row, name, ())
    return Decimal(found) if isinstance(found, str) else Decimal(0)
