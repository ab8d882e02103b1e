"""Each question about what was achieved becomes the query that Google answers it to."""

from datetime import date, timedelta

import pytest

from xylo_mcp.ads.insights import InsightsQuery
from xylo_mcp.platforms.google.reports import of_events, report

FIGURES = (
    "metrics.cost_micros, metrics.impressions, metrics.clicks, metrics.video_trueview_views, metrics.conversions, "
    "metrics.conversions_value"
)
SINCE, UNTIL = date(2026, 11, 1), date(2026, 11, 19)
DAYS = "WHERE segments.date BETWEEN '2026-11-01' AND '2026-11-19'"
SOME = frozenset({"902", "31"})
CAMPAIGN, GROUP = "campaign.id, campaign.name", "ad_group.id, ad_group.name"
AGE = "ad_group_criterion.age_range.type"
PLACE = "geographic_view.country_criterion_id, geographic_view.location_type"


@pytest.mark.parametrize(
    ("query", "gaql"),
    [
        (InsightsQuery("account", SINCE, UNTIL), f"SELECT {FIGURES} FROM customer {DAYS}"),
        (
            InsightsQuery("account", SINCE, UNTIL, "day"),
            f"SELECT segments.date, {FIGURES} FROM customer {DAYS} ORDER BY segments.date",
        ),
        (
            InsightsQuery("campaign", SINCE, UNTIL),
            f"SELECT {CAMPAIGN}, {FIGURES} FROM campaign {DAYS} ORDER BY campaign.id",
        ),
        (
            InsightsQuery("campaign", SINCE, UNTIL, "day", SOME),
            (
                f"SELECT {CAMPAIGN}, segments.date, {FIGURES} FROM campaign {DAYS} AND campaign.id IN (31, 902) "
                "ORDER BY campaign.id, segments.date"
            ),
        ),
        (
            InsightsQuery("account", SINCE, UNTIL, campaign_ids=SOME),
            f"SELECT campaign.id, {FIGURES} FROM campaign {DAYS} AND campaign.id IN (31, 902) ORDER BY campaign.id",
        ),
        (
            InsightsQuery("ad_group", SINCE, UNTIL),
            f"SELECT {CAMPAIGN}, {GROUP}, {FIGURES} FROM ad_group {DAYS} ORDER BY campaign.id, ad_group.id",
        ),
        (
            InsightsQuery("ad", SINCE, UNTIL),
            (
                f"SELECT {CAMPAIGN}, {GROUP}, ad_group_ad.ad.id, ad_group_ad.ad.name, {FIGURES} FROM ad_group_ad {DAYS} "
                "ORDER BY campaign.id, ad_group.id, ad_group_ad.ad.id"
            ),
        ),
        (
            InsightsQuery("account", SINCE, UNTIL, breakdown="device"),
            f"SELECT segments.device, {FIGURES} FROM customer {DAYS} ORDER BY segments.device",
        ),
        (
            InsightsQuery("ad", SINCE, UNTIL, breakdown="publisher_platform"),
            (
                f"SELECT {CAMPAIGN}, {GROUP}, ad_group_ad.ad.id, ad_group_ad.ad.name, segments.ad_network_type, "
                f"{FIGURES} FROM ad_group_ad {DAYS} "
                "ORDER BY campaign.id, ad_group.id, ad_group_ad.ad.id, segments.ad_network_type"
            ),
        ),
        (
            InsightsQuery("campaign", SINCE, UNTIL, breakdown="age"),
            (
                f"SELECT {CAMPAIGN}, ad_group.id, {AGE}, {FIGURES} FROM age_range_view {DAYS} "
                f"ORDER BY campaign.id, ad_group.id, {AGE}"
            ),
        ),
        (
            InsightsQuery("account", SINCE, UNTIL, "day", breakdown="country"),
            f"SELECT segments.date, {PLACE}, {FIGURES} FROM geographic_view {DAYS} ORDER BY segments.date, {PLACE}",
        ),
    ],
)
def test_a_question_is_asked_with_a_range_an_order_and_what_tells_its_rows_apart(
    query: InsightsQuery, gaql: str
) -> None:
    assert report(query).query == gaql


@pytest.mark.parametrize(
    ("query", "people"),
    [
        (InsightsQuery("campaign", SINCE, UNTIL, reach=True), True),
        (InsightsQuery("campaign", SINCE, UNTIL, "day", reach=True), True),
        (InsightsQuery("campaign", SINCE, SINCE + timedelta(91), reach=True), True),
        (InsightsQuery("campaign", SINCE, SINCE + timedelta(92), reach=True), False),
        (InsightsQuery("campaign", SINCE, UNTIL), False),
        (InsightsQuery("account", SINCE, UNTIL, reach=True), False),
        (InsightsQuery("account", SINCE, UNTIL, campaign_ids=SOME, reach=True), False),
        (InsightsQuery("ad_group", SINCE, UNTIL, reach=True), False),
        (InsightsQuery("campaign", SINCE, UNTIL, breakdown="device", reach=True), False),
    ],
)
def test_people_are_asked_for_only_where_google_counts_them(query: InsightsQuery, people: bool) -> None:  # noqa: FBT001 - a column of the table
    assert ("metrics.unique_users" in report(query).query) == people


@pytest.mark.parametrize(
    ("query", "streams"),
    [
        (InsightsQuery("account", SINCE, UNTIL), False),
        (InsightsQuery("account", SINCE, UNTIL, "day"), False),
        (InsightsQuery("account", SINCE, UNTIL, "day", breakdown="device"), False),
        (InsightsQuery("account", SINCE, UNTIL, breakdown="age"), True),
        (InsightsQuery("account", SINCE, UNTIL, "day", SOME), True),
        (InsightsQuery("account", SINCE, UNTIL, campaign_ids=SOME), False),
        (InsightsQuery("campaign", SINCE, UNTIL), False),
        (InsightsQuery("campaign", SINCE, UNTIL, "day"), True),
        (InsightsQuery("campaign", SINCE, UNTIL, breakdown="device"), True),
        (InsightsQuery("ad_group", SINCE, UNTIL), True),
        (InsightsQuery("ad", SINCE, UNTIL), True),
    ],
)
def test_what_may_be_large_is_streamed(query: InsightsQuery, streams: bool) -> None:  # noqa: FBT001 - a column of the table
    assert report(query).streams == streams


def test_the_conversions_of_events_are_narrowed_to_their_categories_and_to_nothing_else() -> None:
    whole = report(InsightsQuery("account", SINCE, UNTIL, "day", reach=True, events=("purchase", "app_install")))

    assert of_events(whole).query == (
        "SELECT segments.date, segments.conversion_action_category, metrics.conversions, metrics.conversions_value "
        f"FROM customer {DAYS} AND segments.conversion_action_category IN (DOWNLOAD, PURCHASE) "
        "ORDER BY segments.date, segments.conversion_action_category"
    )
