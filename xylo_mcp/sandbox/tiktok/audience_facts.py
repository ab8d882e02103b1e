"""An audience as TikTok tells it: how many it reaches, whether it may be used, and until when."""

import zlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

import msgspec

from ..people import Audience
from ..world import World
from .envelope import Data

PROCESSING: Final = timedelta(hours=6)
"""For so long after its members changed, an audience is what it was before. TikTok says that it may take 48 hours."""

SMALLEST: Final = 1_000
"""An audience of fewer people that TikTok knows ends with the size 0, and cannot be changed then."""

LIST: Final = "list"
LOOKALIKE: Final = "lookalike"
_KEPT: Final = timedelta(days=365)
_EXPIRING: Final = timedelta(days=60)
_HISTORY: Final = 100
_RULES_REACH: Final = 90_000


class Deed(msgspec.Struct, frozen=True):
    """One line of an audience's history. TikTok's words for what was done are not documented."""

    action: str
    action_detail: str
    opt_time: str
    editor: str = "open_api"
    msg: str = ""


def cover(world: World, audience: Audience) -> int:
    """How many people of TikTok are in it, as far as TikTok tells; 0: too few, or not known yet."""
    if is_processing(world, audience):
        return int(audience.details.get("cover", "0"))
    if audience.kind != LIST:
        return SMALLEST + zlib.crc32(audience.id.encode()) % _RULES_REACH
    size = int(audience.details["size"])
    return size if size >= SMALLEST else 0


def is_processing(world: World, audience: Audience) -> bool:
    """Whether its last change is still being worked on."""
    return world.clock() - audience.changed < PROCESSING


def expires(audience: Audience) -> datetime:
    """When it ends: so many days after it was made as it was said then, else a year after it was last touched."""
    if days := audience.details.get("retention_in_days"):
        return audience.created + timedelta(days=int(days))
    return datetime.fromisoformat(audience.details["touched"]) + _KEPT


def done(world: World, details: Mapping[str, str], action: str, detail: str) -> Mapping[str, str]:
    """`details` with another line of history, the newest first, and touched now."""
    now = world.clock()
    history = (Deed(action, detail, _moment(now)), *_history(details))[:_HISTORY]
    return {**details, "touched": now.isoformat(), "history": msgspec.json.encode(history).decode()}


def listed(world: World, audience: Audience) -> Data:
    """An item of the list."""
    now, end, reach = world.clock(), expires(audience), cover(world, audience)
    details = audience.details
    too_small = not is_processing(world, audience) and not reach
    return {
        "audience_id": audience.id,
        "name": audience.name,
        "audience_type": details["audience_type"],
        "audience_sub_type": details["audience_sub_type"],
        "calculate_type": details.get("calculate_type"),
        "cover_num": reach,
        "shared": False,
        "is_creator": True,
        "is_valid": reach > 0 and now < end,
        "is_expiring": now < end <= now + _EXPIRING,
        "is_auto_refresh": details.get("is_auto_refresh") == "true",
        "owner_id": audience.account,
        "msg": "Processing" if is_processing(world, audience) else "",
        "error_msg": f"Fewer than {SMALLEST:,} people were matched." if too_small else "",
        "create_time": _moment(audience.created),
        "expired_time": _moment(end),
    }


def told(world: World, audience: Audience, history: int) -> Data:
    """All of it, with as many lines of its history."""
    spec = audience.details.get("lookalike_spec")
    whole = {
        **listed(world, audience),
        "rule": audience.details.get("rule"),
        "lookalike_spec": msgspec.Raw(spec.encode()) if spec else None,
    }
    return {"audience_details": whole, "audience_history": _history(audience.details)[:history]}


def _history(details: Mapping[str, str]) -> Sequence[Deed]:
    return msgspec.json.decode(details.get("history", "[]"), type=tuple[Deed, ...])


def _moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S}"
