"""The insights edge of accounts and campaigns (Marketing API docs, "Insights API", 2026-09).

On an account, campaigns that are archived or deleted count in the account's sums, yet rows per
campaign leave them out unless `campaign.effective_status` asks for them.
"""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from functools import partial

from ..world import AccountPlan, Campaign, World
from .campaigns import HIDDEN, effective_status
from .days import span, steps
from .errors import invalid, not_one_of
from .fields import asked, unique
from .figures import Books, Row, Sums
from .filters import Condition, Kind, Test, conditions, test
from .metrics import WINDOWS, actions, check, metric
from .paging import PAGING, Listing, Visit, page
from .parameters import refuse_others, strings, truth, word, words
from .wire import Json

_LEVELS = ("account", "campaign")
_LOWER_LEVELS = ("adset", "ad")
_DEFAULT = ("account_id", "impressions", "spend")
_REPORT_TIMES = ("impression", "conversion", "mixed", "lifetime")
_PARAMETERS = PAGING | {
    *("level", "date_preset", "time_range", "time_increment", "filtering", "sort", "action_breakdowns"),
    *("action_attribution_windows", "action_report_time"),
    *("use_unified_attribution_setting", "use_account_attribution_setting"),
}
_OF_CAMPAIGN: dict[str, tuple[Kind, Callable[[Campaign], str]]] = {
    "campaign.id": ("choice", lambda campaign: campaign.id),
    "campaign.name": ("text", lambda campaign: campaign.name),
    "campaign.effective_status": ("choice", effective_status),
}
_NUMBERS = ("impressions", "clicks", "spend", "reach", "ctr", "cpc", "cpm", "frequency", "inline_link_clicks")
_SORTED = (*_NUMBERS, "campaign_id", "date_start")


class Insights:
    """Answers insights, on an account or on one campaign."""

    def __init__(self, world: World) -> None:
        self._world, self._books = world, Books(world)

    def answer(
        self, account: AccountPlan, campaign: Campaign | None, arguments: Mapping[str, str], visit: Visit
    ) -> dict[str, Json]:
        """The page that is asked for."""
        refuse_others(arguments, _PARAMETERS, where="insights")
        level = _level(arguments, campaign)
        names = _names(arguments, level)
        windows = _attribution(arguments)
        whole_time = span(arguments, self._world.today(account))
        spans = steps(arguments, whole_time)
        wanted = conditions(arguments)
        candidates = (campaign,) if campaign else tuple(reversed(self._world.campaigns("meta", account.id)))
        hide = campaign is None and level == "campaign"
        chosen = _chosen(candidates, wanted, hide=hide)
        rows = self._books.rows(Sums(account, chosen, spans, level == "campaign"))
        rows = _sorted(arguments, _admitted(rows, wanted))
        question = repr([level, whole_time, spans[0], arguments.get("filtering"), arguments.get("sort")])
        node = campaign.id if campaign else f"act_{account.id}"
        listing = Listing(f"{node}/insights", arguments, question)
        return page(listing, rows, partial(_shown, names=names, windows=windows), visit)


def _level(arguments: Mapping[str, str], campaign: Campaign | None) -> str:
    default = "campaign" if campaign else "account"
    level = word(arguments, "level", (*_LEVELS, *_LOWER_LEVELS), default)
    if level in _LOWER_LEVELS:
        raise invalid(f"Param level: the sandbox has no insights at level {level}; it has account and campaign")
    if campaign and level == "account":
        raise invalid("Param level: a campaign has no insights at level account")
    return level


def _names(arguments: Mapping[str, str], level: str) -> tuple[str, ...]:
    """The keys of a row: what is asked for, and always its days."""
    default = (*_DEFAULT, "campaign_id") if level == "campaign" else _DEFAULT
    names = [one.alone() for one in unique(asked(arguments), default)]
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


def _chosen(campaigns: Sequence[Campaign], wanted: Sequence[Condition], *, hide: bool) -> Sequence[Campaign]:
    tests: list[tuple[Callable[[Campaign], str], Test]] = []
    for condition in wanted:
        if found := _OF_CAMPAIGN.get(condition.field):
            kind, value = found
            tests.append((value, test(condition, kind)))
            hide = hide and condition.field != "campaign.effective_status"
        elif condition.field not in _NUMBERS:
            raise not_one_of("filtering[field]", (*_OF_CAMPAIGN, *_NUMBERS))
    return [
        campaign
        for campaign in campaigns
        if not (hide and effective_status(campaign) in HIDDEN) and all(holds(value(campaign)) for value, holds in tests)
    ]


def _admitted(rows: Sequence[Row], wanted: Sequence[Condition]) -> Sequence[Row]:
    for condition in wanted:
        if condition.field in _NUMBERS:
            holds = test(condition, "number")
            rows = [row for row in rows if holds(_number(row, condition.field))]
    return rows


def _number(row: Row, name: str) -> Decimal:
    """A metric to compare by; one without a key counts as 0."""
    if name.startswith("actions:"):
        return Decimal(actions(row).get(name.removeprefix("actions:"), 0))
    if name == "date_start":
        return Decimal(row.since.toordinal())
    found = metric(row, name, ())
    return Decimal(found) if isinstance(found, str) else Decimal(0)


def _sorted(arguments: Mapping[str, str], rows: Sequence[Row]) -> Sequence[Row]:
    text = arguments.get("sort", "").strip()
    if not text:
        return rows
    keys = strings(arguments, "sort") if text.startswith("[") else [text]
    name, _, direction = keys[0].rpartition("_") if len(keys) == 1 else ("", "", "")
    if direction not in ("ascending", "descending") or not (name in _SORTED or name.startswith("actions:")):
        raise invalid("Param sort must be one element such as spend_descending or actions:link_click_ascending")
    return sorted(rows, key=lambda row: _number(row, name), reverse=direction == "descending")


def _shown(row: Row, *, names: tuple[str, ...], windows: tuple[str, ...]) -> Json:
    found = {name: metric(row, name, windows) for name in names}
    return {name: value for name, value in found.items() if value is not None}
