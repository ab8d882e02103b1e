"""Google's pages and batches, and what it says of accounts, read into our values.

Shapes: Google Ads API reference, v26 (October 2026). Rows hold int64 as JSON text, and
leave out what was never set.
"""

import re
from collections.abc import Sequence
from functools import partial
from typing import Generic, TypeVar

import msgspec

from ...ads.accounts import Account
from ..reading import NOTHING, currency, garbled, identifier, reading, time_zone
from ..rosters import Entry, entry
from . import words
from .errors import PLATFORM

Row = TypeVar("Row")
Answer = TypeVar("Answer")

_CUSTOMER = re.compile(r"customers/([0-9]{10})")
_NUMBER = re.compile(r"[1-9][0-9]{0,18}")


class AccessibleCustomers(msgspec.Struct, frozen=True, rename="camel"):
    """Whom the signed-in user reaches directly: managers and ad accounts."""

    resource_names: Sequence[str] = ()

    def ids(self) -> Sequence[str]:
        """Their ids, sorted."""
        return sorted({match[1] for match in map(_CUSTOMER.fullmatch, self.resource_names) if match})

    def odd(self) -> Sequence[str]:
        """The names that have no such id in them."""
        return [name for name in self.resource_names if not _CUSTOMER.fullmatch(name)]


class Page(msgspec.Struct, Generic[Row], frozen=True, rename="camel"):
    """One page of a search's answer."""

    results: Sequence[Row] | msgspec.UnsetType = msgspec.UNSET
    next_page_token: str = ""
    field_mask: str = ""

    @property
    def rows(self) -> Sequence[Row]:
        """Its rows. Without rows `results` is missing, and only the field mask shows that this is an answer."""
        if self.results is msgspec.UNSET:
            if not self.field_mask:
                raise garbled(PLATFORM)
            return ()
        return self.results

    @property
    def next(self) -> str | None:
        """The token of the next page."""
        return self.next_page_token or None


class Part(msgspec.Struct, Generic[Row], frozen=True, rename="camel"):
    """One batch of a streamed answer, or the error with which that ends."""

    results: Sequence[Row] = ()
    error: msgspec.Raw = NOTHING
    field_mask: str = ""

    @property
    def fails(self) -> bool:
        """Whether it is no batch."""
        return self.error != NOTHING or not self.field_mask


class _Named(msgspec.Struct, frozen=True):
    id: str | int


class _Client(_Named, frozen=True, rename="camel"):
    currency_code: str
    time_zone: str
    status: str = ""
    descriptive_name: str = ""


class ClientRow(msgspec.Struct, frozen=True, rename="camel"):
    """An ad account, as one of a hierarchy."""

    customer_client: msgspec.Raw

    def entry(self, root: str, pattern: str) -> Entry:
        """It in our words, as reached through `root`, or directly where it is `root` itself."""
        with reading(PLATFORM):
            name = str(msgspec.json.decode(self.customer_client, type=_Named).id).zfill(10)
        return entry(PLATFORM, f"customers/{name}", pattern, partial(self._account, root))

    def _account(self, root: str) -> Account:
        client = msgspec.json.decode(self.customer_client, type=_Client)
        number = identifier(client.id).zfill(10)
        return Account(
            id=f"customers/{number}",
            platform=PLATFORM,
            name=client.descriptive_name,
            currency=currency(client.currency_code),
            time_zone=time_zone(client.time_zone),
            status=words.account_status(client.status),
            raw_status=client.status,
            route="" if number == root else root,
        )


def read(body: bytes, shape: type[Answer]) -> Answer:
    """`body` as a `shape`; whole numbers of 64 bits stand there as text.

    Raises:
        Garbled: it is something else.
    """
    with reading(PLATFORM):
        return msgspec.json.decode(body, type=shape, strict=False)


def number(name: str, before: str) -> str:
    """The number at the end of a resource's name that begins with `before`.

    Raises:
        Garbled: it is another's name, or none.
    """
    found = name.removeprefix(before)
    if found == name or not _NUMBER.fullmatch(found):
        raise garbled(PLATFORM)
    return found
