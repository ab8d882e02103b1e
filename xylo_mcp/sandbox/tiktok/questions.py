"""What a report is asked for, and the rules that refuse it (TikTok API for Business docs, v1.3, "Basic reports")."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, Final, Literal, TypeVar

import msgspec

from ..world import AccountPlan, World
from .accounts import granted
from .metrics import ACCOUNT_WORDS, CAMPAIGN_WORDS, NUMBERS
from .parameters import Asked, Id, Names, Page, PageSize, unreadable
from .refusals import PARAMETER, Refusal, parameter
from .statuses import PRIMARY, PrimaryStatus

DAY: Final = "stat_time_day"
_ID_OF_LEVEL: Final[Mapping[str, str]] = {"AUCTION_ADVERTISER": "advertiser_id", "AUCTION_CAMPAIGN": "campaign_id"}
_IDS: Final = frozenset({"advertiser_id", "campaign_id", "adgroup_id", "ad_id", "ad_id_v2"})
_DAYS_BY_DAY, _DAYS_IN_TOTAL = 30, 365

_campaign_ids: msgspec.json.Decoder[tuple[str, ...]] = msgspec.json.Decoder(
    Annotated[tuple[Id, ...], msgspec.Meta(min_length=1, max_length=100)]
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


class Wanted(msgspec.Struct, frozen=True):
    """A report's parameters as they came, each in its own type."""

    report_type: Literal["BASIC", "AUDIENCE", "PLAYABLE_MATERIAL", "CATALOG", "BC", "TT_SHOP"]
    dimensions: Names
    advertiser_id: Id = ""
    advertiser_ids: Annotated[tuple[Id, ...], msgspec.Meta(min_length=1, max_length=5)] = ()
    bc_id: str = ""
    service_type: Literal["AUCTION", "RESERVATION"] = "AUCTION"
    data_level: str = ""
    metrics: Names = ("spend", "impressions")
    start_date: str = ""
    end_date: str = ""
    query_lifetime: bool = False
    query_mode: Literal["REGULAR", "CHUNK"] = "REGULAR"
    multi_adv_report_in_utc_time: bool = False
    filtering: tuple[Condition, ...] = ()
    order_field: str = ""
    order_type: Literal["ASC", "DESC"] = "DESC"
    enable_total_metrics: bool = False
    page: Page = 1
    page_size: PageSize = 10


class Question(msgspec.Struct, frozen=True):
    """A report that may be given.

    Attributes:
        by_campaign: one row a campaign, else one an advertiser; `by_day`: and day.
        campaign_ids: only these campaigns; empty: all.
        statuses: only campaigns with one of these secondary statuses, where rows are campaigns.
        since, until: both included, in each advertiser's own time zone; None: its whole life.
    """

    accounts: Sequence[AccountPlan]
    by_campaign: bool
    by_day: bool
    since: date | None
    until: date | None
    campaign_ids: frozenset[str]
    statuses: frozenset[str]
    wanted: Wanted


def question(world: World, asked: Asked) -> Question:
    """The report that is asked for; a `Refusal` where TikTok would not give it."""
    wanted = asked.read_as(Wanted)
    _offered(wanted)
    ids = wanted.advertiser_ids or tuple(filter(None, [wanted.advertiser_id]))
    if not ids:
        raise parameter("advertiser_id", "Missing data for required field.")
    accounts = [granted(world, advertiser_id) for advertiser_id in dict.fromkeys(ids)]
    id_dimension = _level(wanted)
    _dimensions(wanted, id_dimension)
    _metrics(wanted, id_dimension)
    if wanted.enable_total_metrics and len({account.currency for account in accounts}) > 1:
        raise parameter("enable_total_metrics", "Advertisers with different currencies have no total.")
    since, until = _span(wanted)
    campaign_ids, statuses = _filters(wanted.filtering, id_dimension)
    return Question(
        accounts=accounts,
        by_campaign=id_dimension == "campaign_id",
        by_day=DAY in wanted.dimensions,
        since=since,
        until=until,
        campaign_ids=campaign_ids,
        statuses=statuses,
        wanted=wanted,
    )


def _offered(wanted: Wanted) -> None:
    """Refuses what TikTok has and this sandbox has not, rather than answer something else."""
    if wanted.report_type != "BASIC":
        raise parameter("report_type", f"{wanted.report_type} is not supported here.")
    if wanted.bc_id:
        raise parameter("bc_id", "Only for report_type BC.")
    if wanted.service_type != "AUCTION":
        raise parameter("service_type", f"{wanted.service_type} is not supported here.")
    if wanted.query_mode != "REGULAR":
        raise parameter("query_mode", f"{wanted.query_mode} is not supported here.")
    if wanted.multi_adv_report_in_utc_time:
        rule = "true is not supported here." if wanted.advertiser_ids else "Only with advertiser_ids."
        raise parameter("multi_adv_report_in_utc_time", rule)


def _level(wanted: Wanted) -> str:
    """The id dimension that goes with the data level."""
    if not wanted.data_level:
        raise parameter("data_level", "Missing data for required field.")
    if wanted.data_level not in _ID_OF_LEVEL:
        raise parameter("data_level", f"{wanted.data_level} is not supported here; one of {', '.join(_ID_OF_LEVEL)}.")
    return _ID_OF_LEVEL[wanted.data_level]


def _dimensions(wanted: Wanted, id_dimension: str) -> None:
    for name in wanted.dimensions:
        if name in _IDS and name != id_dimension:
            raise Refusal(PARAMETER, f"dimension {name} does not match data_level {wanted.data_level}")
    unknown = [name for name in wanted.dimensions if name not in (id_dimension, DAY)]
    if unknown:
        raise Refusal(PARAMETER, f"Invalid dimension fields: {unknown}")
    if len(set(wanted.dimensions)) < len(wanted.dimensions):
        raise parameter("dimensions", "Each dimension only once.")
    if id_dimension not in wanted.dimensions:
        raise parameter("dimensions", f"data_level {wanted.data_level} needs the dimension {id_dimension}.")


def _metrics(wanted: Wanted, id_dimension: str) -> None:
    known = {*NUMBERS, *ACCOUNT_WORDS, *(CAMPAIGN_WORDS if id_dimension == "campaign_id" else ())}
    unknown = [name for name in wanted.metrics if name not in known]
    if unknown:
        raise Refusal(PARAMETER, f"Invalid metric fields: {unknown}")
    if wanted.order_field and wanted.order_field not in NUMBERS:
        raise parameter("order_field", f"'{wanted.order_field}' is not a numeric metric.")


def _span(wanted: Wanted) -> tuple[date | None, date | None]:
    by_day = DAY in wanted.dimensions
    if wanted.query_lifetime:
        if by_day:
            raise parameter("query_lifetime", f"Not with the dimension {DAY}.")
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


def _filters(conditions: Sequence[Condition], id_dimension: str) -> tuple[frozenset[str], frozenset[str]]:
    """The campaigns asked for, by id and by status. Deleted ones are hidden where nothing is said of the status."""
    ids: frozenset[str] = frozenset()
    statuses = PRIMARY["STATUS_NOT_DELETE"]
    for place, condition in enumerate(conditions):
        at = f"filtering[{place}]"
        if condition.field_name not in ("campaign_ids", "campaign_status") or id_dimension != "campaign_id":
            raise parameter(at, f"The field_name '{condition.field_name}' is not supported at this data_level.")
        if condition.filter_type != "IN":
            raise parameter(at, f"'{condition.field_name}' takes only the filter_type IN.")
        if condition.field_name in {earlier.field_name for earlier in conditions[:place]}:
            raise parameter(at, f"'{condition.field_name}' may be given only once.")
        if condition.field_name == "campaign_ids":
            ids = frozenset(_listed(at, condition.filter_value, _campaign_ids))
        else:
            found = _listed(at, condition.filter_value, _statuses)
            statuses = frozenset(status for primary in found for status in PRIMARY[primary])
    return ids, statuses


def _listed(at: str, text: str, values: msgspec.json.Decoder[_Value]) -> _Value:
    try:
        return values.decode(text)
    except msgspec.DecodeError as wrong:
        raise unreadable(f"{at}.filter_value", wrong) from wrong
