"""Answers questions about achievements from TikTok's reports: given at once page by page, or made and fetched.

Limits: TikTok API for Business docs, v1.3, "Run a synchronous report", "Create an asynchronous report task".
"""

from collections.abc import AsyncGenerator, Mapping, Sequence
from itertools import product

import httpx2
import msgspec

from ...ads.accounts import Account
from ...ads.dates import Span
from ...ads.insights import Batch, InsightRow, InsightsQuery, merged
from ...at_once import at_once
from ..paging import Numbered, asked_for, chunks, complete
from . import report_rows, reports
from .advertisers import advertiser_id
from .errors import TooLarge, cut_short
from .forms import json_text
from .jobs import ReportJobs
from .reports import Form, Piece, Which
from .shapes import PLATFORM, Once

# The longest time that one report may cover, made later or not: the pages about tasks disagree, so the shorter holds.
_DAYS_BY_DAY = 30
_DAYS_IN_ALL = 365
_ROWS_A_PAGE = 1000
_AT_ONCE = 4
"""Pages that are asked for, and held, at a time."""
_MOST_PAGES = 100
"""More would use up a sixth of the requests that all users of an app have in a minute: such a report is made."""

_Page = Numbered[InsightRow]


class Insights:
    """The achievements of ad accounts."""

    def __init__(self, http: httpx2.AsyncClient, jobs: ReportJobs) -> None:
        self._http, self._jobs = http, jobs

    async def batches(self, account: Account, query: InsightsQuery) -> AsyncGenerator[Batch]:
        """All rows, from as many reports as TikTok's limits on days and ids make necessary, one after another.

        Rows of an object that several reports tell of are held until all are read, and told as one.
        """
        form = reports.form(query)
        spans = list(Span(query.since, query.until).pieces(_DAYS_BY_DAY if form.by_day else _DAYS_IN_ALL))
        pieces = [Piece(span, ids) for span, ids in product(spans, chunks(sorted(query.campaign_ids)) or [()])]
        together = form.level != query.level or (not form.by_day and len(spans) > 1)
        held: dict[object, InsightRow] = {}
        for some in chunks(pieces, _AT_ONCE):
            firsts = await at_once(lambda piece: self._first(account, form, piece), some)
            for piece, first in zip(some, firsts, strict=True):
                part = msgspec.structs.replace(
                    query, since=piece.span.since, until=piece.span.until, campaign_ids=frozenset(piece.ids)
                )
                once = Once()
                async for batch in self._whole(account, form, piece, first):
                    rows = once.checked(asked_for(PLATFORM, batch.rows, part))
                    if together:
                        _hold(held, _of_account(rows) if form.level != query.level else rows)
                    yield Batch(() if together else rows, batch.percent)
        if held:
            yield Batch(list(held.values()))

    async def _first(self, account: Account, form: Form, piece: Piece) -> _Page | None:
        """The first page of a report on everything; None where it is too large to be given at once."""
        try:
            found = await self._page(account, form, piece, "every", 1)
        except TooLarge:
            return None
        return None if found.pages > _MOST_PAGES else found

    async def _whole(self, account: Account, form: Form, piece: Piece, first: _Page | None) -> AsyncGenerator[Batch]:
        if first is not None:
            async for batch in self._pages(account, form, piece, "every", first):
                yield batch
            return
        asked = reports.asked(advertiser_id(account), form, piece, "kept")
        async for content in self._jobs.file(asked):
            if content is None:
                yield Batch()
                continue
            for rows in report_rows.file(content, form):
                yield Batch(rows)
        if reports.hides_deleted(form):
            first = await self._page(account, form, piece, "deleted", 1)
            async for batch in self._pages(account, form, piece, "deleted", first):
                yield batch

    async def _pages(
        self, account: Account, form: Form, piece: Piece, which: Which, first: _Page
    ) -> AsyncGenerator[Batch]:
        """The first page and those that follow, some at a time; a list that grows meanwhile is followed."""
        read, asked, last, total = len(first.rows), 1, first.pages, first.total
        yield Batch(first.rows)
        while asked < last:
            numbers = range(asked + 1, min(asked + _AT_ONCE, last) + 1)
            parts = await at_once(lambda number: self._page(account, form, piece, which, number), numbers)
            asked = numbers[-1]
            for part in parts:
                read, last, total = read + len(part.rows), max(last, part.pages), max(total, part.total)
                yield Batch(part.rows)
        complete(PLATFORM, read, total)

    async def _page(self, account: Account, form: Form, piece: Piece, which: Which, number: int) -> _Page:
        asked = reports.asked(advertiser_id(account), form, piece, which)
        params: Mapping[str, str | int] = {
            **{name: value if isinstance(value, str) else json_text(value) for name, value in asked.items()},
            "page": number,
            "page_size": _ROWS_A_PAGE,
        }
        response = await self._http.get("report/integrated/get/", params=params)
        if (missing := cut_short(response)) is not None:
            raise missing
        return report_rows.page(response.content, number, form)


def _hold(held: dict[object, InsightRow], rows: Sequence[InsightRow]) -> None:
    for row in rows:
        known = held.get(row.key)
        held[row.key] = row if known is None else merged((known, row))[0]


def _of_account(rows: Sequence[InsightRow]) -> Sequence[InsightRow]:
    """Rows of an account's campaigns as parts of the account's own."""
    return [InsightRow(row.metrics, day=row.day, segment=row.segment, reach=row.reach) for row in rows]
