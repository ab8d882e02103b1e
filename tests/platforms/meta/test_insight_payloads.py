from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

import msgspec
import pytest

from xylo_mcp.ads.errors import Garbled
from xylo_mcp.ads.insights import InsightRow, Metrics
from xylo_mcp.platforms.meta import payloads

_INSIGHT: Mapping[str, object] = {
    "campaign_id": "120210000000001",
    "campaign_name": "Q1 sales",
    "spend": "57.31",
    "impressions": "10412",
    "clicks": "301",
    "actions": [{"action_type": "link_click", "value": "214"}, {"action_type": "omni_purchase", "value": "6"}],
    "date_start": "2026-01-01",
    "date_stop": "2026-01-01",
}


def _edge(rows: Sequence[object], **more: object) -> bytes:
    return msgspec.json.encode({"data": rows, **more})


def _row(**changes: object) -> InsightRow:
    return payloads.insights(_edge([{**_INSIGHT, **changes}]), by_campaign=True, by_day=True)[0][0]


def _actions(**values: object) -> Sequence[Mapping[str, object]]:
    return [{"action_type": kind.replace("__", "."), "value": value} for kind, value in values.items()]


def test_a_row_by_campaign_and_day_is_read_whole() -> None:
    assert _row() == InsightRow(
        metrics=Metrics(spend=Decimal("57.31"), impressions=10412, clicks=301, conversions=Decimal(6)),
        campaign_id="120210000000001",
        campaign_name="Q1 sales",
        day=date(2026, 1, 1),
    )


def test_a_row_of_the_account_has_no_campaign() -> None:
    row = {"spend": "0", "impressions": 3, "clicks": "0", "date_start": "2026-01-01"}

    assert payloads.insights(_edge([row]), by_campaign=False, by_day=False) == (
        [InsightRow(Metrics(Decimal(0), 3, 0, Decimal(0)))],
        None,
    )


def test_clicks_that_a_row_leaves_out_did_not_happen() -> None:
    row = {"spend": "0.12", "impressions": "3"}

    assert payloads.insights(_edge([row]), by_campaign=False, by_day=False) == (
        [InsightRow(Metrics(Decimal("0.12"), 3, 0, Decimal(0)))],
        None,
    )


@pytest.mark.parametrize("silence", [None, ""])
def test_what_meta_does_not_say_is_unknown(silence: str | None) -> None:
    assert _row(spend=silence, impressions=silence, clicks=silence, actions=_actions(lead=silence)).metrics == Metrics(
        None, None, None, None
    )


@pytest.mark.parametrize(
    ("actions", "conversions"),
    [
        (None, "0"),
        ([], "0"),
        (_actions(link_click="214", post_engagement="300", page_engagement="310", video_view="90"), "0"),
        (
            _actions(
                onsite_web_purchase="6",
                offsite_conversion__fb_pixel_purchase="6",
                web_in_store_purchase="6",
                purchase="6",
                onsite_web_app_purchase="6",
                omni_purchase="6",
            ),
            "6",
        ),
        (_actions(purchase="5", offsite_conversion__fb_pixel_purchase="4"), "5"),
        (_actions(offsite_conversion__fb_pixel_purchase="4"), "4"),
        (_actions(onsite_web_purchase="3", web_in_store_purchase="2", onsite_web_app_purchase="3"), "3"),
        (_actions(web_in_store_purchase="2"), "2"),
        (_actions(app_custom_event__fb_mobile_purchase="1"), "1"),
        (_actions(lead="7", onsite_conversion__lead_grouped="4", offsite_conversion__fb_pixel_lead="3"), "7"),
        (_actions(onsite_conversion__lead_grouped="4", offsite_conversion__fb_pixel_lead="3"), "7"),
        (_actions(offsite_conversion__fb_pixel_lead="3"), "3"),
        (_actions(omni_app_install="9", mobile_app_install="9"), "9"),
        (_actions(mobile_app_install="8"), "8"),
        (_actions(omni_purchase="1", lead="2", omni_app_install="4", link_click="8"), "7"),
        (_actions(omni_purchase="1.5"), "1.5"),
    ],
)
def test_each_event_is_counted_once_whatever_its_names(actions: object, conversions: str) -> None:
    assert _row(actions=actions).metrics.conversions == Decimal(conversions)


@pytest.mark.parametrize(
    "changes",
    [
        {"spend": "NaN"},
        {"impressions": "1.5"},
        {"clicks": "-1"},
        {"campaign_id": None},
        {"date_start": None},
        {"date_start": "yesterday"},
        {"actions": {"lead": 1}},
        {"actions": [{"value": "1"}]},
        {"actions": [{"action_type": "lead", "value": "many"}]},
    ],
)
def test_a_row_of_the_wrong_shape_is_garbled(changes: Mapping[str, object]) -> None:
    with pytest.raises(Garbled):
        _row(**changes)
