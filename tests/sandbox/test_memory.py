import sqlite3
from datetime import date, timedelta
from pathlib import Path

import pytest

from xylo_mcp.sandbox.memory import Memory

TODAY = date(2026, 3, 18)


def test_a_world_keeps_the_day_it_was_made(tmp_path: Path) -> None:
    memory = Memory(tmp_path / "world.sqlite3")
    made = memory.anchor(1, TODAY)
    memory.close()

    again = Memory(tmp_path / "world.sqlite3")
    try:
        assert (made, again.anchor(1, TODAY + timedelta(days=30))) == (TODAY, TODAY)
    finally:
        again.close()


def test_each_seed_has_a_day_of_its_own() -> None:
    memory = Memory()

    assert [memory.anchor(1, TODAY), memory.anchor(2, date(2026, 4, 1)), memory.anchor(1, date(2026, 5, 1))] == [
        TODAY,
        date(2026, 4, 1),
        TODAY,
    ]


def test_the_folder_is_made_where_there_is_none(tmp_path: Path) -> None:
    Memory(tmp_path / "a" / "b" / "world.sqlite3").close()

    assert (tmp_path / "a" / "b" / "world.sqlite3").is_file()


def test_without_a_path_nothing_is_written_and_nothing_is_shared(tmp_path: Path) -> None:
    one, other = Memory(), Memory()
    one.anchor(1, TODAY)

    assert other.anchor(1, date(2027, 1, 1)) == date(2027, 1, 1)
    assert list(tmp_path.iterdir()) == []


def test_what_one_process_writes_another_reads(tmp_path: Path) -> None:
    one, other = Memory(tmp_path / "world.sqlite3"), Memory(tmp_path / "world.sqlite3")
    try:
        with one.writing() as db:
            db.execute("INSERT INTO fault VALUES (7, 'acme', 'html', '', 0, 1, 0.5, 503)")

        assert other.read("SELECT id, seconds FROM fault WHERE platform = ?", "acme") == [(7, 0.5)]
    finally:
        one.close()
        other.close()


def test_what_fails_in_the_middle_is_undone() -> None:
    memory = Memory()

    def stumble() -> None:
        with memory.writing() as db:
            db.execute("INSERT INTO fault VALUES (7, 'acme', 'html', '', 0, 1, 0.5, 503)")
            raise KeyError("defect")

    with pytest.raises(KeyError):
        stumble()

    assert memory.read("SELECT * FROM fault") == []
    with memory.writing() as db:
        db.execute("INSERT INTO fault VALUES (8, 'acme', 'html', '', 0, 1, 0.5, 503)")
    assert memory.read("SELECT id FROM fault") == [(8,)]


def test_what_is_closed_is_let_go(tmp_path: Path) -> None:
    memory = Memory(tmp_path / "world.sqlite3")
    memory.close()

    with pytest.raises(sqlite3.ProgrammingError):
        memory.read("SELECT 1")
