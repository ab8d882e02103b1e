"""Makes our rows from Google's, batch by batch, and refuses what nobody asked for or what comes twice."""

from collections.abc import Hashable, Mapping, Sequence

from ...ads.errors import Garbled
from ...ads.insights import InsightRow, merged
from ..reading import garbled, reading
from .achievements import Named, Row, segment
from .errors import PLATFORM
from .reports import Report

_Objects = tuple[Named | None, ...]
_UNNAMED = ("",) * 6


class Assembly:
    """The answer to one report.

    Rows come ordered by object, so only one object's are held: to know which of them came before, and to join those
    that are one of ours. Where that object is the account, its rows are as many as its days and parts.
    """

    def __init__(self, report: Report, countries: Mapping[int, str]) -> None:
        self._report, self._countries = report, countries
        self._grain, self._depth = report.grain, report.depth
        self._merges, self._by_day = report.merges, report.by_day
        self._people = report.people
        self._since, self._until = report.question.since, report.question.until
        self._wanted = frozenset(map(int, report.question.campaign_ids))
        self._objects: _Objects | None = None
        self._ids: tuple[int, ...] = ()
        self._names: Sequence[str] = _UNNAMED
        self._seen: set[Hashable] = set()
        self._held: Sequence[InsightRow] = ()

    def add(self, rows: Sequence[Row]) -> Sequence[InsightRow]:
        """The rows of ours that are complete once `rows` have come."""
        with reading(PLATFORM):
            found = [self._row(row) for row in rows]
        if not self._merges:
            return found
        joined = merged([*self._held, *found])
        last = joined[-1] if joined else None
        complete = [row for row in joined if last is not None and _object(row) != _object(last)]
        self._held = joined[len(complete) :]
        return complete

    def rest(self) -> Sequence[InsightRow]:
        """Those of the last object, once all rows have come."""
        held, self._held = self._held, ()
        return held

    def _row(self, row: Row) -> InsightRow:
        objects = _objects(row)
        if objects != self._objects:
            self._go_on(objects)
        day, figures = row.segments.day, row.metrics
        if (day is not None) != self._by_day or (day is not None and not self._since <= day <= self._until):
            raise garbled(PLATFORM)
        part, mark = "", day
        if self._merges:
            part = segment(self._report.question.breakdown, row, self._countries)
            mark = (day, part, _fine(row), row.segments.conversion_action_category)
        if mark in self._seen:
            raise Garbled(
                "The platform sent the same row twice: the list changed while it was read.",
                "Ask again in a moment.",
                platform=PLATFORM,
            )
        self._seen.add(mark)
        campaign_id, campaign, group_id, group, ad_id, ad = self._names
        people = figures.people if self._people else None
        metrics = figures.in_our_words()
        return InsightRow(metrics, campaign_id, campaign, day, group_id, group, ad_id, ad, part, people)

    def _go_on(self, objects: _Objects) -> None:
        """To the next object, which must be one that was asked for and come after the last."""
        ids = tuple([one.id if one else 0 for one in objects])
        if len(ids) != self._grain or 0 in ids or ids < self._ids or (self._wanted and ids[0] not in self._wanted):
            raise garbled(PLATFORM)
        if ids != self._ids:
            self._seen.clear()
        self._objects, self._ids, self._names = objects, ids, _named(objects[: self._depth])


def _named(objects: _Objects) -> Sequence[str]:
    """Id and name of each, and nothing for each tier below."""
    names: list[str] = []
    for one in objects:
        names += (str(one.id), one.name) if one else ()
    return (*names, *_UNNAMED[len(names) :])


def _objects(row: Row) -> _Objects:
    """What a row is about, from the campaign down."""
    if row.ad_group_ad is not None:
        return (row.campaign, row.ad_group, row.ad_group_ad.ad)
    if row.ad_group is not None:
        return (row.campaign, row.ad_group)
    return () if row.campaign is None else (row.campaign,)


def _object(row: InsightRow) -> tuple[str, str, str]:
    return (row.campaign_id, row.ad_group_id, row.ad_id)


def _fine(row: Row) -> str:
    """What tells rows apart that have the same word of ours."""
    criterion = row.ad_group_criterion
    return row.geographic_view.location_type or criterion.age_range.type or criterion.gender.type
