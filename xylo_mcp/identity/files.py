"""Files with lists of people: opened within allowed folders, read once and never shown."""

import os
import stat
from collections.abc import Iterator, Sequence
from hashlib import blake2b
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import BinaryIO, NamedTuple, Self

from ..ads.errors import AdsError, Conflict, Invalid, NotFound
from ..ads.text import quoted

LONGEST_LINE = 64 * 1024
"""Bytes that a line may have: more is no list of people."""

TABLES = frozenset({".csv", ".tsv", ".txt"})
OBJECTS = frozenset({".jsonl", ".ndjson"})

_BLOCK = 1024 * 1024
_LONGEST_NAME = 255
# Windows has neither: there, no FIFO waits for its other end, and resolving finds the link.
_FLAGS: int = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


class PeopleFile:
    """A file with people that is open for reading, to be used in `with`.

    Attributes:
        name: as it was asked for, below its folder; of all that is known of the file, this alone may be shown.
        size: bytes.
    """

    def __init__(self, name: str, reading: BinaryIO) -> None:
        found = os.fstat(reading.fileno())
        self.name = name
        self.size = found.st_size
        self._state = _state(found)
        self._reading = reading

    def __repr__(self) -> str:
        return f"PeopleFile({self.name!r})"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        self._reading.close()

    def lines(self) -> Iterator[str]:
        """Its lines with their ends, from the first, without a byte order mark. Raises what `encoded` does."""
        encoding = "utf-8-sig"
        for line in self.encoded():
            yield line.decode(encoding)
            encoding = "utf-8"

    def encoded(self) -> Iterator[bytes]:
        """Its lines with their ends, from the first, as they stand in the file.

        Raises:
            Invalid: it is no text in UTF-8, or a line is too long.
            Conflict: it changed since it was opened; raised after its last line.
        """
        self._reading.seek(0)
        while line := self._reading.readline(LONGEST_LINE + 1):
            if len(line) > LONGEST_LINE:
                raise self._unreadable("has a line that is too long", "Keep every line under 64 KB, one person a line.")
            if not _is_text(line):
                raise self._unreadable(
                    "is not text in UTF-8", "Save it as UTF-8 (in a spreadsheet: CSV UTF-8), then ask again."
                )
            yield line
        self._check_unchanged()

    def _check_unchanged(self) -> None:
        if _state(os.fstat(self._reading.fileno())) != self._state:
            raise Conflict(
                f"The file {quoted(self.name)} changed while it was read.", "Ask again once nobody writes to it."
            )

    def _unreadable(self, what: str, fix: str) -> Invalid:
        return Invalid(f"The file {quoted(self.name)} {what}.", fix)


def opened(name: str, directories: Sequence[Path]) -> PeopleFile:
    """The file of this name below the first of `directories` that has it.

    Raises:
        Invalid: the name leads out of the folders, is of no kind of file that is read, or names no ordinary file
            with something in it.
        NotFound: there is no such file, or only through a link.
    """
    below = _below(name)
    for directory in directories:
        if (found := _within(directory, below)) is not None:
            return _open(name, found)
    raise _absent(name)


class Measured(NamedTuple):
    """A file's lines, and what stands for its content: a digest that tells nothing to who lacks the key."""

    digest: str
    lines: int


def measured(file: PeopleFile, key: bytes) -> Measured:
    """How long a file is and what stands for its content, with a `key` of 16 to 64 bytes.

    The file is read through, so one that cannot be read to its end is not begun with. Raises what `encoded` does.
    """
    digest = blake2b(key=key, digest_size=32)
    lines = 0
    for line in file.encoded():
        digest.update(line)
        lines += 1
    return Measured(digest.hexdigest(), lines)


def _below(name: str) -> PurePosixPath:
    """The name as a path that cannot leave its folder."""
    path = PurePosixPath(name)
    if not 0 < len(name) <= _LONGEST_NAME or not name.isprintable() or "\\" in name or ":" in name:
        raise Invalid("That is no name of a file.", "Give the file's name as it stands in the folder for lists.")
    if path.is_absolute() or ".." in path.parts:
        raise Invalid("A file's name cannot lead out of its folder.", "Give a name below the folder for lists.")
    if path.suffix.lower() not in TABLES | OBJECTS:
        raise Invalid(
            f"{quoted(path.name)} is of no kind of file that is read.",
            "Lists are CSV (.csv, .tsv, .txt) or one JSON object a line (.jsonl, .ndjson), and not compressed.",
        )
    return path


def _within(directory: Path, below: PurePosixPath) -> Path | None:
    """Where the file really is, if that is within the folder and no link was followed on the way."""
    try:
        folder = directory.resolve(strict=True)
        path = folder / below
        return path if path.resolve(strict=True) == path else None
    except (OSError, RuntimeError):  # older Pythons say RuntimeError of a loop of links
        return None


def _open(name: str, path: Path) -> PeopleFile:
    try:
        descriptor = os.open(path, os.O_RDONLY | _FLAGS)
    except FileNotFoundError:
        raise _absent(name) from None
    except OSError:  # its text has the whole path
        raise Invalid(
            f"The file {quoted(name)} cannot be read by this server.", "Ask the operator to let the server read it."
        ) from None
    try:
        _check_same(name, path, os.fstat(descriptor))
    except AdsError:
        os.close(descriptor)
        raise
    return PeopleFile(name, open(descriptor, "rb", buffering=_BLOCK))  # noqa: PTH123  # a descriptor, no path


def _check_same(name: str, path: Path, found: os.stat_result) -> None:
    """Refuse what is no ordinary file, has nothing in it, or slipped in through a link between looking and opening."""
    if not stat.S_ISREG(found.st_mode):
        raise Invalid(f"{quoted(name)} is no ordinary file.", "Name a file with a list of people.")
    try:
        same = path.resolve(strict=True) == path and os.path.samestat(path.stat(), found)
    except OSError:
        same = False
    if not same:
        raise _absent(name)
    if not found.st_size:
        raise Invalid(f"The file {quoted(name)} is empty.", "Name a file with a list of people.")


def _is_text(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:  # it carries the line: it goes no further
        return False
    return True


def _state(found: os.stat_result) -> tuple[int, int]:
    return found.st_size, found.st_mtime_ns


def _absent(name: str) -> NotFound:
    return NotFound(
        f"There is no file {quoted(name)} in the folders for lists.",
        "Check its name, links are not followed; or ask the operator which folders lists may be read from.",
    )
