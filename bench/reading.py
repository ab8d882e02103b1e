"""Decoding: what vendors' answers cost to read into our models, against `json.loads` of the same bytes."""

import gc
import json
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from functools import partial
from time import process_time

from xylo_mcp.ads.accounts import Account
from xylo_mcp.ads.insights import InsightsQuery
from xylo_mcp.platforms.google.achievements import Row
from xylo_mcp.platforms.google.assembly import Assembly
from xylo_mcp.platforms.google.campaigns import CampaignRow, in_our_words
from xylo_mcp.platforms.google.payloads import Page, Part, read
from xylo_mcp.platforms.google.reports import report
from xylo_mcp.platforms.meta import insight_rows
from xylo_mcp.platforms.meta import payloads as meta
from xylo_mcp.platforms.tiktok import payloads as tiktok
from xylo_mcp.platforms.tiktok import report_rows, reports

from . import vendor_rows as rows
from .figures import Figure, Goal, ratio

_GOAL = Goal(1.2)
_TIMES = 15
_WEEK = (date(2026, 9, 1), date(2026, 9, 7))
_CAMPAIGNS = InsightsQuery("campaign", *_WEEK)
_ADS_BY_DAY = InsightsQuery("ad", date(2026, 9, 1), date(2026, 9, 10), "day")
_NOW = datetime(2026, 10, 1, tzinfo=UTC)
_Read = Callable[[bytes], object]


def measure() -> list[Figure]:
    return [
        _figure("Meta campaigns", rows.pages(rows.meta_campaign, 500, rows.meta_page), _meta_campaigns),
        _figure("Meta insights", rows.pages(rows.meta_insight, 500, rows.meta_page), _meta_insights),
        _figure("Google campaigns", rows.pages(rows.google_campaign, 10_000, rows.google_page), _google_campaigns),
        _figure(
            "Google insights by campaign",
            rows.pages(rows.google_total, 10_000, rows.google_page),
            partial(_google_insights, _CAMPAIGNS),
        ),
        _figure(
            "Google insights by ad and day",
            rows.pages(rows.google_ad, 10_000, rows.google_page),
            partial(_google_insights, _ADS_BY_DAY),
        ),
        _figure("TikTok campaigns", rows.pages(rows.tiktok_campaign, 1000, rows.tiktok_page), _tiktok_campaigns),
        _figure("TikTok insights", rows.pages(_TIKTOK_ROW, 1000, rows.tiktok_page), _tiktok_insights),
    ]


def _figure(name: str, pages: Sequence[bytes], ours: _Read) -> Figure:
    """Processor time alone: nothing is waited for, and others on the machine disturb it less."""
    of, to = list[float](), list[float]()
    for _ in range(_TIMES):
        to.append(_seconds(json.loads, pages))
        of.append(_seconds(ours, pages))
    return ratio("reading", f"10,000 rows of {name}, against json.loads", of, to, _GOAL)


def _seconds(read_page: _Read, pages: Sequence[bytes]) -> float:
    gc.collect()  # else the one pays for collecting what the other left
    begun = process_time()
    kept = [read_page(page) for page in pages]
    spent = process_time() - begun
    del kept
    return spent


_META = Account("act_1", "meta", "Bench", "USD", "America/Los_Angeles", "active", "1")
_GOOGLE = Account("customers/1234567890", "google", "Bench", "EUR", "Europe/Berlin", "active", "ENABLED")
_TIKTOK = Account("tiktok_7000000000000000010", "tiktok", "Bench", "EUR", "Europe/Berlin", "active", "STATUS_ENABLE")
_FORM = reports.form(_CAMPAIGNS)
_TIKTOK_ROW = rows.tiktok_report(_FORM.metrics)


def _meta_campaigns(page: bytes) -> object:
    return meta.campaigns(page, _META, _NOW)


def _meta_insights(page: bytes) -> object:
    return insight_rows.rows(page, _CAMPAIGNS)


def _google_campaigns(page: bytes) -> object:
    return in_our_words(read(page, Page[CampaignRow]).rows, _GOOGLE)


def _google_insights(query: InsightsQuery, page: bytes) -> object:
    return Assembly(report(query), {}).add(read(page, Part[Row]).results)


def _tiktok_campaigns(page: bytes) -> object:
    return tiktok.every_campaign(page, _TIKTOK, _number(page))


def _tiktok_insights(page: bytes) -> object:
    return report_rows.page(page, _number(page), _FORM)


def _number(page: bytes) -> int:
    """Which page it is, from its end, where the vendor's envelope tells it."""
    return int(page.rpartition(b'"page":')[2].partition(b",")[0])
