"""What the ledger knows that rules ask for."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import msgspec
import sqlalchemy as sa

from ..ads.operations import Operation
from .operations import ON_CAMPAIGN, OURS, STOOD, chosen, several
from .statements import Statement, of
from .store import Tx, moment, text
from .tables import OPERATION

_DAY = timedelta(days=1)
_MINUTE = timedelta(minutes=1)
_CREATE = "create_campaign"
_OPERATORS = ("halt", "resume")
"""What an operator had done in a terminal: it takes no agent's turn, and delays nobody."""

_STOOD = OPERATION.c.state.in_(sorted(STOOD))
_OF_PRINCIPAL = sa.and_(OURS, OPERATION.c.principal == of("principal"))
_AGENTS = OPERATION.c.tool.not_in(_OPERATORS)
_CHANGES = sa.and_(ON_CAMPAIGN, OPERATION.c.tool != _CREATE, _STOOD)
_CHANGES_SINCE = chosen(_CHANGES, OPERATION.c.created_at > of("a_day_ago"), oldest_first=True)


def _answer(what: sa.Function[Any], *conditions: sa.ColumnElement[bool]) -> sa.ScalarSelect[Any]:
    return sa.select(what).select_from(OPERATION).where(*conditions).scalar_subquery()


_FACTS = Statement(
    sa.select(
        _answer(sa.func.max(OPERATION.c.updated_at), _CHANGES, _AGENTS),
        _answer(sa.func.count(), _OF_PRINCIPAL, _AGENTS, OPERATION.c.created_at > of("a_minute_ago")),
        _answer(sa.func.count(), OURS, OPERATION.c.tool == _CREATE, OPERATION.c.created_at > of("a_day_ago"), _STOOD),
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
        last_change: when the campaign was last changed through here, but for what an operator halted or resumed.
        writes_last_minute (likewise), created_last_day, identical_last_ten_minutes: so many operations.
    """

    raised_from: Decimal | None
    last_change: datetime | None
    writes_last_minute: int
    created_last_day: int
    identical_last_ten_minutes: int


def past(tx: Tx, principal: str, account: str, campaign_id: str, digest: str) -> Past:
    """What the ledger knows; an empty `campaign_id` is of none yet."""
    campaign = {"account": account, "campaign_id": campaign_id, "a_day_ago": text(tx.now - _DAY)}
    changes = several(tx, _CHANGES_SINCE, limit=1000, **campaign) if campaign_id else ()
    moving = [one for one in changes if one.daily_before != one.daily_after]
    ((last_change, writes, created, identical),) = tx.rows(
        _FACTS,
        **campaign,
        principal=principal,
        digest=digest,
        a_minute_ago=text(tx.now - _MINUTE),
        ten_minutes_ago=text(tx.now - 10 * _MINUTE),
    )
    return Past(
        raised_from=_first(moving[0]) if moving else None,
        last_change=moment(last_change) if last_change and campaign_id else None,
        writes_last_minute=writes,
        created_last_day=created,
        identical_last_ten_minutes=identical,
    )


def _first(operation: Operation) -> Decimal | None:
    """What the raises of a day are measured from: what was there first, be it a first budget."""
    nothing_yet = operation.daily_before is not None and not operation.daily_before
    return operation.daily_after if nothing_yet else operation.daily_before
