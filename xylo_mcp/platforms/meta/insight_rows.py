"""Meta's insights in our words.

Fields and values: Meta Marketing API docs, "Insights", "Insights API Breakdowns" (2026-09).
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date

import msgspec

from ...ads.insights import Breakdown, InsightRow, InsightsQuery, Level, Metrics
from ..reading import NOTHING, reading
from .conversions import Family, counted, families
from .figures import exact, identity, whole
from .segments import country, placement, word
from .shapes import Edge, next_place

METRICS = "spend,impressions,clicks,inline_link_clicks,actions,action_values,video_play_actions"
# A row leaves out a metric without events; only spend and impressions, its defaults, come with every row
# (Marketing API docs, Insights, v26.0).
_NO_EVENTS = msgspec.Raw(b"0")
_PLAYS = "video_view"
_NO_ACTIONS: Mapping[str, msgspec.Raw] = {}
_OF_CAMPAIGNS: frozenset[Level] = frozenset({"campaign", "ad_group", "ad"})
_OF_AD_SETS: frozenset[Level] = frozenset({"ad_group", "ad"})


class _Action(msgspec.Struct, gc=False):
    action_type: str
    value: msgspec.Raw = NOTHING


class _Insight(msgspec.Struct, gc=False):
    campaign_id: str | int | None = None
    campaign_name: str | None = None
    adset_id: str | int | None = None
    adset_name: str | None = None
    ad_id: str | int | None = None
    ad_name: str | None = None
    spend: msgspec.Raw = NOTHING
    impressions: msgspec.Raw = NOTHING
    clicks: msgspec.Raw = _NO_EVENTS
    inline_link_clicks: msgspec.Raw = _NO_EVENTS
    reach: msgspec.Raw = NOTHING
    actions: list[_Action] | None = None
    action_values: list[_Action] | None = None
    video_play_actions: list[_Action] | None = None
    date_start: str | None = None
    country: str | None = None
    age: str | None = None
    gender: str | None = None
    device_platform: str | None = None
    publisher_platform: str | None = None
    platform_position: str | None = None


_DECODER = msgspec.json.Decoder(Edge[_Insight])
_SEGMENTS: Mapping[Breakdown, Callable[[_Insight], str]] = {
    "country": lambda row: country(row.country),
    "device": lambda row: word(row.device_platform),
    "publisher_platform": lambda row: word(row.publisher_platform),
    "placement": lambda row: placement(row.publisher_platform, row.platform_position),
    "age": lambda row: word(row.age),
    "gender": lambda row: word(row.gender),
}


def rows(content: bytes, query: InsightsQuery) -> tuple[Sequence[InsightRow], str | None]:
    """The rows on a page of the answer to `query`, and the place of the next page."""
    with reading("meta"):
        edge = _DECODER.decode(content)
        wanted = families(query.events)
        return [_row(row, query, wanted) for row in edge.data], next_place(edge.paging)


def _row(row: _Insight, query: InsightsQuery, wanted: Sequence[Family]) -> InsightRow:
    level = query.level
    of_campaign, of_ad_set, of_ad = level in _OF_CAMPAIGNS, level in _OF_AD_SETS, level == "ad"
    return InsightRow(
        _metrics(row, wanted),
        identity(row.campaign_id) if of_campaign else "",
        (row.campaign_name or "") if of_campaign else "",
        date.fromisoformat(row.date_start or "") if query.granularity == "day" else None,
        identity(row.adset_id) if of_ad_set else "",
        (row.adset_name or "") if of_ad_set else "",
        identity(row.ad_id) if of_ad else "",
        (row.ad_name or "") if of_ad else "",
        _SEGMENTS[query.breakdown](row) if query.breakdown else "",
        whole(row.reach) if query.reach else None,
    )


def _metrics(row: _Insight, wanted: Sequence[Family]) -> Metrics:
    conversions, worth = counted(wanted, _by_type(row.actions), _by_type(row.action_values))
    return Metrics(
        exact(row.spend),
        whole(row.impressions),
        whole(row.clicks),
        conversions,
        whole(row.inline_link_clicks),
        worth,
        whole(_by_type(row.video_play_actions).get(_PLAYS, _NO_EVENTS)) if row.video_play_actions else 0,
    )


def _by_type(actions: Sequence[_Action] | None) -> Mapping[str, msgspec.Raw]:
    if not actions:
        return _NO_ACTIONS
    found = {action.action_type: action.value for action in actions}
    if len(found) != len(actions):
        raise ValueError("an action twice in one row")
    return found
