"""The operator's policy: a strict TOML file, versioned by what it says."""

import hashlib
import json
import tomllib
from collections.abc import Mapping
from datetime import date
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal, localcontext
from functools import cached_property
from typing import Annotated, Literal, Self

from pydantic import Field, ValidationError, model_validator

from ..ads.money import Declared, Money, decimals
from .tables import (
    Approvals,
    Budgets,
    Caps,
    Currency,
    Cuts,
    Looks,
    Names,
    Pace,
    People,
    QuietHours,
    Raises,
    Rates,
    Settling,
    Table,
)

Mode = Literal["live", "dry_run", "read_only"]
_PRECISION = 60


class PolicyInvalid(Exception):
    """The policy file cannot be used; the text says where and what to write instead."""


class RateUnusable(Exception):
    """An amount cannot be put into the policy's currency; the text says why."""


class Policy(Table):
    """What the operator allows."""

    version: Annotated[int, Field(ge=1, le=1)]
    currency: Currency
    accounts: Annotated[Mapping[str, Mode], Field(min_length=1)]
    caps: Caps
    rates: Rates | None = None
    raises: Raises = Raises()
    cuts: Cuts = Cuts()
    budgets: Budgets = Budgets()
    pace: Pace = Pace()
    quiet_hours: QuietHours | None = None
    names: Names = Names()
    approvals: Approvals = Approvals()
    looks: Looks = Looks()
    settling: Settling = Settling()
    people: People | None = None

    @model_validator(mode="after")
    def _bounded(self) -> Self:
        if self.caps.campaign is None or (self.caps.account is None and self.caps.total is None):
            raise ValueError("caps: campaign is needed, and account or total")
        return self

    @cached_property
    def digest(self) -> str:
        """SHA-256 of what the policy says: comments and order in the file do not matter."""
        says = self.model_dump(mode="json", exclude_none=True)
        return hashlib.sha256(json.dumps(says, sort_keys=True).encode()).hexdigest()

    @cached_property
    def telling(self) -> People:
        """Whose data may go where: by default nobody's, and nowhere."""
        return self.people or People()

    def mode(self, account_id: str) -> Mode | None:
        """What may be done with an account; None: nothing at all."""
        return self.accounts.get(account_id) or self.accounts.get("*")

    def in_currency(self, money: Money, today: date) -> Decimal:
        """`money` in the policy's currency, rounded up to its decimals.

        Raises:
            RateUnusable: there is no rate for it, or they are older than the policy allows, or not of today yet.
        """
        rate = Decimal(1) if money.currency == self.currency else self._rate(money.currency, today)
        with localcontext(prec=_PRECISION):
            return self._whole(money.amount * rate, ROUND_CEILING)

    def at_most(self, amount: Decimal) -> Decimal:
        """The most in full decimals of the currency that is not more than `amount`."""
        return self._whole(amount, ROUND_FLOOR)

    def at_least(self, amount: Decimal) -> Decimal:
        """The least in full decimals of the currency that is not less than `amount`."""
        return self._whole(amount, ROUND_CEILING)

    def _whole(self, amount: Decimal, rounding: str) -> Decimal:
        with localcontext(prec=_PRECISION):
            return amount.quantize(Decimal(1).scaleb(-decimals(self.currency)), rounding=rounding)

    def worth(self, money: Money, today: date) -> Decimal | None:
        """`money` in the policy's currency; None where no rate can be used."""
        try:
            return self.in_currency(money, today)
        except RateUnusable:
            return None

    def declared(self, today: date) -> Declared | None:
        """The operator's rates, if they may be used `today`."""
        usable: dict[str, Decimal] = {self.currency: Decimal(1)}
        for currency in self.rates.worth if self.rates else ():
            try:
                usable[currency] = self._rate(currency, today)
            except RateUnusable:
                return None
        return Declared(self.currency, self.rates.as_of, usable) if self.rates else None

    def _rate(self, currency: str, today: date) -> Decimal:
        rates = self.rates
        if rates is None or currency not in rates.worth:
            raise RateUnusable(f"The policy has no rate from {currency} to {self.currency}.")
        age = (today - rates.as_of).days
        if age > rates.max_age_days:
            raise RateUnusable(f"The policy's rates of {rates.as_of} are older than {rates.max_age_days} days.")
        if age < -1:  # by a day the date may differ between time zones
            raise RateUnusable(f"The policy's rates are of {rates.as_of}, which is yet to come.")
        return rates.worth[currency]


def _said(message: str) -> str:
    return message.removeprefix("Value error, ")


def load(text: str) -> Policy:
    """The policy that `text` (TOML) spells.

    Raises:
        PolicyInvalid: naming the key that is wrong.
    """
    try:
        return Policy.model_validate(tomllib.loads(text))
    except ValidationError as wrong:
        parts = (f"{'.'.join(str(part) for part in error['loc'])}: {_said(error['msg'])}" for error in wrong.errors())
        raise PolicyInvalid("; ".join(part.removeprefix(": ") for part in parts)) from None
    except (ValueError, RecursionError) as wrong:  # not TOML, or a number or nesting beyond all measure
        raise PolicyInvalid(f"is not TOML: {wrong}") from None
