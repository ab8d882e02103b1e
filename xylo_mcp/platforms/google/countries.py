"""Which country a criterion id of Google's is."""

import re
from collections.abc import Mapping

import msgspec

from ..reading import reading
from . import queries
from .errors import PLATFORM
from .search import Route, Search

_CODE = re.compile(r"[A-Z]{2}")


class _Constant(msgspec.Struct, frozen=True, rename="camel"):
    id: int
    country_code: str = ""


class _ConstantRow(msgspec.Struct, frozen=True, rename="camel"):
    geo_target_constant: _Constant


class Countries:
    """All of them, asked for once: they are the same for everyone."""

    def __init__(self, search: Search) -> None:
        self._search = search
        self._codes: Mapping[int, str] = {}

    async def codes(self, way: Route) -> Mapping[int, str]:
        """The ISO code of each country by its criterion id."""
        if not self._codes:
            rows = await self._search.all(way, queries.countries(), _ConstantRow)
            with reading(PLATFORM):
                constants = [row.geo_target_constant for row in rows]
            self._codes = {one.id: one.country_code for one in constants if _CODE.fullmatch(one.country_code)}
        return self._codes
