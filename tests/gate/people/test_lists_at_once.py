"""One list goes to several accounts, each with its own outcome."""

from datetime import timedelta
from typing import Any

import pytest

from tests.conftest import StandingClock
from tests.gate.conftest import in_a_file
from tests.gate.people.conftest import EVERYWHERE, GOOGLE, META, TIKTOK, Desk, OpenDesk, Town, allowing, table
from xylo_mcp.ledger import halts, handed

_ABOUT: dict[str, Any] = {"name": "Spring", "type": "customer_list"}
_COUNTED = {"phone_without_country": 2, "nothing_usable": 2, "consent_denied": 1}
"""What is left out of `_MIXED`."""
_MIXED = (
    "email,phone,consent\n"
    + "".join(f"p{row}@example.org,,granted\n" for row in range(95))
    + "ann@example.org,,\n,+15551230001,granted\n,12,granted\n,13,granted\nbob@example.org,,denied\n"
)


async def test_each_account_has_its_own_outcome_and_one_that_fails_costs_the_others_nothing(
    desk: Desk, town: Town
) -> None:
    file = town.put(table(10))
    town.plan(GOOGLE, "status", path="userLists:mutate", status=403)

    came = await desk.call("create_audience", accounts=EVERYWHERE, file=file, **_ABOUT)

    meta, google, tiktok = came["parts"]
    assert came["complete"] is False
    assert [(one["account"], one["state"], one["sent"]) for one in came["parts"]] == [
        (META, "applied", 10),
        (GOOGLE, "failed", 0),
        (TIKTOK, "applied", 10),
    ]
    assert [bool(one["error"]) for one in came["parts"]] == [False, True, False]
    assert town.sizes("Spring") == {META: (10,), GOOGLE: (), TIKTOK: (10,)}
    assert (meta["target"], tiktok["target"]) == (*town.audiences(META, "Spring"), *town.audiences(TIKTOK, "Spring"))
    assert google["target"] == ""


@in_a_file
async def test_an_account_that_is_not_reached_costs_the_others_nothing(desk: Desk, town: Town) -> None:
    file, stranger = town.put(table(3)), "act_999999999"

    came = await desk.call("create_audience", accounts=[META, stranger], file=file, **_ABOUT)
    alone = await desk.error("create_audience", accounts=[stranger], file=file, **_ABOUT)

    assert [(one["account"], one["state"]) for one in came["parts"]] == [(META, "applied"), (stranger, "failed")]
    assert came["parts"][1]["error"].startswith("NOT_FOUND: ")
    assert alone.code == "NOT_FOUND"
    assert await desk.states() == ["applied"]


@in_a_file
async def test_rows_that_are_of_no_use_are_counted_by_reason_and_nobody_is_named(desk: Desk, town: Town) -> None:
    file = town.put(_MIXED)

    rehearsed = await desk.call("create_audience", accounts=EVERYWHERE, file=file, dry_run=True, **_ABOUT)
    before = (town.sizes("Spring"), await desk.states())
    came = await desk.call("create_audience", accounts=EVERYWHERE, file=file, **_ABOUT)

    assert before == (dict.fromkeys(EVERYWHERE, ()), [])
    for outcome, state in ((rehearsed, "dry_run: would be sent"), (came, "applied")):
        assert [(one["state"], one["sent"], one["left_out"]) for one in outcome["parts"]] == [
            (state, 97, _COUNTED) for _ in EVERYWHERE
        ]
        assert "@" not in str(outcome)
    assert town.sizes("Spring") == dict.fromkeys(EVERYWHERE, (97,))


@in_a_file
@pytest.mark.parametrize(
    ("consent", "said", "sent", "left_out"),
    [
        ("granted", "", 96, {"consent_unsaid": 1}),
        ("granted", "granted", 97, {}),
        ("not_denied", "denied", 96, {}),
    ],
)
async def test_whose_consent_the_policy_misses_is_left_out(
    open_desk: OpenDesk, town: Town, consent: str, said: str, sent: int, left_out: dict[str, int]
) -> None:
    file = town.put(_MIXED)
    async with open_desk(allowing(consent=consent)) as desk:
        came = await desk.call("create_audience", accounts=[META], file=file, consent=said, **_ABOUT)

    (part,) = came["parts"]
    denied = {"consent_denied": 2} if said == "denied" else {}
    assert (part["sent"], part["left_out"]) == (sent, _COUNTED | left_out | denied)
    assert town.sizes("Spring", [META]) == {META: (sent,)}


@in_a_file
@pytest.mark.parametrize("text", ["email\n", "email\nnobody\n", "email,consent\np0@example.org,denied\n"])
async def test_of_a_list_without_anybody_of_use_no_audience_is_made(desk: Desk, town: Town, text: str) -> None:
    file = town.put(text)

    came = await desk.call("create_audience", accounts=EVERYWHERE[:2], file=file, **_ABOUT)

    assert [(one["state"], one["sent"]) for one in came["parts"]] == [("failed", 0)] * 2
    assert all(one["error"].startswith("INVALID_ARGUMENT: customers: no row is of use") for one in came["parts"])
    assert town.sizes("Spring") == dict.fromkeys(EVERYWHERE, ())
    assert await desk.store.read(lambda tx: handed.rows_last_day(tx, META)) == 0


@in_a_file
async def test_one_person_is_a_list(desk: Desk, town: Town) -> None:
    people = [{"email": "customer@example.com"}]

    came = await desk.call("create_audience", accounts=EVERYWHERE, customers=people, **_ABOUT)

    assert [one["state"] for one in came["parts"]] == ["applied"] * 3
    assert town.sizes("Spring") == dict.fromkeys(EVERYWHERE, (1,))


@in_a_file
@pytest.mark.parametrize("account", EVERYWHERE)
async def test_people_are_added_replaced_and_taken_out_whatever_they_said(
    open_desk: OpenDesk, town: Town, clock: StandingClock, account: str
) -> None:
    town.put(table(1500), "first.csv")
    town.put(table(1400, "q"), "second.csv")
    town.put("email,consent\nq0@example.org,denied\nq1@example.org,\n", "gone.csv")
    async with open_desk(allowing(consent="granted"), portion=1000) as desk:
        made = await desk.call("create_audience", accounts=[account], file="first.csv", consent="granted", **_ABOUT)
        about: dict[str, Any] = {"account": account, "audience_id": made["parts"][0]["target"]}
        sizes: list[tuple[int, ...]] = []
        for action, file in (("add", "second.csv"), ("remove", "gone.csv"), ("replace", "first.csv")):
            clock.now += timedelta(days=2)  # platforms take so long until they are done with what was before
            consent = "" if action == "remove" else "granted"
            came = await desk.call("update_audience", action=action, file=file, consent=consent, **about)
            assert [(one["state"], one["error"]) for one in came["parts"]] == [("applied", "")]
            sizes += town.sizes("Spring", [account]).values()

    assert sizes == [(2900,), (2898,), (1500,)]


@in_a_file
async def test_what_an_update_surely_did_not_do_failed(desk: Desk, town: Town) -> None:
    file = town.put(table(3))
    for account in EVERYWHERE:
        error = await desk.error("update_audience", account=account, audience_id="404", action="add", file=file)
        assert (error.side_effects, error.code) in (("none", "NOT_FOUND"), ("none", "PLATFORM_ERROR"))

    assert await desk.states() == ["failed"] * 3


@in_a_file
@pytest.mark.parametrize(
    ("policy", "state", "rule"),
    [
        (allowing().replace('lists = ["*"]', f'lists = ["{GOOGLE}"]'), "refused", "people.lists"),
        (allowing("rows_per_day = 2"), "refused", "people.rows_per_day"),
        (allowing(accounts=f'{META} = "read_only"'), "refused", "accounts"),
        (allowing(accounts=f'{META} = "dry_run"'), "rehearsed", ""),
        (allowing(), "frozen", "halt"),
        (allowing("rows_per_day = 3"), "applied", ""),
    ],
)
async def test_the_policy_says_whether_people_may_go(
    open_desk: OpenDesk, town: Town, policy: str, state: str, rule: str
) -> None:
    file = town.put(table(3))
    async with open_desk(policy) as desk:
        if state == "frozen":
            await desk.store.write(lambda tx: halts.halt(tx, "Ann", "all", "freeze_all", "a drill"))
        if state in ("refused", "frozen"):
            error = await desk.error("create_audience", accounts=[META], file=file, **_ABOUT)
            assert (error.code, [limit.rule for limit in error.limits]) == ("REFUSED", [rule])
        else:
            (part,) = (await desk.call("create_audience", accounts=[META], file=file, **_ABOUT))["parts"]
            assert (part["state"], part["sent"]) == (
                "dry_run: would be sent" if state == "rehearsed" else "applied",
                3,
            )
        states = await desk.states()

    assert (states, town.sizes("Spring", [META])) == (
        (["applied"], {META: (3,)}) if state == "applied" else ([], {META: ()})
    )


@in_a_file
@pytest.mark.parametrize("how", [{"read_only": True}, {"mode": "dry_run"}])
async def test_a_server_that_only_reads_or_rehearses_tells_nobody_of_anybody(
    open_desk: OpenDesk, town: Town, how: dict[str, object]
) -> None:
    file = town.put(table(3))
    async with open_desk(**how) as desk:
        if "read_only" in how:
            assert (await desk.error("create_audience", accounts=[META], file=file, **_ABOUT)).code == "REFUSED"
        else:
            (part,) = (await desk.call("create_audience", accounts=[META], file=file, **_ABOUT))["parts"]
            assert part["state"] == "dry_run: would be sent"
        assert await desk.states() == []

    assert town.sizes("Spring") == dict.fromkeys(EVERYWHERE, ())


@in_a_file
async def test_what_a_platform_has_not_is_refused_before_anything_is_sent(desk: Desk, town: Town) -> None:
    engaged = await desk.error("create_audience", accounts=[GOOGLE], name="Spring", type="engagement", source="77")
    closed = await desk.error("update_audience", account=META, audience_id="77", status="closed")

    assert (engaged.code, closed.code) == ("UNSUPPORTED", "UNSUPPORTED")
    assert (await desk.states(), town.sizes("Spring")) == ([], dict.fromkeys(EVERYWHERE, ()))
