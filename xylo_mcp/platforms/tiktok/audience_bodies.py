"""Our audiences as TikTok's requests.

Fields and values: TikTok API for Business docs, v1.3, "Create an audience by file", "Create an audience by rules",
"Create a lookalike audience", "Update the details of an audience", 2026.
"""

from collections.abc import Mapping, Sequence

import msgspec

from ...ads.accounts import Account
from ...ads.audiences import AudienceKind, Reach, Rule, Seed
from ...ads.handovers import Action, CreateAudience, UpdateAudience
from ..reading import identifier, reading
from .advertisers import advertiser_id
from .changes import Request
from .member_files import SORT
from .shapes import PLATFORM, Answer

_BY_FILE, _BY_RULE = "dmp/custom_audience/create/", "dmp/custom_audience/rule/create/"
_LOOKALIKE, _UPDATE = "dmp/custom_audience/lookalike/create/", "dmp/custom_audience/update/"
_TYPES: Mapping[AudienceKind, str] = {"website": "PIXEL", "app_activity": "APP", "engagement": "ENGAGEMENT"}
_ACTIONS: Mapping[Action, str] = {"add": "APPEND", "remove": "REMOVE", "replace": "REPLACE"}
_SIZES: Mapping[Reach, str] = {"narrow": "NARROW", "balanced": "BALANCED", "broad": "BROAD"}


class _Made(msgspec.Struct):
    custom_audience_id: str | int


class _Changed(msgspec.Struct):
    custom_audience_id: str | int | None = None


def by_rule(account: Account, change: CreateAudience, rule: Rule) -> Request:
    """The request that makes an audience of those who did something."""
    values = {
        "custom_audience_name": change.name,
        "audience_type": _TYPES[change.kind],
        "rule_spec": {"inclusion_rule_set": {"operator": "OR", "rules": [_rule(rule)]}},
    }
    return _request(_BY_RULE, account, values)


def lookalike(account: Account, change: CreateAudience, seed: Seed, locations: Sequence[str]) -> Request:
    """The request that makes an audience of those who are like another's people; these are not in it themselves."""
    spec = {
        "source_audience_id": seed.audience_id,
        "include_source": False,
        "mobile_os": "ALL",
        "placements": ["TikTok"],
        "location_ids": locations,
        "audience_size": _SIZES[seed.reach],
    }
    return _request(_LOOKALIKE, account, {"custom_audience_name": change.name, "lookalike_spec": spec})


def by_file(account: Account, change: CreateAudience, file_paths: Sequence[str]) -> Request:
    """The request that makes a list of uploaded files.

    TikTok ends the whole list `days` after it was made, so its members stay for so long and no later ones longer.
    """
    values: dict[str, object] = {
        "custom_audience_name": change.name,
        "calculate_type": SORT,
        "file_paths": file_paths,
    }
    if change.days is not None:
        values["retention_in_days"] = change.days
    return _request(_BY_FILE, account, values)


def with_files(account: Account, audience_id: str, action: Action, file_paths: Sequence[str]) -> Request:
    """The request that adds uploaded files to a list, takes them out of it, or puts them in its place."""
    values = {"custom_audience_id": audience_id, "action": _ACTIONS[action], "file_paths": file_paths}
    return _request(_UPDATE, account, values)


def renamed(account: Account, change: UpdateAudience) -> Request:
    """The request that gives an audience another name."""
    values = {"custom_audience_id": change.audience_id, "custom_audience_name": change.name}
    return _request(_UPDATE, account, values)


def made(content: bytes) -> str:
    """The id of the audience that an answer to a create is about."""
    with reading(PLATFORM):
        return identifier(msgspec.json.decode(content, type=Answer[_Made]).data.custom_audience_id)


def is_about(content: bytes, audience_id: str) -> bool:
    """Whether an answer to an update, which is documented as empty, is at least about no other audience."""
    with reading(PLATFORM):
        told = msgspec.json.decode(content, type=Answer[_Changed]).data.custom_audience_id
        return told is None or identifier(told) == audience_id


def _rule(rule: Rule) -> Mapping[str, object]:
    asked: dict[str, object] = {"event_source_ids": [rule.source], "retention_days": rule.days}
    if rule.event:
        condition: dict[str, object] = {"field": "EVENT", "operator": "EQ", "value": rule.event}
        if rule.url_contains:
            address = {"field": "URL", "operator": "CONTAINS", "values": [rule.url_contains]}
            condition["parameter_filters"] = [address]
        asked["filter_set"] = {"operator": "OR", "filters": [condition]}
    return asked


def _request(path: str, account: Account, values: Mapping[str, object]) -> Request:
    return Request(path, msgspec.json.encode({"advertiser_id": advertiser_id(account), **values}))
