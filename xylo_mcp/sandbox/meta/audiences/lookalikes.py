"""Lookalikes: whom they are like, where, and how many (Marketing API docs, "Lookalike Audiences", 2026-09)."""

import re
from collections.abc import Mapping
from decimal import Decimal

import msgspec

from ...people import Audience
from ...world import AccountPlan, World
from ..errors import invalid
from ..parameters import decoded
from ..refusals import rejected
from . import standing
from .refusals import seed_flagged

_SHARES = {"similarity": Decimal("0.01"), "reach": Decimal("0.05")}
_STEP, _HIGHEST = Decimal("0.01"), Decimal("0.20")
_COUNTRY = re.compile(r"[A-Z]{2}", re.ASCII)


class _Places(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    countries: list[str] = []
    country_groups: list[str] = []


class _Location(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    geo_locations: _Places
    excluded_geo_locations: _Places | None = None


class _Spec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    type: str = ""
    ratio: Decimal | None = None
    starting_ratio: Decimal = Decimal(0)
    country: str = ""
    location_spec: _Location | None = None
    allow_international_seeds: bool = False


def wanted(world: World, account: AccountPlan, arguments: Mapping[str, str]) -> Mapping[str, str]:
    """What a lookalike is to be, as its audience keeps it."""
    spec = decoded(arguments, "lookalike_spec", _Spec, "a lookalike specification")
    _check_place(spec)
    seed = _seed(world, account, arguments["origin_audience_id"])
    return {
        "origin_audience_id": seed.id,
        "lookalike_spec": arguments["lookalike_spec"],
        "share": str(_share(spec)),
    }


def _share(spec: _Spec) -> Decimal:
    """The part of a country's people it takes in: one or five percent by its type, or what its ratio says."""
    if bool(spec.type) == (spec.ratio is not None):
        raise invalid("Param lookalike_spec must have either type or ratio")
    if spec.type and spec.type not in _SHARES:
        raise invalid("Param lookalike_spec[type] must be one of {similarity, reach}")
    ratio = _SHARES[spec.type] if spec.ratio is None else spec.ratio
    if not (_STEP <= ratio <= _HIGHEST and _is_step(ratio)):
        raise invalid("Param lookalike_spec[ratio] must be from 0.01 to 0.20, in steps of 0.01")
    if spec.starting_ratio and not (0 < spec.starting_ratio < ratio and _is_step(spec.starting_ratio)):
        raise invalid("Param lookalike_spec[starting_ratio] must be less than ratio, in steps of 0.01")
    return ratio - spec.starting_ratio


def _is_step(ratio: Decimal) -> bool:
    return ratio % _STEP == 0


def _check_place(spec: _Spec) -> None:
    if bool(spec.country) == (spec.location_spec is not None):
        raise invalid("Param lookalike_spec must have either country or location_spec")
    if spec.country and not _COUNTRY.fullmatch(spec.country):
        raise invalid("Param lookalike_spec[country] must be an ISO 3166-1 alpha-2 country code")
    places = spec.location_spec.geo_locations if spec.location_spec else None
    if places and not (places.countries or places.country_groups):
        raise invalid("Param lookalike_spec[location_spec] must name a country")


def _seed(world: World, account: AccountPlan, identity: str) -> Audience:
    seed = world.people.audience("meta", identity)
    if seed is None or seed.account != account.id or seed.kind == "LOOKALIKE":
        text = "The source of a lookalike must be an audience of this ad account that is no lookalike itself."
        raise rejected(text, "origin_audience_id")
    if standing.operation(world, seed) == standing.FLAGGED:
        raise seed_flagged()
    return seed
