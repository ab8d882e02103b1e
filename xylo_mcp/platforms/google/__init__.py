"""Google Ads, read and changed through the REST face of the Google Ads API."""

from contextlib import AbstractAsyncContextManager
from decimal import Decimal

from ...contract import AdPlatform, Connection, PlatformSpec, Setting
from .people import AUDIENCES, SENDING
from .words import RECIPES

_SETTINGS = (
    Setting("CLIENT_ID", "OAuth client id of your Google Cloud project", secret=False),
    Setting("CLIENT_SECRET", "secret of that OAuth client"),
    Setting(
        "REFRESH_TOKEN",
        "refresh token of a Google user who reaches the ad accounts, with the scope adwords; for customer lists and "
        "conversions with datamanager too",
    ),
    Setting("DEVELOPER_TOKEN", "developer token, which Google ignores since September 2026", required=False),
    Setting(
        "LOGIN_CUSTOMER_ID",
        "manager account to go through; then only the accounts below it are seen",
        required=False,
        secret=False,
        pattern="[0-9]{3}-?[0-9]{3}-?[0-9]{4}",
    ),
    Setting(
        "BASE_URL",
        "where the Google Ads API is",
        required=False,
        secret=False,
        default="https://googleads.googleapis.com",
    ),
    Setting(
        "DATA_MANAGER_URL",
        "where the Data Manager API is, which takes people's data",
        required=False,
        secret=False,
        default="https://datamanager.googleapis.com",
    ),
    Setting(
        "TOKEN_URL",
        "where access tokens are fetched",
        required=False,
        secret=False,
        default="https://oauth2.googleapis.com/token",
    ),
)


def _open(connection: Connection) -> AbstractAsyncContextManager[AdPlatform]:
    from .adapter import open_platform  # noqa: PLC0415 - knowing a platform stays cheap; opening it loads its adapter

    return open_platform(connection)


SPEC = PlatformSpec(
    name="google",
    title="Google Ads",
    account_id=r"customers/[0-9]{10}",
    account_example="customers/1234567890",
    api_version="v26",
    settings=_SETTINGS,
    conversions="primary actions by click date",
    # Daily figures reach back 37 months since 1 June 2026 (Google Ads API docs, "Zero metrics and retention").
    history_days=1125,
    # Booked on the click's day for as long as the conversion window lasts (Google Ads help, up to 90 days).
    settling_days=90,
    creates=frozenset(RECIPES),
    # "Caps daily spend at two times the specified budget amount" (v26, `BudgetTypeEnum.STANDARD`). More, up to 30.4
    # times, only where conversions are paid for instead of clicks (FIXED_CPA), which is never created here.
    overspend=Decimal(2),
    open=_open,
    audiences=AUDIENCES,
    sending=SENDING,
    # One transaction changes a campaign and its budget (v26, `GoogleAdsService.Mutate`).
    apart=(),
    breakdowns={
        "country": "where people were, or which country they were interested in; not by ad",
        "device": "the kind of device",
        "publisher_platform": "Google's network: search, its partners, YouTube, sites and apps (content)",
        "age": "age as Google knows or estimates it; not all is told by age, so the parts may come to less; not by ad",
        "gender": "as age: not all is told by gender, so the parts may come to less; not by ad",
    },
    lacks={"link_clicks": "Google does not tell link clicks apart from other clicks."},
    events={
        "purchase": "primary conversion actions of the category Purchase",
        "lead": "primary conversion actions for submitted forms, calls, messages and imported leads",
        "app_install": "primary conversion actions of the category Download, which app installs have",
        "sign_up": "primary conversion actions of the category Sign-up",
        "subscription": "primary conversion actions of the category Subscribe",
        "add_to_cart": "primary conversion actions of the category Add to cart",
        "begin_checkout": "primary conversion actions of the category Begin checkout",
        "page_view": "primary conversion actions of the category Page view",
    },
)
