"""What campaigns may spend as they stand: the budgets that they draw on, wherever these sit."""

from collections.abc import Sequence
from datetime import date
from typing import Literal

import msgspec

from .campaigns import Campaign
from .money import Money

Seat = Literal["campaign", "ad_group", "shared"]


class Budget(msgspec.Struct, frozen=True):
    """One budget.

    Attributes:
        id: unique within the account; campaigns that draw on one and the same budget name the same id.
        seat: where it sits.
        daily, lifetime: its amount, one of the two; neither: how much it allows is not known, so it has no bound.
        starts, ends: first and last day on which a lifetime budget can be spent, in the account's time zone;
            None: not known.
    """

    id: str
    seat: Seat
    daily: Money | None = None
    lifetime: Money | None = None
    starts: date | None = None
    ends: date | None = None


class Standing(msgspec.Struct, frozen=True):
    """A campaign, and all the budgets that it can spend from while it runs.

    Without a budget of its own these are its active ad groups'. None at all: nothing in it can spend as it is.
    """

    campaign: Campaign
    budgets: Sequence[Budget] = ()


class Look(msgspec.Struct, frozen=True):
    """An account as it was found at one moment.

    Attributes:
        running: every campaign that is configured as active and not over, whatever its platform makes of it.
        target: the campaign that was asked about, in whatever state; None where there is none of that id.
    """

    running: Sequence[Standing]
    target: Standing | None = None
