"""Questions to insights of Meta's sandbox: which days they mean, and which of them are refused."""

from collections.abc import Awaitable, Callable
from datetime import date

import httpx2
import pytest

Refusal = Callable[..., Awaitable[tuple[int, int, int]]]
SMALL = "123456789"
FIRST = "120210000000000001"
RANGE = '{"since":"2026-10-20","until":"2026-11-18"}'


@pytest.mark.parametrize(
    ("preset", "since", "until"),
    [
        ("yesterday", date(2026, 11, 21), date(2026, 11, 21)),
        ("last_14d", date(2026, 11, 8), date(2026, 11, 21)),
        ("this_month", date(2026, 11, 1), date(2026, 11, 22)),
        ("last_month", date(2026, 10, 1), date(2026, 10, 31)),
        ("this_quarter", date(2026, 10, 1), date(2026, 11, 22)),
        ("last_quarter", date(2026, 7, 1), date(2026, 9, 30)),
        ("this_year", date(2026, 1, 1), date(2026, 11, 22)),
        ("last_year", date(2025, 1, 1), date(2025, 12, 31)),
        ("last_week_mon_sun", date(2026, 11, 9), date(2026, 11, 15)),
        ("last_week_sun_sat", date(2026, 11, 15), date(2026, 11, 21)),
        ("this_week_mon_today", date(2026, 11, 16), date(2026, 11, 22)),
        ("this_week_sun_today", date(2026, 11, 22), date(2026, 11, 22)),
        ("maximum", date(2023, 10, 22), date(2026, 11, 22)),
    ],
)
async def test_presets_mean_the_days_they_say(graph: httpx2.AsyncClient, preset: str, since: date, until: date) -> None:
    (row,) = (await graph.get(f"/act_{SMALL}/insights", params={"date_preset": preset})).json()["data"]
    assert (row["date_start"], row["date_stop"]) == (since.isoformat(), until.isoformat())


@pytest.mark.parametrize(
    ("increment", "starts"),
    [
        ("all_days", ["2026-10-20"]),
        ("monthly", ["2026-10-20", "2026-11-01"]),
        ("20", ["2026-10-20", "2026-11-09"]),
        ("90", ["2026-10-20"]),
    ],
)
async def test_the_time_is_cut_into_steps(graph: httpx2.AsyncClient, increment: str, starts: list[str]) -> None:
    params = {"time_range": RANGE, "time_increment": increment}
    rows = (await graph.get(f"/act_{SMALL}/insights", params=params)).json()["data"]
    assert [row["date_start"] for row in rows] == starts


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({"level": "planet"}, (400, 100, 0)),
        ({"fields": "colour"}, (400, 100, 0)),
        ({"fields": "actions{value}"}, (400, 100, 0)),
        ({"breakdowns": "colour"}, (400, 100, 0)),
        ({"breakdowns": '["age","colour"]'}, (400, 100, 0)),
        ({"breakdowns": "region"}, (400, 100, 0)),
        ({"breakdowns": "platform_position"}, (400, 100, 0)),
        ({"breakdowns": "impression_device"}, (400, 100, 0)),
        ({"breakdowns": "age,country"}, (400, 2, 1504041)),
        ({"breakdowns": '["country","publisher_platform"]'}, (400, 2, 1504041)),
        ({"action_breakdowns": '["action_device"]'}, (400, 100, 0)),
        ({"action_attribution_windows": '["28d_view"]'}, (400, 100, 0)),
        ({"use_account_attribution_setting": "true"}, (400, 100, 0)),
        ({"date_preset": "lifetime"}, (400, 100, 0)),
        ({"date_preset": "last_5d"}, (400, 100, 0)),
        ({"time_range": "2026-01-01"}, (400, 100, 0)),
        ({"time_range": '{"since":"2026-02-01","until":"2026-01-01"}'}, (400, 100, 0)),
        ({"time_range": '{"since":"2026-02-30","until":"2026-03-01"}'}, (400, 100, 0)),
        ({"time_range": '{"since":"2023-10-21","until":"2026-01-01"}'}, (400, 3018, 0)),
        ({"time_range": '{"since":"2026-01-01","until":"9999-12-31"}'}, (400, 100, 0)),
        ({"time_increment": "91"}, (400, 100, 0)),
        ({"time_increment": "0"}, (400, 100, 0)),
        ({"time_increment": "weekly"}, (400, 100, 0)),
        ({"limit": "501"}, (400, 100, 1487534)),
        ({"sort": "colour_descending"}, (400, 100, 0)),
        ({"sort": '["spend_descending","clicks_ascending"]'}, (400, 100, 0)),
        ({"filtering": '[{"field":"adset.id","operator":"IN","value":["1"]}]'}, (400, 100, 0)),
        ({"level": "adset", "filtering": '[{"field":"ad.id","operator":"IN","value":["1"]}]'}, (400, 100, 0)),
    ],
)
async def test_a_question_that_meta_would_not_take_is_refused(
    graph: httpx2.AsyncClient, refusal: Refusal, params: dict[str, str], expected: tuple[int, int, int]
) -> None:
    assert await refusal(graph, f"/act_{SMALL}/insights", **params) == expected


async def test_a_campaign_has_no_insights_at_level_account(graph: httpx2.AsyncClient, refusal: Refusal) -> None:
    assert await refusal(graph, f"/{FIRST}/insights", level="account") == (400, 100, 0)
