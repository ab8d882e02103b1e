"""What becomes of a request: nothing is told of it at first, then what was wrong with how many of its rows.

Data Manager API docs, "Get diagnostics" and REST reference, "RequestStatusPerDestination" (v1, read Nov 2026).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from uuid import uuid4

import msgspec

from ...world import World
from ..cast import CAST
from ..people.lists import match_rate
from ..people.rows import range_of
from .failures import violated

PROCESSING: Final = timedelta(minutes=30)
"""So long after it came a request is processed."""
_KEPT: Final = timedelta(days=50)
_KIND: Final = "data_manager_request"
_REASON: Final = "PROCESSING_ERROR_REASON_"
_MATCHED: Final = (
    *("MATCH_RATE_RANGE_LESS_THAN_20", "MATCH_RATE_RANGE_20_TO_30"),
    *(f"MATCH_RATE_RANGE_{ten + 1}_TO_{ten + 10}" for ten in range(30, 100, 10)),
)
_ENUMS: Final = frozenset({"requestStatus", "accountType", "reason", "uploadMatchRateRange"})
# The numbers of the enums' names, for who asks for numbers.
_NUMBERS: Final[Mapping[str, int]] = {
    **{name: at for at, name in enumerate(("SUCCESS", "PROCESSING", "FAILED", "PARTIAL_SUCCESS"), 1)},
    "GOOGLE_ADS": 1,
    "MATCH_RATE_RANGE_NOT_ELIGIBLE": 1,
    **{name: at for at, name in enumerate(_MATCHED, 2)},
    f"{_REASON}EVENT_TOO_OLD": 3,
    f"{_REASON}DENIED_CONSENT": 4,
    f"{_REASON}DUPLICATE_GCLID": 7,
    f"{_REASON}DUPLICATE_TRANSACTION_ID": 8,
    f"{_REASON}INVALID_GBRAID": 9,
    f"{_REASON}INVALID_GCLID": 10,
    f"{_REASON}INVALID_WBRAID": 12,
    "PROCESSING_ERROR_OPERATING_ACCOUNT_MISMATCH_FOR_AD_IDENTIFIER": 26,
    f"{_REASON}INVALID_AD_IDENTIFIERS": 33,
    f"{_REASON}CONVERSION_PRECEDES_CLICK": 39,
    f"{_REASON}TOO_RECENT_CLICK": 40,
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a request's rows at one destination.

    Attributes:
        destination: as the request named it.
        path: under which names the counts are told, such as `eventsIngestionStatus`.
        counts: how many rows and ids there were, by their names.
        failed: how many rows were not taken, by the reason.
        user_list: whose match rate is told beside the counts; empty where none is.
    """

    destination: Mapping[str, object]
    path: Sequence[str]
    counts: Mapping[str, int]
    failed: Mapping[str, int] = field(default_factory=dict[str, int])
    user_list: str = ""


@dataclass(frozen=True, slots=True)
class _Kept:
    received: datetime
    outcomes: Sequence[Outcome]


def keep(world: World, outcomes: Sequence[Outcome]) -> str:
    """Remember what became of a request; the id under which it can be asked for."""
    request_id = str(uuid4())
    kept = _Kept(world.clock(), outcomes)
    world.people.note(CAST.platform, _KIND, request_id, msgspec.json.encode(kept).decode())
    return request_id


def status(world: World, request_id: str, *, numbers: bool) -> Mapping[str, object]:
    """What is told of a request by now; enums by name, or as `numbers`."""
    told = world.people.noted(CAST.platform, _KIND, request_id)
    if told is None:
        raise violated("request_id", "INVALID_REQUEST_ID", "The request ID is not valid.")
    kept = msgspec.json.decode(told, type=_Kept)
    age = world.clock() - kept.received
    if age > _KEPT:
        raise violated("request_id", "REQUEST_TOO_OLD", "The status of so old a request is not available.")
    found = [_one(world, outcome, processed=age >= PROCESSING) for outcome in kept.outcomes]
    content = {"requestStatusPerDestination": found}
    return _numbered(content) if numbers else content


def _one(world: World, outcome: Outcome, *, processed: bool) -> Mapping[str, object]:
    counts: dict[str, object] = {name: str(number) for name, number in outcome.counts.items()}
    failed, rows = sum(outcome.failed.values()), outcome.counts.get("recordCount", 0)
    result = "SUCCESS" if not failed else "FAILED" if failed == rows else "PARTIAL_SUCCESS"
    content: dict[str, object] = {
        "destination": outcome.destination,
        "requestStatus": result if processed else "PROCESSING",
    }
    if processed and failed:
        found = [{"recordCount": str(number), "reason": reason} for reason, number in outcome.failed.items()]
        content["errorInfo"] = {"errorCounts": found}
    if processed and outcome.user_list:
        counts["uploadMatchRateRange"] = _range(world, outcome.user_list)
    outer, *inner = outcome.path
    content[outer] = dict.fromkeys(inner, counts) or counts
    return content


def _range(world: World, list_id: str) -> str:
    """The list's own stands for the upload's."""
    found = world.people.audience(CAST.platform, list_id)
    rate = None if found is None else match_rate(world, found)
    return "MATCH_RATE_RANGE_NOT_ELIGIBLE" if rate is None else range_of(rate, _MATCHED)


def _numbered(content: Mapping[str, object]) -> Mapping[str, object]:
    """The same with the numbers of the enums instead of their names."""
    return {name: _NUMBERS[str(value)] if name in _ENUMS else _within(value) for name, value in content.items()}


def _within(value: object) -> object:
    match value:
        case dict():
            return _numbered(msgspec.convert(value, dict[str, object]))
        case list():
            return [_within(one) for one in msgspec.convert(value, list[object])]
        case _:
            return value
