"""Finds out what became of handovers whose sender died or got no answer. Nothing is sent again by this."""

from datetime import timedelta

import msgspec

from ...ads.errors import Conflict, Invalid
from ...ads.handovers import CreateAudience, Handed, MembersChange, SendConversions, UpdateAudience
from ...ads.operations import Failing, Operation, State
from ...contract import FoundAudiences
from ...ledger import Tx, operations
from . import book

_AGAIN = timedelta(seconds=30)


def has_people(change: MembersChange) -> bool:
    """Whether rows belong to it."""
    return change.kind == "customer_list" if isinstance(change, CreateAudience) else change.action is not None


def is_searched_for(operation: Operation) -> bool:
    """Whether an audience may have been made that nobody knows of."""
    return isinstance(operation.change, CreateAudience) and (operation.handed or Handed()).creating


def judged(tx: Tx, operation: Operation, found: FoundAudiences | None, window: timedelta) -> Operation:
    """What follows for `operation` from what was `found` (None: nothing could be read, or was searched for)."""
    if not is_searched_for(operation):
        return book.ended(tx, _left(operation))
    if found is not None and found.sure and len(found.ids) == 1:
        return book.ended(tx, with_audience(operation, found.ids[0]))
    since = (operation.handed or Handed()).since or operation.created_at  # its rows may have taken long before
    late = tx.now - since > window
    doubtful = found is not None and bool(found.ids)
    state: State = "quarantined" if late or doubtful or operation.state == "quarantined" else "unknown"
    if state != operation.state:
        tx.audit("settler", state, book.told(operation))
    return operations.keep(tx, msgspec.structs.replace(operation, state=state), tx.now + _AGAIN)


def with_audience(operation: Operation, audience_id: str) -> Operation:
    """`operation`, whose audience is this one: done, if all its people are in it; else it can go on."""
    change, so_far = operation.change, operation.handed or Handed()
    assert isinstance(change, CreateAudience | UpdateAudience)
    done = bool(so_far.portions) or not has_people(change)
    known = msgspec.structs.replace(so_far, audience_id=audience_id, begun=True, creating=False, closed=done)
    return msgspec.structs.replace(operation, state="applied" if done else "interrupted", handed=known, failing=None)


def resolved(operation: Operation, *, done: bool, audience_id: str) -> Operation:
    """`operation` after a person looked: its audience was made, and is this one; or it was not.

    Raises:
        Invalid: it was made, and they do not say which it is.
    """
    if done and not audience_id:
        raise Invalid("Which audience it made is needed.", "Give its id, as the platform shows it.")
    return with_audience(operation, audience_id) if done else msgspec.structs.replace(operation, state="failed")


def _left(operation: Operation) -> Operation:
    """`operation` whose sender went away: what was not handed over can go on, or be told by another call."""
    events = isinstance(operation.change, SendConversions)
    fix = "what was told is not told twice" if events else "it goes on where it stopped"
    failing = Failing(Conflict.code, "This was interrupted.", f"Make the same call again: {fix}.")
    return msgspec.structs.replace(operation, state="partial" if events else "interrupted", failing=failing)
