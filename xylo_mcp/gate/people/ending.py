"""What becomes of a list that does not go on now: whether it can later, or never."""

from ...ads.errors import AdsError, Forbidden, Misconfigured, Refused, Unauthorized
from ...ads.handovers import Handed, UpdateAudience
from ...ads.operations import Operation, State

_MENDED = (Unauthorized, Forbidden, Misconfigured, Refused)
"""What the operator can mend, so that a list goes on."""


def state_after(error: AdsError, operation: Operation) -> State:
    """The state of `operation`, which met `error`."""
    so_far = operation.handed or Handed()
    if so_far.creating:
        return "unknown"
    if error.safe_to_retry or isinstance(error, _MENDED):
        return "interrupted" if can_go_on(operation) or not error.nothing_done else "failed"
    return "partial" if _did_something(operation, so_far) else "failed"


def can_go_on(operation: Operation) -> bool:
    """Whether there is something to go on with, if only a person's approval, which is not good for another one."""
    return bool(operation.approval) or (operation.handed or Handed()).begun


def _did_something(operation: Operation, so_far: Handed) -> bool:
    change = operation.change
    if isinstance(change, UpdateAudience):
        return bool(so_far.portions or (so_far.begun and (change.name or change.status)))
    return bool(so_far.portions or so_far.audience_id)
