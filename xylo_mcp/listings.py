"""Campaigns of many accounts as one list, page by page, in a stable order."""

from collections.abc import Sequence

import msgspec

from .ads.accounts import Account
from .ads.campaigns import Campaign, CampaignFilter
from .ads.errors import Garbled
from .contract import AdReader
from .directory import Directory, Failure


class Part(msgspec.Struct, frozen=True):
    """The campaigns of one account: some that are at hand, and the place where there are more (None: no more).

    `listed` are the ids of all that were at hand so far, `visited` the places.
    """

    account: Account
    campaigns: Sequence[Campaign]
    place: str | None
    listed: frozenset[str] = frozenset()
    visited: frozenset[str] = frozenset()


class Listing(msgspec.Struct, frozen=True):
    """One page, what is left of the list, and who did not answer."""

    shown: Sequence[Part]
    rest: Sequence[Part]
    failures: Sequence[Failure] = ()


async def first_page(
    directory: Directory, ids: Sequence[str], wanted: CampaignFilter, limit: int, until: float | None = None
) -> Listing:
    """The first `limit` campaigns that `wanted` admits, of the accounts with these ids or of all.

    Every account is asked at once for as many as the page could hold, so the page needs no second round.

    Raises:
        AdsError: see `Directory.ask`, or the only account asked failed.
    """

    async def begin(account: Account, reader: AdReader) -> Part:
        return await _filled(Part(account, (), None), reader, wanted, limit)

    answers = (await directory.ask(ids, begin, until)).some()
    return _page([part for _, part in answers.answered], limit, answers.failures)


async def next_page(
    directory: Directory, listing: Listing, wanted: CampaignFilter, limit: int, until: float | None = None
) -> Listing:
    """The `limit` campaigns that follow on `listing`, of which something is left.

    An account that fails now is named, and the list goes on with the others.

    Raises:
        AdsError: the account to go on with failed, and there is no other.
    """
    first, *others = listing.rest
    if first.place is None or len(first.campaigns) >= limit:
        return _page(listing.rest, limit, listing.failures)

    async def go_on(account: Account, reader: AdReader) -> Part:
        return await _filled(first, reader, wanted, limit)

    answers = await directory.ask([first.account.id], go_on, until)
    if not others and not listing.failures:
        answers = answers.some()
    parts = [*(part for _, part in answers.answered), *others]
    return _page(parts, limit, [*listing.failures, *answers.failures])


async def _filled(part: Part, reader: AdReader, wanted: CampaignFilter, limit: int) -> Part:
    """`part` with at least `limit` campaigns at hand, or all there are.

    Platforms' pages shift when campaigns are made meanwhile: what was listed already is not listed again.
    """
    campaigns, place = list(part.campaigns), part.place
    listed, visited = set(part.listed), set(part.visited)
    while True:
        page = await reader.campaigns(part.account, wanted, place=place, size=limit)
        new = [one for one in page.campaigns if one.id not in listed and wanted.admits(one)]
        campaigns.extend(new)
        listed.update(one.id for one in new)
        place = page.next
        if place in visited:
            raise Garbled(
                "The platform's pages lead back to a page that was already read.",
                "Ask again; if it stays, ask for less at once.",
                platform=part.account.platform,
            )
        if place is None or len(campaigns) >= limit:
            return Part(part.account, campaigns, place, frozenset(listed), frozenset(visited | {place or ""}))
        visited.add(place)


def _page(parts: Sequence[Part], limit: int, failures: Sequence[Failure]) -> Listing:
    """The first `limit` campaigns of `parts`, of which each but the last shown is at hand to its end."""
    shown: list[Part] = []
    room = limit
    for number, part in enumerate(parts):
        shown.append(msgspec.structs.replace(part, campaigns=part.campaigns[:room], place=None))
        later = part.campaigns[room:]
        room -= len(shown[-1].campaigns)
        if later or part.place is not None:
            left = msgspec.structs.replace(part, campaigns=later)
            return Listing(shown, [left, *parts[number + 1 :]], failures)
        if not room and parts[number + 1 :]:
            return Listing(shown, _with_something(parts[number + 1 :]), failures)
    return Listing(shown, (), failures)


def _with_something(parts: Sequence[Part]) -> Sequence[Part]:
    """`parts`, or nothing where none of them has a campaign left: a cursor to an empty page helps nobody."""
    return parts if any(part.campaigns or part.place is not None for part in parts) else ()
