"""What the ledger knows that rules ask for."""

from datetime import datetime, timedelta
from decimal import Decimal
from operator import attrgetter
from typing import Any

import msgspec
import sqlalchemy as sa

from .operations import ON_CAMPAIGN, OURS, STOOD
from .statements import Statement, of
from .store import Tx, moment, text
from .tables import OPERATION

_DAY = timedelta(days=1)
_MINUTE = timedelta(minutes=1)
_LONGEST_COOLDOWN = timedelta(days=7)
_CREATE = "create_campaign"
_UNCOUNTED = ("halt", "resume", "send_conversion")
"""What an operator had done in a terminal takes no agent's turn, nor do conversions, which come whenever people buy."""

_STOOD = OPERATION.c.state.in_(sorted(STOOD))
_OF_PRINCIPAL = sa.and_(OURS, OPERATION.c.principal == of("principal"))
_AGENTS = OPERATION.c.tool.not_in(_UNCOUNTED)
_CHANGES = sa.and_(ON_CAMPAIGN, OPERATION.c.tool != _CREATE, _STOOD)
_OF_A_DAY = Statement(sa.select(OPERATION.c.body).where(_CHANGES, OPERATION.c.updated_at > of("a_day_ago")))


def _answer(what: sa.Function[Any], *conditions: sa.ColumnElement[bool]) -> sa.ScalarSelect[Any]:
    return sa.select(what).select_from(OPERATION).where(*conditions).scalar_subquery()


_FACTS = Statement(
    sa.select(
        _answer(sa.func.max(OPERATION.c.updated_at), _CHANGES, _AGENTS, OPERATION.c.updated_at > of("a_week_ago")),
        _answer(sa.func.count(), _OF_PRINCIPAL, _AGENTS, OPERATION.c.created_at > of("a_minute_ago")),
        _answer(sa.func.count(), OURS, OPERATION.c.tool == _CREATE, OPERATION.c.updated_at > of("a_day_ago"), _STOOD),
        _answer(
            sa.func.count(),
            _OF_PRINCIPAL,
            OPERATION.c.digest == of("digest"),
            OPERATION.c.created_at > of("ten_minutes_ago"),
        ),
    )
)


class Past(msgspec.Struct, frozen=True):
    """What the ledger knows of a campaign, of who asks, and of equal questions.

    Attributes:
        raised_from: what the campaign committed to a day before the first of its changes within 24 hours, or after
            it where that gave it a first budget; None: no such change, or unbounded.
        last_change: when the campaign was last changed through here, but for what an operator halted or resumed;
            None: not within a week, the longest that a policy can have agents wait.
        writes_last_minute (likewise), created_last_day, identical_last_ten_minutes: so many operations.
    """

    raised_from: Decimal | None
    last_change: datetime | None
    writes_last_minute: int
    created_last_day: int
    identical_last_ten_minutes: int


class _Change(msgspec.Struct, frozen=True):
    """Of a kept operation, what it changed."""

    created_at: datetime
    daily_before: Decimal | None
    daily_after: Decimal | None


def past(tx: Tx, principal: str, account: str, campaign_id: str, digest: str) -> Past:
    """What the ledger knows; an empty `campaign_id` is of none yet."""
    campaign = {"account": account, "campaign_id": campaign_id, "a_day_ago": text(tx.now - _DAY)}
    kept = tx.rows(_OF_A_DAY, **campaign) if campaign_id else ()
    changes = [msgspec.json.decode(body, type=_Change) for (body,) in kept]
    moving = [one for one in changes if one.daily_before != one.daily_after]
    ((last_change, writes, created, identical),) = tx.rows(
        _FACTS,
        **campaign,
        principal=principal,
        digest=digest,
        a_week_ago=text(tx.now - _LONGEST_COOLDOWN),
        a_minute_ago=text(tx.now - _MINUTE),
        ten_minutes_ago=text(tx.now - 10 * _MINUTE),
    )
    return Past(
        raised_from=_first(min(moving, key=attrgetter("created_at"))) if moving else None,
        last_change=moment(last_change) if last_change and campaign_id else None,
        writes_last_minute=writes,
        created_last_day=created,
        identical_last_ten_minutes=identical,
    )


def _first(change: _Change) -> Decimal | None:
    """What the raises of a day are measured from: what was there first, be it a first budget."""
    nothing_yet = change.daily_before is not None and not change.daily_before
    return change.daily_after if nothing_yet else change.daily_before
