"""Answers of the three vendors, as their documents show them: rows of campaigns and of insights, page by page.

Shapes: Meta Marketing API docs, "Campaign", "Insights" (2026-09); Google Ads API reference, v26, `GoogleAdsRow`
(2026-10); TikTok API for Business docs, v1.3, "Get campaigns", "Run a synchronous report".
"""

from collections.abc import Callable, Mapping, Sequence
from random import Random

import msgspec

Row = Mapping[str, object]

ROWS = 10_000
_chance = Random(20)
_ENGAGED = ("link_click", "landing_page_view", "video_view", "post_engagement", "page_engagement", "post_reaction")
_BOUGHT = (
    "comment",
    "purchase",
    "omni_purchase",
    "offsite_conversion.fb_pixel_purchase",
    "onsite_web_purchase",
    "onsite_web_app_purchase",
    "web_in_store_purchase",
    "offsite_conversion.fb_pixel_add_to_cart",
    "omni_add_to_cart",
    "add_to_cart",
)
_OBJECTIVES = ("OUTCOME_SALES", "OUTCOME_LEADS", "OUTCOME_TRAFFIC", "OUTCOME_AWARENESS")
_BIDDING = ("MAXIMIZE_CONVERSIONS", "TARGET_ROAS", "TARGET_SPEND")


def pages(row: Callable[[int], Row], size: int, page: Callable[[Sequence[Row], int, int], Row]) -> Sequence[bytes]:
    """All rows in pages of this size, each as bytes; `page` makes one of its rows, its number and the last number."""
    last = -(-ROWS // size)
    return [
        msgspec.json.encode(page([row(number) for number in range((one - 1) * size, one * size)], one, last))
        for one in range(1, last + 1)
    ]


def meta_page(rows: Sequence[Row], number: int, last: int) -> Row:
    """A page of an edge; its place is its own number."""
    cursors = {"before": str(number - 1), "after": str(number)}
    following = {"next": "https://graph.facebook.com/never-followed"} if number < last else {}
    return {"data": rows, "paging": {"cursors": cursors, **following}}


def meta_campaign(number: int) -> Row:
    active, budget = _chance.random() < 0.6, str(_chance.randint(1, 60) * 500)
    hour, minute, second = _chance.randint(0, 23), _chance.randint(0, 59), _chance.randint(0, 59)
    start = f"2026-{_chance.randint(5, 8):02}-{_chance.randint(1, 30):02}T{hour:02}:{minute:02}:{second:02}-0700"
    return {
        "id": str(120210000000900001 - number),
        "name": f"DE | Prospecting | Advantage+ | broad 25-54 | {number:05}",
        "objective": _OBJECTIVES[number % len(_OBJECTIVES)],
        "status": "ACTIVE" if active else "PAUSED",
        "effective_status": "ACTIVE" if active else "PAUSED",
        "daily_budget": budget,
        "lifetime_budget": "0",
        "start_time": start,
        **({"stop_time": start.replace("2026", "2027")} if number % 4 == 0 else {}),
    }


def meta_insight(number: int) -> Row:
    """With 16 actions, ten of which have a value: what an account with a pixel, a shop and an app gets."""
    count = _chance.randint
    return {
        "campaign_id": str(120210000000900001 - number),
        "campaign_name": f"DE | Prospecting | Advantage+ | broad 25-54 | {number:05}",
        "spend": f"{count(1, 100000) / 100:.2f}",
        "impressions": str(count(1, 99999)),
        "clicks": str(count(1, 999)),
        "inline_link_clicks": str(count(1, 900)),
        "actions": [{"action_type": one, "value": str(count(1, 900))} for one in (*_ENGAGED, *_BOUGHT)],
        "action_values": [{"action_type": one, "value": f"{count(100, 90000) / 100:.2f}"} for one in _BOUGHT],
        "video_play_actions": [{"action_type": "video_view", "value": str(count(1, 900))}],
        "date_start": "2026-09-01",
        "date_stop": "2026-09-07",
    }


def google_page(rows: Sequence[Row], number: int, last: int) -> Row:
    following = {"nextPageToken": str(number)} if number < last else {}
    return {"results": rows, "fieldMask": "campaign.id", "requestId": "r", **following}


def google_campaign(number: int) -> Row:
    name = f"customers/1234567890/campaigns/{20987900001 - number}"
    budget = str(20987900001 - number)
    return {
        "campaign": {
            "resourceName": name,
            "id": str(20987900001 - number),
            "name": f"DE | Search | Generic | exact | {number:05}",
            "status": "ENABLED" if number % 3 else "PAUSED",
            "primaryStatus": "ELIGIBLE" if number % 3 else "PAUSED",
            "primaryStatusReasons": [] if number % 3 else ["CAMPAIGN_PAUSED"],
            "advertisingChannelType": "SEARCH",
            "biddingStrategyType": _BIDDING[number % len(_BIDDING)],
            "startDateTime": f"2026-0{number % 8 + 1}-01 00:00:00",
        },
        "campaignBudget": {
            "resourceName": f"customers/1234567890/campaignBudgets/{budget}",
            "id": budget,
            "amountMicros": str(_chance.randint(1, 60) * 5_000_000),
            "explicitlyShared": False,
            "referenceCount": "1",
        },
    }


def google_total(number: int) -> Row:
    """A campaign's figures over all days."""
    return {"campaign": _google_named("campaigns", 20987000001 + number), "metrics": _google_figures()}


def google_ad(number: int) -> Row:
    """An ad's figures on one of ten days."""
    campaign, group, ad = 20987000001 + number // 300, 209870000011 + number // 100, 2098700000111 + number // 10
    named = {"resourceName": f"customers/1234567890/ads/{ad}", "id": str(ad), "name": "Ad"}
    return {
        "campaign": _google_named("campaigns", campaign),
        "adGroup": _google_named("adGroups", group),
        "adGroupAd": {"resourceName": f"customers/1234567890/adGroupAds/{group}~{ad}", "ad": named},
        "segments": {"date": f"2026-09-{number % 10 + 1:02}"},
        "metrics": _google_figures(),
    }


def _google_named(kind: str, identity: int) -> Row:
    resource = f"customers/1234567890/{kind}/{identity}"
    return {"resourceName": resource, "id": str(identity), "name": "DE | Search | Generic | exact"}


def _google_figures() -> Row:
    return {
        "clicks": str(_chance.randint(0, 900)),
        "impressions": str(_chance.randint(0, 90000)),
        "costMicros": str(_chance.randint(0, 10**9)),
        "conversions": _chance.choice((0, 3, _chance.random() * 30)),
        "conversionsValue": _chance.choice((0, _chance.random() * 3000)),
        "videoTrueviewViews": "0",
    }


def tiktok_page(rows: Sequence[Row], number: int, last: int) -> Row:
    info = {"page": number, "page_size": len(rows), "total_number": ROWS, "total_page": last}
    return {"code": 0, "message": "OK", "request_id": "2026", "data": {"list": rows, "page_info": info}}


def tiktok_campaign(number: int) -> Row:
    return {
        "campaign_id": str(1_800_000_000_100_000 - number),
        "campaign_name": f"DE | Prospecting | broad | {number:05}",
        "objective_type": ("TRAFFIC", "WEB_CONVERSIONS", "REACH", "LEAD_GENERATION")[number % 4],
        "virtual_objective_type": None,
        "budget": _chance.randint(1, 60) * 5.5,
        "budget_mode": "BUDGET_MODE_DAY",
        "operation_status": "ENABLE" if number % 3 else "DISABLE",
        "secondary_status": "CAMPAIGN_STATUS_ENABLE" if number % 3 else "CAMPAIGN_STATUS_DISABLE",
    }


def tiktok_report(names: Sequence[str]) -> Callable[[int], Row]:
    """Rows of a report by campaign with the metrics of these names."""

    def row(number: int) -> Row:
        told = {name: _tiktok_figure(name, number) for name in names}
        return {"dimensions": {"campaign_id": str(1_800_000_000_100_000 - number)}, "metrics": told}

    return row


def _tiktok_figure(name: str, number: int) -> str:
    if name == "campaign_name":
        return f"DE | Prospecting | broad | {number:05}"
    if name == "campaign_id":
        return str(1_800_000_000_100_000 - number)
    whole = _chance.randint(0, 9000)
    return f"{whole / 100:.2f}" if name.startswith(("spend", "total_")) else str(whole)
