"""The audiences of an advertiser, whatever their kind: listed, told of, made and deleted
(TikTok API for Business docs, v1.3, "Audience management").
"""

from collections.abc import Mapping
from typing import Annotated, Final, Literal

import msgspec

from ..people import Audience
from ..world import AccountPlan, World
from .accounts import granted, writable
from .audience_facts import done, listed, told
from .cast import PLATFORM
from .envelope import Data, page_of
from .parameters import Asked, Id, Page
from .refusals import NO_SUCH_OBJECT, Refusal, parameter

AudienceName = Annotated[str, msgspec.Meta(min_length=1, max_length=128)]
SubType = Literal["NORMAL", "REACH_FREQUENCY"]
Days = Annotated[int, msgspec.Meta(ge=1, le=365)]
_Ids = Annotated[tuple[Id, ...], msgspec.Meta(min_length=1, max_length=100)]
_MOST: Final = 400
_FIRST_ID: Final = 200_000_000


class _AudienceList(msgspec.Struct, frozen=True):
    advertiser_id: Id
    custom_audience_ids: _Ids | None = None
    page: Page = 1
    page_size: Annotated[int, msgspec.Meta(ge=1, le=100)] = 10


class _AudienceDetails(msgspec.Struct, frozen=True):
    advertiser_id: Id
    custom_audience_ids: _Ids
    history_size: Annotated[int, msgspec.Meta(ge=1, le=100)] = 100


class _Deletion(msgspec.Struct, frozen=True):
    advertiser_id: Id
    custom_audience_ids: _Ids


def audience_list(world: World, asked: Asked) -> Data:
    """A page of an advertiser's audiences, the newest first."""
    wanted = asked.read_as(_AudienceList)
    plan = granted(world, wanted.advertiser_id)
    found = [
        one
        for one in reversed(world.people.audiences(PLATFORM, plan.id))
        if wanted.custom_audience_ids is None or one.id in wanted.custom_audience_ids
    ]
    shown, info = page_of(found, wanted.page, wanted.page_size)
    return {"list": [listed(world, one) for one in found[shown]], "page_info": info}


def audience_details(world: World, asked: Asked) -> Data:
    """Some audiences with their history, in the order in which they were asked for."""
    wanted = asked.read_as(_AudienceDetails)
    plan = granted(world, wanted.advertiser_id)
    found = [owned(world, plan, audience_id) for audience_id in dict.fromkeys(wanted.custom_audience_ids)]
    return {"list": [told(world, one, wanted.history_size) for one in found]}


def delete(world: World, asked: Asked) -> Data:
    """Some audiences are no more; all of them or, if one is not there, none."""
    wanted = asked.read_body_as(_Deletion)
    plan = writable(world, wanted.advertiser_id)
    with world.memory.writing():
        for one in [owned(world, plan, audience_id) for audience_id in dict.fromkeys(wanted.custom_audience_ids)]:
            world.people.drop(one)
    return {}


def owned(world: World, plan: AccountPlan, audience_id: str) -> Audience:
    """The advertiser's audience with this id. Another advertiser's does not exist for this one."""
    audience = world.people.audience(PLATFORM, audience_id)
    if audience is None or audience.account != plan.id:
        raise Refusal(NO_SUCH_OBJECT, f"Audience {audience_id} doesn't exist.")
    return audience


def make(world: World, plan: AccountPlan, name: str, kind: str, details: Mapping[str, str]) -> Audience:
    """A new audience, if the advertiser may have another. The code that refuses it otherwise is not documented."""
    now = world.clock()
    with world.memory.writing():
        if len(world.people.audiences(PLATFORM, plan.id)) >= _MOST:
            raise parameter("custom_audience_name", f"An advertiser can have up to {_MOST} audiences.")
        audience_id = str(world.people.new_number(_FIRST_ID))
        return world.people.keep(
            Audience(
                platform=PLATFORM,
                account=plan.id,
                id=audience_id,
                name=name,
                kind=kind,
                created=now,
                changed=now,
                details=done(world, details, "Create", name),
            )
        )
