"""What became of an audience: its statuses, and how many are in it (Marketing API docs, "Custom Audience", 2026-09)."""

from datetime import timedelta
from decimal import Decimal

from ...chance import Draw
from ...people import Audience
from ...world import World
from . import sessions

PROCESSING = timedelta(hours=6)
"""For so long after its members changed a list is being populated, and counts as it was before."""
LEAST = 100
"""With fewer matched people, nothing can be delivered to an audience."""
NO_UPLOAD, REPLACING, REPLACE_FAILED, POPULATING, NORMAL, FLAGGED = 410, 414, 415, 441, 200, 471
_SEED_TOO_SMALL = 432
"""Which of 431 to 434 says so is inferred."""
_USABLE, _TOO_SMALL, _UNUSABLE = 200, 300, 400
_SENSITIVE = ("arthritis", "diabetes", "credit score", "high income")
_FLOOR = 1000
_INACTIVE_AFTER = timedelta(days=90)
_SAYS = {
    NORMAL: "Normal",
    NO_UPLOAD: "No file has been uploaded to this audience.",
    REPLACING: "The people in this audience are being replaced.",
    REPLACE_FAILED: "Replacing the people in this audience failed.",
    _SEED_TOO_SMALL: "The source of this lookalike has too few people.",
    POPULATING: "We are finding people who fit your audience criteria.",
    FLAGGED: "This audience is restricted because of what it says about people.",
}
_DELIVERS = {
    _USABLE: "This audience is ready for use.",
    _TOO_SMALL: "This audience is too small. It must have at least 100 people.",
    _UNUSABLE: "This audience cannot be used.",
}


def is_list(audience: Audience) -> bool:
    """Whether its people are uploaded."""
    return audience.kind == "CUSTOM"


def operation(world: World, audience: Audience) -> int:
    """The code of its operation status."""
    if any(word in f"{audience.name} {audience.details.get('description', '')}".lower() for word in _SENSITIVE):
        return FLAGGED
    if replacement := sessions.find(world, audience.account, audience.details.get("replace", "")):
        return REPLACE_FAILED if sessions.is_late(replacement, world.clock()) else REPLACING
    if is_list(audience) and "settled" not in audience.details:
        return NO_UPLOAD
    if _is_populating(world, audience):
        return POPULATING
    return _SEED_TOO_SMALL if _seed_is_small(world, audience) else NORMAL


def delivery(world: World, audience: Audience) -> int:
    """The code of its delivery status."""
    if operation(world, audience) in {FLAGGED, _SEED_TOO_SMALL}:
        return _UNUSABLE
    return _TOO_SMALL if settled(world, audience) < LEAST else _USABLE


def operation_says(code: int) -> str:
    """What an operation status says in words."""
    return _SAYS[code]


def delivery_says(code: int) -> str:
    """What a delivery status says in words."""
    return _DELIVERS[code]


def settled(world: World, audience: Audience) -> int:
    """How many matched people count: what came last does not until it is processed."""
    if not is_list(audience):
        return 0 if _is_populating(world, audience) or _seed_is_small(world, audience) else _drawn(world, audience)
    if "settled" not in audience.details:
        return 0
    if _is_populating(world, audience):
        return int(audience.details["settled"])
    return world.people.matched(audience)


def bounds(world: World, audience: Audience) -> tuple[int, int]:
    """Between which numbers its size lies; small ones are not told. How Meta rounds is inferred."""
    if audience.kind == "LOOKALIKE" and world.clock() - audience.created > _INACTIVE_AFTER:
        return -1, -1
    count = settled(world, audience)
    if count < _FLOOR:
        return _FLOOR, _FLOOR
    step = 10 ** (len(str(count)) - 2)
    low = count // step * step
    return low, low + step


def moved(world: World, audience: Audience, **details: str) -> Audience:
    """The audience when its members change now; what counted until now goes on counting meanwhile."""
    kept = {name: text for name, text in audience.details.items() if name != "replace"}
    counted = {"settled": str(settled(world, audience))}
    return world.people.keep(audience, changed=world.clock(), details={**kept, **counted, **details})


def _is_populating(world: World, audience: Audience) -> bool:
    return world.clock() - audience.changed < PROCESSING


def _seed_is_small(world: World, audience: Audience) -> bool:
    seed = world.people.audience("meta", audience.details.get("origin_audience_id", ""))
    return seed is not None and settled(world, seed) < LEAST


def _drawn(world: World, audience: Audience) -> int:
    """How many visitors, players or lookalikes there are: the same for the same audience, more for a higher ratio."""
    share = Decimal(audience.details.get("share", "0.01")) * 100
    return int(share * Draw(f"{world.seed}/audience/{audience.id}").between(2_000, 90_000))
