"""New campaigns (Marketing API docs, "Ad Campaign Group", 2026-09)."""

from ..world import Campaign, Editor, World
from . import budgets
from .budgets import BID_STRATEGY, Terms
from .campaigns import ODAX
from .given import Given
from .refusals import sharing_unsaid
from .times import last_day, local, written
from .wanted import Wanted

_STATUSES = ("ACTIVE", "PAUSED")


def check(world: World, given: Given, wanted: Wanted) -> None:
    """Refuse what cannot be made. That a name and an objective are required is inferred."""
    given.required("special_ad_categories", "name", "objective")
    if given.has("status"):
        given.word("status", _STATUSES)
    terms = _terms(world, given, wanted)
    budgets.check_end(wanted.stop, world.clock())
    budgets.check(terms)
    budgets.check_bidding(terms, said="bid_strategy" in wanted.details)
    if not terms.has_budget and "is_adset_budget_sharing_enabled" not in wanted.details:
        raise sharing_unsaid()


def create(world: World, editor: Editor, given: Given, wanted: Wanted) -> Campaign:
    """The new campaign. It is active unless it is asked to be paused, as at Meta."""
    terms = _terms(world, given, wanted)
    details = {"start_time": written(terms.start), **wanted.details}
    if terms.has_budget:
        details.setdefault("bid_strategy", BID_STRATEGY)
    return editor.create(
        given.account,
        name=given.title("name"),
        goal=ODAX[details["objective"]],
        switch=wanted.switch or "on",
        daily=wanted.daily or 0,
        lifetime=wanted.lifetime or 0,
        first_day=terms.start.date(),
        last_day=last_day(terms.stop) if terms.stop else None,
        details=details,
    )


def _terms(world: World, given: Given, wanted: Wanted) -> Terms:
    now = local(world.clock(), given.account)
    return Terms(given.account, wanted.daily, wanted.lifetime, wanted.start or now, wanted.stop)
