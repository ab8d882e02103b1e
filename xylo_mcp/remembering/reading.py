"""A question to a platform, its rows gathered as they come and held to what was asked."""

from collections.abc import Callable

import msgspec

from ..ads.accounts import Account
from ..ads.errors import Garbled
from ..ads.fields import IDS
from ..ads.insights import Batch, InsightsQuery
from ..ads.tables import Table
from ..contract import AdReader

Progress = Callable[[Batch], None]


class Asking(msgspec.Struct, frozen=True):
    """One account, and how it is asked."""

    account: Account
    reader: AdReader
    progress: Progress | None = None

    async def ask(self, query: InsightsQuery) -> Table:
        """All rows of the answer, as columns: only some are held as objects at a time.

        Raises:
            AdsError: the platform's own.
            Garbled: a row is of another time, stands twice, or has a figure that nobody can have.
        """
        parts: list[Table] = []
        async for batch in self.reader.insights(self.account, query):
            parts.append(self._columns(batch))
            if self.progress is not None:
                self.progress(batch)
        table = Table.joined(parts)
        keys = set(zip(table.days, *(table.texts[place] for place in IDS), strict=True))
        since, until = query.since.toordinal(), query.until.toordinal()
        days = range(since, until + 1) if query.granularity == "day" else (0,)
        if len(keys) != len(table) or any(day not in days for day in set(table.days)):
            raise self._garbled("rows twice, or of another time than was asked for")
        return table

    def _columns(self, batch: Batch) -> Table:
        try:
            return Table.of(batch.rows)
        except ValueError as wrong:
            raise self._garbled(str(wrong)) from wrong

    def _garbled(self, what: str) -> Garbled:
        return Garbled(
            f"The platform's answer about {self.account.id} cannot be used: {what}.",
            "Ask again; if it stays so, ask for other days or report it.",
            platform=self.account.platform,
        )
