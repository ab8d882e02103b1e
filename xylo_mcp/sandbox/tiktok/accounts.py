"""Advertisers, as TikTok lists and describes them."""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated

import msgspec

from ..world import AccountPlan, World
from . import refusals
from .cast import CREDENTIALS, PLATFORM, SOMEONE_ELSES
from .envelope import Data
from .parameters import Asked, Id, Names
from .refusals import Refusal, parameter

_COUNTRIES = {"USD": "US", "EUR": "DE", "JPY": "JP", "GBP": "GB"}
_OPENED = datetime(2024, 5, 6, 7, 8, 9, tzinfo=UTC)
_ON_REQUEST = frozenset({"company_name_editable"})


class _GrantedAccounts(msgspec.Struct, frozen=True):
    app_id: str
    secret: str


class _AccountDetails(msgspec.Struct, frozen=True):
    advertiser_ids: Annotated[tuple[Id, ...], msgspec.Meta(min_length=1, max_length=100)]
    fields: Names = ()


def granted_accounts(world: World, asked: Asked) -> Data:
    """All advertisers that the token reaches. The answer has no pages."""
    wanted = asked.read_as(_GrantedAccounts)
    if wanted.app_id != CREDENTIALS["APP_ID"]:
        raise Refusal(refusals.APP_FORBIDDEN, "The app does not exist or has been blocked.")
    if wanted.secret != CREDENTIALS["APP_SECRET"]:
        raise Refusal(refusals.BAD_APP_SECRET, "The secret does not belong to this app.")
    plans = world.cast(PLATFORM).accounts
    return {"list": [{"advertiser_id": plan.id, "advertiser_name": plan.name} for plan in plans]}


def account_details(world: World, asked: Asked) -> Data:
    """What is known about some advertisers; about all of them or, if one may not be seen, none."""
    wanted = asked.read_as(_AccountDetails)
    details = [_details(granted(world, advertiser_id)) for advertiser_id in wanted.advertiser_ids]
    for name in wanted.fields:
        if name not in details[0]:
            raise parameter("fields", f"Invalid field '{name}'.")
    fields = wanted.fields or tuple(name for name in details[0] if name not in _ON_REQUEST)
    return {"list": [{name: detail[name] for name in fields} for detail in details]}


def granted(world: World, advertiser_id: str) -> AccountPlan:
    """The advertiser with this id, if there is one and the token reaches it."""
    if advertiser_id == SOMEONE_ELSES:
        raise Refusal(refusals.NO_PERMISSION, f"No permission to operate advertiser {advertiser_id}.")
    plan = world.account(PLATFORM, advertiser_id)
    if plan is None:
        raise Refusal(refusals.NO_SUCH_ADVERTISER, f"The advertiser {advertiser_id} doesn't exist.")
    return plan


def writable(world: World, advertiser_id: str) -> AccountPlan:
    """Likewise, if it may still advertise. Under which code TikTok refuses one that may not is not documented."""
    plan = granted(world, advertiser_id)
    if plan.disabled:
        raise Refusal(refusals.NO_PERMISSION, f"The advertiser {advertiser_id} is disabled.")
    return plan


def _details(plan: AccountPlan) -> Mapping[str, object]:
    return {
        "advertiser_id": plan.id,
        "name": plan.name,
        "company": "Nordlicht Outdoor GmbH",
        "status": "STATUS_DISABLE" if plan.disabled else "STATUS_ENABLE",
        "role": "ROLE_ADVERTISER",
        "currency": plan.currency,
        "timezone": plan.time_zone,
        "display_timezone": plan.time_zone,
        "balance": Decimal(0) if plan.disabled else Decimal("812.4"),
        "country": _COUNTRIES[plan.currency],
        "industry": "291905",
        "language": "en",
        "create_time": int(_OPENED.timestamp()),
        "advertiser_account_type": "AUCTION",
        "owner_bc_id": "7100000000000000001",
        "rejection_reason": "",
        "contacter": "N***t",
        "email": "o***@nordlicht.example",
        "company_name_editable": False,
    }
