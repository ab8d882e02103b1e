"""Insights fields: metrics as text, actions under several overlapping names (Marketing API docs, 2026-09).

A metric without events has no key. One purchase appears under all the names of its family, a link
click also within two kinds of engagement: adding action types together counts things several times.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal

from ..world import amount
from .errors import invalid
from .figures import Row
from .money import major, plain, ratio
from .wire import Json

WINDOWS = ("default", "7d_click", "1d_view")
_PURCHASES = (
    "purchase",
    "omni_purchase",
    "offsite_conversion.fb_pixel_purchase",
    "onsite_web_purchase",
    "onsite_web_app_purchase",
    "web_in_store_purchase",
)
PEOPLE = frozenset({"reach", "frequency", "cpp"})
"""The fields that count people."""
_Show = Callable[[Row, tuple[str, ...]], Json | None]


def metric(row: Row, name: str, windows: tuple[str, ...]) -> Json | None:
    """What the field `name` of a row says; None where it has no value, and then no key."""
    show = _FIELDS.get(name)
    return show(row, windows) if show else _SAME_FOR_ALL.get(name)


def check(name: str) -> None:
    """Refuse a field that insights do not have."""
    if name not in _FIELDS and name not in _SAME_FOR_ALL:
        raise invalid(f"{name} is not valid for fields param. please check the Ads Insights reference for valid values")


def actions(row: Row) -> Mapping[str, int]:
    """How often each kind of action happened, those that never did included."""
    sums = row.figures
    clicks, views = sums.facts.link_clicks, sums.facts.video_plays
    return {
        "link_click": clicks,
        "landing_page_view": clicks * 4 // 5,
        "video_view": views,
        "post_engagement": clicks + views,
        "page_engagement": clicks + views + clicks // 20,
        **dict.fromkeys(_PURCHASES, sums.purchases),
        "lead": sums.leads,
        "offsite_conversion.fb_pixel_lead": sums.web_leads,
        "onsite_conversion.lead_grouped": sums.leads - sums.web_leads,
        "omni_app_install": sums.installs,
        "mobile_app_install": sums.installs,
    }


def _spend(row: Row) -> Decimal:
    return amount(row.figures.facts.spend, row.account.currency)


def _count(number: int) -> str | None:
    return str(number) if number else None


def _stat(kind: str, number: Decimal | int, windows: tuple[str, ...]) -> dict[str, Json]:
    """One element of a list of actions: about one in six is owed to a view."""
    viewed = Decimal(number) // 6
    by_window = {"7d_click": number - viewed, "1d_view": viewed}
    shown = {window: plain(by_window[window]) for window in windows if by_window.get(window)}
    return {"action_type": kind, "value": plain(number), **shown}


def _actions(row: Row, windows: tuple[str, ...]) -> Json | None:
    return [_stat(kind, number, windows) for kind, number in actions(row).items() if number] or None


def _action_values(row: Row, windows: tuple[str, ...]) -> Json | None:
    value = amount(row.figures.facts.value, row.account.currency)
    return [_stat(kind, value, windows) for kind in _PURCHASES] if value else None


def _cost_per_action(row: Row, windows: tuple[str, ...]) -> Json | None:
    costs = {kind: ratio(_spend(row), number) for kind, number in actions(row).items()}
    return [{"action_type": kind, "value": cost} for kind, cost in costs.items() if cost] or None


def _roas(kind: str) -> _Show:
    def show(row: Row, windows: tuple[str, ...]) -> Json | None:
        found = ratio(amount(row.figures.facts.value, row.account.currency), _spend(row))
        return [{"action_type": kind, "value": found}] if found else None

    return show


def _video_plays(row: Row, windows: tuple[str, ...]) -> Json | None:
    plays = row.figures.facts.video_plays
    return [_stat("video_view", plays, windows)] if plays else None


_FIELDS: dict[str, _Show] = {
    "account_id": lambda row, _: row.account.id,
    "account_name": lambda row, _: row.account.name,
    "account_currency": lambda row, _: row.account.currency,
    "campaign_id": lambda row, _: row.campaign.id if row.campaign else None,
    "campaign_name": lambda row, _: row.campaign.name if row.campaign else None,
    "adset_id": lambda row, _: row.group.id if row.group else None,
    "adset_name": lambda row, _: row.group.name if row.group else None,
    "ad_id": lambda row, _: row.ad.id if row.ad else None,
    "ad_name": lambda row, _: row.ad.name if row.ad else None,
    "date_start": lambda row, _: row.since.isoformat(),
    "date_stop": lambda row, _: row.until.isoformat(),
    "impressions": lambda row, _: str(row.figures.facts.impressions),
    "spend": lambda row, _: major(row.figures.facts.spend, row.account.currency),
    "clicks": lambda row, _: _count(row.figures.facts.clicks),
    "reach": lambda row, _: _count(row.figures.facts.reach),
    "inline_link_clicks": lambda row, _: _count(row.figures.facts.link_clicks),
    "inline_post_engagement": lambda row, _: _count(actions(row)["post_engagement"]),
    "frequency": lambda row, _: ratio(row.figures.facts.impressions, row.figures.facts.reach),
    "ctr": lambda row, _: ratio(row.figures.facts.clicks * 100, row.figures.facts.impressions),
    "cpc": lambda row, _: ratio(_spend(row), row.figures.facts.clicks),
    "cpm": lambda row, _: ratio(_spend(row) * 1000, row.figures.facts.impressions),
    "cpp": lambda row, _: ratio(_spend(row) * 1000, row.figures.facts.reach),
    "inline_link_click_ctr": lambda row, _: ratio(row.figures.facts.link_clicks * 100, row.figures.facts.impressions),
    "cost_per_inline_link_click": lambda row, _: ratio(_spend(row), row.figures.facts.link_clicks),
    "actions": _actions,
    "action_values": _action_values,
    "cost_per_action_type": _cost_per_action,
    "purchase_roas": _roas("omni_purchase"),
    "website_purchase_roas": _roas("offsite_conversion.fb_pixel_purchase"),
    "video_play_actions": _video_plays,
}
_SAME_FOR_ALL: dict[str, Json] = {"buying_type": "AUCTION", "attribution_setting": "7d_click_1d_view"}
