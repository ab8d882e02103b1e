"""The files that members of a customer list come in, line by line (TikTok API for Business docs, v1.3,
"Upload an audience file").
"""

import csv
import io
from collections.abc import Iterator, Sequence
from itertools import chain

from .digests import FORMS
from .refusals import CALCULATE_TYPE_ERROR, FILE_EMPTY, Refusal

MULTIPLE = "MULTIPLE_TYPES"
COLUMNS = ("MAID", "PHONE_SHA256", "EMAIL_SHA256", "MAID_SHA256", "MAID_MD5")
"""What a file of several types may have, in the order in which people are told to the world."""


def people_in(content: bytes, calculate_type: str) -> Iterator[str]:
    """Each line of the file as the world is told it: TYPE=value, with | between several, digests in small letters.

    A file of one type has an identifier on each line and no header; one of several types begins with a header.
    Refusals name lines, never what is on them.
    """
    # Undecodable bytes come through as what no form admits.
    text = io.TextIOWrapper(io.BytesIO(content), "ascii", errors="surrogateescape", newline="")
    lines = enumerate(csv.reader(text), 1)
    try:
        first = next(lines, None)
        if first is None:
            raise Refusal(FILE_EMPTY, "The file is empty.")
        if calculate_type != MULTIPLE:
            yield from _rows((calculate_type,), chain([first], lines))
            return
        columns = _header(first[1])
        second = next(lines, None)
        if second is None:
            raise Refusal(FILE_EMPTY, "The file has no line but its header.")
        yield from _rows(columns, chain([second], lines))
    except csv.Error as wrong:
        raise Refusal(CALCULATE_TYPE_ERROR, "The file is not a table of values with commas between.") from wrong


def _header(names: Sequence[str]) -> Sequence[str]:
    columns = [name.strip().upper() for name in names]
    if len(set(columns)) < len(columns) or not set(columns) <= set(COLUMNS):
        raise Refusal(
            CALCULATE_TYPE_ERROR,
            f"Line 1 must be a header of {MULTIPLE}: each of these at most once: {', '.join(COLUMNS)}.",
        )
    return columns


def _rows(columns: Sequence[str], lines: Iterator[tuple[int, list[str]]]) -> Iterator[str]:
    order = sorted(range(len(columns)), key=lambda at: COLUMNS.index(columns[at]) if len(columns) > 1 else 0)
    forms = [(at, columns[at], FORMS[columns[at]].match) for at in order]
    alone = len(columns) == 1
    for number, values in lines:
        if len(values) != len(columns):
            raise Refusal(CALCULATE_TYPE_ERROR, f"Line {number} must have {len(columns)} fields.")
        told: list[str] = []
        for at, column, matches in forms:
            value = values[at].strip()
            if not value and not alone:
                continue
            if not matches(value):
                raise Refusal(CALCULATE_TYPE_ERROR, f"Line {number} has a value that is no {column}.")
            told.append(f"{column}={value if column == 'MAID' else value.lower()}")
        if not told:
            raise Refusal(CALCULATE_TYPE_ERROR, f"Line {number} is empty.")
        yield "|".join(told)
