"""Errors and records about operations, word for word: a caller acts on them."""

from decimal import Decimal

import msgspec
import pytest

from tests.gate.conftest import ACCOUNT, OpenServer, Server, Shop, budget, create, policy
from tests.gate.test_told import ASKING, STORED, made
from tests.gate.test_wording import SHOP
from tests.trails import trail
from xylo_mcp.ads.errors import AdsError, InProgress, OutcomeUnknown, Partial, Refused, Rejected, VendorWords
from xylo_mcp.ads.money import Money
from xylo_mcp.ads.operations import Failing, State
from xylo_mcp.ads.standings import Standing
from xylo_mcp.gate import wording
from xylo_mcp.gate.drift import drift
from xylo_mcp.gate.outcomes import Outcome

FAILING = Failing("PLATFORM_ERROR", "It said no.", "Ask for less.", "100", "Nope")
SAID = VendorWords("100", "Nope")
NEVER_SAID = VendorWords("", "")
MAYBE = (
    "The platform was told, and no answer says whether it did it. It counts as done until that is known.",
    "Do not repeat it. Ask get_operation: it is found out by reading, or by a person.",
)


@pytest.mark.parametrize(
    ("state", "failing", "kind", "words", "vendor"),
    [
        (
            "sending",
            None,
            InProgress,
            ("This very change is being made by an earlier call.", "Ask get_operation in a moment."),
            None,
        ),
        ("unknown", None, OutcomeUnknown, MAYBE, NEVER_SAID),
        ("quarantined", FAILING, OutcomeUnknown, MAYBE, SAID),
        (
            "partial",
            FAILING,
            Partial,
            ("The first part was done, the rest was not: It said no.", "Ask for less."),
            SAID,
        ),
        ("partial", None, Partial, ("The first part was done, the rest was not: ", ""), NEVER_SAID),
        (
            "rejected",
            None,
            Refused,
            ("This change was rejected: a person had to allow it.", "Do not ask for it again."),
            None,
        ),
        ("failed", FAILING, Rejected, ("It said no.", "Ask for less."), SAID),
    ],
)
def test_each_state_that_is_no_good_news_says_what_it_means(
    state: State,
    failing: Failing | None,
    kind: type[AdsError],
    words: tuple[str, str],
    vendor: VendorWords | None,
) -> None:
    operation = made(state=state, failing=failing)
    with pytest.raises(kind) as raised:
        wording.outcome(Outcome(SHOP, operation.campaign_change, operation, None, None, None))

    error = raised.value
    assert ((error.message, error.fix), error.vendor, error.operation_id) == (words, vendor, "abc")
    if vendor is not None:
        assert error.platform == "meta"


def test_what_was_sent_and_not_recorded_says_so() -> None:
    error = wording.unrecorded(made())

    assert (error.message, error.fix, error.platform, error.operation_id) == (
        "The change was sent, and the ledger failed before its outcome was written down.",
        "Do not repeat it. Ask get_operation once the ledger is back: it is found out by reading.",
        "meta",
        "abc",
    )


def test_what_drifted_is_told_with_both_values() -> None:
    operation = made(before=STORED, daily_before=Decimal("20.00"))
    yen = msgspec.structs.replace(STORED, daily_budget=Money(Decimal(3000), "JPY"), ends=None)

    assert drift(operation, Standing(STORED, ()), Decimal("20.00")) is None
    assert drift(operation, None, Decimal("20.00")) is None
    assert drift(made(before=None), Standing(STORED, ()), Decimal(0)) is None
    assert drift(operation, Standing(yen, ()), Decimal("20.00")) == Failing(
        "CONFLICT",
        "The campaign is not what it was when this was asked for: daily_budget was 20.00 USD and is 3000 JPY,"
        " ends was 2026-04-30 and is none.",
        "Look at it again and ask for the change anew.",
    )
    assert drift(operation, Standing(STORED, ()), None) == Failing(
        "CONFLICT",
        "The campaign is not what it was when this was asked for:"
        " it committed 20.00 USD per day and commits without bound.",
        "Look at it again and ask for the change anew.",
    )


async def test_a_refusal_is_told_with_what_it_was_about(server: Server, shop: Shop) -> None:
    campaign = shop.open(20)
    with pytest.raises(Refused):
        await server.submit(budget(campaign, "4000"))
    with pytest.raises(Refused):
        await server.submit(budget(campaign, "4000"))

    first, second = (await trail(server.store))[1:]
    assert (first[:2], first) == (("agent", "refused"), second)
    assert first[2] | {"digest": ""} == {
        "tool": "update_campaign",
        "account": ACCOUNT,
        "campaign": campaign,
        "digest": "",
        "policy": server.guarded.policy.digest,
        "rules": ["caps.campaign"],
    }
    assert len(str(first[2]["digest"])) == 64


async def test_a_repeated_call_is_told_what_the_first_one_commits(server: Server, shop: Shop) -> None:
    campaign = shop.open(20)
    first = await server.submit(budget(campaign, "30"), key="k1")
    again = await server.submit(budget(campaign, "30"), key="k1")

    assert (again.replayed, again.daily_before, again.daily_after) == ("key", Decimal("20.00"), Decimal("30.00"))
    assert (first.daily_before, first.daily_after) == (again.daily_before, again.daily_after)


async def test_what_the_guardrails_refuse_by_now_is_kept_as_overruled(open_server: OpenServer, shop: Shop) -> None:
    campaign = shop.open(40)
    async with open_server(ASKING) as server:
        waiting = await server.done(budget(campaign, "60"))
        await server.approve(waiting)
    lowered = policy("[approvals]\nabove_daily = 50\nchannels = ['terminal']", caps="campaign = 55\naccount = 500")
    async with open_server(lowered) as server:
        with pytest.raises(Refused):
            await server.apply(waiting)
        kept = await server.operation(waiting.id)

    assert (kept.state, kept.failing) == (
        "failed",
        Failing("REFUSED", "The guardrails refuse this now, approved or not.", "See get_guardrails, and ask for less."),
    )


def test_a_visible_mark_is_put_on_what_is_created_and_taken_off_again() -> None:
    marked = wording.marked(create(), "op:abc")

    assert marked == create("Spring [op:abc]")
    assert wording.marked(budget("77", "30"), "op:abc") == budget("77", "30")
    assert wording.unmarked(made(change=marked)) == create()
