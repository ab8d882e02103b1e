"""send_conversion."""

from collections.abc import Mapping, Sequence
from typing import Annotated, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from ..ads.conversions import NAMES
from ..ads.handovers import SendConversions
from ..app import Caller
from ..conversions.words import Given
from . import sources
from .catalog import Answer, Arguments
from .handing import handed_over, lines, wish
from .sources import Country, Customer, FileName, Short
from .writing import AccountId, DryRun

_STRICT = ConfigDict(extra="forbid", strict=True, frozen=True)


class Destination(BaseModel):
    """Where events go."""

    model_config = _STRICT

    account: AccountId
    id: Annotated[str, Field(max_length=60, description="pixel, data set or conversion action")]


class Bought(BaseModel):
    """One of the things that an event is about."""

    model_config = _STRICT

    id: Annotated[str, Field(max_length=100)]
    quantity: Annotated[int, Field(ge=1)] = 1
    price: Annotated[float | None, Field(ge=0, allow_inf_nan=False)] = None


class Happened(BaseModel):
    """One event."""

    model_config = _STRICT

    name: Annotated[str, Field(max_length=50, description=f"{', '.join(NAMES[:6])}, … or your own")]
    id: Annotated[str, Field(max_length=100, description="the same whenever this event is told again")]
    time: Annotated[str, Field(max_length=40, description="RFC 3339 with zone")]
    place: Literal["website", "app", "store", "phone", "chat", "email", "system", "other"] = "website"
    value: Annotated[float | None, Field(allow_inf_nan=False)] = None
    currency: Annotated[str, Field(max_length=3)] = ""
    order_id: Annotated[str, Field(max_length=100)] = ""
    contents: Annotated[Sequence[Bought], Field(max_length=100)] = ()
    person: Customer = Customer()
    fbc: Short = ""
    fbp: Short = ""
    gclid: Short = ""
    gbraid: Short = ""
    wbraid: Short = ""
    ttclid: Short = ""
    ttp: Short = ""
    ip: Short = ""
    user_agent: Short = ""
    url: Short = ""

    def __repr__(self) -> str:
        return "Happened(…)"

    __str__ = __repr__

    def given(self) -> Given:
        """The event in the words of files, too."""
        said: Mapping[str, object] = self.model_dump(exclude_defaults=True)
        return Given(**{**said, "person": self.person.given(), "contents": tuple(said.get("contents", ()))})  # type: ignore[arg-type]  # checked by pydantic


class SendConversion(Arguments):
    """What send_conversion takes."""

    private: ClassVar[frozenset[str]] = frozenset({"events"})

    destinations: Annotated[Sequence[Destination], Field(min_length=1, max_length=20)]
    events: Annotated[Sequence[Happened], Field(max_length=200)] = ()
    file: FileName = ""
    default_country: Country = ""
    test_code: Annotated[
        str, Field(pattern=r"^[!-~]{0,40}$", description="a test: Meta's and TikTok's still count, Google's do not")
    ] = ""
    dry_run: DryRun = False


async def send_conversion(asked: SendConversion, caller: Caller) -> Answer:
    """Tell platforms of purchases and other events, each once by its name and id, whoever repeats the call."""
    given = [event.given() for event in asked.events]
    async with sources.events(caller.app, given, asked.file, asked.default_country) as (events, content):
        wishes = [
            wish(
                SendConversions(one.account, one.id, content.rows, content.digest, asked.test_code),
                caller,
                "send_conversion",
                dry_run=asked.dry_run,
            )
            for one in {(one.account, one.id): one for one in asked.destinations}.values()
        ]
        guarded = await caller.app.guarded.get()
        digests = await caller.app.digests.get()
        deliveries = await guarded.events.submit(wishes, events, digests, caller.progress)
    shown = handed_over(deliveries, content.rows, caller.app)
    return Answer("\n".join(lines(shown)), shown)
