"""Nothing of people is in a file, log, answer or address, whatever goes right or wrong."""

from collections.abc import Callable
from hashlib import sha256
from typing import Literal

import pytest

from tests.privacy import canaries
from tests.privacy.conftest import ACCOUNTS, DESTINATIONS, Breaks, Place, everything, wrongly
from xylo_mcp.platforms import found
from xylo_mcp.sandbox.faults import Fault, Kind

pytestmark = pytest.mark.virtual_time
Check = Callable[[], None]


async def test_nothing_of_people_is_written_where_all_goes_well(place: Place, nothing_said: Check) -> None:
    async with place.talk() as talk:
        await everything(talk)

    nothing_said()


async def test_nothing_of_people_is_said_again_where_it_is_given_wrongly(place: Place, nothing_said: Check) -> None:
    async with place.talk() as talk:
        await wrongly(talk)

    nothing_said()


@pytest.mark.parametrize("breaks", ["crashes", "echoes"])
async def test_nothing_of_people_is_written_where_a_platform(breaks: Breaks, place: Place, nothing_said: Check) -> None:
    place.house.breaks = breaks
    async with place.talk() as talk:
        await everything(talk)

    nothing_said()


@pytest.mark.parametrize("kind", ["lose_answer", "server_error", "cut"])
async def test_nothing_of_people_is_written_where_answers_are_bad(
    kind: Kind, place: Place, nothing_said: Check
) -> None:
    for platform in place.house.platforms:
        place.house.faults.plan(Fault(platform, kind, skip=3, times=-1))
    async with place.talk() as talk:
        await everything(talk)

    nothing_said()


@pytest.mark.parametrize("reply", ["accept", "decline"])
@pytest.mark.parametrize("era", ["legacy", "2026-07-28"])
async def test_nothing_of_people_is_in_what_a_person_is_asked(
    era: Literal["legacy", "2026-07-28"], reply: str, place: Place, nothing_said: Check
) -> None:
    place.says('[people]\nlists = ["*"]\ndestinations = { "*" = ["*"] }\napproval_above_rows = 0\n')

    async with place.talk(era, reply) as talk:
        for account, destination in zip(ACCOUNTS, DESTINATIONS, strict=True):
            people = {"customers": [dict(canaries.RAW)], "consent": "granted"}
            await talk.ask("create_audience", accounts=[account], name="Asked", type="customer_list", **people)
            await talk.ask("update_audience", account=account, audience_id="7", action="add", file="people.csv")
            await talk.ask("send_conversion", destinations=[destination], events=[canaries.event()])

    assert sum("requested_schema" in one for one in place.heard) == 3 * len(ACCOUNTS)
    nothing_said()


@pytest.mark.parametrize("people", ["", '[people]\nlists = ["*"]\ndestinations = { "*" = ["*"] }\nrows_per_day = 0\n'])
async def test_nothing_of_people_is_kept_of_what_the_rules_refuse(
    people: str, place: Place, nothing_said: Check
) -> None:
    place.says(people)

    async with place.talk() as talk:
        await everything(talk)

    assert {one.platform for one in place.house.sent if canaries.found_in(one.body)} == set()
    nothing_said()


async def test_nothing_of_people_is_kept_to_go_on_with(place: Place, nothing_said: Check) -> None:
    asked = {"accounts": ACCOUNTS, "name": "Interrupted", "type": "customer_list", "file": "people.csv"}
    for platform in place.house.platforms:
        place.house.faults.plan(Fault(platform, "server_error", skip=1, times=8))
    async with place.talk() as talk:
        await talk.ask("create_audience", **asked)
    nothing_said()

    place.house.faults.clear()
    async with place.talk() as talk:
        await talk.ask("create_audience", **asked)
    nothing_said()


async def test_platforms_are_told_digests_where_digests_are_due_and_nothing_in_addresses(place: Place) -> None:
    async with place.talk() as talk:
        await everything(talk)

    sent = place.house.sent
    assert {one.address for one in sent if canaries.found_in(one.address.encode() + one.headers)} == set()
    for name, spec in found().items():
        plain = spec.audiences.forms.plain | spec.sending.forms.plain
        hashed = set(canaries.NORMAL) - plain
        told = b"".join(one.body for one in sent if one.platform == name)
        assert {kind for kind in hashed for text in canaries.plainly([kind]) if canaries.stands_in(text, told)} == set()
        assert sha256(canaries.NORMAL["email"].encode()).hexdigest().encode() in told
