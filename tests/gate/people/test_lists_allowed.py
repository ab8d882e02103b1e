"""A person's yes is good for one list, once, for a while; and what was asked before is not sent again."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from tests.conftest import StandingClock
from tests.gate.conftest import in_a_file
from tests.gate.people.conftest import EVERYWHERE, GOOGLE, META, TIKTOK, Desk, OpenDesk, Town, allowing, table
from xylo_mcp.ledger import approvals, handed
from xylo_mcp.questions import Asked, AskFirst, Question, Reply

_ASKING = allowing("approval_above_rows = 5", more='[approvals]\nchannels = ["terminal", "elicitation"]')
_CREATE = "create_audience"


class Person:
    """Somebody behind the call; in the newer protocol their answers come with the next call."""

    def __init__(self, reply: Reply = "approved", *, later: bool = False) -> None:
        self.reply: Reply = reply
        self.later = later
        self.answered: Mapping[str, Reply] = {}
        self.asked: list[Question] = []

    @property
    def can_be_asked(self) -> bool:
        return True

    async def ask(self, question: Question) -> Reply:
        if question.operation_id in self.answered:
            return self.answered[question.operation_id]
        self.asked.append(question)
        if self.later:
            raise AskFirst(question)
        return self.reply


def about(*accounts: str, **more: Any) -> dict[str, Any]:
    return {"accounts": accounts, "name": "Spring", "type": "customer_list", "file": "people.csv", **more}


async def told(desk: Desk, asked: dict[str, Any], person: Asked | None = None) -> list[tuple[str, int]]:
    """State and number of rows sent, of each part."""
    return [(one["state"], one["sent"]) for one in (await desk.call(_CREATE, person=person, **asked))["parts"]]


async def test_what_a_person_allowed_is_sent_by_the_same_call_once(open_desk: OpenDesk, town: Town) -> None:
    town.put(table(6))
    town.put(table(7), "others.csv")
    async with open_desk(_ASKING) as desk:
        waiting = await desk.call(_CREATE, **about(META))
        (part,) = waiting["parts"]
        (operation,) = await desk.operations()
        still = await told(desk, about(META))
        await desk.approve(operation)
        other = await told(desk, about(META, file="others.csv"))
        done = await told(desk, about(META))
        again = await told(desk, about(META))
        states = await desk.states()

    assert (part["state"], part["sent"], part["operation_id"]) == ("pending_approval", 0, operation.id)
    assert operation.approval in part["note"]
    assert [limit["rule"] for limit in part["limits"]] == ["people.approval_above_rows"]
    assert (still, other, done, again) == (
        [("pending_approval", 0)],
        [("pending_approval", 0)],
        [("applied", 6)],
        [("applied", 6)],
    )
    assert sorted(states) == ["applied", "pending_approval"]
    assert town.sizes("Spring", [META]) == {META: (6,)}


@in_a_file
@pytest.mark.parametrize("given", [True, False])
async def test_an_approval_ends_by_itself_given_or_not(
    open_desk: OpenDesk, town: Town, clock: StandingClock, *, given: bool
) -> None:
    town.put(table(6))
    async with open_desk(_ASKING) as desk:
        await told(desk, about(META))
        (operation,) = await desk.operations()
        if given:
            await desk.approve(operation)
        clock.now += timedelta(minutes=61)

        assert await told(desk, about(META)) == [("pending_approval", 0)]
        assert await desk.states() == ["expired", "pending_approval"]
    assert town.sizes("Spring", [META]) == {META: ()}


@in_a_file
async def test_what_was_rejected_is_not_sent_and_its_key_says_so(open_desk: OpenDesk, town: Town) -> None:
    town.put(table(6))
    asked = about(META, idempotency_key="k1")
    async with open_desk(_ASKING) as desk:
        await told(desk, asked)
        (operation,) = await desk.operations()
        await desk.gate.decide(operation.approval, approve=False, approver="Ann", channel="terminal")

        error = await desk.error(_CREATE, **asked)
        assert (error.code, error.operation_id) == ("REFUSED", operation.id)
        assert await desk.states() == ["rejected"]
    assert town.sizes("Spring", [META]) == {META: ()}


async def test_whoever_is_asked_during_the_call_lets_each_account_have_it(open_desk: OpenDesk, town: Town) -> None:
    town.put(table(6))
    person = Person()
    async with open_desk(_ASKING) as desk:
        assert await told(desk, about(*EVERYWHERE), person=person) == [("applied", 6)] * 3

    assert [one.text.splitlines()[:2] for one in person.asked] == [
        [f"Allow people's data to go to {name}, {account}?", "It is 6 rows."]
        for name, account in (("meta", META), ("google", GOOGLE), ("tiktok", TIKTOK))
    ]
    assert "@" not in str(person.asked)
    assert town.sizes("Spring") == dict.fromkeys(EVERYWHERE, (6,))


@pytest.mark.parametrize("key", ["", "k1"])
async def test_answers_that_come_with_the_next_call_let_each_account_have_it_once(
    open_desk: OpenDesk, town: Town, key: str
) -> None:
    town.put(table(6))
    asked = about(*EVERYWHERE, idempotency_key=key)
    person = Person(later=True)
    async with open_desk(_ASKING) as desk:
        for number in range(1, 4):
            with pytest.raises(AskFirst) as first:
                await told(desk, asked, person=person)
            assert len(person.asked) == number
            person.answered = {first.value.question.operation_id: "approved"}  # only of the question just put
        done = await told(desk, asked, person=person)
        waiting = await desk.store.read(approvals.waiting)

    assert (done, waiting) == ([("applied", 6)] * 3, [])
    assert town.sizes("Spring") == dict.fromkeys(EVERYWHERE, (6,))


@in_a_file
@pytest.mark.parametrize(("reply", "states"), [("declined", ["rejected"]), ("cancelled", ["pending_approval"])])
async def test_without_a_yes_nothing_is_sent(open_desk: OpenDesk, town: Town, reply: Reply, states: list[str]) -> None:
    town.put(table(6))
    async with open_desk(_ASKING) as desk:
        if reply == "declined":
            assert (await desk.error(_CREATE, **about(META), person=Person(reply))).code == "REFUSED"
        else:
            assert await told(desk, about(META), person=Person(reply)) == [("pending_approval", 0)]
        assert await desk.states() == states

    assert town.sizes("Spring", [META]) == {META: ()}


@in_a_file
@pytest.mark.virtual_time
async def test_an_approval_that_was_used_is_good_until_the_list_is_sent(
    open_desk: OpenDesk, town: Town, clock: StandingClock
) -> None:
    town.put(table(6))
    async with open_desk(_ASKING) as desk:
        await told(desk, about(META))
        (operation,) = await desk.operations()
        await desk.approve(operation)
        town.plan(META, "throttle", path="customaudiences")
        assert (await desk.error(_CREATE, **about(META))).code == "RATE_LIMITED"
        assert await desk.states() == ["interrupted"]
        clock.now += timedelta(minutes=30)

        assert await told(desk, about(META)) == [("applied", 6)]
    assert town.sizes("Spring", [META]) == {META: (6,)}


async def test_a_key_belongs_to_one_list_and_repeats_its_outcome(desk: Desk, town: Town, clock: StandingClock) -> None:
    town.put(table(6))
    town.put(table(6, "q"), "others.csv")
    asked = about(META, GOOGLE, idempotency_key="k1")

    first = await desk.call(_CREATE, **asked)
    clock.now += timedelta(days=3)
    again = await desk.call(_CREATE, **asked)
    others = await desk.call(_CREATE, **about(META, GOOGLE, idempotency_key="k1", file="others.csv"))
    somebody = await desk.call(_CREATE, who="another", **about(META, GOOGLE, idempotency_key="k1", name="Autumn"))

    assert [one["replayed"] for one in again["parts"]] == ["key", "key"]
    assert [one["target"] for one in again["parts"]] == [one["target"] for one in first["parts"]]
    assert [one["error"].split(":")[0] for one in others["parts"]] == ["IDEMPOTENCY_MISMATCH"] * 2
    assert [one["state"] for one in somebody["parts"]] == ["applied", "applied"]
    assert town.sizes("Spring", [META, GOOGLE]) == {META: (6,), GOOGLE: (6,)}


@in_a_file
async def test_without_a_key_the_same_people_under_one_name_are_one_audience_for_a_day(
    desk: Desk, town: Town, clock: StandingClock
) -> None:
    town.put(table(6))
    replayed = [(await desk.call(_CREATE, **about(META)))["parts"][0]["replayed"]]
    for hours in (23, 2):
        clock.now += timedelta(hours=hours)
        replayed.append((await desk.call(_CREATE, **about(META)))["parts"][0]["replayed"])

    assert replayed == ["", "twin", ""]
    assert town.sizes("Spring", [META]) == {META: (6, 6)}


@in_a_file
async def test_a_list_is_counted_once_a_day_however_often_it_goes_on(open_desk: OpenDesk, town: Town) -> None:
    town.put(table(6))
    async with open_desk(allowing("rows_per_day = 10")) as desk:
        town.plan(META, "status", path="customaudiences")
        assert (await desk.error(_CREATE, **about(META))).side_effects == "unknown"
        await desk.guarded.settler.settle_due()
        counted = await desk.store.read(lambda tx: handed.rows_last_day(tx, META))

    assert counted == 6  # it may have been made
