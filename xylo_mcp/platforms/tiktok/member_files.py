"""The files in which TikTok takes the members of a list.

TikTok API for Business docs, v1.3, "Upload an audience file" (of the kind MULTIPLE_TYPES: a header, then rows of as
many fields), 2026.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from typing import Annotated

import msgspec

from ...ads.errors import Invalid
from ...ads.people import Kind, Row
from ..reading import reading
from .people import AUDIENCES
from .shapes import PLATFORM, Answer

SORT = "MULTIPLE_TYPES"
"""How TikTok calls a file with several columns, and a list made of such files."""

MOST_FILES = 500
"""So many files an audience is made of at most (same docs, "Create an audience by file")."""

_COLUMNS: Mapping[Kind, str] = {"email": "email_SHA256", "phone": "phone_SHA256", "mobile_id": "MAID"}
_HEADER = ",".join(_COLUMNS[kind] for kind in AUDIENCES.forms.takes)
_BREAKING = re.compile(r'["\r\\]')


class _Uploaded(msgspec.Struct):
    # 16 characters; which, is not said: none that would break our note.
    file_path: Annotated[str, msgspec.Meta(pattern=r"^[!-+\--~]{16}$")]


def content(rows: Sequence[Row]) -> bytes:
    """The file of `rows`.

    Raises:
        Invalid: a value would break its row apart.
    """
    lines = list(map(",".join, rows))
    text = "\n".join((_HEADER, *lines, ""))
    commas, breaks = len(AUDIENCES.forms.takes) - 1, len(rows) + 1
    whole = text.count("\n") == breaks and not _BREAKING.search(text)
    if not whole or any(line.count(",") != commas for line in lines):
        raise Invalid(
            "A value of a row holds a character that no identifier has.",
            "Correct the list: no identifier has a comma, a quote or a line break.",
            platform=PLATFORM,
        )
    return text.encode()


def signature(file: bytes) -> str:
    """What TikTok compares the file with when it has arrived."""
    return hashlib.md5(file, usedforsecurity=False).hexdigest()


def file_path(answer: bytes) -> str:
    """TikTok's name of the uploaded file."""
    with reading(PLATFORM):
        return msgspec.json.decode(answer, type=Answer[_Uploaded]).data.file_path


def noted(so_far: str, path: str) -> str:
    """The note of how far a handover is, with one file more."""
    return f"{so_far},{path}" if so_far else path


def paths(so_far: str) -> Sequence[str]:
    """The files that a note tells of."""
    return so_far.split(",") if so_far else ()
