"""What the dashboard draws: the data it is given, in the words of the answers. None is not known, never zero."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Literal

import msgspec

META_KEY = "xylo/pictures"
"""Where in a tool result's `_meta` the page looks; hosts keep `_meta` from the model."""


class Day(msgspec.Struct, frozen=True):
    """One day of a group."""

    date: date
    spend: Decimal | None
    conversions: Decimal | None


class Group(msgspec.Struct, frozen=True):
    """All accounts of one platform that share a currency.

    Attributes:
        change_percent: of spend, against the period before.
    """

    platform: str
    currency: str
    days: Sequence[Day]
    spend: Decimal | None
    conversions: Decimal | None
    change_percent: Decimal | None


class Campaign(msgspec.Struct, frozen=True):
    """One campaign over the whole time; `ctr` and `change_percent` (of spend) in percent."""

    platform: str
    account: str
    currency: str
    id: str
    name: str
    spend: Decimal | None
    impressions: int | None
    clicks: int | None
    ctr: Decimal | None
    conversions: Decimal | None
    cost_per_conversion: Decimal | None
    roas: Decimal | None
    change_percent: Decimal | None


class Pacing(msgspec.Struct, frozen=True):
    """What is spent a day on average, under the cap on what may be committed a day.

    Attributes:
        scope: whose cap it is, in words: "everything", a platform, an account.
        spend_a_day: None where it is not known in the currency of the cap.
    """

    scope: str
    currency: str
    spend_a_day: Decimal | None
    cap: Decimal


class Failed(msgspec.Struct, frozen=True):
    """Who did not answer, and why."""

    subject: str
    message: str


class Pictures(msgspec.Struct, frozen=True):
    """Everything that the page shows.

    Attributes:
        date_preset: what was asked, such as `last_7d`.
        provisional_from: the day from which conversions may still grow.
    """

    mode: Literal["sandbox", "dry_run", "live"]
    date_preset: str
    as_of: Annotated[datetime, msgspec.Meta(tz=True)]
    provisional_from: date | None
    groups: Sequence[Group]
    campaigns: Sequence[Campaign]
    pacing: Sequence[Pacing]
    failures: Sequence[Failed]
    notes: Sequence[str]


_encoder = msgspec.json.Encoder(decimal_format="number")


def meta(pictures: Pictures) -> dict[str, object]:
    """`pictures` as the `_meta` of a tool's result, amounts as JSON numbers like everywhere in an answer."""
    return {META_KEY: msgspec.json.decode(_encoder.encode(pictures))}
