"""What was measured, and the table that shows it."""

from collections.abc import Sequence
from statistics import quantiles
from typing import Literal

import msgspec

Unit = Literal["x", "tokens", "bytes", "ms", "MiB", "per s", "campaigns", "rows"]
_HEADINGS = ("question", "figure", "median", "p10-p90", "n", "goal", "", "measured")


class Spread(msgspec.Struct, frozen=True):
    """The middle of some measurements, and the tenth below and above which few lie."""

    median: float
    p10: float
    p90: float
    n: int


class Goal(msgspec.Struct, frozen=True):
    """What a median should reach: at most `bound`, or at least."""

    bound: float
    at_least: bool = False

    def met(self, value: float) -> bool:
        return value >= self.bound if self.at_least else value <= self.bound

    def __str__(self) -> str:
        return f"{'>=' if self.at_least else '<='} {self.bound:g}"


class Figure(msgspec.Struct, frozen=True):
    """One line of the table; `measured` says what stands behind a ratio."""

    question: str
    name: str
    unit: Unit
    spread: Spread
    goal: Goal | None = None
    measured: str = ""


def spread(values: Sequence[float]) -> Spread:
    if len(values) == 1:
        return Spread(values[0], values[0], values[0], 1)
    tenths = quantiles(values, n=10, method="inclusive")
    return Spread(tenths[4], tenths[0], tenths[8], len(values))


def ratio(question: str, name: str, of: Sequence[float], to: Sequence[float], goal: Goal | None = None) -> Figure:
    """Each of `of` against that of `to` which was measured beside it; both are seconds."""
    pairs = spread([one / other for one, other in zip(of, to, strict=True)])
    return Figure(question, name, "x", pairs, goal, f"{_ms(of)} : {_ms(to)} ms")


def table(figures: Sequence[Figure]) -> str:
    rows = [_HEADINGS, *(_cells(figure) for figure in figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEADINGS))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )


def _cells(figure: Figure) -> tuple[str, ...]:
    found, goal = figure.spread, figure.goal
    several = found.n > 1
    return (
        figure.question,
        figure.name,
        f"{_number(found.median, figure.unit)} {figure.unit}",
        f"{_number(found.p10, figure.unit)}-{_number(found.p90, figure.unit)}" if several else "",
        str(found.n) if several else "",
        str(goal or ""),
        "" if goal is None else ("ok" if goal.met(found.median) else "MISSED"),
        figure.measured,
    )


def _number(value: float, unit: Unit) -> str:
    match unit:
        case "x":
            return f"{value:.3f}" if value < 2 else f"{value:.2f}"
        case "ms" | "MiB" | "tokens":
            return f"{value:.1f}".removesuffix(".0")
        case "bytes" | "per s" | "campaigns" | "rows":
            return f"{value:.0f}"


def _ms(values: Sequence[float]) -> str:
    median = spread(values).median * 1000
    return f"{median:.0f}" if median >= 100 else f"{median:.2f}"
