"""Rows of reports in the shape of "Run a synchronous report" (TikTok API for Business docs, v1.3), made up here."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal

import httpx2
import pytest

from xylo_mcp.ads.errors import Garbled
from xylo_mcp.ads.insights import Breakdown, InsightRow, InsightsQuery, Metrics
from xylo_mcp.platforms.paging import Numbered
from xylo_mcp.platforms.tiktok import report_rows, reports
from xylo_mcp.platforms.tiktok.segments import segment

Answer = Callable[..., httpx2.Response]

_TOLD: Mapping[str, object] = {
    "spend": "46.20",
    "impressions": "9300",
    "clicks": "120",
    "video_play_actions": "5100",
    "conversion": "6",
    "total_complete_payment_rate": "311.05",
    "total_purchase_value": "-",
}
_READ = Metrics(Decimal("46.20"), 9300, 120, Decimal(6), None, Decimal("311.05"), 5100)
_ONE_PAGE = {"page": 1, "page_size": 1000, "total_number": 1, "total_page": 1}
_DAY = date(2026, 3, 1)
_BY_CAMPAIGN = InsightsQuery("campaign", _DAY, _DAY)


def _row(good: Answer, told: Mapping[str, object], query: InsightsQuery = _BY_CAMPAIGN, **of: object) -> InsightRow:
    row = {"dimensions": of or {"campaign_id": "1790000000000001"}, "metrics": told}
    content = good({"list": [row], "page_info": _ONE_PAGE}).content
    return report_rows.page(content, 1, reports.form(query)).rows[0]


def test_a_row_by_campaign_and_day_is_read_whole(good: Answer) -> None:
    row = {
        "dimensions": {"campaign_id": "1790000000000001", "stat_time_day": "2026-03-01 00:00:00"},
        "metrics": {**_TOLD, "reach": "8000", "campaign_name": "Spring EU"},
    }
    content = good({"list": [row], "page_info": {"page": 2, "total_page": 7, "total_number": 6001}}).content

    form = reports.form(InsightsQuery("campaign", _DAY, _DAY, "day", reach=True))

    assert report_rows.page(content, 2, form) == Numbered(
        [InsightRow(_READ, "1790000000000001", "Spring EU", _DAY, reach=8000)], 7, 6001
    )


def test_an_ad_is_read_with_all_that_it_belongs_to(good: Answer) -> None:
    names = {"campaign_name": "Spring EU", "adgroup_name": "DE 25-44", "ad_name": "V1"}
    told = {**_TOLD, **names, "campaign_id": "9007199254740993", "adgroup_id": "1790000000000101"}

    row = _row(good, told, InsightsQuery("ad", _DAY, _DAY), ad_id="1790000000000201")

    assert row == InsightRow(
        _READ,
        "9007199254740993",
        "Spring EU",
        None,
        "1790000000000101",
        "DE 25-44",
        "1790000000000201",
        "V1",
    )


def test_an_id_that_is_a_number_is_read_to_its_last_digit(good: Answer) -> None:
    told = {**_TOLD, "campaign_id": 9007199254740993, "campaign_name": "C", "adgroup_name": "G"}

    row = _row(good, told, InsightsQuery("ad_group", _DAY, _DAY), adgroup_id=179000000000000001)

    assert row == InsightRow(_READ, "9007199254740993", "C", ad_group_id="179000000000000001", ad_group_name="G")


def test_a_row_of_the_account_has_no_campaign(good: Answer) -> None:
    row = _row(good, _TOLD, InsightsQuery("account", _DAY, _DAY), advertiser_id="7123456789012345678")

    assert row == InsightRow(_READ)


@pytest.mark.parametrize(
    ("breakdown", "dimension", "value", "said"),
    [
        ("country", "country_code", "DE", "DE"),
        ("country", "country_code", "None", "unknown"),
        ("device", "platform", "IOS", "ios"),
        ("device", "platform", "NONE", "unknown"),
        ("placement", "placement", "PLACEMENT_TIKTOK", "tiktok"),
        ("placement", "placement", "PLACEMENT_GLOBAL_APP_BUNDLE", "global_app_bundle"),
        ("placement", "placement", "Néw Pläce <b>", "n_w_pl_ce__b_"),
        ("age", "age", "AGE_18_24", "18-24"),
        ("age", "age", "AGE_55_100", "55+"),
        ("gender", "gender", "FEMALE", "female"),
        ("gender", "gender", "-", "unknown"),
    ],
)
def test_a_part_is_told_in_our_words_and_an_unknown_one_is_never_dropped(
    good: Answer, breakdown: Breakdown, dimension: str, value: str, said: str
) -> None:
    query = InsightsQuery("account", _DAY, _DAY, breakdown=breakdown)

    assert _row(good, _TOLD, query, **{dimension: value}).segment == said


def test_a_part_is_shown_no_longer_than_words_are() -> None:
    assert segment("placement", "X" * 500) == "x" * 60


def test_audience_reports_do_not_tell_what_conversions_were_worth(good: Answer) -> None:
    row = _row(good, _TOLD, InsightsQuery("account", _DAY, _DAY, breakdown="age"), age="AGE_18_24")

    assert (row.metrics.conversions, row.metrics.conversion_value) == (Decimal(6), None)


@pytest.mark.parametrize(
    ("events", "conversions", "value"),
    [
        ((), "6", "311.05"),
        (("purchase",), "4", "311.05"),
        (("purchase", "app_purchase"), "5", "331.05"),
        (("lead", "purchase", "lead"), "11", "311.05"),
        (("app_install",), "2", None),
        (("lead",), "7", None),
    ],
)
def test_conversions_are_of_the_chosen_events_and_worth_what_tiktok_says(
    good: Answer, events: tuple[str, ...], conversions: str, value: str | None
) -> None:
    told = {**_TOLD, "complete_payment": "4", "total_purchase": "1", "form": "7", "app_install": "2"}
    told |= {"total_purchase_value": "20.00", "total_form_value": "-"} if events else {}

    read = _row(good, told, InsightsQuery("campaign", _DAY, _DAY, events=events)).metrics

    assert (read.conversions, read.conversion_value) == (
        Decimal(conversions),
        None if value is None else Decimal(value),
    )


_NOTHING = Metrics(None, None, None, None, None, None, None)
_ZERO = Metrics(Decimal("0.00"), 0, 0, Decimal("0.00"), None, Decimal("0.00"), 0)


@pytest.mark.parametrize(
    ("told", "read"),
    [
        ({}, _NOTHING),
        (dict.fromkeys(_TOLD, "-"), _NOTHING),
        (dict.fromkeys(_TOLD, ""), _NOTHING),
        (dict.fromkeys(_TOLD), _NOTHING),
        (dict.fromkeys(_TOLD, "0.00"), _ZERO),
        ({"spend": "20.000"}, Metrics(Decimal("20.000"), None, None, None, None, None, None)),
        (
            {**_TOLD, "spend": 46.2, "clicks": 120},
            Metrics(Decimal("46.2"), 9300, 120, Decimal(6), None, _READ.conversion_value, 5100),
        ),
    ],
)
def test_what_tiktok_does_not_say_is_unknown(good: Answer, told: Mapping[str, object], read: Metrics) -> None:
    assert _row(good, told).metrics == read


def test_conversions_and_their_value_are_kept_to_a_millionth(good: Answer) -> None:
    told = {"conversion": "1.0000005", "total_complete_payment_rate": "2.0000015", "total_purchase_value": "1.000000"}

    read = _row(good, told).metrics

    assert (read.conversions, read.conversion_value) == (Decimal("1.000000"), Decimal("3.000002"))


@pytest.mark.parametrize(
    "told",
    [
        {"spend": "NaN"},
        {"spend": "1.2.3"},
        {"spend": "."},
        {"spend": "１２"},
        {"spend": "1_000"},
        {"spend": "1000000000000000"},
        {"impressions": "1.5"},
        {"clicks": "-1"},
        {"clicks": "١"},
        {"conversion": True},
        {"conversion": []},
    ],
)
@pytest.mark.parametrize("others", [[], [{}], [_TOLD]])
def test_a_figure_that_is_none_is_garbled_whatever_stands_beside_it(
    good: Answer, told: Mapping[str, object], others: list[Mapping[str, object]]
) -> None:
    rows = [{"dimensions": {"campaign_id": "1"}, "metrics": metrics} for metrics in (*others, told)]
    content = good({"list": rows, "page_info": {"page": 1, "total_number": len(rows), "total_page": 1}}).content

    with pytest.raises(Garbled):
        report_rows.page(content, 1, reports.form(_BY_CAMPAIGN))


@pytest.mark.parametrize("of", [{"age": ""}, {"campaign_id": "1"}, {"campaign_id": "1", "stat_time_day": "yesterday"}])
def test_a_row_without_its_campaign_or_day_is_garbled(good: Answer, of: Mapping[str, object]) -> None:
    with pytest.raises(Garbled):
        _row(good, _TOLD, InsightsQuery("campaign", _DAY, _DAY, "day"), **of)


_HEAD = (
    "campaign_id,stat_time_day,spend,impressions,clicks,video_play_actions,conversion,"
    "total_complete_payment_rate,total_purchase_value,campaign_name"
)


def test_the_file_of_a_report_tells_the_same_as_its_pages() -> None:
    line = '1790000000000001,2026-03-01 00:00:00,46.20,9300,120,5100,6,311.05,-,"Spring, EU"'
    form = reports.form(InsightsQuery("campaign", _DAY, _DAY, "day"))

    found = list(report_rows.file(f"\ufeff{_HEAD}\r\n{line}\r\n".encode(), form))

    assert found == [[InsightRow(_READ, "1790000000000001", "Spring, EU", _DAY)]]


def test_a_long_file_is_read_some_rows_at_a_time() -> None:
    lines = "".join(f"{number},2026-03-01 00:00:00,1.10,10,2,0,1,0,0,N\n" for number in range(4500))

    found = report_rows.file(f"{_HEAD}\n{lines}".encode(), reports.form(InsightsQuery("campaign", _DAY, _DAY, "day")))

    assert [len(rows) for rows in found] == [2000, 2000, 500]


@pytest.mark.parametrize(
    "text",
    [
        _HEAD.replace("clicks", "Clicks (destination)") + "\n1,2026-03-01,1,1,1,1,1,1,1,N\n",
        _HEAD.replace("clicks", "spend") + "\n1,2026-03-01,1,1,1,1,1,1,1,N\n",
        _HEAD + "\n1,2026-03-01,1,1,1\n",
        _HEAD + '\n1,2026-03-01,1,1,1,1,1,1,1,"N\n',
        _HEAD + "\n1,2026-03-01,x,1,1,1,1,1,1,N\n",
    ],
)
def test_a_file_that_is_no_such_table_is_garbled(text: str) -> None:
    with pytest.raises(Garbled):
        list(report_rows.file(text.encode(), reports.form(InsightsQuery("campaign", _DAY, _DAY, "day"))))
