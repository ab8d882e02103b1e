"""Audiences: groups of people that ads can be shown to, or kept from."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

import msgspec

AudienceKind = Literal["customer_list", "website", "app_activity", "engagement", "lookalike", "other"]
Readiness = Literal["ready", "processing", "too_small", "unusable", "closed", "unknown"]
Reach = Literal["narrow", "balanced", "broad"]


class Audience(msgspec.Struct, frozen=True, gc=False):
    """One audience.

    Attributes:
        id: the platform's own id, digits as text.
        account: id of the account it belongs to.
        name: third-party text, as the platform sent it.
        kind: `other` where the platform's word has no counterpart.
        size: about how many people of the platform are in it; None: it does not say, or not yet.
        readiness: whether ads can use it now.
        raw_kind, raw_status: the platform's own words, empty if it said none.
        created: None where the platform does not say.
    """

    id: str
    account: str
    name: str
    kind: AudienceKind
    size: int | None
    readiness: Readiness
    raw_kind: str = ""
    raw_status: str = ""
    created: datetime | None = None


class AudiencePage(msgspec.Struct, frozen=True):
    """A part of an account's audiences; `next` is the platform's place to go on from, None at the end."""

    audiences: Sequence[Audience]
    next: str | None


class Rule(msgspec.Struct, frozen=True):
    """Who did something belongs to the audience.

    Attributes:
        source: the platform's id of where it was done: a pixel, an app, a page or a video's owner.
        days: for so long after they did it.
        event: the platform's own name of what they did; empty: anything.
        url_contains: only on pages with this in their address.
    """

    source: str
    days: int
    event: str = ""
    url_contains: str = ""


class Seed(msgspec.Struct, frozen=True):
    """Who is like the people of another audience belongs to this one.

    Attributes:
        audience_id: of the other one.
        countries: ISO 3166-1 alpha-2 codes, at least one.
        reach: how many there may be; narrow: only those who are most alike.
    """

    audience_id: str
    countries: tuple[str, ...]
    reach: Reach = "narrow"
