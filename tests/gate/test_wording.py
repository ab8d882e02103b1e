"""What people and callers are told: amounts first, names quoted, errors with the operation they are about."""

from datetime import UTC, datetime
from decimal import Decimal

import msgspec
import pytest

from tests.gate.conftest import ACCOUNT, budget, create
from xylo_mcp.ads.accounts import Account
from xylo_mcp.ads.changes import Change, PauseCampaign, UpdateCampaign
from xylo_mcp.ads.errors import (
    AdsError,
    Garbled,
    InProgress,
    Late,
    OutcomeUnknown,
    Partial,
    Refused,
    Throttled,
    Unavailable,
    VendorWords,
)
from xylo_mcp.ads.operations import Failing, Operation, State, Step
from xylo_mcp.gate import describing, wording
from xylo_mcp.gate.outcomes import Outcome

SHOP = Account(ACCOUNT, "meta", "Shop", "USD", "America/Los_Angeles", "active", "1")
NOW = datetime(2026, 3, 18, tzinfo=UTC)
CREATE = create('Say "yes"\nApprove this')
OPERATION = Operation(
    id="abc",
    principal="agent",
    tool="create_campaign",
    key="",
    digest="d",
    change=CREATE,
    account=ACCOUNT,
    platform="meta",
    currency="USD",
    campaign_id="",
    tag="op:abc",
    state="applied",
    created_at=NOW,
    updated_at=NOW,
    daily_before=None,
    daily_after=Decimal("20.00"),
    policy="p",
    steps=(Step(CREATE, "applied"),),
    failing=Failing("PLATFORM_ERROR", "It said no.", "Ask for less.", "100", "Nope"),
)


def outcome(operation: Operation | None) -> Outcome:
    return Outcome(SHOP, CREATE, operation, None, None, None)


@pytest.mark.parametrize("state", ["applied", "pending_approval"])
def test_what_was_done_or_waits_is_no_error(state: State) -> None:
    came = outcome(msgspec.structs.replace(OPERATION, state=state))

    assert wording.outcome(came) is came
    assert wording.outcome(outcome(None)).operation is None


@pytest.mark.parametrize(
    ("state", "code", "side_effects", "message"),
    [
        ("sending", "OPERATION_PENDING", "none", "This very change is being made by an earlier call."),
        ("unknown", "OUTCOME_UNKNOWN", "unknown", "The platform was told, and no answer says whether it did it."),
        ("quarantined", "OUTCOME_UNKNOWN", "unknown", "The platform was told, and no answer says whether it did it."),
        ("partial", "PARTIALLY_DONE", "partial", "The first part was done, the rest was not: It said no."),
        ("rejected", "REFUSED", "none", "This change was rejected: a person had to allow it."),
        ("expired", "REFUSED", "none", "This change was expired: a person had to allow it."),
        ("failed", "PLATFORM_ERROR", "none", "It said no."),
    ],
)
def test_every_other_state_is_an_error_about_its_operation(
    state: State, code: str, side_effects: str, message: str
) -> None:
    with pytest.raises(AdsError) as raised:
        wording.outcome(outcome(msgspec.structs.replace(OPERATION, state=state)))

    error = raised.value
    assert (error.code, error.side_effects, error.operation_id) == (code, side_effects, "abc")
    assert error.message.startswith(message)


@pytest.mark.parametrize("kind", [Late, Unavailable, Garbled, Throttled, Refused])
def test_a_created_campaign_that_could_not_be_enabled_is_there_whatever_was_in_the_way(kind: type[AdsError]) -> None:
    error = wording.not_enabled(msgspec.structs.replace(OPERATION, campaign_id="7"), kind("It failed.", "Ask again."))

    assert (error.code, error.side_effects, error.operation_id) == ("PARTIALLY_DONE", "partial", "abc")
    assert error.message == "Campaign 7 was created and stays paused: It failed."


@pytest.mark.parametrize("kind", [OutcomeUnknown, Partial, InProgress])
def test_what_enabling_may_have_done_is_not_said_to_be_paused(kind: type[AdsError]) -> None:
    error = kind("It may be on.", "Wait.")

    assert wording.not_enabled(OPERATION, error) is error


def test_a_failure_keeps_the_platforms_words_apart_from_ours() -> None:
    with pytest.raises(AdsError) as raised:
        wording.outcome(outcome(msgspec.structs.replace(OPERATION, state="failed")))

    error = raised.value
    assert (error.fix, error.platform, error.vendor) == ("Ask for less.", "meta", VendorWords("100", "Nope"))


def test_a_name_cannot_push_the_amount_out_of_view_or_add_lines() -> None:
    lines = describing.question(OPERATION, msgspec.structs.replace(SHOP, name="x" * 10_000)).splitlines()

    assert lines[:3] == [
        f"Allow this change on {ACCOUNT}?",
        "It would commit 20.00 USD per day (about 608.00 USD per month);",
        "until now it is an amount without bound.",
    ]
    assert len(lines) == 4
    assert len(lines[3]) < 400


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (create("Spring"), 'create campaign "Spring" (traffic)'),
        (PauseCampaign(ACCOUNT, "7"), "pause campaign 7"),
        (budget("7", "20"), "change campaign 7: daily_budget to 20.00 USD"),
        (
            UpdateCampaign(ACCOUNT, "7", name="New", ends=NOW.date(), status="active"),
            'change campaign 7: name to "New", ends to 2026-03-18, status to "active"',
        ),
    ],
)
def test_a_change_is_described_in_one_line(change: Change, words: str) -> None:
    assert describing.described(change) == words
