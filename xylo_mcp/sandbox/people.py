"""The people that platforms were told of: audiences, who is in them, and events.

Only what was received is kept, digests and ids, so that what a client says it sent can be compared with it.
"""

import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Literal

import msgspec

from .memory import Memory

MATCHED_PERCENT = 80
"""So many of a hundred people have an account with a platform, always the same ones."""
_AT_ONCE = 10_000

Verb = Literal["add", "remove"]


@dataclass(frozen=True, slots=True)
class Audience:
    """An audience as its platform knows it; `details` are in the vendor's own words.

    `changed` is when its members last changed: a vendor takes hours from then until they count.
    """

    platform: str
    account: str
    id: str
    name: str
    kind: str
    created: datetime
    changed: datetime
    details: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class Event:
    """An event as it was received. `person` holds the digests and ids it came with, by the vendor's names for them.

    Attributes:
        destination: the vendor's id of the pixel, data set or conversion action.
        id: what the vendor tells repetitions by; empty where it came without.
        value: digits, empty where it came without.
        counted: whether it is more than a repetition or a rehearsal.
    """

    platform: str
    destination: str
    name: str
    id: str
    at: datetime
    received: datetime
    value: str = ""
    currency: str = ""
    person: Mapping[str, str] = field(default_factory=dict[str, str])
    details: Mapping[str, str] = field(default_factory=dict[str, str])
    counted: bool = True


class People:
    """All of it, in the sandbox's file. Who writes several things that belong together does so in `memory.writing`."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    def new_number(self, first: int) -> int:
        """A number from `first` on that nothing else was given."""
        with self._memory.writing() as db:
            db.execute("INSERT INTO number DEFAULT VALUES")
            (number,) = db.execute("SELECT max(id) FROM number").fetchone()
        return first + int(number)

    def audiences(self, platform: str, account: str) -> Sequence[Audience]:
        """All audiences of an account, the oldest first."""
        rows = self._memory.read(
            "SELECT data FROM audience WHERE platform = ? AND account = ? ORDER BY rowid", platform, account
        )
        return [msgspec.json.decode(str(data), type=Audience) for (data,) in rows]

    def audience(self, platform: str, audience_id: str) -> Audience | None:
        """The audience with this id, on any account of `platform`."""
        rows = self._memory.read("SELECT data FROM audience WHERE platform = ? AND id = ?", platform, audience_id)
        return msgspec.json.decode(str(rows[0][0]), type=Audience) if rows else None

    def keep(self, audience: Audience, **changed: object) -> Audience:
        """`audience`, new or with other values for some of its fields, from now on."""
        kept: Audience = replace(audience, **changed)  # type: ignore[arg-type]  # field by field
        with self._memory.writing() as db:
            db.execute(
                "INSERT INTO audience (platform, account, id, data) VALUES (?, ?, ?, ?)"
                " ON CONFLICT (platform, id) DO UPDATE SET data = excluded.data",
                (kept.platform, kept.account, kept.id, msgspec.json.encode(kept).decode()),
            )
        return kept

    def drop(self, audience: Audience) -> None:
        """It is no more, and nobody is in it."""
        with self._memory.writing() as db:
            for table, column in (("audience", "id"), ("member", "audience")):
                db.execute(f"DELETE FROM {table} WHERE platform = ? AND {column} = ?", (audience.platform, audience.id))  # noqa: S608  # our own words

    def tell(self, audience: Audience, verb: Verb, people: Iterable[str], at: datetime | None = None) -> None:
        """People come in or go. Each is one text: all of the digests and ids in their row, in the vendor's order.

        `at`: when that is, where the vendor can be told to take out whoever came before some moment.
        """
        where, added = (audience.platform, audience.id), _sortable(at)
        with self._memory.writing() as db:
            if verb == "add":
                db.executemany(
                    "INSERT INTO member (platform, audience, person, matched, times, added) VALUES (?, ?, ?, ?, 1, ?)"
                    " ON CONFLICT DO UPDATE SET times = times + 1, added = excluded.added",
                    ((*where, one, _is_matched(audience.platform, one), added) for one in people),
                )
            else:
                db.executemany(
                    "DELETE FROM member WHERE platform = ? AND audience = ? AND person = ?",
                    ((*where, one) for one in people),
                )

    def tell_held(self, audience: Audience, verb: Verb, holders: Sequence[str]) -> None:
        """Likewise all who are kept aside by `holders`: without ever having them all in memory."""
        where = (audience.platform, msgspec.json.encode(holders).decode())
        those = "FROM aside WHERE platform = ? AND holder IN (SELECT value FROM json_each(?))"
        with self._memory.writing() as db:
            if verb == "add":
                db.create_function("is_matched", 2, _is_matched, deterministic=True)
                db.execute(
                    "INSERT INTO member (platform, audience, person, matched, times)"
                    f" SELECT platform, ?, person, is_matched(platform, person), count(*) {those}"
                    " GROUP BY platform, person ON CONFLICT DO UPDATE SET times = times + excluded.times",
                    (audience.id, *where),
                )
            else:
                db.execute(
                    f"DELETE FROM member WHERE platform = ? AND audience = ? AND person IN (SELECT person {those})",  # noqa: S608  # our own words
                    (audience.platform, audience.id, *where),
                )

    def empty(self, audience: Audience) -> None:
        """Nobody is in it any more."""
        with self._memory.writing() as db:
            db.execute("DELETE FROM member WHERE platform = ? AND audience = ?", (audience.platform, audience.id))

    def drop_older(self, audience: Audience, moment: datetime) -> None:
        """Whoever was last added before `moment` goes."""
        with self._memory.writing() as db:
            db.execute(
                "DELETE FROM member WHERE platform = ? AND audience = ? AND added < ?",
                (audience.platform, audience.id, _sortable(moment)),
            )

    def size(self, audience: Audience) -> int:
        """How many are in it."""
        return self._count(audience, "")

    def matched(self, audience: Audience, most: int = -1) -> int:
        """How many of those the platform knows; with `most`, it stops counting there, which takes no time."""
        return self._count(audience, "AND matched", most)

    def members(self, audience: Audience) -> Iterator[tuple[str, int]]:
        """Who is in it, and how often each was added."""
        rows = self._memory.read(
            "SELECT person, times FROM member WHERE platform = ? AND audience = ? ORDER BY person",
            audience.platform,
            audience.id,
        )
        return ((str(person), int(str(times))) for person, times in rows)

    def put(self, platform: str, holder: str, verb: str, people: Iterable[str]) -> None:
        """Keep people aside, in a file or job named `holder` that nothing has become of yet."""
        with self._memory.writing() as db:
            db.executemany(
                "INSERT INTO aside (platform, holder, verb, person) VALUES (?, ?, ?, ?)",
                ((platform, holder, verb, one) for one in people),
            )

    def held(self, platform: str, holder: str) -> Iterator[tuple[str, str]]:
        """What is kept aside there: verb and person, in the order in which they came."""
        last = 0
        while rows := self._memory.read(
            "SELECT rowid, verb, person FROM aside WHERE platform = ? AND holder = ? AND rowid > ?"
            " ORDER BY rowid LIMIT ?",
            *(platform, holder, last, _AT_ONCE),
        ):
            yield from ((str(verb), str(person)) for _, verb, person in rows)
            last = int(str(rows[-1][0]))

    def release(self, platform: str, holder: str) -> None:
        """Nothing is kept aside there any more."""
        with self._memory.writing() as db:
            db.execute("DELETE FROM aside WHERE platform = ? AND holder = ?", (platform, holder))

    def note(self, platform: str, kind: str, name: str, data: str) -> None:
        """Remember something of the vendor's own by its name: a session, a job, a file."""
        with self._memory.writing() as db:
            db.execute(
                "INSERT INTO note (platform, kind, name, data) VALUES (?, ?, ?, ?)"
                " ON CONFLICT (platform, kind, name) DO UPDATE SET data = excluded.data",
                (platform, kind, name, data),
            )

    def noted(self, platform: str, kind: str, name: str) -> str | None:
        """What was remembered."""
        rows = self._memory.read(
            "SELECT data FROM note WHERE platform = ? AND kind = ? AND name = ?", platform, kind, name
        )
        return str(rows[0][0]) if rows else None

    def notes(self, platform: str, kind: str) -> Sequence[str]:
        """All that was remembered of a kind, the oldest first."""
        rows = self._memory.read("SELECT data FROM note WHERE platform = ? AND kind = ? ORDER BY rowid", platform, kind)
        return [str(data) for (data,) in rows]

    def hear(self, events: Iterable[Event]) -> None:
        """Events come in, all or none."""
        with self._memory.writing() as db:
            db.executemany(
                "INSERT INTO event (platform, destination, name, id, at, received, counted, data)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    (
                        *(one.platform, one.destination, one.name, one.id),
                        *(one.at.isoformat(), one.received.isoformat(), one.counted),
                        msgspec.json.encode(one).decode(),
                    )
                    for one in events
                ),
            )

    def events(self, platform: str, destination: str = "") -> Iterator[Event]:
        """What came in, to one destination or to all, in the order in which it came."""
        rows = self._memory.read(
            "SELECT data FROM event WHERE platform = ? AND ? IN ('', destination) ORDER BY rowid", platform, destination
        )
        return (msgspec.json.decode(str(data), type=Event) for (data,) in rows)

    def alike(self, platform: str, destination: str, name: str, event_id: str) -> Sequence[Event]:
        """The counted events with this id, the first to come first."""
        rows = self._memory.read(
            "SELECT data FROM event WHERE platform = ? AND destination = ? AND name = ? AND id = ? AND counted"
            " ORDER BY rowid",
            *(platform, destination, name, event_id),
        )
        return [msgspec.json.decode(str(data), type=Event) for (data,) in rows]

    def heard(self, platform: str) -> Sequence[tuple[str, int, int]]:
        """Each destination that events came to: how many came, and how many of them counted."""
        rows = self._memory.read(
            "SELECT destination, count(*), sum(counted) FROM event WHERE platform = ? GROUP BY destination ORDER BY 1",
            platform,
        )
        return [(str(destination), int(str(came)), int(str(counted))) for destination, came, counted in rows]

    def _count(self, audience: Audience, condition: Literal["", "AND matched"], most: int = -1) -> int:
        rows = self._memory.read(
            f"SELECT count(*) FROM (SELECT 1 FROM member WHERE platform = ? AND audience = ? {condition} LIMIT ?)",  # noqa: S608  # our own words
            *(audience.platform, audience.id, most),
        )
        return int(str(rows[0][0]))


def _sortable(moment: datetime | None) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds") if moment else ""


def _is_matched(platform: str, person: str) -> bool:
    return zlib.crc32(f"{platform} {person}".encode()) % 100 < MATCHED_PERCENT
