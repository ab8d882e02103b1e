"""A handover of people's data as get_operation tells of it."""

from collections.abc import Iterator

from ..ads.handovers import Handed
from ..ads.operations import Operation
from ..gate.describing import described
from .failures import limits_shown
from .writing import Written


def handover_written(operation: Operation, mode: str) -> Written:
    """`operation` in the shape of all operations: a handover commits no money."""
    content: Written = {
        "mode": mode,
        "state": operation.state,
        "operation_id": operation.id,
        "account": operation.account,
        "campaign_id": "",
        "currency": operation.currency,
        "daily_before": None,
        "daily_after": None,
        "monthly_after": None,
        "replayed": "",
        "stored": None,
        "differs": [],
        "limits": limits_shown(operation.reasons if operation.state == "pending_approval" else ()),
        "note": f"{described(operation.change)}: {_counts(operation.handed or Handed())}",
    }
    if operation.failing:
        content["error"] = f"{operation.failing.code}: {operation.failing.message} {operation.failing.fix}"
    return content


def handover_lines(content: Written) -> Iterator[str]:
    """The same as lines of text."""
    yield f"{content['mode']}: {content['state']}: {content['note']} ({content['account']})"
    for limit in content["limits"]:
        yield f"{limit['rule']}: limit {limit['limit']}, now {limit['current']}, proposed {limit['proposed']}"
    if "error" in content:
        yield content["error"]
    yield f"operation {content['operation_id']}"


def _counts(so_far: Handed) -> str:
    told = [("already there", so_far.already), ("for later", so_far.waiting), ("doubtful", so_far.doubtful)]
    parts = [f"{count:,} {what}" for what, count in told if count]
    parts += [f"{count:,} left out ({reason})" for reason, count in so_far.unusable.items()]
    audience = f"audience {so_far.audience_id}, " if so_far.audience_id else ""
    return audience + ", ".join([f"{so_far.sent:,} sent", *parts])
