"""What the gate says: outcomes that are errors to whoever asked, and the question to a person."""

import msgspec

from ..ads.changes import Change, CreateCampaign
from ..ads.errors import (
    AdsError,
    Conflict,
    InProgress,
    Mismatch,
    OutcomeUnknown,
    Partial,
    Refused,
    Rejected,
    VendorWords,
)
from ..ads.operations import Failing, Operation
from ..guard.verdicts import Verdict
from .outcomes import Outcome, Wish


def refused(verdict: Verdict) -> Refused:
    """The error that a refusing verdict is."""
    hard = [finding for finding in verdict.findings if finding.decision == "refused"]
    error = Refused(
        " ".join(finding.message for finding in hard), " ".join(dict.fromkeys(finding.fix for finding in hard))
    )
    error.limits = [finding.limit for finding in hard]
    return error


def mismatch(found: Operation, wish: Wish) -> Mismatch:
    """The error of a key that was given for something else; fields are named, their values are not."""
    fields = _differing(found, wish)
    error = Mismatch(
        f"idempotency_key: it was given before, for another change (different: {', '.join(fields)}).",
        "Use a new key for a new change, or repeat the first one exactly.",
    )
    error.operation_id = found.id
    return error


def other_handover(found: Operation) -> Mismatch:
    """The error of a key that was given for another handover."""
    error = Mismatch(
        "idempotency_key: it was given before, for another call.",
        "Use a new key for a new one, or repeat the first one exactly, with the very same people.",
    )
    error.operation_id = found.id
    return error


def outcome(came: Outcome) -> Outcome:
    """`came`, if it is good news or waits for a person.

    Raises:
        AdsError: it failed, is not known, or only a part was done; with the operation's id.
    """
    operation = came.operation
    if operation is None or operation.state in ("applied", "pending_approval"):
        return came
    error = _error(operation)
    error.operation_id = operation.id
    raise error


def overtaken() -> InProgress:
    """The error of a change whose campaign was changed by another operation between the look and now."""
    return InProgress("This campaign was changed by another call just now; nothing was sent.", "Ask again in a moment.")


def not_enabled(created: Operation, error: AdsError) -> AdsError:
    """The error that enabling a created campaign met: surely not enabled, it is there all the same.

    What was sent and is not settled says so by its side effects; all else, a look that failed too, sent nothing.
    """
    if error.side_effects != "none" or isinstance(error, InProgress):
        return error
    partial = Partial(
        f"Campaign {created.campaign_id} was created and stays paused: {error.message}",
        f"Do not create it again. To enable it later, use update_campaign. {error.fix}",
        platform=error.platform,
        vendor=error.vendor,
        retry_at=error.retry_at,
    )
    partial.operation_id, partial.limits = created.id, error.limits
    return partial


def still_on(created: Operation, error: AdsError) -> Partial:
    """The error that pausing met, of a created campaign that its platform had switched on unasked."""
    partial = Partial(
        f"Campaign {created.campaign_id} was created, the platform switched it on,"
        f" and it was not paused: {error.message}",
        "Pause it with pause_campaign now.",
        platform=error.platform,
        vendor=error.vendor,
    )
    partial.operation_id = created.id
    return partial


def unrecorded(operation: Operation) -> OutcomeUnknown:
    """The error of what was sent and could not be written down any more: the ledger failed in between."""
    error = OutcomeUnknown(
        "The change was sent, and the ledger failed before its outcome was written down.",
        "Do not repeat it. Ask get_operation once the ledger is back: it is found out by reading.",
        platform=operation.platform,
    )
    error.operation_id = operation.id
    return error


def conflict(operation: Operation) -> Conflict:
    """The error of an approved operation that was not sent because its campaign is another by now."""
    assert operation.failing is not None
    error = Conflict(f"{operation.failing.message} Nothing was sent.", operation.failing.fix)
    error.operation_id = operation.id
    return error


def overruled() -> Failing:
    """Why an approved operation is not sent: the guardrails refuse it now."""
    return Failing(
        "REFUSED", "The guardrails refuse this now, approved or not.", "See get_guardrails, and ask for less."
    )


def _error(operation: Operation) -> AdsError:
    failing = operation.failing or Failing("", "", "")
    said = VendorWords(failing.platform_code, failing.platform_message)
    match operation.state:
        case "sending":
            return InProgress("This very change is being made by an earlier call.", "Ask get_operation in a moment.")
        case "unknown" | "quarantined":
            return OutcomeUnknown(
                "The platform was told, and no answer says whether it did it. It counts as done until that is known.",
                "Do not repeat it. Ask get_operation: it is found out by reading, or by a person.",
                platform=operation.platform,
                vendor=said,
            )
        case "partial":
            return Partial(
                f"The first part was done, the rest was not: {failing.message}",
                failing.fix,
                platform=operation.platform,
                vendor=said,
            )
        case "rejected" | "expired":
            return Refused(f"This change was {operation.state}: a person had to allow it.", "Do not ask for it again.")
        case _:
            error = Rejected(failing.message, failing.fix, platform=operation.platform, vendor=said)
            error.code = failing.code  # type: ignore[misc]  # the code of the error that was kept
            return error


def _differing(found: Operation, wish: Wish) -> list[str]:
    if type(found.change) is not type(wish.change):
        return ["tool"]
    before, now = msgspec.structs.asdict(unmarked(found)), msgspec.structs.asdict(wish.change)
    return [name for name in now if now[name] != before[name]] or ["status"]


def marked(change: Change, tag: str) -> Change:
    """`change` with the tag in the name of what it creates, for people to see."""
    return (
        msgspec.structs.replace(change, name=change.name + _mark(tag)) if isinstance(change, CreateCampaign) else change
    )


def unmarked(operation: Operation) -> Change:
    """What was asked for: the change of `operation` as it was before `marked`."""
    change = operation.campaign_change
    if not isinstance(change, CreateCampaign):
        return change
    return msgspec.structs.replace(change, name=change.name.removesuffix(_mark(operation.tag)))


def _mark(tag: str) -> str:
    return f" [{tag}]"
