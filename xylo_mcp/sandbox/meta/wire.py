"""JSON as Meta writes it: ASCII only, with escaped slashes."""

import json
from typing import TypeAlias

Json: TypeAlias = str | int | float | bool | list["Json"] | dict[str, "Json"]


def encoded(body: Json) -> bytes:
    """`body` as it goes over the wire."""
    return json.dumps(body, separators=(",", ":")).replace("/", "\\/").encode("ascii")
