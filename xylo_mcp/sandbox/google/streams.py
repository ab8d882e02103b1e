"""Answers that come as a JSON array of batches, one after the other.

Google Ads API docs, "REST interface: search and searchStream" (v26, read Nov 2026). That an error may follow good
batches, as one more element and under the status of a good answer, is inferred: the status is sent before them.
"""

from collections.abc import Iterator, Mapping
from itertools import islice

import msgspec
from starlette.responses import Response, StreamingResponse

from .failures import error_of, refused


def streamed(batches: Iterator[Mapping[str, object]], request_id: str, good_batches: int | None = None) -> Response:
    """The answer made of `batches`; after so many `good_batches` comes an error instead of the others."""
    return StreamingResponse(
        _array(batches if good_batches is None else _broken(batches, request_id, good_batches)),
        headers={"request-id": request_id},
        media_type="application/json; charset=UTF-8",
    )


def _broken(batches: Iterator[Mapping[str, object]], request_id: str, good: int) -> Iterator[Mapping[str, object]]:
    yield from islice(batches, good)
    yield error_of(
        [refused("internalError", "INTERNAL_ERROR", "An internal error has occurred.", status=500)], request_id
    )


def _array(elements: Iterator[Mapping[str, object]]) -> Iterator[bytes]:
    before = b"["
    for element in elements:
        yield before + msgspec.json.encode(element)
        before = b"\r\n,\r\n"
    yield b"]"
