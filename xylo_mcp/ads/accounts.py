"""Ad accounts."""

from collections.abc import Sequence
from typing import Literal

import msgspec

from .errors import AdsError

AccountStatus = Literal["active", "disabled", "closed", "unknown"]


class Account(msgspec.Struct, frozen=True):
    """One ad account.

    Attributes:
        id: in its platform's own form, e.g. `act_123456789`; unique over all platforms.
        platform: the name of the platform's folder.
        name: as its owner wrote it: third-party text.
        currency: ISO 4217 code; all money of the account is in it.
        time_zone: IANA name; days of the account are days there.
        status: whether it can advertise; `raw_status` is the platform's own word.
        route: how the platform reaches it (Google: the manager's id); empty when directly. Never shown.
    """

    id: str
    platform: str
    name: str
    currency: str
    time_zone: str
    status: AccountStatus
    raw_status: str
    route: str = ""


class Unreadable(msgspec.Struct, frozen=True):
    """An account that a platform lists and of which not enough can be read to work with it."""

    id: str
    error: AdsError


class Roster(msgspec.Struct, frozen=True):
    """The accounts of one platform, in a stable order, and those that could not be read."""

    accounts: Sequence[Account]
    unreadable: Sequence[Unreadable] = ()
