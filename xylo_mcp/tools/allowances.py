"""What may be done with an account through this server."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..ads.accounts import Account
from ..app import App

if TYPE_CHECKING:
    from ..guard.policy import Policy


def allowed(app: App, policy: Policy, account: Account) -> str:
    """Whether changes to `account` are made (live), judged only (dry_run), or refused (read_only, not allowed)."""
    mode = policy.mode(account.id)
    if mode is None:
        return "not allowed"
    if app.read_only:
        return "read_only"
    return "dry_run" if app.mode == "dry_run" and mode == "live" else mode
