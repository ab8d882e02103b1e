"""A person's yes is good for one change, once, for a while."""

import asyncio
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal

import anyio
import pytest

from tests.conftest import StandingClock
from tests.gate.conftest import ACCOUNT, Held, OpenServer, Shop, budget, create, in_a_file, policy, together
from xylo_mcp.ads.changes import UpdateCampaign
from xylo_mcp.ads.errors import AdsError, Conflict, InProgress, NotFound, OutcomeUnknown, Partial, Refused
from xylo_mcp.ads.money import Money
from xylo_mcp.gate.outcomes import Outcome
from xylo_mcp.ledger import approvals
from xylo_mcp.questions import Question, Reply
from xylo_mcp.sandbox.faults import Fault

ASKING = policy('[approvals]\nabove_daily = 50\nchannels = ["terminal", "elicitation"]\nvalid_minutes = 60')


class Person:
    """Somebody behind the call, who says the same to everything."""

    def __init__(self, reply: Reply = "approved", answered: Mapping[str, Reply] | None = None) -> None:
        self.reply: Reply = reply
        self.answered: Mapping[str, Reply] = answered or {}
        self.asked: list[Question] = []

    @property
    def can_be_asked(self) -> bool:
        return True

    async def ask(self, question: Question) -> Reply:
        self.asked.append(question)
        return self.reply


async def test_what_needs_a_person_waits_and_is_sent_once_it_is_approved(open_server: OpenServer, shop: Shop) -> None:
    campaign = shop.open(40)
    async with open_server(ASKING) as server:
        waiting = await server.done(budget(campaign, "60"), key="k1")
        again = await server.submit(budget(campaign, "60"), key="k1")
        writes = shop.writes()
        await server.approve(waiting)
        outcome = await server.apply(waiting)

    assert (waiting.state, writes) == ("pending_approval", 0)
    assert (again.operation, again.replayed) == (waiting, "key")
    assert outcome.operation is not None
    assert (outcome.operation.state, outcome.daily_after) == ("applied", Decimal("60.00"))
    assert (shop.daily(campaign), shop.writes()) == (Decimal(60), 1)


async def test_of_eight_who_apply_an_approval_at_once_one_does(open_server: OpenServer, shop: Shop) -> None:
    campaign = shop.open(40)
    async with open_server(ASKING) as one, open_server(ASKING) as other:
        waiting = await one.done(budget(campaign, "60"))
        await one.approve(waiting)

        came = await together(*(lambda server=server: server.apply(waiting) for server in [one, other] * 4))

    assert (
        sorted(type(outcome).__name__ for outcome in came if not isinstance(outcome, InProgress)).count("Outcome") == 1
    )
    assert {type(outcome) for outcome in came} <= {Outcome, Conflict, InProgress}
    assert shop.writes() == 1


async def test_a_yes_may_be_taken_back_until_it_is_used(open_server: OpenServer, shop: Shop) -> None:
    campaign = shop.open(40)
    async with open_server(ASKING) as server:
        waiting = await server.done(budget(campaign, "60"))
        await server.approve(waiting)
        await server.gate.decide(waiting.approval, approve=False, approver="Bob", channel="terminal")
        with pytest.raises(Conflict):
            await server.apply(waiting)

        assert (await server.operation(waiting.id)).state == "rejected"
        assert shop.writes() == 0


async def test_what_nobody_approved_is_not_sent(open_server: OpenServer, shop: Shop) -> None:
    campaign = shop.open(40)
    async with open_server(ASKING) as server:
        waiting = await server.done(budget(campaign, "60"))
        with pytest.raises(Conflict, match="no approval that could be used"):
            await server.apply(waiting)
        await server.gate.decide(waiting.approval, approve=False, approver="Ann", channel="terminal")
        with pytest.raises(Conflict, match="no approval that could be used"):
            await server.apply(waiting)
        with pytest.raises(Refused, match="was rejected"):
            await server.submit(budget(campaign, "60"), person=Person(answered={waiting.id: "approved"}))

    assert shop.writes() == 0


async def test_an_approval_that_was_used_is_not_used_again(open_server: OpenServer, shop: Shop) -> None:
    campaign = shop.open(40)
    async with open_server(ASKING) as server:
        waiting = await server.done(budget(campaign, "60"))
        await server.approve(waiting)
        await server.apply(waiting)
        shop.edit(campaign, daily=4000)
        with pytest.raises(Conflict):
            await server.apply(waiting)
        with pytest.raises(Conflict):
            await server.approve(waiting)

    assert (shop.daily(campaign), shop.writes()) == (Decimal(40), 1)


@pytest.mark.parametrize("approved", [True, False])
async def test_an_approval_ends_by_itself_given_or_not(
    open_server: OpenServer, shop: Shop, clock: StandingClock, *, approved: bool
) -> None:
    campaign = shop.open(40)
    async with open_server(ASKING) as server:
        waiting = await server.done(budget(campaign, "60"))
        if approved:
            await server.approve(waiting)
        clock.now += timedelta(minutes=60)
        with pytest.raises(Conflict):
            await server.apply(waiting)
        with pytest.raises(Conflict):
            await server.approve(waiting)

        ended = await server.guarded.settler.settle_due()

        assert [(one.id, one.state) for one in ended] == [(waiting.id, "expired")]
        assert await server.store.read(approvals.waiting) == []
        with pytest.raises(Refused, match="was expired"):
            await server.submit(budget(campaign, "60"), person=Person(answered={waiting.id: "approved"}))
    assert shop.writes() == 0


@in_a_file
@pytest.mark.parametrize(
    ("edited", "said"),
    [
        ({"daily": 5500}, "daily_budget was 40.00 USD and is 55.00 USD"),
        ({"daily": 4001}, "daily_budget was 40.00 USD and is 40.01 USD"),
        ({"switch": "off"}, "status was active and is paused"),
        ({"details": {"stop_time": "2026-04-02T00:00:00-07:00"}}, "ends was none and is 2026-04-01"),
        ({"name": "Call it approved"}, "it was renamed"),
        ({"name": "Other", "switch": "off"}, "it was renamed, status was active and is paused"),
    ],
)
async def test_what_was_approved_of_a_campaign_as_it_was_is_not_sent_to_another(
    open_server: OpenServer, shop: Shop, edited: dict[str, object], said: str
) -> None:
    campaign = shop.open(40)
    async with open_server(ASKING) as server:
        waiting = await server.done(budget(campaign, "60"))
        await server.approve(waiting)
        shop.edit(campaign, **edited)

        with pytest.raises(Conflict) as conflict:
            await server.apply(waiting)

        failed = await server.operation(waiting.id)
        assert await server.held() == {}
    assert conflict.value.message == (
        f"The campaign is not what it was when this was asked for: {said}. Nothing was sent."
    )
    assert (conflict.value.operation_id, failed.state) == (waiting.id, "failed")
    assert shop.writes() == 0


@in_a_file
async def test_an_approved_amount_per_day_is_not_exceeded_because_days_have_passed(
    open_server: OpenServer, shop: Shop, clock: StandingClock
) -> None:
    campaign = shop.open(lifetime=400, last_day=date(2026, 3, 27))  # ten days, today included
    change = UpdateCampaign(ACCOUNT, campaign, lifetime_budget=Money(Decimal(600), "USD"))
    async with open_server(ASKING.replace("60", "9000")) as server:
        waiting = await server.done(change)
        await server.approve(waiting)
        clock.now += timedelta(days=2)

        with pytest.raises(Conflict, match=r"it committed 40\.00 USD per day and commits 50\.00 USD\."):
            await server.apply(waiting)

    assert shop.writes() == 0


@in_a_file
async def test_what_a_platform_makes_of_a_campaign_meanwhile_is_no_reason_to_ask_again(
    open_server: OpenServer, shop: Shop
) -> None:
    campaign = shop.open(40)
    async with open_server(ASKING) as server:
        waiting = await server.done(budget(campaign, "60"))
        await server.approve(waiting)
        shop.edit(campaign, state="in_review")

        applied = await server.apply(waiting)

    assert applied.operation is not None
    assert applied.operation.state == "applied"


@in_a_file
@pytest.mark.parametrize(
    ("name", "daily"),
    [
        ("Spring", "60.01"),  # a cent more
        ("Sprіng", "60"),  # another letter that looks like it
        ("Spring ", "60"),
    ],
)
async def test_a_yes_to_one_change_is_none_to_another_that_looks_like_it(
    open_server: OpenServer, shop: Shop, name: str, daily: str
) -> None:
    campaign, twin = shop.open(40), shop.open(40)
    renaming = UpdateCampaign(ACCOUNT, campaign, name="Spring", daily_budget=Money(Decimal(60), "USD"))
    changes = [
        UpdateCampaign(ACCOUNT, campaign, name=name, daily_budget=Money(Decimal(daily), "USD")),
        UpdateCampaign(ACCOUNT, twin, name="Spring", daily_budget=Money(Decimal(60), "USD")),
    ]
    async with open_server(ASKING) as server:
        waiting = await server.done(renaming)
        for change in changes:
            other = await server.done(change, person=Person("cancelled", {waiting.id: "approved"}))
            assert (other.state, other.id == waiting.id) == ("pending_approval", False)
            await server.gate.decide(waiting.approval, approve=True, approver="Ann", channel="terminal")
            with pytest.raises(Conflict, match="no approval that could be used"):
                await server.apply(other)
            waiting = await server.done(renaming)

    assert shop.writes() == 0


async def test_nobody_of_another_tenant_sees_approves_or_sends_what_waits(open_server: OpenServer, shop: Shop) -> None:
    campaign = shop.open(40)
    async with open_server(ASKING) as server, open_server(ASKING, tenant="others") as other:
        waiting = await server.done(budget(campaign, "60"), key="k1")
        assert await other.store.read(approvals.waiting) == []
        with pytest.raises(NotFound, match="no such approval"):
            await other.approve(waiting)
        await server.approve(waiting)
        with pytest.raises(NotFound, match="no such operation"):
            await other.apply(waiting)
        theirs = await other.done(budget(campaign, "60"), key="k1")

    assert (theirs.id == waiting.id, theirs.state) == (False, "pending_approval")
    assert shop.writes() == 0


async def test_what_the_guardrails_refuse_by_now_is_not_sent_though_approved(
    open_server: OpenServer, shop: Shop
) -> None:
    campaign, other = shop.open(40), shop.open(40)
    capped = policy("[approvals]\nabove_daily = 50", caps="campaign = 500\naccount = 100")
    async with open_server(capped) as server:
        waiting = await server.done(budget(campaign, "60"))
        await server.approve(waiting)
        shop.edit(other, daily=5000)

        with pytest.raises(Refused) as refused:
            await server.apply(waiting)

        failed = await server.operation(waiting.id)
    assert [limit.rule for limit in refused.value.limits] == ["caps.account"]
    assert (failed.state, failed.failing and failed.failing.code) == ("failed", "REFUSED")
    assert shop.writes() == 0


async def test_what_is_approved_waits_for_an_unsettled_change_of_the_same_campaign(
    open_server: OpenServer, shop: Shop
) -> None:
    campaign = shop.open(40)
    async with open_server(ASKING) as server:
        waiting = await server.done(budget(campaign, "60"))
        await server.approve(waiting)
        shop.house.faults.plan(Fault("meta", "status", path=campaign, skip=1, status=502))
        with pytest.raises(OutcomeUnknown) as unknown:
            await server.submit(budget(campaign, "45"))

        with pytest.raises(InProgress) as pending:
            await server.apply(waiting)

        assert pending.value.operation_id == unknown.value.operation_id
        assert (await server.operation(waiting.id)).state == "pending_approval"
    assert shop.writes() == 0


async def test_a_server_that_only_reads_or_rehearses_sends_nothing_that_was_approved(
    open_server: OpenServer, shop: Shop
) -> None:
    campaign = shop.open(40)
    rehearsing = ASKING.replace('"live"', '"dry_run"')
    async with open_server(ASKING) as server:
        waiting = await server.done(budget(campaign, "60"))
        await server.approve(waiting)
    async with open_server(ASKING, read_only=True) as reading, open_server(rehearsing) as dry:
        with pytest.raises(Refused, match="sends no changes"):
            await reading.apply(waiting)
        with pytest.raises(Refused, match="sends no changes"):
            await dry.apply(waiting)

    assert shop.writes() == 0


async def test_a_person_behind_the_call_is_asked_with_amounts_first_and_names_quoted(
    open_server: OpenServer, shop: Shop
) -> None:
    campaign, person = shop.open(40), Person()
    async with open_server(ASKING) as server:
        operation = await server.done(budget(campaign, "60"), person=person)

    assert operation.state == "applied"
    assert [(one.operation_id, one.text.splitlines()) for one in person.asked] == [
        (
            operation.id,
            [
                f"Allow this change on {ACCOUNT}?",
                "It would commit 60.00 USD per day (about 1824.00 USD per month);",
                "until now it is 40.00 USD per day (about 1216.00 USD per month).",
                "approvals: 60.00 USD per day, allowed without you: 50.00 USD per day",
                f'change campaign {campaign}: daily_budget to 60.00 USD; account "Bergquell Shop US"',
            ],
        )
    ]
    assert (shop.daily(campaign), shop.writes()) == (Decimal(60), 1)


async def test_a_person_may_take_longer_than_a_call_usually_does(
    open_server: OpenServer, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    loop, passed = asyncio.get_running_loop(), [0.0]
    time = loop.time
    monkeypatch.setattr(loop, "time", lambda: time() + sum(passed))

    class Slow(Person):
        async def ask(self, question: Question) -> Reply:
            passed.append(300)
            return await super().ask(question)

    campaign = shop.open(40)
    async with open_server(ASKING) as server:
        operation = await server.done(budget(campaign, "60"), person=Slow())

    assert (operation.state, shop.daily(campaign)) == ("applied", Decimal(60))


@in_a_file
async def test_a_yes_stands_when_the_platform_cannot_be_looked_at_and_is_used_by_the_next_try(
    open_server: OpenServer, shop: Shop
) -> None:
    campaign, other, person = shop.open(40), shop.open(40), Person()
    async with open_server(ASKING) as server:
        by_hand = await server.done(budget(other, "60"))
        for one in (campaign, other):
            shop.house.faults.plan(Fault("meta", "redirect", path=one, skip=1 if one == campaign else 0))
        with pytest.raises(AdsError, match="redirect"):
            await server.submit(budget(campaign, "60"), key="k1", person=person)
        await server.approve(by_hand)
        with pytest.raises(AdsError, match="redirect"):
            await server.apply(by_hand)

        applied = await server.done(budget(campaign, "60"), key="k1", person=person)
        await server.approve(by_hand)
        await server.apply(by_hand)
        with pytest.raises(Conflict, match="used already"):
            await server.approve(by_hand)

    assert (applied.state, shop.daily(campaign), shop.daily(other)) == ("applied", Decimal(60), Decimal(60))
    assert shop.writes() == 2


async def test_a_person_who_declines_is_believed_and_one_who_looks_away_is_asked_again(
    open_server: OpenServer, shop: Shop
) -> None:
    campaign, person = shop.open(40), Person("cancelled")
    async with open_server(ASKING) as server:
        waiting = await server.done(budget(campaign, "60"), key="k1", person=person)
        person.reply = "declined"
        with pytest.raises(Refused, match="declined"):
            await server.submit(budget(campaign, "60"), key="k1", person=person)
        with pytest.raises(Refused, match="was rejected"):
            await server.submit(budget(campaign, "60"), key="k1", person=person)

        assert (waiting.state, (await server.operation(waiting.id)).state) == ("pending_approval", "rejected")
    assert (len(person.asked), shop.writes()) == (2, 0)


async def test_an_answer_that_came_with_the_call_belongs_to_the_operation_it_was_asked_for(
    open_server: OpenServer, shop: Shop
) -> None:
    campaign = shop.open(40)
    async with open_server(ASKING) as server:
        waiting = await server.done(budget(campaign, "60"))
        answered = Person(answered={waiting.id: "approved"})

        other = await server.done(budget(campaign, "61"), person=Person("cancelled", {waiting.id: "approved"}))
        theirs = await server.done(
            budget(campaign, "60"), principal="another", person=Person("cancelled", {waiting.id: "approved"})
        )
        applied = await server.submit(budget(campaign, "60"), person=answered)
        again = await server.submit(budget(campaign, "60"), person=answered)

    assert {other.state, theirs.state} == {"pending_approval"}
    assert len({waiting.id, other.id, theirs.id}) == 3
    assert applied.operation is not None
    assert (applied.operation.id, applied.operation.state) == (waiting.id, "applied")
    assert again.operation == applied.operation
    assert shop.writes() == 1


async def test_no_person_is_asked_where_the_policy_does_not_take_the_clients_word(
    open_server: OpenServer, shop: Shop
) -> None:
    campaign, person = shop.open(40), Person()
    async with open_server(policy("[approvals]\nabove_daily = 50")) as server:
        waiting = await server.done(budget(campaign, "60"), person=person)
        with pytest.raises(Refused, match="takes no approvals by elicitation"):
            await server.gate.decide(waiting.approval, approve=True, approver="Ann", channel="elicitation")

    assert (waiting.state, person.asked, shop.writes()) == ("pending_approval", [], 0)


async def test_an_approval_is_kept_while_another_call_changes_the_campaign_between_its_look_and_its_use(
    open_server: OpenServer, shop: Shop
) -> None:
    campaign = shop.open(40)
    held = Held("GET")
    async with open_server(ASKING, wrappers=held.wrappers) as slow, open_server(ASKING) as quick:
        waiting = await slow.done(budget(campaign, "60"))
        await slow.approve(waiting)
        held.armed = True
        came: list[Outcome | AdsError] = []

        async def apply() -> None:
            came.extend(await together(lambda: slow.apply(waiting)))

        async with anyio.create_task_group() as group:
            group.start_soon(apply)
            await held.arrived.wait()
            await quick.done(budget(campaign, "40"))  # a change that leaves it as it was approved
            held.go.set()
        again = await slow.apply(waiting)

    assert [type(one) for one in came] == [InProgress]
    assert again.operation is not None
    assert (again.operation.state, shop.daily(campaign)) == ("applied", 60)


async def test_a_campaign_made_to_run_is_enabled_by_a_second_change_judged_by_itself(
    open_server: OpenServer, shop: Shop
) -> None:
    async with open_server(ASKING) as server:
        small = await server.submit(create(), key="k1", enable=True)
        again = await server.submit(create(), key="k1", enable=True)
        large = await server.submit(create("Autumn", "60"), enable=True)

    (running,), (paused,) = shop.campaigns("Spring"), shop.campaigns("Autumn")
    assert small.then is not None
    assert small.then.operation is not None
    assert small.then.operation.change == UpdateCampaign(ACCOUNT, running.id, status="active")
    assert again.then is not None
    assert (again.then.operation, again.then.replayed) == (small.then.operation, "key")
    assert large.then is not None
    assert large.then.operation is not None
    assert large.then.operation.state == "pending_approval"
    assert (running.switch, paused.switch, shop.writes()) == ("on", "off", 3)


async def test_a_campaign_that_may_not_run_is_said_to_be_there_and_paused(open_server: OpenServer, shop: Shop) -> None:
    shop.open(90)
    async with open_server(policy(caps="campaign = 50\naccount = 100")) as server:
        with pytest.raises(Partial) as partial:
            await server.submit(create(), enable=True)

        (made,) = shop.campaigns("Spring")
        assert (await server.operation(partial.value.operation_id)).campaign_id == made.id
    assert partial.value.message.startswith(
        f"Campaign {made.id} was created and stays paused: The cap for this account"
    )
    assert [limit.rule for limit in partial.value.limits] == ["caps.account"]
    assert (made.switch, shop.writes()) == ("off", 1)


async def test_enabling_that_may_have_been_done_is_unknown_and_not_said_to_be_paused(
    open_server: OpenServer, shop: Shop
) -> None:
    shop.house.faults.plan(Fault("meta", "lose_answer", path="12021000000002", skip=1))
    async with open_server() as server:
        with pytest.raises(AdsError) as error:
            await server.submit(create(), enable=True)

        unknown = await server.operation(error.value.operation_id)
    (made,) = shop.campaigns("Spring")
    assert (type(error.value), unknown.state) == (OutcomeUnknown, "unknown")
    assert unknown.change == UpdateCampaign(ACCOUNT, made.id, status="active")
