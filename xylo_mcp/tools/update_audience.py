"""update_audience."""

from collections.abc import Sequence
from contextlib import AsyncExitStack
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from ..ads.errors import Invalid
from ..ads.handovers import UpdateAudience as Change
from ..app import Caller
from ..gate.people.relay import Source
from ..identity import Person
from . import sources
from .catalog import Answer, Arguments
from .handing import ConsentSaid, consent_of, handed_over, lines, wish
from .sources import Content, Country, Customer, FileName
from .writing import AccountId, DryRun, Key, name


class UpdateAudience(Arguments):
    """What update_audience takes."""

    private: ClassVar[frozenset[str]] = frozenset({"customers"})

    account: AccountId
    audience_id: Annotated[str, Field(pattern=r"^[0-9]{1,20}$")]
    action: Literal["add", "remove", "replace"] | None = None
    customers: Annotated[Sequence[Customer], Field(max_length=500)] = ()
    file: FileName = ""
    default_country: Country = ""
    consent: ConsentSaid = ""
    name: Annotated[str, Field(max_length=200)] = ""
    status: Annotated[Literal["open", "closed"] | None, Field(description="closed: takes no new people")] = None
    dry_run: DryRun = False
    idempotency_key: Key = ""


async def update_audience(asked: UpdateAudience, caller: Caller) -> Answer:
    """Add people to a customer list, remove or replace them; or change an audience's name or status."""
    if asked.action is None and (asked.customers or asked.file):
        raise Invalid("action: say what to do with these people.", "Give add, remove or replace.")
    if asked.action is None and not asked.name and asked.status is None:
        raise Invalid("Nothing is to be changed.", "Give an action with people, a name, or a status.")
    async with AsyncExitStack() as stack:
        people: Source[Person] = Source(0, lambda: ())
        content = Content(0, "")
        if asked.action is not None:
            opened = sources.people(caller.app, asked.customers, asked.file, asked.default_country)
            people, content = await stack.enter_async_context(opened)
        change = Change(
            account=asked.account,
            audience_id=asked.audience_id,
            action=asked.action,
            rows=content.rows,
            content=content.digest,
            consent=consent_of(asked.consent),
            name=name(asked.name) if asked.name else "",
            status=asked.status,
        )
        wishes = [wish(change, caller, "update_audience", key=asked.idempotency_key, dry_run=asked.dry_run)]
        guarded = await caller.app.guarded.get()
        digests = await caller.app.digests.get()
        deliveries = await guarded.lists.submit(wishes, people, digests, caller.progress)
    shown = handed_over(deliveries, content.rows, caller.app)
    return Answer("\n".join(lines(shown)), shown)
