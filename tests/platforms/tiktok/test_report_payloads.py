from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal

import httpx2
import pytest

from xylo_mcp.ads.errors import Garbled
from xylo_mcp.ads.insights import InsightRow, Metrics
from xylo_mcp.platforms.paging import Numbered
from xylo_mcp.platforms.tiktok import payloads

Answer = Callable[..., httpx2.Response]

_METRICS: Mapping[str, object] = {"spend": "46.20", "impressions": "9300", "clicks": "120", "conversion": "6"}
_ONE_PAGE = {"page": 1, "page_size": 1000, "total_number": 1, "total_page": 1}


def _row(good: Answer, metrics: Mapping[str, object]) -> InsightRow:
    row = {"dimensions": {"campaign_id": "1790000000000001"}, "metrics": metrics}
    content = good({"list": [row], "page_info": _ONE_PAGE}).content
    return payloads.report(content, 1, by_campaign=True, by_day=False).rows[0]


def test_a_row_by_campaign_and_day_is_read_whole(good: Answer) -> None:
    row = {
        "dimensions": {"campaign_id": "1790000000000001", "stat_time_day": "2026-03-01 00:00:00"},
        "metrics": {**_METRICS, "campaign_name": "Spring EU"},
    }
    content = good({"list": [row], "page_info": {"page": 2, "total_page": 7, "total_number": 6001}}).content

    assert payloads.report(content, 2, by_campaign=True, by_day=True) == Numbered(
        [
            InsightRow(
                metrics=Metrics(spend=Decimal("46.20"), impressions=9300, clicks=120, conversions=Decimal(6)),
                campaign_id="1790000000000001",
                campaign_name="Spring EU",
                day=date(2026, 3, 1),
            )
        ],
        7,
        6001,
    )


def test_a_row_of_the_account_has_no_campaign(good: Answer) -> None:
    row = {"dimensions": {"advertiser_id": "7123456789012345678"}, "metrics": _METRICS}
    content = good({"list": [row], "page_info": _ONE_PAGE}).content

    rows = payloads.report(content, 1, by_campaign=False, by_day=False).rows

    assert rows == [InsightRow(Metrics(Decimal("46.20"), 9300, 120, Decimal(6)))]


@pytest.mark.parametrize(
    ("metrics", "read"),
    [
        ({}, Metrics(None, None, None, None)),
        (dict.fromkeys(_METRICS, "-"), Metrics(None, None, None, None)),
        (dict.fromkeys(_METRICS), Metrics(None, None, None, None)),
        (dict.fromkeys(_METRICS, "0.00"), Metrics(Decimal("0.00"), 0, 0, Decimal("0.00"))),
        ({**_METRICS, "spend": "20.000"}, Metrics(Decimal("20.000"), 9300, 120, Decimal(6))),
        ({**_METRICS, "spend": 46.2, "clicks": 120}, Metrics(Decimal("46.2"), 9300, 120, Decimal(6))),
    ],
)
def test_what_tiktok_does_not_say_is_unknown(good: Answer, metrics: Mapping[str, object], read: Metrics) -> None:
    assert _row(good, metrics).metrics == read


@pytest.mark.parametrize("metrics", [{"spend": "NaN"}, {"impressions": "1.5"}, {"clicks": "-1"}, {"conversion": True}])
def test_a_figure_that_is_none_is_garbled(good: Answer, metrics: Mapping[str, object]) -> None:
    with pytest.raises(Garbled):
        _row(good, metrics)


@pytest.mark.parametrize("dimensions", [{}, {"campaign_id": "1"}, {"campaign_id": "1", "stat_time_day": "yesterday"}])
def test_a_row_without_its_campaign_or_day_is_garbled(good: Answer, dimensions: Mapping[str, object]) -> None:
    content = good({"list": [{"dimensions": dimensions, "metrics": _METRICS}], "page_info": _ONE_PAGE}).content

    with pytest.raises(Garbled):
        payloads.report(content, 1, by_campaign=True, by_day=True)
