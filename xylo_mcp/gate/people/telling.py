"""What handovers that are over, or not, are to whoever asks again."""

from ...ads.errors import AdsError, Partial, Refused, Rejected, VendorWords
from ...ads.operations import Failing, Operation


def ended_badly(operation: Operation) -> AdsError | None:
    """The error that a handover of an earlier call ended with; None: it is done, or waits for a person."""
    failing = operation.failing or Failing("", "", "")
    said = VendorWords(failing.platform_code, failing.platform_message)
    error: AdsError
    match operation.state:
        case "partial":
            error = Partial(
                f"A part was handed over, the rest was not: {failing.message}",
                failing.fix,
                platform=operation.platform,
                vendor=said,
            )
        case "rejected" | "expired":
            error = Refused(f"This was {operation.state}: a person had to allow it.", "Do not ask for it again.")
        case "failed":
            error = Rejected(failing.message, failing.fix, platform=operation.platform, vendor=said)
        case _:
            return None
    error.operation_id = operation.id
    return error
