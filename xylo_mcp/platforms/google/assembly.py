"""Makes our rows from Google's, batch by batch, and refuses what nobody asked for or what comes twice."""

from collections.abc import Mapping, Sequence
from datetime import date

from ...ads.errors import Garbled
from ...ads.insights import InsightRow, merged
from ..reading import garbled, reading
from .achievements import Named, Row, segment
from .errors import PLATFORM
from .reports import Report

_Mark = tuple[date | None, str, str, str]


class Assembly:
    """The answer to one report.

    Rows come ordered by object, so only one object's are held: to know which of them came before, and to join those
    that are one of ours. Where that object is the account, its rows are as many as its days and parts.
    """

    def __init__(self, report: Report, countries: Mapping[int, str]) -> None:
        self._report, self._countries = report, countries
        self._wanted = frozenset(map(int, report.question.campaign_ids))
        self._ids: tuple[int, ...] = ()
        self._names: tuple[str, ...] = ("",) * 6
        self._seen: set[_Mark] = set()
        self._held: Sequence[InsightRow] = ()

    def add(self, rows: Sequence[Row]) -> Sequence[InsightRow]:
        """The rows of ours that are complete once `rows` have come."""
        with reading(PLATFORM):
            found = [self._row(row) for row in rows]
        if not self._report.merges:
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
        objects = (row.campaign, row.ad_group, row.ad_group_ad and row.ad_group_ad.ad)
        ids = tuple([one.id for one in objects if one is not None])
        segments, asked = row.segments, self._report.question
        day = segments.day
        if ids != self._ids or not self._seen:
            self._begin(objects, ids)
        if (day is not None) != self._report.by_day or (day is not None and not asked.since <= day <= asked.until):
            raise garbled(PLATFORM)
        part = segment(asked.breakdown, row, self._countries)
        mark = (day, part, _fine(row), segments.conversion_action_category)
        if mark in self._seen:
            raise Garbled(
                "The platform sent the same row twice: the list changed while it was read.",
                "Ask again in a moment.",
                platform=PLATFORM,
            )
        self._seen.add(mark)
        campaign_id, campaign, ad_group_id, ad_group, ad_id, ad = self._names
        return InsightRow(
            row.metrics.in_our_words(),
            campaign_id,
            campaign,
            day,
            ad_group_id,
            ad_group,
            ad_id,
            ad,
            part,
            row.metrics.people if self._report.people else None,
        )

    def _begin(self, objects: tuple[Named | None, ...], ids: tuple[int, ...]) -> None:
        """Go on to the next object, which must be one that was asked for and come after the last."""
        grain, depth = self._report.grain, self._report.depth
        shown = [one is not None for one in objects]
        if shown != [True] * grain + [False] * (3 - grain) or ids < self._ids:
            raise garbled(PLATFORM)
        if self._wanted and ids[0] not in self._wanted:
            raise garbled(PLATFORM)
        named = [text for one in objects[:depth] if one is not None for text in (str(one.id), one.name)]
        self._names = (*named, *[""] * (6 - len(named)))
        self._ids, self._seen = ids, set()


def _object(row: InsightRow) -> tuple[str, str, str]:
    return (row.campaign_id, row.ad_group_id, row.ad_id)


def _fine(row: Row) -> str:
    """What tells rows apart that have the same word of ours."""
    criterion = row.ad_group_criterion
    return row.geographic_view.location_type or criterion.age_range.type or criterion.gender.type
