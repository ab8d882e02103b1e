"""A platform that says what a script says, and remembers what it was asked: one question after the other."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

import anyio.lowlevel
import msgspec

from xylo_mcp.ads.accounts import Account, Roster
from xylo_mcp.ads.audiences import AudiencePage
from xylo_mcp.ads.campaigns import CampaignFilter, CampaignPage
from xylo_mcp.ads.errors import Unavailable
from xylo_mcp.ads.insights import Batch, InsightRow, InsightsQuery, Metrics, merged
from xylo_mcp.ads.standings import Look
from xylo_mcp.contract import PlatformSpec
from xylo_mcp.platforms import found

DAY = timedelta(days=1)
SETTLING = 7
SPEC: PlatformSpec = msgspec.structs.replace(next(iter(found().values())), settling_days=SETTLING)
ACCOUNT = Account("act_1", SPEC.name, "Shop", "EUR", "Europe/Berlin", "active", "ACTIVE")
Asked = tuple[str, str, date, date]
Truth = Callable[[date, int, datetime], int]


def nothing_moves(day: date, campaign: int, now: datetime) -> int:
    return day.toordinal() % 50 * campaign


def no_matter(asked: Sequence[Asked]) -> None:
    pass


class Scripted:
    """The platform; each campaign's figure of a day is what `truth` says at the moment."""

    def __init__(self, clock: Callable[[], datetime], truth: Truth = nothing_moves) -> None:
        self.asked: list[Asked] = []
        self.truth: Truth = truth
        self.numbers = range(1, 4)
        self.name = "Campaign ☀"
        self.fails_at: date | None = None
        self.besides: Sequence[InsightRow] = ()
        self.on_row: Callable[[Sequence[Asked]], None] = no_matter
        self.lacks: Mapping[str, None] = {"conversion_value": None}
        self._clock = clock

    def rows(self, query: InsightsQuery) -> Sequence[InsightRow]:
        """All that is true."""
        rows: list[InsightRow] = []
        for number in range((query.until - query.since).days + 1):
            day = query.since + number * DAY
            for campaign in self.numbers:
                figure = self.truth(day, campaign, self._clock())
                if not figure or (query.campaign_ids and str(campaign) not in query.campaign_ids):
                    continue
                metrics = Metrics(Decimal(figure) / 100, figure * 100, figure, Decimal(figure) / 10, figure)
                rows.append(
                    InsightRow(
                        msgspec.structs.replace(metrics, **self.lacks),
                        "" if query.level == "account" else str(campaign),
                        "" if query.level == "account" else self.name,
                        day if query.granularity == "day" else None,
                        segment="de" if query.breakdown else "",
                    )
                )
        whole = merged(rows)
        return [msgspec.structs.replace(row, reach=7) for row in whole] if query.reach else whole

    async def insights(self, account: Account, query: InsightsQuery) -> AsyncIterator[Batch]:
        self.asked.append((query.level, query.granularity, query.since, query.until))
        yield Batch(percent=50)
        rows = self.rows(query)
        yield Batch(rows[: len(rows) // 2])
        self.on_row(self.asked)
        await anyio.lowlevel.checkpoint()
        if self.fails_at and query.since <= self.fails_at <= query.until:
            raise Unavailable("It is down.", "Wait.")
        yield Batch([*rows[len(rows) // 2 :], *self.besides])

    async def accounts(self) -> Roster:
        raise NotImplementedError

    async def campaigns(
        self, account: Account, wanted: CampaignFilter, *, place: str | None, size: int
    ) -> CampaignPage:
        raise NotImplementedError

    async def look(self, account: Account, campaign_id: str = "") -> Look:
        raise NotImplementedError

    async def audiences(self, account: Account, *, place: str | None, size: int) -> AudiencePage:
        raise NotImplementedError
