"""Questions to insights as Meta's requests.

Parameters and values: Meta Marketing API docs, "Insights API" (2026-09).
"""

import hashlib
from collections.abc import Mapping, Sequence

import msgspec

from ...ads.accounts import Account
from ...ads.errors import Unsupported
from ...ads.insights import InsightsQuery, Level
from ..paging import chunks
from .events import EVENTS
from .insight_rows import METRICS
from .payloads import EVERY_STATUS
from .segments import ASKED

_LEVELS: Mapping[Level, str] = {"account": "account", "campaign": "campaign", "ad_group": "adset", "ad": "ad"}
_NAMES: Mapping[Level, Sequence[str]] = {
    "account": (),
    "campaign": ("campaign_id", "campaign_name"),
    "ad_group": ("campaign_id", "campaign_name", "adset_id", "adset_name"),
    "ad": ("campaign_id", "campaign_name", "adset_id", "adset_name", "ad_id", "ad_name"),
}
_OF_AD_SETS = (*EVERY_STATUS, "CAMPAIGN_PAUSED")
_OF_ADS = (*_OF_AD_SETS, "ADSET_PAUSED", "PENDING_REVIEW", "DISAPPROVED", "PREAPPROVED", "PENDING_BILLING_INFO")
_STATUSES: Mapping[Level, Sequence[str]] = {
    "account": EVERY_STATUS,
    "campaign": EVERY_STATUS,
    "ad_group": _OF_AD_SETS,
    "ad": _OF_ADS,
}


class Question(msgspec.Struct, frozen=True):
    """One request: to which path, with which parameters, and the part of the query that it asks."""

    path: str
    form: Mapping[str, str]
    query: InsightsQuery

    @property
    def digest(self) -> str:
        """What no other question shares."""
        return hashlib.blake2b(msgspec.json.encode([self.path, self.form]), digest_size=16).hexdigest()


def questions(account: Account, query: InsightsQuery) -> Sequence[Question]:
    """What to ask Meta: one question, or several where many campaigns are chosen.

    Raises:
        Unsupported: Meta has no such breakdown or event.
    """
    for event in query.events:
        if event not in EVENTS:
            raise Unsupported(
                f"Meta has no event {event}.", f"Choose from {', '.join(sorted(EVENTS))}.", platform="meta"
            )
    parts = [
        msgspec.structs.replace(query, campaign_ids=frozenset(ids))
        for ids in chunks(sorted(query.campaign_ids)) or [()]
    ]
    return [Question(f"{account.id}/insights", _form(part), part) for part in parts]


def any_of(field: str, values: Sequence[str]) -> Mapping[str, str | Sequence[str]]:
    """A condition of Meta's `filtering`."""
    return {"field": field, "operator": "IN", "value": values}


def in_json(value: object) -> str:
    """A parameter that is more than a text."""
    return msgspec.json.encode(value).decode()


def _form(query: InsightsQuery) -> Mapping[str, str]:
    level = _LEVELS[query.level]
    people = ("reach",) if query.reach else ()
    form = {
        "level": level,
        "fields": ",".join((*_NAMES[query.level], METRICS, *people)),
        "time_range": in_json({"since": query.since.isoformat(), "until": query.until.isoformat()}),
    }
    if query.granularity == "day":
        form["time_increment"] = "1"
    if query.breakdown:
        form["breakdowns"] = ASKED[query.breakdown]
    conditions = [any_of("campaign.id", sorted(query.campaign_ids))] if query.campaign_ids else []
    if query.level != "account" or query.campaign_ids:
        # An account's own figures have all its campaigns in them; rows by object, and anything that is
        # filtered, lack archived and deleted ones unless these are asked for (Meta Marketing API docs,
        # "Insights: deleted and archived objects").
        of = "campaign" if query.level == "account" else level
        conditions.append(any_of(f"{of}.effective_status", _STATUSES[query.level]))
    return form | ({"filtering": in_json(conditions)} if conditions else {})
