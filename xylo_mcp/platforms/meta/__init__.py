"""Meta (Facebook and Instagram), through its Marketing API v26.0."""

from contextlib import AbstractAsyncContextManager
from decimal import Decimal

from ...contract import AdPlatform, Connection, PlatformSpec, Setting
from .events import EVENTS
from .people import AUDIENCES, SENDING
from .segments import BREAKDOWNS


def _open(connection: Connection) -> AbstractAsyncContextManager[AdPlatform]:
    from .adapter import opened  # noqa: PLC0415 - the wire is loaded when it is first needed

    return opened(connection)


SPEC = PlatformSpec(
    name="meta",
    title="Meta",
    account_id=r"act_[0-9]{1,20}",
    account_example="act_123456789",
    api_version="v26.0",
    settings=(
        Setting("ACCESS_TOKEN", "an access token with the permission ads_read, best of a system user"),
        Setting("APP_SECRET", "the secret of the app the token belongs to; proves each request", required=False),
        Setting(
            "BASE_URL",
            "where Meta's Graph API is",
            required=False,
            secret=False,
            default="https://graph.facebook.com",
        ),
    ),
    conversions="purchases, leads, app installs; default 7d click, 1d view",
    history_days=1125,  # 37 months (Meta Marketing API docs, "Insights API: limits and best practices")
    # Insights settle after 28 days (Meta Marketing API docs, Insights).
    settling_days=28,
    creates=frozenset({"awareness", "traffic", "engagement", "leads", "app_promotion", "sales"}),
    # The API's docs say up to 1.25 times, other material of Meta's up to 1.75: the larger one errs on the safe side.
    overspend=Decimal("1.75"),
    breakdowns=BREAKDOWNS,
    events=EVENTS,
    open=_open,
    audiences=AUDIENCES,
    sending=SENDING,
)
