"""Which policy a server holds: the operator's file, or the one that goes with its mode."""

from typing import NamedTuple

from .ads.errors import Misconfigured
from .guard.files import SANDBOX, load_file
from .guard.policy import Policy, PolicyInvalid, load
from .settings import Settings

_NOTHING_ALLOWED = """\
version = 1
currency = "USD"
accounts = { "*" = "read_only" }
caps = { campaign = 0, account = 0 }
"""


class Rules(NamedTuple):
    """A policy, and the text that says it."""

    policy: Policy
    text: str


def rules_of(settings: Settings) -> Rules:
    """The policy that these settings name.

    Raises:
        Misconfigured: it is wrong, or there is none where money could be spent.
    """
    if settings.policy is not None:
        try:
            return Rules(*load_file(settings.policy))
        except PolicyInvalid as wrong:
            raise Misconfigured(
                f"XYLO_POLICY: {wrong}", "Correct it; `xylo-mcp policy check` says what is wrong."
            ) from None
    if settings.mode == "live":
        raise Misconfigured(
            "Live mode needs a policy: nothing says what may be spent.",
            "Write one with `xylo-mcp policy init`, and name it in XYLO_POLICY.",
        )
    text = SANDBOX if settings.mode == "sandbox" else _NOTHING_ALLOWED
    return Rules(load(text), text)
