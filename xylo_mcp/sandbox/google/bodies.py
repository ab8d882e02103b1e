"""Reads request bodies as strictly as Google's JSON front end does."""

from collections.abc import Iterable, Mapping
from typing import Final, Literal, TypeVar

import msgspec
from starlette.requests import Request

from .failures import malformed

MOST_OPERATIONS: Final = 10_000
"""So many changes may be asked for in one request."""


class SearchSettings(msgspec.Struct, frozen=True, rename="camel"):
    """What to answer beside the rows, or instead."""

    omit_results: bool = False
    return_summary_row: bool = False
    return_total_results_count: bool = False


class SearchBody(msgspec.Struct, frozen=True, rename="camel"):
    """The body of `googleAds:search`."""

    query: str = ""
    page_token: str = ""
    page_size: int = 0
    validate_only: bool = False
    search_settings: SearchSettings = SearchSettings()


class StreamBody(msgspec.Struct, frozen=True, rename="camel"):
    """The body of `googleAds:searchStream`."""

    query: str = ""
    summary_row_setting: Literal["UNSPECIFIED", "NO_SUMMARY_ROW", "SUMMARY_ROW_WITH_RESULTS", "SUMMARY_ROW_ONLY"] = (
        "UNSPECIFIED"
    )


_Body = TypeVar("_Body", SearchBody, StreamBody)


async def object_in(request: Request) -> dict[str, object]:
    """The JSON object that is the body of `request`; refuses what is none."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip()
    if kind != "application/json":
        raise malformed("", f"Invalid content type '{kind}': JSON is expected.")
    try:
        return msgspec.json.decode(await request.body(), type=dict[str, object])
    except (msgspec.MsgspecError, UnicodeDecodeError) as wrong:
        raise malformed("", "Invalid JSON payload received. Expected an object.") from wrong


async def body_of(request: Request, shape: type[_Body]) -> _Body:
    """The body of `request`; refuses what is no such message."""
    content = await object_in(request)
    check_keys(content, _keys(shape), "")
    try:
        if "searchSettings" in content:
            settings = msgspec.convert(content["searchSettings"], dict[str, object])
            check_keys(settings, _keys(SearchSettings), "search_settings")
        return msgspec.convert(content, shape)
    except msgspec.ValidationError as wrong:
        raise malformed("", f"Invalid value received: {wrong}") from wrong


def _keys(shape: type[msgspec.Struct]) -> frozenset[str]:
    return frozenset(field.encode_name for field in msgspec.structs.fields(shape))


def check_keys(content: Mapping[str, object], known: Iterable[str], place: str) -> None:
    """Refuse what is no field of the message at `place`."""
    for key in content.keys() - set(known):
        where = f" at '{place}'" if place else ""
        description = f'Invalid JSON payload received. Unknown name "{key}"{where}: Cannot find field.'
        raise malformed(place, description)
