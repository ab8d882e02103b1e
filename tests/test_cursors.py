from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Protocol

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xylo_mcp.ads.errors import InvalidCursor
from xylo_mcp.cursors import Cursors

HOUR = timedelta(hours=1)


class Clock(Protocol):
    now: datetime

    def __call__(self) -> datetime: ...


@pytest.fixture
def cursors(clock: Clock) -> Cursors[Sequence[int]]:
    return Cursors(clock)


def test_what_was_kept_is_found_by_whoever_asked_as_often_as_they_like(cursors: Cursors[Sequence[int]]) -> None:
    handle = cursors.keep((4, 5), "anna/list")

    assert [cursors.find(handle, "anna/list") for _ in range(3)] == [(4, 5)] * 3


def test_a_handle_has_12_characters_that_need_no_quoting_and_none_comes_twice(cursors: Cursors[Sequence[int]]) -> None:
    handles = [cursors.keep((1,), "anna/list") for _ in range(150)]

    assert len(set(handles)) == 150
    assert all(len(handle) == 12 and handle.replace("-", "").replace("_", "").isalnum() for handle in handles)
    assert all(handle.isascii() for handle in handles)


@pytest.mark.parametrize("asked", ["ben/list", "anna/other", "anna/list ", ""])
def test_another_caller_or_question_finds_nothing(cursors: Cursors[Sequence[int]], asked: str) -> None:
    handle = cursors.keep((4, 5), "anna/list")

    with pytest.raises(InvalidCursor):
        cursors.find(handle, asked)


@pytest.mark.parametrize("handle", ["", "made-up", "AAAAAAAAAAAA"])
def test_a_made_up_handle_is_refused_with_the_way_out(cursors: Cursors[Sequence[int]], handle: str) -> None:
    cursors.keep((4, 5), "anna/list")

    with pytest.raises(InvalidCursor) as refused:
        cursors.find(handle, "anna/list")

    assert refused.value.message == "This cursor is unknown, expired, or belongs to another question."
    assert refused.value.fix == "Start again without a cursor, with the same arguments."


def test_a_wrong_handle_and_a_wrong_question_look_the_same(cursors: Cursors[Sequence[int]]) -> None:
    handle = cursors.keep((4, 5), "anna/list")

    with pytest.raises(InvalidCursor) as unknown:
        cursors.find("AAAAAAAAAAAA", "ben/list")
    with pytest.raises(InvalidCursor) as someone_elses:
        cursors.find(handle, "ben/list")

    assert str(unknown.value) == str(someone_elses.value)
    assert unknown.value.fix == someone_elses.value.fix


def test_a_cursor_lives_an_hour(clock: Clock, cursors: Cursors[Sequence[int]]) -> None:
    begin = clock.now
    handle = cursors.keep((4, 5), "anna/list")

    clock.now = begin + HOUR - timedelta(microseconds=1)
    assert cursors.find(handle, "anna/list") == (4, 5)
    clock.now = begin + HOUR
    with pytest.raises(InvalidCursor):
        cursors.find(handle, "anna/list")


def test_the_50_youngest_are_kept(cursors: Cursors[Sequence[int]]) -> None:
    handles = [cursors.keep((number,), "anna/list") for number in range(51)]

    with pytest.raises(InvalidCursor):
        cursors.find(handles[0], "anna/list")
    assert [cursors.find(handle, "anna/list") for handle in handles[1:]] == [(number,) for number in range(1, 51)]


def test_what_has_expired_makes_room_and_the_rest_stays(clock: Clock, cursors: Cursors[Sequence[int]]) -> None:
    for number in range(30):
        cursors.keep((number,), "anna/list")
    clock.now += HOUR / 2
    later = cursors.keep((30,), "anna/list")
    clock.now += HOUR / 2

    last = cursors.keep((31,), "anna/list")

    assert [cursors.find(handle, "anna/list") for handle in (later, last)] == [(30,), (31,)]


@given(st.lists(st.tuples(st.integers(), st.sampled_from(["a", "b", "c"])), max_size=30))
def test_each_handle_leads_to_its_own_rest_and_no_other(kept: list[tuple[int, str]]) -> None:
    cursors = Cursors[Sequence[int]](lambda: datetime(2026, 3, 18, tzinfo=UTC))

    handles = [(cursors.keep((rest,), asked), rest, asked) for rest, asked in kept]

    assert [cursors.find(handle, asked) for handle, _, asked in handles] == [(rest,) for _, rest, _ in handles]
