"""The audit says of everything that happens who had it done and what it was about."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from decimal import Decimal

import pytest

from tests.conftest import StandingClock
from tests.trails import trail
from xylo_mcp.ads.errors import AdsError, Conflict, NotFound, Unrecorded
from xylo_mcp.ads.operations import Failing, Operation
from xylo_mcp.gate.sending import record
from xylo_mcp.gate.settling import resolve
from xylo_mcp.ledger import Store, approvals, halts, observations, operations, policies
from xylo_mcp.ledger.observations import Observed
from xylo_mcp.ledger.policies import InForce
from xylo_mcp.ledger.store import unusable

Make = Callable[..., Operation]
HOUR = timedelta(hours=1)


async def decided(store: Store, operation: Operation, *, approve: bool) -> None:
    await store.write(
        lambda tx: approvals.decide(
            tx, approvals.by_id(tx, operation.approval), approve=approve, approver="Ann", channel="terminal"
        )
    )


@pytest.mark.parametrize("approve", [True, False])
async def test_a_persons_word_is_told_with_its_channel(store: Store, make: Make, *, approve: bool) -> None:
    operation = await store.write(lambda tx: approvals.ask(tx, make(), HOUR))
    (waiting,) = await store.read(approvals.waiting)
    await decided(store, operation, approve=approve)

    about = {"operation": operation.id, "approval": operation.approval, "digest": operation.digest}
    assert (waiting.approver, waiting.channel) == ("", "")
    assert await trail(store) == [
        ("agent", "approval_asked", about),
        ("Ann", "approved" if approve else "rejected", {**about, "approver": "Ann", "channel": "terminal"}),
    ]


async def test_an_approval_that_ran_out_is_told(store: Store, make: Make, clock: StandingClock) -> None:
    operation = await store.write(lambda tx: approvals.ask(tx, make(), HOUR))
    clock.now += HOUR
    await store.write(approvals.expire)

    about = {"operation": operation.id, "approval": operation.approval, "digest": operation.digest}
    assert (await trail(store))[1:] == [("agent", "approval_expired", about)]


async def test_halts_and_their_end_are_told(store: Store) -> None:
    halted = await store.write(lambda tx: halts.halt(tx, "Ann", "account:act_1", "freeze_all", "a leak"))
    await store.write(lambda tx: halts.lift(tx, "Bob", ""))

    about = {"halt": halted.id, "scope": "account:act_1"}
    assert (halted.scope, halted.level, halted.reason) == ("account:act_1", "freeze_all", "a leak")
    assert await trail(store) == [
        ("Ann", "halted", {**about, "level": "freeze_all", "reason": "a leak"}),
        ("Bob", "resumed", {**about, "paused": []}),
    ]


async def test_another_policy_is_told_in_full(store: Store) -> None:
    await store.write(lambda tx: policies.adopt(tx, "Ann", InForce("d1", "one")))
    await store.write(lambda tx: policies.adopt(tx, "Bob", InForce("d2", "two")))

    assert await trail(store) == [
        ("Ann", "policy_adopted", {"before": "", "digest": "d1", "text": "one"}),
        ("Bob", "policy_adopted", {"before": "d1", "digest": "d2", "text": "two"}),
    ]


async def test_an_outcome_is_told_by_ids_amounts_and_codes_without_the_platforms_words(
    store: Store, make: Make
) -> None:
    failing = Failing("REJECTED", "It was refused.", "Ask otherwise.", "100/33", "words of the platform")
    operation = make(state="failed", failing=failing, approval="a1", daily_after=None)
    await store.write(lambda tx: record(tx, operation))

    assert await trail(store) == [
        (
            "agent",
            "failed",
            {
                "operation": operation.id,
                "tool": "update_campaign",
                "account": "act_1",
                "campaign": "77",
                "digest": "d" * 64,
                "policy": "p",
                "currency": "EUR",
                "daily_before": "20.00",
                "daily_after": None,
                "approval": "a1",
                "steps": ["sending"],
                "error": "REJECTED",
                "platform_code": "100/33",
            },
        )
    ]


@pytest.mark.parametrize("state", ["unknown", "quarantined"])
@pytest.mark.parametrize("done", [True, False])
async def test_what_a_person_found_out_is_told_with_their_note(
    store: Store, make: Make, *, state: str, done: bool
) -> None:
    operation = make(state=state)
    await store.write(lambda tx: operations.keep(tx, operation))
    settled = await store.write(
        lambda tx: resolve(tx, operation.id, done=done, campaign_id="", who="Ann", note="seen there")
    )

    told = await trail(store)
    assert (settled.state, settled.campaign_id, settled.note) == ("applied" if done else "failed", "77", "seen there")
    assert [(who, event) for who, event, _ in told] == [("Ann", "resolved"), ("agent", settled.state)]
    assert told[0][2] == {**told[1][2], "done": done, "note": "seen there"}


async def refusals(store: Store, make: Make) -> list[AdsError]:
    """Each way in which a decision, or its use, is refused."""
    operation = await store.write(lambda tx: approvals.ask(tx, make(), HOUR))
    own = await store.write(lambda tx: approvals.ask(tx, make(principal="Ann"), HOUR))
    stale = await store.read(lambda tx: approvals.by_id(tx, operation.approval))
    found: list[AdsError] = []

    async def refused(work: Awaitable[object]) -> None:
        with pytest.raises(AdsError) as error:
            await work
        found.append(error.value)

    await refused(store.write(lambda tx: approvals.use(tx, operation)))
    await refused(decided(store, own, approve=True))
    await decided(store, operation, approve=True)
    await refused(store.write(lambda tx: approvals.decide(tx, stale, approve=True, approver="Bob", channel="terminal")))
    await decided(store, operation, approve=False)
    await refused(decided(store, operation, approve=True))
    await refused(store.read(lambda tx: approvals.by_id(tx, "nosuchthing1")))
    await refused(store.write(lambda tx: resolve(tx, operation.id, done=True, campaign_id="", who="Ann", note="")))
    return found


async def test_every_refusal_says_what_to_do_next(store: Store, make: Make) -> None:
    found = await refusals(store, make)
    resolved = next(one for one in found if "resolve" in one.message)

    assert [(type(one), one.message, one.fix) for one in found] == [
        (Conflict, "This operation has no approval that could be used.", "Have the change asked for again."),
        (Conflict, "Nobody approves their own change.", "Let somebody else approve it."),
        (
            Conflict,
            "This approval was decided on meanwhile.",
            "See `xylo-mcp operations show` for what became of it.",
        ),
        (Conflict, "This approval is rejected already.", "Have the change asked for again."),
        (NotFound, "There is no such approval.", "See `xylo-mcp approvals list` for those that wait."),
        (NotFound, resolved.message, "Leave it."),
    ]
    assert resolved.message.endswith("is rejected: there is nothing to resolve.")


def test_a_store_that_fails_is_named_by_its_error_alone() -> None:
    error = unusable(OSError("secret address"))

    assert (type(error), error.message, error.fix) == (
        Unrecorded,
        "The ledger cannot be used (OSError), and without it nothing is changed.",
        "Ask again in a moment; if it stays so, have the operator check the disk or database of the ledger.",
    )


async def test_of_two_looks_at_an_account_the_later_one_is_kept(store: Store, clock: StandingClock) -> None:
    def look(hours: int, daily: str) -> Observed:
        return Observed("act_1", "meta", "EUR", clock.now + hours * HOUR, {"b": Decimal(daily)})

    for one in (look(1, "10"), look(0, "5"), look(1, "7")):
        await store.write(lambda tx, one=one: observations.keep(tx, "gate", one))
    first = await store.read(lambda tx: observations.latest(tx, ["act_1", "act_2"]))
    await store.write(lambda tx: observations.keep(tx, "gate", look(2, "20")))

    assert first == {"act_1": look(1, "10")}
    assert await store.read(lambda tx: observations.latest(tx, ["act_1"])) == {"act_1": look(2, "20")}
    assert await store.read(lambda tx: observations.latest(tx, ["act_2"])) == {}
