import calendar
from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from xylo_mcp.ads.dates import PRESETS, DatePreset, Span, local_day, resolve

DAY = timedelta(days=1)
DAYS = st.dates(date(2000, 1, 1), date(2099, 12, 31))
ZONES = st.sampled_from(sorted(available_timezones()))
MOMENTS = st.datetimes(datetime(2000, 1, 1), datetime(2099, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001  # hypothesis adds the zone


@st.composite
def spans(draw: st.DrawFn) -> Span:
    since = draw(DAYS)
    return Span(since, since + draw(st.integers(0, 800)) * DAY)


def every_day(span: Span) -> list[date]:
    return [span.since + number * DAY for number in range((span.until - span.since).days + 1)]


@given(spans())
def test_both_ends_of_a_span_belong_to_it(span: Span) -> None:
    assert span.days == len(every_day(span))
    assert Span(span.since, span.since).days == 1


@given(spans())
def test_the_span_before_is_equally_long_and_ends_the_day_before(span: Span) -> None:
    before = span.before()

    assert before.days == span.days
    assert before.until + DAY == span.since


@given(spans(), st.integers(1, 400))
def test_a_span_cut_into_pieces_has_no_gap_and_no_double(span: Span, days: int) -> None:
    pieces = list(span.pieces(days))

    assert [day for piece in pieces for day in every_day(piece)] == every_day(span)
    assert all(1 <= piece.days <= days for piece in pieces)
    assert all(piece.days == days for piece in pieces[:-1])


def test_spans_are_ordered_by_their_beginning() -> None:
    march, april = Span(date(2026, 3, 1), date(2026, 3, 31)), Span(date(2026, 4, 1), date(2026, 4, 2))

    assert sorted([april, march]) == [march, april]


@pytest.mark.parametrize(
    ("preset", "since", "until"),
    [
        ("today", date(2026, 3, 18), date(2026, 3, 18)),
        ("yesterday", date(2026, 3, 17), date(2026, 3, 17)),
        ("last_7d", date(2026, 3, 11), date(2026, 3, 17)),
        ("last_14d", date(2026, 3, 4), date(2026, 3, 17)),
        ("last_30d", date(2026, 2, 16), date(2026, 3, 17)),
        ("last_90d", date(2025, 12, 18), date(2026, 3, 17)),
        ("this_month", date(2026, 3, 1), date(2026, 3, 18)),
        ("last_month", date(2026, 2, 1), date(2026, 2, 28)),
    ],
)
def test_a_preset_means_the_days_that_platforms_mean_by_it(preset: DatePreset, since: date, until: date) -> None:
    assert resolve(preset, date(2026, 3, 18)) == Span(since, until)


@given(DAYS, st.sampled_from(PRESETS))
def test_a_preset_is_never_empty_and_never_in_the_future(today: date, preset: DatePreset) -> None:
    span = resolve(preset, today)

    assert 1 <= span.days <= 90
    assert span.until <= today


@given(DAYS)
@example(date(2028, 3, 1))
@example(date(2027, 3, 31))
@example(date(2026, 1, 1))
def test_the_last_month_is_a_whole_one_and_ends_where_this_one_begins(today: date) -> None:
    last, this = resolve("last_month", today), resolve("this_month", today)

    assert last.since.day == 1
    assert last.days == calendar.monthrange(last.since.year, last.since.month)[1]
    assert last.until + DAY == this.since
    assert this == Span(today.replace(day=1), today)


@pytest.mark.parametrize(
    ("preset", "days"), [("yesterday", 1), ("last_7d", 7), ("last_14d", 14), ("last_30d", 30), ("last_90d", 90)]
)
@given(today=DAYS)
def test_the_last_days_are_so_many_and_end_yesterday(preset: DatePreset, days: int, today: date) -> None:
    span = resolve(preset, today)

    assert (span.days, span.until) == (days, today - DAY)


@pytest.mark.parametrize(
    ("moment", "time_zone", "day"),
    [
        (datetime(2026, 12, 31, 9, 59, 59, tzinfo=UTC), "Pacific/Kiritimati", date(2026, 12, 31)),  # +14:00
        (datetime(2026, 12, 31, 10, 0, tzinfo=UTC), "Pacific/Kiritimati", date(2027, 1, 1)),
        (datetime(2026, 1, 1, 11, 59, 59, tzinfo=UTC), "Etc/GMT+12", date(2025, 12, 31)),  # -12:00
        (datetime(2026, 1, 1, 12, 0, tzinfo=UTC), "Etc/GMT+12", date(2026, 1, 1)),
        (datetime(2026, 3, 18, 18, 14, 59, tzinfo=UTC), "Asia/Kathmandu", date(2026, 3, 18)),  # +05:45
        (datetime(2026, 3, 18, 18, 15, tzinfo=UTC), "Asia/Kathmandu", date(2026, 3, 19)),
        # In New York the clocks go forward on 8 March: the day has 23 hours, 05:00 to 04:00 UTC.
        (datetime(2026, 3, 8, 4, 59, tzinfo=UTC), "America/New_York", date(2026, 3, 7)),
        (datetime(2026, 3, 8, 5, 0, tzinfo=UTC), "America/New_York", date(2026, 3, 8)),
        (datetime(2026, 3, 9, 3, 59, tzinfo=UTC), "America/New_York", date(2026, 3, 8)),
        (datetime(2026, 3, 9, 4, 0, tzinfo=UTC), "America/New_York", date(2026, 3, 9)),
        # In Santiago midnight itself is skipped on 6 September: the day begins at 01:00.
        (datetime(2026, 9, 6, 3, 59, tzinfo=UTC), "America/Santiago", date(2026, 9, 5)),
        (datetime(2026, 9, 6, 4, 0, tzinfo=UTC), "America/Santiago", date(2026, 9, 6)),
        # Samoa had no 30 December 2011.
        (datetime(2011, 12, 30, 9, 59, tzinfo=UTC), "Pacific/Apia", date(2011, 12, 29)),
        (datetime(2011, 12, 30, 10, 0, tzinfo=UTC), "Pacific/Apia", date(2011, 12, 31)),
    ],
)
def test_a_moment_belongs_to_the_day_that_the_calendar_shows_there(moment: datetime, time_zone: str, day: date) -> None:
    assert local_day(moment, time_zone) == day


@given(MOMENTS, ZONES, st.integers(-14 * 60, 14 * 60))
def test_the_day_depends_on_the_moment_and_not_on_how_it_is_written(moment: datetime, zone: str, minutes: int) -> None:
    elsewhere = moment.astimezone(timezone(timedelta(minutes=minutes)))

    assert local_day(elsewhere, zone) == local_day(moment, zone) == moment.astimezone(ZoneInfo(zone)).date()


@given(MOMENTS, ZONES, st.timedeltas(timedelta(0), timedelta(days=3)))
def test_a_later_moment_is_never_on_an_earlier_day(moment: datetime, zone: str, later: timedelta) -> None:
    assert local_day(moment, zone) <= local_day(moment + later, zone)
