"""Ad labels: names of an account's own making on its campaigns (Marketing API docs, "Ad Label", 2026-09).

A label is there as long as a campaign carries it; its id follows from its name.
"""

import hashlib
from collections.abc import Iterable, Mapping

import msgspec

from ..world import AccountPlan, Campaign
from .errors import invalid
from .parameters import decoded
from .wire import Json

FIELDS = ("id", "name")
_MOST = 50
_FIRST = 6_000_000_000_000_000


class _Spec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A label as a write names it: by its id, or by its name, which makes it if it is new."""

    id: str = ""
    name: str = ""


class _Label(msgspec.Struct, frozen=True):
    """A label as a campaign carries it."""

    id: str
    name: str


def shown(kept: str) -> Json | None:
    """The labels of a campaign, from what it keeps of them; None if there are none."""
    return msgspec.to_builtins(msgspec.json.decode(kept, type=list[_Label])) or None


def wanted(arguments: Mapping[str, str], plan: AccountPlan, campaigns: Iterable[Campaign]) -> str:
    """What a campaign is to keep of the parameter `adlabels`, where `campaigns` carry the labels there are."""
    specs = decoded(arguments, "adlabels", list[_Spec], 'an array of {"name"} or {"id"}')
    if len(specs) > _MOST:
        raise invalid(f"Param adlabels must have at most {_MOST} elements")
    known = _known(campaigns if any(spec.id for spec in specs) else ())
    found = dict.fromkeys(_label(spec, plan, known) for spec in specs)
    return msgspec.json.encode(list(found)).decode()


def _label(spec: _Spec, plan: AccountPlan, known: Mapping[str, _Label]) -> _Label:
    name = spec.name.strip()
    if bool(name) == bool(spec.id):
        raise invalid("Param adlabels: each element must have either a name or an id")
    if name:
        digest = hashlib.blake2b(f"{plan.id}/{name}".encode(), digest_size=6).digest()
        return _Label(str(_FIRST + int.from_bytes(digest)), name)
    if spec.id not in known:
        raise invalid(f"Param adlabels: there is no ad label {spec.id} in this account")
    return known[spec.id]


def _known(campaigns: Iterable[Campaign]) -> Mapping[str, _Label]:
    kept = [campaign.details["adlabels"] for campaign in campaigns if "adlabels" in campaign.details]
    return {label.id: label for text in kept for label in msgspec.json.decode(text, type=list[_Label])}
