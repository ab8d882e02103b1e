"""Where several accounts need a person's word, each is asked for once, whatever the answers and however they come."""

from collections.abc import Sequence
from typing import Any

import pytest

from tests.gate.people.conftest import GOOGLE, META, TIKTOK, Desk, OpenDesk, Town, allowing, table
from tests.gate.people.test_lists_allowed import Person
from xylo_mcp.questions import AskFirst, Reply

_ASKING = allowing("approval_above_rows = 1", more='[approvals]\nchannels = ["terminal", "elicitation"]')
_THERE = [
    {"account": META, "id": f"1700000{META.removeprefix('act_')}"},
    {"account": GOOGLE, "id": f"7{GOOGLE.removeprefix('customers/')}"},
    {"account": TIKTOK, "id": f"C{TIKTOK.removeprefix('tiktok_')}"},
]
_EVENT = {
    "name": "purchase",
    "time": "2026-03-18T10:00:00+00:00",
    "value": 9.9,
    "currency": "USD",
    "person": {"email": "one@example.org"},
    "url": "https://shop.example/thanks",
    "user_agent": "Mozilla/5.0",
    "gclid": "Cj0made-up",
}
_YES: Sequence[Reply] = ("approved", "approved", "approved")
_TWO = [{**_EVENT, "id": "o-1"}, {**_EVENT, "id": "o-2"}]


async def answered(desk: Desk, tool: str, asked: dict[str, Any], replies: Sequence[Reply]) -> Any:
    """What the call gives at last, each question being answered by the next of `replies` with the same call again."""
    person = Person(later=True)
    for reply in replies:
        with pytest.raises(AskFirst) as first:
            await desk.call(tool, person=person, **asked)
        person.answered = {first.value.question.operation_id: reply}
    return await desk.call(tool, person=person, **asked)


async def test_events_for_several_destinations_are_sent_once_all_are_allowed(open_desk: OpenDesk, town: Town) -> None:
    async with open_desk(_ASKING) as desk:
        done = await answered(desk, "send_conversion", {"destinations": _THERE, "events": _TWO}, _YES)
        states = await desk.states()

    assert [(part["state"], part["sent"]) for part in done["parts"]] == [("applied", 2)] * 3
    assert states == ["applied"] * 3


@pytest.mark.parametrize("tool", ["send_conversion", "create_audience"])
async def test_a_no_to_one_is_not_asked_for_again_and_the_others_go_on(
    open_desk: OpenDesk, town: Town, tool: str
) -> None:
    town.put(table(6))
    listed = {"accounts": (META, GOOGLE, TIKTOK), "name": "Spring", "type": "customer_list", "file": "people.csv"}
    asked: dict[str, Any] = listed if tool == "create_audience" else {"destinations": _THERE, "events": _TWO}
    async with open_desk(_ASKING) as desk:
        done = await answered(desk, tool, asked, ["declined", "approved", "declined"])

    assert [part["state"] for part in done["parts"]] == ["rejected", "applied", "rejected"]
    assert [part["error"].partition(":")[0] for part in done["parts"]] == ["REFUSED", "", "REFUSED"]
