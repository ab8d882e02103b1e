"""How what a campaign delivered divides among its ads and the people who saw them: exactly, to the last cent."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import accumulate

from .cast import Ad, AdGroup, ads_of, shares_of
from .chance import Draw
from .delivery import Facts

# What people do is divided by these weights, each part of it in one piece.
_WEIGHTS = (1, 9)


def by_ad(seed: int, groups: Sequence[AdGroup], whole: Facts, *, fractional: bool) -> Iterator[tuple[Ad, Facts]]:
    """What each ad has of `whole`; the last of `groups` is off and has nothing."""
    ads, weights = _weighed(seed, tuple(group.id for group in groups[:-1]))
    return zip(ads, divided(whole, weights, fractional=fractional), strict=True)


def by_segment(
    seed: int, ad: str, segments: Sequence[str], whole: Facts, *, fractional: bool
) -> Iterator[tuple[str, Facts]]:
    """What each of `segments` has of the `whole` of one ad."""
    weights = _drawn(f"{seed}/segments/{ad}/{'/'.join(segments)}", len(segments))
    return zip(segments, divided(whole, weights, fractional=fractional), strict=True)


# Each report is about days and parts that others were about before: nothing is divided or drawn twice.
@lru_cache(maxsize=8192)
def divided(whole: Facts, weights: tuple[int, ...], *, fractional: bool) -> Sequence[Facts]:
    """`whole` in parts by `weights`, which come to it again; a conversion that counts once stays in one piece.

    What conversions were worth goes where they went.
    """
    step = 1 if fractional else 100
    upto = tuple(accumulate(weights))
    conversions = [step * part for part in _apportioned(whole.conversions // step, upto)]
    columns = (
        _apportioned(whole.impressions, upto),
        _apportioned(whole.clicks, upto),
        _apportioned(whole.spend, upto),
        conversions,
        _apportioned(whole.value, tuple(accumulate(conversions))) if whole.conversions else [0] * len(weights),
        _apportioned(whole.reach, upto),
        _apportioned(whole.link_clicks, upto),
        _apportioned(whole.video_plays, upto),
    )
    return tuple(Facts(*row) for row in zip(*columns, strict=True))


def _apportioned(amount: int, upto: Sequence[int]) -> Sequence[int]:
    """`amount` in parts by weights that come `upto` so much, each with those before it."""
    everything = upto[-1]
    ends = [amount * part // everything for part in upto]
    return [end - begin for begin, end in zip([0, *ends], ends, strict=False)]


@lru_cache(maxsize=8192)
def _weighed(seed: int, groups: tuple[str, ...]) -> tuple[Sequence[Ad], tuple[int, ...]]:
    """The ads of the ad groups that are on, and what each gets next to the others."""
    ads = [
        (share * ad.weight, ad)
        for share, group in zip(shares_of(len(groups)), groups, strict=True)
        for ad in ads_of(seed, group)
    ]
    return tuple(ad for _, ad in ads), tuple(weight for weight, _ in ads)


@lru_cache(maxsize=16_384)
def _drawn(label: str, many: int) -> tuple[int, ...]:
    draw = Draw(label)
    return tuple(draw.between(*_WEIGHTS) for _ in range(many))
