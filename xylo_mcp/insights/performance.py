"""A whole answer: rows in order, what they come to in each currency, and what that is worth in one."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from ..ads.insights import Metrics
from ..ads.money import Declared
from ..directory import Failure
from .asked import Question
from .reports import Asker, Report, report
from .sections import Section, by_account, by_currency, by_platform, grouped, in_sum
from .sums import InOneCurrency, converted, not_added, without


class Sum(msgspec.Struct, frozen=True):
    """What all rows of one currency come to, and did in the time before, where that was asked for."""

    currency: str
    metrics: Metrics
    past: Metrics | None


class Performance(msgspec.Struct, frozen=True):
    """The answer to a question: its `sections`, and what goes for all of it."""

    question: Question
    reports: Sequence[Report]
    sections: Sequence[Section]
    sums: Sequence[Sum]
    in_one: InOneCurrency | None
    failures: Sequence[Failure]

    @property
    def as_of(self) -> datetime | None:
        """When the oldest part of it was read from its platform."""
        return min((one.as_of for one in self.reports), default=None)

    @property
    def cached(self) -> bool:
        """Whether no platform was asked for it just now."""
        return bool(self.reports) and all(one.cached for one in self.reports)

    def with_sections(self, sections: Sequence[Section]) -> "Performance":
        """This answer with only these sections to show; its sums stay those of all."""
        return msgspec.structs.replace(self, sections=sections)


async def performance(
    asker: Asker, ids: Sequence[str], question: Question, *, platform: str = "", top: int = 0, rates: Declared | None
) -> Performance:
    """What the accounts with these ids, or all (of `platform`), achieved; `top`: so many rows of each currency.

    Raises:
        AdsError: see `report`.
    """
    found = await report(asker, ids, question, platform)
    sums = [_sum(same, question) for same in grouped(found.reports, lambda one: one.account.currency)]
    return Performance(
        question=question,
        reports=found.reports,
        sections=_sections(found.reports, question, top),
        sums=sums,
        in_one=_in_one(found.reports, sums, rates),
        failures=found.failures,
    )


def _sections(reports: Sequence[Report], question: Question, top: int) -> Sequence[Section]:
    if question.level == "platform":
        return by_platform(reports, question, top)
    return by_currency(reports, question, top) if top else by_account(reports, question)


def _sum(same: Sequence[Report], question: Question) -> Sum:
    total, past, _ = in_sum(same, question)
    return Sum(same[0].account.currency, total, past)


def _in_one(reports: Sequence[Report], sums: Sequence[Sum], rates: Declared | None) -> InOneCurrency | None:
    left_out = not_added(one.counted for one in reports)
    parts = {one.currency: without(one.metrics, left_out) for one in sums}
    return None if rates is None else converted(parts, rates.worth, rates.currency, rates.as_of)
