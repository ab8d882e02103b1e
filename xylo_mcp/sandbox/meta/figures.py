"""Adds up what campaigns delivered, and remembers the sums as long as they cannot have changed."""

from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from ..world import AccountPlan, Ad, AdGroup, Campaign, Facts, Goal, World, summed
from .days import Span

Level = Literal["account", "campaign", "adset", "ad"]
_NOTHING = Facts()
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
    """What an account, or one object in it, or one `segment` of the people, delivered from `since` to `until`."""

    account: AccountPlan
    campaign: Campaign | None
    since: date
    until: date
    figures: Figures
    group: AdGroup | None = None
    ad: Ad | None = None
    segment: str = ""


@dataclass(frozen=True, slots=True)
class Sums:
    """A question for sums: over `campaigns`, in `spans` that follow each other, for each object of a `level`.

    Attributes:
        breakdown: the world's word for what divides them further; empty for nothing.
    """

    account: AccountPlan
    campaigns: Sequence[Campaign]
    spans: tuple[Span, ...]
    level: Level
    breakdown: str = ""


@dataclass(frozen=True, slots=True)
class _Piece:
    """What one object had of one day."""

    group: AdGroup | None
    ad: Ad | None
    segment: str
    day: date
    facts: Facts

    @property
    def owner(self) -> tuple[str, str, str]:
        return (self.group.id if self.group else "", self.ad.id if self.ad else "", self.segment)


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
        key = (now, asked.account.id, tuple(one.id for one in campaigns), asked.spans, asked.level, asked.breakdown)
        kept = self._kept.get(key)
        if kept is not None and kept.campaigns == campaigns:
            self._kept.move_to_end(key)
            return kept.rows
        groups = [(None, campaigns)] if asked.level == "account" else [(one, (one,)) for one in campaigns]
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
        owners: dict[tuple[str, str, str], _Piece] = {}
        parts: dict[tuple[str, str, str], list[list[tuple[Goal, Facts]]]] = {}
        for found in campaigns:
            for piece in self._pieces(asked, found):
                owner = piece.owner
                owners.setdefault(owner, piece)
                shelves = parts.setdefault(owner, [[] for _ in starts])
                shelves[bisect_right(starts, piece.day) - 1].append((found.goal, piece.facts))
        for owner, shelves in parts.items():
            first = owners[owner]
            for (since, until), of_span in zip(asked.spans, shelves, strict=True):
                if of_span:
                    sums = figures(of_span)
                    yield Row(asked.account, campaign, since, until, sums, first.group, first.ad, first.segment)

    def _pieces(self, asked: Sums, campaign: Campaign) -> Iterator[_Piece]:
        since, until = asked.spans[0][0], asked.spans[-1][1]
        if asked.level in ("account", "campaign") and not asked.breakdown:
            for day, facts in self._world.days("meta", campaign, since, until):
                yield _Piece(None, None, "", day, facts)
            return
        groups = {group.id: group for group in self._world.ad_groups("meta", campaign)}
        for part in self._world.parts("meta", campaign, since, until, asked.breakdown):
            if part.facts != _NOTHING:
                group = groups[part.ad.ad_group] if asked.level in ("adset", "ad") else None
                yield _Piece(group, part.ad if asked.level == "ad" else None, part.segment, part.day, part.facts)


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
