"""What the tools that hand over people's data have in common: their outcomes, in counts."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Literal

import anyio
from pydantic import Field
from typing_extensions import TypedDict

from ..ads.errors import AdsError, Limit
from ..ads.handovers import CreateAudience, Handover, SendConversions
from ..ads.people import Consent
from ..app import App, Caller
from ..contract import AudienceRules
from ..directory import Directory
from ..gate.people.wishes import Delivery, Handing
from .failures import LimitShown, limits_shown

ConsentSaid = Annotated[
    Literal["", "granted", "denied"], Field(description="of all whose row does not say; needed where policy demands")
]
_MOST_SHOWN = 20


class LeftOutShown(TypedDict):
    """An event that was not delivered, by its number from 1, and why."""

    number: int
    state: str
    reason: str


class HandedOver(TypedDict):
    """What became of one account's part. Counts are rows of the list or events, never people's data."""

    account: str
    platform: str
    target: str
    state: str
    operation_id: str
    sent: int
    already: int
    later: int
    doubtful: int
    left_out: dict[str, int]
    not_delivered: list[LeftOutShown]
    replayed: str
    limits: list[LimitShown]
    error: str
    note: str


class Handovers(TypedDict):
    """What the tools give that hand over people's data."""

    mode: str
    rows: int
    complete: bool
    parts: list[HandedOver]


def wish(change: Handover, caller: Caller, tool: str, *, key: str = "", dry_run: bool = False) -> Handing:
    """`change` as it is wished for; it may take longer than a question."""
    app = caller.app
    until = anyio.current_time() + app.handover_deadline
    return Handing(change, caller.who, tool, until, key, dry_run, caller.person)


def consent_of(said: str) -> Consent:
    """What was said about consent, by its name."""
    return "granted" if said == "granted" else "denied" if said == "denied" else "unsaid"


def handed_over(deliveries: Sequence[Delivery], rows: int, app: App) -> Handovers:
    """`deliveries` as data.

    Raises:
        AdsError: there is but one, and it came to nothing.
    """
    if len(deliveries) == 1 and deliveries[0].error is not None and not _did_something(deliveries[0]):
        raise deliveries[0].error
    parts = [_part(one, app.directory) for one in deliveries]
    return {"mode": app.mode, "rows": rows, "complete": all(one.error is None for one in deliveries), "parts": parts}


def lines(content: Handovers) -> Iterator[str]:
    """The same as lines of text."""
    rows = f"{content['rows']:,} row{'s' if content['rows'] != 1 else ''}, " if content["rows"] else ""
    yield f"{content['mode']}: {rows}{'complete' if content['complete'] else 'NOT complete'}"
    for part in content["parts"]:
        target = f" {part['target']}" if part["target"] else ""
        counts = f"; {_counts(part)}" if content["rows"] else ""
        yield f"{part['platform']} {part['account']}{target}: {part['state']}{counts}"
        for one in part["not_delivered"]:
            yield f"  event {one['number']}: {one['state']} {one['reason']}"
        for limit in part["limits"]:
            yield f"  {limit['rule']}: limit {limit['limit']}, proposed {limit['proposed']}"
        yield from (f"  {said}" for said in (part["error"], part["note"]) if said)
        if part["operation_id"]:
            yield f"  operation {part['operation_id']}"


def _counts(part: HandedOver) -> str:
    left_out = [f"left out {count:,} {reason}" for reason, count in part["left_out"].items()]
    told = [f"{part[name]:,} {name}" for name in ("already", "later", "doubtful") if part[name]]
    sent = "to send" if part["state"].startswith("dry_run") else "sent"
    return ", ".join([f"{part['sent']:,} {sent}", *told, *left_out])


def _did_something(one: Delivery) -> bool:
    if one.operation is not None and one.operation.state == "failed":
        return bool(one.left_out)
    return bool(one.handed.sent or one.handed.already or one.handed.doubtful or one.handed.audience_id or one.left_out)


def _part(one: Delivery, directory: Directory) -> HandedOver:
    operation, so_far = one.operation, one.handed
    return {
        "account": one.account.id,
        "platform": one.account.platform,
        "target": so_far.audience_id or _target(one.change),
        "state": _state(one),
        "operation_id": operation.id if operation else "",
        "sent": so_far.sent,
        "already": so_far.already,
        "later": so_far.waiting,
        "doubtful": so_far.doubtful,
        "left_out": dict(so_far.unusable),
        "not_delivered": [
            {"number": left.number, "state": left.state, "reason": left.reason} for left in one.left_out[:_MOST_SHOWN]
        ],
        "replayed": one.replayed,
        "limits": limits_shown(_limits(one)),
        "error": _error(one.error) if one.error else "",
        "note": _note(one, directory),
    }


def _target(change: Handover) -> str:
    if isinstance(change, SendConversions):
        return change.destination
    return "" if isinstance(change, CreateAudience) else change.audience_id


def _state(one: Delivery) -> str:
    if one.verdict is not None:
        said: Mapping[str, str] = {"allowed": "would be sent", "refused": "would be refused"}
        return f"dry_run: {said.get(one.verdict.decision, 'would need a person')}"
    return one.operation.state if one.operation else "failed"


def _limits(one: Delivery) -> Sequence[Limit]:
    if one.verdict is not None:
        return [finding.limit for finding in one.verdict.findings]
    if one.operation and one.operation.state == "pending_approval":
        return one.operation.reasons
    return one.error.limits if one.error else ()


def _error(error: AdsError) -> str:
    return f"{error.code}: {error.message} {error.fix}"


def _note(one: Delivery, directory: Directory) -> str:
    operation = one.operation
    if operation is None:
        return "Nothing was sent; only our own checks ran." if one.verdict is not None else ""
    if operation.state == "pending_approval":
        return (
            "Nothing was sent: a person has to allow this with"
            f" `xylo-mcp approvals approve {operation.approval}`; then make the very same call again."
        )
    if one.replayed:
        return "The outcome of an equal call before; nothing was sent now."
    if isinstance(one.change, SendConversions):
        return one.note
    rules = directory.spec(one.account).audiences
    return _until_used(one.change, one.handed.sent, rules)


def _until_used(change: Handover, sent: int, rules: AudienceRules) -> str:
    """When ads can use the people that were sent, if any were."""
    if not sent:
        return ""
    hours = f"It may take {rules.processing.total_seconds() / 3600:.0f} hours until these people count."
    too_few = isinstance(change, CreateAudience) and sent < rules.smallest
    return f"{hours} Ads there use lists of {rules.smallest:,} people and more." if too_few else hours
