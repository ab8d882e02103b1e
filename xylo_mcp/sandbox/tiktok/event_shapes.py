"""What an event of the Events API 2.0 may hold, field by field (TikTok API for Business docs, v1.3, "Events API 2.0",
"Supported parameters").
"""

from collections.abc import Mapping
from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, UnsetType

from .event_intake import Digests

_Text = str | UnsetType
_Digests = Digests | UnsetType
_HASHED = ("email", "phone", "external_id", "first_name", "last_name", "zip_code")


class User(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who did it. The first three are hashed, one or a list of them. Names, town and so on are on no older page, but
    seen (2025): that names and postcodes are hashed is inferred.
    """

    email: _Digests = UNSET
    phone: _Digests = UNSET
    external_id: _Digests = UNSET
    first_name: _Text = UNSET
    last_name: _Text = UNSET
    zip_code: _Text = UNSET
    city: _Text = UNSET
    state: _Text = UNSET
    country: _Text = UNSET
    ttclid: _Text = UNSET
    ttp: _Text = UNSET
    ip: _Text = UNSET
    user_agent: _Text = UNSET
    locale: _Text = UNSET
    idfa: _Text = UNSET
    idfv: _Text = UNSET
    gaid: _Text = UNSET
    att_status: _Text = UNSET


class Page(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where it was done."""

    url: Annotated[str, msgspec.Meta(min_length=1)]
    referrer: _Text = UNSET


class _Content(msgspec.Struct, frozen=True):
    price: int | float | UnsetType = UNSET
    quantity: int | UnsetType = UNSET
    content_id: _Text = UNSET
    content_type: _Text = UNSET
    content_name: _Text = UNSET
    content_category: _Text = UNSET
    brand: _Text = UNSET


class Properties(msgspec.Struct, frozen=True):
    """What it was about. The sender may have properties of its own beside these."""

    contents: tuple[_Content, ...] = ()
    content_type: Literal["product", "product_group"] | UnsetType = UNSET
    content_ids: tuple[str, ...] = ()
    currency: _Text = UNSET
    value: int | float | UnsetType = UNSET
    num_items: int | UnsetType = UNSET
    search_string: _Text = UNSET
    description: _Text = UNSET
    order_id: _Text = UNSET
    shop_id: _Text = UNSET
    customer_type: Literal["new", "returning"] | UnsetType = UNSET


class App(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The app it was done in."""

    app_id: _Text = UNSET
    app_name: _Text = UNSET
    app_version: _Text = UNSET


class Ad(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The ad it came of, as a measurement partner tells it."""

    callback: _Text = UNSET
    campaign_id: _Text = UNSET
    ad_id: _Text = UNSET
    creative_id: _Text = UNSET
    is_retargeting: bool | UnsetType = UNSET
    attributed: bool | UnsetType = UNSET
    attribution_type: _Text = UNSET
    attribution_provider: _Text = UNSET


class Lead(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The lead that it is about."""

    lead_id: str
    lead_event_source: _Text = UNSET


class Told(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One event; `event_time` is in seconds since 1970."""

    event: Annotated[str, msgspec.Meta(min_length=1)]
    event_time: Annotated[int, msgspec.Meta(ge=0)]
    event_id: str = ""
    user: User = User()
    properties: msgspec.Raw = msgspec.Raw()
    page: Page | UnsetType = UNSET
    app: App | UnsetType = UNSET
    ad: Ad | UnsetType = UNSET
    lead: Lead | UnsetType = UNSET
    limited_data_use: bool | UnsetType = UNSET


def given(user: User) -> Mapping[str, Digests]:
    """What is known of the person, by its names."""
    return {name: value for name in user.__struct_fields__ if (value := getattr(user, name)) is not UNSET}


def hashed(known: Mapping[str, Digests]) -> Mapping[str, Digests]:
    """That of it which must be hashed."""
    return {name: known[name] for name in _HASHED if name in known}
