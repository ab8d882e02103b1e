"""Walks through the pages of one answer, to its end or to an error, never to a part."""

from collections.abc import Mapping, Sequence

import httpx2

from ...ads.errors import Rejected
from ...ads.insights import InsightRow
from ..paging import MOST_PAGES, asked_for, looping, once
from .edges import Edge
from .errors import TooMuch, TooSlow
from .insight_rows import rows
from .questions import Question

# Meta publishes no largest page; this is asked for as long as it bears it.
_ROWS_AT_ONCE = 500
_PLATFORM = "meta"


class Walk:
    """The pages of one answer, of which only the last one asked for is held.

    Attributes:
        question: what it answers.
        over: whether there is no further page.
        refused: whether Meta found the question too large before it answered anything.
    """

    def __init__(self, http: httpx2.AsyncClient, question: Question, path: str, form: Mapping[str, str]) -> None:
        self.question, self.over, self.refused = question, False, False
        self._edge = Edge(http, path, form, _ROWS_AT_ONCE)
        self._place: str | None = None
        self._places: set[str] = set()
        # Of rows that were read, hashes of 64 bits are kept: a million of them meet by chance once in 30 million times.
        self._keys: set[int] = set()

    @property
    def begun(self) -> bool:
        """Whether rows were read."""
        return bool(self._keys)

    async def page_or_nothing(self) -> Sequence[InsightRow]:
        """The next page; nothing, and the walk is over, where Meta refuses the first one as too large."""
        try:
            return await self.page()
        except (TooMuch, TooSlow):
            if self._place is not None:
                raise
            self.over = self.refused = True
            return ()

    async def page(self) -> Sequence[InsightRow]:
        """The rows of the next page, all of them asked for and none of them read before."""
        found, following = rows(await self._edge.page(self._place), self.question.query)
        found = once(_PLATFORM, asked_for(_PLATFORM, found, self.question.query), lambda row: row.key)
        keys = {hash(row.key) for row in found}
        if not keys.isdisjoint(self._keys):
            once(_PLATFORM, [*found, *found], lambda row: row.key)
        self._keys |= keys
        self._go_on(following)
        return found

    def _go_on(self, following: str | None) -> None:
        if following is None:
            self.over = True
            return
        if following in self._places:
            raise looping(_PLATFORM)
        if len(self._places) >= MOST_PAGES:
            raise Rejected(
                f"The answer has more than {MOST_PAGES} pages.",
                "Ask for fewer days, for totals instead of days, or for some campaigns only.",
                platform=_PLATFORM,
            )
        self._places.add(following)
        self._place = following
