"""get_operation."""

from typing import Annotated

from pydantic import Field

from ..ads.handovers import Handover
from ..app import Caller
from ..gate.outcomes import Outcome
from .catalog import Answer, Arguments
from .handed import handover_lines, handover_written
from .writing import lines, written


class GetOperation(Arguments):
    """What get_operation takes."""

    operation_id: Annotated[str, Field(pattern=r"^[a-z0-9]{12}$")]


async def get_operation(asked: GetOperation, caller: Caller) -> Answer:
    """Tell what became of a change, by the operation_id of its answer or error."""
    guarded = await caller.app.guarded.get()
    operation = await guarded.gate.operation(asked.operation_id)
    account = await caller.app.directory.account(operation.account, caller.until)
    if isinstance(operation.change, Handover):
        handover = handover_written(operation, caller.app.mode)
        return Answer("\n".join(handover_lines(handover)), handover)
    outcome = Outcome(
        account=account,
        change=operation.campaign_change,
        operation=operation,
        before=None,
        daily_before=operation.daily_before,
        daily_after=operation.daily_after,
    )
    content = written(outcome, caller.app.mode)
    return Answer("\n".join(lines(outcome, content)), content)
