"""What an answer says of itself: how old it is, and what is different from what was said before."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

import msgspec

from ..ads.insights import Sum
from ..ads.tables import Table


class Restated(msgspec.Struct, frozen=True):
    """A settled day of which a platform now says something else than when it was `read_before`.

    `changed` are the sums in which some object differs; None is what was not said.
    """

    day: date
    read_before: datetime
    spend_before: Decimal | None
    spend_now: Decimal | None
    changed: Sequence[Sum]


class Remembered(msgspec.Struct, frozen=True):
    """An answer. Its oldest part is `as_of` then; `cached`: no platform was asked for it."""

    rows: Table
    as_of: datetime
    cached: bool
    restated: Sequence[Restated] = ()
