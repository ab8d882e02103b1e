"""Files on their way in, before an audience is made of them (TikTok API for Business docs, v1.3,
"Upload an audience file").
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import Message
from email.parser import BytesHeaderParser
from hashlib import md5, sha256
from typing import Annotated, Final

import msgspec

from ..world import AccountPlan, World
from .accounts import writable
from .cast import PLATFORM
from .digests import FORMS
from .envelope import Data
from .member_files import MULTIPLE, people_in
from .parameters import Asked, Id
from .refusals import (
    CALCULATE_TYPE_ERROR,
    FILE_EXPIRED,
    FILE_TOO_LARGE,
    FILE_TYPE_ERROR,
    NO_SUCH_FILE,
    SIGNATURE_ERROR,
    Refusal,
    parameter,
)

_LARGEST: Final = 250 * 1024 * 1024
_LIFE: Final = timedelta(days=7)
"""That files expire is documented; how long they are kept is not, and this is taken for it."""

_TYPES = (FORMS.keys() - {"MAID"}) | {MULTIPLE}
# The documentation calls the name of the file `name`, TikTok's own client `file_name`.
_FIELDS = frozenset({"advertiser_id", "file", "file_signature", "calculate_type", "name", "file_name", "context_info"})
_NEEDED = ("advertiser_id", "file", "file_signature", "calculate_type")
_NOTE: Final = "file"

FilePaths = Annotated[
    tuple[Annotated[str, msgspec.Meta(min_length=16, max_length=16)], ...], msgspec.Meta(min_length=1, max_length=500)
]


class _Form(msgspec.Struct, frozen=True):
    """The parts that matter; a file's name only by its ending."""

    advertiser_id: Id
    calculate_type: str
    file_signature: str


class _Kept(msgspec.Struct, frozen=True):
    advertiser: str
    calculate_type: str
    at: datetime


@dataclass(frozen=True, slots=True)
class _Part:
    content: bytes
    file_name: str


def upload(world: World, asked: Asked, *, largest: int = _LARGEST) -> Data:
    """Keep a file under a path of 16 characters that only its advertiser can use. `largest` is in bytes."""
    parts = _parts(asked)
    form = _form(parts)
    plan = writable(world, form.advertiser_id)
    content = _checked(parts["file"], form, largest)
    number = world.people.new_number(0)
    path = sha256(f"{world.seed}/{plan.id}/{number}".encode()).hexdigest()[:16]
    kept = _Kept(plan.id, form.calculate_type, world.clock())
    with world.memory.writing():
        world.people.put(PLATFORM, path, "", people_in(content, form.calculate_type))
        world.people.note(PLATFORM, _NOTE, path, msgspec.json.encode(kept).decode())
    return {"file_path": path}


def check_files(world: World, plan: AccountPlan, paths: Sequence[str], calculate_type: str) -> None:
    """Refuse files that are not this advertiser's, are too old, or are not of `calculate_type`."""
    for path in paths:
        note = world.people.noted(PLATFORM, _NOTE, path)
        kept = msgspec.json.decode(note, type=_Kept) if note else None
        if kept is None or kept.advertiser != plan.id:
            raise Refusal(NO_SUCH_FILE, f"The file {path} doesn't exist.")
        if world.clock() - kept.at > _LIFE:
            raise Refusal(FILE_EXPIRED, f"The file {path} has expired.")
        if kept.calculate_type != calculate_type:
            raise Refusal(CALCULATE_TYPE_ERROR, f"The file {path} is not of the calculate_type {calculate_type}.")


def _form(parts: Mapping[str, _Part]) -> _Form:
    for name in parts:
        if name not in _FIELDS:
            raise parameter(name, "Unknown field.")
    for name in _NEEDED:
        if name not in parts:
            raise parameter(name, "Missing data for required field.")
    try:
        given = {name: parts[name].content.decode() for name in _Form.__struct_fields__}
        return msgspec.convert(given, _Form)
    except (UnicodeError, msgspec.ValidationError):
        raise parameter("advertiser_id", "Not a valid id.") from None  # its cause would tell what came


def _checked(file: _Part, form: _Form, largest: int) -> bytes:
    """The content of a file that keeps every rule but those for its lines."""
    if form.calculate_type not in _TYPES:
        raise Refusal(CALCULATE_TYPE_ERROR, f"calculate_type: Must be one of {', '.join(sorted(_TYPES))}.")
    if not file.file_name.endswith((".csv", ".txt")):
        raise Refusal(FILE_TYPE_ERROR, "The name of the file must end in exactly .csv or .txt.")
    if len(file.content) > largest:
        raise Refusal(FILE_TOO_LARGE, f"The file is larger than {largest} bytes.")
    if md5(file.content, usedforsecurity=False).hexdigest() != form.file_signature.lower():
        raise Refusal(SIGNATURE_ERROR, "file_signature: It is not the MD5 of the file.")
    return file.content


def _parts(asked: Asked) -> Mapping[str, _Part]:
    """The parts of a form by their names (RFC 7578)."""
    boundary = _headers(f"Content-Type: {asked.content_type}".encode()).get_boundary()
    if not asked.content_type.lower().startswith("multipart/form-data") or not boundary:
        raise parameter("Content-Type", "Must be multipart/form-data.")
    for name, _ in asked.query:
        raise parameter(name, "Must be a part of the form, not in the query.")
    parts: dict[str, _Part] = {}
    border = f"\r\n--{boundary}".encode()
    start = len(border) - 2 if asked.body.startswith(border[2:]) else -1
    while start >= 0 and not asked.body.startswith(b"--", start):
        end, content = asked.body.find(border, start), asked.body.find(b"\r\n\r\n", start)
        if not 0 <= content < end:
            raise parameter("body", "Not a whole form.")
        headers = _headers(asked.body[start:content].lstrip())
        name = str(headers.get_param("name", "", "content-disposition"))
        if name in parts:
            raise parameter(name, "The parameter may be given only once.")
        parts[name] = _Part(asked.body[content + 4 : end], headers.get_filename() or "")
        start = end + len(border)
    return parts


def _headers(text: bytes) -> Message:
    return BytesHeaderParser().parsebytes(text)
