"""Asks what was achieved, and gives the rows as they come."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from datetime import date
from decimal import Decimal

from msgspec.structs import replace

from ...ads.insights import InsightRow, Metrics
from .achievements import Row
from .assembly import Assembly
from .countries import Countries
from .reports import Report, of_events
from .search import Route, Search

_Key = tuple[str, str, str, str, date | None]
_NOTHING = Decimal(0)


class Achievements:
    """The answers to reports, through `search`."""

    def __init__(self, search: Search) -> None:
        self._search, self._countries = search, Countries(search)

    async def rows(self, way: Route, report: Report) -> AsyncGenerator[Sequence[InsightRow]]:
        """All rows, batch by batch.

        Nothing but conversions can be divided by what was converted, so where the question names events, their
        conversions are asked for first, held, and given to the rows that they belong to.
        """
        countries: Mapping[int, str] = {}
        if report.question.breakdown == "country":
            countries = await self._countries.codes(way)
        if not report.question.events:
            async with aclosing(self._assembled(way, report, countries)) as batches:
                async for rows in batches:
                    yield rows
            return
        async with aclosing(self._assembled(way, of_events(report), countries)) as batches:
            conversions = {row.key: row async for rows in batches for row in rows}
        async with aclosing(self._assembled(way, report, countries)) as batches:
            async for rows in batches:
                yield [_with(row, conversions.pop(row.key, None)) for row in rows]
        yield [_alone(row) for row in conversions.values()]

    async def _assembled(
        self, way: Route, report: Report, countries: Mapping[int, str]
    ) -> AsyncGenerator[Sequence[InsightRow]]:
        assembly = Assembly(report, countries)
        ask = self._search.stream if report.streams else self._search.pages
        async with aclosing(ask(way, report.query, Row)) as batches:
            async for rows in batches:
                yield assembly.add(rows)
        yield assembly.rest()


def _with(row: InsightRow, counted: InsightRow | None) -> InsightRow:
    conversions = counted.metrics.conversions if counted else _NOTHING
    value = counted.metrics.conversion_value if counted else _NOTHING
    return replace(row, metrics=replace(row.metrics, conversions=conversions, conversion_value=value))


def _alone(counted: InsightRow) -> InsightRow:
    """Conversions of an object that Google has no other figures of."""
    told = counted.metrics
    metrics = Metrics(conversions=told.conversions, conversion_value=told.conversion_value, link_clicks=None)
    return replace(counted, metrics=metrics)
