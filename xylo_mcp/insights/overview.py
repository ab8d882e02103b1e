"""How everything did: each account by day and against the time before, what moved, and what was odd."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

import msgspec

from ..ads.accounts import Account
from ..ads.dates import DatePreset, Span
from ..ads.insights import InsightsQuery, Metrics, total
from ..at_once import at_once
from ..contract import AdReader
from ..directory import Failure
from .asked import Question
from .oddities import HISTORY_DAYS, Oddity, oddities
from .reports import Asker, Report, Reports, key_of, report
from .sums import difference

_WATCHED = 20  # so many campaigns of an account, the biggest spenders, are held against their history
_DAY = timedelta(days=1)


class Move(msgspec.Struct, frozen=True):
    """A campaign's spend now and before; `share`: of all that moved in its currency, up and down, in percent."""

    account: Account
    campaign_id: str
    campaign_name: str
    now: Metrics
    past: Metrics
    share: Decimal

    @property
    def by(self) -> Decimal:
        """How much more it spent than before."""
        return (self.now.spend or Decimal(0)) - (self.past.spend or Decimal(0))


class Odd(NamedTuple):
    """Something odd, and whose it is."""

    account: Account
    oddity: Oddity


class Overview(msgspec.Struct, frozen=True):
    """What the accounts did.

    Attributes:
        by_day: the accounts' reports, a row a day.
        by_campaign: likewise of their campaigns, in total.
        odd: what was odd on the last day that is over.
        failures: who did not answer, or not all of it.
    """

    by_day: Sequence[Report]
    by_campaign: Sequence[Report]
    odd: Sequence[Odd]
    failures: Sequence[Failure]

    def moves(self) -> Sequence[Move]:
        """What every campaign's spend did; accounts whose last day is not over are left out, as nothing to compare."""
        reports = [one for one in self.by_campaign if not one.running]
        moved = [move for one in reports for move in _moves(one)]
        movement: dict[str, Decimal] = {}
        for one in moved:
            movement[one.account.currency] = movement.get(one.account.currency, Decimal(0)) + abs(one.by)
        return [
            msgspec.structs.replace(one, share=abs(one.by) * 100 / movement[one.account.currency])
            for one in moved
            if one.by
        ]


def change_of_spend(reports: Sequence[Report]) -> Decimal | None:
    """By how many percent the spend of `reports` changed; None while the last day of one is not over."""
    if any(one.running for one in reports):
        return None
    past = total(one.past.total() for one in reports if one.past is not None)
    return difference(total(one.total for one in reports).spend, past.spend).percent


async def overview(asker: Asker, preset: DatePreset) -> Overview:
    """How all accounts did over `preset`.

    Raises:
        AdsError: see `report`.
    """
    questions = (
        Question(preset, bucket="day", compare=True),
        Question(preset, level="campaign", compare=True),
    )
    by_day, by_campaign = await at_once(lambda question: report(asker, (), question), questions)
    odd, unwatched = await _odd(asker, by_campaign)
    failures: dict[str, Failure] = {}
    for one in (*by_day.failures, *by_campaign.failures, *unwatched):
        failures.setdefault(one.subject, one)
    return Overview(by_day.reports, by_campaign.reports, odd, list(failures.values()))


async def _odd(asker: Asker, found: Reports) -> tuple[Sequence[Odd], Sequence[Failure]]:
    """What the biggest campaigns of each account did out of the ordinary on the last day that is over."""
    watched: Mapping[str, tuple[date, Sequence[str]]] = {
        one.account.id: (_last_day(one), _biggest(one)) for one in found.reports if len(one.rows)
    }
    if not watched:
        return (), ()

    async def ask(account: Account, reader: AdReader) -> Sequence[Odd]:
        day, ids = watched[account.id]
        spec = asker.directory.spec(account)
        span = Span(day - HISTORY_DAYS * _DAY, day)
        query = InsightsQuery("campaign", span.since, span.until, "day", frozenset(ids))
        answer = await asker.remember(account, reader, query, spec, None, None)
        return [Odd(account, one) for one in oddities(list(answer.rows), day)]

    answers = await asker.directory.ask(list(watched), ask, asker.until)
    return [odd for _, several in answers.answered for odd in several], answers.failures


def _last_day(one: Report) -> date:
    return min(one.span.until, one.today - _DAY)


def _biggest(one: Report) -> Sequence[str]:
    return [one.rows[at].campaign_id for at in one.rows.order("spend")[:_WATCHED]]


def _moves(one: Report) -> Sequence[Move]:
    past = {key_of(row): row for row in one.past or ()}
    now = {key_of(row): row for row in one.rows}
    nothing = Metrics()
    return [
        Move(
            account=one.account,
            campaign_id=key[0],
            campaign_name=(now.get(key) or past[key]).campaign_name,
            now=now[key].metrics if key in now else nothing,
            past=past[key].metrics if key in past else nothing,
            share=Decimal(0),
        )
        for key in {**now, **past}
    ]
