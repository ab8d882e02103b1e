"""A platform as data."""

from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from decimal import Decimal

import msgspec

from ..ads.campaigns import Objective
from ..ads.insights import Breakdown, Sum
from .connections import Connection, Setting
from .people import AudienceRules, ConversionRules
from .platforms import AdPlatform


class PlatformSpec(msgspec.Struct, frozen=True):
    """A platform as data.

    Attributes:
        name: of its folder.
        title: as people write it.
        account_id: regular expression that the whole of its account ids matches.
        account_example: one such id.
        api_version: of the vendor's interface.
        settings: what it needs; the base URL is the setting `BASE_URL`.
        conversions: which events its `conversions` count, and with which attribution.
        history_days: how far back its insights reach.
        settling_days: for so many days after a day, its conversions may still grow.
        creates: the objectives that it can make campaigns of.
        apart: the fields of a campaign that no request can change together with the others; each group is a
            request of its own.
        overspend: how many times a daily budget one day may cost at most.
        open: gives it for as long as the context lasts.
        breakdowns: what its insights can be divided by, and what the parts are.
        lacks: the sums that it never tells, and why; `lacks_by`: those that it does not tell in these breakdowns.
        events: what an operator may have it count as conversions, and what each of them counts.
        audiences, sending: what its audiences are like, and the conversions that it is sent.
    """

    name: str
    title: str
    account_id: str
    account_example: str
    api_version: str
    settings: tuple[Setting, ...]
    conversions: str
    history_days: int
    settling_days: int
    creates: frozenset[Objective]
    overspend: Decimal
    open: Callable[[Connection], AbstractAsyncContextManager[AdPlatform]]
    audiences: AudienceRules
    sending: ConversionRules
    apart: tuple[frozenset[str], ...] = ()
    breakdowns: Mapping[Breakdown, str] = msgspec.field(default_factory=dict[Breakdown, str])
    lacks: Mapping[Sum, str] = msgspec.field(default_factory=dict[Sum, str])
    lacks_by: Mapping[Breakdown, Mapping[Sum, str]] = msgspec.field(default_factory=dict[Breakdown, Mapping[Sum, str]])
    events: Mapping[str, str] = msgspec.field(default_factory=dict[str, str])

    def unsaid(self, breakdown: Breakdown | None) -> Mapping[Sum, str]:
        """The sums that it does not tell when divided so, and why."""
        return {**self.lacks, **(self.lacks_by.get(breakdown, {}) if breakdown else {})}
