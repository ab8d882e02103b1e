"""Audiences out of files, and what becomes of their members (TikTok API for Business docs, v1.3,
"Create an audience by file" and "Update an audience").
"""

from typing import Literal

import msgspec
from msgspec import UNSET, UnsetType

from ..people import Audience
from ..world import AccountPlan, World
from .accounts import writable
from .audience_facts import LIST, LOOKALIKE, SMALLEST, cover, done, is_processing
from .audiences import AudienceName, Days, SubType, make, owned
from .envelope import Data
from .parameters import Asked, Id
from .refusals import parameter
from .uploads import FilePaths, check_files


class _NewList(msgspec.Struct, frozen=True):
    advertiser_id: Id
    custom_audience_name: AudienceName
    calculate_type: Literal[
        "EMAIL_SHA256",
        "PHONE_SHA256",
        "IDFA_SHA256",
        "IDFA_MD5",
        "GAID_SHA256",
        "GAID_MD5",
        "FIRST_SHA256",
        "FIRST_MD5",
        "MULTIPLE_TYPES",
    ]
    file_paths: FilePaths
    audience_sub_type: SubType = "NORMAL"
    audience_enhancement: bool = False
    retention_in_days: Days | UnsetType = UNSET


class _ListChange(msgspec.Struct, frozen=True):
    advertiser_id: Id
    custom_audience_id: Id
    custom_audience_name: AudienceName | UnsetType = UNSET
    file_paths: FilePaths | UnsetType = UNSET
    action: Literal["REPLACE", "APPEND", "REMOVE"] = "REPLACE"
    audience_sub_type: Literal["REACH_FREQUENCY"] | UnsetType = UNSET
    audience_enhancement: bool | UnsetType = UNSET


def create(world: World, asked: Asked) -> Data:
    """An audience of the people in some files. It is made however few they are, and then is of no use."""
    wanted = asked.read_body_as(_NewList)
    plan = writable(world, wanted.advertiser_id)
    check_files(world, plan, wanted.file_paths, wanted.calculate_type)
    details = {
        "audience_type": "Customer File Audience",
        "audience_sub_type": wanted.audience_sub_type,
        "audience_enhancement": str(wanted.audience_enhancement).lower(),
        "calculate_type": wanted.calculate_type,
        "size": "0",
    }
    if wanted.retention_in_days is not UNSET:
        details["retention_in_days"] = str(wanted.retention_in_days)
    with world.memory.writing():
        made = make(world, plan, wanted.custom_audience_name, LIST, details)
        world.people.tell_held(made, "add", wanted.file_paths)
        world.people.keep(made, details={**made.details, "size": str(world.people.matched(made))})
    return {"custom_audience_id": made.id}


def update(world: World, asked: Asked) -> Data:
    """Another name or other members. Nothing else is changed where it is opened to reach and frequency ads."""
    wanted = asked.read_body_as(_ListChange)
    plan = writable(world, wanted.advertiser_id)
    with world.memory.writing():
        audience = _changeable(world, plan, wanted.custom_audience_id)
        if wanted.audience_sub_type is not UNSET:
            _open_to_reservations(world, audience)
        elif wanted.custom_audience_name is UNSET and wanted.file_paths is UNSET:
            raise parameter("custom_audience_name", "Either this or file_paths is required.")
        else:
            _rename(world, _refill(world, plan, audience, wanted), wanted)
    return {}


def _changeable(world: World, plan: AccountPlan, audience_id: str) -> Audience:
    audience = owned(world, plan, audience_id)
    if not is_processing(world, audience) and not cover(world, audience):
        raise parameter("custom_audience_id", f"Audience {audience_id} is too small and cannot be changed.")
    return audience


def _open_to_reservations(world: World, audience: Audience) -> None:
    if audience.kind == LOOKALIKE:
        raise parameter("audience_sub_type", "A lookalike audience cannot be used in reach and frequency ads.")
    details = {**audience.details, "audience_sub_type": "REACH_FREQUENCY"}
    world.people.keep(audience, details=done(world, details, "Update", "REACH_FREQUENCY"))


def _rename(world: World, audience: Audience, wanted: _ListChange) -> None:
    if wanted.custom_audience_name is UNSET:
        return
    details = done(world, audience.details, "Rename", wanted.custom_audience_name)
    world.people.keep(audience, name=wanted.custom_audience_name, details=details)


def _refill(world: World, plan: AccountPlan, audience: Audience, wanted: _ListChange) -> Audience:
    """The audience with other members. That too few are refused at once, and not later, is inferred."""
    if wanted.file_paths is UNSET:
        return audience
    if audience.kind != LIST:
        raise parameter("file_paths", "Only for a Customer File audience.")
    check_files(world, plan, wanted.file_paths, audience.details["calculate_type"])
    shown = cover(world, audience)
    if wanted.action == "REPLACE":
        world.people.empty(audience)
    world.people.tell_held(audience, "remove" if wanted.action == "REMOVE" else "add", wanted.file_paths)
    size = world.people.matched(audience)
    if size < SMALLEST:
        raise parameter("action", f"{wanted.action} would leave the audience with fewer than {SMALLEST:,} people.")
    details = done(world, audience.details, wanted.action.capitalize(), f"{len(wanted.file_paths)} files")
    return world.people.keep(
        audience, changed=world.clock(), details={**details, "size": str(size), "cover": str(shown)}
    )
