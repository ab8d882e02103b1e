from collections.abc import Awaitable, Callable

import anyio
import pytest

from xylo_mcp.ads.errors import Unavailable
from xylo_mcp.at_once import at_once

Ask = Callable[[], Awaitable[int]]


async def run(ask: Ask) -> int:
    return await ask()


async def test_answers_come_in_the_order_of_the_questions() -> None:
    async def later(turns: int) -> int:
        for _ in range(turns):
            await anyio.lowlevel.checkpoint()
        return turns

    assert await at_once(later, [3, 1, 2]) == [3, 1, 2]


async def test_no_questions_have_no_answers() -> None:
    assert await at_once(run, []) == []


async def test_the_first_failure_stops_the_others_and_is_raised_itself() -> None:
    failure = Unavailable("Down.", "Wait.")

    async def fail() -> int:
        raise failure

    async def wait() -> int:
        await anyio.sleep_forever()
        return 1

    async def nested() -> int:
        return sum(await at_once(run, [wait, fail]))

    with pytest.raises(Unavailable) as raised:
        await at_once(run, [wait, nested, wait])
    assert raised.value is failure


async def test_of_failures_at_the_same_time_one_is_raised() -> None:
    async def fail() -> int:
        raise Unavailable("Down.", "Wait.")

    with pytest.raises(Unavailable):
        await at_once(run, [fail, fail])


async def test_a_defect_is_not_taken_for_an_answer_of_the_platform() -> None:
    async def stumble() -> int:
        raise KeyError("defect")

    with pytest.raises(KeyError):
        await at_once(run, [stumble])
    with pytest.raises(ExceptionGroup):
        await at_once(run, [stumble, stumble])
