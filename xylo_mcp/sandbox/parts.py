"""How what a campaign delivered divides among its ads and the people who saw them: exactly, to the last cent."""

from collections.abc import Iterator, Mapping, Sequence

from .cast import Ad, AdGroup, ads_of, shares_of
from .chance import Draw
from .delivery import Facts

# What people do is divided by these weights, each part of it in one piece.
_WEIGHTS = (1, 9)


def by_ad(seed: int, groups: Sequence[AdGroup], whole: Facts, *, fractional: bool) -> Iterator[tuple[Ad, Facts]]:
    """What each ad has of `whole`; the last of `groups` is off and has nothing."""
    delivering = groups[:-1]
    ads = [
        (share * ad.weight, ad)
        for share, group in zip(shares_of(len(delivering)), delivering, strict=True)
        for ad in ads_of(seed, group.id)
    ]
    parts = divided(whole, [weight for weight, _ in ads], fractional=fractional)
    return zip((ad for _, ad in ads), parts, strict=True)


def by_segment(
    seed: int, ad: str, segments: Sequence[str], whole: Facts, *, fractional: bool
) -> Iterator[tuple[str, Facts]]:
    """What each of `segments` has of the `whole` of one ad."""
    draw = Draw(f"{seed}/segments/{ad}/{'/'.join(segments)}")
    return zip(
        segments, divided(whole, [draw.between(*_WEIGHTS) for _ in segments], fractional=fractional), strict=True
    )


def divided(whole: Facts, weights: Sequence[int], *, fractional: bool) -> Sequence[Facts]:
    """`whole` in parts by `weights`, which come to it again; a conversion that counts once stays in one piece.

    What conversions were worth goes where they went.
    """
    step = 1 if fractional else 100
    conversions = [step * part for part in _apportioned(whole.conversions // step, weights)]
    values = _apportioned(whole.value, conversions) if whole.conversions else [0] * len(weights)
    columns: Mapping[str, Sequence[int]] = {
        name: _apportioned(getattr(whole, name), weights)
        for name in ("impressions", "clicks", "spend", "reach", "link_clicks", "video_plays")
    }
    return [
        Facts(conversions=conversions[at], value=values[at], **{name: column[at] for name, column in columns.items()})
        for at in range(len(weights))
    ]


def _apportioned(amount: int, weights: Sequence[int]) -> Sequence[int]:
    parts: list[int] = []
    everything, before, given = sum(weights), 0, 0
    for weight in weights:
        before += weight
        upto = amount * before // everything
        parts.append(upto - given)
        given = upto
    return parts
