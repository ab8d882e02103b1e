"""Meta's adapter behind the real client, on a network that a test plays."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime

import httpx2
import pytest

from xylo_mcp.ads.accounts import Account
from xylo_mcp.contract import AdPlatform, Clock, Connection, Jobs, JobsOfOneProcess
from xylo_mcp.platforms.meta import SPEC

Reply = Callable[[httpx2.Request], httpx2.Response]
Opened = Callable[..., AbstractAsyncContextManager[AdPlatform]]


@pytest.fixture
def clock() -> Clock:
    return lambda: datetime(2026, 3, 4, 10, 11, 12, tzinfo=UTC)


@pytest.fixture
def account() -> Account:
    return Account(
        id="act_123456789",
        platform="meta",
        name="Demo GmbH",
        currency="USD",
        time_zone="America/New_York",
        status="active",
        raw_status="ACTIVE",
    )


@pytest.fixture
def opened(clock: Clock) -> Opened:
    def open_with(
        reply: Reply,
        base_url: str = "https://graph.facebook.com",
        app_secret: str = "",
        jobs: Jobs | None = None,
    ) -> AbstractAsyncContextManager[AdPlatform]:
        settings = {"ACCESS_TOKEN": "EAAexampletoken", "APP_SECRET": app_secret, "BASE_URL": base_url}
        return SPEC.open(Connection(settings, httpx2.MockTransport(reply), clock, 0, jobs or JobsOfOneProcess()))

    return open_with
