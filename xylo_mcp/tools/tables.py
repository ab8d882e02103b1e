"""Rows of text: columns said once, third-party names between quotes, numbers rounded once."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from typing_extensions import TypedDict

from ..ads.insights import Metrics
from ..ads.money import Money, rounded, shown
from ..directory import Failure

Number = int | float
NOTHING = "-"


class MetricsShown(TypedDict):
    """Sums, and the ratios that follow; money in the account's currency, ctr in percent, null: not known."""

    impressions: int | None
    clicks: int | None
    spend: float | None
    cpc: float | None
    cpm: float | None
    ctr: float | None
    conversions: float | None
    cost_per_conversion: float | None


class FailureShown(TypedDict):
    """What did not answer."""

    subject: str
    code: str
    message: str
    fix: str


def metrics_shown(metrics: Metrics, currency: str) -> MetricsShown:
    """`metrics` as data."""
    return {
        "impressions": metrics.impressions,
        "clicks": metrics.clicks,
        "spend": _money(metrics.spend, currency),
        "cpc": _money(metrics.cpc, currency),
        "cpm": _money(metrics.cpm, currency),
        "ctr": _rounded(metrics.ctr),
        "conversions": _rounded(metrics.conversions),
        "cost_per_conversion": _money(metrics.cost_per_conversion, currency),
    }


def failures_shown(failures: Iterable[Failure]) -> list[FailureShown]:
    """`failures` as data."""
    return [
        {"subject": one.subject, "code": one.error.code, "message": one.error.message, "fix": one.error.fix}
        for one in failures
    ]


def failure_lines(failures: Iterable[Failure]) -> list[str]:
    """`failures` as lines of text."""
    return [f"failed: {one.subject}: {one.error.code}: {one.error.message} {one.error.fix}" for one in failures]


def heading(mode: str, what: str, cursor: str | None, failures: Sequence[Failure]) -> str:
    """The first line of an answer: whose it is, what it has, and whether that is all."""
    if cursor:
        return f"{mode}: {what}, more: cursor {cursor}"
    return f"{mode}: {what}, " + (f"incomplete: {len(failures)} failed" if failures else "complete")


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


def _money(amount: Decimal | None, currency: str) -> Number | None:
    return None if amount is None else number(shown(amount, currency))


def _rounded(ratio: Decimal | None) -> Number | None:
    return None if ratio is None else number(rounded(ratio, 2))
