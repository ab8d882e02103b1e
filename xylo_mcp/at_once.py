"""Questions asked at once: all the answers in order, or the first error as itself."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import TypeVar

import anyio

from .ads.errors import AdsError

_Subject = TypeVar("_Subject")
_Answer = TypeVar("_Answer")


async def at_once(ask: Callable[[_Subject], Awaitable[_Answer]], subjects: Iterable[_Subject]) -> Sequence[_Answer]:
    """What `ask` answers for each of `subjects`, in their order; an error ends the others.

    Raises:
        AdsError: the first that any of them raised, not wrapped in a group.
    """
    everyone = tuple(subjects)
    if len(everyone) == 1:
        return [await ask(everyone[0])]
    answers: dict[int, _Answer] = {}

    async def one(place: int, subject: _Subject) -> None:
        answers[place] = await ask(subject)

    try:
        async with anyio.create_task_group() as group:
            for place, subject in enumerate(everyone):
                group.start_soon(one, place, subject)
    except ExceptionGroup as several:
        expected, rest = several.split(AdsError)
        if expected is None or rest is not None:
            raise
        raise _first(expected) from None
    return [answers[place] for place in range(len(answers))]


async def all_done(*work: Callable[[], Awaitable[None]]) -> None:
    """Do several things at once; an error ends the others.

    Raises:
        AdsError: see `at_once`.
    """

    async def do(one: Callable[[], Awaitable[None]]) -> None:
        await one()

    await at_once(do, work)


def _first(group: ExceptionGroup[AdsError]) -> AdsError:
    leaf = group.exceptions[0]
    return _first(leaf) if isinstance(leaf, ExceptionGroup) else leaf
