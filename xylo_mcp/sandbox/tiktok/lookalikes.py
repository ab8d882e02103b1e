"""Audiences of people like those of another (TikTok API for Business docs, v1.3, "Create a lookalike audience")."""

from typing import Annotated, Final, Literal

import msgspec

from ..world import World
from .accounts import writable
from .audience_facts import LOOKALIKE, cover
from .audiences import AudienceName, make, owned
from .envelope import Data
from .parameters import Asked, Id
from .refusals import parameter

_SMALLEST_SOURCE: Final = 100


class _Spec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    source_audience_id: Id
    include_source: bool
    mobile_os: Literal["ALL", "ANDROID", "IOS"]
    placements: Annotated[
        tuple[Literal["TikTok", "TopBuzz & BuzzVideo", "Pangle"], ...], msgspec.Meta(min_length=1, max_length=3)
    ]
    location_ids: Annotated[tuple[Id, ...], msgspec.Meta(min_length=1)]
    audience_size: Literal["NARROW", "BALANCED", "BROAD"]


class _NewLookalike(msgspec.Struct, frozen=True):
    advertiser_id: Id
    custom_audience_name: AudienceName
    lookalike_spec: _Spec


def create(world: World, asked: Asked) -> Data:
    """An audience like one that there is, which must be large enough and no lookalike itself."""
    wanted = asked.read_body_as(_NewLookalike)
    plan = writable(world, wanted.advertiser_id)
    source = owned(world, plan, wanted.lookalike_spec.source_audience_id)
    at = "lookalike_spec.source_audience_id"
    if source.kind == LOOKALIKE:
        raise parameter(at, "The source audience cannot be a lookalike audience.")
    if cover(world, source) < _SMALLEST_SOURCE:
        raise parameter(at, f"The size of the source audience must be no less than {_SMALLEST_SOURCE}.")
    details = {
        "audience_type": "Lookalike Audience",
        "audience_sub_type": "NORMAL",
        "lookalike_spec": msgspec.json.encode(wanted.lookalike_spec).decode(),
    }
    return {"custom_audience_id": make(world, plan, wanted.custom_audience_name, LOOKALIKE, details).id}
