"""A connection to a Google that answers as a test says."""

from collections.abc import Callable
from datetime import UTC, datetime

import httpx2
import pytest

from xylo_mcp.contract import Connection

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture
def connection() -> Callable[..., Connection]:
    def make(answer: Callable[[httpx2.Request], httpx2.Response], **settings: str) -> Connection:
        given = {
            "CLIENT_ID": "client.apps.example",
            "CLIENT_SECRET": "client-secret-9",
            "REFRESH_TOKEN": "refresh-token-7",
            "DEVELOPER_TOKEN": "",
            "LOGIN_CUSTOMER_ID": "",
            "BASE_URL": "https://ads.example",
            "DATA_MANAGER_URL": "https://people.example",
            "TOKEN_URL": "https://oauth.example/token",
        }
        return Connection(settings=given | settings, network=httpx2.MockTransport(answer), clock=lambda: NOW)

    return make
