"""Where people and events come from: the call itself, or a file that the operator's folders hold."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Annotated, Literal

import msgspec
from anyio import to_thread
from pydantic import BaseModel, ConfigDict, Field

from .. import conversions
from ..ads.errors import Invalid, Misconfigured
from ..app import App
from ..conversions import Numbered
from ..conversions.words import Given
from ..digests import Digests
from ..gate.people.relay import Source
from ..identity import Person, files, rows
from ..identity.files import PeopleFile

FileName = Annotated[str, Field(max_length=255, description="instead: CSV or JSONL in the operator's folder")]
Country = Annotated[str, Field(pattern="^([A-Za-z]{2})?$", description="of phones without +")]
Short = Annotated[str, Field(max_length=1000)]


class Customer(BaseModel):
    """One person, as the advertiser knows them: raw, or already SHA-256."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    email: Short = ""
    phone: Short = ""
    first_name: Short = ""
    last_name: Short = ""
    city: Short = ""
    region: Short = ""
    postcode: Short = ""
    country: Short = ""
    external_id: Short = ""
    mobile_id: Short = ""
    consent: Literal["", "granted", "denied"] = ""

    def __repr__(self) -> str:
        return "Customer(…)"

    __str__ = __repr__

    def given(self) -> Mapping[str, str]:
        """What is there of them."""
        return self.model_dump(exclude_defaults=True)


class Content(msgspec.Struct, frozen=True):
    """How many rows there are at most, and a keyed digest of them."""

    rows: int
    digest: str


@asynccontextmanager
async def people(
    app: App, customers: Sequence[Customer], file: str, country: str
) -> AsyncGenerator[tuple[Source[Person], Content]]:
    """The people of a call, for as long as the context lasts.

    Raises:
        Invalid, NotFound: see `identity.files`; or there are none, or people and a file.
    """
    digests = await app.digests.get()
    _one_of("customers", customers, file)
    if customers:
        given = [customer.given() for customer in customers]
        source = Source(len(given), lambda: rows.from_values(given, country))
        yield source, Content(len(given), _digest(digests, country, given))
        return
    with _opened(app, file) as opened:
        rows.from_file(opened, country)  # a file without a column that is taken is refused before anything is sent
        content = await _measured(opened, digests, country, header=not file.lower().endswith(tuple(files.OBJECTS)))
        yield Source(content.rows, lambda: rows.from_file(opened, country)), content


@asynccontextmanager
async def events(
    app: App, given: Sequence[Given], file: str, country: str
) -> AsyncGenerator[tuple[Source[Numbered], Content]]:
    """The events of a call, for as long as the context lasts. Raises as `people` does."""
    digests = await app.digests.get()
    _one_of("events", given, file)
    now = app.clock()
    if given:
        source = Source(len(given), lambda: conversions.from_values(given, now, country))
        yield source, Content(len(given), _digest(digests, country, [msgspec.to_builtins(one) for one in given]))
        return
    with _opened(app, file) as opened:
        content = await _measured(opened, digests, country, header=False)
        yield Source(content.rows, lambda: conversions.from_file(opened, now, country)), content


def _one_of(name: str, given: Sequence[object], file: str) -> None:
    if bool(given) == bool(file):
        raise Invalid(f"{name}: give either {name} or a file.", f"Give {name} in the call, or the name of a file.")


def _digest(digests: Digests, country: str, given: Sequence[object]) -> str:
    """What stands for what is given: read with another country in mind, it is something else."""
    return digests.joined(msgspec.json.encode(one, order="sorted") for one in (country, *given))


def _opened(app: App, file: str) -> PeopleFile:
    if not app.data_dirs:
        raise Misconfigured(
            "This server may read no files.",
            "Have the operator name a folder in XYLO_DATA_DIRS, or give few in the call.",
        )
    return files.opened(file, app.data_dirs)


async def _measured(opened: PeopleFile, digests: Digests, country: str, *, header: bool) -> Content:
    measured = await to_thread.run_sync(files.measured, opened, digests.key)
    return Content(max(0, measured.lines - header), digests.of(measured.digest, country))
