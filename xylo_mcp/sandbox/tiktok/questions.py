"""What a report is asked for, and the rules that refuse it (TikTok API for Business docs, v1.3, "Basic reports")."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, Literal, TypeVar

import msgspec

from ..world import AccountPlan, World
from .accounts import granted
from .metrics import AUDIENCE_NUMBERS, NUMBERS, WORDS
from .parameters import Id, Names, Page, PageSize, unreadable
from .refusals import PARAMETER, Refusal, parameter
from .report_levels import DAY, DIVIDED_BY, IDS, LEVELS, PARTS, Parts, Rows
from .statuses import PrimaryStatus

_DAYS_BY_DAY, _DAYS_IN_TOTAL = 30, 365

_some_ids: msgspec.json.Decoder[tuple[str, ...]] = msgspec.json.Decoder(
    Annotated[tuple[Id, ...], msgspec.Meta(min_length=1, max_length=100)]
)
_many_ids: msgspec.json.Decoder[tuple[str, ...]] = msgspec.json.Decoder(
    Annotated[tuple[Id, ...], msgspec.Meta(min_length=1, max_length=20_000)]
)
_statuses: msgspec.json.Decoder[tuple[PrimaryStatus, ...]] = msgspec.json.Decoder(
    Annotated[tuple[PrimaryStatus, ...], msgspec.Meta(min_length=1)]
)
_Value = TypeVar("_Value")


class Condition(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One filter. The value of an IN is JSON text within the JSON text of the parameter."""

    field_name: str
    filter_type: Literal[
        "IN",
        "MATCH",
        "GREATER_EQUAL",
        "GREATER_THAN",
        "LOWER_EQUAL",
        "LOWER_THAN",
        "BETWEEN",
        "RANGE",
        "CONTAIN_ANY_OF",
        "NOT_IN",
    ]
    filter_value: str


class Common(msgspec.Struct, frozen=True):
    """The parameters of any report as they came, each in its own type."""

    report_type: Literal["BASIC", "AUDIENCE", "PLAYABLE_MATERIAL", "CATALOG", "BC", "TT_SHOP"]
    dimensions: Names
    advertiser_id: Id = ""
    advertiser_ids: Annotated[tuple[Id, ...], msgspec.Meta(min_length=1, max_length=5)] = ()
    service_type: Literal["AUCTION", "RESERVATION"] = "AUCTION"
    data_level: str = ""
    metrics: Names = ("spend", "impressions")
    start_date: str = ""
    end_date: str = ""
    query_lifetime: bool = False
    filtering: tuple[Condition, ...] = ()
    order_field: str = ""
    order_type: Literal["ASC", "DESC"] = "DESC"


class Wanted(Common, frozen=True):
    """Those of a report that is given at once."""

    bc_id: str = ""
    query_mode: Literal["REGULAR", "CHUNK"] = "REGULAR"
    multi_adv_report_in_utc_time: bool = False
    enable_total_metrics: bool = False
    page: Page = 1
    page_size: PageSize = 10


class WantedLater(Common, frozen=True):
    """Those of one that is made."""

    output_format: Literal["CSV_STRING", "CSV_DOWNLOAD", "XLSX_DOWNLOAD"] = "CSV_STRING"
    file_name: Annotated[str, msgspec.Meta(max_length=255)] = ""
    enable_report_title_translation: bool = True


class Question(msgspec.Struct, frozen=True):
    """A report that may be given.

    Attributes:
        rows: what one row is about.
        dimension: what divides it: TikTok's name, and how it divides; None: nothing.
        by_day: one row a day, too.
        chosen: only these, by the name of the filter; a filter that is not given is not there.
        statuses: only what has one of these primary statuses, where the rows are not advertisers.
        since, until: both included, in each advertiser's own time zone; None: its whole life.
    """

    accounts: Sequence[AccountPlan]
    rows: Rows
    dimension: tuple[str, Parts] | None
    by_day: bool
    since: date | None
    until: date | None
    chosen: Mapping[str, frozenset[str]]
    statuses: frozenset[PrimaryStatus]
    wanted: Common


def question(world: World, wanted: Wanted) -> Question:
    """The report that is asked for at once; a `Refusal` where TikTok would not give it."""
    if wanted.bc_id:
        raise parameter("bc_id", "Only for report_type BC.")
    if wanted.query_mode != "REGULAR":
        raise parameter("query_mode", f"{wanted.query_mode} is not supported here.")
    if wanted.multi_adv_report_in_utc_time:
        rule = "true is not supported here." if wanted.advertiser_ids else "Only with advertiser_ids."
        raise parameter("multi_adv_report_in_utc_time", rule)
    found = _question(world, wanted, later=False)
    if wanted.enable_total_metrics and len({account.currency for account in found.accounts}) > 1:
        raise parameter("enable_total_metrics", "Advertisers with different currencies have no total.")
    return found


def question_for_later(world: World, wanted: WantedLater) -> Question:
    """The report that is to be made; a `Refusal` where TikTok would not make it."""
    if wanted.output_format == "XLSX_DOWNLOAD":
        raise parameter("output_format", "XLSX_DOWNLOAD is not supported here.")
    return _question(world, wanted, later=True)


def _question(world: World, wanted: Common, *, later: bool) -> Question:
    _offered(wanted)
    ids = wanted.advertiser_ids or tuple(filter(None, [wanted.advertiser_id]))
    if not ids:
        raise parameter("advertiser_id", "Missing data for required field.")
    accounts = [granted(world, advertiser_id) for advertiser_id in dict.fromkeys(ids)]
    rows = _level(wanted)
    dimension = _dimensions(wanted, rows)
    _metrics(wanted, rows)
    since, until = _span(wanted, divided=dimension is not None)
    chosen, statuses = _filters(wanted.filtering, rows, later=later)
    return Question(
        accounts=accounts,
        rows=rows,
        dimension=(dimension, PARTS[dimension]) if dimension else None,
        by_day=DAY in wanted.dimensions,
        since=since,
        until=until,
        chosen=chosen,
        statuses=statuses,
        wanted=wanted,
    )


def _offered(wanted: Common) -> None:
    """Refuses what TikTok has and this sandbox has not, rather than answer something else."""
    if wanted.report_type not in DIVIDED_BY:
        raise parameter("report_type", f"{wanted.report_type} is not supported here.")
    if wanted.service_type != "AUCTION":
        raise parameter("service_type", f"{wanted.service_type} is not supported here.")


def _level(wanted: Common) -> Rows:
    if not wanted.data_level:
        raise parameter("data_level", "Missing data for required field.")
    if wanted.data_level not in LEVELS:
        raise parameter("data_level", f"{wanted.data_level} is not supported here; one of {', '.join(LEVELS)}.")
    return LEVELS[wanted.data_level]


def _dimensions(wanted: Common, rows: Rows) -> str | None:
    """What divides the rows beside id and day."""
    for name in wanted.dimensions:
        if name in IDS and name != rows.id:
            raise Refusal(PARAMETER, f"dimension {name} does not match data_level {wanted.data_level}")
    others = [name for name in wanted.dimensions if name not in (rows.id, DAY)]
    unknown = [name for name in others if name not in DIVIDED_BY[wanted.report_type]]
    if unknown:
        raise Refusal(PARAMETER, f"Invalid dimension fields: {unknown}")
    if len(set(wanted.dimensions)) < len(wanted.dimensions):
        raise parameter("dimensions", "Each dimension only once.")
    if rows.id not in wanted.dimensions:
        raise parameter("dimensions", f"data_level {wanted.data_level} needs the dimension {rows.id}.")
    if len(others) > 1:
        raise parameter("dimensions", f"{' with '.join(others)} is not supported here.")
    if wanted.report_type == "AUDIENCE" and not others:
        raise parameter("dimensions", "An audience report needs an audience dimension.")
    return others[0] if others else None


def _metrics(wanted: Common, rows: Rows) -> None:
    words = {name for name, (depth, _) in WORDS.items() if depth <= rows.depth}
    numbers = NUMBERS if wanted.report_type == "BASIC" else AUDIENCE_NUMBERS
    unknown = [name for name in wanted.metrics if name not in numbers | words]
    if unknown:
        raise Refusal(PARAMETER, f"Invalid metric fields: {unknown}")
    if wanted.order_field and wanted.order_field not in numbers:
        raise parameter("order_field", f"'{wanted.order_field}' is not a numeric metric.")


def _span(wanted: Common, *, divided: bool) -> tuple[date | None, date | None]:
    by_day = DAY in wanted.dimensions
    if wanted.query_lifetime:
        if by_day:
            raise parameter("query_lifetime", f"Not with the dimension {DAY}.")
        if divided:
            raise parameter("query_lifetime", "Not with the dimension of an audience or country.")
        return None, None
    since, until = _date("start_date", wanted.start_date), _date("end_date", wanted.end_date)
    if since > until:
        raise parameter("start_date", "Must not be later than end_date.")
    longest = _DAYS_BY_DAY if by_day else _DAYS_IN_TOTAL
    if (until - since).days >= longest:
        raise Refusal(PARAMETER, f"max time span is {longest} days" + (f" when use {DAY}" if by_day else ""))
    return since, until


def _date(name: str, text: str) -> date:
    if not text:
        raise parameter(name, "Missing data for required field.")
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = None
    if day is None or day.isoformat() != text:  # Python reads more forms than TikTok does
        raise parameter(name, "Not a valid date, use YYYY-MM-DD.")
    return day


def _filters(
    conditions: Sequence[Condition], rows: Rows, *, later: bool
) -> tuple[Mapping[str, frozenset[str]], frozenset[PrimaryStatus]]:
    """What is asked for, by ids and by status. Deleted ones are hidden where nothing is said of the status.

    A report that is made later takes ids only, but more of them (same docs, "Create an asynchronous report task").
    """
    chosen: dict[str, frozenset[str]] = {}
    statuses: frozenset[PrimaryStatus] = frozenset({"STATUS_NOT_DELETE"})
    known = rows.chosen if later else (*rows.chosen, rows.status)
    for place, condition in enumerate(conditions):
        at = f"filtering[{place}]"
        if condition.field_name not in known or not condition.field_name:
            raise parameter(at, f"The field_name '{condition.field_name}' is not supported at this data_level.")
        if condition.filter_type != "IN":
            raise parameter(at, f"'{condition.field_name}' takes only the filter_type IN.")
        if condition.field_name in {earlier.field_name for earlier in conditions[:place]}:
            raise parameter(at, f"'{condition.field_name}' may be given only once.")
        if condition.field_name == rows.status:
            statuses = frozenset(_listed(at, condition.filter_value, _statuses))
        else:
            ids = _listed(at, condition.filter_value, _many_ids if later else _some_ids)
            chosen[condition.field_name] = frozenset(ids)
    return chosen, statuses


def _listed(at: str, text: str, values: msgspec.json.Decoder[_Value]) -> _Value:
    try:
        return values.decode(text)
    except msgspec.DecodeError as wrong:
        raise unreadable(f"{at}.filter_value", wrong) from wrong
