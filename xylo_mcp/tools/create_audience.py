"""create_audience."""

from collections.abc import Sequence
from contextlib import AsyncExitStack
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from ..ads.audiences import Reach, Rule, Seed
from ..ads.errors import Invalid
from ..ads.handovers import CreateAudience as Change
from ..app import Caller
from ..gate.people.relay import Source
from ..identity import Person
from . import sources
from .catalog import Answer, Arguments
from .handing import ConsentSaid, consent_of, handed_over, lines, wish
from .sources import Content, Country, Customer, FileName
from .writing import AccountId, DryRun, Key, Name, name

_BY_DEEDS = ("website", "app_activity", "engagement")


class CreateAudience(Arguments):
    """What create_audience takes."""

    private: ClassVar[frozenset[str]] = frozenset({"customers"})

    accounts: Annotated[Sequence[AccountId], Field(min_length=1, max_length=20)]
    name: Name
    type: Literal["customer_list", "website", "app_activity", "engagement", "lookalike"]
    customers: Annotated[Sequence[Customer], Field(max_length=500)] = ()
    file: FileName = ""
    default_country: Country = ""
    consent: ConsentSaid = ""
    source: Annotated[
        str, Field(max_length=100, description="pixel, app or page id; for a lookalike the seed audience's id")
    ] = ""
    days: Annotated[int | None, Field(ge=1, le=540, description="people stay so long")] = None
    event: Annotated[str, Field(max_length=100)] = ""
    url_contains: Annotated[str, Field(max_length=500)] = ""
    countries: Annotated[Sequence[Annotated[str, Field(pattern="^[A-Z]{2}$")]], Field(max_length=50)] = ()
    reach: Reach = "narrow"
    dry_run: DryRun = False
    idempotency_key: Key = ""


async def create_audience(asked: CreateAudience, caller: Caller) -> Answer:
    """Create an audience on one or several accounts: of customers (hashed here, before they leave), of what people
    did, or of people like another audience's.
    """
    _check(asked)
    nobody: tuple[Source[Person], Content] = (Source(0, lambda: ()), Content(0, ""))
    async with AsyncExitStack() as stack:
        people, content = nobody
        if asked.type == "customer_list":
            opened = sources.people(caller.app, asked.customers, asked.file, asked.default_country)
            people, content = await stack.enter_async_context(opened)
        wishes = [
            wish(
                _change(asked, account, content),
                caller,
                "create_audience",
                key=asked.idempotency_key and f"{asked.idempotency_key}/{account}",
                dry_run=asked.dry_run,
            )
            for account in dict.fromkeys(asked.accounts)
        ]
        guarded = await caller.app.guarded.get()
        digests = await caller.app.digests.get()
        deliveries = await guarded.lists.submit(wishes, people, digests, caller.progress)
    shown = handed_over(deliveries, content.rows, caller.app)
    return Answer("\n".join(lines(shown)), shown)


def _change(asked: CreateAudience, account: str, content: Content) -> Change:
    by_deeds = asked.type in _BY_DEEDS
    rule = Rule(asked.source, asked.days or 30, asked.event, asked.url_contains) if by_deeds else None
    seed = Seed(asked.source, tuple(asked.countries), asked.reach) if asked.type == "lookalike" else None
    return Change(
        account=account,
        name=name(asked.name),
        kind=asked.type,
        days=None if by_deeds else asked.days,
        rule=rule,
        seed=seed,
        rows=content.rows,
        content=content.digest,
        consent=consent_of(asked.consent),
    )


def _check(asked: CreateAudience) -> None:
    """Refuse arguments that do not belong together.

    Raises:
        Invalid: naming them.
    """
    is_list = asked.type == "customer_list"
    if not is_list and (asked.customers or asked.file):
        raise Invalid(f"customers, file: a {asked.type} audience is not made of them.", "Leave them out.")
    if is_list and asked.source:
        raise Invalid("source: a customer_list has none.", "Leave it out.")
    if not is_list and not asked.source:
        raise Invalid(f"source: a {asked.type} audience needs one.", "Give the platform's id of it.")
    if not is_list and len(set(asked.accounts)) > 1:
        raise Invalid("accounts: a source belongs to one account.", "Make one call for each account.")
    if asked.type == "lookalike" and not asked.countries:
        raise Invalid("countries: a lookalike needs at least one.", "Give two-letter codes such as US.")
    if asked.type == "lookalike" and asked.days is not None:
        raise Invalid("days: a lookalike has none.", "Leave them out.")
    if asked.type not in _BY_DEEDS and asked.event:
        raise Invalid("event: only for audiences of what people did.", "Leave it out.")
    if asked.type != "lookalike" and asked.countries:
        raise Invalid("countries: only for lookalikes.", "Leave them out.")
    if asked.type != "website" and asked.url_contains:
        raise Invalid("url_contains: only for website audiences.", "Leave it out.")
