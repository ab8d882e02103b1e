"""The summary as data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from typing_extensions import TypedDict

from ..ads.dates import DatePreset
from ..ads.insights import Metric
from ..ads.money import rounded, shown
from ..ads.text import clean
from ..app import App
from ..insights import Report, added, grouped, not_added
from ..insights.overview import Move, Odd, Overview, change_of_spend
from .performance import definitions_shown
from .performance_shapes import DefinitionShown
from .tables import FailureShown, MetricsShown, failures_shown, metrics_shown, number, number_shown, percent_shown

if TYPE_CHECKING:
    from ..guard.policy import Policy

NAMES: Sequence[Metric] = ("spend", "clicks", "conversions", "cost_per_conversion", "roas")
_MOVES = 3  # so many up and so many down are told
_ODD = 5
_LEAST_SHARE = 5  # percent of what moved: less is no news


class GroupShown(TypedDict):
    """A platform's accounts of one currency (or all platforms', where there are several); the change is of spend."""

    platform: str | None
    currency: str
    accounts: int
    metrics: MetricsShown
    change_percent: float | None


class MoveShown(TypedDict):
    """A campaign that spends more or less than before; share of all that moved in its currency, in percent."""

    account: str
    campaign_id: str
    campaign_name: str
    currency: str
    spend: float | None
    by: float | None
    share_percent: float


class PaceShown(TypedDict):
    """Average spend a day beside the cap on what may be committed a day, both in the policy's currency."""

    scope: str
    currency: str
    spend_a_day: float | None
    cap: float


class OddityShown(TypedDict):
    """What a campaign did on a day, and its usual (the median of the days before)."""

    account: str
    campaign_id: str
    campaign_name: str
    date: str
    metric: str
    value: float | None
    usual: float | None


class Summary(TypedDict):
    """What get_summary gives."""

    mode: str
    date_preset: str
    as_of: str | None
    groups: list[GroupShown]
    moved: list[MoveShown]
    pacing: list[PaceShown]
    unusual: list[OddityShown]
    definitions: list[DefinitionShown]
    failures: list[FailureShown]
    complete: bool


def summary_of(app: App, preset: DatePreset, found: Overview, policy: Policy) -> Summary:
    """What `found` says, as data."""
    as_of = min((one.as_of for one in (*found.by_day, *found.by_campaign)), default=None)
    return {
        "mode": app.mode,
        "date_preset": preset,
        "as_of": as_of.isoformat(timespec="seconds") if as_of else None,
        "groups": list(_groups(found.by_day)),
        "moved": [move_shown(one) for one in _biggest(found.moves())],
        "pacing": list(_pacing(app, found.by_day, policy)),
        "unusual": [_oddity(one) for one in _oddest(found.odd)],
        "definitions": definitions_shown(found.by_day),
        "failures": failures_shown(found.failures),
        "complete": not found.failures,
    }


def group_shown(reports: Sequence[Report], platform: str | None) -> GroupShown:
    """What some accounts of one currency did."""
    currency = reports[0].account.currency
    left_out = not_added(one.counted for one in reports)
    now = added([one.total for one in reports], left_out)
    return {
        "platform": platform,
        "currency": currency,
        "accounts": len(reports),
        "metrics": metrics_shown(now, NAMES, currency),
        "change_percent": percent_shown(change_of_spend(reports)),
    }


def move_shown(one: Move) -> MoveShown:
    """A campaign's move."""
    currency = one.account.currency
    return {
        "account": one.account.id,
        "campaign_id": one.campaign_id,
        "campaign_name": clean(one.campaign_name),
        "currency": currency,
        "spend": number_shown("spend", one.now.spend, currency),
        "by": number_shown("spend", one.by, currency),
        "share_percent": number(rounded(one.share, 0)),
    }


def _groups(reports: Sequence[Report]) -> Iterator[GroupShown]:
    for same in grouped(reports, lambda one: one.account.currency):
        platforms = grouped(same, lambda one: one.account.platform)
        if len(platforms) > 1:
            yield group_shown(same, None)
        for of_platform in platforms:
            yield group_shown(of_platform, of_platform[0].account.platform)


def _biggest(moves: Iterable[Move]) -> Sequence[Move]:
    """The biggest up and the biggest down of the currencies where they matter most."""
    told = sorted((one for one in moves if one.share >= _LEAST_SHARE), key=lambda one: -one.share)
    ups, downs = _one_a_currency(one for one in told if one.by > 0), _one_a_currency(one for one in told if one.by < 0)
    return [*ups[:_MOVES], *downs[:_MOVES]]


def _one_a_currency(moves: Iterable[Move]) -> Sequence[Move]:
    first: dict[str, Move] = {}
    for one in moves:
        first.setdefault(one.account.currency, one)
    return list(first.values())


def _oddest(odd: Sequence[Odd]) -> Sequence[Odd]:
    """The campaigns furthest from their usual, each with what is oddest of it."""
    first: dict[str, Odd] = {}
    for one in sorted(odd, key=lambda one: -abs(one.oddity.times - 1)):
        first.setdefault(one.oddity.campaign_id, one)
    return list(first.values())[:_ODD]


def _oddity(one: Odd) -> OddityShown:
    odd, currency = one.oddity, one.account.currency
    return {
        "account": one.account.id,
        "campaign_id": odd.campaign_id,
        "campaign_name": clean(odd.campaign_name),
        "date": odd.day.isoformat(),
        "metric": odd.metric,
        "value": number_shown(odd.metric, odd.value, currency),
        "usual": number_shown(odd.metric, odd.usual, currency),
    }


def _pacing(app: App, reports: Sequence[Report], policy: Policy) -> Iterator[PaceShown]:
    caps = policy.caps
    declared = policy.declared(app.clock().date())
    worth = {policy.currency: Decimal(1)} if declared is None else declared.worth
    scopes: Mapping[str, tuple[Decimal | None, Sequence[Report]]] = {
        "everything": (caps.total, reports),
        **{
            platform: (caps.for_platform(platform), [one for one in reports if one.account.platform == platform])
            for platform in app.directory.platforms
        },
        **{one.account.id: (caps.for_account(one.account.id), [one]) for one in reports},
    }
    for scope, (cap, of_scope) in scopes.items():
        if cap and of_scope:
            spends = [_a_day(one, worth) for one in of_scope]
            whole = None if None in spends else sum((one for one in spends if one is not None), Decimal(0))
            yield {
                "scope": scope,
                "currency": policy.currency,
                "spend_a_day": None if whole is None else number(shown(whole, policy.currency)),
                "cap": number(shown(cap, policy.currency)),
            }


def _a_day(one: Report, worth: Mapping[str, Decimal]) -> Decimal | None:
    """What an account spent a day on average, in the policy's currency; None without a rate."""
    spend, rate = one.total.spend, worth.get(one.account.currency)
    return None if spend is None or rate is None else spend * rate / one.span.days
