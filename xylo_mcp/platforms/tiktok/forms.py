"""The parts of TikTok's questions that are JSON text."""

from collections.abc import Mapping, Sequence

import msgspec

from ...ads.campaigns import CampaignFilter
from ..paging import MOST_IDS
from . import payloads


def filtering(wanted: CampaignFilter) -> Mapping[str, str]:
    """What narrows a list of campaigns to those that are wanted, as far as TikTok's own filters surely lose none."""
    chosen: dict[str, object] = {}
    if "archived" in wanted.statuses:
        chosen["primary_status"] = "STATUS_ALL"
    if 0 < len(wanted.ids) <= MOST_IDS:
        chosen["campaign_ids"] = sorted(wanted.ids)
    return {"filtering": json_text(chosen)} if chosen else {}


def report(ids: Sequence[str], *, by_campaign: bool, by_day: bool) -> Mapping[str, str]:
    """What a report is to tell."""
    time = ("stat_time_day",) if by_day else ()
    form = {"report_type": "BASIC"}
    if not by_campaign:
        return form | {
            "data_level": "AUCTION_ADVERTISER",
            "dimensions": json_text(("advertiser_id", *time)),
            "metrics": json_text(payloads.METRICS),
        }
    conditions = [_any_of("campaign_status", ("STATUS_ALL",))] + ([_any_of("campaign_ids", ids)] if ids else [])
    return form | {
        "data_level": "AUCTION_CAMPAIGN",
        "dimensions": json_text(("campaign_id", *time)),
        "metrics": json_text((*payloads.METRICS, "campaign_name")),
        "filtering": json_text(conditions),
    }


def _any_of(field: str, values: Sequence[str]) -> Mapping[str, str]:
    return {"field_name": field, "filter_type": "IN", "filter_value": json_text(values)}


def json_text(value: object) -> str:
    """TikTok takes lists and objects in the query as JSON text, also within JSON."""
    return msgspec.json.encode(value).decode()
