"""A portion that is refused as a whole is sent again in halves, so that a bad event costs the others nothing."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from xylo_mcp.ads.conversions import Event, Outgoing, Told
from xylo_mcp.ads.errors import AdsError, Invalid, Rejected, Throttled, Unavailable, VendorWords
from xylo_mcp.ads.people import Forms
from xylo_mcp.contract import ConversionRules
from xylo_mcp.gate.people.bisecting import told_one_by_one

RULES = ConversionRules(
    forms=Forms((), ()),
    portion=1_000,
    oldest=timedelta(days=7),
    dedupes=timedelta(hours=48),
    destination="a pixel",
    destination_id="[0-9]+",
    all_or_nothing=True,
    test="",
    test_counts=True,
)
_AT = datetime(2026, 3, 18, tzinfo=UTC)
DELIVERED, NOT_SENT = Told("delivered"), Told("later", "not_sent")
_SAID = VendorWords("100", "no")
REFUSED = Told("rejected", "refused_100", _SAID)


def outgoing(count: int) -> Sequence[Outgoing]:
    return [Outgoing(Event("purchase", f"{number}", _AT, "website"), None) for number in range(count)]


class Picky:
    """A platform that refuses every request with a bad event in it, and fails at one request as it is told to."""

    def __init__(self, bad: Sequence[int], failing: AdsError | None = None, at: int = 0) -> None:
        self._bad, self._failing, self._at = {f"{number}" for number in bad}, failing, at
        self.requests = 0
        self.taken: list[str] = []

    async def ask(self, events: Sequence[Outgoing]) -> Sequence[Told]:
        """Take them, or none."""
        self.requests += 1
        if self._failing is not None and self.requests == self._at:
            raise self._failing
        ids = [one.event.id for one in events]
        if self._bad.intersection(ids):
            raise Rejected("refused", "", vendor=_SAID)
        self.taken += ids
        return [DELIVERED] * len(ids)


@pytest.mark.parametrize(
    ("bad", "most"),
    [([], 1), ([0], 20), ([999], 21), ([500], 21), ([3, 4, 700], 60), (range(0, 1_000, 25), 500)],
)
async def test_bad_events_are_found_and_all_others_taken_once(bad: Sequence[int], most: int) -> None:
    """C07."""
    picky = Picky(bad)

    told, error = await told_one_by_one(outgoing(1_000), picky.ask, RULES)

    assert error is None
    assert told == [REFUSED if number in bad else DELIVERED for number in range(1_000)]
    assert sorted(picky.taken) == sorted(f"{number}" for number in range(1_000) if number not in bad)
    assert picky.requests <= most


async def test_where_all_are_bad_the_requests_are_bounded_and_the_rest_waits() -> None:
    picky = Picky(range(1_000))

    told, error = await told_one_by_one(outgoing(1_000), picky.ask, RULES)

    refused = told.count(REFUSED)
    assert picky.requests == 500
    assert refused > 200
    assert told == [REFUSED] * refused + [NOT_SENT] * (1_000 - refused)
    assert error is not None
    assert error.message == "So many of these events are refused that the others were not sent."


async def test_one_bad_event_alone_is_refused_by_its_code() -> None:
    assert await told_one_by_one(outgoing(1), Picky([0]).ask, RULES) == ([REFUSED], None)


async def test_where_events_are_judged_singly_a_refusal_is_of_the_request_and_nothing_is_halved() -> None:
    picky = Picky([0])
    singly = msgspec.structs.replace(RULES, all_or_nothing=False)

    told, error = await told_one_by_one(outgoing(4), picky.ask, singly)

    assert (told, picky.requests) == ([NOT_SENT] * 4, 1)
    assert isinstance(error, Rejected)


async def test_a_failure_between_the_halves_leaves_what_was_not_sent_for_later() -> None:
    throttled = Throttled("slow down", "wait")

    told, error = await told_one_by_one(outgoing(8), Picky([7], throttled, at=3).ask, RULES)

    assert told == [DELIVERED] * 4 + [NOT_SENT] * 4
    assert error is throttled


async def test_a_lost_answer_makes_its_own_half_doubtful_and_no_other() -> None:
    lost = Unavailable("gone", "ask again")

    told, error = await told_one_by_one(outgoing(8), Picky([7], lost, at=2).ask, RULES)

    assert told == [None] * 4 + [NOT_SENT] * 4
    assert error is lost


async def test_what_we_refuse_ourselves_is_halved_likewise() -> None:
    async def ask(events: Sequence[Outgoing]) -> Sequence[Told]:
        if any(one.event.id == "1" for one in events):
            raise Invalid("url: it is missing.", "Give it.")
        return [DELIVERED] * len(events)

    told, error = await told_one_by_one(outgoing(3), ask, RULES)

    assert (told, error) == ([DELIVERED, Told("rejected", "refused"), DELIVERED], None)
