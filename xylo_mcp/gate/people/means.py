"""What both doors for people's data work with."""

import msgspec

from ...ads.accounts import Account
from ...ads.errors import AdsError, Invalid
from ...ads.people import Consent
from ...contract import Clock
from ...directory import Directory
from .asking import Asking
from .book import Book
from .wishes import Delivery, Handing


class Means(msgspec.Struct, frozen=True):
    """What it takes to hand somebody over.

    Attributes:
        drops: people who said this about consent are left out.
        patience: seconds that one request may take.
    """

    directory: Directory
    asking: Asking
    book: Book
    clock: Clock
    drops: frozenset[Consent]
    patience: float

    async def reached(self, wish: Handing) -> Account | Delivery:
        """The account that `wish` is about; or that it cannot be reached, which costs the others nothing.

        Raises:
            Invalid: the id has no platform's form.
        """
        account_id = wish.change.account
        try:
            return await self.directory.account(account_id, wish.until)
        except Invalid:
            raise
        except AdsError as error:
            unreached = Account(account_id, error.platform, "", "", "", "unknown", "")
            return Delivery(unreached, wish.change, error=error)
