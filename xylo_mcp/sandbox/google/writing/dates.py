"""When a campaign starts and ends: whole days of the customer's own time zone.

Google Ads API docs, "Campaign", "DateError", "DateRangeError" and "CampaignError" (v26, read Nov 2026). Two
categories have the codes for past dates and started campaigns: that campaigns answer with theirs is inferred, as is
the last day there can be.
"""

import re
from datetime import date, datetime
from typing import Final

from ..failures import Refusal, wrong
from .operations import Operation

START: Final = "startDateTime"
END: Final = "endDateTime"
_FORMAT: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}")
_LAST: Final = date(2037, 12, 30)


def start_in(operation: Operation, today: date) -> date:
    """The day on which a campaign is to start."""
    day, time = _parts(operation, START)
    if time != "00:00:00":
        code = "DATE_RANGE_ERROR_START_TIME_MUST_BE_THE_START_OF_A_DAY"
        raise _refused(operation, START, "dateError", code, "The start must be the start of a day.")
    if day < today:
        raise _refused(operation, START, "campaignError", "CANNOT_SET_DATE_TO_PAST", "The start is in the past.")
    return day


def end_in(operation: Operation, today: date) -> date:
    """The last day of a campaign."""
    day, time = _parts(operation, END)
    if time != "23:59:59":
        code = "DATE_RANGE_ERROR_END_TIME_MUST_BE_THE_END_OF_A_DAY"
        raise _refused(operation, END, "dateError", code, "The end must be the end of a day.")
    if day < today:
        raise _refused(operation, END, "campaignError", "CANNOT_SET_DATE_TO_PAST", "The end is in the past.")
    if day > _LAST:
        code = "AFTER_MAXIMUM_ALLOWABLE_DATE"
        raise _refused(operation, END, "dateRangeError", code, "The end is too far in the future.")
    return day


def new_start(operation: Operation, current: date, today: date) -> date:
    """The start to which a campaign is moved; one that has started stays."""
    if operation.text(START) == f"{current} 00:00:00":
        return current
    if current <= today:
        code = "CANNOT_MODIFY_START_DATE_IF_ALREADY_STARTED"
        raise _refused(operation, START, "campaignError", code, "The campaign has started.")
    return start_in(operation, today)


def check_order(operation: Operation, start: date, end: date | None) -> None:
    """A campaign ends after it starts."""
    if end is not None and end < start:
        path = END if END in operation.values else START
        code = "START_DATE_AFTER_END_DATE"
        raise _refused(operation, path, "dateRangeError", code, "The start is after the end.")


def _parts(operation: Operation, path: str) -> tuple[date, str]:
    text = operation.text(path)
    if not _FORMAT.fullmatch(text):
        code = "INVALID_STRING_DATE_TIME_SECONDS"
        raise _refused(operation, path, "dateError", code, "The date's format is yyyy-MM-dd HH:mm:ss.")
    try:
        moment = datetime.strptime(text, "%Y-%m-%d %H:%M:%S")  # noqa: DTZ007  # the customer's local time has no zone
    except ValueError as invalid:
        code = "INVALID_FIELD_VALUES_IN_DATE_TIME"
        raise _refused(operation, path, "dateError", code, "There is no such date.") from invalid
    return moment.date(), text[-8:]


def _refused(operation: Operation, path: str, category: str, code: str, message: str) -> Refusal:
    return wrong(operation.at(path), category, code, message, trigger=operation.text(path))
