"""Audiences of many accounts as one list."""

from collections.abc import Sequence

import msgspec

from .ads.accounts import Account
from .ads.audiences import Audience
from .ads.errors import Garbled
from .contract import AdReader
from .directory import Directory, Failure

_AT_ONCE = 100
_MOST_PAGES = 200
"""So many pages are read of one account: more than any platform lets one have."""


class Gathered(msgspec.Struct, frozen=True):
    """Audiences, account by account, and who did not answer."""

    audiences: Sequence[Audience]
    failures: Sequence[Failure] = ()


async def audiences(directory: Directory, ids: Sequence[str], until: float | None = None) -> Gathered:
    """All audiences of the accounts with these ids or of all, asked at once.

    Raises:
        AdsError: see `Directory.ask`, or the only account asked failed.
    """
    answers = (await directory.ask(ids, _all, until)).some()
    return Gathered([one for _, found in answers.answered for one in found], answers.failures)


async def _all(account: Account, reader: AdReader) -> Sequence[Audience]:
    """All audiences of one account; platforms' pages shift meanwhile, so none is taken twice."""
    found: dict[str, Audience] = {}
    place: str | None = None
    for _ in range(_MOST_PAGES):
        page = await reader.audiences(account, place=place, size=_AT_ONCE)
        found |= {one.id: one for one in page.audiences}
        if page.next is None:
            return tuple(found.values())
        place = page.next
    raise Garbled("The platform's list of audiences has no end.", "Ask again later.", platform=account.platform)
