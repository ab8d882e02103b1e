"""User lists of the world: whose they are, who goes in and out, and how many are known of.

Google Ads API docs, "UserList" (v26) and "Customer Match" (read Nov 2026).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from ...people import Audience, Verb
from ...world import World
from ..cast import CAST

PROCESSING: Final = timedelta(hours=6)
"""So long after its members changed a list is processed. Google says "up to 48 hours"."""
SERVES_FROM: Final = 100
"""With fewer members no ad is shown to a list."""
# How many people are like those of a seed list, for each of them: inferred, in this order at least.
_LIKE: Final[Mapping[str, int]] = {"NARROW": 10, "BALANCED": 25, "BROAD": 50}
Kind = Literal["CRM_BASED", "RULE_BASED", "LOGICAL", "REMARKETING", "LOOKALIKE"]


@dataclass(frozen=True, slots=True)
class Known:
    """What Google tells of a list's members: how many it knows, and of how many in a hundred. None: not yet."""

    size: int | None = None
    match_rate: int | None = None


def user_list(world: World, customer_id: str, list_id: str) -> Audience | None:
    """The list with this id, if it is the customer's."""
    found = world.people.audience(CAST.platform, list_id)
    return found if found is not None and found.account == customer_id else None


def known(world: World, one: Audience) -> Known:
    """What is known of a list by now: of one whose members changed just now, what was known before."""
    if world.clock() - one.changed < PROCESSING:
        size, rate = one.details.get("known_size", ""), one.details.get("known_rate", "")
        return Known(int(size) if size else None, int(rate) if rate else None)
    if one.kind == "LOOKALIKE":
        seeds = [world.people.audience(CAST.platform, seed) for seed in one.details["seed_user_list_ids"].split(",")]
        found = sum(world.people.matched(seed) for seed in seeds if seed is not None)
        return Known(rounded(found * _LIKE[one.details["expansion_level"]]))
    if one.kind != "CRM_BASED":
        return Known(0)  # nobody visits a page here
    return Known(rounded(world.people.matched(one)), match_rate(world, one))


def match_rate(world: World, one: Audience) -> int | None:
    """Of how many in a hundred members Google knows; None of a list with too few to tell."""
    told = world.people.size(one)
    return round(100 * world.people.matched(one) / told) if told >= SERVES_FROM else None


def rounded(size: int) -> int:
    """The first two digits of a number: "sizes are rounded", to how many digits is inferred."""
    step = 10 ** max(len(str(size)) - 2, 0)
    return size // step * step


def change_members(world: World, one: Audience, verb: Verb, people: Iterable[str]) -> None:
    """People come in or go. Into a closed list nobody comes, and nothing is said of it (inferred)."""
    with world.memory.writing():
        _touch(world, one)
        if verb == "remove" or one.details["membership_status"] == "OPEN":
            world.people.tell(one, verb, people, world.clock())


def empty(world: World, one: Audience) -> None:
    """All go."""
    with world.memory.writing():
        _touch(world, one)
        world.people.empty(one)


def drop_older(world: World, one: Audience, moment: datetime) -> None:
    """Whoever was last added before `moment` goes."""
    with world.memory.writing():
        _touch(world, one)
        world.people.drop_older(one, moment)


def _touch(world: World, one: Audience) -> None:
    now = known(world, one)
    told = {name: "" if value is None else str(value) for name, value in _told(now)}
    world.people.keep(one, changed=world.clock(), details={**one.details, **told})


def _told(now: Known) -> tuple[tuple[str, int | None], ...]:
    return ("known_size", now.size), ("known_rate", now.match_rate)
