from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

import msgspec
import pytest

from xylo_mcp.ads.errors import Garbled
from xylo_mcp.ads.insights import Breakdown, InsightRow, InsightsQuery, Level, Metrics
from xylo_mcp.platforms.meta import insight_rows

_INSIGHT: Mapping[str, object] = {
    "campaign_id": "120210000000001",
    "campaign_name": "Q1 sales",
    "spend": "57.31",
    "impressions": "10412",
    "clicks": "301",
    "inline_link_clicks": "214",
    "actions": [{"action_type": "link_click", "value": "214"}, {"action_type": "omni_purchase", "value": "6"}],
    "action_values": [{"action_type": "omni_purchase", "value": "240.5"}],
    "video_play_actions": [{"action_type": "video_view", "value": "90"}],
    "date_start": "2026-01-01",
    "date_stop": "2026-01-01",
}


def _edge(rows: Sequence[object], **more: object) -> bytes:
    return msgspec.json.encode({"data": rows, **more})


def _query(level: Level = "campaign", **more: object) -> InsightsQuery:
    query = InsightsQuery(level, date(2026, 1, 1), date(2026, 1, 1))
    return msgspec.structs.replace(query, **more)


def _row(**changes: object) -> InsightRow:
    (row,) = insight_rows.rows(_edge([{**_INSIGHT, **changes}]), _query(granularity="day"))[0]
    return row


def _actions(**values: object) -> Sequence[Mapping[str, object]]:
    return [{"action_type": kind.replace("__", "."), "value": value} for kind, value in values.items()]


def test_a_row_by_campaign_and_day_is_read_whole() -> None:
    assert _row() == InsightRow(
        metrics=Metrics(
            spend=Decimal("57.31"),
            impressions=10412,
            clicks=301,
            conversions=Decimal(6),
            link_clicks=214,
            conversion_value=Decimal("240.5"),
            video_views=90,
        ),
        campaign_id="120210000000001",
        campaign_name="Q1 sales",
        day=date(2026, 1, 1),
    )


def test_a_row_of_the_account_has_no_campaign() -> None:
    row = {"spend": "0", "impressions": 3, "clicks": "0", "date_start": "2026-01-01"}

    assert insight_rows.rows(_edge([row]), _query("account")) == (
        [InsightRow(Metrics(Decimal(0), 3, 0, Decimal(0)))],
        None,
    )


def test_clicks_that_a_row_leaves_out_did_not_happen() -> None:
    row = {"spend": "0.12", "impressions": "3"}

    assert insight_rows.rows(_edge([row]), _query("account")) == (
        [InsightRow(Metrics(Decimal("0.12"), 3, 0, Decimal(0)))],
        None,
    )


@pytest.mark.parametrize("silence", [None, ""])
def test_what_meta_does_not_say_is_unknown(silence: str | None) -> None:
    assert _row(
        spend=silence, impressions=silence, clicks=silence, actions=_actions(lead=silence), action_values=None
    ).metrics == Metrics(None, None, None, None, 214, Decimal(0), 90)


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
        {"actions": [{"action_type": "lead", "value": "1"}, {"action_type": "lead", "value": "1"}]},
        {"action_values": [{"action_type": "omni_purchase", "value": "NaN"}]},
        {"video_play_actions": [{"action_type": "video_view", "value": "1.5"}]},
        {"inline_link_clicks": "-1"},
        {"spend": "5."},
        {"spend": ".5"},
        {"spend": "1000000000000000"},
        {"spend": "0.1234567890123"},
        {"spend": True},
    ],
)
def test_a_row_of_the_wrong_shape_is_garbled(changes: Mapping[str, object]) -> None:
    with pytest.raises(Garbled):
        _row(**changes)


@pytest.mark.parametrize("name", ["adset_id", "ad_id", "campaign_id"])
@pytest.mark.parametrize("value", [None, "", "12/insights", "1.5", "1" * 25, "\u0661"])
def test_an_object_without_a_good_id_is_garbled(name: str, value: str | None) -> None:
    row = {**_INSIGHT, "adset_id": "11", "ad_id": "12", name: value}

    with pytest.raises(Garbled):
        insight_rows.rows(_edge([row]), _query("ad"))


def test_a_row_of_an_ad_names_all_that_it_belongs_to() -> None:
    row = {
        "campaign_id": "1",
        "campaign_name": "C",
        "adset_id": 11,
        "adset_name": "S",
        "ad_id": "111",
        "ad_name": "A",
        "spend": "0.5",
        "impressions": "3",
        "reach": "2",
    }

    assert insight_rows.rows(_edge([row]), _query("ad", reach=True))[0] == [
        InsightRow(Metrics(Decimal("0.5"), 3), "1", "C", None, "11", "S", "111", "A", "", 2)
    ]
    assert insight_rows.rows(_edge([row]), _query("ad_group"))[0] == [
        InsightRow(Metrics(Decimal("0.5"), 3), "1", "C", None, "11", "S")
    ]


def test_people_that_meta_does_not_tell_of_are_unknown() -> None:
    assert insight_rows.rows(_edge([_INSIGHT]), _query(reach=True))[0][0].reach is None


@pytest.mark.parametrize(
    ("breakdown", "told", "segment"),
    [
        ("country", {"country": "DE"}, "DE"),
        ("country", {"country": "unknown"}, "unknown"),
        ("country", {"country": None}, "unknown"),
        ("country", {}, "unknown"),
        ("country", {"country": "Côte d\u2019Ivoire\n"}, "c_te_d_ivoire_"),
        ("age", {"age": "65+"}, "65+"),
        ("age", {"age": "Unknown"}, "unknown"),
        ("gender", {"gender": "female"}, "female"),
        ("device", {"device_platform": "mobile_app"}, "mobile_app"),
        ("device", {"device_platform": "Smart Fridge"}, "smart_fridge"),
        ("publisher_platform", {"publisher_platform": "audience_network"}, "audience_network"),
        ("publisher_platform", {"publisher_platform": "Threads"}, "threads"),
        ("placement", {"publisher_platform": "facebook", "platform_position": "feed"}, "facebook/feed"),
        ("placement", {"publisher_platform": "facebook", "platform_position": "facebook_reels"}, "facebook/reels"),
        ("placement", {"publisher_platform": "instagram", "platform_position": "feed"}, "instagram/feed"),
        ("placement", {"publisher_platform": "instagram", "platform_position": "instagram_stories"}, "instagram/stories"),
        ("placement", {"publisher_platform": "audience_network", "platform_position": "an_classic"}, "audience_network/classic"),
        ("placement", {"publisher_platform": "threads", "platform_position": "threads_feed"}, "threads/threads_feed"),
        ("placement", {"publisher_platform": "facebook"}, "facebook/unknown"),
        ("placement", {"publisher_platform": "unknown", "platform_position": "unknown"}, "unknown/unknown"),
    ],
)  # fmt: skip
def test_a_part_has_our_small_words_and_an_unknown_one_is_never_dropped(
    breakdown: Breakdown, told: Mapping[str, object], segment: str
) -> None:
    row = {"spend": "1.5", "impressions": "3", **told}

    assert insight_rows.rows(_edge([row]), _query("account", breakdown=breakdown))[0] == [
        InsightRow(Metrics(Decimal("1.5"), 3), segment=segment)
    ]


@pytest.mark.parametrize(
    ("actions", "values", "conversions", "worth"),
    [
        (_actions(omni_purchase="2", purchase="2"), _actions(omni_purchase="40.5", purchase="40.5"), "2", "40.5"),
        (_actions(omni_purchase="2", purchase="2"), None, "2", "0"),
        (_actions(omni_purchase="2", purchase="2"), _actions(link_click="1"), "2", "0"),
        (_actions(omni_purchase="2", purchase="2"), _actions(purchase="40.5"), "2", None),
        (None, _actions(purchase="40.5"), "0", None),
        (_actions(omni_purchase="2", lead="1"), _actions(omni_purchase="40.5", lead="7"), "3", "47.5"),
        (_actions(omni_purchase="2"), _actions(omni_purchase=""), "2", None),
        (_actions(omni_purchase="0.1234565"), _actions(omni_purchase="0.12345651"), "0.123456", "0.123457"),
        (_actions(omni_purchase="0.1234575"), _actions(omni_purchase="1.1234575"), "0.123458", "1.123458"),
    ],
)
def test_a_conversion_is_worth_what_its_own_name_says_once(
    actions: object, values: object, conversions: str, worth: str | None
) -> None:
    metrics = _row(actions=actions, action_values=values).metrics

    assert (metrics.conversions, metrics.conversion_value) == (
        Decimal(conversions),
        None if worth is None else Decimal(worth),
    )


@pytest.mark.parametrize(
    ("events", "conversions", "worth"),
    [
        ((), "7", "40.5"),
        (("purchase",), "2", "40.5"),
        (("lead",), "4", "0"),
        (("add_to_cart", "purchase", "add_to_cart"), "12", "40.5"),
        (("landing_page_view",), "30", "0"),
        (("conversation",), "0", "0"),
    ],
)
def test_only_the_events_that_were_chosen_count(events: tuple[str, ...], conversions: str, worth: str) -> None:
    row = {
        **_INSIGHT,
        "actions": _actions(
            omni_purchase="2", lead="4", omni_app_install="1", add_to_cart="10", landing_page_view="30"
        ),
        "action_values": _actions(omni_purchase="40.5"),
    }

    metrics = insight_rows.rows(_edge([row]), _query(events=events))[0][0].metrics

    assert (metrics.conversions, metrics.conversion_value) == (Decimal(conversions), Decimal(worth))


@pytest.mark.parametrize("plays", [None, [], [{"action_type": "video_view", "value": "0"}]])
def test_a_metric_without_events_is_absent_and_counts_as_none(plays: object) -> None:
    row = {"spend": "1.5", "impressions": "3", "video_play_actions": plays}

    assert insight_rows.rows(_edge([row]), _query("account"))[0] == [InsightRow(Metrics(Decimal("1.5"), 3))]


@pytest.mark.parametrize(
    "figure",
    ["0", "57.31", "0.000001", "12345678.123456", "123456789012.123456789012", "999999999999999", "1E+2", "-3.5"],
)
@pytest.mark.parametrize("quoted", [True, False])
def test_money_is_read_digit_for_digit_as_text_or_number(figure: str, *, quoted: bool) -> None:
    told = figure if quoted else msgspec.Raw(figure.encode())

    spend = _row(spend=told).metrics.spend

    assert spend is not None
    assert spend.as_tuple() == Decimal(figure).as_tuple()
