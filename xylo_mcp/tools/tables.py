"""Rows of text: columns said once, third-party names between quotes, numbers rounded once."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import NotRequired

from typing_extensions import TypedDict

from ..ads.insights import PEOPLE, InsightRow, Metric, Metrics
from ..ads.money import Money, decimals, rounded, shown
from ..ads.text import clean, quoted
from ..directory import Failure

Number = int | float
NOTHING = "-"
_AMOUNTS = frozenset({"spend", "conversion_value"})
_PRICES = frozenset({"cpc", "cpm", "cost_per_conversion"})


MetricsShown = Mapping[str, float | None]
"""Numbers by metric; money in the account's currency, ctr and conversion_rate in percent, null: not known."""


class FailureShown(TypedDict):
    """What did not answer; what its platform said is third-party text."""

    subject: str
    code: str
    message: str
    fix: str
    retry_after: NotRequired[str]
    platform_said: NotRequired[str]


def metrics_shown(metrics: Metrics, names: Iterable[Metric], currency: str) -> MetricsShown:
    """The metrics of these `names` as data; people are no sum, and null."""
    return {name: None if name in PEOPLE else number_shown(name, getattr(metrics, name), currency) for name in names}


def row_shown(row: InsightRow, metrics: Metrics, names: Iterable[Metric], currency: str) -> MetricsShown:
    """Likewise of a row, whose sums are `metrics`, with the people it reached."""
    shown = dict(metrics_shown(metrics, names, currency))
    return {name: number_shown(name, getattr(row, name), currency) if name in PEOPLE else shown[name] for name in shown}


def number_shown(name: Metric, value: Decimal | int | None, currency: str) -> Number | None:
    """A value of the metric `name` as a JSON number, rounded once."""
    if value is None or isinstance(value, int):
        return value
    if name in _AMOUNTS:
        return number(shown(value, currency))
    # The price of a unit may be less than the smallest coin: two decimals in every currency at least.
    return number(rounded(value, max(decimals(currency), 2) if name in _PRICES else 2))


def percent_shown(percent: Decimal | None) -> Number | None:
    """A change in percent as a JSON number, to a tenth."""
    return None if percent is None else number(rounded(percent, 1))


def failures_shown(failures: Iterable[Failure]) -> list[FailureShown]:
    """`failures` as data."""
    return [_failure(one) for one in failures]


def failure_lines(failures: Iterable[Failure]) -> Iterator[str]:
    """`failures` as lines of text."""
    for one in failures_shown(failures):
        line = f"failed: {one['subject']}: {one['code']}: {one['message']} {one['fix']}"
        after = f" Not before {one['retry_after']}." if "retry_after" in one else ""
        said = f" It said: {quoted(one['platform_said'])}" if "platform_said" in one else ""
        yield line + after + said


def definition_lines(counted_as: Mapping[str, str]) -> Iterator[str]:
    """What each platform counts as a conversion."""
    for platform, definition in counted_as.items():
        yield f"conversions ({platform}): {definition}"


def _failure(failure: Failure) -> FailureShown:
    error = failure.error
    shown: FailureShown = {
        "subject": failure.subject,
        "code": error.code,
        "message": error.message,
        "fix": error.fix,
    }
    if error.retry_at is not None:
        shown["retry_after"] = error.retry_at.isoformat(timespec="seconds")
    if error.vendor is not None and error.vendor.message:
        shown["platform_said"] = clean(f"{error.vendor.code} {error.vendor.message}".strip())
    return shown


def heading(mode: str, what: str, cursor: str | None, failures: Sequence[Failure]) -> str:
    """The first line of an answer: whose it is, what it has, and whether that is all."""
    parts = [f"{mode}: {what}"]
    if failures:
        parts.append(f"incomplete: {len(failures)} failed")
    if cursor:
        parts.append(f"more: cursor {cursor}")
    return ", ".join(parts if cursor or failures else [*parts, "complete"])


def counted(many: int, thing: str) -> str:
    """So many of a thing."""
    return f"{many} {thing}" + ("" if many == 1 else "s")


def number(amount: Decimal) -> Number:
    """`amount` as a JSON number that shows the same digits."""
    return int(amount) if amount == amount.to_integral_value() else float(amount)


def money_number(money: Money | None) -> Number | None:
    """The amount of `money` as a JSON number, rounded as it is shown."""
    return None if money is None else number(shown(money.amount, money.currency))


def row(cells: Iterable[object]) -> str:
    """One line; None is a dash."""
    return " ".join(NOTHING if cell is None else str(cell) for cell in cells)
