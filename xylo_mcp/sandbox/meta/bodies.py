"""The parameters of a request, from its query and from its body: a form or a JSON object."""

from collections.abc import Sequence
from urllib.parse import parse_qsl

import msgspec
from starlette.requests import Request

from .errors import GraphError, invalid

Pairs = Sequence[tuple[str, str]]
_FORM = "application/x-www-form-urlencoded"
_JSON = "application/json"


async def parameters(request: Request) -> tuple[Pairs, GraphError | None]:
    """Names and values as they are written, the body's after the query's; and what is wrong with the body."""
    query = parse_qsl(request.url.query, keep_blank_values=True)
    body = await request.body() if request.method == "POST" else b""
    try:
        return [*query, *_of_body(body, request.headers.get("content-type", ""))], None
    except GraphError as error:
        return query, error


def _of_body(body: bytes, content_type: str) -> Pairs:
    kind = content_type.partition(";")[0].strip().lower()
    if not body:
        return []
    if kind == _FORM:
        return parse_qsl(body.decode(errors="replace"), keep_blank_values=True)
    if kind == _JSON:
        return _members(body)
    raise invalid(f"The sandbox does not read a body of the type {kind}; it reads {_FORM} and {_JSON}")


def _members(body: bytes) -> Pairs:
    """A text stands for itself; everything else is written as it came, so that numbers stay exact."""
    try:
        members = msgspec.json.decode(body, type=dict[str, msgspec.Raw])
        return [(name, _text(name, bytes(value))) for name, value in members.items()]
    except (msgspec.MsgspecError, UnicodeError) as error:
        raise invalid("The body must be a JSON object") from error


def _text(name: str, value: bytes) -> str:
    if value == b"null":
        raise invalid(f"Param {name} must not be null")
    return msgspec.json.decode(value, type=str) if value.startswith(b'"') else value.decode()
