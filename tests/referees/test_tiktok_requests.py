"""TikTok's own SDK would send what the adapter sends: the same path, the same body, for the same wish."""

from datetime import date
from decimal import Decimal
from typing import Any, get_args

import msgspec
import pytest
from business_api_client import ApiClient
from business_api_client.api.campaign_creation_api import CampaignCreationApi
from business_api_client.api.reporting_api import ReportingApi
from business_api_client.models import (
    CampaignCreateBody,
    CampaignStatusUpdateBody,
    CampaignUpdateBody,
    ReportTaskCreateBody,
)

from xylo_mcp.ads.accounts import Account
from xylo_mcp.ads.changes import Change, CreateCampaign, PauseCampaign, UpdateCampaign
from xylo_mcp.ads.dates import Span
from xylo_mcp.ads.insights import InsightsQuery, Level
from xylo_mcp.ads.money import Money
from xylo_mcp.platforms.tiktok import SPEC, changes, reports

ACCOUNT = Account("tiktok_7123456789012345678", "tiktok", "Demo", "EUR", "Europe/Berlin", "active", "STATUS_ENABLE")
EUR = Money(Decimal("75.50"), "EUR")
CHANGES: list[Change] = [
    *(CreateCampaign(ACCOUNT.id, "春 N", objective, daily_budget=EUR) for objective in sorted(SPEC.creates)),
    CreateCampaign(ACCOUNT.id, "N", "traffic", lifetime_budget=EUR),
    UpdateCampaign(ACCOUNT.id, "902", "Neu", EUR),
    UpdateCampaign(ACCOUNT.id, "902", lifetime_budget=EUR),
    UpdateCampaign(ACCOUNT.id, "902", status="active"),
    PauseCampaign(ACCOUNT.id, "902"),
]
BODIES = {
    "campaign/create/": (CampaignCreateBody, CampaignCreationApi.campaign_create),
    "campaign/update/": (CampaignUpdateBody, CampaignCreationApi.campaign_update),
    "campaign/status/update/": (CampaignStatusUpdateBody, CampaignCreationApi.campaign_status_update),
}


class Recorder(ApiClient):
    """Keeps what the SDK is about to send instead of sending it."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: tuple[str, str, Any] | None = None

    def call_api(self, resource_path: str, method: str, *_: object, body: object = None, **__: object) -> None:
        self.sent = (resource_path, method, self.sanitize_for_serialization(body))


@pytest.mark.parametrize("change", CHANGES)
def test_the_sdk_would_send_the_same_change(change: Change) -> None:
    path, content = changes.request(ACCOUNT, change, "op:7f3k9m2q4wxy", None)
    body = msgspec.json.decode(content)
    kind, call = BODIES[path]
    recorder = Recorder()

    call(CampaignCreationApi(recorder), "token", body=kind(**body))

    defaults = {"rta_bid_enabled": False} if path == "campaign/create/" else {}
    assert recorder.sent == (f"/open_api/v1.3/{path}", "POST", {**defaults, **body})
    assert {name: type(value).__name__ for name, value in body.items()} == {
        name: kind.swagger_types[name].partition("[")[0] for name in body
    }


@pytest.mark.parametrize("level", get_args(Level))
def test_the_sdk_would_ask_for_the_same_report_to_be_made(level: Level) -> None:
    since, until = date(2026, 2, 1), date(2026, 2, 28)
    form = reports.form(InsightsQuery(level, since, until, "day", reach=True, breakdown="country"))
    asked = reports.asked("7123456789012345678", form, reports.Piece(Span(since, until), ()), "kept")
    body = {**asked, "output_format": "CSV_STRING", "enable_report_title_translation": False}
    recorder = Recorder()

    ReportingApi(recorder).report_task_create("token", body=ReportTaskCreateBody(**body))

    assert recorder.sent is not None
    path, method, sent = recorder.sent
    assert (path, method) == ("/open_api/v1.3/report/task/create/", "POST")
    assert {name: sent[name] for name in body} == body
