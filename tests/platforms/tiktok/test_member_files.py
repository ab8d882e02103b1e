"""The files of members, as TikTok documents them (API for Business docs, v1.3, "Upload an audience file", 2026)."""

import hashlib

import pytest

from xylo_mcp.ads.errors import Garbled, Invalid
from xylo_mcp.platforms.tiktok import member_files

EMAIL, PHONE = "e2" * 32, "86" * 32
MOBILE = "0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9"


def test_a_file_has_a_header_and_rows_of_as_many_fields() -> None:
    rows = [(EMAIL, PHONE, MOBILE), (EMAIL, "", ""), ("", "", MOBILE)]

    assert member_files.content(rows).decode() == (
        f"email_SHA256,phone_SHA256,MAID\n{EMAIL},{PHONE},{MOBILE}\n{EMAIL},,\n,,{MOBILE}\n"
    )


def test_the_signature_is_the_md5_of_the_file() -> None:
    assert member_files.signature(b"abc") == hashlib.md5(b"abc", usedforsecurity=False).hexdigest()


@pytest.mark.parametrize(
    "row",
    [
        (EMAIL, PHONE, "a,b"),
        (EMAIL, "a\nb", ""),
        ('"', "", ""),
        (EMAIL, "\r", ""),
        (EMAIL, PHONE),
        (EMAIL, PHONE, "", ""),
    ],
)
def test_a_value_that_would_break_its_row_is_refused_unseen(row: tuple[str, ...]) -> None:
    with pytest.raises(Invalid) as raised:
        member_files.content([(EMAIL, PHONE, MOBILE), row])
    assert not any(value and value in repr(raised.value.args) for value in (EMAIL, PHONE, "a,b"))


def test_rows_that_only_together_have_the_right_number_of_fields_are_refused() -> None:
    with pytest.raises(Invalid):
        member_files.content([(EMAIL, PHONE, "", ""), (EMAIL, PHONE)])


def test_a_note_holds_the_files_in_their_order() -> None:
    note = ""
    for path in ("0a1b2c3d4e5f6071", "0a1b2c3d4e5f6072", "0a1b2c3d4e5f6073"):
        note = member_files.noted(note, path)

    assert note == "0a1b2c3d4e5f6071,0a1b2c3d4e5f6072,0a1b2c3d4e5f6073"
    assert member_files.paths(note) == ["0a1b2c3d4e5f6071", "0a1b2c3d4e5f6072", "0a1b2c3d4e5f6073"]
    assert member_files.paths("") == ()


@pytest.mark.parametrize("path", ["", "0a1b2c3d4e5f607", "0a1b2c3d4e5f60712", "0a1b2c3d4e5f607,", "0a1b2c3d 4e5f607"])
def test_a_file_path_that_the_note_could_not_hold_is_no_answer(path: str) -> None:
    with pytest.raises(Garbled):
        member_files.file_path(b'{"code":0,"data":{"file_path":"%b"}}' % path.encode())
