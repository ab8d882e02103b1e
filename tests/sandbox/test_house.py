"""The sandbox on a port: its platforms, its truth and what shall go wrong."""

from collections.abc import AsyncGenerator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Protocol

import httpx2
import msgspec
import pytest

from xylo_mcp.sandbox.faults import KINDS, Fault
from xylo_mcp.sandbox.house import House
from xylo_mcp.sandbox.people import Audience, Event
from xylo_mcp.sandbox.truth import AudienceTruth, EventsTruth, Truth, truth

TIKTOK = "tiktok_7123456789012345678"


class Clock(Protocol):
    now: datetime

    def __call__(self) -> datetime: ...


@pytest.fixture
async def http(house: House) -> AsyncGenerator[httpx2.AsyncClient]:
    async with httpx2.AsyncClient(
        transport=httpx2.ASGITransport(app=house.port()), base_url="http://sandbox"
    ) as opened:
        yield opened


def test_every_folder_is_a_platform(house: House) -> None:
    assert house.platforms == ("google", "meta", "tiktok")
    assert [cast.platform for cast in house.world.casts] == ["google", "meta", "tiktok"]


def test_a_world_on_disk_is_the_same_after_a_restart(tmp_path: Path, clock: Clock) -> None:
    path = tmp_path / "sandbox" / "world.sqlite3"
    house = House(path, 7, clock)
    campaigns, anchor = house.world.campaigns("meta", "123456789"), house.world.anchor
    house.close()

    clock.now += timedelta(days=40)
    again = House(path, 7, clock)
    try:
        assert again.world.anchor == anchor == date(2026, 3, 18)
        assert again.world.campaigns("meta", "123456789") == campaigns
    finally:
        again.close()


async def test_each_platform_answers_under_its_name_with_its_own_refusals(http: httpx2.AsyncClient) -> None:
    answers = {
        "tiktok": await http.get("/tiktok/open_api/v1.3/oauth2/advertiser/get/"),
        "meta": await http.get("/meta/v26.0/me/adaccounts"),
        "google": await http.get("/google/v26/customers:listAccessibleCustomers"),
    }

    assert {name: answer.status_code for name, answer in answers.items()} == {"tiktok": 200, "meta": 400, "google": 401}
    assert msgspec.json.decode(answers["tiktok"].content, type=dict[str, object])["code"] != 0
    assert "error" in msgspec.json.decode(answers["meta"].content, type=dict[str, object])
    assert "error" in msgspec.json.decode(answers["google"].content, type=dict[str, object])


async def test_the_port_tells_the_truth(http: httpx2.AsyncClient, house: House) -> None:
    answer = await http.get("/_world", params={"account": TIKTOK})

    assert answer.headers["content-type"] == "application/json"
    assert msgspec.json.decode(answer.content, type=Truth) == truth(house.world, TIKTOK)


async def test_the_truth_can_be_restricted_to_some_days(http: httpx2.AsyncClient, house: House) -> None:
    answer = await http.get("/_world", params={"account": TIKTOK, "since": "2026-03-01", "until": "2026-03-02"})

    told = msgspec.json.decode(answer.content, type=Truth)
    assert told == truth(house.world, TIKTOK, date(2026, 3, 1), date(2026, 3, 2))
    assert {day.date for day in told.days} == {date(2026, 3, 1), date(2026, 3, 2)}


async def test_of_people_the_truth_tells_counts_alone(http: httpx2.AsyncClient, house: House) -> None:
    now = datetime(2026, 3, 18, 15, 30, tzinfo=UTC)
    people = house.world.people
    made = people.keep(Audience("tiktok", TIKTOK.removeprefix("tiktok_"), "9", "Kunden", "customer_list", now, now))
    people.tell(made, "add", [f"person {number}" for number in range(100)])
    event = Event("tiktok", "CABC", "purchase", "order-1", now, now, person={"email": "a-digest"})
    people.hear([event, replace(event, counted=False)])

    answer = await http.get("/_world", params={"account": TIKTOK})

    told = msgspec.json.decode(answer.content, type=Truth)
    (audience,) = told.audiences
    assert audience == AudienceTruth("9", "tiktok", TIKTOK, "Kunden", "customer_list", 100, people.matched(made))
    assert told.events == [EventsTruth("tiktok", "CABC", received=2, counted=1)]
    assert b"person 1" not in answer.content
    assert b"a-digest" not in answer.content


@pytest.mark.parametrize("days", [{"since": "yesterday"}, {"until": "2026-02-30"}])
async def test_what_is_no_day_is_refused(http: httpx2.AsyncClient, days: dict[str, str]) -> None:
    answer = await http.get("/_world", params=days)

    assert (answer.status_code, answer.json()) == (400, {"error": "since and until are days such as 2026-03-01"})


async def test_faults_are_planned_told_met_and_forgotten(http: httpx2.AsyncClient, house: House) -> None:
    planned = [
        {"platform": "tiktok", "kind": "status", "status": 502},
        {"platform": "meta", "kind": "empty", "times": -1},
    ]
    expected = [Fault("tiktok", "status", status=502), Fault("meta", "empty", times=-1)]

    said = await http.post("/_faults", json=planned)

    assert msgspec.json.decode(said.content, type=list[Fault]) == house.faults.planned() == expected
    assert (await http.get("/tiktok/open_api/v1.3/campaign/get/")).status_code == 502
    told = await http.get("/_faults")
    assert msgspec.json.decode(told.content, type=list[Fault]) == expected[1:]
    assert (await http.delete("/_faults")).json() == []
    assert house.faults.planned() == []


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b'{"platform": "tiktok", "kind": "html"}',
        b'[{"platform": "tiktok"}]',
        b'[{"platform": "tiktok", "kind": "explode"}]',
        b'[{"platform": "tiktok", "kind": "slow", "seconds": "long"}]',
    ],
)
async def test_what_is_no_list_of_faults_is_refused_with_what_there_is(
    http: httpx2.AsyncClient, house: House, body: bytes
) -> None:
    answer = await http.post("/_faults", content=body)

    said = msgspec.json.decode(answer.content, type=dict[str, object])
    assert answer.status_code == 400
    assert said["error"]
    assert (said["kinds"], said["platforms"]) == (list(KINDS), ["google", "meta", "tiktok"])
    assert house.faults.planned() == []


async def test_of_a_list_with_an_unknown_platform_nothing_is_planned(http: httpx2.AsyncClient, house: House) -> None:
    planned = [{"platform": "tiktok", "kind": "html"}, {"platform": "snap", "kind": "html"}]

    answer = await http.post("/_faults", json=planned)

    assert (answer.status_code, answer.json()) == (
        400,
        {"error": "no such platform", "platforms": ["google", "meta", "tiktok"]},
    )
    assert house.faults.planned() == []


@pytest.mark.parametrize(
    ("method", "path"), [("POST", "/_world"), ("PUT", "/_faults"), ("GET", "/snap/x"), ("GET", "/")]
)
async def test_what_is_not_offered_is_refused(http: httpx2.AsyncClient, method: str, path: str) -> None:
    assert (await http.request(method, path)).status_code in {404, 405}
