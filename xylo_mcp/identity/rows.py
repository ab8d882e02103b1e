"""Lists of people, read in chunks from what a caller gives or from a file."""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import PurePosixPath
from typing import TypeAlias

import msgspec

from ..ads.errors import Invalid
from ..ads.people import Known, Reason
from .columns import TAKEN, Columns, column_of
from .files import OBJECTS, PeopleFile
from .knowing import home_of, known

CHUNK = 5_000
"""Rows that are handed over at once."""

Person: TypeAlias = tuple[int, Known, tuple[Reason, ...]]
"""A row's number, from 1 below the header; what is known of its person; why something in it cannot be used."""

_DELIMITERS = (",", ";", "\t")
_UNREADABLE: tuple[Known, tuple[Reason, ...]] = (Known(), ("row_invalid",))
_OBJECT = msgspec.json.Decoder(dict[str, object])


class People:
    """A list of people, to be gone through once. It holds nobody: rows pass through, a chunk at a time."""

    def __init__(self, rows: Iterable[Person], columns: Columns) -> None:
        self._rows = iter(rows)
        self._columns = columns

    def __iter__(self) -> Iterator[Sequence[Person]]:
        while chunk := list(islice(self._rows, CHUNK)):
            yield chunk

    @property
    def unknown_columns(self) -> int:
        """How many different columns were met that are not taken; whole once all has been read."""
        return self._columns.unknown


def from_values(people: Sequence[Mapping[str, object]], default_country: str = "") -> People:
    """The people that a caller gives, one mapping each; its names are read as those of columns are.

    Raises:
        Invalid: there is no such default country.
    """
    columns = Columns()
    home = home_of(default_country)
    return People(
        ((number, *known(_by_column(person, columns), home)) for number, person in enumerate(people, 1)), columns
    )


def from_file(file: PeopleFile, default_country: str = "") -> People:
    """The people in a file: CSV whose first line names its columns, or one JSON object a line.

    Going through them may raise what `PeopleFile.lines` does.

    Raises:
        Invalid: there is no such default country, or the first line names no column that is taken.
    """
    home = home_of(default_country)
    if PurePosixPath(file.name).suffix.lower() in OBJECTS:
        columns = Columns()
        return People(_from_objects(file, home, columns), columns)
    return _table(file, home)


def _from_objects(file: PeopleFile, home: str, columns: Columns) -> Iterator[Person]:
    for number, line in enumerate(file.lines(), 1):
        if not line.isspace():
            person = _object(line)
            yield (number, *(_UNREADABLE if person is None else known(_by_column(person, columns), home)))


def _object(line: str) -> Mapping[str, object] | None:
    try:
        return _OBJECT.decode(line)
    except (msgspec.DecodeError, RecursionError):
        return None


def _by_column(person: Mapping[str, object], columns: Columns) -> Mapping[str, object]:
    """What was given of one person, by what it is; of several values for the same, the first that is there."""
    given: dict[str, object] = {}
    for name, value in person.items():
        if (column := columns.of(name)) and given.get(column) in (None, ""):
            given[column] = value
    return given


def _table(file: PeopleFile, home: str) -> People:
    lines = file.lines()
    header, delimiter = _header(next(lines, ""))
    columns = Columns()
    # Backwards: of several columns for the same, the first that has something in it is the last to be written.
    taken = [(place, column) for place, name in reversed(list(enumerate(header))) if (column := columns.of(name))]
    if not taken:
        raise Invalid("The first line of the file names no column that is taken.", f"Name its columns there: {TAKEN}.")
    return People(_from_table(_records(lines, delimiter), len(header), taken, home), columns)


def _from_table(
    records: Iterable[tuple[int, Sequence[str] | None]], width: int, taken: Sequence[tuple[int, str]], home: str
) -> Iterator[Person]:
    for number, cells in records:
        if cells is None or len(cells) not in (0, width):  # a cell too many or too few: which is which, nobody knows
            yield (number, *_UNREADABLE)
        elif cells:
            yield (number, *known({column: cells[place] for place, column in taken if cells[place]}, home))


def _records(lines: Iterable[str], delimiter: str) -> Iterator[tuple[int, Sequence[str] | None]]:
    """Numbered records, empty for a blank line; `None` for every line of what is no record."""
    reading = csv.reader(lines, delimiter=delimiter, skipinitialspace=True, strict=True)
    number = line = 0
    while True:
        try:
            cells = next(reading)
        except StopIteration:
            return
        except csv.Error:  # a stray quote: a quoted cell may have gone over many lines before it was noticed
            for _ in range(line, reading.line_num):
                number += 1
                yield number, None
        else:
            number += 1
            yield number, cells
        line = reading.line_num


def _header(line: str) -> tuple[Sequence[str], str]:
    """The names of the columns, and what stands between them: what finds most that we take."""
    found = [(_cells(line, delimiter), delimiter) for delimiter in _DELIMITERS]
    return max(found, key=lambda header: (sum(map(bool, map(column_of, header[0]))), len(header[0])))


def _cells(line: str, delimiter: str) -> Sequence[str]:
    try:
        return next(csv.reader([line], delimiter=delimiter, skipinitialspace=True, strict=True), ())
    except csv.Error:
        return ()
