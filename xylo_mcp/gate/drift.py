"""Whether a campaign still is what it was when a person was asked about it."""

from collections.abc import Iterator
from decimal import Decimal

from ..ads.campaigns import Campaign
from ..ads.errors import Conflict
from ..ads.money import Money, with_currency
from ..ads.operations import Failing, Operation
from ..ads.standings import Standing

_FIELDS = ("status", "daily_budget", "lifetime_budget", "starts", "ends")


def drift(operation: Operation, now: Standing | None, daily: Decimal | None) -> Failing | None:
    """Why `operation`, approved of the campaign as it was, is not carried out on it as it is `now`; None: it may be.

    What a platform makes of a campaign (in review, delivering) comes and goes, and is no reason. `daily` is what the
    campaign commits to a day before the change, as things are now.
    """
    before = operation.before
    parts = [] if before is None or now is None else list(_differing(before, now.campaign))
    if not parts and daily != operation.daily_before:
        was, is_now = _per_day(operation.daily_before, operation), _per_day(daily, operation)
        parts.append(f"it committed {was} per day and commits {is_now}")
    if not parts:
        return None
    return Failing(
        Conflict.code,
        f"The campaign is not what it was when this was asked for: {', '.join(parts)}.",
        "Look at it again and ask for the change anew.",
    )


def _differing(before: Campaign, now: Campaign) -> Iterator[str]:
    if before.name != now.name:
        yield "it was renamed"  # names are other people's text, and have no place in our sentences
    for field in _FIELDS:
        was, is_now = getattr(before, field), getattr(now, field)
        if was != is_now:
            yield f"{field} was {_value(was)} and is {_value(is_now)}"


def _value(value: object) -> str:
    if isinstance(value, Money):
        return with_currency(value.amount, value.currency)
    return "none" if value is None else str(value)


def _per_day(daily: Decimal | None, operation: Operation) -> str:
    return "without bound" if daily is None else with_currency(daily, operation.currency)
