"""A question to insights, read and found good (Marketing API docs, "Insights API", 2026-09)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from ..world import Campaign, World
from .breakdowns import asked_breakdown
from .days import Span, knows_people, span, steps
from .errors import invalid
from .fields import asked, unique
from .figures import Level
from .filters import Condition, conditions
from .metrics import PEOPLE, WINDOWS, check
from .paging import PAGING
from .parameters import refuse_others, truth, word, words
from .sieve import order

_LEVELS: Mapping[str, Level] = {"account": "account", "campaign": "campaign", "adset": "adset", "ad": "ad"}
_IDS: Mapping[Level, tuple[str, ...]] = {
    "account": (),
    "campaign": ("campaign_id",),
    "adset": ("campaign_id", "adset_id"),
    "ad": ("campaign_id", "adset_id", "ad_id"),
}
# How many objects of a level a campaign has, about.
_EACH: Mapping[Level, int] = {"account": 0, "campaign": 1, "adset": 2, "ad": 4}
_DEFAULT = ("account_id", "impressions", "spend")
_REPORT_TIMES = ("impression", "conversion", "mixed", "lifetime")
_PARAMETERS = PAGING | {
    *("level", "date_preset", "time_range", "time_increment", "filtering", "sort", "action_breakdowns", "breakdowns"),
    *("action_attribution_windows", "action_report_time"),
    *("use_unified_attribution_setting", "use_account_attribution_setting"),
}


@dataclass(frozen=True, slots=True)
class Inquiry:
    """What is asked.

    Attributes:
        names: the keys of a row, besides those of its breakdown.
        windows: the attribution windows to show beside the values.
        text: what the rows depend on.
    """

    level: Level
    names: tuple[str, ...]
    windows: tuple[str, ...]
    whole_time: Span
    spans: tuple[Span, ...]
    breakdown: str
    wanted: Sequence[Condition]
    text: str

    def size(self, world: World, campaigns: Sequence[Campaign]) -> int:
        """How many rows the answer has at most, about, to tell what takes long before it is added up."""
        segments = len(world.cast("meta").segments[self.breakdown]) if self.breakdown else 1
        return _EACH[self.level] * segments * sum(self._spans_of(one) for one in campaigns)

    def _spans_of(self, campaign: Campaign) -> int:
        return sum(
            1
            for since, until in self.spans
            if until >= campaign.first_day and (campaign.last_day is None or since <= campaign.last_day)
        )


def inquiry(campaign: Campaign | None, arguments: Mapping[str, str], today: date) -> Inquiry:
    """What `arguments` ask on an account, or on one campaign of it, where it is `today`.

    Raises:
        GraphError: Meta would refuse them.
    """
    refuse_others(arguments, _PARAMETERS, where="insights")
    level = _level(arguments, campaign)
    names, windows = _names(arguments, level), _attribution(arguments)
    whole_time = span(arguments, today)
    spans = steps(arguments, whole_time)
    breakdown = asked_breakdown(arguments)
    if breakdown and not knows_people(whole_time[0], today):
        names = tuple(name for name in names if name not in PEOPLE)
    order(arguments)
    text = repr([level, whole_time, spans[0], breakdown, arguments.get("filtering"), arguments.get("sort")])
    return Inquiry(level, names, windows, whole_time, spans, breakdown, conditions(arguments), text)


def _level(arguments: Mapping[str, str], campaign: Campaign | None) -> Level:
    level = _LEVELS[word(arguments, "level", _LEVELS, "campaign" if campaign else "account")]
    if campaign and level == "account":
        raise invalid("Param level: a campaign has no insights at level account")
    return level


def _names(arguments: Mapping[str, str], level: Level) -> tuple[str, ...]:
    """The keys of a row: what is asked for, and always its days."""
    names = [one.alone() for one in unique(asked(arguments), (*_DEFAULT, *_IDS[level]))]
    for name in names:
        check(name)
    return tuple(dict.fromkeys((*names, "date_start", "date_stop")))


def _attribution(arguments: Mapping[str, str]) -> tuple[str, ...]:
    """The windows to show beside the values. The report time no longer has an effect, as since 2025-06-10."""
    word(arguments, "action_report_time", _REPORT_TIMES, "mixed")
    words(arguments, "action_breakdowns", ("action_type",))
    truth(arguments, "use_unified_attribution_setting")
    if truth(arguments, "use_account_attribution_setting"):
        raise invalid("Param use_account_attribution_setting: the sandbox only has each ad set's own attribution")
    asked_for = words(arguments, "action_attribution_windows", WINDOWS)
    return tuple(window for window in WINDOWS if window in asked_for)
