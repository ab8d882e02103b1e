"""An answer's rows in order: account by account, or the top of each currency, or platforms in sum."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal

import msgspec

from ..ads.accounts import Account
from ..ads.insights import InsightRow, Metric, Metrics, Sum
from ..ads.tables import Table
from .asked import Question
from .reports import Report, key_of
from .sums import added, not_added, without

Pick = tuple[int, int]
"""Which of a section's tables, and which of its rows."""


class Line(msgspec.Struct, frozen=True):
    """One row to show: `metrics` is its sums, less what cannot be added up; `past` those of the time before.

    `account` is whose row it is, empty where it is of several.
    """

    row: InsightRow
    metrics: Metrics
    account: str
    past: Metrics | None = None


class Section(msgspec.Struct, frozen=True):
    """Rows that share a currency, and what they come to.

    Attributes:
        account: whose they are, None where they are of several.
        platform: likewise, empty where they are of several.
        reports: all that they are made of; `tables` has one table for each of them, or one for all.
        picks: the rows to show, in order; `others` sums the rest of the rows, of which there are `others_many`.
        total: the sum of all rows; `past`: that of the time before, where it was asked for.
        left_out: sums that stay unknown, since those added up would mean different things.
        pooled: whether the rows themselves are sums over the accounts.
    """

    currency: str
    platform: str
    account: Account | None
    reports: Sequence[Report]
    tables: Sequence[Table]
    picks: Sequence[Pick]
    total: Metrics
    past: Metrics | None = None
    others: Metrics | None = None
    others_many: int = 0
    left_out: frozenset[Sum] = frozenset()
    pooled: bool = False

    def lines(self) -> Sequence[Line]:
        """The rows to show."""
        if self.pooled:
            past = self.past if len(self.picks) == 1 else None  # of parts of a sum nothing is known from before
            rows = [self.tables[0][at] for _, at in self.picks]
            return [Line(row, without(row.metrics, self.left_out), "", past) for row in rows]
        told = [_past_of(one) for one in self.reports]
        return [
            Line(row, row.metrics, self.reports[table].account.id, told[table](row))
            for table, row in ((table, self.tables[table][at]) for table, at in self.picks)
        ]

    def weight(self, number: int) -> int:
        """How many bytes the names in the row with this number of `picks` take."""
        table, at = self.picks[number]
        row = self.tables[table][at]
        return sum(len(name.encode()) for name in (row.campaign_name, row.ad_group_name, row.ad_name, row.segment))

    def with_picks(self, picks: Sequence[Pick]) -> "Section":
        """This section with only these rows to show; its sums stay those of all."""
        return msgspec.structs.replace(self, picks=picks)


def by_account(reports: Sequence[Report], question: Question) -> Sequence[Section]:
    """A section for each account, with all its rows."""
    return [_section([one], [one.rows], question, 0) for one in reports]


def by_currency(reports: Sequence[Report], question: Question, top: int) -> Sequence[Section]:
    """A section for each currency, with the `top` rows of all its accounts."""
    return [
        _section(same, [one.rows for one in same], question, top)
        for same in grouped(reports, lambda one: one.account.currency)
    ]


def by_platform(reports: Sequence[Report], question: Question, top: int) -> Sequence[Section]:
    """A section for each platform and currency, whose rows are sums over its accounts."""
    return [
        _section(same, [Table.joined([one.rows for one in same]).by_time(_itself)], question, top)
        for same in grouped(reports, lambda one: (one.account.platform, one.account.currency))
    ]


def grouped(reports: Iterable[Report], of: Callable[[Report], object]) -> Sequence[Sequence[Report]]:
    """`reports` that have the same, together."""
    groups: dict[object, list[Report]] = {}
    for one in reports:
        groups.setdefault(of(one), []).append(one)
    return list(groups.values())


def in_sum(reports: Sequence[Report], question: Question) -> tuple[Metrics, Metrics | None, frozenset[Sum]]:
    """What `reports` of one currency come to, and did in the time before, and which sums stay unknown."""
    left_out = not_added(one.counted for one in reports)
    past = [_past_total(one, question) for one in reports]
    before = added([one for one in past if one is not None], left_out) if question.compare else None
    return added([one.total for one in reports], left_out), before, left_out


def _section(reports: Sequence[Report], tables: Sequence[Table], question: Question, top: int) -> Section:
    total, past, left_out = in_sum(reports, question)
    orders = [table.order(question.sort or "spend", descending=not question.ascending) for table in tables]
    shown = _top(tables, orders, question, top) if top else _all(tables, orders, question)
    others_many = sum(map(len, tables)) - len(shown)
    platforms = {one.account.platform for one in reports}
    alone = len(reports) == 1 and question.level != "platform"
    return Section(
        currency=reports[0].account.currency,
        platform=platforms.pop() if len(platforms) == 1 else "",
        account=reports[0].account if alone else None,
        reports=reports,
        tables=tables,
        picks=shown,
        total=total,
        past=past,
        others=added(_others(tables, shown), left_out) if others_many else None,
        others_many=others_many,
        left_out=left_out,
        pooled=question.level == "platform",
    )


def _all(tables: Sequence[Table], orders: Sequence[Sequence[int]], question: Question) -> list[Pick]:
    """All rows: as the question sorts them, else day by day, else the biggest spend first."""
    picks = _merged(tables, [(number, at) for number, order in enumerate(orders) for at in order], question)
    if question.bucket != "total" and question.sort is None:
        picks.sort(key=lambda pick: tables[pick[0]][pick[1]].day or date.min)
    return picks


def _top(tables: Sequence[Table], orders: Sequence[Sequence[int]], question: Question, top: int) -> list[Pick]:
    """The first `top` of all rows."""
    first = [(number, at) for number, order in enumerate(orders) for at in order[:top]]
    return _merged(tables, first, question)[:top]


def _merged(tables: Sequence[Table], picks: list[Pick], question: Question) -> list[Pick]:
    """`picks`, which are in order for each table, in order over all of them."""
    if len(tables) == 1:
        return picks
    metric: Metric = question.sort or "spend"
    sign = 1 if question.ascending else -1

    def place(pick: Pick) -> tuple[bool, Decimal]:
        value = tables[pick[0]].value(pick[1], metric)
        return (value is None, Decimal(0) if value is None else sign * value)

    return sorted(picks, key=place)


def _others(tables: Sequence[Table], shown: Sequence[Pick]) -> Iterator[Metrics]:
    """What the rows of each table come to that are not `shown`."""
    chosen: dict[int, set[int]] = {}
    for number, at in shown:
        chosen.setdefault(number, set()).add(at)
    for number, table in enumerate(tables):
        left = [at for at in range(len(table)) if at not in chosen[number]] if number in chosen else None
        yield table.total(left)


def _past_total(report: Report, question: Question) -> Metrics | None:
    """What the rows shown, or all where none were sifted out, came to in the time before."""
    if report.past is None or not question.filters:
        return None if report.past is None else report.past.total()
    wanted = {key_of(row) for row in report.rows}
    return report.past.total([at for at, row in enumerate(report.past) if key_of(row) in wanted])


def _past_of(report: Report) -> Callable[[InsightRow], Metrics | None]:
    """Tells what a row came to in the time before; nothing delivered is zeros. Rows of a day have no such thing."""
    past = None if report.past is None else {key_of(row): row.metrics for row in report.past}

    def told(row: InsightRow) -> Metrics | None:
        return None if past is None or row.day is not None else past.get(key_of(row), Metrics())

    return told


def _itself(day: date) -> date:
    return day
