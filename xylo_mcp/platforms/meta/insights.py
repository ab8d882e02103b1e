"""Asks Meta for insights, page after page, or for a report where an answer at once would be too large."""

from collections.abc import AsyncGenerator, Sequence

import httpx2

from ...ads.accounts import Account
from ...ads.insights import Batch, InsightRow, InsightsQuery, merged
from ...at_once import at_once
from ...contract import Clock, Jobs
from .questions import Question, questions
from .reports import Reports
from .walks import Walk

# So many pages are asked for, and held, at a time.
_AT_ONCE = 4


class Insights:
    """All answers of one connection."""

    def __init__(self, http: httpx2.AsyncClient, clock: Clock, jobs: Jobs) -> None:
        self._http = http
        self._reports = Reports(http, clock, jobs)

    async def batches(self, account: Account, query: InsightsQuery) -> AsyncGenerator[Batch]:
        """The whole answer; only an account's own figures are held together, where they come in parts."""
        asked = questions(account, query)
        if query.level != "account" or len(asked) == 1:
            async for batch in self._answers(asked):
                yield batch
            return
        held: list[InsightRow] = []
        async for batch in self._answers(asked):
            held.extend(batch.rows)
            if batch.percent is not None:
                yield batch
        yield Batch(merged(held))

    async def _answers(self, asked: Sequence[Question]) -> AsyncGenerator[Batch]:
        waiting = [Walk(self._http, one, one.path, one.form) for one in asked]
        too_large: list[Question] = []
        while waiting:
            wave = waiting[:_AT_ONCE]
            for rows in await at_once(Walk.page_or_nothing, wave):
                if rows:
                    yield Batch(rows)
            too_large += [walk.question for walk in wave if walk.refused]
            waiting = [walk for walk in waiting if not walk.over]
        for one in too_large:
            async for batch in self._reports.batches(one):
                yield batch
