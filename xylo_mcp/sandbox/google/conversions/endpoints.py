"""`uploadClickConversions`: each conversion is taken or refused on its own.

Google Ads API docs, "Upload click conversions" (v26, read Nov 2026).
"""

import secrets
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ...people import Event
from ...world import AccountPlan, World
from ..asking import advertiser, changing_route, check_allowlist
from ..failures import Refusal, new_request_id, partial_failure, refused, reply, wrong
from ..shapes import message_of, whole
from .messages import ClickConversion, UploadClickConversions
from .repetitions import Conversion, event, is_known
from .rows import Row

MOST_CONVERSIONS: Final = 2_000
_UPLOAD: Final = "conversionUploadError"
_FIRST_OWN_JOB: Final = 2**31
_ANSWERED: Final = tuple(
    (one.encode_name, one.name)
    for one in msgspec.structs.fields(ClickConversion)
    if one.name in {"gclid", "gbraid", "wbraid", "conversion_action", "conversion_date_time"}
)
"""What an answer repeats of a conversion, by JSON's name and ours."""


def conversion_routes(world: World) -> Sequence[Route]:
    """The route of the upload."""

    async def upload(request: Request) -> Response:
        asked = await message_of(request, UploadClickConversions)
        plan = advertiser(world, request)
        check_allowlist(plan)
        _check(asked)
        with world.memory.writing():
            taken = _taken(world, plan, asked.conversions)
            if not asked.validate_only:
                world.people.hear(taken.events)
        return _answer(asked, taken)

    return [changing_route(world, "{customer_id}:uploadClickConversions", upload, _told)]


def _told(request: Request, body: bytes) -> tuple[str, str]:
    return "send_events", str(request.path_params["customer_id"])


@dataclass(slots=True)
class _Taken:
    """What became of each conversion; `events` are those to keep, repetitions among them."""

    results: list[Mapping[str, object]] = field(default_factory=list[Mapping[str, object]])
    refusals: list[Refusal] = field(default_factory=list[Refusal])
    events: list[Event] = field(default_factory=list[Event])


def _check(asked: UploadClickConversions) -> None:
    if not asked.partial_failure:
        message = "Only the partial failure mode is supported: set partial_failure to true."
        raise refused("partialFailureError", "PARTIAL_FAILURE_MODE_REQUIRED", message)
    if not asked.conversions:
        raise refused("requestError", "REQUIRED_FIELD_MISSING", "The required field 'conversions' was not present.")
    if len(asked.conversions) > MOST_CONVERSIONS:
        message = f"Upload fewer than {MOST_CONVERSIONS + 1} events in a single request."
        raise refused(_UPLOAD, "TOO_MANY_CONVERSIONS_IN_REQUEST", message)
    if asked.job_id is not None and not 1 <= whole(asked.job_id, (("job_id", None),)) < _FIRST_OWN_JOB:
        message = "A job ID must be a positive integer in the range [1, 2^31)."
        raise wrong((("job_id", None),), _UPLOAD, "INVALID_JOB_ID", message)


def _taken(world: World, plan: AccountPlan, sent: Sequence[ClickConversion]) -> _Taken:
    taken = _Taken()
    rows = [Row(one, plan, world.clock(), (("conversions", at),)) for at, one in enumerate(sent)]
    read: list[Conversion | None] = []
    for row in rows:
        try:
            read.append(row.read())
        except Refusal as refusal:
            if not refusal.error_code:  # the front end refuses the request itself
                raise
            taken.refusals.append(refusal)
            read.append(None)
    times = Counter(one.key for one in read if one is not None and one.key)
    for row, one in zip(rows, read, strict=True):
        repeated = one is not None and _repetition(world, row, one, times)
        if repeated:
            taken.refusals.append(repeated)
        if one is not None:
            taken.events.append(event(world, one, counted=not repeated))
        taken.results.append({} if one is None or repeated else _result(row.sent))
    taken.refusals.sort(key=lambda refusal: refusal.place[0][1] or 0)
    return taken


def _repetition(world: World, row: Row, one: Conversion, times: Mapping[str, int]) -> Refusal | None:
    """What is wrong with a conversion that is told twice; within one request, all that are alike are refused."""
    by_order = bool(one.order_id)
    place = (*row.place, ("order_id" if by_order else "conversion_date_time", None))
    if is_known(world, one):
        code = "ORDER_ID_ALREADY_IN_USE" if by_order else "CLICK_CONVERSION_ALREADY_EXISTS"
        return wrong(place, _UPLOAD, code, "The imported event was previously recorded.")
    if times.get(one.key, 0) > 1:
        code = "DUPLICATE_ORDER_ID" if by_order else "DUPLICATE_CLICK_CONVERSION_IN_REQUEST"
        return wrong(place, _UPLOAD, code, "Multiple events in the request are the same.")
    return None


def _result(sent: ClickConversion) -> Mapping[str, object]:
    """What tells a conversion, as it was sent."""
    found: dict[str, object] = {name: value for name, own in _ANSWERED if (value := getattr(sent, own))}
    if sent.user_identifiers:
        found["userIdentifiers"] = [_identifier(msgspec.to_builtins(one)) for one in sent.user_identifiers]
    return found


def _identifier(told: Mapping[str, object]) -> Mapping[str, object]:
    return {name: value for name, value in told.items() if value and value != "UNSPECIFIED"}


def _answer(asked: UploadClickConversions, taken: _Taken) -> Response:
    request_id = new_request_id()
    content: dict[str, object] = {}
    if taken.refusals:
        content["partialFailureError"] = partial_failure(taken.refusals, request_id)
    if not asked.validate_only:
        own = _FIRST_OWN_JOB + secrets.randbelow(2**62)
        content |= {"results": taken.results, "jobId": str(own if asked.job_id is None else int(asked.job_id))}
    return reply(content, request_id)
