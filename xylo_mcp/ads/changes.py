"""Changes: writes as frozen values, before they are acts."""

from datetime import date
from typing import Literal, TypeAlias

import msgspec

from .campaigns import Objective
from .money import Money

Switch = Literal["active", "paused"]


class CreateCampaign(msgspec.Struct, frozen=True, tag=True):
    """A new campaign, which always begins paused.

    Attributes:
        account: id of the account it is to belong to.
        name: in Unicode's composed form (NFC).
        daily_budget, lifetime_budget: exactly one of them, in the account's currency.
        starts, ends: first and last day, in the account's time zone; None: at once, without an end.
    """

    account: str
    name: str
    objective: Objective
    daily_budget: Money | None = None
    lifetime_budget: Money | None = None
    starts: date | None = None
    ends: date | None = None


class UpdateCampaign(msgspec.Struct, frozen=True, tag=True):
    """Other values for an existing campaign; what is empty stays as it is. Values are absolute, never differences."""

    account: str
    campaign_id: str
    name: str = ""
    daily_budget: Money | None = None
    lifetime_budget: Money | None = None
    starts: date | None = None
    ends: date | None = None
    status: Switch | None = None


class PauseCampaign(msgspec.Struct, frozen=True, tag=True):
    """A campaign stops spending."""

    account: str
    campaign_id: str


Change: TypeAlias = CreateCampaign | UpdateCampaign | PauseCampaign


def target(change: Change) -> str:
    """The id of the campaign that is changed; empty for one that is yet to be."""
    return "" if isinstance(change, CreateCampaign) else change.campaign_id


def plain(change: Change) -> Change:
    """`change` by its simplest name: setting the status to paused, and nothing else, is a pause."""
    if isinstance(change, UpdateCampaign) and changed_fields(change) == ("status",) and change.status == "paused":
        return PauseCampaign(change.account, change.campaign_id)
    return change


def changed_fields(change: UpdateCampaign) -> tuple[str, ...]:
    """The names of the fields that `change` gives other values."""
    return tuple(name for name in _CHANGEABLE if getattr(change, name))


def only(change: UpdateCampaign, fields: frozenset[str]) -> UpdateCampaign:
    """The part of `change` that is about these fields."""
    kept = {name: getattr(change, name) for name in changed_fields(change) if name in fields}
    return UpdateCampaign(change.account, change.campaign_id, **kept)


_CHANGEABLE = ("name", "daily_budget", "lifetime_budget", "starts", "ends", "status")
