"""Adds up what campaigns delivered, and remembers the sums as long as they cannot have changed."""

from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from ..world import AccountPlan, Campaign, Facts, Goal, World, summed
from .days import Span

_QUARTER_HOUR = 900  # the world's figures change on the full hour of some time zone, and none is finer than this
_OVERHEAD = 100  # what an answer weighs besides its rows


@dataclass(frozen=True, slots=True)
class Figures:
    """Sums, with the conversions by what they were. All are whole numbers, `spend` and `value` minor units."""

    facts: Facts
    purchases: int = 0
    leads: int = 0
    web_leads: int = 0
    installs: int = 0


@dataclass(frozen=True, slots=True)
class Row:
    """What an account (or one campaign of it) delivered from `since` to `until`."""

    account: AccountPlan
    campaign: Campaign | None
    since: date
    until: date
    figures: Figures


@dataclass(frozen=True, slots=True)
class Sums:
    """A question for sums: over `campaigns`, in `spans` that follow each other, together or one by one."""

    account: AccountPlan
    campaigns: Sequence[Campaign]
    spans: tuple[Span, ...]
    one_by_one: bool


@dataclass(frozen=True, slots=True)
class _Kept:
    """An answer, and the campaigns as they were: one that was written to since may have another."""

    campaigns: Sequence[Campaign]
    rows: Sequence[Row]

    @property
    def weight(self) -> int:
        return len(self.rows) + _OVERHEAD


class Books:
    """Answers questions for sums, and keeps about `most` rows. Where nothing was delivered, there is no row."""

    def __init__(self, world: World, most: int = 200_000) -> None:
        self._world, self._most = world, most
        self._kept: OrderedDict[tuple[object, ...], _Kept] = OrderedDict()
        self._weight = 0

    def rows(self, asked: Sums) -> Sequence[Row]:
        """The rows, campaigns in the order given and each one's days in order."""
        now = int(self._world.clock().timestamp()) // _QUARTER_HOUR
        campaigns = tuple(asked.campaigns)
        key = (now, asked.account.id, tuple(one.id for one in campaigns), asked.spans, asked.one_by_one)
        kept = self._kept.get(key)
        if kept is not None and kept.campaigns == campaigns:
            self._kept.move_to_end(key)
            return kept.rows
        groups = [(one, (one,)) for one in campaigns] if asked.one_by_one else [(None, campaigns)]
        found = tuple(row for one, members in groups for row in self._rows(asked, one, members))
        self._keep(key, _Kept(campaigns, found))
        return found

    def _keep(self, key: tuple[object, ...], answer: _Kept) -> None:
        stale = self._kept.pop(key, None)
        self._kept[key] = answer
        self._weight += answer.weight - (stale.weight if stale else 0)
        while self._weight > self._most and len(self._kept) > 1:
            _, oldest = self._kept.popitem(last=False)
            self._weight -= oldest.weight

    def _rows(self, asked: Sums, campaign: Campaign | None, campaigns: Iterable[Campaign]) -> Iterator[Row]:
        starts = [since for since, _ in asked.spans]
        parts: list[list[tuple[Goal, Facts]]] = [[] for _ in starts]
        for found in campaigns:
            for day, facts in self._world.days("meta", found, starts[0], asked.spans[-1][1]):
                parts[bisect_right(starts, day) - 1].append((found.goal, facts))
        for (since, until), of_span in zip(asked.spans, parts, strict=True):
            if of_span:
                yield Row(asked.account, campaign, since, until, figures(of_span))


def figures(parts: Sequence[tuple[Goal, Facts]]) -> Figures:
    """The sum of `parts`, each with the goal of its campaign."""
    conversions: dict[Goal, int] = dict.fromkeys(("purchases", "leads", "app"), 0)
    web_leads = 0
    for goal, facts in parts:
        if facts.conversions:
            conversions[goal] += facts.conversions // 100
            web_leads += facts.conversions // 200 if goal == "leads" else 0
    return Figures(
        facts=parts[0][1] if len(parts) == 1 else summed(facts for _, facts in parts),
        purchases=conversions["purchases"],
        leads=conversions["leads"],
        web_leads=web_leads,
        installs=conversions["app"],
    )
