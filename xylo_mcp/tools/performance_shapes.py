"""The shapes of an answer about performance."""

from collections.abc import Mapping
from typing import NotRequired

from typing_extensions import TypedDict

from .tables import MetricsShown


class ChangeShown(TypedDict):
    """A metric in the time before, and what became of it; percent is null where it was nothing."""

    before: float | None
    by: float | None
    percent: float | None


Changes = Mapping[str, ChangeShown]


class RowShown(TypedDict):
    """One row: what it is of, its numbers, and their changes where those were asked for."""

    account: NotRequired[str]
    campaign_id: NotRequired[str]
    campaign_name: NotRequired[str]
    ad_group_id: NotRequired[str]
    ad_group_name: NotRequired[str]
    ad_id: NotRequired[str]
    ad_name: NotRequired[str]
    segment: NotRequired[str]
    date: NotRequired[str]
    metrics: MetricsShown
    changes: NotRequired[Changes]


class SectionShown(TypedDict):
    """Rows of one currency; `total` sums them all, those not shown here too."""

    account: str | None
    platform: str | None
    currency: str
    time_zone: str | None
    date_from: str
    date_to: str
    provisional_from: str | None
    total: MetricsShown
    changes: NotRequired[Changes]
    others: NotRequired[MetricsShown]
    others_rows: NotRequired[int]
    rows: list[RowShown]


class TotalShown(TypedDict):
    """The sum over all accounts of one currency."""

    currency: str
    metrics: MetricsShown
    changes: NotRequired[Changes]


class InOneShown(TypedDict):
    """All currencies in one, at the rates that the operator declared."""

    currency: str
    rates_as_of: str
    spend: float | None
    conversion_value: float | None


class DefinitionShown(TypedDict):
    """What counts as a conversion for these accounts, with which attribution."""

    platform: str
    counted: str
    accounts: NotRequired[list[str]]


class RestatedShown(TypedDict):
    """A settled day that a platform tells otherwise now than before."""

    account: str
    date: str
    read_before: str
    spend_before: float | None
    spend: float | None
    changed: list[str]


class UnknownShown(TypedDict):
    """Why a metric is null somewhere."""

    metric: str
    why: str
