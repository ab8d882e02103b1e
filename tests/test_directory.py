"""Which accounts there are, who answers for each, and what happens when some do not."""

import re
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime, timedelta
from typing import Protocol

import anyio
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from xylo_mcp.ads.accounts import Account
from xylo_mcp.ads.errors import Invalid, Late, NotFound, Throttled, Unavailable
from xylo_mcp.app import App, Caller
from xylo_mcp.contract import AdReader
from xylo_mcp.directory import Directory
from xylo_mcp.sandbox.faults import Fault
from xylo_mcp.sandbox.house import House

pytestmark = pytest.mark.virtual_time

META, GOOGLE, TIKTOK = "act_123456789", "customers/1234567890", "tiktok_7123456789012345678"
NOBODY = "act_999999999"
LISTS = {"google": "customers:listAccessibleCustomers", "meta": "me/adaccounts", "tiktok": "oauth2/advertiser/get"}
FOR_EVER = -1
OpenCaller = Callable[..., AbstractAsyncContextManager[Caller]]


class Clock(Protocol):
    now: datetime

    def __call__(self) -> datetime: ...


@pytest.fixture
def directory(app: App) -> Directory:
    return app.directory


@pytest.fixture
def listings(house: House) -> Callable[[str], int]:
    """How often the accounts of a platform were listed since the sandbox was opened: met faults count it."""
    plenty = 1000
    for platform, path in LISTS.items():
        house.faults.plan(Fault(platform, "slow", path, times=plenty))

    def count(platform: str) -> int:
        (left,) = (fault.times for fault in house.faults.planned() if fault.platform == platform)
        return plenty - left

    return count


async def name_of(account: Account, reader: AdReader) -> str:
    return account.id


def public_ids(house: House, platform: str = "") -> list[str]:
    return [
        account
        for cast in house.world.casts
        if platform in ("", cast.platform)
        for account in sorted(plan.public_id for plan in cast.accounts)
    ]


async def test_all_accounts_of_all_platforms_are_there_by_platform_and_id(directory: Directory, house: House) -> None:
    answers = await directory.accounts()

    assert [account.id for account, _ in answers.answered] == public_ids(house)
    assert answers.failures == []


@pytest.mark.parametrize("platform", ["google", "meta", "tiktok"])
async def test_the_accounts_of_one_platform_can_be_asked_for(directory: Directory, house: House, platform: str) -> None:
    answers = await directory.accounts(platform)

    assert [account.id for account, _ in answers.answered] == public_ids(house, platform)
    assert {account.platform for account, _ in answers.answered} == {platform}


async def test_asking_for_the_accounts_of_one_platform_asks_no_other(
    directory: Directory, listings: Callable[[str], int]
) -> None:
    await directory.accounts("meta")

    assert {platform: listings(platform) for platform in LISTS} == {"google": 0, "meta": 1, "tiktok": 0}


async def test_a_platform_that_is_not_served_is_refused_with_those_that_are(directory: Directory) -> None:
    with pytest.raises(Invalid) as refused:
        await directory.accounts("snap\u202echat")

    assert str(refused.value) == "platform: 'snap\\u202echat' is not served here; google, meta, tiktok are."
    assert directory.platforms == ("google", "meta", "tiktok")


async def test_every_account_answers_a_question_to_all_in_a_stable_order(directory: Directory, house: House) -> None:
    answers = await directory.ask((), name_of)

    assert [(account.id, said) for account, said in answers.answered] == [(name, name) for name in public_ids(house)]


@given(ids=st.lists(st.sampled_from([META, GOOGLE, TIKTOK, "act_223456789", "customers/1112223334"]), min_size=1))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_answers_come_in_the_order_of_asking_each_account_once(directory: Directory, ids: list[str]) -> None:
    answers = await directory.ask(ids, name_of)

    assert [account.id for account, _ in answers.answered] == list(dict.fromkeys(ids))


async def test_the_spec_of_an_account_is_its_platforms(directory: Directory) -> None:
    answers = await directory.ask([META, GOOGLE, TIKTOK], name_of)

    assert [directory.spec(account).name for account, _ in answers.answered] == ["meta", "google", "tiktok"]


@pytest.mark.parametrize(
    "account_id",
    [
        "",
        "123456789",
        "act_",
        "act_123456789 ",
        " act_123456789",
        "act_123456789\n",
        "ACT_123456789",
        "act_١٢٣٤٥٦٧٨٩",
        "act_123456789/../act_223456789",
        "customers/123-456-7890",
        "customers/12345678901",
        "tiktok_712345678901234567x",
        "act_123456789&fields=access_token",
        "act_" + "1" * 5000,
    ],
)
async def test_what_has_no_platforms_form_is_refused_before_anybody_is_asked(
    directory: Directory, listings: Callable[[str], int], account_id: str
) -> None:
    with pytest.raises(Invalid) as refused:
        await directory.ask([META, account_id], name_of)

    forms = "customers/1234567890, act_123456789, tiktok_7123456789012345678"
    assert str(refused.value) == f"accounts: {account_id[:60]!a} is not an account id. Ids look like {forms}."
    assert {platform: listings(platform) for platform in LISTS} == {"google": 0, "meta": 0, "tiktok": 0}


async def test_an_account_that_the_credentials_do_not_reach_is_named_beside_the_answers(directory: Directory) -> None:
    answers = await directory.ask([NOBODY, META], name_of)

    assert [said for _, said in answers.answered] == [META]
    ((subject, error),) = ((failure.subject, failure.error) for failure in answers.failures)
    assert (subject, type(error)) == (NOBODY, NotFound)
    assert str(error) == f"accounts: {NOBODY} is not reachable with these credentials."


async def test_when_the_only_one_who_was_asked_failed_there_is_nothing_to_show(directory: Directory) -> None:
    answers = await directory.ask([NOBODY], name_of)

    with pytest.raises(NotFound) as failed:
        answers.some()
    assert [(failure.subject, failure.error) for failure in answers.failures] == [(NOBODY, failed.value)]


async def test_when_anybody_answered_or_several_failed_there_is_something_to_show(directory: Directory) -> None:
    for ids in ([META], [META, NOBODY], [NOBODY, "act_999999998"]):
        answers = await directory.ask(ids, name_of)
        assert answers.some() is answers


async def test_failures_come_in_the_order_of_asking_too(directory: Directory) -> None:
    ids = ["act_999999999", "customers/9999999999", "act_999999998", "tiktok_999999999999999999"]

    answers = await directory.ask([ids[0], META, *ids[1:], META], name_of)

    assert [failure.subject for failure in answers.failures] == ids


async def test_an_account_of_a_platform_that_is_not_served_is_refused_by_its_name(app: App, clock: Clock) -> None:
    meta = (await app.directory.ask([META], name_of)).answered[0][0]
    directory = Directory({}, clock, 5, [app.directory.spec(meta)])

    with pytest.raises(Invalid) as refused:
        await directory.ask([META], name_of)

    assert str(refused.value) == f"accounts: {META} is of Meta, which is not served here."


async def test_a_question_may_end_earlier_than_the_deadline(directory: Directory) -> None:
    async def hang(account: Account, reader: AdReader) -> None:
        await anyio.sleep_forever()

    await directory.accounts()
    with anyio.fail_after(5):
        answers = await directory.ask([META, TIKTOK], hang, anyio.current_time() + 0.02)

    assert [(failure.subject, type(failure.error)) for failure in answers.failures] == [(META, Late), (TIKTOK, Late)]


async def test_when_several_accounts_fail_each_is_named(directory: Directory) -> None:
    answers = await directory.ask([NOBODY, "customers/9999999999"], name_of)

    assert answers.answered == []
    assert sorted((failure.subject, failure.error.code) for failure in answers.failures) == [
        (NOBODY, "NOT_FOUND"),
        ("customers/9999999999", "NOT_FOUND"),
    ]


async def test_an_account_that_fails_costs_the_others_nothing(directory: Directory) -> None:
    failure = Unavailable("Down.", "Wait.", platform="meta")

    async def stumble(account: Account, reader: AdReader) -> str:
        if account.id == META:
            raise failure
        return account.id

    answers = await directory.ask([TIKTOK, META, GOOGLE], stumble)

    assert [said for _, said in answers.answered] == [TIKTOK, GOOGLE]
    assert [(one.subject, one.error) for one in answers.failures] == [(META, failure)]


async def test_a_platform_whose_accounts_cannot_be_listed_is_named_once_for_a_question_to_all(
    directory: Directory, house: House
) -> None:
    house.faults.plan(Fault("tiktok", "throttle", LISTS["tiktok"], times=FOR_EVER))

    answers = await directory.ask((), name_of)

    assert [account.id for account, _ in answers.answered] == public_ids(house)[:-4]
    assert [(failure.subject, type(failure.error)) for failure in answers.failures] == [("tiktok", Throttled)]


async def test_a_platform_whose_accounts_cannot_be_listed_is_the_failure_of_each_account_asked_for(
    directory: Directory, house: House
) -> None:
    house.faults.plan(Fault("meta", "throttle", LISTS["meta"], times=FOR_EVER))

    answers = await directory.ask([META, TIKTOK, "act_223456789"], name_of)

    assert [said for _, said in answers.answered] == [TIKTOK]
    assert [(failure.subject, failure.error.code) for failure in answers.failures] == [
        (META, "RATE_LIMITED"),
        ("act_223456789", "RATE_LIMITED"),
    ]


async def test_a_defect_is_not_taken_for_a_platforms_failure(directory: Directory) -> None:
    async def stumble(account: Account, reader: AdReader) -> str:
        raise KeyError(account.id)

    with pytest.raises(KeyError, match=META):
        await directory.ask([META], stumble)


async def test_all_accounts_are_asked_at_once(directory: Directory, house: House) -> None:
    waiting = set(public_ids(house))
    everybody = anyio.Event()

    async def wait_for_the_others(account: Account, reader: AdReader) -> None:
        waiting.discard(account.id)
        if not waiting:
            everybody.set()
        await everybody.wait()

    with anyio.fail_after(5):
        answers = await directory.ask((), wait_for_the_others)

    assert len(answers.answered) == len(public_ids(house))


async def test_whoever_has_not_answered_by_the_deadline_has_failed_and_the_others_have_answered(
    open_caller: OpenCaller,
) -> None:
    async def hang(account: Account, reader: AdReader) -> str:
        if account.id == META:
            await anyio.sleep_forever()
        return account.id

    async with open_caller(deadline=0.05) as caller:
        await caller.app.directory.accounts()
        with anyio.fail_after(5):
            answers = await caller.app.directory.ask([META, TIKTOK], hang)

    assert [said for _, said in answers.answered] == [TIKTOK]
    ((subject, error),) = ((failure.subject, failure.error) for failure in answers.failures)
    assert (subject, type(error), error.platform) == (META, Late, "meta")
    assert str(error) == "No answer within 0.05 seconds."


async def test_the_deadline_counts_from_the_question_whatever_it_is_spent_on(
    open_caller: OpenCaller, house: House
) -> None:
    house.faults.plan(Fault("meta", "hang", LISTS["meta"], times=FOR_EVER))

    async with open_caller(deadline=0.3) as caller:
        with anyio.fail_after(5):
            answers = await caller.app.directory.accounts()

    assert [(failure.subject, type(failure.error)) for failure in answers.failures] == [("meta", Late)]
    assert [account.id for account, _ in answers.answered] == public_ids(house, "google") + public_ids(house, "tiktok")


async def test_who_stops_waiting_stops_the_question(directory: Directory) -> None:
    stopped: list[str] = []

    async def hang(account: Account, reader: AdReader) -> None:
        try:
            await anyio.sleep_forever()
        finally:
            stopped.append(account.id)

    await directory.accounts()
    with anyio.move_on_after(0.02) as scope:
        await directory.ask([META, TIKTOK], hang)

    assert scope.cancelled_caught
    assert sorted(stopped) == [META, TIKTOK]


async def test_the_list_of_accounts_is_remembered_for_ten_minutes(
    directory: Directory, clock: Clock, listings: Callable[[str], int]
) -> None:
    seen: list[int] = []
    for seconds in (0, 0, 599, 1):
        clock.now += timedelta(seconds=seconds)
        await directory.ask([META], name_of)
        seen.append(listings("meta"))

    assert seen == [1, 1, 1, 2]


async def test_whoever_lists_the_accounts_gets_them_no_older_than_half_a_minute(
    directory: Directory, clock: Clock, listings: Callable[[str], int]
) -> None:
    seen: list[int] = []
    for seconds in (0, 29, 1):
        clock.now += timedelta(seconds=seconds)
        await directory.accounts("meta")
        seen.append(listings("meta"))

    assert seen == [1, 1, 2]


async def test_an_account_that_is_not_known_is_looked_for_again_but_not_all_the_time(
    directory: Directory, clock: Clock, listings: Callable[[str], int]
) -> None:
    seen: list[int] = []
    for seconds in (0, 29, 1):
        clock.now += timedelta(seconds=seconds)
        await directory.ask([META, NOBODY], name_of)
        seen.append(listings("meta"))

    assert seen == [1, 1, 2]


async def test_questions_at_the_same_time_list_the_accounts_once(
    directory: Directory, listings: Callable[[str], int]
) -> None:
    async with anyio.create_task_group() as group:
        for _ in range(5):
            group.start_soon(directory.ask, [META], name_of)

    assert listings("meta") == 1


async def test_a_list_that_failed_is_not_remembered(directory: Directory, house: House) -> None:
    house.faults.plan(Fault("meta", "expire_token", LISTS["meta"]))

    failed = await directory.ask([META], name_of)
    answers = await directory.ask([META], name_of)

    assert [failure.error.code for failure in failed.failures] == ["AUTH_REQUIRED"]
    assert [said for _, said in answers.answered] == [META]


async def test_what_is_known_stays_good_when_it_cannot_be_listed_again(
    directory: Directory, clock: Clock, house: House
) -> None:
    await directory.accounts()
    clock.now += timedelta(seconds=31)
    house.faults.plan(Fault("meta", "expire_token", LISTS["meta"]))

    answers = await directory.ask([NOBODY, META], name_of)

    assert [said for _, said in answers.answered] == [META]
    assert [(failure.subject, failure.error.code) for failure in answers.failures] == [(NOBODY, "AUTH_REQUIRED")]


async def test_an_id_of_any_platform_leads_to_that_platform(directory: Directory, house: House) -> None:
    async def who(account: Account, reader: AdReader) -> str:
        return account.platform

    answers = await directory.ask(public_ids(house), who)

    expected: Sequence[str] = [cast.platform for cast in house.world.casts for _ in cast.accounts]
    assert [said for _, said in answers.answered] == expected
    assert all(re.fullmatch(directory.spec(account).account_id, account.id) for account, _ in answers.answered)
