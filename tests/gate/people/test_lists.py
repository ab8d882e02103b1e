"""One list goes to several accounts, to each exactly once, whatever becomes of the others."""

from tests.gate.people.conftest import EVERYWHERE, Desk, Town, table

_CREATE = "create_audience"


async def test_one_list_goes_to_several_platforms_in_one_call(desk: Desk, town: Town) -> None:
    file = town.put(table(10))

    came = await desk.call(_CREATE, accounts=EVERYWHERE, name="Spring", type="customer_list", file=file)

    assert (came["complete"], [part["state"] for part in came["parts"]]) == (True, ["applied"] * 3)
    assert town.sizes("Spring") == dict.fromkeys(EVERYWHERE, (10,))
