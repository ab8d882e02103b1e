"""The people of the sandbox: what was received is what is told."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from xylo_mcp.sandbox.memory import Memory
from xylo_mcp.sandbox.people import Audience, Event, People

AT = datetime(2026, 3, 18, 12, tzinfo=UTC)
BUYERS = Audience("meta", "1", "77", "Buyers", "list", AT, AT, {"source": "USER_PROVIDED_ONLY"})
PURCHASE = Event("meta", "pixel", "Purchase", "order-1", AT, AT, "9.90", "EUR", {"em": "ab" * 32})


@pytest.fixture
def people() -> People:
    return People(Memory())


def test_who_is_added_twice_is_in_once_and_it_is_told_how_often(people: People) -> None:
    people.keep(BUYERS)
    people.tell(BUYERS, "add", ["a", "b"])
    people.tell(BUYERS, "add", ["b", "c"])
    people.tell(BUYERS, "remove", ["a", "z"])

    assert list(people.members(BUYERS)) == [("b", 2), ("c", 1)]
    assert people.size(BUYERS) == 2


def test_of_many_people_most_are_known_to_a_platform_and_always_the_same_ones(people: People) -> None:
    people.tell(BUYERS, "add", (str(number) for number in range(1000)))

    assert 750 < people.matched(BUYERS) < 850
    assert people.matched(BUYERS, 100) == 100


def test_audiences_are_kept_changed_and_dropped_with_everybody_in_them(people: People) -> None:
    people.keep(BUYERS)
    people.keep(BUYERS, name="Renamed")
    people.tell(BUYERS, "add", ["a"])
    assert people.audiences("meta", "1") == [replace(BUYERS, name="Renamed")]
    assert people.audience("meta", "77") == replace(BUYERS, name="Renamed")

    people.drop(BUYERS)
    assert (people.audiences("meta", "1"), people.audience("meta", "77"), people.size(BUYERS)) == ([], None, 0)


def test_emptied_audiences_stay(people: People) -> None:
    people.keep(BUYERS)
    people.tell(BUYERS, "add", ["a"])
    people.empty(BUYERS)

    assert (people.size(BUYERS), people.audience("meta", "77")) == (0, BUYERS)


def test_whoever_was_last_added_before_a_moment_goes(people: People) -> None:
    first, second = (datetime(2026, 3, 18, 12, 0, second, tzinfo=UTC) for second in (0, 1))
    people.keep(BUYERS)
    people.tell(BUYERS, "add", ["a", "b"], first)
    people.tell(BUYERS, "add", ["b", "c"], second)

    people.drop_older(BUYERS, second)

    assert [person for person, _ in people.members(BUYERS)] == ["b", "c"]


def test_what_is_no_longer_kept_aside_is_forgotten(people: People) -> None:
    people.put("google", "job-1", "create", (str(number) for number in range(25_000)))
    people.put("google", "job-2", "create", ["z"])
    assert [person for _, person in people.held("google", "job-1")] == [str(number) for number in range(25_000)]

    people.release("google", "job-1")

    assert (list(people.held("google", "job-1")), list(people.held("google", "job-2"))) == ([], [("create", "z")])


def test_all_notes_of_a_kind_come_back_in_order(people: People) -> None:
    people.note("google", "job", "2", "b")
    people.note("google", "job", "1", "a")
    people.note("google", "file", "3", "c")
    people.note("google", "job", "2", "changed")

    assert people.notes("google", "job") == ["changed", "a"]


def test_what_is_kept_aside_comes_back_in_order(people: People) -> None:
    people.put("google", "job-1", "create", ["b", "a"])
    people.put("google", "job-1", "remove", ["c"])

    assert list(people.held("google", "job-1")) == [("create", "b"), ("create", "a"), ("remove", "c")]
    assert list(people.held("google", "job-2")) == []

    people.release("google", "job-1")
    assert list(people.held("google", "job-1")) == []


def test_who_is_kept_aside_comes_in_or_goes_at_once(people: People) -> None:
    people.tell(BUYERS, "add", ["a", "z"])
    people.put("meta", "file-1", "", ["b", "a", "b"])
    people.put("meta", "file-2", "", ["c"])
    people.put("meta", "file-3", "", ["d"])
    people.tell_held(BUYERS, "add", ["file-1", "file-2"])
    assert list(people.members(BUYERS)) == [("a", 2), ("b", 2), ("c", 1), ("z", 1)]

    people.tell_held(BUYERS, "remove", ["file-1", "file-3"])
    assert list(people.members(BUYERS)) == [("c", 1), ("z", 1)]


def test_who_is_kept_aside_is_known_to_a_platform_as_if_told_at_once(people: People) -> None:
    several = replace(BUYERS, id="78")
    many = [str(number) for number in range(500)]
    people.put("meta", "file", "", many)
    people.tell(BUYERS, "add", many)
    people.tell_held(several, "add", ["file"])

    assert people.matched(several) == people.matched(BUYERS)


def test_notes_are_overwritten(people: People) -> None:
    assert people.noted("meta", "session", "1") is None
    people.note("meta", "session", "1", "first")
    people.note("meta", "session", "1", "second")

    people.note("meta", "session", "2", "other")

    assert people.noted("meta", "session", "1") == "second"
    assert people.notes("meta", "session") == ["second", "other"]


def test_events_are_told_as_they_came_and_repetitions_are_not_counted(people: People) -> None:
    again = replace(PURCHASE, counted=False)
    elsewhere = replace(PURCHASE, destination="another")
    people.hear([PURCHASE, again, elsewhere])

    assert list(people.events("meta", "pixel")) == [PURCHASE, again]
    assert list(people.events("meta")) == [PURCHASE, again, elsewhere]
    assert people.alike("meta", "pixel", "Purchase", "order-1") == [PURCHASE]


def test_numbers_are_given_once(people: People) -> None:
    assert [people.new_number(100), people.new_number(100), people.new_number(5)] == [101, 102, 8]
