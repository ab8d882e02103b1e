"""User lists, jobs and conversion actions as queries show them.

Google Ads API docs, field pages of "user_list" and "offline_user_data_job" (v26, read Nov 2026).
"""

from collections.abc import Iterator, Sequence
from typing import Final

from ...people import Audience
from ...world import AccountPlan, World
from ..cast import CAST, MANAGER
from ..gaql.fields import FIELDS, Value
from ..records import customer_attributes
from ..tracking import action
from . import jobs
from .jobs import Job
from .lists import SERVES_FROM, known, user_list

# From how many people on a size has which name.
_SIZES: Final = (
    (50_000_001, "OVER_FIFTY_MILLION"),
    (30_000_000, "THIRTY_MILLION_TO_FIFTY_MILLION"),
    (20_000_000, "TWENTY_MILLION_TO_THIRTY_MILLION"),
    (10_000_000, "TEN_MILLION_TO_TWENTY_MILLION"),
    (5_000_000, "FIVE_MILLION_TO_TEN_MILLION"),
    (3_000_000, "THREE_MILLION_TO_FIVE_MILLION"),
    (2_000_000, "TWO_MILLION_TO_THREE_MILLION"),
    (1_000_000, "ONE_MILLION_TO_TWO_MILLION"),
    (500_000, "FIVE_HUNDRED_THOUSAND_TO_ONE_MILLION"),
    (300_000, "THREE_HUNDRED_THOUSAND_TO_FIVE_HUNDRED_THOUSAND"),
    (100_000, "ONE_HUNDRED_THOUSAND_TO_THREE_HUNDRED_THOUSAND"),
    (50_000, "FIFTY_THOUSAND_TO_ONE_HUNDRED_THOUSAND"),
    (10_000, "TEN_THOUSAND_TO_FIFTY_THOUSAND"),
    (1_000, "ONE_THOUSAND_TO_TEN_THOUSAND"),
    (500, "LESS_THAN_ONE_THOUSAND"),
    (0, "LESS_THAN_FIVE_HUNDRED"),
)
_Row = dict[str, Value]


def people_rows(world: World, customer: AccountPlan, resource: str) -> Iterator[_Row]:
    """All that `customer` has of `resource`."""
    if customer is MANAGER:
        return
    own = dict(customer_attributes(customer))
    untold: _Row = dict.fromkeys(name for name, field in FIELDS.items() if field.resource == resource)
    match resource:
        case "user_list":
            for one in world.people.audiences(CAST.platform, customer.id):
                yield own | untold | _list(world, one)
        case "offline_user_data_job":
            for one in jobs.jobs(world, customer.id):
                yield own | untold | _job(world, one)
        case _:
            yield own | untold | action(customer)


def range_of(percent: int, names: Sequence[str]) -> str:
    """The name of a match rate: below 20, up to 30, up to 40 and so on."""
    return names[0 if percent < 20 else max(1, -(-percent // 10) - 2)]


def _list(world: World, one: Audience) -> _Row:
    told, now = one.details, known(world, one)
    size = None if now.size is None else _size_name(now.size)
    serves = told["membership_status"] == "OPEN" and (now.size or 0) >= SERVES_FROM
    row: _Row = {
        "resource_name": f"customers/{one.account}/userLists/{one.id}",
        "id": int(one.id),
        "name": one.name,
        "description": told["description"] or None,
        "integration_code": told["integration_code"] or None,
        "membership_status": told["membership_status"],
        "membership_life_span": int(told["membership_life_span"]),
        "type": one.kind,
        "read_only": False,
        "access_reason": "OWNED",
        "account_user_list_status": "ENABLED",
        "size_for_display": now.size,
        "size_for_search": now.size,
        "size_range_for_display": size,
        "size_range_for_search": size,
        "eligible_for_display": serves,
        "eligible_for_search": serves,
        "match_rate_percentage": now.match_rate,
    }
    for name in ("upload_key_type", "app_id", "data_source_type"):
        row[f"crm_based_user_list.{name}"] = told.get(name) or None
    row["lookalike_user_list.expansion_level"] = told.get("expansion_level")
    for name in ("seed_user_list_ids", "country_codes"):
        row[f"lookalike_user_list.{name}"] = tuple(told[name].split(",")) if name in told else None
    return {f"user_list.{name}": value for name, value in row.items()}


def _size_name(size: int) -> str:
    return next(name for begin, name in _SIZES if size >= begin)


def _job(world: World, one: Job) -> _Row:
    home, status = f"customers/{one.customer}", jobs.status(world, one)
    target = user_list(world, one.customer, one.user_list) if status == "SUCCESS" else None
    rate = None if target is None else known(world, target).match_rate
    names = [f"MATCH_RANGE_{begin}" for begin in ("LESS_THAN_20", "20_TO_30", *_tens())]
    return {
        "offline_user_data_job.resource_name": f"{home}/offlineUserDataJobs/{one.id}",
        "offline_user_data_job.id": int(one.id),
        "offline_user_data_job.external_id": one.external_id,
        "offline_user_data_job.type": "CUSTOMER_MATCH_USER_LIST",
        "offline_user_data_job.status": status,
        "offline_user_data_job.customer_match_user_list_metadata.user_list": f"{home}/userLists/{one.user_list}",
        "offline_user_data_job.operation_metadata.match_rate_range": None if rate is None else range_of(rate, names),
    }


def _tens() -> Iterator[str]:
    return (f"{ten + 1}_TO_{ten + 10}" for ten in range(30, 100, 10))
