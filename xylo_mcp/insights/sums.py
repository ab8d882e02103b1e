"""What may be added up: within a currency, and only what means the same."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal

import msgspec

from ..ads.fields import QUOTIENTS
from ..ads.insights import PEOPLE, RATIOS, SUMS, Metric, Metrics, Sum, total
from .counting import Counted

# What each platform counts in a way of its own, conversions even each account.
_BY_DEFINITION: tuple[Sum, ...] = ("conversions", "conversion_value")
_BY_PLATFORM: tuple[Sum, ...] = ("video_views",)


class Difference(msgspec.Struct, frozen=True):
    """A metric before and now: by how much it changed, and by how many percent of what it was (None: of nothing)."""

    before: Decimal | None
    by: Decimal | None
    percent: Decimal | None


class InOneCurrency(msgspec.Struct, frozen=True):
    """Spend and conversion value of several currencies in `currency`, at the operator's rates of `rates_as_of`."""

    currency: str
    rates_as_of: date
    spend: Decimal | None
    conversion_value: Decimal | None


def not_added(counted: Iterable[Counted]) -> frozenset[Sum]:
    """The sums that cannot be added up over accounts which count so: they mean different things."""
    ways = {(one.platform, one.events) for one in counted}
    platforms = {platform for platform, _ in ways}
    return frozenset((_BY_DEFINITION if len(ways) > 1 else ()) + (_BY_PLATFORM if len(platforms) > 1 else ()))


def added(parts: Iterable[Metrics], left_out: frozenset[Sum]) -> Metrics:
    """The sum of `parts`, of which `left_out` stays unknown."""
    return without(total(parts), left_out)


def without(metrics: Metrics, left_out: frozenset[Sum]) -> Metrics:
    """`metrics`, of which `left_out` is unknown."""
    return msgspec.structs.replace(metrics, **dict.fromkeys(left_out, None)) if left_out else metrics


def difference(now: Decimal | None, before: Decimal | None) -> Difference:
    """What became of `before`."""
    if now is None or before is None:
        return Difference(before, None, None)
    return Difference(before, now - before, (now - before) * 100 / before if before else None)


def value(metrics: Metrics, metric: Metric) -> Decimal | None:
    """The `metric` of sums; people are no sum."""
    if metric in PEOPLE:
        return None
    found: Decimal | int | None = getattr(metrics, metric)
    return found if found is None or isinstance(found, Decimal) else Decimal(found)


def converted(
    sums: Mapping[str, Metrics], worth: Mapping[str, Decimal], currency: str, rates_as_of: date
) -> InOneCurrency | None:
    """The `sums` by currency as one in `currency`, if they are several and there is a rate for each of them."""
    if len(sums) <= 1 or any(one not in worth for one in sums):
        return None
    return InOneCurrency(
        currency,
        rates_as_of,
        _weighed([(metrics.spend, worth[one]) for one, metrics in sums.items()]),
        _weighed([(metrics.conversion_value, worth[one]) for one, metrics in sums.items()]),
    )


def _weighed(parts: Sequence[tuple[Decimal | None, Decimal]]) -> Decimal | None:
    whole = Decimal(0)
    for amount, worth in parts:
        if amount is None:
            return None
        whole += amount * worth
    return whole


def why_unknown(metrics: Metrics, metric: Metric) -> str:
    """Why `metric` is null, where it is: what it is made of is not known, or there is nothing to divide by."""
    if metric in RATIOS:
        part, whole, _ = QUOTIENTS[metric]
        missing = [needed for needed in (part, whole) if getattr(metrics, needed) is None]
        return f"{missing[0]} not known" if missing else f"no {whole}"
    return "not known" if metric in SUMS else "people are not added up"
