"""Raised where a value has no normal form: without the value, and raised and caught within this package."""

from ..ads.people import Reason


class Unusable(Exception):
    """A value has no normal form, for the usual reason of its kind."""


class UnusableNumber(Unusable):
    """A telephone number has no normal form, for a reason of its own."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason: Reason = reason
