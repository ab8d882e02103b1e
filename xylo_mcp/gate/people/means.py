"""What both doors for people's data work with."""

import msgspec

from ...ads.people import Consent
from ...contract import Clock
from ...directory import Directory
from .asking import Asking
from .book import Book


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
