"""The tables of the operator's policy: each says what one kind of thing may come to."""

import re
from collections.abc import Mapping
from datetime import date, time
from decimal import Decimal
from typing import Annotated, ClassVar, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

Channel = Literal["terminal", "elicitation"]
_PLAIN = re.compile(r"[0-9]{1,12}(\.[0-9]{1,6})?")


def _amount(value: object) -> Decimal:
    if not isinstance(value, int | str) or not _PLAIN.fullmatch(str(value)):
        raise ValueError('must be a whole number, or digits between quotes such as "99.50"')
    amount = Decimal(str(value)).normalize()  # 100 and "100.00" are one amount, and one policy
    return amount if amount.as_tuple().exponent <= 0 else amount.quantize(Decimal(1))  # type: ignore[operator]  # it is finite


def _positive(value: Decimal) -> Decimal:
    if value <= 0:
        raise ValueError("must be more than 0")
    return value


def _pattern(value: str) -> str:
    try:
        re.compile(value)
    except re.error as wrong:
        raise ValueError(f"is no regular expression: {wrong}") from wrong
    return value


def _zone(value: str) -> str:
    try:
        return value if value == "account" else ZoneInfo(value).key
    except (ZoneInfoNotFoundError, ValueError, OSError) as wrong:
        raise ValueError('must be "account" or an IANA time zone') from wrong


Amount = Annotated[Decimal, BeforeValidator(_amount)]
Positive = Annotated[Decimal, BeforeValidator(_amount), AfterValidator(_positive)]
Currency = Annotated[str, Field(pattern="^[A-Z]{3}$")]


class Table(BaseModel):
    """A table of the file: nothing unknown, nothing converted."""

    model_config: ClassVar[ConfigDict] = ConfigDict(extra="forbid", strict=True, frozen=True)


class Rates(Table):
    """What one unit of other currencies is worth in the policy's, as the operator says, and until when that counts."""

    as_of: date
    max_age_days: Annotated[int, Field(ge=1, le=36_500)] = 30
    worth: Mapping[Currency, Positive] = {}


class Caps(Table):
    """The most that may be committed to a day, in the policy's currency."""

    campaign: Amount | None = None
    account: Amount | None = None
    platform: Amount | None = None
    total: Amount | None = None
    accounts: Mapping[str, Amount] = {}
    platforms: Mapping[str, Amount] = {}

    def for_account(self, account_id: str) -> Decimal | None:
        """The cap of one account."""
        return self.accounts.get(account_id, self.account)

    def for_platform(self, platform: str) -> Decimal | None:
        """The cap of one platform."""
        return self.platforms.get(platform, self.platform)


class Raises(Table):
    """How far a campaign's daily commitment may go up, at once and within 24 hours."""

    single_percent: Amount | None = None
    single_amount: Amount | None = None
    day_percent: Amount | None = None
    day_amount: Amount | None = None
    beyond: Literal["refuse", "ask"] = "refuse"


class Cuts(Table):
    """How far a budget may go down without a person."""

    most_percent: Annotated[Decimal, BeforeValidator(_amount), Field(le=100)] | None = None


class Budgets(Table):
    """The least that a campaign may have a day, in the policy's currency."""

    minimum: Amount | None = None


class Pace(Table):
    """How often things may be changed. Pauses and cuts are never delayed."""

    cooldown_minutes: Annotated[int, Field(ge=0, le=10_080)] | None = None
    writes_per_minute: Annotated[int, Field(ge=1)] | None = None
    campaigns_per_day: Annotated[int, Field(ge=0)] | None = None
    identical_per_10_minutes: Annotated[int, Field(ge=1)] | None = None


class QuietHours(Table):
    """When nothing may be raised or enabled; the whole day if it begins when it ends."""

    begin: time
    end: time
    time_zone: Annotated[str, AfterValidator(_zone)] = "account"


class Names(Table):
    """What names of campaigns look like."""

    pattern: Annotated[str, AfterValidator(_pattern)] = ""
    visible_tag: bool = False


class Approvals(Table):
    """When a person has to say yes, and by which channel. Some bots accept what their server asks them themselves."""

    above_daily: Amount | None = None
    channels: Annotated[tuple[Channel, ...], Field(strict=False)] = ("terminal",)
    valid_minutes: Annotated[int, Field(ge=1, le=10_080)] = 60


class Looks(Table):
    """How old a look at another account may be that a cap counts."""

    max_age_minutes: Annotated[int, Field(ge=1, le=60)] = 15


class Settling(Table):
    """How long an unknown outcome is looked after before a person has to."""

    minutes: Annotated[int, Field(ge=1, le=1_440)] = 30


Several = Annotated[tuple[str, ...], Field(strict=False)]  # TOML has lists


class People(Table):
    """Whose data may go where. Without this table nobody's goes anywhere.

    `lists` are the accounts that may receive people, `destinations` the pixels, data sets and conversion actions that
    may receive events, by account; `*` stands for all. `consent`: whose data is dropped that did not say yes, or only
    whose did say no. Rows are people and events: so many a day to one account, so many at once without a person.
    """

    lists: Several = ()
    destinations: Mapping[str, Several] = {}
    consent: Literal["granted", "not_denied"] = "granted"
    rows_per_day: Annotated[int, Field(ge=0)] | None = None
    approval_above_rows: Annotated[int, Field(ge=0)] | None = None

    def may_receive_lists(self, account_id: str) -> bool:
        """Whether an account may be told of people."""
        return not {account_id, "*"}.isdisjoint(self.lists)

    def may_receive_events(self, account_id: str, destination: str) -> bool:
        """Whether events may go to this destination of an account."""
        named = {*self.destinations.get(account_id, ()), *self.destinations.get("*", ())}
        return not {destination, "*"}.isdisjoint(named)
