"""A row of an answer as texts and whole numbers: what its columns hold."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from operator import attrgetter
from typing import Any

from .columns import UNKNOWN, amount, millionths
from .insights import SUMS, InsightRow, Metric

FIGURES: Sequence[Metric] = (*SUMS, "reach")
"""The columns of figures."""
TEXTS = ("campaign_id", "campaign_name", "ad_group_id", "ad_group_name", "ad_id", "ad_name", "segment")
"""The columns of texts: the numbers of these in the pool."""
IDS = tuple(TEXTS.index(name) for name in ("campaign_id", "ad_group_id", "ad_id", "segment"))
"""The columns of texts that make a row's key, together with its day."""

PLACES: Mapping[Metric, int] = {name: place for place, name in enumerate(FIGURES)}
"""Which column of figures each is."""

_TEXT: Sequence[Callable[[InsightRow], str]] = [attrgetter(name) for name in TEXTS]
_FIGURE: Sequence[Callable[[InsightRow], Any]] = [
    attrgetter("reach" if name == "reach" else f"metrics.{name}") for name in FIGURES
]
_AMOUNTS = frozenset({"spend", "conversions", "conversion_value"})
QUOTIENTS: Mapping[Metric, tuple[Metric, Metric, int]] = {
    "ctr": ("clicks", "impressions", 100),
    "cpc": ("spend", "clicks", 1),
    "cpm": ("spend", "impressions", 1000),
    "cost_per_conversion": ("spend", "conversions", 1),
    "conversion_rate": ("conversions", "clicks", 100),
    "roas": ("conversion_value", "spend", 1),
    "frequency": ("impressions", "reach", 1),
}
"""Which part of which whole the others are, and for how many of it."""


def texts_of(rows: Sequence[InsightRow]) -> Iterator[Iterator[str]]:
    """What `rows` have in each column of texts."""
    return (map(text, rows) for text in _TEXT)


def figures_of(rows: Sequence[InsightRow]) -> Iterator[Sequence[int]]:
    """What `rows` have in each column of figures.

    Raises:
        ValueError: an amount is no whole number of millionths.
    """
    for name, figure in zip(FIGURES, _FIGURE, strict=True):
        if name in _AMOUNTS:
            yield [UNKNOWN if told is None else millionths(told) for told in map(figure, rows)]
        else:
            yield [UNKNOWN if told is None else told for told in map(figure, rows)]


def said(name: Metric, figure: int) -> Decimal | int | None:
    """What a figure in the column called `name` says."""
    if figure == UNKNOWN:
        return None
    return amount(figure) if name in _AMOUNTS else figure
