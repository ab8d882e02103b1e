"""Seals and their keys."""

import os
import stat
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier
from typing import Protocol

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xylo_mcp.seal import LIFE, Seals, Unsealed, keys_of
from xylo_mcp.settings import Unset

OLD, NEW = b"o" * 32, b"n" * 32
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
unreadable = pytest.mark.skipif(os.name != "posix", reason="elsewhere the folder says who may read")


class Clock(Protocol):
    now: datetime

    def __call__(self) -> datetime: ...


def noon() -> datetime:
    return datetime(2026, 3, 18, 12, tzinfo=UTC)


@given(st.text('aZ0_ "\n\0é💶'), st.binary(max_size=40))
def test_a_seal_gives_back_its_text_and_needs_no_quoting(text: str, bound_to: bytes) -> None:
    sealed = Seals([OLD], noon).seal(text, bound_to)

    assert Seals([OLD], noon).open(sealed, bound_to) == text
    assert set(sealed) <= set(LETTERS)


def test_no_two_seals_are_alike_and_none_shows_its_text() -> None:
    seals = Seals([OLD], noon)

    sealed = {seals.seal("operation_1", b"call") for _ in range(100)}

    assert len(sealed) == 100
    assert {seals.open(one, b"call") for one in sealed} == {"operation_1"}
    assert not [one for one in sealed if "b3BlcmF0aW9u" in one or "operation" in one]


def test_a_seal_changed_in_any_letter_or_cut_or_lengthened_does_not_open() -> None:
    seals = Seals([OLD], noon)
    sealed = seals.seal("operation_1", b"call")
    changed = [
        sealed[:place] + letter + sealed[place + 1 :]
        for place in range(len(sealed))
        for letter in {"A", "B", "_", sealed[place].swapcase()} - {sealed[place]}
    ]
    cut = [sealed[:length] for length in range(len(sealed))]
    lengthened = [sealed + more for more in ("A", "AAAA", "=", "==", " ", "\n", "é", "\ud800")]

    opened = [forged for forged in (*changed, *cut, *lengthened) if opens(seals, forged, b"call")]

    assert opened == []


@given(st.binary(max_size=20), st.binary(max_size=20))
def test_a_seal_opens_for_nothing_else_than_it_was_made_for(meant: bytes, other: bytes) -> None:
    seals = Seals([OLD], noon)

    assert opens(seals, seals.seal("operation_1", meant), other) is (meant == other)


def test_a_seal_opens_for_ten_minutes(clock: Clock) -> None:
    seals = Seals([OLD], clock)
    begin = clock.now
    sealed = seals.seal("operation_1", b"call")

    clock.now = begin + LIFE - timedelta(microseconds=1)
    assert seals.open(sealed, b"call") == "operation_1"
    clock.now = begin + LIFE
    assert not opens(seals, sealed, b"call")
    assert timedelta(minutes=10) == LIFE


def test_a_seal_opens_as_often_as_it_comes_back() -> None:
    seals = Seals([OLD], noon)
    sealed = seals.seal("operation_1", b"call")

    assert [seals.open(sealed, b"call") for _ in range(3)] == ["operation_1"] * 3


@pytest.mark.parametrize(
    ("minted", "read", "opened"),
    [
        pytest.param([OLD], [OLD, NEW], True, id="the new key is made known"),
        pytest.param([OLD, NEW], [NEW, OLD], True, id="the new key comes to the front"),
        pytest.param([NEW, OLD], [OLD, NEW], True, id="a server that lags behind"),
        pytest.param([NEW, OLD], [NEW], True, id="the old key is taken away"),
        pytest.param([OLD, NEW], [NEW], False, id="the old key is taken away too early"),
        pytest.param([OLD], [NEW], False, id="a foreign key"),
    ],
)
def test_the_first_key_seals_and_every_key_opens(
    minted: Sequence[bytes], read: Sequence[bytes], *, opened: bool
) -> None:
    sealed = Seals(minted, noon).seal("operation_1", b"call")

    assert opens(Seals(read, noon), sealed, b"call") is opened


def test_keys_that_are_set_are_taken_and_no_file_is_made(tmp_path: Path) -> None:
    keys = keys_of(f" {OLD.hex()},\n{NEW.hex().upper()} ", tmp_path / "seal.key", "XYLO_SEAL_KEY")

    assert keys == [OLD, NEW]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("given", [" ", "secret", OLD.hex()[:-1], OLD.hex() + "00", f"{OLD.hex()}, xy", "é" * 64])
def test_a_key_that_is_none_is_refused_and_not_repeated(tmp_path: Path, given: str) -> None:
    with pytest.raises(Unset) as refused:
        keys_of(given, tmp_path / "seal.key", "XYLO_SEAL_KEY")

    assert str(refused.value) == (
        "XYLO_SEAL_KEY must hold 64 hexadecimal digits; or several such keys with commas between: the first seals."
    )


def test_a_key_is_made_once_and_kept_for_nobody_else(tmp_path: Path) -> None:
    file = tmp_path / "state" / "seal.key"

    made = keys_of("", file, "XYLO_SEAL_KEY")
    found = keys_of("", file, "XYLO_SEAL_KEY")

    assert made == found
    assert [len(key) for key in made] == [32]
    assert list(file.parent.iterdir()) == [file]


@unreadable
def test_the_file_and_its_folder_are_closed_to_others(tmp_path: Path) -> None:
    file = tmp_path / "state" / "seal.key"

    keys_of("", file, "XYLO_SEAL_KEY")

    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


def test_no_two_places_get_the_same_key(tmp_path: Path) -> None:
    keys = [keys_of("", tmp_path / str(number) / "seal.key", "XYLO_SEAL_KEY")[0] for number in range(5)]

    assert len(set(keys)) == 5


def test_of_many_that_make_the_file_at_once_all_get_the_first_ones_key(tmp_path: Path) -> None:
    file = tmp_path / "seal.key"
    together = Barrier(8)

    def start(_: int) -> Sequence[bytes]:
        together.wait()
        return keys_of("", file, "XYLO_SEAL_KEY")

    with ThreadPoolExecutor(8) as pool:
        keys = list(pool.map(start, range(8)))

    assert keys == [keys_of("", file, "XYLO_SEAL_KEY")] * 8
    assert list(tmp_path.iterdir()) == [file]


def test_a_file_may_hold_several_keys(tmp_path: Path) -> None:
    file = tmp_path / "seal.key"
    keys_of("", file, "XYLO_SEAL_KEY")
    file.write_text(f"{NEW.hex()}\n{OLD.hex()}\n")

    assert keys_of("", file, "XYLO_SEAL_KEY") == [NEW, OLD]


@unreadable
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o602, 0o610, 0o644])
def test_a_file_that_others_can_open_is_refused(tmp_path: Path, mode: int) -> None:
    file = tmp_path / "seal.key"
    keys_of("", file, "XYLO_SEAL_KEY")
    file.chmod(mode)

    with pytest.raises(Unset) as refused:
        keys_of("", file, "XYLO_SEAL_KEY")

    assert str(refused.value) == (
        f"{file} must belong to this server's user, and be closed to all others: chmod 600 {file}"
    )


@unreadable
@pytest.mark.skipif(os.name == "posix" and os.geteuid() != 0, reason="only root can give a file away")
def test_another_users_file_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "seal.key"
    keys_of("", file, "XYLO_SEAL_KEY")
    os.chown(file, 12345, -1)

    with pytest.raises(Unset, match="must belong to this server's user"):
        keys_of("", file, "XYLO_SEAL_KEY")


@unreadable
def test_a_link_in_the_files_place_is_not_followed(tmp_path: Path) -> None:
    elsewhere, file = tmp_path / "elsewhere.key", tmp_path / "seal.key"
    keys_of("", elsewhere, "XYLO_SEAL_KEY")
    file.symlink_to(elsewhere)

    with pytest.raises(Unset, match="cannot be read or made"):
        keys_of("", file, "XYLO_SEAL_KEY")


@pytest.mark.parametrize("content", [b"", b"\n", b"half a key", OLD])
def test_a_file_without_a_key_is_refused_and_stays(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "seal.key"
    keys_of("", file, "XYLO_SEAL_KEY")
    file.write_bytes(content)

    with pytest.raises(Unset) as refused:
        keys_of("", file, "XYLO_SEAL_KEY")

    assert str(refused.value) == (
        f"{file} must hold 64 hexadecimal digits; or several such keys with commas between: the first seals."
    )
    assert file.read_bytes() == content


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "seal.key"
    keys_of("", file, "XYLO_SEAL_KEY")
    file.write_bytes(b"\xff" * 32)

    with pytest.raises(Unset, match="cannot be read or made"):
        keys_of("", file, "XYLO_SEAL_KEY")


def test_a_place_where_no_file_can_be_made_is_refused_with_the_way_out(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file")
    file = tmp_path / "state" / "seal.key"

    with pytest.raises(Unset) as refused:
        keys_of("", file, "XYLO_SEAL_KEY")

    assert str(refused.value) == f"{file} cannot be read or made; set XYLO_SEAL_KEY to 64 hexadecimal digits instead."


def opens(seals: Seals, sealed: str, bound_to: bytes) -> bool:
    try:
        seals.open(sealed, bound_to)
    except Unsealed:
        return False
    return True
