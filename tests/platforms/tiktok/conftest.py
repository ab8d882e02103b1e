"""TikTok's adapter behind the real client, on a network that a test plays."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime

import httpx2
import msgspec
import pytest

from xylo_mcp.ads.accounts import Account
from xylo_mcp.contract import AdPlatform, Clock, Connection
from xylo_mcp.platforms.tiktok import SPEC

Reply = Callable[[httpx2.Request], httpx2.Response]
Opened = Callable[..., AbstractAsyncContextManager[AdPlatform]]
Answer = Callable[..., httpx2.Response]


@pytest.fixture
def clock() -> Clock:
    return lambda: datetime(2026, 3, 4, 10, 11, 12, tzinfo=UTC)


@pytest.fixture
def account() -> Account:
    return Account(
        id="tiktok_7123456789012345678",
        platform="tiktok",
        name="Demo GmbH",
        currency="EUR",
        time_zone="Europe/Berlin",
        status="active",
        raw_status="STATUS_ENABLE",
    )


@pytest.fixture
def opened(clock: Clock) -> Opened:
    def open_with(
        reply: Reply, base_url: str = "https://business-api.tiktok.com", events_api: str = ""
    ) -> AbstractAsyncContextManager[AdPlatform]:
        settings = {
            "ACCESS_TOKEN": "0f1e2d3c4b5a6978",
            "APP_ID": "7000000000000000001",
            "APP_SECRET": "s3cr3t-of-the-app",
            "BASE_URL": base_url,
            "EVENTS_API": events_api,
        }
        return SPEC.open(Connection(settings, httpx2.MockTransport(reply), clock))

    return open_with


@pytest.fixture
def good() -> Answer:
    """Makes a good answer of its `data`."""

    def make(data: object) -> httpx2.Response:
        envelope = {"code": 0, "message": "OK", "request_id": "20260304101112A1B2C3D4E5F60718293A4B", "data": data}
        return httpx2.Response(200, content=msgspec.json.encode(envelope))

    return make
