"""The parts of TikTok's questions that are JSON text."""

from collections.abc import Mapping

import msgspec

from ...ads.campaigns import CampaignFilter
from ..paging import MOST_IDS


def filtering(wanted: CampaignFilter) -> Mapping[str, str]:
    """What narrows a list of campaigns to those that are wanted, as far as TikTok's own filters surely lose none."""
    chosen: dict[str, object] = {}
    if "archived" in wanted.statuses:
        chosen["primary_status"] = "STATUS_ALL"
    if 0 < len(wanted.ids) <= MOST_IDS:
        chosen["campaign_ids"] = sorted(wanted.ids)
    return {"filtering": json_text(chosen)} if chosen else {}


def json_text(value: object) -> str:
    """TikTok takes lists and objects in the query as JSON text, also within JSON."""
    return msgspec.json.encode(value).decode()
