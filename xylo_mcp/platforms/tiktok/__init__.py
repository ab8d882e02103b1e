"""TikTok, through the TikTok API for Business v1.3."""

from contextlib import AbstractAsyncContextManager
from decimal import Decimal

from ...contract import AdPlatform, Connection, PlatformSpec, Setting
from .events import FAMILIES
from .people import AUDIENCES, SENDING
from .segments import DIVIDED, LACKS


def _open(connection: Connection) -> AbstractAsyncContextManager[AdPlatform]:
    from .adapter import opened  # noqa: PLC0415 - the wire is loaded when it is first needed

    return opened(connection)


EVENTS_API = Setting(
    "EVENTS_API",
    "the version of TikTok's Events API that conversions are sent through: 1 is the older one, of websites alone",
    required=False,
    secret=False,
    default="2",
    pattern="[12]",
)
"""Which events are sent how."""

SPEC = PlatformSpec(
    name="tiktok",
    title="TikTok",
    account_id=r"tiktok_[0-9]{15,20}",
    account_example="tiktok_7123456789012345678",
    api_version="v1.3",
    settings=(
        Setting("ACCESS_TOKEN", "the long-lived access token of your TikTok developer app"),
        Setting("APP_ID", "the id of that app", secret=False),
        Setting("APP_SECRET", "the secret of that app; TikTok asks for it to list the ad accounts"),
        Setting(
            "BASE_URL",
            "where TikTok's API is",
            required=False,
            secret=False,
            default="https://business-api.tiktok.com",
        ),
        EVENTS_API,
    ),
    conversions="optimisation events by contact date; default 7d click, 1d view",
    # How far back reports reach is not documented: a conservative choice, rather too short than too long.
    history_days=400,
    # The usual click window; booked on the day of the ad contact (TikTok API for Business docs, v1.3).
    settling_days=7,
    creates=frozenset({"awareness", "traffic", "leads", "conversions"}),
    # Documented for a dynamic daily budget: up to 125 % of it on one day, seven times it in a week. Of plain daily
    # ones nothing is said, so they are taken to be no stricter (TikTok API for Business docs, v1.3, "Budget").
    overspend=Decimal("1.25"),
    # Switching is a request of its own (same docs, "Update the statuses of campaigns").
    apart=(frozenset({"status"}),),
    open=_open,
    audiences=AUDIENCES,
    sending=SENDING,
    breakdowns={name: divided.parts for name, divided in DIVIDED.items()},
    # `clicks` are those to the destination; of links apart from them nothing is told ("Basic reports").
    lacks_by=LACKS,
    lacks={"link_clicks": "TikTok's clicks are already only those that lead to the ad's destination"},
    events={name: family.what for name, family in FAMILIES.items()},
)
