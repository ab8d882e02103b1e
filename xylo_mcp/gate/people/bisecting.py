"""Finds the bad events in a portion that a platform refuses as a whole, so that they cost the others nothing."""

from collections.abc import Awaitable, Callable, Sequence
from typing import NamedTuple

from ...ads.conversions import Outgoing, Told
from ...ads.errors import AdsError, Invalid, Rejected
from ...contract import ConversionRules

_MOST_REQUESTS = 500
"""For one portion: about forty bad events of a thousand are found with so many, wherever they are."""

Ask = Callable[[Sequence[Outgoing]], Awaitable[Sequence[Told]]]


class Outcome(NamedTuple):
    """What became of each event, None where its answer got lost; and what keeps the next ones from being sent."""

    told: Sequence[Told | None]
    error: AdsError | None


async def told_one_by_one(outgoing: Sequence[Outgoing], ask: Ask, rules: ConversionRules) -> Outcome:
    """What became of `outgoing`; a portion that is refused is sent again in halves, down to the bad ones.

    What is not sent any more, after an error that would meet all, may be told later.
    """
    told: list[Told | None] = []
    parts, requests = [outgoing], 0
    while parts:
        part = parts.pop()
        if requests == _MOST_REQUESTS:
            return Outcome([*told, *_later(part, parts)], _too_many_refused())
        requests += 1
        try:
            told.extend(await ask(part))
        except (Invalid, Rejected) as refusal:
            if len(part) == 1:
                told.append(Told("rejected", _reason(refusal), refusal.vendor))
            elif rules.all_or_nothing:
                half = len(part) // 2
                parts += [part[half:], part[:half]]
            else:
                return Outcome([*told, *_later(part, parts)], refusal)
        except AdsError as error:
            lost = _later(part, []) if error.nothing_done else [None] * len(part)
            return Outcome([*told, *lost, *_later((), parts)], error)
    return Outcome(told, None)


def _later(part: Sequence[Outgoing], parts: Sequence[Sequence[Outgoing]]) -> list[Told]:
    rest = len(part) + sum(map(len, parts))
    return [Told("later", "not_sent")] * rest


def _reason(refusal: AdsError) -> str:
    code = refusal.vendor.code if refusal.vendor else ""
    return f"refused_{code}" if code.replace("_", "").isalnum() else "refused"


def _too_many_refused() -> Rejected:
    return Rejected(
        "So many of these events are refused that the others were not sent.",
        "See which were refused, correct them, and make the call again: what was told is not told twice.",
    )
