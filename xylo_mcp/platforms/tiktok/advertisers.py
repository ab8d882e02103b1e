"""TikTok's advertisers as our accounts.

Fields and values: TikTok API for Business docs, v1.3, "Get authorized ad accounts", "Get ad account info".
"""

from collections.abc import Mapping, Sequence
from functools import partial

import msgspec

from ...ads.accounts import Account, AccountStatus
from ..reading import currency, identifier, reading, time_zone
from ..rosters import Entry, entry
from .shapes import PLATFORM, Answer, Whole

_PREFIX = "tiktok_"

_ACCOUNT_STATUSES: Mapping[str, AccountStatus] = {
    "STATUS_ENABLE": "active",
    "STATUS_DISABLE": "disabled",
    "STATUS_LIMIT": "disabled",
    "STATUS_PENDING_CONFIRM": "disabled",
    "STATUS_CONFIRM_FAIL": "disabled",
    "STATUS_CONTRACT_PENDING": "disabled",
}
FIELDS = ("advertiser_id", "name", "status", "currency", "timezone", "display_timezone")


class _Named(msgspec.Struct):
    advertiser_id: str | int


class _Advertiser(_Named):
    currency: str
    name: str | None = None
    status: str | None = None
    timezone: str | None = None
    display_timezone: str | None = None


def advertiser_id(account: Account) -> str:
    """TikTok's own id of `account`."""
    return account.id.removeprefix(_PREFIX)


def account_id(advertiser: str) -> str:
    """Our id of one of TikTok's advertisers."""
    return _PREFIX + advertiser


def advertiser_ids(content: bytes) -> Sequence[str]:
    """The advertisers that the token reaches, from an answer of /oauth2/advertiser/get/."""
    with reading(PLATFORM):
        listed = msgspec.json.decode(content, type=Answer[Whole[_Named]]).data.complete()
        return list(dict.fromkeys(str(row.advertiser_id) for row in listed))


def accounts(content: bytes, pattern: str) -> Mapping[str, Entry]:
    """The accounts of an answer of /advertiser/info/, by TikTok's ids."""
    with reading(PLATFORM):
        described = msgspec.json.decode(content, type=Answer[Whole[msgspec.Raw]]).data.complete()
        named = [(str(msgspec.json.decode(row, type=_Named).advertiser_id), row) for row in described]
    return {number: entry(PLATFORM, account_id(number), pattern, partial(_account, row)) for number, row in named}


def _account(raw: msgspec.Raw) -> Account:
    row = msgspec.json.decode(raw, type=_Advertiser)
    raw_status = row.status or ""
    return Account(
        id=_PREFIX + identifier(row.advertiser_id),
        platform=PLATFORM,
        name=row.name or "",
        currency=currency(row.currency),
        # `timezone` first: it is what the account's days are counted in, and older accounts have one
        # without daylight saving ("Etc/GMT+8") that `display_timezone` would put an hour off.
        time_zone=time_zone(row.timezone or row.display_timezone or ""),
        status=_ACCOUNT_STATUSES.get(raw_status, "unknown"),
        raw_status=raw_status,
    )
